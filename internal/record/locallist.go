package record

import "candour/internal/signal"

// LocalListSet is the kind of an entry that gives a list of the installation's own.
const LocalListSet Kind = "list.set" // body LocalList

// LocalList is a taxonomy or a template of visits as an administrator gave it. It
// holds for every commissioner of the installation.
type LocalList struct {
	Sort    signal.ListSort `json:"sort"`
	ID      string          `json:"id"`
	Text    string          `json:"text,omitempty"` // the file; empty: what was given before is taken back
	Because string          `json:"because"`
}
