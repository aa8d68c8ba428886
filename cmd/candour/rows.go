package main

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
)

// FormatFlag chooses how a list is written.
type FormatFlag struct {
	Format string `help:"How to write the list: csv or json." enum:"csv,json" default:"csv"`
}

// list is rows with a heading, written as CSV or as JSON objects with the
// heading's names.
type list struct {
	head []string
	rows [][]any
}

func (l *list) add(row ...any) { l.rows = append(l.rows, row) }

func (l *list) write(w io.Writer, format string) error {
	if format == "json" {
		return l.json(w)
	}
	out := csv.NewWriter(w)
	if err := out.Write(l.head); err != nil {
		return err
	}
	text := make([]string, len(l.head))
	for _, row := range l.rows {
		for i, v := range row {
			text[i] = cell(v)
		}
		if err := out.Write(text); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

func (l *list) json(w io.Writer) error {
	objects := make([]map[string]any, len(l.rows))
	for i, row := range l.rows {
		objects[i] = map[string]any{}
		for k, v := range row {
			objects[i][l.head[k]] = v
		}
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(objects)
}
