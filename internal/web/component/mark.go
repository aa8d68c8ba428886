package component

import "fmt"

// Kind is the kind of a piece of evidence: hard and soft are equals and told
// apart by shape.
type Kind string

// The kinds, by the names of their symbols.
const (
	Hard   Kind = "k-hard" // ◆ a finding, from figures
	Soft   Kind = "k-soft" // ○ a signal, from people
	Action Kind = "k-act"  // ⚑ something done
)

func (Kind) templateName() string { return "kind" }

// Icon is the kind's symbol with its name.
func (k Kind) Icon() Icon {
	label := map[Kind]string{Hard: "hard finding", Soft: "soft signal", Action: "action"}[k]
	return Icon{Name: string(k), Label: label}
}

// Severity is 1 low, 2 moderate, 3 serious, 4 death or severe harm. It is always
// said in a word, shown or hidden.
type Severity struct {
	Level  int
	Hidden bool // the word is said, not shown
}

func (Severity) templateName() string { return "severity" }

// Word is the severity in words. Another level has none and is refused when rendered.
func (s Severity) Word() (string, error) {
	words := []string{"low", "moderate", "serious", "death or severe harm"}
	if s.Level < 1 || s.Level > len(words) {
		return "", fmt.Errorf("severity %d is not 1 to %d", s.Level, len(words))
	}
	return words[s.Level-1], nil
}

// Icon is the severity's symbol.
func (s Severity) Icon() Icon { return Icon{Name: fmt.Sprintf("s-%d", s.Level), Size: 14} }

// Variation is the verdict on a series' recent values, by the name of its symbol
// (Making Data Count's variation icons; the funnel's where run rules don't hold).
type Variation string

// The variations.
const (
	VariationCommon      Variation = "v-common"
	VariationConcernHigh Variation = "v-concern-h"
	VariationConcernLow  Variation = "v-concern-l"
	VariationImproveHigh Variation = "v-improve-h"
	VariationImproveLow  Variation = "v-improve-l"
	VariationNeitherHigh Variation = "v-neither-h"
	VariationNeitherLow  Variation = "v-neither-l"
	VariationFunnelHigh  Variation = "v-fhi" // above the funnel's limit
	VariationFunnelLow   Variation = "v-flo" // below it, where that is a worry
	VariationFunnelGoodH Variation = "v-fgh" // above it, where that is good
	VariationFunnelGoodL Variation = "v-fgl" // below it, where that is good
	VariationFunnelIn    Variation = "v-fin" // within the funnel's limits
	VariationNone        Variation = "v-none"
)

// Improves reports whether the variation is one for the better.
func (v Variation) Improves() bool {
	switch v {
	case VariationImproveHigh, VariationImproveLow, VariationFunnelGoodH, VariationFunnelGoodL:
		return true
	}
	return false
}

// Worries reports whether the variation is one for the worse.
func (v Variation) Worries() bool {
	switch v {
	case VariationConcernHigh, VariationConcernLow, VariationFunnelHigh, VariationFunnelLow:
		return true
	}
	return false
}

// Words is the variation in words.
func (v Variation) Words() string {
	return map[Variation]string{
		VariationCommon:      "No significant change: common cause",
		VariationConcernHigh: "Concern: special cause, high",
		VariationConcernLow:  "Concern: special cause, low",
		VariationImproveHigh: "Improving: special cause, high",
		VariationImproveLow:  "Improving: special cause, low",
		VariationNeitherHigh: "Special cause, high, neither better nor worse",
		VariationNeitherLow:  "Special cause, low, neither better nor worse",
		VariationFunnelHigh:  "Concern: above the funnel limit",
		VariationFunnelLow:   "Concern: below the funnel limit",
		VariationFunnelGoodH: "Better than expected: above the funnel limit",
		VariationFunnelGoodL: "Better than expected: below the funnel limit",
		VariationFunnelIn:    "Within the funnel limits",
		VariationNone:        "Not tested",
	}[v]
}

// Assurance is whether the process can be relied on to meet its standard, by the
// name of its symbol (Making Data Count's assurance icons).
type Assurance string

// The assurances. The zero value shows no symbol.
const (
	AssuranceHit  Assurance = "a-hit"  // ? the standard is hit and missed at random
	AssurancePass Assurance = "a-pass" // P consistently passed
	AssuranceFail Assurance = "a-fail" // F consistently missed
	AssuranceNone Assurance = "a-none" // no standard set
)

// Words is the assurance in words.
func (a Assurance) Words() string {
	return map[Assurance]string{
		AssuranceHit: "Target hit and missed at random", AssurancePass: "Target consistently passed",
		AssuranceFail: "Target consistently missed", AssuranceNone: "No target set",
	}[a]
}

// IconPair is a variation and an assurance side by side.
type IconPair struct {
	Variation      Variation
	VariationLabel string // empty is Words; "Concern: above the 95% funnel limit" is more exact
	Assurance      Assurance
	Size           int // px; nought is 28, as in tables; 52 stands beside a verdict
}

func (IconPair) templateName() string { return "icon-pair" }

// Icons is the symbols.
func (p IconPair) Icons() []Icon {
	size := p.Size
	if size == 0 {
		size = 28
	}
	label := p.VariationLabel
	if label == "" {
		label = p.Variation.Words()
	}
	icons := []Icon{{Name: string(p.Variation), Label: label, Size: size}}
	if p.Assurance != "" {
		icons = append(icons, Icon{Name: string(p.Assurance), Label: p.Assurance.Words(), Size: size})
	}
	return icons
}

// Verdict is both icons, large, with the judgement in words.
type Verdict struct {
	Icons     IconPair
	Judgement string  // "Concern: special cause, high. Standard hit and missed."
	Because   Content // the rest of the lead, beginning with "Because"
}

func (Verdict) templateName() string { return "verdict" }

// Large is the icons at their size beside a verdict.
func (v Verdict) Large() IconPair { v.Icons.Size = 52; return v.Icons }

// Gap is a word for why there is nothing: nothing missing is blank. A gap that
// we or a provider must answer for stands in a hatched cell.
type Gap struct {
	Word   string // Missing, Late, Silent, Suppressed, Too few, Not applicable, No standard
	Detail string // "3 days"; empty is none
}

func (Gap) templateName() string { return "gap" }

// GapCell is a table cell with a gap.
func GapCell(word, detail, title string) Cell {
	return Cell{Body: Gap{Word: word, Detail: detail}, Classes: "cd-gapcell", Title: title}
}

// Clock is the time that is left or over.
type Clock struct {
	State ClockState
	Text  string  // "2 working days over", "17:00 to triage", "Tue 24 Nov"
	What  Content // what is due; empty is none
}

// ClockState is how urgent a clock is.
type ClockState string

// The states of a clock.
const (
	ClockRunning ClockState = ""
	ClockDue     ClockState = "due"  // today
	ClockOver    ClockState = "over" // its time has passed
)

func (Clock) templateName() string { return "clock" }

// Hash is a fingerprint, shortened in the middle where Full is not set.
type Hash struct {
	Value string // hexadecimal
	Full  bool
}

func (Hash) templateName() string { return "hash" }

// Shown is what is shown of the fingerprint: its first and last four digits.
func (h Hash) Shown() string {
	if h.Full || len(h.Value) <= 12 {
		return h.Value
	}
	return h.Value[:4] + "…" + h.Value[len(h.Value)-4:]
}
