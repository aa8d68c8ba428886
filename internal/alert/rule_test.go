package alert

import (
	"slices"
	"testing"

	"candour/internal/concern"
	"candour/internal/org"
)

func assessment(provider string, month concern.Month, score float64, families ...concern.FamilyID) concern.Assessment {
	a := concern.Assessment{Provider: concern.ProviderID(provider), AsOf: month, Params: concern.Default().Version, Judged: true, Points: int(score * 2.4), Word: concern.Possible}
	a.Score.Score, a.Score.Agree, a.Ranking = score, 2, score
	for _, f := range families {
		a.Families = append(a.Families, concern.FamilyPart{Family: f, Evidence: 1.5})
	}
	return a
}

// itself is who holds the history of a provider where nothing merged.
func itself(code org.Code) org.Code { return code }

// merged is the heirs of a merger of RA1 and RA2 into RX1.
func merged(code org.Code) org.Code {
	if code == "RA1" || code == "RA2" {
		return "RX1"
	}
	return code
}

func TestAfterAMergerTheOpenTaskFollowsAndNoSecondIsRaised(t *testing.T) {
	t.Parallel()
	m := NewMethod(concern.Default(), UsualSettings(), nil)
	was := func(ref Ref, provider string, months int, outcome concern.Outcome) Alert {
		a := raised(ref, provider, m.Budget.Score+0.2)
		a.Raised = monday.AddDate(0, months, 0)
		a.First.AsOf += concern.Month(months)
		a.Now = a.First
		if outcome != "" {
			do(t, &a, Step{Act: Close, Outcome: outcome, Because: "x"})
		}
		return a
	}
	for name, c := range map[string]struct {
		held  []Alert
		raise int
		add   Ref
	}{
		"the open task of one that merged takes the judgement":   {[]Alert{was("A-2026-1", "RA1", -2, "")}, 0, "A-2026-1"},
		"of two open tasks the newer takes it":                   {[]Alert{was("A-2026-1", "RA1", -2, ""), was("A-2026-2", "RA2", -1, "")}, 0, "A-2026-2"},
		"a newer closed one doesn't hide the task still open":    {[]Alert{was("A-2026-1", "RA1", -5, ""), was("A-2026-2", "RA2", -1, concern.Chance)}, 0, "A-2026-1"},
		"within six months of a closed one nothing is raised":    {[]Alert{was("A-2026-1", "RA2", -5, concern.RealConcern)}, 0, ""},
		"six months after a closed one what they became is":      {[]Alert{was("A-2026-1", "RA2", -6, concern.RealConcern)}, 1, ""},
		"the alert of a provider that didn't merge holds nobody": {[]Alert{was("A-2026-1", "RA3", -1, "")}, 1, ""},
	} {
		raise, add := Judge(m, []concern.Assessment{assessment("RX1", 24322, m.Budget.Score+0.1)}, c.held, merged)
		if len(raise) != c.raise || (c.add == "") != (len(add) == 0) || len(add) > 0 && add[0].Ref != c.add {
			t.Errorf("%s: raised %+v, added %+v", name, raise, add)
		}
		for i := range c.held {
			if a := &c.held[i]; len(add) > 0 && a.Ref == add[0].Ref {
				if err := a.Apply(add[0], monday); err != nil || a.About() != "RX1" || a.Provider == "RX1" {
					t.Errorf("%s: followed to %s, %v", name, a.About(), err)
				}
				if _, again := Judge(m, []concern.Assessment{assessment("RX1", 24322, m.Budget.Score+0.1)}, c.held, merged); len(again) != 0 {
					t.Errorf("%s: followed twice: %+v", name, again)
				}
			}
		}
	}
}

func TestOnlyWhatCrossesTheThresholdIsRaisedAndOnceInSixMonths(t *testing.T) {
	t.Parallel()
	m := NewMethod(concern.Default(), UsualSettings(), nil)
	high := m.Budget.Score + 0.1
	unjudged := assessment("RA3", 24322, high)
	unjudged.Judged = false
	raise, add := Judge(m, []concern.Assessment{assessment("RA1", 24322, high, "staff"), assessment("RA2", 24322, m.Budget.Score-0.1), unjudged}, nil, itself)
	if len(raise) != 1 || raise[0].Provider != "RA1" || len(add) != 0 || !raise[0].ByScore || raise[0].ByLevel {
		t.Fatalf("raised %+v, added %+v", raise, add)
	}
	a := New("A-2026-1", "QAA", raise[0], monday)
	for name, c := range map[string]struct {
		month  concern.Month
		score  float64
		closed bool
		fams   []concern.FamilyID
		raise  int
		add    int
	}{
		"the same again is nothing":                              {24322, high, false, []concern.FamilyID{"staff"}, 0, 0},
		"more within six months is added":                        {24325, high + 2, false, []concern.FamilyID{"staff"}, 0, 1},
		"a new family within six months is added":                {24325, high, false, []concern.FamilyID{"staff", "gp"}, 0, 1},
		"the same after six months, open, is nothing":            {24328, high, false, []concern.FamilyID{"staff"}, 0, 0},
		"a rise by one after six months, open, is raised again":  {24328, high + 1, false, []concern.FamilyID{"staff"}, 1, 0},
		"a new family after six months, open, is raised again":   {24328, high, false, []concern.FamilyID{"gp"}, 1, 0},
		"within six months of a closed one nothing is raised":    {24327, high + 3, true, []concern.FamilyID{"gp"}, 0, 0},
		"six months after a closed one the same is raised again": {24328, high, true, []concern.FamilyID{"staff"}, 1, 0},
	} {
		held := a
		if c.closed {
			do(t, &held, Step{Act: Close, Outcome: concern.Chance, Because: "x"})
		}
		raise, add := Judge(m, []concern.Assessment{assessment("RA1", c.month, c.score, c.fams...)}, []Alert{held}, itself)
		if len(raise) != c.raise || len(add) != c.add {
			t.Errorf("%s: raised %d, added %d", name, len(raise), len(add))
		}
		for _, s := range add {
			if err := held.Apply(s, monday); err != nil || held.Now.Points != s.Brief.Points || held.First.Points == held.Now.Points && c.score > high {
				t.Errorf("%s: applied %v, %+v", name, err, held)
			}
		}
	}
}

