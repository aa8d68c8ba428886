package concern

import (
	"cmp"
	"slices"

	"candour/internal/calendar"
)

// OverrideKind names a fact that stands above any score (R-RISK-4).
type OverrideKind string

// The facts that stand above any score.
const (
	WhistleBlowing   OverrideKind = "whistle-blowing"
	Enforcement      OverrideKind = "regulator enforcement"
	NeverEvents      OverrideKind = "never event cluster"
	MaternitySignal  OverrideKind = "maternity signal red"
	DeathDueToCare   OverrideKind = "death judged due to care"
	RefusalToAdmit   OverrideKind = "professional refusing to admit"
	neverEventWindow              = 12 // months
	neverEventLeast               = 2
)

// OverrideKinds is every kind in the order of pages.
var OverrideKinds = []OverrideKind{WhistleBlowing, Enforcement, NeverEvents, MaternitySignal, DeathDueToCare, RefusalToAdmit}

// Override is one such fact about a provider, or several of one kind.
type Override struct {
	Kind     OverrideKind `json:"kind"`
	Provider ProviderID   `json:"provider"`
	Since    Month        `json:"since"`            // when it happened; of several, the latest
	Known    Month        `json:"known"`            // from when it is known here
	Until    Month        `json:"until,omitzero"`   // recorded as over from this month; 0 while it stands
	Words    string       `json:"words,omitzero"`   // what it is, in a sentence; nothing of what was said
	Sources  []string     `json:"sources,omitzero"` // references of the signals, newest first; never their text
	// Embargo is the day before which it is not to be shown outside the team; zero
	// is none.
	Embargo calendar.Date `json:"embargo,omitzero"`
	// Readers are the accounts to which alone it shows until then.
	Readers []string `json:"readers,omitempty"`
}

// Standing lists the overrides that stand for a provider as of t, in the order
// in which the kinds are declared above, then the newest first. They are shown
// above the score and do not change it.
func Standing(facts []Override, provider ProviderID, t Month) []Override {
	var out []Override
	for _, f := range facts {
		if f.Provider == provider && f.Known <= t && (f.Until == 0 || f.Until > t) {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Override) int {
		return cmp.Or(cmp.Compare(slices.Index(OverrideKinds, a.Kind), slices.Index(OverrideKinds, b.Kind)), cmp.Compare(b.Since, a.Since))
	})
	return out
}

// NeverEventCluster reports whether never events make a cluster as of t: two or
// more within twelve months, and gives the month of the latest.
func NeverEventCluster(months []Month, t Month) (since Month, cluster bool) {
	n := 0
	for _, m := range months {
		if m <= t && m > t-neverEventWindow {
			n++
			since = max(since, m)
		}
	}
	return since, n >= neverEventLeast
}
