// Package finding holds what the statistics say of an indicator: a special
// cause, a funnel outlier, a missed standard, a late feed. They are separate
// facts and are never blended into one colour (R-IND-5).
package finding

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"candour/internal/calendar"
	"candour/internal/indicator"
	"candour/internal/org"
)

// Kind says which sort of fact a finding is.
type Kind string

// The kinds.
const (
	SpecialCause Kind = "special_cause" // the chart over time
	Outlier      Kind = "outlier"       // the cross-section of one period
	Standard     Kind = "standard"      // the latest value misses the standard in force
	Incapable    Kind = "incapable"     // the process will not meet the standard unless changed
	Stale        Kind = "stale"         // nothing arrived when it was due (R-IND-4)
	TooGood      Kind = "too_good"      // improvement or silence which asks for a data check (R-IND-8)
)

// Direction says whether a finding is a worry.
type Direction string

// The directions.
const (
	Concern     Direction = "concern"
	Improvement Direction = "improvement"
	Neutral     Direction = "neutral"
)

// Finding is one such fact, with everything that is needed to show and to check
// it. It holds from the ledger position at which a run of the watch found it
// until the one at which a later run no longer did.
type Finding struct {
	ID        string          `json:"id"`
	Tenant    org.Code        `json:"tenant,omitempty"` // "" when it rests on published national data
	Indicator indicator.ID    `json:"indicator"`
	Org       org.Code        `json:"org"`
	Kind      Kind            `json:"kind"`
	Rule      string          `json:"rule"` // R-SPC-1 …, funnel-99.8, standard, R-IND-4
	Direction Direction       `json:"direction"`
	From      calendar.Period `json:"from"` // first period it rests on
	To        calendar.Period `json:"to"`   // last
	Points    int             `json:"points"`
	Value     float64         `json:"value"`   // latest value it rests on, in the indicator's own unit
	Against   float64         `json:"against"` // the limit, mean or standard it is held against
	Sentence  string          `json:"sentence"`
	P         float64         `json:"p"` // probability by chance where the method gives one, else 1; never shown on a page
	// Latest reports whether the finding still holds at the newest value.
	Latest bool `json:"latest"`
	// Counted reports whether the finding passed the false-discovery control over
	// all charts looked at together and so counts on the watch list.
	Counted bool `json:"counted"`

	Definition string `json:"definition"`       // version of the indicator's definition
	Limits     string `json:"limits,omitempty"` // settings in words
}

// Identify sets the id: a hash of what makes this finding itself, so that the
// same finding found again keeps its id and a changed one gets a new one.
func (f *Finding) Identify() {
	sum := sha256.Sum256([]byte(strings.Join([]string{
		string(f.Tenant), string(f.Indicator), string(f.Org), string(f.Kind), f.Rule, string(f.Direction),
		f.From.String(), f.To.String(), f.Sentence, f.Definition, f.Limits, word(f.Latest), word(f.Counted),
	}, "\x00")))
	f.ID = "F-" + hex.EncodeToString(sum[:8])
}

func word(b bool) string {
	if b {
		return "y"
	}
	return "n"
}

// Compare orders findings: by organisation, indicator, kind, first period, rule,
// last period, sentence.
func Compare(a, b Finding) int {
	return cmp.Or(cmp.Compare(a.Org, b.Org), cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Tenant, b.Tenant),
		cmp.Compare(a.Kind, b.Kind), a.From.Compare(b.From), cmp.Compare(a.Rule, b.Rule), a.To.Compare(b.To),
		cmp.Compare(a.Sentence, b.Sentence), cmp.Compare(a.ID, b.ID))
}

// Withhold takes the figures out of a finding, for a reader who may not see those of
// its indicator (docs/rules.md, what leaves the team). What it found, in which direction and when
// stays; that something is late tells no figure and stays whole.
func (f *Finding) Withhold() {
	if f.Kind == Stale {
		return
	}
	what := map[Kind]string{
		SpecialCause: "special cause", Outlier: "outside of the limits of its peers", Standard: "the standard in force is missed",
		Incapable: "the standard will not be met unless something changes", TooGood: "so good, or so quiet, that the data are to be checked",
	}[f.Kind]
	side := map[Direction]string{Concern: ", for the worse", Improvement: ", for the better"}[f.Direction]
	when := f.To.Words()
	if f.From != f.To {
		when = f.From.Words() + " to " + when
	}
	f.Sentence = what + side + ", " + when + "; the figures are withheld, because some are of few people"
	switch { // the side on which it lies, no more
	case f.Value > f.Against:
		f.Value, f.Against = 1, 0
	case f.Value < f.Against:
		f.Value, f.Against = -1, 0
	default:
		f.Value, f.Against = 0, 0
	}
	f.P, f.Limits = 1, ""
}
