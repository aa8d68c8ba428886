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

// Clocks is what needs somebody at a moment: pages of three lists, and how many signals
// each has in all.
type Clocks struct {
	Overdue   []Clock // longest over first
	Beside    []Clock // due soon, of the signals in Overdue
	Soon      []Clock // due soonest first, of signals with nothing overdue; long stops in LongStops are left out
	LongStops []Clock // R-CMP-7: the six months of a complaint end soon

	Signals, SoonSignals, LongSignals int   // in each list, also those that are not on the page
	Next                              Place // where each list goes on; a zero key is its end

	Problems []string // clocks that can't be worked out, and why
}

// Place is where a page of one of the lists begins: after the key that is set. The zero
// Place is the beginnings of all three.
type Place struct{ Overdue, Soon, Long store.SignalKey }

// asks reports which lists a place asks for.
func (p Place) asks(key store.SignalKey) bool { return p == Place{} || key.Ref != "" }

// shown is how many signals a page of each list has; batch is how many complaints are
// read at once.
const (
	shown = 50
	batch = 300
)

// longest is how far ahead the six months' warning may begin: 20 working days with
// Christmas and Easter in them are under 35 calendar days.
const longest = 45 * 24 * time.Hour

// longStop is the rule of R-CMP-7.
const longStop calendar.ClockRuleID = "complaint-long-stop"

// Clocks reads what is overdue and due soon at a moment, from a place on. Every running
// clock that needs somebody is on one of the pages: those of a signal with something
// overdue stand beside it in Overdue and Beside, others in Soon, and the six months of
// complaints in LongStops.
func (r *Reader) Clocks(ctx context.Context, sc access.Scope, now time.Time, from Place) (c Clocks, err error) {
	alone, err := r.longStops(ctx, sc, now, from, &c)
	if err != nil {
		return c, err
	}
	if from.asks(from.Overdue) {
		if err := r.overdue(ctx, sc, now, from.Overdue, &c); err != nil {
			return c, err
		}
	}
	if from.asks(from.Soon) {
		if c.SoonSignals, err = r.Store.CountSoon(ctx, sc, now); err != nil {
			return c, err
		}
		soon, err := r.Store.HeldSoon(ctx, sc, now, from.Soon, shown)
		if err != nil {
			return c, err
		}
		c.Next.Soon = lastOf(soon)
		for i := range soon {
			for _, k := range c.needing(r.Rulebook, now, &soon[i]) {
				if _, above := alone[soon[i].Reference]; !above || k.Clock.Rule != longStop {
					c.Soon = append(c.Soon, k)
				}
			}
		}
		for _, only := range alone {
			if only {
				c.SoonSignals--
			}
		}
	}
	for _, list := range [][]Clock{c.Overdue, c.Beside, c.Soon} {
		slices.SortStableFunc(list, byDue)
	}
	return c, nil
}

// overdue reads a page of what is overdue, with what else of the same signals is due
// soon.
func (r *Reader) overdue(ctx context.Context, sc access.Scope, now time.Time, after store.SignalKey, c *Clocks) (err error) {
	if c.Signals, err = r.Store.CountDue(ctx, sc, time.Time{}, now); err != nil {
		return err
	}
	late, err := r.Store.HeldByDue(ctx, sc, time.Time{}, now, after, shown)
	c.Next.Overdue = lastOf(late)
	for i := range late {
		for _, k := range c.needing(r.Rulebook, now, &late[i]) {
			if k.State == calendar.ClockOverdue {
				c.Overdue = append(c.Overdue, k)
			} else {
				c.Beside = append(c.Beside, k)
			}
		}
	}
	return err
}

