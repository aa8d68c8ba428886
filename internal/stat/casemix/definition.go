package casemix

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
)

// Definition is a case-mix model as data: what it adjusts for, from when. It is
// one JSON file, so that a change of the publisher's method is a change of a file
// with a date and a reader, and needs no programmer.
type Definition struct {
	ID       string    `json:"id"`       // same as the file's name
	Title    string    `json:"title"`    // for people
	Outcome  string    `json:"outcome"`  // the event, in words
	Scope    string    `json:"scope"`    // who is in and who is out, in words
	Source   string    `json:"source"`   // publication that says so
	Caution  string    `json:"caution"`  // to be shown with every figure
	Checked  string    `json:"checked"`  // date of the last review, YYYY-MM-DD
	Versions []Version `json:"versions"` // oldest first, without overlap
}

// Version is the model during a span of months.
type Version struct {
	From       string                `json:"effective_from"`      // first month, YYYY-MM
	To         string                `json:"effective_to"`        // last month, YYYY-MM; empty: still in force
	Months     int                   `json:"months_of_data"`      // how much data a fit takes
	Groups     int                   `json:"groups"`              // number of diagnosis groups; 0: not fixed
	MinDeaths  float64               `json:"minimum_deaths"`      // see Options.MinDeaths
	Covariates []DefinitionCovariate `json:"covariates"`          //
	Changes    string                `json:"changes,omitempty"`   // what differs from the version before
	Uncertain  string                `json:"uncertain,omitempty"` // what has not been checked against the source
}

// DefinitionCovariate is a covariate and the groups that it is used in.
type DefinitionCovariate struct {
	Name    string   `json:"name"`
	Levels  []string `json:"levels,omitempty"` // the first is the reference; none: a number
	Ordered bool     `json:"ordered,omitempty"`
	Unknown string   `json:"unknown,omitempty"` // the level for "not known"

	// OnlyIn and NotIn name groups; at most one of them is given.
	OnlyIn []string `json:"only_in_groups,omitempty"`
	NotIn  []string `json:"not_in_groups,omitempty"`
}

//go:embed definitions/*.json
var definitionFiles embed.FS

// Definitions reads the models that come with the program, by ID.
func Definitions() (map[string]*Definition, error) {
	out := map[string]*Definition{}
	names, err := fs.Glob(definitionFiles, "definitions/*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := definitionFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		d, err := ReadDefinition(bytes.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[d.ID] = d
	}
	return out, nil
}

// ReadDefinition reads and checks a definition. A field that it does not know is
// an error: a misspelt name must not be silently ignored.
func ReadDefinition(r io.Reader) (*Definition, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var d Definition
	if err := dec.Decode(&d); err != nil {
		return nil, fmt.Errorf("read model definition: %w", err)
	}
	if err := d.Check(); err != nil {
		return nil, err
	}
	return &d, nil
}

// Check tells the first rule that the definition breaks.
func (d *Definition) Check() error {
	if d.ID == "" || d.Title == "" || d.Source == "" {
		return errors.New("a model definition needs an id, a title and a source")
	}
	if len(d.Versions) == 0 {
		return errors.New("a model definition needs at least one version")
	}
	for i := range d.Versions {
		v := &d.Versions[i]
		if err := v.check(); err != nil {
			return fmt.Errorf("version %d: %w", i+1, err)
		}
		if i > 0 && (d.Versions[i-1].To == "" || d.Versions[i-1].To >= v.From) {
			return fmt.Errorf("version %d begins before the version before it has ended", i+1)
		}
	}
	return nil
}

func (v *Version) check() error {
	if !validMonth(v.From) || (v.To != "" && (!validMonth(v.To) || v.To < v.From)) {
		return errors.New("effective_from and effective_to must be months (YYYY-MM), in order")
	}
	if v.Months < 1 || v.Groups < 0 || !(v.MinDeaths >= 0) {
		return errors.New("months_of_data must be above 0; groups and minimum_deaths must not be below 0")
	}
	seen := map[string]bool{}
	for _, c := range v.Covariates {
		if c.Name == "" || seen[c.Name] {
			return fmt.Errorf("covariate %q has no name or is given twice", c.Name)
		}
		seen[c.Name] = true
		if len(c.Levels) == 1 || len(slices.Compact(slices.Sorted(slices.Values(c.Levels)))) != len(c.Levels) {
			return fmt.Errorf("covariate %s: levels must be two or more and differ", c.Name)
		}
		if c.Unknown != "" && !slices.Contains(c.Levels[min(1, len(c.Levels)):], c.Unknown) {
			return fmt.Errorf("covariate %s: unknown must be one of its levels, and not the reference", c.Name)
		}
		if len(c.OnlyIn) > 0 && len(c.NotIn) > 0 {
			return fmt.Errorf("covariate %s: only_in_groups and not_in_groups exclude each other", c.Name)
		}
	}
	return nil
}

// validMonth accepts YYYY-MM.
func validMonth(s string) bool {
	if len(s) != 7 || s[4] != '-' {
		return false
	}
	for i, r := range s {
		if i != 4 && (r < '0' || r > '9') {
			return false
		}
	}
	return s[5:] >= "01" && s[5:] <= "12"
}

// At is the version in force in a month (YYYY-MM).
func (d *Definition) At(month string) (*Version, error) {
	if !validMonth(month) {
		return nil, fmt.Errorf("%q is not a month (YYYY-MM)", month)
	}
	for i := range d.Versions {
		v := &d.Versions[i]
		if v.From <= month && (v.To == "" || month <= v.To) {
			return v, nil
		}
	}
	return nil, fmt.Errorf("model %s has no version for %s", d.ID, month)
}

// CovariatesOf is what the model adjusts for in a group.
func (v *Version) CovariatesOf(group string) []Covariate {
	var out []Covariate
	for _, c := range v.Covariates {
		if slices.Contains(c.NotIn, group) || (len(c.OnlyIn) > 0 && !slices.Contains(c.OnlyIn, group)) {
			continue
		}
		out = append(out, Covariate{Name: c.Name, Levels: c.Levels, Ordered: c.Ordered, Unknown: c.Unknown})
	}
	return out
}
