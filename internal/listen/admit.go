package listen

import (
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

// Admit screens, seals and validates one item for the scope's commissioner: what it
// gives can be recorded, unless there are errors. Many items may be admitted at
// once.
func (d *Desk) Admit(sc access.Scope, item Item) (store.Arrival, signal.FieldErrors) {
	if !item.screened {
		Remove(&item.Signal)
	}
	recorder := sc.Viewer.Account
	if sc.Viewer.Client != nil || sc.Viewer.Operator {
		recorder = "" // no program is named on a seal
	}
	sealStaffConcern(&item, recorder)
	d.confine(&item, recorder)
	errs := d.Wrong(item)
	return store.Arrival{Signal: item.Signal, Origin: item.Origin, Theirs: item.Theirs, Revises: item.Revises, Sealed: item.Sealed, Then: item.Then}, errs
}

// Wrong is everything that is wrong with an item as it stands; nothing of it is
// changed. Rules that hang on whether an identity is sealed (R-FTSU-1, a
// constituent's consent) look at the parts that the signal will have.
func (d *Desk) Wrong(item Item) signal.FieldErrors {
	standing := item.Signal
	for _, t := range item.Sealed {
		standing.Sealed = append(standing.Sealed[:len(standing.Sealed):len(standing.Sealed)], signal.SealedPart{Purpose: t.Purpose})
	}
	d.confine(&item, "")
	errs := standing.Validate(d.Taxonomies, d.Now())
	if today := calendar.DateOf(d.Now()); item.Signal.Confined(today) && len(item.Signal.Readers) == 0 {
		errs = append(errs, signal.FieldError{
			Field: "readers", Expected: "somebody who may see it",
			Advice: "Name at least one person who may see it: it shows to nobody else. Where nobody can be named, an administrator gives somebody the role of quality lead or clinical reviewer.",
		})
	}
	errs = append(errs, unreadable(item.Sealed)...)
	return errs
}

// confine names who alone may see what is under strict access or embargo: the readers
// of the item, those of its seals, those named before, and whoever records it.
func (d *Desk) confine(item *Item, recorder access.AccountID) {
	readers := append(slices.Clone(item.Signal.Readers), string(recorder))
	for _, r := range item.Readers {
		readers = append(readers, string(r))
	}
	for _, t := range item.Sealed {
		for _, r := range t.Readers {
			readers = append(readers, string(r))
		}
	}
	item.Signal.Confine(calendar.DateOf(d.Now()), readers...)
}

// AdmitAll is Admit for a group, on all processors: screening and validating take as
// long as recording does. The errors stand at the places of their items; those of
// items without errors are empty.
func (d *Desk) AdmitAll(sc access.Scope, items []Item) ([]store.Arrival, []signal.FieldErrors) {
	list, wrong := make([]store.Arrival, len(items)), make([]signal.FieldErrors, len(items))
	var all errgroup.Group // its functions give no errors: those of items have their places
	all.SetLimit(runtime.GOMAXPROCS(0))
	for from := 0; from < len(items); from += admittedTogether {
		all.Go(func() error {
			for i := from; i < min(from+admittedTogether, len(items)); i++ {
				list[i], wrong[i] = d.Admit(sc, items[i])
			}
			return nil
		})
	}
	_ = all.Wait()
	return list, wrong
}

// admittedTogether is how many items are worth a goroutine.
const admittedTogether = 16

// ReceiveOnce records what was admitted, for a call that its sender may send again.
// again is whether the answer is an earlier call's.
func (d *Desk) ReceiveOnce(ctx context.Context, sc access.Scope, once store.Once, admitted ...store.Arrival) (answer []byte, again bool, err error) {
	return d.Memory.ReceiveOnce(ctx, sc, d.NextDue, once, admitted...)
}

// Readers is who is named on the seals of what comes in without a person: those who
// judge quality at the commissioner, R-FTSU-1.
func Readers(accounts []record.Account, tenant org.Code) (readers []access.AccountID) {
	for _, a := range accounts {
		for _, m := range a.Memberships {
			if m.Tenant == tenant && !a.Closed && (m.Role == access.QualityLead || m.Role == access.ClinicalReviewer) {
				readers = append(readers, a.ID)
				break
			}
		}
	}
	return readers
}

// unreadable is why a text can't be sealed that nobody is named to read.
func unreadable(list []store.SealedText) signal.FieldErrors {
	if !slices.ContainsFunc(list, func(t store.SealedText) bool { return len(t.Readers) == 0 }) {
		return nil
	}
	return signal.FieldErrors{{
		Field: "sealed", Expected: "somebody who is named to read sealed text",
		Advice: "Nobody at the commissioner may read it yet: an administrator gives somebody the role of quality lead or clinical reviewer.",
	}}
}
