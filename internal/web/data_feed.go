package web

import (
	"context"
	"fmt"
	"math"
	"slices"
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
	due        time.Time             // the day after which it is late
	next       time.Time             // when the one after it is
	providers  int                   // from how many it is in; nought is late
	late       int                   // days; nought is in, or never came
	never      bool                  // no value of any period was ever received
}

// feeds is every source that feeds an indicator, with whether it is late:
// overdue = today > period end + lag + tolerance (R-IND-4).
func (s *Server) feeds(r *request) ([]feed, error) {
	var out []feed
	at := map[string]int{}
	for _, src := range s.Sources.All() {
		for _, id := range s.Catalogue.IDs() {
			d := s.Catalogue.Get(id)
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

// judgeFeeds finds the period last due of each feed and whether anything is held
// for it, or ever was: what nobody has given yet is not late. Two queries, whatever the
// number of feeds.
func (s *Server) judgeFeeds(r *request, feeds []feed) error {
	due := map[indicator.ID]calendar.Period{}
	var all []indicator.ID
	for i := range feeds {
		f := &feeds[i]
		all = append(all, f.indicators...)
		f.period = lastDue(f.first, r.moment)
		f.due, f.next = f.first.Due(f.period), f.first.Due(f.period.Add(1))
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
	ever, err := listing(s, s.listed, r, fmt.Sprint("ever ", all), func(ctx context.Context, sc access.Scope) (map[indicator.ID]bool, error) {
		return s.store.EverReported(ctx, sc, all)
	})
	if err != nil {
		return err
	}
	for i := range feeds {
		f := &feeds[i]
		f.never = !slices.ContainsFunc(f.indicators, func(id indicator.ID) bool { return ever[id] })
		seen := map[org.Code]bool{}
		for _, id := range f.indicators {
			for _, code := range reported[id] {
				seen[code] = true
			}
		}
		if f.providers = len(seen); f.providers == 0 && !f.never {
			f.late = daysLate(r.moment, f.due)
		}
	}
	return nil
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

// sourceTable is a row for each feed: in, late, never received, with the newest
// file.
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
		if f.late > 0 {
			state = component.GapCell("Late", count(f.late, "day", "days"), fmt.Sprintf("due by %s, not received", day(f.due)))
		}
		if f.never {
			state = component.Cell{Body: "none received yet"}
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
