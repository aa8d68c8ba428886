package listen

import (
	"context"
	"errors"
	"path"
	"strings"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/intake"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal/mapping"
)

// Commissioner is what importing needs to know of the scope's commissioner: whom it
// buys from, and who may be named on its seals.
type Commissioner interface {
	Files
	Organisations(ctx context.Context, sc access.Scope, roles ...org.Role) ([]org.Organisation, error)
	Accounts(ctx context.Context, sc access.Scope) ([]record.Account, error)
}

// Sorter takes files of signals in for one viewer at one commissioner. It is what
// intake hands files to that hold no figures (intake.Signals).
type Sorter struct {
	Desk  *Desk
	Store Commissioner
	Scope access.Scope
}

// Import is Desk.Import with what the store knows of the commissioner.
func (s *Sorter) Import(ctx context.Context, text []byte, m *mapping.Mapping, o LoadOptions, via string) (r Imported, err error) {
	if o, err = s.told(ctx, o); err != nil {
		return r, err
	}
	return s.Desk.Import(ctx, s.Store, s.Scope, text, m, o, via)
}

// Try is what Import would do, compared with what is held; nothing is kept.
func (s *Sorter) Try(ctx context.Context, text []byte, m *mapping.Mapping, o LoadOptions) (r Imported, err error) {
	r.Delivery = delivery.Delivery{File: base(o.Name), Size: int64(len(text)), Source: sourceOf(text), Shape: delivery.Signals}
	if o, err = s.told(ctx, o); err != nil {
		return r, err
	}
	if o.Saved, err = SavedMappings(ctx, s.Store, s.Scope); err != nil {
		return r, err
	}
	loaded, err := s.Desk.File(text, m, o, o.Readers)
	switch {
	case r.whole(err):
		return r, nil
	case err != nil:
		return r, err
	}
	err = s.Desk.try(ctx, s.Scope, &r, loaded)
	r.Delivery.Counts, r.Delivery.Status = r.counts(), delivery.Tried
	return r, err
}

// told adds what the store knows of the commissioner.
func (s *Sorter) told(ctx context.Context, o LoadOptions) (LoadOptions, error) {
	orgs, err := s.Store.Organisations(ctx, s.Scope)
	if err != nil {
		return o, err
	}
	seen := make(map[org.Code]bool, len(orgs))
	for i := range orgs {
		seen[orgs[i].Code] = true
	}
	o.Known = func(c org.Code) bool { return seen[c] }
	accounts, err := s.Store.Accounts(ctx, s.Scope)
	o.Readers = Readers(accounts, s.Scope.Tenant)
	return o, err
}

// Holds reports whether a file that no source recognised holds signals: by its content
// it is an e-mail, a bundle or signals as JSON, or it is a table that a saved mapping
// fits. A table that nobody knows counts as one where there is a commissioner that can
// say what it is: it may name people.
func (s *Sorter) Holds(ctx context.Context, name string, text []byte, strange bool, _ intake.Options) (bool, error) {
	if FormOf(text) != FormTable {
		return true, nil
	}
	if s.Scope.Tenant == "" {
		return false, nil
	}
	t, err := ReadTable(text, name)
	if err != nil {
		return false, nil // why it can't be read, the delivery says
	}
	saved, err := SavedMappings(ctx, s.Store, s.Scope)
	return strange || mapping.Recognise(saved, t.Header) != nil, err
}

// Take takes such a file in, or tries it.
func (s *Sorter) Take(ctx context.Context, name string, text []byte, o intake.Options) (intake.Report, error) {
	if s.Scope.Tenant == "" {
		why := intake.Message{
			Found: "a file of signals (" + string(FormOf(text)) + ")", Expected: "the commissioner whose signals they are; they are never published data",
			Advice: "Load it again and say whose they are: candour load --tenant CODE. Nothing of it was kept.",
		}
		return intake.Report{File: name, Source: sourceOf(text), Status: delivery.Quarantined, Messages: []intake.Message{why}}, nil
	}
	lo := LoadOptions{Name: name, Received: s.Desk.Now()}
	if o.Dry {
		r, err := s.Try(ctx, text, nil, lo)
		return r.Report(name), err
	}
	r, err := s.Import(ctx, text, nil, lo, o.Via)
	return r.Report(name), err
}

// Report is what became of the file as the report of intake.
func (r *Imported) Report(name string) intake.Report {
	d := r.Delivery
	out := intake.Report{
		File: name, SHA256: d.SHA256, Source: d.Source, Status: d.Status, Accepted: d.Accepted, Quarantined: d.Quarantined, Unchanged: d.Unchanged, Superseding: d.Superseding,
		Messages: []intake.Message{}, Notes: r.Notes, Delivery: d,
	}
	for _, x := range r.Refusals {
		out.Messages = append(out.Messages, intake.Message{Row: x.Row, Column: x.Field.Field, Found: x.Field.Found, Expected: x.Field.Expected, Advice: x.Field.Advice})
	}
	for _, x := range r.Receipts {
		out.Receipts = append(out.Receipts, intake.Receipt{Reference: x.Reference, Position: x.Position})
	}
	return out
}

// sourceOf is what a delivery of signals calls its source.
func sourceOf(text []byte) string { return sourceFor(FormOf(text)) }

func sourceFor(f Form) string { return "signals-" + string(f) }

// base is a file's name without folders, of either kind.
func base(name string) string { return path.Base(strings.ReplaceAll(name, "\\", "/")) }

var _ intake.Signals = (*Sorter)(nil)

// whole reports whether err says why a file as a whole was not taken, and notes it.
func (r *Imported) whole(err error) bool {
	switch {
	case errors.Is(err, errNoMapping):
		r.Delivery.Status = delivery.Waiting
	case fault.Is(err, fault.Invalid), fault.Is(err, fault.TooLarge):
		r.Delivery.Status = delivery.Quarantined
	default:
		return false
	}
	r.Refusals = []Refusal{ofFile(err)}
	return true
}
