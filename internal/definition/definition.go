// Package definition reads definition files: YAML in which every key must be
// known, so that a misspelt threshold is refused and not ignored.
package definition

import (
	"github.com/goccy/go-yaml"

	"candour/internal/fault"
)

// maxBytes bounds a definition file; the largest that comes with Candour is under
// a tenth of it.
const maxBytes = 4 << 20

// Decode reads the YAML text into v, a pointer to a struct. An unknown or doubled
// key, a wrong type or malformed YAML is an Invalid fault. The YAML library can
// panic on malformed tags; that too is the file's fault and comes back as one.
func Decode(text []byte, v any) (err error) {
	if len(text) > maxBytes {
		return fault.New(fault.TooLarge, "a definition file of %d bytes, expected at most %d", len(text), maxBytes)
	}
	defer func() {
		if r := recover(); r != nil {
			err = fault.New(fault.Invalid, "the file is not readable as YAML: %v", r)
		}
	}()
	if err := yaml.UnmarshalWithOptions(text, v, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return fault.Wrap(fault.Invalid, err, "read definition")
	}
	return nil
}
