// Package definition reads definition files: YAML in which every key must be
// known, so that a misspelt threshold is refused and not ignored.
package definition

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"

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

// ByID reads a folder in which each file holds one definition: what parse makes of each
// file (its name without folders, and its text), by the id that it has.
func ByID[K comparable, D any](places []fs.FS, folder string, parse func(file string, text []byte) (D, error), id func(D) K) (map[K]D, error) {
	out := map[K]D{}
	err := Each(places, folder, func(name string, text []byte) error {
		d, err := parse(path.Base(name), text)
		if err == nil {
			out[id(d)] = d
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Version names the text of a definition by what it holds: the first 12 hexadecimal
// digits of its SHA-256.
func Version(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
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
