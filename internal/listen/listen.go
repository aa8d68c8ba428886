// Package listen takes soft intelligence in: a signal from a form, a file, an
// e-mail or a bundle is screened for what could tell who a patient is, what must
// be kept of that is sealed, the rest is validated, and then it is recorded. The
// sender gets a receipt only once the signal is durable.
//
//	screened, found := desk.Screen(&s)      // what the sender is shown first
//	receipts, err := desk.Receive(ctx, scope, listen.Item{Signal: s})
//
// A person is asked about identifiers that were found; whatever comes in without a
// person (a file, a mailbox) has them removed, and the row says how many.
package listen

import (
	"context"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/identifier"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

// Memory is what the desk needs of the store.
type Memory interface {
	// ReceiveSignals records all or none, durable when it returns.
	ReceiveSignals(ctx context.Context, sc access.Scope, due store.NextDue, list ...store.Arrival) ([]store.SignalReceipt, error)
	// TrySignals is what ReceiveSignals would say; nothing is kept.
	TrySignals(ctx context.Context, sc access.Scope, due store.NextDue, list ...store.Arrival) ([]store.SignalReceipt, error)
	// ReceiveOnce is ReceiveSignals for a call that may be sent again.
	ReceiveOnce(ctx context.Context, sc access.Scope, due store.NextDue, once store.Once, list ...store.Arrival) (answer []byte, again bool, err error)
	// ChangeSignal records changes of a signal as one, or a conflict when it is not at version.
	ChangeSignal(ctx context.Context, sc access.Scope, due store.NextDue, ref string, version int, changes ...signal.Change) (store.HeldSignal, error)
	// Submit records a provider's submission, or a corrected version of one.
	Submit(ctx context.Context, sc access.Scope, sub signal.Submission) (store.HeldSubmission, error)
	// ChangeTogether changes many signals, each wholly or not at all, and says which.
	ChangeTogether(ctx context.Context, sc access.Scope, due store.NextDue, what, undoes string, list ...store.Alteration) (record.Together, error)
	// UndoTogether takes such a change back.
	UndoTogether(ctx context.Context, sc access.Scope, due store.NextDue, id, because string) (record.Together, error)
	// LocalLists is every list that was ever given, oldest first.
	LocalLists(ctx context.Context) ([]store.LocalList, error)
	// SetLocalList records one that was checked.
	SetLocalList(ctx context.Context, sc access.Scope, l record.LocalList) error
}

// Desk receives signals for any commissioner; the scope says for which.
type Desk struct {
	Memory     Memory
	Taxonomies *signal.Taxonomies
	Rulebook   *calendar.Rulebook
	Now        func() time.Time

	laying sync.Mutex // so that what was read first is laid first
}

// NewDesk reads taxonomies, holidays and clock rules from definitions: those that
// come with Candour, then the installation's own.
func NewDesk(memory Memory, now func() time.Time, places ...fs.FS) (*Desk, error) {
	d := &Desk{Memory: memory, Now: now}
	var err error
	if d.Taxonomies, err = signal.LoadTaxonomies(places...); err != nil {
		return nil, err
	}
	cal, err := calendar.LoadCalendar(places[0])
	if err != nil {
		return nil, err
	}
	d.Rulebook, err = calendar.LoadRulebook(cal, places...)
	return d, err
}

// Item is a signal as it comes in, with what is to be sealed.
type Item struct {
	Signal signal.Signal
	Sealed []store.SealedText
	Origin string // by which the same item is known again; empty is never
	Theirs string // the sender's own reference
	// Revises says that a later version may come under the same origin: those of files do.
	Revises bool
	Then    []signal.Change // what is known of it already
	// Readers are named on the seal of what the desk itself seals, beside whoever
	// recorded it; an item that comes in without a person must name some.
	Readers []access.AccountID

	screened bool // Remove has been through it
}

// NextDue is the clock of the signal that is due first, by the rules in force.
func (d *Desk) NextDue(s *signal.Signal) (next record.Due) {
	clocks, _ := s.Clocks(d.Rulebook) // a clock that can't be made is told on the signal's page
	for _, c := range clocks {
		if !c.Stopped.IsZero() || c.Sense == calendar.Opens {
			continue
		}
		if _, due := c.DueAt(d.Now()); next.At.IsZero() || due.Before(next.At) {
			next.Rule, next.Name, next.At = string(c.Rule), c.Name, due
		}
		if warns := c.WarnAt(d.Now()); !warns.IsZero() && (next.Warns.IsZero() || warns.Before(next.Warns)) {
			next.Warns = warns
		}
	}
	return next
}

// Receive validates, screens and records; nothing when one of them is wrong. The
// error is signal.FieldErrors where fields are wrong.
func (d *Desk) Receive(ctx context.Context, sc access.Scope, items ...Item) ([]store.SignalReceipt, error) {
	list, wrong := d.AdmitAll(sc, items)
	for _, errs := range wrong {
		if err := errs.Err(); err != nil {
			return nil, err
		}
	}
	return d.Memory.ReceiveSignals(ctx, sc, d.NextDue, list...)
}

// Change records changes of a signal. Words that would tell who a patient is are
// refused: they would stand in the memory for ever.
func (d *Desk) Change(ctx context.Context, sc access.Scope, ref string, version int, changes ...signal.Change) (store.HeldSignal, error) {
	for _, c := range changes {
		if err := d.screenWords(words(c)...); err != nil {
			return store.HeldSignal{}, err
		}
	}
	return d.Memory.ChangeSignal(ctx, sc, d.NextDue, ref, version, changes...)
}

// words is the free text of a change.
func words(c signal.Change) []string {
	switch c := c.(type) {
	case signal.Graded:
		return []string{c.Because}
	case signal.Coded:
		return []string{c.Because}
	case signal.OutcomeSet:
		return []string{c.Because}
	case signal.Moved:
		return []string{c.Because}
	case signal.ReadersNamed:
		return []string{c.Because}
	case signal.Withdrawn:
		return []string{c.Because}
	case signal.Undone:
		return []string{c.Because}
	case signal.Answered:
		return []string{c.Message}
	case signal.NotResolved:
		return []string{c.Message}
	case signal.DateAgreed:
		return []string{c.Because}
	case signal.SteppedIn:
		return []string{c.StepIn.Reason, c.StepIn.Asked}
	case signal.StepInReplied:
		return []string{c.Reply, c.Result}
	}
	return ofTriage(c)
}

// certain is the kinds among matches that can be nothing else.
func certain(matches []identifier.Match) (kinds []string) {
	for _, m := range matches {
		if k := string(m.Kind); m.Certain && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// sealStaffConcern puts the words of a member of staff who does not wish to be
// known under seal, for whoever recorded them (R-FTSU-1): the story can tell who
// told it, and so can the ward, the team, the role, the day and the name of a file.
// What stays outside says no more than that there is one, of which provider and in
// which month.
func sealStaffConcern(item *Item, recorder access.AccountID) {
	s := &item.Signal
	if !s.Veiled() || s.Narrative == "" {
		return
	}
	readers := item.Readers[:len(item.Readers):len(item.Readers)]
	if recorder != "" {
		readers = append(readers, recorder)
	}
	for _, t := range item.Sealed {
		readers = append(readers, t.Readers...)
	}
	item.Sealed = append(item.Sealed[:len(item.Sealed):len(item.Sealed)], store.SealedText{Purpose: "words", Text: whole(s), Readers: readers})
	s.Title, s.Narrative = "Sealed: open to the named readers only", ""
	s.Place = signal.Place{Provider: s.Place.Provider}
	concern := *s.StaffConcern
	concern.Occupation, s.Source.Role, s.StaffConcern = "", "", &concern
	if d := s.Occurred.Date; !d.IsZero() {
		y, m, _ := d.YMD()
		s.Occurred = signal.Occurrence{Date: calendar.NewDate(y, m, 1), About: true}
	}
	s.Attachments = slices.Clone(s.Attachments)
	for i := range s.Attachments {
		s.Attachments[i].Name = "attachment " + strconv.Itoa(i+1)
	}
}

// whole is everything that a staff concern says, for its named readers.
func whole(s *signal.Signal) string {
	lines := []string{s.Title, "", s.Narrative, ""}
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, label+": "+value)
		}
	}
	add("Site", string(s.Place.Site))
	add("Service", s.Place.Service)
	add("Ward or team", s.Place.Ward)
	add("Role", s.Source.Role)
	add("Occupation", s.StaffConcern.Occupation)
	add("Themes", strings.Join(s.Themes, ", "))
	if !s.Occurred.Date.IsZero() {
		add("Happened", strings.TrimSpace(s.Occurred.Date.String()+" "+s.Occurred.Time))
	}
	for _, a := range s.Attachments {
		add("Attachment", a.Name)
	}
	return strings.Join(lines, "\n")
}
