package signal

import (
	"fmt"
)

// Told names what whoever raised the signal is told of it: its state, its outcome,
// how many answers were given, and whether it was withdrawn. Two moments with the
// same name tell the same; codes, gradings and who deals with it are the team's own
// and don't change it.
func (s *Signal) Told() string {
	t := &s.Triage
	answers := 0
	for _, a := range t.Answers {
		if !a.FromThem {
			answers++
		}
	}
	state := t.State
	if t.Unresolved() {
		state = "unresolved"
	}
	name := toldName(state, t.Outcome, answers)
	if t.Withdrawn != "" {
		name += "/withdrawn"
	}
	return name
}

// News reports whether there is anything to tell whoever raised the signal beyond
// the receipt: not while the last word is their own.
func (s *Signal) News() bool {
	return !s.Triage.Unresolved() && s.Told() != ToldAtReceipt(s.Kind)
}

// ToldAtReceipt is what the receipt of a signal of the kind tells.
func ToldAtReceipt(k Kind) string { return toldName(k.FirstState(), "", 0) }

func toldName(state State, outcome Outcome, answers int) string {
	if outcome == "" {
		outcome = "none"
	}
	return fmt.Sprintf("%s/%s/%d", state, outcome, answers)
}
