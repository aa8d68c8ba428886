package form

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/signal"
)

// Values is the controls that would give the signal: the form as it was filled in,
// to go on with it. What is sealed and what is not asked for is not among them.
func (f *Form) Values(s *signal.Signal) (Values, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "write the signal")
	}
	var tree map[string]any
	if err := json.Unmarshal(text, &tree); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "read the signal")
	}
	v := Values{}
	for i := range f.Parts {
		p := &f.Parts[i]
		for j := range p.Fields {
			put(v, &p.Fields[j], p.Fields[j].Path, at(tree, p.Fields[j].Path))
		}
		for j := range p.Rows {
			putRows(v, &p.Rows[j], at(tree, p.Rows[j].Path))
		}
	}
	return v, nil
}

// putRows puts the items that belong to the rows: those whose fixed fields are the
// rows' own.
func putRows(v Values, rows *Rows, list any) {
	items, _ := list.([]any)
	n := 0
	for _, item := range items {
		tree, _ := item.(map[string]any)
		ours := true
		for i := range rows.Fields {
			f := &rows.Fields[i]
			ours = ours && (f.Sort != Fixed || text(tree[f.Path], f) == f.Value)
		}
		if !ours || n == rows.Most {
			continue
		}
		for i := range rows.Fields {
			put(v, &rows.Fields[i], rows.Control(n, &rows.Fields[i]), tree[rows.Fields[i].Path])
		}
		n++
	}
	if n > rows.Least {
		v[rows.Counter()] = []string{strconv.Itoa(n)}
	}
}

// put puts one value under its control.
func put(v Values, f *Field, control string, value any) {
	if value == nil || f.Sort == Fixed {
		return
	}
	list, many := value.([]any)
	switch {
	case many && f.Sort == Each:
		lines := ""
		for _, one := range list {
			lines += fmt.Sprint(one) + "\n"
		}
		v[control] = []string{lines}
	case many:
		for _, one := range list {
			v[control] = append(v[control], fmt.Sprint(one))
		}
	default:
		if said := text(value, f); said != "" {
			v[control] = []string{said}
		}
	}
}

// text is a value of JSON as its control shows it.
func text(value any, f *Field) string {
	switch x := value.(type) {
	case bool:
		switch {
		case x:
			return "yes"
		case f.Sort == YesNo:
			return "no"
		}
		return ""
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case string:
		at, err := time.Parse(time.RFC3339Nano, x)
		switch {
		case err != nil:
			return x
		case f.Sort == Moment:
			return at.In(calendar.London).Format("2006-01-02T15:04")
		case f.Sort == Day:
			return calendar.DateOf(at).String()
		}
		return x
	}
	return ""
}
