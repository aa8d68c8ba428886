package listen

import (
	"context"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/identifier"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

// screenWords refuses words that would tell who a patient is: they would stand in
// the memory for ever.
func (d *Desk) screenWords(texts ...string) error {
	for _, text := range texts {
		if kinds := certain(identifier.Find(text, calendar.DateOf(d.Now()))); len(kinds) > 0 {
			return fault.New(fault.Invalid, "what you wrote holds %s, which would be kept for ever; leave it out", withArticles(kinds))
		}
	}
	return nil
}

// ChangeTogether changes many signals at once: each by events of its own, or not at
// all and with the reason. What says in words what was done.
func (d *Desk) ChangeTogether(ctx context.Context, sc access.Scope, what string, list ...store.Alteration) (record.Together, error) {
	if err := d.screenWords(what); err != nil {
		return record.Together{}, err
	}
	for _, a := range list {
		for _, c := range a.Changes {
			if err := d.screenWords(words(c)...); err != nil {
				return record.Together{}, err
			}
		}
	}
	return d.Memory.ChangeTogether(ctx, sc, d.NextDue, what, "", list...)
}

// withArticles is kinds of identifier as a sentence names them: "an NHS number, a
// postcode".
func withArticles(kinds []string) string {
	named := make([]string, len(kinds))
	for i, kind := range kinds {
		named[i] = "a " + kind
		if strings.HasPrefix(kind, "NHS") || strings.HasPrefix(kind, "e-mail") {
			named[i] = "an " + kind
		}
	}
	return strings.Join(named, ", ")
}

// UndoTogether takes a change of many signals back by new events.
func (d *Desk) UndoTogether(ctx context.Context, sc access.Scope, id, because string) (record.Together, error) {
	if strings.TrimSpace(because) == "" {
		return record.Together{}, fault.New(fault.Invalid, "an undoing needs a because")
	}
	if err := d.screenWords(because); err != nil {
		return record.Together{}, err
	}
	return d.Memory.UndoTogether(ctx, sc, d.NextDue, id, because)
}

// ofTriage is the free text of the changes that only triage makes.
func ofTriage(c signal.Change) []string {
	switch c := c.(type) {
	case signal.Amended:
		return []string{c.Because, c.Signal.Place.Ward, c.Signal.Place.Service}
	case signal.AboutEvent:
		return []string{string(c.Event)}
	case signal.Linked:
		return []string{c.Link.To}
	}
	return nil
}
