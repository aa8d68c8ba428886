package digest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/signal"
	"candour/internal/store"
)

// Clock is one running clock that needs somebody, with what a reader needs to check
// it by hand.
type Clock struct {
	Signal  store.HeldSignal
	Clock   calendar.Clock
	State   calendar.ClockState // overdue or due soon
	Due     time.Time           // the instant in force, with changes of the date
	Working int                 // working days over, or left; −1 where the holiday table doesn't reach
}

// Clocks is what needs somebody at a moment.
type Clocks struct {
	Overdue   []Clock // longest over first
	Soon      []Clock // due soonest first; the long stops are apart
	LongStops []Clock // R-CMP-7: the six months of a complaint end soon
	Signals   int     // with an overdue clock, also those that are not listed
	Last      store.SignalKey
	Problems  []string // clocks that can't be worked out, and why
}

// The lists hold at most this many signals; a list of overdue ones goes on where
// it ended.
const (
	overdueShown = 50
	soonRead     = 300
)

// horizon is how far ahead a clock may warn: 20 working days with Christmas and
// Easter in them, the longest warning of definitions/clocks, is under 35 days.
const horizon = 45 * 24 * time.Hour

// longStop is the rule of R-CMP-7.
const longStop calendar.ClockRuleID = "complaint-long-stop"

// Clocks reads what is overdue and due soon at a moment, from after a place in the
// list of what is overdue on. It makes four queries.
func (r *Reader) Clocks(ctx context.Context, sc access.Scope, now time.Time, after store.SignalKey) (c Clocks, err error) {
	if c.Signals, err = r.Store.CountDue(ctx, sc, time.Time{}, now); err != nil {
		return c, err
	}
	late, err := r.Store.HeldByDue(ctx, sc, time.Time{}, now, after, overdueShown)
	if err != nil {
		return c, err
	}
	if n := len(late); n == overdueShown {
		c.Last = store.SignalKey{At: late[n-1].Due, Ref: late[n-1].Reference}
	}
	var soon, old []store.HeldSignal
	if after.Ref == "" {
		if soon, err = r.Store.HeldByDue(ctx, sc, now, now.Add(horizon), store.SignalKey{}, soonRead); err != nil {
			return c, err
		}
		halfYear := now.AddDate(0, -6, 0)
		if old, err = r.Store.ComplaintsReceived(ctx, sc, halfYear.AddDate(0, 0, -7), halfYear.Add(horizon), soonRead); err != nil {
			return c, err
		}
	}
	c.gather(r.Rulebook, now, slices.Concat(late, soon, old))
	return c, nil
}

// gather works out the clocks of signals, each signal once.
func (c *Clocks) gather(book *calendar.Rulebook, now time.Time, signals []store.HeldSignal) {
	done := map[string]bool{}
	for i := range signals {
		h := &signals[i]
		if done[h.Reference] {
			continue
		}
		done[h.Reference] = true
		clocks, problems := h.Clocks(book)
		for _, p := range problems {
			c.Problems = append(c.Problems, h.Reference+": "+p.Error())
		}
		for _, k := range clocks {
			state := k.StateAt(now)
			if !state.NeedsSomebody() {
				continue
			}
			_, due := k.DueAt(now)
			row := Clock{Signal: *h, Clock: k, State: state, Due: due, Working: workingDays(book.Calendar(), due, now)}
			switch {
			case state == calendar.ClockOverdue:
				c.Overdue = append(c.Overdue, row)
			case k.Rule == longStop:
				c.LongStops = append(c.LongStops, row)
			default:
				c.Soon = append(c.Soon, row)
			}
		}
	}
	for _, list := range [][]Clock{c.Overdue, c.Soon, c.LongStops} {
		slices.SortStableFunc(list, func(a, b Clock) int {
			return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.Signal.Reference, b.Signal.Reference))
		})
	}
}

// workingDays is how many working days lie between the last day in time and now,
// −1 where the holiday table doesn't reach.
func workingDays(cal *calendar.Calendar, due, now time.Time) int {
	last, today := calendar.DateOf(due.Add(-time.Microsecond)), calendar.DateOf(now)
	n, err := cal.Between(calendar.WorkingDays, min(last, today), max(last, today))
	if err != nil {
		return -1
	}
	return n
}

// Left is the time over or left in words: "2 working days over".
func (c *Clock) Left(now time.Time) string {
	over := c.State == calendar.ClockOverdue
	last := calendar.DateOf(c.Due.Add(-time.Microsecond))
	switch {
	case c.Working > 0 && over:
		return count(c.Working, "working day over", "working days over")
	case c.Working > 0:
		return count(c.Working, "working day left", "working days left")
	case over:
		return "over since " + c.Due.In(calendar.London).Format("2 Jan 15:04")
	case last == calendar.DateOf(now):
		return "due today"
	}
	return "due before the next working day"
}

// DueWords is the due instant: the day, with its time unless it is the day's end.
func (c *Clock) DueWords() string {
	last := calendar.DateOf(c.Due.Add(-time.Microsecond))
	if last.Ends().Equal(c.Due) {
		return last.Begins().In(calendar.London).Format("Mon 2 Jan 2006")
	}
	return c.Due.In(calendar.London).Format("Mon 2 Jan 2006, 15:04")
}

