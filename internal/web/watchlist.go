package web

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// watchListPage answers Monday's question: who should worry me, why, and what
// changed since I last looked.
type watchListPage struct {
	base
	Lead     component.Content
	Alerts   component.Link // the queue, with how many are open
	Fold     string         // the filters' summary on a telephone
	Filters  []component.Select
	Since    string // heading of the column of changes
	Scale    string // how the scale changed since then
	Rows     []watchRow
	None     string // why there are no rows
	Legend   []string
	CantSay  []gapRow
	NoSign   component.Content
	Notes    []component.Content
	ByCount  bool // no concern is judged yet: ranked by findings that count
	Headings watchHeadings
	AsOf     string // the past moment, which the filters keep

	PaperHref string // the same list as a paper for the quality group
	Paper     bool   // this is that paper
}

func (*watchListPage) template() string { return "watch-list" }

// watchHeadings are the columns whose meaning depends on how the list is ranked.
type watchHeadings struct{ Score, Spark, Why string }

// watchRow is one provider on the list.
type watchRow struct {
	Rank    int // nought is not judged
	Name    string
	Href    string
	Detail  string
	Score   component.Content
	Spark   component.Content
	Why     component.Why
	Changes []component.Content
	Counted component.Content
	Clocks  []component.Content // of signals, over or due today; none for who may not see them
	Above   []component.Content // facts that stand above any score (R-RISK-4)
	Alerts  []component.Link    // open ones
}

// gapRow is a provider that can't be judged.
type gapRow struct {
	Name, Href, Code, Why string
}

// fusion is the method's parameters as they are shipped; method has those in force
// for a commissioner, judgedMethod those by which its concerns were judged.
var fusion = sync.OnceValue(concern.Default)

// sparkMonths is how many months a line on the list shows.
const sparkMonths = 26

// watchView is everything read for the list.
type watchView struct {
	providers []org.Organisation // in the purview, by code
	concerns  map[org.Code]store.Concern
	reasons   map[org.Code][]concern.Contribution // to each concern, that can be looked at
	before    map[org.Code]store.Concern          // at the moment compared with
	compared  time.Time                           // zero is nothing to compare with
	looked    bool                                // compared is when the viewer last looked
	scale     string                              // how the scale changed since then
	found     map[org.Code][]store.HeldFinding
	watched   store.WatchRun
	ran       bool
	received  time.Time // newest arrival
	unread    int       // deliveries that came after the last run of the watch had read
	newest    calendar.Period
	method    alert.Method // in force as of the moment shown
	alerts    []alert.Alert
	became    org.Successions
	due       map[org.Code]store.ProviderDue // clocks over or due today; nil for who may not see them
	late      int                            // sources of which nothing came though it was due
}

// readWatch reads the list: nineteen queries, however many providers there are.
func (s *Server) readWatch(r *request) (v watchView, err error) {
	if v.providers, err = s.providersInScope(r); err != nil {
		return v, err
	}
	judged, err := s.judgements(r, r.scope.AsOf)
	if err != nil {
		return v, err
	}
	v.concerns, v.reasons = judged.concerns, judged.reasons
	if v.found, err = s.telling(r); err != nil {
		return v, err
	}
	if v.watched, v.ran, err = s.store.LastWatch(r.Context(), r.scope); err != nil {
		return v, err
	}
	measured, err := s.measured(r)
	if err != nil {
		return v, err
	}
	if v.received, v.unread, err = s.store.Arrivals(r.Context(), r.scope, v.watched.Through); err != nil {
		return v, err
	}
	for _, m := range measured {
		if v.newest.IsZero() || m.Newest.End().After(v.newest.End()) {
			v.newest = m.Newest
		}
	}
	feeds, err := s.feeds(r)
	if err != nil {
		return v, err
	}
	for i := range feeds {
		if feeds[i].arrival == indicator.Late {
			v.late++
		}
	}
	if v.method, err = s.judgedMethod(r, v.concerns); err != nil {
		return v, err
	}
	if v.alerts, err = s.store.Alerts(r.Context(), r.scope, store.AlertFilter{}); err != nil {
		return v, err
	}
	if v.became, err = s.store.Successions(r.Context(), r.scope); err != nil {
		return v, err
	}
	if err = s.readClocks(r, &v); err != nil {
		return v, err
	}
	if err = s.readBefore(r, &v.compared, &v.looked, &v.before, "watch-list/", ""); err != nil {
		return v, err
	}
	v.scale, err = s.readScale(r, versionOf(v.before), versionOf(v.concerns))
	return v, err
}

