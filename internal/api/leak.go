package api

import (
	"fmt"
	"reflect"
	"strings"

	"candour/internal/calendar"
	"candour/internal/identifier"
	"candour/internal/signal"
)

// references are fields whose figures belong to a system: ten digits of a national
// record are no NHS number.
var references = map[string]bool{"lfpse": true, "local": true, "link": true, "sha256": true}

// hidden finds identifiers in fields that are not screened because they should hold a
// code or a few words: such a signal is refused, since nothing can be taken out of a
// code. What is screened has been screened already.
func hidden(s *signal.Signal, today calendar.Date) (wrong []Wrong) {
	walk(reflect.ValueOf(s).Elem(), "", func(path, text string) {
		for _, m := range identifier.Find(text, today) {
			if m.Certain {
				wrong = append(wrong, Wrong{Where: path, What: "expected no " + string(m.Kind) + " here", Do: "Identities go under sealed; take it out."})
				return
			}
		}
	})
	return wrong
}

// walk calls f for each text in v, by the names that JSON has.
func walk(v reflect.Value, path string, f func(path, text string)) {
	switch v.Kind() {
	case reflect.String:
		if v.Len() > 0 {
			f(path, v.String())
		}
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), path, f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			walk(v.Index(i), fmt.Sprintf("%s[%d]", path, i), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if name == "" || references[name] {
				continue
			}
			if path != "" {
				name = path + "." + name
			}
			walk(v.Field(i), name, f)
		}
	}
}
