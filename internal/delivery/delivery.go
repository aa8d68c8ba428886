// Package delivery holds the nouns of what arrives: a delivery is one file or
// pull with its hash, its rows accepted and its rows refused, each refusal with
// where, what, what was expected and what to do.
package delivery

import (
	"fmt"
	"time"

	"candour/internal/calendar"
	"candour/internal/indicator"
	"candour/internal/org"
)

// ID names a delivery: "D-000123", numbered in order of arrival.
type ID string

// Status is what became of a delivery.
type Status string

// The states.
const (
	Accepted    Status = "accepted"    // every row that carries data was taken
	Partly      Status = "partly"      // taken, and some rows are in quarantine
	Waiting     Status = "waiting"     // a person must say the period (or the source)
	Quarantined Status = "quarantined" // the whole file is refused, and kept
	Known       Status = "known"       // the same bytes were delivered before; nothing done
	Tried       Status = "tried"       // a dry run: what would have been
	Unread      Status = "unread"      // a name that leads to no file that can be opened; nothing of it is held
)

// Signals is the shape of a file of signals: complaints, incidents, e-mails. Its bytes
// are kept encrypted and its refusals stand in the entry.
const Signals = "signals"

// LargestKept bounds the files whose bytes are kept, in bytes. A larger one is refused
// and on record with its name, size and hash, and stays only where it came from.
const LargestKept = 1 << 30

// Delivery is one file as it arrived.
type Delivery struct {
	ID        ID              `json:"id"`
	File      string          `json:"file"` // base name as given, "archive.zip/inner.csv" inside a zip
	SHA256    string          `json:"sha256"`
	Size      int64           `json:"size"`
	Source    string          `json:"source"`  // id of the source definition; empty when not recognised
	Version   string          `json:"version"` // version of the source definition used
	Shape     string          `json:"shape"`   // reader used
	Period    calendar.Period `json:"period"`  // of the whole file, zero when rows carry their own
	Periods   string          `json:"periods"` // in words for pages: "2013-04 to 2014-03"
	Status    Status          `json:"status"`
	Tenant    string          `json:"tenant"` // "" for published national data
	By        string          `json:"by"`     // account that gave it
	Via       string          `json:"via"`    // load, page, folder, demo
	Published time.Time       `json:"published,omitzero"`
	Received  time.Time       `json:"received"`

	// What a person had to say, so that a rebuild parses alike.
	SaidSource string          `json:"said_source,omitempty"`
	SaidPeriod calendar.Period `json:"said_period,omitzero"`
	Mapping    []byte          `json:"mapping,omitempty"` // the source definition used, YAML: definitions change, a rebuild must not
	// Undefined is the indicators that rows name and that nobody had defined when the
	// file was read, each with the nearest that were: those rows are in quarantine, and
	// a rebuild refuses them alike, whatever is defined by then.
	Undefined map[indicator.ID][]indicator.ID `json:"undefined,omitempty"`
	// Forms is what values of the indicators that rows name were made of when the file was
	// read: rows that contradict it are in quarantine, and a rebuild refuses them alike,
	// however the definitions have changed by then.
	Forms map[indicator.ID]indicator.Form `json:"forms,omitempty"`
	// Refusals of a file that could not be read as a whole; those of rows come
	// from reading the archived file again.
	Refusals []Refusal `json:"refusals,omitempty"`
	// Rereads is the earlier deliveries of the same bytes that waited or had refusals and
	// that this one reads again, by a corrected mapping or with what a person said: they
	// need nobody any more.
	Rereads []ID `json:"rereads,omitempty"`
	// RereadAs is the delivery that read this one again; empty while none has. The entry
	// of that one says so, in its Rereads.
	RereadAs ID `json:"-"`

	Counts
}

// Unread reports whether no row of the file was read: it waits, or was refused whole.
func (d Delivery) Unread() bool {
	return d.Status == Waiting || d.Status == Quarantined && d.Quarantined == 0
}

