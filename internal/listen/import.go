package listen

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/definition"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/identifier"
	"candour/internal/signal"
	"candour/internal/signal/mapping"
	"candour/internal/store"
)

// Files is what importing needs of the store beside taking signals in.
type Files interface {
	// ArchiveSealed keeps bytes encrypted, durable when it returns their hash.
	ArchiveSealed(ctx context.Context, sc access.Scope, text []byte) (sum string, err error)
	// RecordSignalDelivery records what became of a file.
	RecordSignalDelivery(ctx context.Context, sc access.Scope, d delivery.Delivery) (delivery.Delivery, error)
	// Mappings is the texts of the commissioner's saved mappings.
	Mappings(ctx context.Context, sc access.Scope) ([]string, error)
}

// Imported is what became of one file: its delivery, and the receipt of each signal
// in it.
type Imported struct {
	Delivery delivery.Delivery     `json:"delivery"`
	Taken    int                   `json:"taken"`             // new
	Revised  int                   `json:"revised,omitempty"` // later versions of what is held
	Known    int                   `json:"known"`             // the same as what is held
	Older    int                   `json:"older,omitempty"`   // older versions, which replace nothing
	Held     int                   `json:"held,omitempty"`    // other content that replaces nothing, for the reason in the notes
	Receipts []store.SignalReceipt `json:"receipts,omitempty"`
	Refusals []Refusal             `json:"refusals,omitempty"`
	Notes    []string              `json:"notes,omitempty"`
}

// Mail reports whether the file was an e-mail.
func (r *Imported) Mail() bool { return r.Delivery.Source == sourceFor(FormMessage) }

// Import takes a file of signals in, as intake takes one of figures: its bytes are
// archived, encrypted, before anything looks at them; it is recognised by its content;
// each row is taken, known already, or refused with the reason; and what became of it
// is a delivery. A file that no mapping fits waits, and is read again once one is
// saved: what was taken before is known by its reference.
func (d *Desk) Import(ctx context.Context, files Files, sc access.Scope, text []byte, m *mapping.Mapping, o LoadOptions, via string) (r Imported, err error) {
	sum, err := files.ArchiveSealed(ctx, sc, text)
	if err != nil {
		return r, err
	}
	if o.Saved, err = SavedMappings(ctx, files, sc); err != nil {
		return r, err
	}
	out := delivery.Delivery{File: base(o.Name), SHA256: sum, Size: int64(len(text)), Source: sourceOf(text), Via: via}
	loaded, err := d.File(text, m, o, o.Readers)
	switch {
	case r.whole(err):
		out.Status = r.Delivery.Status
	case err != nil:
		return r, err
	default:
		if err := d.settle(ctx, sc, &r, loaded); err != nil {
			return r, err
		}
		out.Version = loaded.Mapping
		out.Counts = r.counts()
		out.Status = out.Counts.Status()
	}
	for i := range r.Refusals {
		out.Refusals = append(out.Refusals, r.Refusals[i].kept(calendar.DateOf(d.Now())))
	}
	r.Delivery, err = files.RecordSignalDelivery(ctx, sc, out)
	return r, err
}

// batch is how many signals of a file are committed together.
const batch = 1000

// settle records what a file yielded and notes the receipts.
func (d *Desk) settle(ctx context.Context, sc access.Scope, r *Imported, l Loaded) error {
	r.Refusals, r.Notes = l.Refusals, l.Notes
	for items := l.Items; len(items) > 0; {
		n := min(batch, len(items))
		receipts, err := d.Receive(ctx, sc, items[:n]...)
		if err != nil {
			return err
		}
		for i := range receipts {
			r.count(items[i].Signal.Row, &receipts[i])
		}
		r.Receipts = append(r.Receipts, receipts...)
		items = items[n:]
	}
	return nil
}

