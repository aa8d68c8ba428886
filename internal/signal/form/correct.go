package form

import (
	"encoding/json"
	"slices"
	"strings"

	"candour/internal/fault"
	"candour/internal/signal"
)

// settled are paths that are never corrected by a form: receipt, from which clocks
// run, who said it, and consent, which is a change of its own.
var settled = []string{"received", "complaint.consent", "complaint.consent_on"}

// Correcting is the form of a kind for a signal that is held, to complete or correct
// it: without what is sealed, without days of moves, and without what is settled.
// It is nil for kinds without a form.
func Correcting(k signal.Kind) *Form {
	return without(For(k), settled)
}

// Sorting is the form of a kind for a signal that turns out to be of it: what is
// sealed, receipt and sender stay, and everything else of the kind is asked for. It is
// nil for kinds without a form, and for staff concerns, which are sealed as they come.
func Sorting(k signal.Kind) *Form {
	if k == signal.KindStaffConcern {
		return nil
	}
	return without(For(k), []string{"received"})
}

// without is a form without paths, what is sealed, days of moves and the sender.
func without(f *Form, paths []string) *Form {
	if f == nil {
		return nil
	}
	for i := range f.Parts {
		p := &f.Parts[i]
		p.Fields = slices.DeleteFunc(slices.Clone(p.Fields), func(field Field) bool {
			return strings.HasPrefix(field.Path, "sealed.") || strings.HasPrefix(field.Path, "then.") || strings.HasPrefix(field.Path, "source.") || slices.Contains(paths, field.Path)
		})
	}
	f.Parts = slices.DeleteFunc(f.Parts, func(p Part) bool { return len(p.Fields)+len(p.Rows) == 0 })
	return f
}

// Over is held with what the form asks for as filled has it. What the form doesn't
// ask for, such as what an import knew beside it, stays.
func (f *Form) Over(held, filled *signal.Signal) (out signal.Signal, err error) {
	var was, now map[string]any
	for _, x := range []struct {
		s    *signal.Signal
		tree *map[string]any
	}{{held, &was}, {filled, &now}} {
		text, err := json.Marshal(x.s)
		if err != nil {
			return out, fault.Wrap(fault.Internal, err, "write the signal")
		}
		if err := json.Unmarshal(text, x.tree); err != nil {
			return out, fault.Wrap(fault.Internal, err, "read the signal")
		}
	}
	for i := range f.Parts {
		p := &f.Parts[i]
		for j := range p.Fields {
			lay(was, p.Fields[j].Path, at(now, p.Fields[j].Path))
		}
		for j := range p.Rows {
			rows := &p.Rows[j]
			lay(was, rows.Path, rowsOver(rows, at(was, rows.Path), at(now, rows.Path)))
		}
	}
	text, err := json.Marshal(was)
	if err != nil {
		return out, fault.Wrap(fault.Internal, err, "write the signal")
	}
	return out, fault.Wrap(fault.Internal, json.Unmarshal(text, &out), "read the signal")
}

// rowsOver is the rows as filled in, each with what its form doesn't ask for of the
// row that stood at its place. With more or fewer rows nobody knows which is which, and
// nothing is carried over.
func rowsOver(rows *Rows, was, now any) any {
	old, _ := was.([]any)
	list, _ := now.([]any)
	for i, item := range list {
		tree, _ := item.(map[string]any)
		if len(old) != len(list) || tree == nil {
			continue
		}
		before, _ := old[i].(map[string]any)
		for key, value := range before {
			asked := slices.ContainsFunc(rows.Fields, func(f Field) bool { return f.Path == key })
			if !asked {
				tree[key] = value
			}
		}
	}
	return now
}

// lay puts a value at a path; nil takes it away.
func lay(tree map[string]any, path string, value any) {
	for {
		key, rest, deeper := strings.Cut(path, ".")
		if !deeper {
			if value == nil {
				delete(tree, key)
			} else {
				tree[key] = value
			}
			return
		}
		below, _ := tree[key].(map[string]any)
		if below == nil {
			if value == nil {
				return
			}
			below = map[string]any{}
			tree[key] = below
		}
		tree, path = below, rest
	}
}

// Sorted is held as a signal of the form's kind: what every signal has as filled has
// it, and the fields of the kind.
func (f *Form) Sorted(held, filled *signal.Signal) (signal.Signal, error) {
	out := *filled
	out.Kind = f.Kind
	common := signal.Signal{
		ID: held.ID, Reference: held.Reference, Kind: f.Kind, Title: held.Title, Narrative: held.Narrative, Place: held.Place, Involved: held.Involved, Occurred: held.Occurred,
		Received: held.Received, Recorded: held.Recorded, Source: held.Source, Themes: held.Themes, Severity: held.Severity, Urgent: held.Urgent,
		Attachments: held.Attachments, Sealed: held.Sealed, Embargo: held.Embargo, Readers: held.Readers, Delivery: held.Delivery, Row: held.Row,
	}
	out, err := f.Over(&common, &out)
	out.FillDetail()
	return out, err
}
