package cusum

import "time"

// Stage is a step of a mortality alert after the deaths that caused it.
type Stage struct {
	Name     string
	Months   int // usual, after the event
	Earliest int // months; equal to Months where no range is published
	Latest   int
}

// Stages is the usual course of an alert, as data, because it is custom and not
// arithmetic.
type Stages []Stage

// ImperialStages is the published course of the Imperial College mortality
// alerts (Bottle and Aylin, Health Serv Res 2008; 43:10-31): event at 0, alert about 3 months later, a case at the
// regulator at about 6, closed or referred at about 9, with a range of 6 to 14.
func ImperialStages() Stages {
	return Stages{
		{"deaths occur", 0, 0, 0},
		{"alert letter to the trust, copied to the regulator", 3, 3, 3},
		{"regulator opens a case and asks for a case-note audit and actions", 6, 6, 6},
		{"case closed or referred", 9, 6, 14},
	}
}

// Milestone is a stage with its dates.
type Milestone struct {
	Stage
	Expected time.Time // first day of the month
	From, To time.Time
}

// From dates the stages of an alert whose last death fell in the month of event.
func (s Stages) From(event time.Time) []Milestone {
	out := make([]Milestone, len(s))
	month := func(n int) time.Time {
		return time.Date(event.Year(), event.Month()+time.Month(n), 1, 0, 0, 0, 0, event.Location())
	}
	for i, stage := range s {
		out[i] = Milestone{Stage: stage, Expected: month(stage.Months), From: month(stage.Earliest), To: month(stage.Latest)}
	}
	return out
}

// PyramidOfInvestigation is what to look at after an alarm, in order (the
// pyramid of investigation of mortality alerts): most alarms are explained on the lower steps, and none may be skipped.
func PyramidOfInvestigation() []string {
	return []string{
		"data and coding",
		"case mix",
		"structure and resources",
		"process of care",
		"care by individuals",
	}
}

// Outcomes is what an investigation may record as its finding.
func Outcomes() []string {
	return []string{"coding", "case mix", "chance", "care problem found", "unresolved"}
}
