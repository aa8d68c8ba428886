// Package record holds the typed events of the memory: every change made by a
// person or a feed is one Event, appended to the ledger in the same transaction
// that changes the projections which pages read (ARCHITECTURE.md, rule 1).
//
// A Kind names what happened in the past tense: "delivery.received". The body is
// one JSON value; the type for each kind stands beside its noun or in this
// package. Replaying all bodies in order gives all projections again.
package record

import (
	"encoding/json"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
)

// Kind says what happened.
type Kind string

// The kinds of the core. Packages with nouns of their own (signal, concern)
// name theirs there.
const (
	DefinitionInstalled  Kind = "definition.installed"  // body Definition
	DeliveryReceived     Kind = "delivery.received"     // body delivery.Delivery
	OrganisationRecorded Kind = "organisation.recorded" // body org.Organisation
	SuccessionRecorded   Kind = "succession.recorded"   // body org.Succession
	PurviewSet           Kind = "purview.set"           // body Purview
	AccountSet           Kind = "account.set"           // body Account
	AgreementMade        Kind = "agreement.made"        // body Agreement
	NoteAdded            Kind = "note.added"            // body Note
	NoteRemoved          Kind = "note.removed"          // body Removal
	LimitsSet            Kind = "limits.set"            // body Limits
	LimitsRemoved        Kind = "limits.removed"        // body Removal
	WatchRan             Kind = "watch.ran"             // body Watch
	FirstShown           Kind = "shown.first"           // body Shown
	HeadsStated          Kind = "heads.stated"          // body Heads
	ClientSet            Kind = "client.set"            // body Client
)

// Event is one thing to be recorded. The store adds position, instant and
// number.
type Event struct {
	Tenant org.Code // whose fact it is; "" for the installation
	Stream string   // the thing it is about: "delivery/D-000001"
	Kind   Kind
	Actor  access.AccountID
	Body   []byte // one JSON value
}

// New makes an event; body must marshal to JSON.
func New(kind Kind, stream string, tenant org.Code, actor access.AccountID, body any) (Event, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return Event{}, fault.Wrap(fault.Internal, err, "write the body of %s", kind)
	}
	return Event{Tenant: tenant, Stream: stream, Kind: kind, Actor: actor, Body: text}, nil
}

// Definition is a definition file as installed, so that old findings can be read
// beside the definition which made them.
type Definition struct {
	Sort    string `json:"sort"` // indicator, source, taxonomy, parameters
	ID      string `json:"id"`
	Version string `json:"version"`
	Text    string `json:"text"`
}

// Purview is the providers from which a commissioner buys, or for which it
// answers: those that its people may see by name.
type Purview struct {
	Tenant  org.Code   `json:"tenant"`
	Add     []org.Code `json:"add,omitempty"`
	Remove  []org.Code `json:"remove,omitempty"`
	Because string     `json:"because"`
}

// Account is a person's account as it now stands. It is the only place where
// their name and sign-in name are recorded; the ledger leaf holds neither.
type Account struct {
	ID          access.AccountID    `json:"id"`
	Login       string              `json:"login"` // an e-mail address, lower case
	Name        string              `json:"name"`
	Closed      bool                `json:"closed,omitempty"`
	Memberships []access.Membership `json:"memberships"`
}

// Agreement says that a commissioner has bought services of a support unit from
// a day, until a day (zero: until further notice).
type Agreement struct {
	ID          string    `json:"id"`
	SupportUnit org.Code  `json:"support_unit"`
	Tenant      org.Code  `json:"tenant"`
	Services    []string  `json:"services"`
	From        time.Time `json:"from"`
	To          time.Time `json:"to,omitzero"`
}

// Note is a note on a chart, placed at a period.
type Note struct {
	ID        string          `json:"id"`
	Tenant    org.Code        `json:"tenant"`
	Indicator indicator.ID    `json:"indicator"`
	Org       org.Code        `json:"org"`
	Period    calendar.Period `json:"period"`
	Text      string          `json:"text"`
	Role      access.Role     `json:"role"`
}

// Limits are process limits set anew from a period (R-SPC-5): never automatic,
// always with a reason and a signature.
type Limits struct {
	ID        string          `json:"id"`
	Tenant    org.Code        `json:"tenant"`
	Indicator indicator.ID    `json:"indicator"`
	Org       org.Code        `json:"org"`
	From      calendar.Period `json:"from"`
	Because   string          `json:"because"`
	Role      access.Role     `json:"role"`
}

// Removal takes back an earlier note or limits, which stay readable in the past.
type Removal struct {
	ID      string `json:"id"`
	Because string `json:"because"`
}

// Watch is what one run of the watch changed.
type Watch struct {
	Code    string            `json:"code"` // version of the binary
	Day     string            `json:"day"`  // the day for which it was run; stale feeds depend on it
	Series  int               `json:"series"`
	Funnels int               `json:"funnels"`
	Digest  string            `json:"digest"` // SHA-256 over all findings that now hold, in order
	Began   []finding.Finding `json:"began"`
	Ended   []string          `json:"ended"` // ids
	// Verdicts are those of series that changed; Dropped are series that are gone.
	Verdicts []finding.Verdict `json:"verdicts,omitempty"`
	Dropped  []finding.Series  `json:"dropped,omitempty"`
	// Through is the ledger position up to which the run had read, Catalogue a digest
	// of the definitions by which it judged, and Sections the number of cross-sections
	// that each indicator had: what a later run of what changed alone starts from.
	Through   int64                `json:"through"`
	Catalogue string               `json:"catalogue,omitempty"`
	Sections  map[indicator.ID]int `json:"sections,omitempty"`
}

// Shown is what people were shown for the first time since the last such entry.
type Shown struct {
	Views []View `json:"views"`
}

// View is one person's first sight of one thing.
type View struct {
	Account access.AccountID `json:"account"`
	Tenant  org.Code         `json:"tenant"`
	Thing   string           `json:"thing"` // "finding/…", "provider/RJE", "signal/…"
	At      time.Time        `json:"at"`
	AsOf    int64            `json:"as_of,omitempty"` // when it was shown as of a past position
}

// Heads states the latest number of every stream as one Merkle root, so that a
// hand-over can prove that nothing was left out.
type Heads struct {
	Size    int64  `json:"size"`
	Streams int    `json:"streams"`
	Root    string `json:"root"` // hex
}

// ConcernJudged is the kind of an entry that records assessments.
const ConcernJudged Kind = "concern.judged"

// Concern is the assessments of one commissioner's providers that changed.
type Concern struct {
	Tenant  org.Code        `json:"tenant"` // "" when judged on published data alone
	Month   calendar.Period `json:"month"`
	Params  string          `json:"params"` // version of the method's parameters
	Code    string          `json:"code"`   // version of the binary
	Judged  []Judgement     `json:"judged"`
	Dropped []org.Code      `json:"dropped,omitempty"` // no longer judged

	// Estimates is what the method had learnt of each stream from the figures and reports
	// themselves when this was judged: concern.Estimate, each with its version and months.
	Estimates json.RawMessage `json:"estimates,omitempty"`
}

// Judgement is one provider's assessment as the engine gave it, with its words.
type Judgement struct {
	Org         org.Code        `json:"org"`
	Judged      bool            `json:"judged"`
	Rank        int             `json:"rank"`
	Points      int             `json:"points"`
	Word        string          `json:"word"`
	Ranking     float64         `json:"ranking"`
	Assessment  json.RawMessage `json:"assessment"`  // concern.Assessment
	Explanation json.RawMessage `json:"explanation"` // concern.Explanation
}