// comparisons are the moments that can be compared with, by their name in ?since=.
var comparisons = []struct {
	name, words string
	days        int
}{{"", "When I last looked", 0}, {"4", "4 weeks ago", 28}, {"12", "12 weeks ago", 84}}

// readBefore finds the moment compared with and the concerns as they stood then;
// with code, only that provider's.
// A look is a day: what was seen earlier today is still new.
func (s *Server) readBefore(r *request, compared *time.Time, looked *bool, before *map[org.Code]store.Concern, prefix string, code org.Code) error {
	today := r.moment.In(calendar.London)
	today = time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, calendar.London)
	switch r.query("since") {
	case "4":
		*compared = r.moment.AddDate(0, 0, -28)
	case "12":
		*compared = r.moment.AddDate(0, 0, -84)
	default:
		at, ok, err := s.store.LastSight(r.Context(), r.scope, prefix, today)
		if err != nil || !ok {
			return err
		}
		*compared, *looked = at, true
	}
	position, err := s.store.PositionAt(r.Context(), *compared)
	if err != nil {
		return err
	}
	*before, err = s.concernsBy(r, position, code)
	return err
}

// look records that the viewer looked at a page on this day.
func (r *request) look(prefix string) {
	if !r.scope.Past() {
		r.shown(prefix + r.moment.In(calendar.London).Format("2006-01-02"))
	}
}

func (s *Server) watchList(r *request) (answer, error) {
	p, err := s.watchListPage(r)
	if err != nil {
		return nil, err
	}
	r.look("watch-list/")
	return p, nil
}

// watchListPage makes the list with the filters of the request.
func (s *Server) watchListPage(r *request) (*watchListPage, error) {
	v, err := s.readWatch(r)
	if err != nil {
		return nil, err
	}
	p := &watchListPage{base: base{Title: "Watch list, " + r.moment.In(calendar.London).Format("Monday 2 January 2006"), Place: placeWatchList}}
	judged := 0
	for _, o := range v.providers {
		if v.concerns[o.Code].Judged {
			judged++
		}
	}
	p.ByCount, p.AsOf = judged == 0, r.asof
	p.filters(s, r, &v)
	chosen := s.chosen(r, &v)
	s.fillWatch(r, p, &v, chosen)
	p.Unread = unreadWords(v.unread)
	p.Scale = v.scale
	p.Lead = s.watchLead(r, &v, chosen, p.ByCount)
	p.Alerts = component.Link{Text: queueWords(r, v.alerts), Href: r.link(alertsPath)}
	p.PaperHref = watchPaperPath
	if q := r.URL.RawQuery; q != "" {
		p.PaperHref += "?" + q
	}
	s.watchNotes(r, p, &v, judged)
	return p, nil
}

