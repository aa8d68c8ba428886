package signal

import (
	"fmt"
	"strings"

	"candour/internal/calendar"
)

// FieldError is one thing wrong with one field: what was found, what was expected
// and what to do. Found may be shown to the person who typed it, and nobody else.
type FieldError struct {
	Field    string `json:"field"`    // JSON path: "complaint.hcat[0].severity"
	Found    string `json:"found"`    // as given; shortened
	Expected string `json:"expected"` // the rule
	Advice   string `json:"advice"`   // what to do about it
}

// FieldErrors is everything wrong with a form or row, in the order of its fields.
type FieldErrors []FieldError

// Error names the fields and rules, never what was found: it may reach a log.
func (e FieldErrors) Error() string {
	var b strings.Builder
	for i, f := range e {
		if i > 0 {
			b.WriteString("; ")
		}
		fmt.Fprintf(&b, "%s: expected %s", f.Field, f.Expected)
	}
	return b.String()
}

// Err is e as an error, nil when there is nothing wrong.
func (e FieldErrors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

// check collects the errors of one signal while it is validated.
type check struct {
	tax  *Taxonomies
	day  calendar.Date // of the event, or of receipt: decides which codes apply
	path string        // prefix of fields
	errs FieldErrors
}

// foundLimit is how much of a wrong value is given back, in runes.
const foundLimit = 60

func (c *check) add(field, found, expected, advice string) {
	if r := []rune(found); len(r) > foundLimit {
		found = string(r[:foundLimit]) + "…"
	}
	c.errs = append(c.errs, FieldError{Field: c.path + field, Found: found, Expected: expected, Advice: advice})
}

func (c *check) need(ok bool, field, found, expected, advice string) {
	if !ok {
		c.add(field, found, expected, advice)
	}
}

// under runs f with fields below prefix.
func (c *check) under(prefix string, f func()) {
	before := c.path
	c.path += prefix + "."
	f()
	c.path = before
}

// whole runs f with the fields of the signal itself.
func (c *check) whole(f func()) {
	before := c.path
	c.path = ""
	f()
	c.path = before
}

// code checks one code of a taxonomy; the empty code passes unless required.
func (c *check) code(field string, id TaxonomyID, code string, required bool) {
	if code == "" {
		c.need(!required, field, "", "a code of "+string(id), "Choose one of the list.")
		return
	}
	t := c.tax.Get(id)
	if t == nil {
		c.add(field, code, "the taxonomy "+string(id), "Add the taxonomy to the definitions.")
		return
	}
	if err := t.Check(code, c.day); err != nil {
		expected := "a code of " + t.Name + " in force on " + c.day.String()
		c.add(field, code, expected, "Choose one of the list; codes have first and last days.")
	}
}

func (c *check) codes(field string, id TaxonomyID, codes []string, required bool) {
	if len(codes) == 0 {
		c.code(field, id, "", required)
	}
	for i, code := range codes {
		c.code(fmt.Sprintf("%s[%d]", field, i), id, code, true)
	}
}

// notAfter checks that d is not later than limit.
func (c *check) notAfter(field string, d, limit calendar.Date, what string) {
	c.need(d.IsZero() || limit.IsZero() || d <= limit, field, d.String(), "a day not after "+what+" ("+limit.String()+")", "Correct the date.")
}
