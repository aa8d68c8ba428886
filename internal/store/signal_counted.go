package store

import (
	"context"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
)

// CountedReports is what a count in a concern's sentence is made of: reports on some
// channels, or visits, about events of some months.
type CountedReports struct {
	Channels []signal.Channel
	Visits   bool            // instead of reports
	Severe   *bool           // the severe ones, or the others; nil is both
	From, To calendar.Period // months of the events, both of them in it
	Of       []org.Code      // the provider, and those that became it; none is everybody
	Without  []string        // references that count with another: see NotCounted
}

// where is the condition on signals s.
func (c *CountedReports) where(bind func(any) string) string {
	condition := " AND s.kind = 'visit' AND " + rareKinds + " AND s.counts = 1 AND s.duplicate_of = ''"
	if !c.Visits {
		condition = " AND s.channel IN (" + bound(bind, c.Channels) + ")"
	}
	condition += " AND s.event_month >= " + bind(c.From.String()) + " AND s.event_month <= " + bind(c.To.String())
	if c.Severe != nil {
		condition += map[bool]string{true: " AND s.severe = 1", false: " AND s.severe = 0"}[*c.Severe]
	}
	if len(c.Of) > 0 {
		condition += " AND s.provider IN (" + bound(bind, c.Of) + ")"
	}
	if len(c.Without) > 0 {
		condition += " AND s.ref NOT IN (" + bound(bind, c.Without) + ")"
	}
	return condition
}

// bound binds each of a list.
func bound[T ~string](bind func(any) string, list []T) string {
	marks := make([]string, len(list))
	for i, v := range list {
		marks[i] = bind(string(v))
	}
	return strings.Join(marks, ", ")
}

// NotCounted is the references of what a count leaves out of its channels and months: of
// reports those for which another of the same event stands, of visits those without a
// verdict on anything.
func (s *Store) NotCounted(ctx context.Context, sc access.Scope, c CountedReports) ([]string, error) {
	var args []any
	if c.Visits {
		condition, args := (&SignalFilter{Counted: &c}).where(s, sc)
		visits, err := s.wholeSignals(ctx, condition, args)
		var out []string
		for i := range visits {
			if v := visits[i].Visit; v == nil || v.Questions() == 0 {
				out = append(out, visits[i].Reference)
			}
		}
		return out, err
	}
	condition, joined := cellsOf(sc, &args)
	asked, tiedOnes := slices.Clone(args), 0
	among := condition + c.where(binder(&asked)) + " AND " + joined
	err := s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM signal s WHERE "+among, asked...).Scan(&tiedOnes)
	if err != nil || tiedOnes == 0 { // mostly nothing of a count is tied to anything
		return nil, s.engine.fault(err, "look for reports of one event")
	}
	tied, err := s.wholeSignals(ctx, condition+" AND "+joined, args)
	return signal.CountedWithOthers(tied), err
}

// CountCounted is how many reports a count is made of, as SignalCells counts them: with
// those that show to their readers alone.
func (s *Store) CountCounted(ctx context.Context, sc access.Scope, c CountedReports) (n int, err error) {
	var args []any
	condition, _ := cellsOf(sc, &args)
	condition += c.where(binder(&args))
	err = s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM signal s WHERE "+condition, args...).Scan(&n)
	return n, s.engine.fault(err, "count the reports of a count")
}
