package record

import (
	"candour/internal/calendar"
	"candour/internal/disclosure"
	"candour/internal/org"
	"candour/internal/signal"
)

// The kinds of what is settled about listening, of assurance, and of counts that
// leave the team.
const (
	ListeningSet          Kind = "listening.set"          // body Listening
	SubmissionReceived    Kind = "submission.received"    // body signal.Submission, one version
	StatementContradicted Kind = "statement.contradicted" // body signal.Contradiction
	ContradictionUndone   Kind = "contradiction.undone"   // body Removal
	CountsReleased        Kind = "counts.released"        // body Release
)

// Listening is a commissioner's settings, which replace those before.
type Listening struct {
	Settings signal.Settings `json:"settings"`
	Because  string          `json:"because"`
}

// Release is a paper of counts as it left the team: providers by channel, the
// months of receipt, the position at which was counted, and every cell as shown.
type Release struct {
	ID     string                `json:"id"`
	Method disclosure.MethodID   `json:"method"`
	From   calendar.Period       `json:"from"` // first month of receipt
	To     calendar.Period       `json:"to"`   // last
	Rows   []org.Code            `json:"rows"`
	AsOf   int64                 `json:"as_of"` // ledger position of what was counted
	For    string                `json:"for"`   // for whom it is
	Table  *disclosure.Protected `json:"table"`
}
