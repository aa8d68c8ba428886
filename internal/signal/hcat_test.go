package signal

import (
	"testing"
	"time"
)

// codedBy is the history of a complaint that one person recorded and coded.
func codedBy(t *testing.T, by string, codes ...HCATCode) []Event {
	t.Helper()
	s := Signal{
		ID: "QAA.CP-2026-1", Kind: KindComplaint, Received: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), Recorded: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC),
		Complaint: &Complaint{ReceivedBy: "commissioner", Complainant: ComplainantPatient, HCAT: codes},
	}
	return []Event{{1, s.Received, by, Received{s}}}
}

func TestASecondCodeIsAnotherPersonsAndHeldAgainstTheGravestFirstCode(t *testing.T) {
	t.Parallel()
	at, code := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), HCATCode{"safety", 2, ""}
	for name, c := range map[string]struct {
		events []Event
		by     string
		change Change
		ok     bool
	}{
		"by another":                       {codedBy(t, "a", HCATCode{"quality", 1, ""}, HCATCode{"safety/skills", 2, ""}), "b", SecondCoded{code}, true},
		"by the same person":               {codedBy(t, "a", code), "a", SecondCoded{code}, false},
		"of what nobody coded":             {codedBy(t, "a"), "b", SecondCoded{code}, false},
		"of a severity that nobody judged": {codedBy(t, "a", HCATCode{"safety", 0, ""}), "b", SecondCoded{code}, false},
		"without a category":               {codedBy(t, "a", code), "b", SecondCoded{HCATCode{"", 2, ""}}, false},
		"without a severity":               {codedBy(t, "a", code), "b", SecondCoded{HCATCode{"safety", 0, ""}}, false},
		"graver than high":                 {codedBy(t, "a", code), "b", SecondCoded{HCATCode{"safety", 4, ""}}, false},
	} {
		_, s, err := Next(c.events, at, c.by, c.change)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
		if d := s.Triage.DoubleCoding; c.ok && (d == nil || d.First.Category != "safety/skills" || !d.Agrees() || d.FirstBy != "a" || d.By != "b") {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestWhoeverGaveTheCodesThatHoldIsTheFirstCoder(t *testing.T) {
	t.Parallel()
	events := codedBy(t, "a", HCATCode{"safety", 2, ""})
	add := func(by string, change Change) (s Signal) {
		t.Helper()
		e, s, err := Next(events, time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), by, change)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
		return s
	}
	for _, step := range []struct {
		by     string
		change Change
		want   string
	}{
		{"b", Coded{Codes: Codes{Themes: []string{"falls"}}}, "a"}, // the HCAT code stays a's
		{"c", Coded{Codes: Codes{HCAT: []HCATCode{{"quality", 1, ""}}}}, "c"},
		{"b", Undone{Number: 3, Because: "wrong letter"}, "a"},
	} {
		if s := add(step.by, step.change); s.Triage.CodedBy != step.want {
			t.Errorf("after %T by %s it is %s’s, expected %s", step.change, step.by, s.Triage.CodedBy, step.want)
		}
	}
	add("b", SecondCoded{HCATCode{"safety", 3, ""}})
	if s := add("a", Coded{Codes: Codes{HCAT: []HCATCode{{"safety", 3, ""}}}}); s.Triage.DoubleCoding.Agrees() {
		t.Error("a code given after the second makes the two agree")
	}
}

func TestAgreementCountsPairsAndIsToldFromThirtyTwo(t *testing.T) {
	t.Parallel()
	pair := func(c1 string, s1 int, c2 string, s2 int) DoubleCoding {
		return DoubleCoding{First: HCATCode{c1, s1, ""}, Second: HCATCode{c2, s2, ""}}
	}
	pairs := []DoubleCoding{pair("safety/skills", 1, "safety", 1), pair("safety", 2, "quality", 2), pair("listening", 3, "listening", 2), pair("respect", 1, "respect", 1)}
	a := Agree(pairs)
	// Σ|i−j| observed 1; margins (2,1,1) and (2,2,0) of levels 1 to 3: expected (2·2+1·2+1·2·2+1·2·1)/4 = 3.
	if a.Pairs != 4 || a.Category != 3 || a.Severity != 3 || !a.Defined || a.Kappa < 2.0/3-1e-12 || a.Kappa > 2.0/3+1e-12 {
		t.Errorf("%+v", a)
	}
	if a.Enough() || a.Reached() {
		t.Error("four pairs are enough")
	}
	for len(pairs) < KappaPairs {
		pairs = append(pairs, pairs[:4]...)
	}
	if a = Agree(pairs); KappaPairs != 32 || !a.Enough() || !a.Reached() {
		t.Errorf("%d pairs: %+v", KappaPairs, a)
	}
	for range 32 {
		pairs = append(pairs, pair("safety", 1, "safety", 3))
	}
	if a = Agree(pairs); a.Reached() || a.Kappa >= KappaAim {
		t.Errorf("half of them two levels apart: %+v", a)
	}
	if Agree(nil).Defined {
		t.Error("no pairs have a kappa")
	}
}
