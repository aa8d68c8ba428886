package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Reference is the description as a document for people: each address with what it
// takes and gives, then each object. docs/api.md ends with it.
func Reference(d *huma.OpenAPI) string {
	var b strings.Builder
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		item := d.Paths[path]
		for _, x := range []struct {
			method string
			op     *huma.Operation
		}{{"GET", item.Get}, {"POST", item.Post}} {
			if x.op != nil {
				referOperation(&b, x.method, path, x.op)
			}
		}
	}
	b.WriteString("## Objects\n\nA field that must be there is marked with a star.\n")
	schemas := d.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		if s := schemas[name]; len(s.Properties) > 0 && name != "Problem" {
			fmt.Fprintf(&b, "\n### %s\n\n", name)
			referFields(&b, s)
		}
	}
	return b.String()
}

func referOperation(b *strings.Builder, method, path string, op *huma.Operation) {
	fmt.Fprintf(b, "### %s %s\n\n%s.", method, path, op.Summary)
	if op.Description != "" {
		b.WriteString(" " + op.Description)
	}
	fmt.Fprintf(b, " Needs the grant `%v`.\n", op.Metadata[actionOf])
	if len(op.Parameters) > 0 {
		b.WriteString("\n| parameter | in | type | |\n| --- | --- | --- | --- |\n")
		for _, p := range op.Parameters {
			star := ""
			if p.Required {
				star = "*"
			}
			fmt.Fprintf(b, "| `%s`%s | %s | %s | %s |\n", p.Name, star, p.In, typeOf(p.Schema), p.Description)
		}
	}
	if op.RequestBody != nil {
		fmt.Fprintf(b, "\nBody: %s.\n", typeOf(op.RequestBody.Content["application/json"].Schema))
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		if r := op.Responses[status]; strings.HasPrefix(status, "2") && r.Content["application/json"] != nil {
			fmt.Fprintf(b, "\nAnswers %s: %s.\n", status, typeOf(r.Content["application/json"].Schema))
		}
	}
	b.WriteString("\n")
}

func referFields(b *strings.Builder, s *huma.Schema) {
	b.WriteString("| field | type | |\n| --- | --- | --- |\n")
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		star := ""
		if slices.Contains(s.Required, name) {
			star = "*"
		}
		fmt.Fprintf(b, "| `%s`%s | %s | %s |\n", name, star, typeOf(s.Properties[name]), s.Properties[name].Description)
	}
}

// typeOf is a type in a few words.
func typeOf(s *huma.Schema) string {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		return "[" + s.Ref[strings.LastIndexByte(s.Ref, '/')+1:] + "](#" + strings.ToLower(s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]) + ")"
	case s.Items != nil:
		return "list of " + typeOf(s.Items)
	case len(s.Enum) > 0:
		words := make([]string, len(s.Enum))
		for i, e := range s.Enum {
			words[i] = fmt.Sprint(e)
		}
		return "one of " + strings.Join(words, ", ")
	case s.Format == "date-time":
		return "instant"
	case s.Format == "date":
		return "day"
	}
	return s.Type
}
