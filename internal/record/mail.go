package record

import (
	"candour/internal/access"
)

// The kinds of e-mail. None of their bodies holds an address, a name or free text.
const (
	MailChosen  Kind = "mail.chosen"  // body MailChoice
	MailDecided Kind = "mail.decided" // body MailRound
	MailSent    Kind = "mail.sent"    // body MailEnd
	MailFailed  Kind = "mail.failed"  // body MailEnd
)

// MailKind is what a message is for.
type MailKind string

// The kinds of message.
const (
	MailClocks  MailKind = "clocks"  // each working day: what is overdue, what is due soon
	MailWeekly  MailKind = "weekly"  // each Monday: the week that ended
	MailConcern MailKind = "concern" // a concern that one raised has news
	MailAlert   MailKind = "alert"   // an alert that nobody opened went up to a role that one holds
	MailReceipt MailKind = "receipt" // an e-mail that one sent is recorded: to no account, and so nobody's choice
)

// MailKinds is every kind that a person can choose, in the order in which pages list
// them.
var MailKinds = []MailKind{MailConcern, MailAlert, MailClocks, MailWeekly}

// Words is the kind as users read it.
func (k MailKind) Words() string {
	switch k {
	case MailClocks:
		return "Daily list of clocks"
	case MailWeekly:
		return "Weekly digest"
	case MailConcern:
		return "News of a concern"
	case MailAlert:
		return "Alert that went up"
	case MailReceipt:
		return "Receipt to a sender"
	}
	return string(k)
}

// MailChoice is what a person wants by e-mail, in place of what their roles give
// them (mail.Wants).
type MailChoice struct {
	Account access.AccountID `json:"account"`
	Kinds   []MailKind       `json:"kinds"` // empty: nothing
}

// MailRound is one decision of the scheduler for one commissioner: which messages
// a round brings. It is recorded also when it brings none, so that a restart
// neither loses nor repeats it.
type MailRound struct {
	Round    string        `json:"round"` // clocks, weekly, concern, alert, receipt, or asked (by a command)
	About    string        `json:"about"` // the day, the week, up to which position, or a reference: "2026-11-23", "2026-W47"
	UpTo     int64         `json:"up_to"` // the memory as the round read it
	Messages []MailMessage `json:"messages,omitempty"`
}

// MailMessage is one message to one person. Kind, About and account name it: the
// same is never recorded twice.
type MailMessage struct {
	Account access.AccountID `json:"account"` // empty of a receipt: it goes to whoever sent the e-mail, whose address stays sealed
	Kind    MailKind         `json:"kind"`
	About   string           `json:"about"` // the day, the week, the concern's reference with what was told, the alert's with the number of the entry by which it went up, or a reference with its position
}

// MailEnd is what became of a message: the mail server took it, or it was given up.
type MailEnd struct {
	Message  string `json:"message"` // id: position of its round and number within it, "412.1"
	Attempts int    `json:"attempts"`
	Code     int    `json:"code,omitempty"` // the mail server's reply; 0 is none
	Why      string `json:"why,omitempty"`  // of a failure: one of ours, never the server's words, which may name the address
}