// Unsettled reports whether the delivery still needs somebody: something of it waits or
// was refused, and it was not read again.
func (d Delivery) Unsettled() bool { return d.Status != Accepted && d.RereadAs == "" }

// Kept reports whether the archive holds the file's bytes.
func (d *Delivery) Kept() bool { return d.Size <= LargestKept }

// Counts is what a delivery did. Accepted counts file rows that gave data,
// Quarantined file rows refused; the others count observations.
type Counts struct {
	Accepted    int `json:"accepted"`
	Quarantined int `json:"quarantined"`
	Skipped     int `json:"skipped"` // rows which carry no data by design: totals, notes, blanks
	New         int `json:"new"`
	Unchanged   int `json:"unchanged"`
	Superseding int `json:"superseding"`
	// Earlier is those that differ from values which were published later: they are kept
	// as earlier vintages and replace nothing.
	Earlier int `json:"earlier,omitempty"`
	// Held is the signals that differ from what is held under their reference and replace
	// nothing: nothing says which is later, or what is held was withdrawn, sealed or given
	// another kind here.
	Held int `json:"held,omitempty"`
}

// SignalWords is what became of the signals of a file, in words.
func (c Counts) SignalWords() string {
	words := fmt.Sprintf("%d new, %d revised, %d unchanged, %d older", c.New, c.Superseding, c.Unchanged, c.Earlier)
	if c.Held > 0 {
		words += fmt.Sprintf(", %d left as held", c.Held)
	}
	return words
}

// Status is what became of a delivery with these counts, when its file as a
// whole could be read.
func (c Counts) Status() Status {
	switch {
	case c.Quarantined == 0:
		return Accepted
	case c.Accepted > 0:
		return Partly
	}
	return Quarantined
}

// Add counts the rows of one item.
func (c *Counts) Add(r Row) {
	c.Accepted += r.Taken
	c.Skipped += r.Skipped
	c.Quarantined += r.Refused
}

// Refusal says why a row, cell or whole file was not taken. Row 0 means the
// whole sheet or file. Found never holds free text that may name a person: it is
// cut to a short excerpt.
type Refusal struct {
	Sheet    string `json:"sheet,omitempty"`
	Row      int    `json:"row,omitempty"`
	Column   string `json:"column,omitempty"`
	Code     string `json:"code"` // stable reason id: "header-renamed", "number-malformed"
	Found    string `json:"found"`
	Expected string `json:"expected"`
	Advice   string `json:"advice"`
	Raw      string `json:"raw,omitempty"` // the row as it was, at most 4 KiB

	// About is what the row would have told, as far as it could be read: indicator,
	// organisation and period, each empty where it couldn't be, and with a Presence the
	// figure too. It is nil where the row gives no values. It isn't in the entry, since
	// reading the archived file again gives it.
	About *indicator.Reading `json:"-"`
}

// NotBegun is why a value of a period that lies ahead is not taken: nothing of it can be
// known.
func NotBegun(r *indicator.Reading) Refusal {
	row := 0
	_, _ = fmt.Sscanf(r.Rows, "%d", &row) // none: the whole sheet
	return Refusal{
		Sheet: r.Sheet, Row: row, Column: string(r.Indicator), Code: "period-not-begun",
		Found:    fmt.Sprintf("%s, which has not begun", r.Period),
		Expected: "a period that has begun",
		Advice:   "Correct the period, or load the file again once it has begun: a plan or a forecast is no value.",
		About:    r,
	}
}

// Item is one thing that a parsed file yields. Exactly one field is set.
type Item struct {
	Reading      *indicator.Reading
	Organisation *org.Organisation
	Succession   *org.Succession
	Refusal      *Refusal
	// Row counts file rows: taken, skipped by design, refused.
	Row *Row
}

// Row says that file rows were read. A row that gave some data and lost some to
// a refusal is both taken and refused.
type Row struct {
	Taken   int // gave data
	Skipped int // carry no data by design
	Refused int // gave at least one Refusal
}
