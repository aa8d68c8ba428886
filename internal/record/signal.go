package record

import (
	"time"

	"candour/internal/access"
	"candour/internal/signal"
)

// The kinds of soft intelligence.
const (
	SignalReceived Kind = "signal.received" // body Signal, whose change is signal.Received
	SignalChanged  Kind = "signal.changed"  // body Signal
	SealedRead     Kind = "sealed.read"     // body SealedAct
	SealedErased   Kind = "sealed.erased"   // body SealedAct
	SignalRead     Kind = "signal.read"     // body SealedAct without ref: a confined signal was shown
)

// Signal is one event of one signal as it is recorded, with those that happened in
// the same moment: an item of long ago is received and settled at once. No sealed
// text stands in it: only what was sealed, for whom, and the hash of the sealed
// bytes.
type Signal struct {
	Event  signal.Event   `json:"event"`
	Then   []signal.Event `json:"then,omitempty"`   // numbered on from Event
	Origin string         `json:"origin,omitempty"` // by which the same item is known again: "email/…", "form/…"
	Theirs string         `json:"theirs,omitempty"` // the sender's own reference
	Seals  []Seal         `json:"seals,omitempty"`
	Next   Due            `json:"next,omitzero"` // after the last of the events
}

// Events is Event and what happened with it, in order.
func (s *Signal) Events() []signal.Event { return append([]signal.Event{s.Event}, s.Then...) }

// Seal says that a text was sealed, without the text.
type Seal struct {
	Ref     string             `json:"ref"`
	Purpose string             `json:"purpose"`
	Readers []access.AccountID `json:"readers"`
	SHA256  string             `json:"sha256"` // of the sealed bytes, hex
}

// Due is the running clock that is due first once the events had happened, by the
// rules in force when it was recorded.
type Due struct {
	Rule string    `json:"rule"`
	Name string    `json:"name"` // what is to be done
	At   time.Time `json:"at"`   // first instant that is too late
	// Warns is the first instant at which any of the running clocks is due soon; zero is never.
	Warns time.Time `json:"warns,omitzero"`
}

// SealedAct is a reading of sealed text, the destruction of its key, or a showing of a
// whole signal that is under strict access or embargo.
type SealedAct struct {
	Signal  signal.ID `json:"signal"`
	Ref     string    `json:"ref"`
	Purpose string    `json:"purpose"`
	Because string    `json:"because"`
}
