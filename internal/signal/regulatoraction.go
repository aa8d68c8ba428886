package signal

import "candour/internal/calendar"

// RegulatorAction is a rating, an enforcement or a review.
type RegulatorAction struct {
	Regulator  string        `json:"regulator"` // taxonomy regulator
	Action     string        `json:"action"`    // taxonomy regulator-action
	Rating     string        `json:"rating,omitempty"`
	Question   string        `json:"question,omitempty"` // one of the five; empty: overall
	Previous   string        `json:"previous,omitempty"` // rating before
	Published  calendar.Date `json:"published,omitzero"`
	Link       string        `json:"link,omitempty"`
	MOSSSignal string        `json:"moss_signal,omitempty"` // amber or red
}

func (r *RegulatorAction) impliedSeverity() Severity {
	switch {
	case r.MOSSSignal == "red", r.Action == "conditions", r.Action == "suspension", r.Action == "cancellation",
		r.Action == "prosecution", r.Action == "special-measures", r.Action == "warning-notice", r.Rating == "4":
		return Serious
	case r.MOSSSignal == "amber", r.Action == "requirement-notice", r.Action == "outlier", r.Rating == "3":
		return Moderate
	}
	return Low
}

func (r *RegulatorAction) validate(k *check) {
	k.code("regulator", "regulator", r.Regulator, true)
	k.code("action", "regulator-action", r.Action, true)
	k.code("rating", "rating", r.Rating, r.Action == "rating")
	k.code("previous", "rating", r.Previous, false)
	k.need(r.MOSSSignal == "" || r.MOSSSignal == "amber" || r.MOSSSignal == "red", "moss_signal", r.MOSSSignal, "amber or red", "Choose one, or leave it empty.")
}
