package web

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"candour/internal/alert"
	"candour/internal/chart"
	"candour/internal/concern"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// chartSpark is the drawn line of a provider's points.
type chartSpark = chart.Sparkline

// htmlText escapes a text that stands in markup of ours.
func htmlText(s string) string { return template.HTMLEscapeString(s) }

// The domains of quality (the regulator's five questions), in the order of pages.
var questions = []struct{ id, name string }{
	{"safe", "Safe"}, {"effective", "Effective"}, {"caring", "Caring"}, {"responsive", "Responsive"}, {"well_led", "Well led"},
}

// softQuestions is the domain of families that no indicator feeds.
var softQuestions = map[concern.FamilyID]string{
	"complaints": "caring", "comments": "caring", "experience": "caring", "gp": "responsive", "access": "responsive",
	"incidents": "safe", "incident volume": "safe", "severity": "safe", "visits": "safe", "safety": "safe",
	"staff": "well_led", "workforce": "well_led", "voice gap": "well_led", "mortality": "effective", "effectiveness": "effective",
}

// questionOf is the domain of a contribution: its largest indicator's, or by its
// family; "" for the parts that no domain has alone.
func (s *Server) questionOf(r *request, c concern.Contribution) string {
	for _, st := range c.Streams {
		if d := r.catalogue().Get(indicator.ID(st.Stream)); d != nil {
			return d.Question
		}
	}
	return softQuestions[c.Family]
}

// filters fills in the form.
func (p *watchListPage) filters(s *Server, r *request, v *watchView) {
	kinds, placed := map[string]int{}, map[string]int{}
	for _, o := range v.providers {
		kinds[string(o.Role)]++
		placed[areaOf(o)]++
	}
	choose := func(name, label, all string, options []component.Option) component.Select {
		return component.Select{
			Field: component.Field{Name: name, Label: component.Label{Text: label}}, Value: r.query(name),
			Options: append([]component.Option{{Text: all}}, options...),
		}
	}
	var types, domains, where, since []component.Option
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		types = append(types, component.Option{Value: k, Text: fmt.Sprintf("%s (%d)", org.Role(k).Words(), kinds[k])})
	}
	for _, q := range questions {
		domains = append(domains, component.Option{Value: q.id, Text: q.name})
	}
	for _, w := range slices.Sorted(maps.Keys(placed)) {
		where = append(where, component.Option{Value: w, Text: fmt.Sprintf("%s (%d)", w, placed[w])})
	}
	for _, c := range comparisons {
		words := c.words
		if c.name == "" && v.looked {
			words += " (" + day(v.compared) + ")"
		}
		since = append(since, component.Option{Value: c.name, Text: words})
	}
	compare := component.Select{Field: component.Field{Name: "since", Label: component.Label{Text: "Compare with"}}, Value: r.query("since"), Options: since}
	p.Filters = []component.Select{
		choose("type", "Type of provider", fmt.Sprintf("All types (%d)", len(v.providers)), types),
		choose("domain", "Domain of quality", "All domains", domains), choose("place", "Place", "All places", where), compare,
	}
	p.Fold = "Filters: " + cmp.Or(r.query("type"), "all types") + ", " + cmp.Or(r.query("domain"), "all domains") + ", " + cmp.Or(r.query("place"), "all places")
}

// areaOf is where a provider is, as far as registers say: the area of its postcode,
// CW of CW1 4QJ.
func areaOf(o org.Organisation) string {
	n := 0
	for n < len(o.Postcode) && o.Postcode[n] >= 'A' && o.Postcode[n] <= 'Z' {
		n++
	}
	if n == 0 {
		return "not stated"
	}
	return o.Postcode[:n]
}

// chosen is the providers that the filters leave.
func (s *Server) chosen(r *request, v *watchView) []org.Organisation {
	kind, question, where := r.query("type"), r.query("domain"), r.query("place")
	return slices.DeleteFunc(slices.Clone(v.providers), func(o org.Organisation) bool {
		if kind != "" && string(o.Role) != kind || where != "" && areaOf(o) != where {
			return true
		}
		if question == "" {
			return false
		}
		c := v.concerns[o.Code]
		for _, part := range concern.Contributions(&c.Assessment) {
			if part.Points > 0 && s.questionOf(r, part) == question {
				return false
			}
		}
		return true
	})
}

