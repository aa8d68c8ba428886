package alert

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"candour/internal/concern"
	"candour/internal/fault"
)

var monday = time.Date(2026, 11, 23, 8, 40, 0, 0, time.UTC)

func raised(ref Ref, provider string, score float64) Alert {
	return New(ref, "QAA", Brief{Alert: concern.Alert{Provider: concern.ProviderID(provider), AsOf: 24322, Params: concern.Default().Version, ByScore: true, Score: score, Ranking: score}, Points: 30}, monday)
}

// do applies steps one day apart.
func do(t *testing.T, a *Alert, steps ...Step) {
	t.Helper()
	for i, s := range steps {
		s.Ref, s.Number = a.Ref, a.Version+1
		if err := a.Apply(s, monday.AddDate(0, 0, i+1)); err != nil {
			t.Fatalf("step %d, %s: %v", i, s.Act, err)
		}
	}
}

func TestAnAlertGoesThroughItsStatesAndEveryMoveIsUndoneByAnother(t *testing.T) {
	t.Parallel()
	a := raised("A-2026-1", "RA1", 9)
	do(t, &a, Step{Act: Acknowledge})
	if a.State != Acknowledged || !a.Acknowledged.Equal(monday.AddDate(0, 0, 1)) {
		t.Fatalf("acknowledged: %+v", a)
	}
	do(t, &a, Step{Act: Assign, To: "u-1"}, Step{Act: Close, Outcome: concern.RealConcern, Because: "Two wards"})
	if a.State != Closed || a.Owner != "u-1" || a.Ended.IsZero() || a.Version != 4 {
		t.Fatalf("closed: %+v", a)
	}
	do(t, &a, Step{Act: Reopen, Because: "Too soon"})
	if a.State != Assigned || a.Outcome != "" || !a.Ended.IsZero() || a.Because != "" {
		t.Fatalf("reopened: %+v", a)
	}
	do(t, &a, Step{Act: Return, Because: "On leave"}, Step{Act: Return, Because: "In error"})
	if a.State != Raised || a.Owner != "" || !a.Acknowledged.IsZero() {
		t.Fatalf("given back: %+v", a)
	}
	do(t, &a, Step{Act: Escalate, Level: Reviewers})
	if a.Level != Reviewers {
		t.Fatalf("escalated: %+v", a)
	}
	do(t, &a, Step{Act: Lower, Because: "Known already"}, Step{Act: Close, Outcome: concern.Chance, Because: "One month"}, Step{Act: Reopen, Because: "Not one month"})
	if a.State != Raised || a.Level != Leads {
		t.Fatalf("closed from raised and reopened: %+v", a)
	}
}

func TestWhatDoesNotFollowIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	closed := raised("A-2026-1", "RA1", 9)
	do(t, &closed, Step{Act: Close, Outcome: concern.NoConcern, Because: "x"})
	owned := raised("A-2026-1", "RA1", 9)
	do(t, &owned, Step{Act: Assign, To: "u-1"})
	fresh := raised("A-2026-1", "RA1", 9)
	for name, c := range map[string]struct {
		of   Alert
		step Step
		kind fault.Kind
	}{
		"closing without an outcome":       {fresh, Step{Act: Close, Because: "x"}, fault.Invalid},
		"closing with one of our own":      {fresh, Step{Act: Close, Outcome: "fine", Because: "x"}, fault.Invalid},
		"closing without a because":        {fresh, Step{Act: Close, Outcome: concern.Chance}, fault.Invalid},
		"closing twice":                    {closed, Step{Act: Close, Outcome: concern.Chance, Because: "x"}, fault.Conflict},
		"reopening what is open":           {fresh, Step{Act: Reopen, Because: "x"}, fault.Conflict},
		"reopening without a because":      {closed, Step{Act: Reopen}, fault.Invalid},
		"giving a closed one to somebody":  {closed, Step{Act: Assign, To: "u-2"}, fault.Conflict},
		"giving it to nobody":              {fresh, Step{Act: Assign}, fault.Invalid},
		"giving it to whose it is":         {owned, Step{Act: Assign, To: "u-1"}, fault.Invalid},
		"acknowledging what is owned":      {owned, Step{Act: Acknowledge}, fault.Conflict},
		"giving back what nobody has":      {fresh, Step{Act: Return, Because: "x"}, fault.Conflict},
		"giving back without a because":    {owned, Step{Act: Return}, fault.Invalid},
		"lowering from the first level":    {fresh, Step{Act: Lower, Because: "x"}, fault.Conflict},
		"escalating above the board":       {fresh, Step{Act: Escalate, Level: 4}, fault.Conflict},
		"escalating what is closed":        {closed, Step{Act: Escalate, Level: 2}, fault.Conflict},
		"adding to what is closed":         {closed, Step{Act: Add, Brief: &Brief{}}, fault.Conflict},
		"an act that there is not":         {fresh, Step{Act: "burnt"}, fault.Invalid},
		"a because of more than two pages": {fresh, Step{Act: Close, Outcome: concern.Chance, Because: string(make([]byte, 2001))}, fault.Invalid},
	} {
		a := c.of
		c.step.Ref, c.step.Number = a.Ref, a.Version+1
		if err := a.Apply(c.step, monday); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
		if a.Version != c.of.Version || a.State != c.of.State || a.Level != c.of.Level {
			t.Errorf("%s changed the alert to %+v", name, a)
		}
	}
	a := fresh
	if err := a.Apply(Step{Ref: a.Ref, Number: 3, Act: Acknowledge}, monday); !fault.Is(err, fault.Conflict) {
		t.Errorf("a step that skips a number: %v", err)
	}
}

// Whatever is tried, an alert is closed exactly when it has outcome, because and
// end, has an owner when it is assigned, and never leaves its levels.
func TestNoOrderOfStepsBreaksAnAlert(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := raised("A-2026-1", "RA1", 9)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			s := Step{
				Ref: a.Ref, Number: a.Version + 1,
				Act:     rapid.SampledFrom([]Act{Acknowledge, Assign, Return, Close, Reopen, Escalate, Lower, Add}).Draw(t, "act"),
				Outcome: rapid.SampledFrom(append(Outcomes, "", "odd")).Draw(t, "outcome"), Because: rapid.SampledFrom([]string{"", "x"}).Draw(t, "because"),
				Level: Level(rapid.IntRange(-1, 5).Draw(t, "level")), Brief: &Brief{Points: 3},
			}
			if rapid.Bool().Draw(t, "to") {
				s.To = "u-1"
			}
			before := a.Version
			if err := a.Apply(s, monday); err == nil && a.Version != before+1 || err != nil && a.Version != before {
				t.Fatalf("%s: version %d to %d, %v", s.Act, before, a.Version, err)
			}
			closed := a.Outcome != "" && a.Because != "" && !a.Ended.IsZero()
			open := a.Outcome == "" && a.Because == "" && a.Ended.IsZero()
			if a.Open() && !open || !a.Open() && !closed || a.State == Assigned && a.Owner == "" || a.Level < Leads || a.Level > Board {
				t.Fatalf("after %s: %+v", s.Act, a)
			}
		}
	})
}

func TestReferencesReadBackAndNothingElseDoes(t *testing.T) {
	t.Parallel()
	if y, n, ok := NewRef(2026, 12).Parts(); !ok || y != 2026 || n != 12 {
		t.Errorf("%d, %d, %v", y, n, ok)
	}
	for _, r := range []Ref{"", "A-2026-0", "A-2026-01", "A-2026-1x", "a-2026-1", "A--1-2", "G-2026-1"} {
		if _, _, ok := r.Parts(); ok {
			t.Errorf("%q reads as a reference", r)
		}
	}
}

func FuzzRef(f *testing.F) {
	f.Add("A-2026-12")
	f.Add("A-0-0")
	f.Fuzz(func(t *testing.T, text string) {
		if y, n, ok := Ref(text).Parts(); ok && (string(NewRef(y, n)) != text || y < 1 || n < 1) {
			t.Errorf("%q reads as %d, %d", text, y, n)
		}
	})
}
