package spc

import "fmt"

// Direction is which way an indicator improves.
type Direction int8

// The directions.
const (
	Decrease Direction = -1 // lower is better
	Neutral  Direction = 0  // neither way is better
	Increase Direction = 1  // higher is better
)

// ParseDirection reads "increase", "decrease" or "neutral".
func ParseDirection(word string) (Direction, error) {
	for _, d := range []Direction{Decrease, Neutral, Increase} {
		if word == d.String() {
			return d, nil
		}
	}
	return Neutral, fmt.Errorf("direction is %q; it can be increase, decrease or neutral", word)
}

// String is the direction as the filters read it.
func (d Direction) String() string {
	return [...]string{"decrease", "neutral", "increase"}[d+1]
}

// Label is what a point means.
type Label uint8

// The labels.
const (
	CommonCause   Label = iota // nothing but chance
	Improvement                // special cause in the good direction
	Concern                    // special cause in the bad direction
	NeutralSignal              // special cause where neither direction is good
)

// String is the label as the filters write it.
func (l Label) String() string {
	return [...]string{"common_cause", "improvement", "concern", "neutral"}[l]
}

// Words is the label for a reader.
func (l Label) Words() string {
	return [...]string{"common cause", "improvement", "concern", "change, neither good nor bad"}[l]
}

// LabelOf turns marks and direction into a label: the side of the rule that names
// the point, times the direction. With Settings.ImprovementWins any rule on the
// good side makes it improvement.
func (s *Settings) LabelOf(m Marks, d Direction) Label {
	_, at := m.Name()
	switch {
	case at == NoSide:
		return CommonCause
	case d == Neutral:
		return NeutralSignal
	case int8(at) == int8(d):
		return Improvement
	}
	if s.ImprovementWins {
		for r := Outside; r <= Shift; r++ {
			if m.On(r, Side(d)) {
				return Improvement
			}
		}
	}
	return Concern
}

// Variation is the state of a series at its latest value, shown as an icon.
type Variation uint8

// The variation icons. VariationUnknown is a series without values, or with fewer
// than Settings.MinimumIcons in its latest segment.
const (
	VariationUnknown Variation = iota
	VariationCommonCause
	ImprovementHigh
	ImprovementLow
	ConcernHigh
	ConcernLow
	NeutralHigh
	NeutralLow
)

// String is the icon's name as the filters write it; empty when unknown.
func (v Variation) String() string {
	return [...]string{
		"", "common_cause", "improvement_high", "improvement_low",
		"concern_high", "concern_low", "neutral_high", "neutral_low",
	}[v]
}

// Words is the icon's meaning in words (Making Data Count).
func (v Variation) Words() string {
	return [...]string{
		"not enough points for a verdict",
		"common cause: no significant change",
		"special cause, improving: high",
		"special cause, improving: low",
		"special cause, concerning: high",
		"special cause, concerning: low",
		"special cause, neither good nor bad: high",
		"special cause, neither good nor bad: low",
	}[v]
}

// Letter is what stands in the icon: H, L, an arrow where neither direction is
// good, or nothing.
func (v Variation) Letter() string {
	return [...]string{"", "", "H", "L", "H", "L", "↑", "↓"}[v]
}

// VariationOf is the icon for marks at the latest value. The letter follows the
// direction and not the point: concern is L where increase is good, H where
// decrease is (Making Data Count).
func (s *Settings) VariationOf(m Marks, d Direction) Variation {
	_, at := m.Name()
	switch s.LabelOf(m, d) {
	case Improvement:
		return pick(d == Increase, ImprovementHigh, ImprovementLow)
	case Concern:
		return pick(d == Decrease, ConcernHigh, ConcernLow)
	case NeutralSignal:
		return pick(at == High, NeutralHigh, NeutralLow)
	default:
		return VariationCommonCause
	}
}

func pick(high bool, h, l Variation) Variation {
	if high {
		return h
	}
	return l
}

// Assurance is whether the process as it is will meet its target.
type Assurance uint8

// The assurance icons. NoAssurance is no target, no limits, too few values, or a
// neutral direction.
const (
	NoAssurance  Assurance = iota
	Pass                   // P: the target is beyond the limit on the bad side
	Fail                   // F: the target is beyond the limit on the good side
	Inconsistent           // ?: hit and miss, the target lies on or between the limits
)

// String is the icon's name as the filters write it; empty without one.
func (a Assurance) String() string {
	return [...]string{"", "pass", "fail", "inconsistent"}[a]
}

// Words is the icon's meaning in words.
func (a Assurance) Words() string {
	return [...]string{
		"no target to judge by",
		"consistently passes the target",
		"consistently falls short of the target: the process as designed will not meet it",
		"hit and miss: chance decides whether the target is met",
	}[a]
}

// Letter is what stands in the icon.
func (a Assurance) Letter() string { return [...]string{"", "P", "F", "?"}[a] }

// AssuranceOf compares the target with the segment's limits, strictly (Making
// Data Count): a target equal to a limit is hit and miss. A target of NaN is none.
func (g *Segment) AssuranceOf(target float64, d Direction) Assurance {
	if !present(target) || d == Neutral || !g.HasLimits() {
		return NoAssurance
	}
	switch {
	case target > g.Upper && d == Increase, target < g.Lower && d == Decrease:
		return Fail
	case target > g.Upper || target < g.Lower:
		return Pass
	}
	return Inconsistent
}