// fillWatch makes the rows, those who can't be judged, and the count of no sign.
func (s *Server) fillWatch(r *request, p *watchListPage, v *watchView, chosen []org.Organisation) {
	p.Headings = watchHeadings{"Concern, points", "26 months", "Because: three largest contributions, points"}
	p.Since = "Since " + v.sinceWords()
	if p.ByCount {
		p.Headings = watchHeadings{"Findings that count", "Concern", "Because: the findings"}
		s.countRows(r, p, v, chosen)
		return
	}
	quiet, moved, above := 0, 0, 0 // no sign: not listed; of those moved; listed for a fact above any score
	var below []int                // the points of those of no sign
	all := r.query("show") == "all"
	for _, o := range byRank(r, chosen, v.concerns) {
		c, ok := v.concerns[o.Code]
		switch {
		case ok && len(overrides(r, &c)) > 0: // shown above any score, whatever it is
			if c.Judged && c.Word == concern.NoSign {
				above, below = above+1, append(below, c.Points)
			}
			r.shown("provider/" + string(o.Code))
			p.Rows = append(p.Rows, s.watchRow(r, v, o, &c))
		case !ok && (closed(o, r.moment) || v.departed(r, o.Code)):
			// It ended, and is not judged any more: whoever took it over is.
		case !ok || !c.Judged:
			why := "no indicator has brought enough data yet"
			if ok && c.Assessment.Why != "" {
				why = c.Assessment.Why
			}
			p.CantSay = append(p.CantSay, gapRow{nameOf(o), r.link(providerPath(o.Code)), string(o.Code), sentence(why)})
		case c.Word == concern.NoSign && !all:
			quiet, below = quiet+1, append(below, c.Points)
			if b, ok := v.before[o.Code]; ok && abs(c.Points-b.Points) >= 3 {
				moved++
			}
		default:
			r.shown("provider/" + string(o.Code))
			p.Rows = append(p.Rows, s.watchRow(r, v, o, &c))
		}
	}
	if len(p.Rows) == 0 {
		p.None = "No provider that can be judged shows a sign of having got worse. Those that can’t be judged stand below."
	}
	text := noSignWords(quiet, above, limitWords(v.method.Params.WordPoints(concern.Watch), below...))
	if moved > 0 {
		text += fmt.Sprintf(" %d of them moved by 3 points or more since %s.", moved, v.sinceWords())
	}
	p.NoSign = sentenceWithLink(text, component.Link{Text: "Show all on the list", Href: r.here("show", "all")}, ".")
	if all {
		p.NoSign = sentenceWithLink("All providers that can be judged are listed above.", component.Link{Text: "Only those with a sign", Href: r.here("show", "")}, ".")
	}
}

// closed reports whether an organisation had ended by a moment.
func closed(o org.Organisation, at time.Time) bool {
	return !o.OpenTo.IsZero() && o.OpenTo.Before(at)
}

func abs(n int) int { return max(n, -n) }

// byRank orders providers: first those with facts that stand above any score, then by
// concern, then those not judged by name.
func byRank(r *request, list []org.Organisation, concerns map[org.Code]store.Concern) []org.Organisation {
	type ranked struct {
		standing, place int
		name            string
		at              int // in the list
	}
	order := make([]ranked, len(list))
	for i := range list {
		order[i] = ranked{standing(r, concerns, list[i]), 1 << 30, nameOf(list[i]), i}
		if c, ok := concerns[list[i].Code]; ok && c.Judged {
			order[i].place = c.Place
		}
	}
	slices.SortFunc(order, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.standing, b.standing), cmp.Compare(a.place, b.place), cmp.Compare(a.name, b.name), cmp.Compare(a.at, b.at))
	})
	out := make([]org.Organisation, len(list))
	for i := range order {
		out[i] = list[order[i].at]
	}
	return out
}

// watchRow is one judged provider.
func (s *Server) watchRow(r *request, v *watchView, o org.Organisation, c *store.Concern) watchRow {
	row := watchRow{
		Rank: c.Assessment.Rank, Name: nameOf(o), Href: r.link(providerPath(o.Code)), Detail: detailOf(o),
		Score: scoreOf(c), Above: aboveLines(r, c), Alerts: v.alertLinks(r, o.Code), Clocks: v.clocks(r, o.Code), Counted: s.countedCell(r, v.found[o.Code], o.Code),
	}
	if !c.Judged {
		row.Spark, row.Changes = "Can’t be judged: "+c.Assessment.Why, []component.Content{"No points to compare."}
		return row
	}
	line := v.sparkOf(c)
	if b, ok := v.before[o.Code]; ok && b.Judged {
		seen := float64(b.Points)
		line.SeenLast = &seen
	}
	row.Spark = component.Spark{Line: line}
	list := v.reasons[o.Code]
	row.Why.Rest = restWords(c, len(list)-min(3, len(list)))
	for i, part := range list {
		if i == 3 {
			break
		}
		row.Why.Items = append(row.Why.Items, component.Reason{Points: component.Signed(part.Points), Icon: kindOf(part).Icon(), Text: s.linked(r, o.Code, part)})
	}
	row.Changes = v.changes(o.Code, c)
	return row
}

