package signal

import (
	"slices"
	"strings"
)

// ClinicianConcern is a quality alert by a GP or another clinician: of a pattern or
// a failing, without patient identifiers (Francis 123). A formal
// complaint or an immediate danger takes another way.
type ClinicianConcern struct {
	Harm                 string `json:"harm"` // no, some, severe, unknown: "Was the patient harmed?"
	Effect               string `json:"effect,omitempty"`
	ResolvedWithProvider string `json:"resolved_with_provider,omitempty"` // no, partly, yes
	SeenBefore           bool   `json:"seen_before,omitempty"`
	AboutPractice        bool   `json:"about_practice,omitempty"` // reverse alert: a provider about a practice
}

// concernHarms in the order of the quick form.
var concernHarms = []string{"no", "some", "severe", "unknown"}

func (c *ClinicianConcern) validate(k *check, s *Signal) {
	k.need(slices.Contains(concernHarms, c.Harm), "harm", c.Harm, "no, some, severe or unknown", "Say whether the patient was harmed; unknown is an answer.")
	k.need(c.ResolvedWithProvider == "" || slices.Contains([]string{"no", "partly", "yes"}, c.ResolvedWithProvider), "resolved_with_provider", c.ResolvedWithProvider, "no, partly or yes", "Choose one.")
	k.whole(func() { // these are fields of every signal
		k.need(s.Source.Organisation != "", "source.organisation", "", "the practice or organisation that raises the concern", "Choose your practice: the answer goes there.")
		k.need(len(s.Themes) > 0, "themes", "", "what went wrong", "Choose one of the list; something else is on it.")
		k.need(strings.TrimSpace(s.Narrative) != "", "narrative", "", "what happened, in a sentence or two", "Write it without names.")
	})
}

// concernSeverity puts the answer of the quick form on the four levels.
var concernSeverity = map[string]Severity{"no": Low, "some": Moderate, "severe": Gravest}