// longStops reads the complaints whose six months may end soon, all of them: they are
// those received in some weeks half a year ago. alone is those that are listed, and
// whether nothing else of theirs needs somebody.
func (r *Reader) longStops(ctx context.Context, sc access.Scope, now time.Time, from Place, c *Clocks) (alone map[string]bool, err error) {
	halfYear := now.AddDate(0, -6, 0)
	alone = map[string]bool{}
	var list []Clock
	for after := (store.SignalKey{}); ; {
		old, err := r.Store.ComplaintsReceived(ctx, sc, halfYear.AddDate(0, 0, -7), halfYear.Add(longest), after, batch)
		if err != nil {
			return nil, err
		}
		for i := range old {
			needing := c.needing(r.Rulebook, now, &old[i])
			for _, k := range needing {
				if k.Clock.Rule == longStop && k.State == calendar.ClockDueSoon {
					alone[old[i].Reference] = len(needing) == 1
					list = append(list, k)
				}
			}
		}
		if len(old) < batch {
			break
		}
		after = store.SignalKey{At: old[batch-1].Received, Ref: old[batch-1].Reference}
	}
	c.Problems = nil // those of the signals on the page follow
	slices.SortStableFunc(list, byDue)
	c.LongSignals = len(list)
	if !from.asks(from.Long) {
		return alone, nil
	}
	begin := slices.IndexFunc(list, func(k Clock) bool {
		return cmp.Or(k.Due.Compare(from.Long.At), strings.Compare(k.Signal.Reference, from.Long.Ref)) > 0
	})
	if begin >= 0 {
		c.LongStops = list[begin:min(begin+shown, len(list))]
	}
	if begin >= 0 && begin+shown < len(list) {
		last := c.LongStops[shown-1]
		c.Next.Long = store.SignalKey{At: last.Due, Ref: last.Signal.Reference}
	}
	return alone, nil
}

// byDue orders clocks by when they are due.
func byDue(a, b Clock) int {
	return cmp.Or(a.Due.Compare(b.Due), strings.Compare(a.Signal.Reference, b.Signal.Reference))
}

// lastOf is where a list goes on that has a full page.
func lastOf(list []store.HeldSignal) (k store.SignalKey) {
	if n := len(list); n == shown {
		k = store.SignalKey{At: list[n-1].Due, Ref: list[n-1].Reference}
	}
	return k
}

// needing is the clocks of a signal that need somebody.
func (c *Clocks) needing(book *calendar.Rulebook, now time.Time, h *store.HeldSignal) (out []Clock) {
	clocks, problems := h.Clocks(book)
	for _, p := range problems {
		c.Problems = append(c.Problems, h.Reference+": "+p.Error())
	}
	for _, k := range clocks {
		if state := k.StateAt(now); state.NeedsSomebody() {
			_, due := k.DueAt(now)
			out = append(out, Clock{Signal: *h, Clock: k, State: state, Due: due, Working: workingDays(book.Calendar(), due, now)})
		}
	}
	return out
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

// Rule is the rule in words: "3 working days, Complaints Regulations, reg. 13".
func (c *Clock) Rule() string {
	return c.Clock.Span() + ", " + c.Clock.Basis()
}

// StopWords is what stops the clock: "responded, withdrawn or not covered".
func (c *Clock) StopWords() string {
	n := len(c.Clock.Stops)
	if n < 2 {
		return strings.Join(c.Clock.Stops, "")
	}
	return strings.Join(c.Clock.Stops[:n-1], ", ") + " or " + c.Clock.Stops[n-1]
}

// NextStep is whose move it is: ours, that of whom we asked, or the provider's, who owes
// what its duty of candour, its investigations and the complaints made to it ask for.
func (c *Clock) NextStep() string {
	complaint := c.Signal.Complaint
	switch {
	case c.Signal.Pile == store.PileWaiting:
		return "waits for others"
	case c.Clock.Owed == calendar.OwedByProvider, complaint != nil && complaint.ReceivedBy == "provider" && strings.HasPrefix(string(c.Clock.Rule), "complaint-"):
		return "the provider’s; ours to ask after"
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
			text += " " + count(n, "more clock needs somebody.", "more clocks need somebody.")
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
	part("Overdue", "Nothing is overdue.", "longest over", c.Overdue, c.Signals)
	part("The six months of a complaint end soon", "None. A longer period must be agreed before the six months end.", "soonest", c.LongStops, c.LongSignals) // R-CMP-7
	part("Due soon", "Nothing else is due soon.", "soonest", c.Soon, c.SoonSignals)
	d.Small = []string{"As it stood on " + day + ". Each clock’s start and what stops it stand on the page."}
	if n := len(c.Problems); n > 0 {
		d.Small = append(d.Small, count(n, "clock can’t be worked out; its signal’s page says why.", "clocks can’t be worked out; their signals’ pages say why."))
	}
	return d, len(c.Overdue)+len(c.Soon)+len(c.LongStops) == 0
}

// clockCounts is "3 overdue, 1 six-month limit near, 5 due soon", in signals.
func clockCounts(c *Clocks) string {
	words := []string{number(c.Signals) + " overdue"}
	if n := c.LongSignals; n > 0 {
		words = append(words, count(n, "six-month limit near", "six-month limits near"))
	}
	return strings.Join(append(words, number(c.SoonSignals)+" due soon"), ", ")
}
