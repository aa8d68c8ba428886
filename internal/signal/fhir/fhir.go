// Package fhir reads FHIR R4 bundles of LFPSE records (AdverseEvent, profile
// patient-safety-adverse-event) into signals.
//
// An LFPSE record is an AdverseEvent whose answers are nested extensions: a group
// named by the last part of its URL ("adverse-event-classification-5"), in it one
// extension an answer ("LevelOfConcern", valueCode). Location, practitioner,
// patients and medication are resources contained in the AdverseEvent, or entries
// of the bundle to which it refers; each patient is one group
// "patient-information-5".
//
// Names, addresses, birth dates and identifiers of patients and practitioners are
// never read: they are listed in Record.LeftOut by the name of the field. Answers
// without a place in our record are listed in Record.Unread. Nothing is dropped
// silently.
package fhir

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"candour/internal/fault"
	"candour/internal/signal"
)

// Limits of one bundle.
const (
	MaxBytes   = 32 << 20
	MaxEntries = 10_000
	maxDepth   = 8
	maxAnswers = 2_000
)

// Record is one AdverseEvent as it was read. Signal has no id, reference or
// receipt beyond what Options gave; it is validated by Signal.Validate when Errors
// is empty.
type Record struct {
	Entry   int                // place in the bundle, from 1
	Signal  signal.Signal      // what could be read
	Errors  signal.FieldErrors // values that can't be read
	LeftOut []string           // fields with identity, not read
	Unread  []string           // answers for which there is no field
}

// Options say what the bundle itself doesn't.
type Options struct {
	Received time.Time // instant of receipt
	Recorded time.Time // instant of storing
	Delivery string    // id of the delivery
}

// resource is a FHIR resource in generic form.
type resource map[string]any

// Read reads a Bundle, or a single AdverseEvent. An entry that is no AdverseEvent
// and to which none refers gives no record. The error is of the bundle as a whole.
func Read(text []byte, options Options) ([]Record, error) {
	if len(text) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "a bundle of %d bytes, expected at most %d", len(text), MaxBytes)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var top resource
	if err := decoder.Decode(&top); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "read bundle as JSON")
	}
	if decoder.More() {
		return nil, fault.New(fault.Invalid, "there is more after the bundle, expected one JSON object")
	}
	switch top.text("resourceType") {
	case "AdverseEvent":
		return []Record{newReading(top, 1, nil, options).record()}, nil
	case "Bundle":
		return readBundle(top, options)
	}
	return nil, fault.New(fault.Invalid, "the resource is a %q, expected a Bundle or an AdverseEvent", top.text("resourceType"))
}

func readBundle(bundle resource, options Options) ([]Record, error) {
	entries := bundle.list("entry")
	if len(entries) > MaxEntries {
		return nil, fault.New(fault.TooLarge, "a bundle of %d entries, expected at most %d", len(entries), MaxEntries)
	}
	byURL := map[string]resource{}
	for _, e := range entries {
		r := e.child("resource")
		if url := e.text("fullUrl"); url != "" {
			byURL[url] = r
		}
		if id := r.text("id"); id != "" {
			byURL[r.text("resourceType")+"/"+id] = r
		}
	}
	var records []Record
	for i, e := range entries {
		if r := e.child("resource"); r.text("resourceType") == "AdverseEvent" {
			records = append(records, newReading(r, i+1, byURL, options).record())
		}
	}
	if len(records) == 0 {
		return nil, fault.New(fault.Invalid, "the bundle holds no AdverseEvent")
	}
	return records, nil
}

// text is the string under key, "" when there is none.
func (r resource) text(key string) string {
	s, _ := r[key].(string)
	return strings.TrimSpace(s)
}

// child is the object under key, nil when there is none.
func (r resource) child(key string) resource {
	m, _ := r[key].(map[string]any)
	return m
}

// list is the objects of the array under key.
func (r resource) list(key string) []resource {
	array, _ := r[key].([]any)
	var objects []resource
	for _, v := range array {
		if m, ok := v.(map[string]any); ok {
			objects = append(objects, m)
		}
	}
	return objects
}

// value is the value[x] of an extension as text, and whether there is one.
func (r resource) value() (string, bool) {
	for _, key := range slices.Sorted(maps.Keys(r)) {
		if !strings.HasPrefix(key, "value") {
			continue
		}
		switch v := r[key].(type) {
		case string:
			return strings.TrimSpace(v), true
		case json.Number:
			return v.String(), true
		case bool:
			return fmt.Sprint(v), true
		case map[string]any:
			return resource(v).coded(), true
		}
	}
	return "", false
}

// coded is the code of a CodeableConcept, Coding, Reference or Identifier.
func (r resource) coded() string {
	for _, coding := range r.list("coding") {
		if code := coding.text("code"); code != "" {
			return code
		}
	}
	for _, key := range []string{"code", "value", "text", "reference", "display"} {
		if s := r.text(key); s != "" {
			return s
		}
	}
	return ""
}

// answer is one leaf of the extensions.
type answer struct {
	group string // last part of the enclosing URL without version: "patient-information"
	name  string // "PhysicalHarm"
	value string
	n     int // which occurrence of the group, from 0
}

// answers walks the extensions of r.
func (g *reading) answers(r resource) []answer {
	var out []answer
	occurrences := map[string]int{}
	var walk func(list []resource, group string, n, depth int)
	walk = func(list []resource, group string, n, depth int) {
		if depth > maxDepth {
			g.fail("extension", "", "extensions nested at most 8 deep", "Check what produced the bundle.")
			return
		}
		for _, e := range list {
			name := g.lastPart(e.text("url"))
			if nested := e.list("extension"); len(nested) > 0 {
				walk(nested, name, occurrences[name], depth+1)
				occurrences[name]++
				continue
			}
			if v, ok := e.value(); ok && v != "" && len(out) < maxAnswers {
				out = append(out, answer{group, name, v, n})
			}
		}
	}
	walk(r.list("extension"), "", 0, 1)
	return out
}

// lastPart is the last part of a URL without the number of the taxonomy version,
// which it remembers.
func (g *reading) lastPart(url string) string {
	name := url[strings.LastIndexByte(url, '/')+1:]
	if i := strings.LastIndexByte(name, '-'); i > 0 && i+1 < len(name) && strings.Trim(name[i+1:], "0123456789") == "" {
		g.taxonomy = name[i+1:]
		name = name[:i]
	}
	return name
}

// identityFields are the fields of patients and practitioners that are never read.
var identityFields = []string{"name", "identifier", "birthDate", "telecom", "address", "photo", "contact", "deceasedDateTime"}

// leaveOut notes the identity that a resource carries.
func (g *reading) leaveOut(r resource) {
	for _, field := range identityFields {
		if _, there := r[field]; there {
			g.out.LeftOut = appendOnce(g.out.LeftOut, r.text("resourceType")+"."+field)
		}
	}
}

func appendOnce(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
