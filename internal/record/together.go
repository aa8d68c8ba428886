package record

// SignalsTogether is a change of many signals at once: body Together. Each signal
// that was changed has entries of its own before it, in the same transaction.
const SignalsTogether Kind = "signals.together"

// Together says what was done to many signals at once, and what became of each.
type Together struct {
	ID     string           `json:"id"`
	What   string           `json:"what"`             // in words, as the history shows it
	Undoes string           `json:"undoes,omitempty"` // id of the change together that this one takes back
	Done   []TogetherDone   `json:"done,omitempty"`
	Failed []TogetherFailed `json:"failed,omitempty"`
}

// TogetherDone is a signal that was changed, by its events From to To.
type TogetherDone struct {
	Ref  string `json:"ref"`
	From int    `json:"from"`
	To   int    `json:"to"`
}

// TogetherFailed is a signal that was left as it was, and why.
type TogetherFailed struct {
	Ref string `json:"ref"`
	Why string `json:"why"`
}
