// Package definition reads definition files: YAML in which every key must be
// known, so that a misspelt threshold is refused and not ignored.
package definition

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/goccy/go-yaml"

	"candour/internal/fault"
)

// maxBytes bounds a definition file; the largest that comes with Candour is under
// a tenth of it.
const maxBytes = 4 << 20

// Each gives take the YAML files of a folder, in each of the file systems in turn:
// what comes with Candour first and an installation's own after it, so that a later
// definition can replace an earlier one of the same id. Name is the file's path. It
// goes on after an error of take, so that all files that are wrong are named at once.
func Each(places []fs.FS, folder string, take func(name string, text []byte) error) error {
	var wrong []error
	for _, place := range places {
		names, err := fs.Glob(place, folder+"/*.yaml")
		if err != nil {
			return fmt.Errorf("list the definitions in %s: %w", folder, err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(place, name)
			if err != nil {
				return fmt.Errorf("read %s: %w", name, err)
			}
			wrong = append(wrong, take(name, text))
		}
	}
	return errors.Join(wrong...)
}

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