func TestOfSeveralAlertsTheLastOneDecides(t *testing.T) {
	t.Parallel()
	m := NewMethod(concern.Default(), UsualSettings(), nil)
	first, second := raised("A-2026-9", "RA1", 9), raised("A-2026-10", "RA1", 11)
	second.First.AsOf += 6
	do(t, &first, Step{Act: Close, Outcome: concern.Chance, Because: "x"})
	for _, held := range [][]Alert{{first, second}, {second, first}} {
		if raise, _ := Judge(m, []concern.Assessment{assessment("RA1", second.First.AsOf+1, 12)}, held, itself); len(raise) != 0 {
			t.Errorf("raised by the older one: %+v", raise)
		}
	}
}

func TestAnAlertThatNobodyOpensClimbsOnTheDayAndNotBefore(t *testing.T) {
	t.Parallel()
	untouched := raised("A-2026-1", "RA1", 9)
	opened, noted, top := raised("A-2026-2", "RA2", 9), raised("A-2026-3", "RA3", 9), raised("A-2026-4", "RA4", 9)
	opened.Opened = monday.AddDate(0, 0, 1)
	do(t, &noted, Step{Act: Acknowledge})
	do(t, &top, Step{Act: Escalate, Level: Reviewers}, Step{Act: Escalate, Level: Board})
	all := []Alert{untouched, opened, noted, top}
	if got := Climbs(all, 7, monday.AddDate(0, 0, 7).Add(-1)); len(got) != 0 {
		t.Errorf("before the seventh day: %+v", got)
	}
	got := Climbs(all, 7, monday.AddDate(0, 0, 7))
	if len(got) != 1 || got[0].Ref != "A-2026-1" || got[0].Level != Reviewers || got[0].Act != Escalate {
		t.Fatalf("on the seventh day: %+v", got)
	}
	if err := untouched.Apply(got[0], monday.AddDate(0, 0, 7)); err != nil {
		t.Fatal(err)
	}
	if got := Climbs([]Alert{untouched}, 7, monday.AddDate(0, 0, 13)); len(got) != 0 {
		t.Errorf("the days run anew at each level: %+v", got)
	}
	if got := Climbs([]Alert{untouched}, 7, monday.AddDate(0, 0, 14)); len(got) != 1 || got[0].Level != Board {
		t.Errorf("to the board: %+v", got)
	}
}

func TestTheQueuePutsTheHighestLevelFirstThenTheLongestWaiting(t *testing.T) {
	t.Parallel()
	a, b, c, d := raised("A-2026-1", "RA1", 9), raised("A-2026-2", "RA2", 9), raised("A-2026-3", "RA3", 9), raised("A-2026-4", "RA4", 9)
	b.Raised = monday.AddDate(0, 0, -3)
	c.Level = Board
	do(t, &d, Step{Act: Close, Outcome: concern.Chance, Because: "x"})
	list := []Alert{d, a, b, c}
	Sort(list)
	var got []Ref
	for _, x := range list {
		got = append(got, x.Ref)
	}
	if !slices.Equal(got, []Ref{"A-2026-3", "A-2026-2", "A-2026-1", "A-2026-4"}) {
		t.Errorf("got %v", got)
	}
	if n := NextNumber(list, 2026); n != 5 {
		t.Errorf("the next is %d", n)
	}
	if n := NextNumber(list, 2027); n != 1 {
		t.Errorf("the next year begins with %d", n)
	}
}

func TestCountsAreOfTheSpanAskedFor(t *testing.T) {
	t.Parallel()
	a, b, c := raised("A-2026-1", "RA1", 9), raised("A-2026-2", "RA2", 9), raised("A-2026-3", "RA3", 9)
	do(t, &a, Step{Act: Close, Outcome: concern.AlreadyKnown, Because: "x"})
	do(t, &b, Step{Act: Assign, To: "u-1"}, Step{Act: Escalate, Level: Reviewers})
	c.Raised = monday.AddDate(0, -1, 0)
	got := Count([]Alert{a, b, c}, monday, monday.AddDate(0, 0, 7))
	if got.Raised != 2 || got.Closed != 1 || got.True != 1 || got.ByOutcome[concern.AlreadyKnown] != 1 || got.New != 1 || got.Assigned != 1 || got.Above != 1 || got.Open() != 2 {
		t.Errorf("got %+v", got)
	}
	if got := Count([]Alert{a}, monday, monday.AddDate(0, 0, 1)); got.Closed != 0 {
		t.Errorf("the end of a span belongs to the next: %+v", got)
	}
}
