package mapping

import (
	"slices"

	"candour/internal/calendar"
	"candour/internal/signal"
)

// progress is how far a complaint had got when its log was written.
// The days are those of the log, and the clocks run by them: an agreed date that had
// passed counts as missed (docs/rules.md, stepping in).
type progress struct {
	acknowledged, responded calendar.Date
	agreedFor               calendar.Date // the day first agreed for the response
	changedOn, changedTo    calendar.Date // when another was agreed, and which
	because                 string        // why
}

func progressDay(target func(*progress) *calendar.Date) setter {
	return func(f *filling, v string) (string, string) {
		t, ok := f.mapping.parseDate(v)
		if !ok {
			return f.mapping.datesInWords(), "Correct the date, or add its form to the mapping."
		}
		*target(&f.progress) = calendar.DateOf(t)
		return "", ""
	}
}

// tellsProgress reports whether a mapping has a column for how far complaints got.
func (m *Mapping) tellsProgress() bool {
	return slices.ContainsFunc(m.Columns, func(c Column) bool {
		return c.Field == "complaint.acknowledged_on" || c.Field == "complaint.responded_on"
	})
}

// changes is the progress as what happened after receipt, in the order of days. What
// a log leaves out is asked for, never guessed.
func (f *filling) changes() []signal.Change {
	p := f.progress
	received := calendar.DateOf(f.row.Signal.Received)
	need := func(missing bool, field, expected string) {
		if missing {
			f.fail(field, "", expected, "Fill in the cell, or leave the others empty.")
		}
	}
	need(p.acknowledged.IsZero() && (!p.agreedFor.IsZero() || !p.responded.IsZero()), "complaint.acknowledged_on", "the day of acknowledgement, since a later step is given")
	need(p.agreedFor.IsZero() && !p.changedTo.IsZero(), "complaint.agreed_for", "the day first agreed, since a changed one is given")
	need(!p.changedTo.IsZero() && p.changedOn.IsZero(), "complaint.changed_on", "the day on which the date was changed")
	need(!p.changedTo.IsZero() && p.because == "", "complaint.changed_because", "the reason for the changed date") // R-CMP-5
	need(p.changedTo.IsZero() && !p.changedOn.IsZero(), "complaint.changed_to", "the day agreed instead")
	last := received
	for _, step := range []struct {
		field string
		on    calendar.Date
	}{{"complaint.acknowledged_on", p.acknowledged}, {"complaint.changed_on", p.changedOn}, {"complaint.responded_on", p.responded}} {
		if !step.on.IsZero() && step.on < last {
			f.fail(step.field, step.on.String(), "a day from "+last.String()+" on", "Correct the order of the days.")
		}
		last = max(last, step.on)
	}
	if len(f.row.Errors) > 0 {
		return nil
	}
	out := []signal.Change{}
	agreed := func(to, on calendar.Date, because string) {
		if !to.IsZero() {
			out = append(out, signal.DateAgreed{Rule: "complaint-response", To: to, Because: because, On: on})
		}
	}
	if !p.acknowledged.IsZero() {
		out = append(out, signal.Moved{Event: "acknowledged", On: p.acknowledged})
	}
	agreed(p.agreedFor, p.acknowledged, "")
	agreed(p.changedTo, p.changedOn, p.because)
	if !p.responded.IsZero() {
		out = append(out, signal.Moved{Event: "responded", On: p.responded})
	}
	return out
}
