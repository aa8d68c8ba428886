package indicator

import (
	"fmt"
	"io/fs"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"candour/internal/calendar"
	"candour/internal/definition"
	"candour/internal/fault"
)

// Catalogue is the set of definitions in force, by id.
type Catalogue struct {
	byID map[ID]*Definition
	ids  []ID
}

// Load reads indicators/*.yaml from each file system in turn; a later one (an
// installation's own) replaces a definition of the same id.
func Load(sources ...fs.FS) (*Catalogue, error) {
	byID, err := definition.ByID(sources, "indicators", Parse, func(d *Definition) ID { return d.ID })
	if err != nil {
		return nil, err
	}
	return &Catalogue{byID: byID, ids: slices.Sorted(maps.Keys(byID))}, nil
}

// Get is the definition of id, nil when there is none.
func (c *Catalogue) Get(id ID) *Definition { return c.byID[id] }

// IDs is every id, sorted.
func (c *Catalogue) IDs() []ID { return c.ids }

// Then is the catalogue with other texts of some definitions, by id: those that held at a
// moment. They were checked when they came, by the rules of then.
func (c *Catalogue) Then(texts map[string]string) (*Catalogue, error) {
	then := &Catalogue{byID: maps.Clone(c.byID)}
	for id, text := range texts {
		d := &Definition{Multiplier: 1}
		if err := definition.Decode([]byte(text), d); err != nil {
			return nil, fault.Wrap(fault.Damaged, err, "the earlier definition of %s can't be read", id)
		}
		d.Version = definition.Version([]byte(text))
		then.byID[ID(id)] = d
	}
	then.ids = slices.Sorted(maps.Keys(then.byID))
	return then, nil
}

// Parse reads and checks one definition file; its name must be the id + .yaml.
// The error names every rule that is broken.
func Parse(file string, text []byte) (*Definition, error) {
	d := &Definition{Multiplier: 1}
	if err := definition.Decode(text, d); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "indicator file %s can't be read", file)
	}
	if wrong := d.faults(strings.TrimSuffix(file, ".yaml")); len(wrong) > 0 {
		return nil, fault.New(fault.Invalid, "indicator file %s: %s", file, strings.Join(wrong, "; "))
	}
	d.Version = definition.Version(text)
	return d, nil
}

// Reserved are the ids that no indicator can have, because the streams that concern
// makes of what people said have them.
var Reserved = []ID{"visits", "voice-gap"}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// faults lists what is wrong with d, in words.
func (d *Definition) faults(stem string) (wrong []string) {
	say := func(bad bool, format string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	oneOf := func(field, value string, allowed ...string) {
		say(!slices.Contains(allowed, value), "%s is %q, expected one of %s", field, value, strings.Join(allowed, ", "))
	}
	say(string(d.ID) != stem, "id is %q but the file is named %q", d.ID, stem)
	say(!idForm.MatchString(string(d.ID)), "id must be lower-case words joined by hyphens")
	say(slices.Contains(Reserved, d.ID), "id %q is the name of a stream of what people said: choose another", d.ID)
	for field, value := range map[string]string{"name": d.Name, "why": d.Why, "numerator": d.Numerator, "unit": d.Unit, "source": d.Source, "owner": d.Owner} {
		say(value == "", "%s is empty", field)
	}
	oneOf("kind", string(d.Kind), "count", "proportion", "rate", "ratio", "mean", "rating")
	oneOf("better", string(d.Better), "higher", "lower", "neither")
	oneOf("dimension", d.Dimension, "safety", "effectiveness", "experience")
	oneOf("question", d.Question, "safe", "effective", "caring", "responsive", "well_led")
	oneOf("chart", d.Chart, "xmr", "p", "u", "pp", "up", "g", "t", "run", "points", "none")
	oneOf("funnel", d.Funnel, "sr", "pr", "rc", "none")
	oneOf("disclosure", d.Disclosure, "none", "hes", "local")
	oneOf("tier", d.Tier, "fundamental", "enhanced")
	if d.Detection.Domain != "" {
		oneOf("detection.domain", d.Detection.Domain, "mortality", "safety", "effectiveness", "access", "experience", "workforce")
	}
	say(d.Detection.Scored && d.Detection.Domain == "", "detection.scored needs a detection.domain")
	say(!(d.Detection.Shift >= 0) || math.IsInf(d.Detection.Shift, 1), "detection.shift must be 0 (the domain's) or above, whichever way is better")
	say(d.Detection.Family != strings.ToLower(strings.Join(strings.Fields(d.Detection.Family), " ")),
		"detection.family %q must be in small letters with single spaces, or one family would be two that agree with one another", d.Detection.Family)
	say(d.MinimumDenominator < 0, "minimum_denominator must be 0 or above")
	say(d.Decimals < 0, "decimals must be 0 or above")
	say(d.Frequency == calendar.NoPeriod, "frequency is empty")
	say(d.Frequency == calendar.Rolling12 && d.Chart != "none" && d.Chart != "points",
		"a rolling window overlaps itself, so run rules may not be used (R-SPC-6): chart must be points or none")
	say((d.Kind == Proportion || d.Kind == Rate || d.Kind == Ratio) && d.Denominator == "", "a %s needs a denominator", d.Kind)
	say(d.Multiplier <= 0, "multiplier must be above 0")
	say(len(d.Levels) == 0, "levels is empty")
	say(d.Reviewed.IsZero() || d.NextReview.IsZero(), "reviewed and next_review must be dates")
	say(len(d.Changes) == 0, "changes must hold at least the line that added it")
	for i, s := range d.Standards {
		oneOf(fmt.Sprintf("standards[%d].tier", i), s.Tier, "fundamental", "enhanced")
		say(s.From.IsZero(), "standards[%d].from is empty", i)
		say(!s.To.IsZero() && !s.To.After(s.From), "standards[%d] ends before it begins", i)
	}
	slices.Sort(wrong)
	return wrong
}