// watchLead is the answer in a sentence or three.
func (s *Server) watchLead(r *request, v *watchView, chosen []org.Organisation, byCount bool) component.Content {
	if len(v.providers) == 0 {
		return "There is nobody to watch, because no provider is in your commissioner’s purview yet. An administrator sets it, or a register that names your system does."
	}
	if byCount {
		return fmt.Sprintf("The %s are ranked by findings that count, because concern has not been judged yet: it needs at least 3 indicators with 12 months of values.", count(len(chosen), "provider", "providers")) + v.aboveWords(r, chosen, false) + v.clockWords(chosen)
	}
	worse, cant, above := 0, 0, ""
	var top, most *store.Concern // first on the list; first by points
	var named, highest org.Organisation
	for _, o := range byRank(r, chosen, v.concerns) {
		c, ok := v.concerns[o.Code]
		switch {
		case !ok || !c.Judged:
			cant++
		case c.Word != concern.NoSign && c.Word != concern.Watch:
			worse++
		}
		if facts := overrides(r, &c); top == nil && ok && len(facts) > 0 {
			top, named, above = &c, o, facts[0].Words
		}
		if top == nil && ok && c.Judged {
			top, named = &c, o
		}
		if ok && c.Judged && (most == nil || c.Place < most.Place) {
			most, highest = &c, o
		}
	}
	verb := "have"
	if worse == 1 || len(chosen) == 1 {
		verb = "has"
	}
	lead := fmt.Sprintf("%d of %s %s possibly or likely got worse.", worse, count(len(chosen), "provider", "providers"), verb)
	end := v.aboveWords(r, chosen, above != "")
	if cant > 0 {
		end += " " + count(cant, "provider can’t be judged.", "providers can’t be judged.")
	}
	end += v.clockWords(chosen)
	if top == nil {
		return lead + end
	}
	link := component.Link{Text: shortName(nameOf(named)), Href: r.link(providerPath(named.Code))}
	if above != "" {
		first := sentenceWithLink(lead, link, " comes first whatever its points, because of a fact above any score. "+above+end)
		if most == nil || most.Word == concern.NoSign || highest.Code == named.Code {
			return first
		}
		words := fmt.Sprintf(" comes first by points, with %d (%s)", most.Points, most.Word)
		if why := reasonOf(most); why != "" {
			words += ", because " + why
		}
		return first + sentenceWithLink("", component.Link{Text: shortName(nameOf(highest)), Href: r.link(providerPath(highest.Code))}, words+".")
	}
	because := reasonOf(top)
	if because == "" || top.Points <= 0 {
		return component.Markup(htmlText(lead + " Nobody stands out, because no provider’s evidence adds up to a point." + end))
	}
	return sentenceWithLink(lead, link, fmt.Sprintf(" comes first with %s (%s), because %s.%s", count(top.Points, "point", "points"), top.Word, because, end))
}

// tangible is the contributions that a reader can go and look at, largest first:
// all but the pattern, which only says how the others fit together.
func tangible(c *store.Concern) []concern.Contribution {
	return slices.DeleteFunc(concern.Contributions(&c.Assessment), func(p concern.Contribution) bool { return p.Pattern })
}

// reasonOf is the largest contribution that is a reason, as the end of a sentence: what
// isn't unusual yet adds a little and is none. Empty where there is none.
func reasonOf(c *store.Concern) string {
	for _, p := range tangible(c) {
		if !p.Quiet {
			return uncapital(strings.TrimSuffix(firstSentence(p.Text), "."))
		}
	}
	return ""
}

// restWords is what the three largest contributions leave out: how many smaller ones,
// and what their agreement adds or takes, which may be more than any of them.
func restWords(c *store.Concern, smaller int) string {
	var parts []string
	if smaller > 0 {
		parts = append(parts, "and "+number(smaller)+" smaller")
	}
	switch n := c.Assessment.Pattern.Points; {
	case n > 0:
		parts = append(parts, component.Signed(n)+" because they agree as in a known pattern")
	case n < 0:
		parts = append(parts, component.Signed(n)+" because they don’t agree as in a known pattern")
	}
	return strings.Join(parts, "; ")
}

// limitWords is the points from which a word is said, beside points of providers below
// it: whole, or to one place where one of them would read the same.
func limitWords(limit float64, below ...int) string {
	if whole := int(math.Round(limit)); slices.ContainsFunc(below, func(n int) bool { return n >= whole }) {
		return strconv.FormatFloat(limit, 'f', 1, 64)
	}
	return strconv.FormatFloat(limit, 'f', 0, 64)
}

