package listen

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/identifier"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/signal/eml"
	"candour/internal/signal/fhir"
	"candour/internal/signal/mapping"
	"candour/internal/store"
)

// Loaded is what a file yields: items ready to be received, and what was refused.
type Loaded struct {
	Items    []Item
	Refusals []Refusal
	Notes    []string // columns ignored, fields with identity left out, identifiers removed
	Mapping  string   // id and version of the mapping that read a table
}

// Refusal is why one row, record or message was not taken.
type Refusal struct {
	Row   int // of the file; the number of the record in a bundle
	Field signal.FieldError
}

// LoadOptions say what a file itself doesn't.
type LoadOptions struct {
	Name     string // of the file
	SHA256   string // of its bytes
	Received time.Time
	Provider org.Code // of items that don't name one
	// Settled is the day before which items count as dealt with already: they are
	// recorded with the outcome noted. Zero settles none.
	Settled calendar.Date
	// Readers are named on the seals of what is sealed.
	Readers   []access.AccountID
	Saved     []*mapping.Mapping // of the commissioner, of which one may fit a table
	HeaderRow int                // number of a table's header in the file; nought is 1
	// Known reports whether the commissioner may record about an organisation.
	Known func(org.Code) bool
}

// Rows makes items of a table by a saved mapping. Each row is an item or has its
// reasons.
func (d *Desk) Rows(m *mapping.Mapping, header []string, rows [][]string, o LoadOptions) (l Loaded, err error) {
	result, err := m.Rows(header, rows, mapping.Options{Received: o.Received, Recorded: o.Received, Delivery: o.SHA256, HeaderRow: max(o.HeaderRow, 1)})
	if err != nil {
		return l, err
	}
	l.Mapping = fmt.Sprintf("%s version %d", m.ID, m.Version)
	for _, name := range result.Ignored {
		l.Notes = append(l.Notes, fmt.Sprintf("column %q has no place in the mapping and was left out", name))
	}
	for _, name := range result.Secret {
		l.Notes = append(l.Notes, fmt.Sprintf("column %q holds identity and was left out", name))
	}
	for _, name := range result.Sealed {
		l.Notes = append(l.Notes, fmt.Sprintf("column %q holds identity and was sealed", name))
	}
	read := latest(&l, result.Rows, func(r *mapping.Row) *signal.Signal {
		if r.Skipped || len(r.Errors) > 0 {
			return nil
		}
		return &r.Signal
	})
	for i := range read {
		if row := &read[i]; !row.Skipped {
			theirs := row.Signal.Reference
			origin := row.Signal.Registered()
			switch {
			case origin != "": // by whichever way it comes
			case theirs != "":
				origin = fmt.Sprintf("rows/%s/%s", m.ID, theirs)
			default:
				origin = fmt.Sprintf("rows/%s/%s/%d", m.ID, o.SHA256, row.Number)
			}
			item := Item{Origin: origin, Theirs: theirs, Revises: true, Then: row.Then}
			for _, purpose := range mapping.Purposes {
				if text := row.Sealed[purpose]; text != "" {
					item.Sealed = append(item.Sealed, store.SealedText{Purpose: purpose, Text: text, Readers: o.Readers})
				}
			}
			l.take(d, row.Number, row.Signal, row.Errors, item, o)
		}
	}
	return l, nil
}

// Bundle makes items of the incidents in a FHIR bundle.
func (d *Desk) Bundle(text []byte, o LoadOptions) (l Loaded, err error) {
	records, err := fhir.Read(text, fhir.Options{Received: o.Received, Recorded: o.Received, Delivery: o.SHA256})
	if err != nil {
		return l, err
	}
	records = latest(&l, records, func(r *fhir.Record) *signal.Signal {
		if len(r.Errors) > 0 {
			return nil
		}
		return &r.Signal
	})
	for i := range records {
		r := &records[i]
		for _, name := range r.LeftOut {
			l.Notes = append(l.Notes, fmt.Sprintf("record %d: %s holds identity and was left out", r.Entry, name))
		}
		for _, name := range r.Unread {
			l.Notes = append(l.Notes, fmt.Sprintf("record %d: %s has no field here and was left out", r.Entry, name))
		}
		item := Item{Origin: r.Signal.Registered(), Theirs: strings.TrimPrefix(r.Signal.Registered(), "lfpse/"), Revises: true}
		if item.Origin == "" {
			item.Origin = fmt.Sprintf("fhir/%s/%d", o.SHA256, r.Entry)
		}
		l.take(d, r.Entry, r.Signal, r.Errors, item, o)
	}
	return l, nil
}