// Rule is the rule in words: "3 working days, R-CMP-5".
func (c *Clock) Rule() string {
	words := c.Clock.Unit.Words(c.Clock.Length)
	switch {
	case c.Clock.Agreed:
		words = "date agreed"
	case c.Clock.Length == 0:
		words = "the same day"
	}
	if c.Clock.Cites != "" {
		words += ", " + c.Clock.Cites
	}
	if c.Clock.Local {
		words += ", our own target"
	}
	return words
}

// StopWords is what stops the clock: "responded, withdrawn or not covered".
func (c *Clock) StopWords() string {
	n := len(c.Clock.Stops)
	if n < 2 {
		return strings.Join(c.Clock.Stops, "")
	}
	return strings.Join(c.Clock.Stops[:n-1], ", ") + " or " + c.Clock.Stops[n-1]
}

// NextStep is whose move it is: ours, or that of whom we asked.
func (c *Clock) NextStep() string {
	if c.Signal.Pile == store.PileWaiting {
		return "waits for others"
	}
	return "ours"
}

// SignalPath is the page of a signal.
func SignalPath(ref string) string { return "/signals/" + ref }

// DuePath is the page with the lists of clocks.
const DuePath = "/signals/due"

// clockItems are lines that may leave, one a signal: reference, kind, what is to be
// done, by when. Of several clocks of a signal the first that a law or contract sets
// is named, before our own targets.
func clockItems(list []Clock, now time.Time, most int) (out []Item) {
	var order []string
	first, others := map[string]*Clock{}, map[string]int{}
	for i := range list {
		c := &list[i]
		ref := c.Signal.Reference
		switch held := first[ref]; {
		case held == nil:
			order = append(order, ref)
			first[ref] = c
			continue
		case held.Clock.Local && !c.Clock.Local:
			first[ref] = c
		}
		others[ref]++
	}
	for _, ref := range order[:min(most, len(order))] {
		c := first[ref]
		text := kindWords(c.Signal.Kind) + ". " + c.Clock.Name + " (" + c.Rule() + "): due " + c.DueWords() + ", " + c.Left(now) + "."
		if n := others[ref]; n > 0 {
			text += " " + count(n, "more clock of it needs somebody.", "more clocks of it need somebody.")
		}
		out = append(out, Item{Link{ref, SignalPath(ref)}, text})
	}
	return out
}

func kindWords(k signal.Kind) string { return cmp.Or(k.Words(), string(k)) }

// dailyItems is how many lines each part of the daily list has.
const dailyItems = 15

// Daily is the list of clocks of one day. Empty reports whether there is nothing
// in it, so that nothing is sent.
func Daily(c *Clocks, whose string, now time.Time) (d Digest, empty bool) {
	d.Title = "Clocks: " + clockCounts(c)
	d.Lead = upper(clockCounts(c)) + ", at " + whose + "."
	day := now.In(calendar.London).Format("Monday 2 January 2006, 15:04")
	part := func(heading, none, order string, list []Clock, all int) {
		p := Part{Heading: heading, Sentence: none, Items: clockItems(list, now, dailyItems)}
		if all > 0 {
			p.Sentence = count(all, "signal", "signals") + ", " + order + " first."
		}
		if all > len(p.Items) {
			p.More = Link{"All " + number(all), DuePath}
		}
		d.Parts = append(d.Parts, p)
	}
	part("Overdue", "Nothing is overdue.", "longest over", c.Overdue, max(c.Signals, signalsOf(c.Overdue)))
	part("The six months of a complaint end soon", "None. A longer period must be agreed before the six months end (R-CMP-7).", "soonest", c.LongStops, signalsOf(c.LongStops))
	part("Due soon", "Nothing else is due soon.", "soonest", c.Soon, signalsOf(c.Soon))
	d.Small = []string{"As it stood on " + day + ". Each clock’s start and what stops it stand on the page."}
	if n := len(c.Problems); n > 0 {
		d.Small = append(d.Small, count(n, "clock can’t be worked out; its signal’s page says why.", "clocks can’t be worked out; their signals’ pages say why."))
	}
	return d, len(c.Overdue)+len(c.Soon)+len(c.LongStops) == 0
}

// clockCounts is "3 overdue, 1 six-month limit near, 5 due soon", in signals.
func clockCounts(c *Clocks) string {
	words := []string{number(max(c.Signals, signalsOf(c.Overdue))) + " overdue"}
	if n := len(c.LongStops); n > 0 {
		words = append(words, count(n, "six-month limit near", "six-month limits near"))
	}
	return strings.Join(append(words, number(signalsOf(c.Soon))+" due soon"), ", ")
}

// signalsOf is how many signals the clocks are of.
func signalsOf(list []Clock) int {
	refs := map[string]bool{}
	for i := range list {
		refs[list[i].Signal.Reference] = true
	}
	return len(refs)
}
