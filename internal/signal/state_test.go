package signal

import (
	"slices"
	"strings"
	"testing"
)

// alsoHappens are happenings that come from fields or other changes than moves.
var alsoHappens = []string{
	"received as urgent",
	"received", "received as urgent", "received orally", "event or notice of it", "date agreed", "consent given", "consent withdrawn", "consent asked",
	"outcome set", "withdrawn", "reporter answered", "identified as serious", "reported", "incident reported", "report agreed",
	"report sent", "reply sent", "signal received", "visit ended", "immediate concern found", "started",
	"independent investigation commissioned", "PSII started", "referred", "person not safe",
}

func TestEveryKindHasStatesAndEveryStateCanBeReached(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		first := kind.FirstState()
		if first == "" {
			t.Errorf("%s has no states", kind)
			continue
		}
		reached := []State{first}
		for i := 0; i < len(reached); i++ {
			for _, event := range kind.Events(reached[i]) {
				if next, err := kind.Next(reached[i], event); err == nil && !slices.Contains(reached, next) {
					reached = append(reached, next)
				}
			}
		}
		closed := false
		for _, m := range kind.Transitions() {
			if !slices.Contains(reached, m.From) {
				t.Errorf("%s can never be %q", kind, m.From)
			}
			closed = closed || kind.Closed(m.To)
		}
		if !closed || kind.Closed(first) {
			t.Errorf("%s can't be closed, or begins closed", kind)
		}
	}
}

func TestTheTableOfStatesIsUnambiguous(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		seen := map[string]bool{}
		for _, m := range kind.Transitions() {
			key := string(m.From) + "/" + m.Event
			if seen[key] {
				t.Errorf("%s: %s is listed twice", kind, key)
			}
			seen[key] = true
		}
	}
}

func TestWhatIsNotInTheTableIsRefused(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		states, events := map[State]bool{}, map[string]bool{}
		for _, m := range kind.Transitions() {
			states[m.From], states[m.To], events[m.Event] = true, true, true
		}
		for state := range states {
			for event := range events {
				_, err := kind.Next(state, event)
				if listed := slices.Contains(kind.Events(state), event); listed != (err == nil) {
					t.Errorf("%s: %q while %q: %v", kind, event, state, err)
				}
			}
		}
	}
}

// A clock whose start or stop can never happen would run for ever, or never.
func TestEveryClockStartsAndStopsByAnEventOfItsKind(t *testing.T) {
	t.Parallel()
	book := mustBook(t)
	for _, id := range book.IDs() {
		rule := book.Rule(id)
		for _, what := range rule.For {
			kind := Kind(what)
			if !kind.Known() {
				if what != "contract" && what != "handover" && what != "information_request" {
					t.Errorf("clock %s is for %q, which is nothing", id, what)
				}
				continue
			}
			for _, event := range append([]string{rule.Starts}, rule.Stops...) {
				inTable := slices.ContainsFunc(kind.Transitions(), func(m Transition) bool { return m.Event == event })
				if !inTable && !slices.Contains(alsoHappens, event) {
					t.Errorf("clock %s of a %s waits for %q, which never happens", id, kind, event)
				}
			}
		}
	}
}

func TestKindsHaveWordsPrefixesAndOneDetail(t *testing.T) {
	t.Parallel()
	prefixes := map[string]Kind{}
	for _, kind := range Kinds() {
		if kind.Words() == "" || kind.Prefix() == "" || strings.ToLower(kind.Prefix()) == kind.Prefix() {
			t.Errorf("%s: %q, %q", kind, kind.Words(), kind.Prefix())
		}
		if other, taken := prefixes[kind.Prefix()]; taken {
			t.Errorf("%s and %s share a prefix", kind, other)
		}
		prefixes[kind.Prefix()] = kind
	}
	if KindPraise.Warns() || !KindMedia.Warns() || Kind("x").Warns() {
		t.Error("praise alone is no warning (R-SOFT-4)")
	}
}