// latest leaves out the older versions of what a file holds several times under one
// reference, and says how many.
func latest[T any](l *Loaded, records []T, of func(*T) *signal.Signal) []T {
	kept := signal.LatestVersions(records, of)
	switch n := len(records) - len(kept); n {
	case 0:
	case 1:
		l.Notes = append(l.Notes, "1 older version of a record that the file holds again was left out")
	default:
		l.Notes = append(l.Notes, fmt.Sprintf("%d older versions of records that the file holds again were left out", n))
	}
	return kept
}

// AttachmentPurpose is the purpose of the seal on a file that came with an e-mail. Its
// bytes are sealed as they came; which attachment it is, its hash says.
const AttachmentPurpose = "attachment"

// SenderPurpose is the purpose of the seal on the name and address of whoever sent an
// e-mail.
const SenderPurpose = "sender"

// Message makes an item of an e-mail: a message that waits to be sorted. The
// sender's name and address are sealed for readers.
func (d *Desk) Message(text []byte, o LoadOptions, seal func(purpose, text string) store.SealedText) (l Loaded, err error) {
	m, err := eml.Read(text)
	if err != nil {
		return l, err
	}
	l.Notes = m.Problems
	if m.Cut {
		l.Notes = append(l.Notes, "the text was longer than is kept and was cut")
	}
	// Known again by the hash of its Message-ID, never by the id: that names the
	// sender's machine or provider, and an origin is not sealed.
	id := sha256.Sum256([]byte(m.ID))
	item := Item{Origin: "email/" + hex.EncodeToString(id[:])}
	for _, a := range m.Attachments {
		name, _ := identifier.RedactAll(a.Name, calendar.DateOf(o.Received)) // a note is shown to whoever loads, and stands with the delivery
		l.Notes = append(l.Notes, fmt.Sprintf("attachment %q: its name and hash are kept with the signal; its content was not screened and is sealed", name))
		if len(a.Bytes) > 0 {
			item.Sealed = append(item.Sealed, seal(AttachmentPurpose, string(a.Bytes)))
		}
	}
	if m.ID == "" {
		item.Origin = "email/" + o.SHA256
	}
	if sender := m.FromName + " <" + m.FromAddress + ">"; m.FromAddress != "" {
		item.Sealed = append(item.Sealed, seal(SenderPurpose, sender))
	}
	s := m.Signal(o.Received, o.Received)
	s.Delivery = o.SHA256 // its file is read again, sealed as it is, to answer the sender (package mail)
	l.take(d, 1, s, nil, item, o)
	return l, nil
}

