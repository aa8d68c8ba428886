package listen

import (
	"context"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

// LayLists brings the desk's taxonomies and templates up to what administrators have
// given. Lists that this version of the program can't read are told and left out.
func (d *Desk) LayLists(ctx context.Context) (unread []error, err error) {
	d.laying.Lock()
	defer d.laying.Unlock()
	all, err := d.Memory.LocalLists(ctx)
	if err != nil {
		return nil, err
	}
	given := make([]signal.Given, len(all))
	for i := range all {
		given[i] = all[i].Given()
	}
	return d.Taxonomies.Lay(given), nil
}

// SetList checks a list that an administrator gives, records it and puts it in force.
func (d *Desk) SetList(ctx context.Context, sc access.Scope, text []byte, because string) (*signal.List, error) {
	l, err := signal.ReadList(text)
	if err != nil {
		return nil, err
	}
	if err := d.Taxonomies.CheckList(l); err != nil {
		return nil, err
	}
	return l, d.setList(ctx, sc, record.LocalList{Sort: l.Sort, ID: l.ID, Text: l.Text, Because: because})
}

// UndoList undoes the last time that a list was given, by a new entry: what held
// before holds again. Codes that only the undone one had keep their names and are no
// longer offered.
func (d *Desk) UndoList(ctx context.Context, sc access.Scope, sort signal.ListSort, id, because string) error {
	all, err := d.Memory.LocalLists(ctx)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(l store.LocalList) bool { return l.Sort != sort || l.ID != id })
	if len(all) == 0 {
		return fault.New(fault.Invalid, "the list %s was not given here; there is nothing to undo", id)
	}
	before := ""
	if len(all) > 1 {
		before = all[len(all)-2].Text
	}
	if before == all[len(all)-1].Text {
		return fault.New(fault.Invalid, "the last entry changed nothing of %s; give the list that is to hold", id)
	}
	return d.setList(ctx, sc, record.LocalList{Sort: sort, ID: id, Text: before, Because: because})
}

func (d *Desk) setList(ctx context.Context, sc access.Scope, l record.LocalList) error {
	if strings.TrimSpace(l.Because) == "" {
		return fault.New(fault.Invalid, "write down why; it is recorded")
	}
	if err := d.NoIdentifier(l.Because); err != nil {
		return err
	}
	if err := d.Memory.SetLocalList(ctx, sc, l); err != nil {
		return err
	}
	_, err := d.LayLists(ctx)
	return err
}
