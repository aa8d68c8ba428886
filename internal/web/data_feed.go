package web

import (
	"context"
	"fmt"
	"math"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/web/component"
)

// feed is what is expected of one source at one frequency: a source whose
// indicators are monthly and yearly is two feeds.
type feed struct {
	source     string
	indicators []indicator.ID
	first      *indicator.Definition // whose lag and tolerance count
	period     calendar.Period       // last one whose value is due
	next       time.Time             // the day after which the one after it is late
	providers  int                   // from how many it is in for that period
	newest     calendar.Period       // of which something is held; zero when nothing ever came
	arrival    indicator.Arrival
}

// feeds is every source that feeds an indicator, with whether it is late:
// overdue = today > period end + lag + tolerance (R-IND-4).
func (s *Server) feeds(r *request) ([]feed, error) {
	var out []feed
	at := map[string]int{}
	for _, src := range s.Sources.All() {
		for _, id := range r.catalogue().IDs() {
			d := r.catalogue().Get(id)
			if d.Source != src.ID || d.Frequency == calendar.NoPeriod {
				continue
			}
			key := src.ID + " " + d.Frequency.String()
			i, ok := at[key]
			if !ok {
				i, at[key] = len(out), len(out)
				out = append(out, feed{source: src.ID, first: d})
			}
			out[i].indicators = append(out[i].indicators, id)
			if d.LagDays+d.Tolerance < out[i].first.LagDays+out[i].first.Tolerance {
				out[i].first = d
			}
		}
	}
	return out, s.judgeFeeds(r, out)
}

// judgeFeeds finds the period last due of each feed, from how many providers it is
// held, and how the feed stands. Two queries, whatever the number of feeds.
func (s *Server) judgeFeeds(r *request, feeds []feed) error {
	due := map[indicator.ID]calendar.Period{}
	var all []indicator.ID
	for i := range feeds {
		f := &feeds[i]
		all = append(all, f.indicators...)
		f.period = lastDue(f.first, r.moment)
		f.next = f.first.Due(f.period.Add(1))
		for _, id := range f.indicators {
			due[id] = f.period
		}
	}
	reported, err := listing(s, s.listed, r, fmt.Sprint("reported ", due), func(ctx context.Context, sc access.Scope) (map[indicator.ID][]org.Code, error) {
		return s.store.Reported(ctx, sc, due)
	})
	if err != nil {
		return err
	}
	newest, err := listing(s, s.listed, r, fmt.Sprint("newest ", all), func(ctx context.Context, sc access.Scope) (map[indicator.ID]calendar.Period, error) {
		return s.store.NewestReported(ctx, sc, all)
	})
	if err != nil {
		return err
	}
	for i := range feeds {
		f := &feeds[i]
		seen := map[org.Code]bool{}
		for _, id := range f.indicators {
			for _, code := range reported[id] {
				seen[code] = true
			}
		}
		f.providers = len(seen)
		f.newest = f.newestOf(newest)
		f.arrival = f.first.Arrival(f.newest, r.moment)
	}
	return nil
}

// newestOf is the newest period of any indicator of the feed.
func (f *feed) newestOf(of map[indicator.ID]calendar.Period) (newest calendar.Period) {
	for _, id := range f.indicators {
		if p := of[id]; newest.IsZero() || p.Compare(newest) > 0 {
			newest = p
		}
	}
	return newest
}

// arrivalCell is how a feed stands that isn't in, in the same words wherever it is
// asked: of a source as a whole, and of one commissioner's part of it.
func (f *feed) arrivalCell(r *request, arrival indicator.Arrival, newest calendar.Period) component.Cell {
	switch arrival {
	case indicator.Late:
		missing := newest.Add(1)
		due := f.first.Due(missing)
		return component.GapCell("Late", count(daysLate(r.moment, due), "day", "days"), fmt.Sprintf("%s was due by %s", missing.Words(), day(due)))
	case indicator.Ended:
		return component.Cell{Body: "ended: nothing since " + newest.Words()}
	}
	return component.Cell{Body: "none received yet"}
}

// daysLate is how many days past due a moment is, a day begun counted whole.
func daysLate(moment, due time.Time) int {
	return max(1, int(math.Ceil(moment.Sub(due).Hours()/24)))
}

// lastDue is the newest period of a definition whose value is due by the moment.
func lastDue(d *indicator.Definition, moment time.Time) calendar.Period {
	p := periodOf(d.Frequency, moment)
	for !moment.After(d.Due(p)) {
		p = p.Add(-1)
	}
	return p
}

// periodOf is the period of a kind in which a moment lies; of rolling twelve
// months, those that end with its month.
func periodOf(k calendar.Kind, moment time.Time) calendar.Period {
	local := moment.In(calendar.London)
	year, month := local.Year(), local.Month()
	switch k {
	case calendar.Quarter:
		return calendar.NewQuarter(year, (int(month)+2)/3)
	case calendar.FinancialYear:
		if month < time.April {
			year--
		}
		return calendar.NewFinancialYear(year)
	case calendar.Year:
		return calendar.NewYear(year)
	case calendar.Rolling12:
		return calendar.TwelveMonthsTo(year, month)
	case calendar.Day:
		return calendar.DayOf(moment)
	default:
		return calendar.NewMonth(year, month)
	}
}

// sourceTable is a row for each feed: in, late, ended, never received, with the
// newest file.
func (s *Server) sourceTable(r *request, feeds []feed, newestFirst []delivery.Delivery) component.Table {
	newest := map[string]delivery.Delivery{}
	for _, d := range newestFirst {
		if _, ok := newest[d.Source]; !ok {
			newest[d.Source] = d
		}
	}
	t := component.Table{
		Caption: "Sources, with what is in and what is late", CaptionHidden: true, Dense: true, RowHeaders: true,
		Columns: []component.Column{
			{Heading: "Source"},
			{Heading: "How often"},
			{Heading: "Period last due"},
			{Heading: "State"},
			{Heading: "Providers", Numeric: true},
			{Heading: "Next late after"},
			{Heading: "Newest file"},
			{Heading: "When it is late"},
		},
	}
	for i := range feeds {
		f := &feeds[i]
		src := s.Sources.Get(f.source)
		state, late := component.Cell{Body: "✓ In"}, component.Cell{Body: src.WhenLate}
		switch {
		case f.arrival == indicator.InTime && f.providers == 0: // a newer period came, and of this one nothing
			state = component.Cell{Body: "✓ In up to " + f.newest.Words()}
		case f.arrival != indicator.InTime:
			state = f.arrivalCell(r, f.arrival, f.newest)
		}
		if src.WhenLate == "" {
			late.Body = "not stated"
		}
		file := component.Cell{Body: "none received"}
		if d, ok := newest[f.source]; ok {
			file = component.Cell{Body: string(d.ID) + ", " + day(d.Received), Href: s.deliveryLink(r, d.ID)}
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: src.Name, Hidden: ", " + src.Publisher},
			{Body: src.Schedule, Hidden: f.first.Frequency.String()},
			{Body: f.period.Words()},
			state,
			{Body: number(f.providers)},
			{Body: day(f.next)},
			file, late,
		})
	}
	return t
}