// take puts one signal among the items or the refusals.
func (l *Loaded) take(d *Desk, row int, s signal.Signal, errs signal.FieldErrors, item Item, o LoadOptions) {
	s.Reference = ""
	if s.Place.Provider == "" {
		s.Place.Provider = o.Provider
	}
	removed := Remove(&s)
	if len(errs) == 0 {
		errs = s.Validate(d.Taxonomies, d.Now())
	}
	if len(errs) == 0 && s.Place.Provider != "" && !o.Known(s.Place.Provider) {
		errs = signal.FieldErrors{{Field: "place.provider", Found: string(s.Place.Provider), Expected: "an organisation that this commissioner buys from", Advice: "Correct the code, or load the register of organisations first."}}
	}
	item.Signal, item.Readers = s, o.Readers
	if trial := item; len(errs) == 0 {
		sealStaffConcern(&trial, "")
		errs = unreadable(trial.Sealed)
	}
	if len(errs) == 0 && len(item.Then) > 0 {
		errs = d.wrongHistory(s, item.Then)
	}
	for _, e := range errs {
		l.Refusals = append(l.Refusals, Refusal{Row: row, Field: e})
	}
	if len(errs) > 0 {
		return
	}
	kinds := make([]string, 0, len(removed))
	for kind, n := range removed {
		kinds = append(kinds, fmt.Sprintf("row %d: %d × %s removed", row, n, kind))
	}
	slices.Sort(kinds)
	l.Notes = append(l.Notes, kinds...)
	item.screened = true
	if !o.Settled.IsZero() && calendar.DateOf(s.Received) < o.Settled {
		item.Then = settled(&s, item.Then)
	}
	l.Items = append(l.Items, item)
}

// importedWith is why an item of long ago counts as dealt with.
const importedWith = "Imported with its history; dealt with before it came here"

// settled is the changes of an item of long ago. One whose log tells how far it got
// is taken at its word: answered it is closed, otherwise it still waits.
func settled(s *signal.Signal, then []signal.Change) []signal.Change {
	if then == nil {
		return Settle(s, importedWith)
	}
	if slices.ContainsFunc(then, func(c signal.Change) bool { m, ok := c.(signal.Moved); return ok && m.Event == "responded" }) {
		then = append(then, signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: importedWith}, signal.Moved{Event: "closed", Because: importedWith})
	}
	return then
}

// wrongHistory tries what a file says happened since receipt, with the clocks that it
// starts and stops, before any of it is recorded.
func (d *Desk) wrongHistory(s signal.Signal, then []signal.Change) signal.FieldErrors {
	wrong := func(err error) signal.FieldErrors {
		return signal.FieldErrors{{Field: "complaint", Expected: "steps that follow one another", Advice: "Correct the row: " + err.Error() + "."}}
	}
	s.ID, s.Triage = "trial", signal.Triage{}
	for _, change := range then {
		if err := d.screenWords(words(change)...); err != nil {
			return wrong(err)
		}
	}
	var trial signal.Signal
	for i, change := range append([]signal.Change{signal.Received{Signal: s}}, then...) {
		if err := trial.Apply(signal.Event{Number: i + 1, At: d.Now(), By: "trial", Change: change}); err != nil {
			return wrong(err)
		}
	}
	if _, problems := trial.Clocks(d.Rulebook); len(problems) > 0 {
		return wrong(problems[0])
	}
	return nil
}

// Settle is the changes by which an item of long ago counts as dealt with: the
// outcome noted, and closed by the shortest way where its kind has one that needs
// no decision. Clocks of it stop now, and so are shown as stopped late.
func Settle(s *signal.Signal, because string) []signal.Change {
	then := []signal.Change{signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: because}}
	way := []string{"closed"}
	switch s.Kind {
	case signal.KindComplaint:
		way = []string{"acknowledged", "responded", "closed"}
	case signal.KindVisit, signal.KindFifteenSteps:
		way = []string{"visit ended", "closed"}
		if s.Visit != nil && len(s.Visit.Immediate) > 0 {
			way = []string{"visit ended", "letter of immediate concerns sent", "closed"}
		}
	case signal.KindClinicianConcern:
		way = []string{"reporter answered", "closed"} // closing alone would leave the answer owed
	case signal.KindHealthwatch, signal.KindMPLetter, signal.KindCoronerReport:
		way = []string{"reply sent", "closed"}
	}
	if slices.ContainsFunc(s.Happenings(), func(h signal.Happening) bool { return h.Event == "signal received" }) {
		way = append([]string{"safety check shared"}, way...)
	}
	if slices.Contains(s.Kind.Events(s.Kind.FirstState()), way[0]) {
		for _, event := range way {
			then = append(then, signal.Moved{Event: event, Because: because})
		}
	}
	return then
}