// try notes what settle would: of all that the file yielded at once, so that rows of it
// meet as they would.
func (d *Desk) try(ctx context.Context, sc access.Scope, r *Imported, l Loaded) error {
	r.Refusals, r.Notes = l.Refusals, l.Notes
	list, wrong := d.AdmitAll(sc, l.Items)
	for _, errs := range wrong {
		if err := errs.Err(); err != nil {
			return err
		}
	}
	receipts, err := d.Memory.TrySignals(ctx, sc, d.NextDue, list...)
	for i := range receipts {
		r.count(l.Items[i].Signal.Row, &receipts[i])
	}
	return err
}

// count counts one receipt, and notes what a version replaced or why it replaces nothing.
func (r *Imported) count(row int, x *store.SignalReceipt) {
	if x.Erased {
		r.Notes = append(r.Notes, fmt.Sprintf("row %d (%s): what was sealed of it was erased here and isn't taken again", row, x.Reference))
	}
	switch x.Again {
	case "":
		r.Taken++
	case signal.AgainSame:
		r.Known++
	case signal.AgainLater:
		r.Revised++
		r.Notes = append(r.Notes, fmt.Sprintf("row %d: a later version of %s; the earlier one stays in its history", row, cmp.Or(x.Reference, "an earlier row")))
	case signal.AgainOlder:
		r.Older++
		r.Notes = append(r.Notes, fmt.Sprintf("row %d (%s): %s", row, cmp.Or(x.Reference, "an earlier row"), x.Again.Words()))
	default:
		r.Held++
		r.Notes = append(r.Notes, fmt.Sprintf("row %d (%s): %s", row, cmp.Or(x.Reference, "an earlier row"), x.Again.Words()))
	}
}

// counts is what became of the rows.
func (r *Imported) counts() delivery.Counts {
	return delivery.Counts{
		Accepted: r.Taken + r.Revised + r.Known + r.Older + r.Held, New: r.Taken, Superseding: r.Revised, Unchanged: r.Known, Earlier: r.Older, Held: r.Held,
		Quarantined: rowsOf(r.Refusals),
	}
}

// SavedMappings is the column mappings that a commissioner's people saved.
func SavedMappings(ctx context.Context, files Files, sc access.Scope) ([]*mapping.Mapping, error) {
	texts, err := files.Mappings(ctx, sc)
	if err != nil {
		return nil, err
	}
	list := make([]*mapping.Mapping, len(texts))
	for i, text := range texts {
		list[i] = &mapping.Mapping{}
		if err := definition.Decode([]byte(text), list[i]); err != nil {
			return nil, fault.Wrap(fault.Damaged, err, "a saved mapping can't be read")
		}
	}
	return list, nil
}

// ofFile is why a file as a whole was not taken.
func ofFile(err error) (r Refusal) {
	var known *fault.Error
	r.Field.Expected, r.Field.Advice = "a file of signals", "Look at the file and load it again."
	if errors.Is(err, errNoMapping) {
		r.Field.Found, r.Field.Expected = "a table that no source of figures and no saved mapping describes", "columns that one saved mapping fits; no saved mapping fits these, or two fit alike"
		r.Field.Advice = "Say on the delivery’s page which column is what; it is read then. If it holds figures, load it again and say of which source it is."
		return r
	}
	if errors.As(err, &known) {
		r.Field.Expected = known.Error()
	}
	return r
}

// rowsOf is how many rows were refused.
func rowsOf(list []Refusal) int {
	rows := map[int]bool{}
	for _, r := range list {
		rows[r.Row] = true
	}
	return len(rows)
}

// kept is the refusal as the memory keeps it, for ever: without words that may name
// somebody. Figures and dates stay, since they tell what is wrong.
func (r *Refusal) kept(today calendar.Date) delivery.Refusal {
	found, _ := identifier.RedactAll(r.Field.Found, today)
	if r.Row > 0 && strings.ContainsFunc(found, unicode.IsLetter) {
		found = "words that are not repeated here; see the row in your file"
	}
	return delivery.Refusal{Row: r.Row, Column: r.Field.Field, Code: "field", Found: found, Expected: r.Field.Expected, Advice: r.Field.Advice}
}