// wordAndRange is a judgement's word with the points for which it is said.
func wordAndRange(c *store.Concern, par *concern.Params) string {
	if c.Word == concern.NoSign {
		return string(c.Word) + " (below " + limitWords(par.WordPoints(concern.Watch), c.Points) + ")"
	}
	return fmt.Sprintf("%s (%s and over)", c.Word, limitWords(par.WordPoints(c.Word)))
}

// noSignWords says how many providers are below the first word's limit, and which of
// them are listed nevertheless.
func noSignWords(quiet, above int, limit string) string {
	text := fmt.Sprintf("%s below %s points, where “watch” begins", count(quiet+above, "provider is", "providers are"), limit)
	if quiet+above == 0 {
		text = fmt.Sprintf("No provider is below %s points, where “watch” begins", limit)
	}
	switch {
	case above == 0:
		return text + "."
	case quiet == 0:
		return text + ": listed above because of a fact above any score."
	}
	return text + ": " + number(above) + " of them " + map[bool]string{true: "stands", false: "stand"}[above == 1] + " above because of a fact above any score, " + number(quiet) + " " + map[bool]string{true: "is", false: "are"}[quiet == 1] + " not listed."
}

// firstSentence is a text up to its first full stop that ends a sentence.
func firstSentence(s string) string {
	if i := strings.Index(s, ". "); i >= 0 {
		return s[:i+1]
	}
	return s
}

// countRows ranks by findings that count, while concern isn't judged (issue 2: a
// simple, stated count that controls the false-discovery rate over all charts).
func (s *Server) countRows(r *request, p *watchListPage, v *watchView, chosen []org.Organisation) {
	counted := func(o org.Organisation) (n int) {
		for _, f := range v.found[o.Code] {
			if f.Counted && f.Latest && f.Direction == finding.Concern {
				n++
			}
		}
		return n
	}
	slices.SortStableFunc(chosen, func(a, b org.Organisation) int {
		return cmp.Or(cmp.Compare(standing(r, v.concerns, a), standing(r, v.concerns, b)), cmp.Compare(counted(b), counted(a)), strings.Compare(nameOf(a), nameOf(b)))
	})
	quiet := 0
	for i, o := range chosen {
		n := counted(o)
		c, held := v.concerns[o.Code]
		above := aboveLines(r, &c)
		if held && !c.Judged && len(above) == 0 {
			p.CantSay = append(p.CantSay, gapRow{nameOf(o), r.link(providerPath(o.Code)), string(o.Code), sentence(c.Assessment.Why)})
		}
		if n == 0 && len(above) == 0 {
			quiet++
			continue
		}
		r.shown("provider/" + string(o.Code))
		row := watchRow{
			Rank: i + 1, Name: nameOf(o), Href: r.link(providerPath(o.Code)), Detail: detailOf(o),
			Score: component.Markup(`<span class="cd-score">` + strconv.Itoa(n) + `</span>`),
			Spark: "Not judged yet", Above: above,
			Counted: s.countedCell(r, v.found[o.Code], o.Code), Changes: []component.Content{"Not compared: points aren’t judged yet."},
		}
		more := 0
		for _, f := range v.found[o.Code] {
			if !f.Counted || !f.Latest || f.Direction != finding.Concern {
				continue
			}
			if len(row.Why.Items) == 3 {
				more++
				continue
			}
			row.Why.Items = append(row.Why.Items, component.Reason{Icon: component.Hard.Icon(), Text: s.findingWords(r, &f), Source: f.To.Words()})
		}
		if more > 0 {
			row.Why.Rest = "and " + number(more) + " more"
		}
		p.Rows = append(p.Rows, row)
	}
	switch {
	case len(p.Rows) > 0:
	case v.ran:
		p.None = "No provider has a finding that counts: of what passed the control of false discoveries, nothing is about a newest period."
	default:
		p.None = "No provider has a finding that counts. Findings appear with the first deliveries."
	}
	p.NoSign = count(quiet, "provider has", "providers have") + " no finding that counts. While concern isn’t judged, that is no sign that all is well."
}

// findingWords is a finding with its indicator's name.
func (s *Server) findingWords(r *request, f *store.HeldFinding) string {
	name := string(f.Indicator)
	if d := r.catalogue().Get(f.Indicator); d != nil {
		name = cmp.Or(d.Short, d.Name)
	}
	return name + ": " + uncapital(firstSentence(f.Sentence))
}

