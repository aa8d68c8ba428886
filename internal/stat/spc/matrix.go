package spc

// MatrixRow is a row of the summary matrix (Making Data Count).
type MatrixRow uint8

// The rows of the matrix, and RowUnknown for series without a verdict.
const (
	RowImproving MatrixRow = iota
	RowCommonCause
	RowConcerning
	RowNeither
	RowUnknown
)

// Words is the row's heading.
func (r MatrixRow) Words() string {
	return [...]string{"Improving", "Common cause", "Concerning", "Neither", "Can't be judged"}[r]
}

// Row is the row in which an indicator with this icon sits.
func (v Variation) Row() MatrixRow {
	switch v {
	case VariationCommonCause:
		return RowCommonCause
	case ImprovementHigh, ImprovementLow:
		return RowImproving
	case ConcernHigh, ConcernLow:
		return RowConcerning
	case NeutralHigh, NeutralLow:
		return RowNeither
	default:
		return RowUnknown
	}
}

// readingGuide is what to do with an indicator in a cell: rows as MatrixRow,
// columns as Assurance (no target, pass, fail, hit and miss).
var readingGuide = [...][4]string{
	RowImproving: {
		NoAssurance: "note", Pass: "celebrate, consider stretching the target",
		Fail: "improving but not there yet; is pace enough?", Inconsistent: "note, understand",
	},
	RowCommonCause: {
		NoAssurance: "note", Pass: "leave alone, report by exception",
		Fail: "system change needed", Inconsistent: "chance decides: redesign to be reliable",
	},
	RowConcerning: {
		NoAssurance: "investigate", Pass: "early warning: investigate although target is met",
		Fail: "highest priority: act", Inconsistent: "investigate now",
	},
	RowNeither: {
		NoAssurance: "understand what changed", Pass: "understand what changed",
		Fail: "understand what changed", Inconsistent: "understand what changed",
	},
	RowUnknown: {
		NoAssurance: "wait for more points, or ask why there are none", Pass: "wait for more points",
		Fail: "wait for more points", Inconsistent: "wait for more points",
	},
}

// ReadingGuide is what to do with an indicator in a cell of the summary matrix.
// The row "neither" has no text in the national guide; ours says to understand.
func ReadingGuide(v Variation, a Assurance) string { return readingGuide[v.Row()][a] }

// NeedsNarrative reports whether an indicator must carry what happened, why, what
// is being done and by when: every concern and every fail (Making Data Count).
func NeedsNarrative(v Variation, a Assurance) bool {
	return v.Row() == RowConcerning || a == Fail
}