// scoreOf is points and likelihood with the bar.
func scoreOf(c *store.Concern) component.Content {
	if !c.Judged {
		return "Can’t be judged"
	}
	return component.Score{Points: c.Points, Likelihood: capital(string(c.Word)), Low: c.Word == concern.NoSign || c.Word == concern.Watch}
}

// kindOf is the mark of a contribution.
func kindOf(c concern.Contribution) component.Kind {
	if c.Soft {
		return component.Soft
	}
	return component.Hard
}

// sparkOf is a provider's points by month on the scale that all rows share.
func (v *watchView) sparkOf(c *store.Concern) chartSpark {
	trail := c.Assessment.Trail
	if len(trail) > sparkMonths {
		trail = trail[len(trail)-sparkMonths:]
	}
	line := chartSpark{Steps: "months", Rules: wordRules(v.method.Params)}
	for i, t := range trail {
		line.Points = append(line.Points, max(0, t.Ranking*v.method.Params.PointFactor()))
		name := t.AsOf.Period().Words()
		if i == 0 {
			line.FirstName = name
		}
		line.LastName = name
		if !v.compared.IsZero() && t.AsOf.Period().Start().After(v.compared) {
			line.Since++
		}
	}
	if n := len(line.Points); n > 0 {
		line.Points[n-1] = float64(c.Points)
	}
	return line
}

// wordRules is the points where words begin.
func wordRules(par *concern.Params) []float64 {
	return []float64{par.WordPoints(concern.Watch), par.WordPoints(concern.Possible), par.WordPoints(concern.VeryLikely)}
}

// detailOf is type and code under a provider's name.
func detailOf(o org.Organisation) string {
	words := o.Role.Words()
	if o.Type != "" {
		words = o.Type
	}
	if o.Beds > 0 {
		words += ", " + count(o.Beds, "bed", "beds")
	}
	return words + ", " + string(o.Code)
}

// countedCell is the count of findings that passed the false-discovery control.
func (s *Server) countedCell(r *request, found []store.HeldFinding, code org.Code) component.Content {
	n, late := 0, 0
	for _, f := range found {
		if f.Counted && f.Latest && f.Direction == finding.Concern {
			n++
		}
		if f.Kind == finding.Stale {
			late++
		}
	}
	text := "No finding counts"
	if n > 0 {
		text = count(n, "finding counts", "findings count")
	}
	if late > 0 {
		text += "; " + count(late, "feed is late", "feeds are late")
	}
	if n+late == 0 {
		return text
	}
	return sentenceWithLink("", component.Link{Text: text, Href: r.link(providerPath(code) + "#moments")}, "")
}

// unread fills in what has arrived after the watch last read, for pages that show
// where series stand by its verdicts.
func (s *Server) unread(r *request, b *base) error {
	since, err := listing(s, s.listed, r, "unread", func(ctx context.Context, sc access.Scope) (int, error) {
		last, _, err := s.store.LastWatch(ctx, sc)
		if err != nil {
			return 0, err
		}
		_, since, err := s.store.Arrivals(ctx, sc, last.Through)
		return since, err
	})
	b.Unread = unreadWords(since)
	return err
}

// unreadWords says that deliveries have not been tested yet.
func unreadWords(deliveries int) string {
	if deliveries == 0 {
		return ""
	}
	return count(deliveries, "delivery has arrived and is", "deliveries have arrived and are") + " not shown here, because the watch has not tested what came. It runs after each load; an administrator can run “candour watch”."
}