// watchNotes is the small print: legend, freshness, budget, counted findings.
func (s *Server) watchNotes(r *request, p *watchListPage, v *watchView, judged int) {
	par := v.method.Params
	if !p.ByCount {
		words := make([]string, 0, 5)
		for _, w := range []concern.Word{concern.Watch, concern.Possible, concern.Likely, concern.VeryLikely} {
			words = append(words, fmt.Sprintf("%.0f %s", par.WordPoints(w), w))
		}
		relative := ""
		if v.method.Chance == nil { // concern-design.md section 10
			relative = " (relative, until alerts closed here correct it)"
		}
		p.Legend = []string{
			"How likely it is that the provider has got worse, in points" + relative + ": below " + fmt.Sprintf("%.0f", par.WordPoints(concern.Watch)) + " no sign, from " + strings.Join(words, ", ") + "; both are rounded, and where they are the same the word is exact",
		}
		if !v.compared.IsZero() {
			p.Legend = append(p.Legend, "Shaded on the line: since "+v.sinceWords())
		}
		p.Notes = append(p.Notes, sentenceWithLink("", component.Link{Text: "Alerts", Href: r.link(alertsPath)}, ": "+budgetWords(v.method.Budget, judged, alert.Count(v.alerts, time.Time{}, r.moment.Add(time.Second)))))
	}
	counted, providers, late := 0, map[org.Code]bool{}, 0
	for code, list := range v.found {
		for _, f := range list {
			if f.Counted && f.Latest && f.Direction == finding.Concern {
				counted++
				providers[code] = true
			}
			if f.Kind == finding.Stale {
				late++
			}
		}
	}
	p.Notes = append(p.Notes, fmt.Sprintf("%s at %s pass the control of false discoveries: over all charts looked at together, about 1 in 20 of those counted is chance.",
		count(counted, "finding of concern", "findings of concern"), count(len(providers), "provider", "providers")))
	p.Notes = append(p.Notes, sentenceWithLink("", component.Link{Text: "How concern is worked out", Href: r.link(methodPath)}, "."))
	if v.ran {
		text := fmt.Sprintf("Data: newest arrival %s, newest period %s; all %s and %s were tested %s.", momentOf(v.received), v.newest.Words(),
			count(v.watched.Series, "series", "series"), count(v.watched.Funnels, "cross-section", "cross-sections"), momentOf(v.watched.Instant))
		var missing []string
		where := "/data#late"
		if v.late > 0 {
			where = "/data#sources"
			missing = append(missing, count(v.late, "source", "sources"))
		}
		if late > 0 {
			missing = append(missing, count(late, "single series", "single series"))
		}
		if len(missing) > 0 {
			p.Notes = append(p.Notes, sentenceWithLink(text+" Late: "+strings.Join(missing, " and ")+",", component.Link{Text: "which", Href: r.link(where)}, "."))
		} else {
			p.Notes = append(p.Notes, text+" Nothing is late.")
		}
	} else {
		p.Notes = append(p.Notes, "Nothing has been tested yet: the watch runs after each delivery.")
	}
}

// shareWords is a share in words.
func shareWords(x float64) string {
	switch {
	case x >= 0.45 && x <= 0.55:
		return "half are"
	default:
		return fmt.Sprintf("%.0f in 10 are", 10*x)
	}
}

// gapGroup is providers that can't be judged for one reason.
type gapGroup struct {
	Many string // how many, where the reason is said once for all of them
	Why  string
	Rows []gapRow
}

// Folded reports whether there are too many names to be read through.
func (g *gapGroup) Folded() bool { return len(g.Rows) >= folded }

// From how many providers on a reason is said once for all of them, and their names
// stand behind a fold.
const (
	saidOnce = 5
	folded   = 25
)

// CantSayTogether is who can't be judged by reason: where nothing but old files was
// loaded, it is one reason for every provider of a country.
func (p *watchListPage) CantSayTogether() (out []gapGroup) {
	at := map[string]int{}
	for _, g := range p.CantSay {
		i, ok := at[g.Why]
		if !ok {
			i, at[g.Why] = len(out), len(out)
			out = append(out, gapGroup{Why: g.Why})
		}
		out[i].Rows = append(out[i].Rows, g)
	}
	for i := range out {
		if n := len(out[i].Rows); n >= saidOnce {
			out[i].Many = count(n, "provider", "providers")
			slices.SortStableFunc(out[i].Rows, func(a, b gapRow) int { return strings.Compare(a.Name, b.Name) })
		}
	}
	return out
}
