package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"math"
	"slices"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/indicator"
	"candour/internal/intake"
	"candour/internal/signal"
)

// checkLists reads the lists of codes, the templates of visits, the rules of clocks and
// an installation's channels, and lists them with the days between which they hold.
func checkLists(places []fs.FS) (lines []string, err error) {
	tax, err := signal.LoadTaxonomies(places...)
	if err != nil {
		return nil, err
	}
	for _, id := range tax.IDs() {
		t := tax.Get(id)
		lines = append(lines, fmt.Sprintf("taxonomy   %-34s %s  %s, %d codes", id, spanOf(t.From, t.Until), t.Name, len(t.Codes)))
	}
	for _, id := range tax.Templates() {
		t := tax.Template(id)
		lines = append(lines, fmt.Sprintf("template   %-34s %s  %s, version %d", id, spanOf(t.From, t.Until), t.Name, t.Version))
	}
	cal, err := calendar.LoadCalendar(places[0])
	if err != nil {
		return nil, err
	}
	book, err := calendar.LoadRulebook(cal, places...)
	if err != nil {
		return nil, err
	}
	for _, id := range book.IDs() {
		lines = append(lines, fmt.Sprintf("clock      %-34s %s", id, book.Rule(id).Name))
	}
	own, err := signal.LoadChannels(places...)
	if err != nil {
		return nil, err
	}
	for _, c := range own {
		lines = append(lines, fmt.Sprintf("channel    %-34s %s  %s, of %s, %s, ratio %g", c.ID, c.Version, c.Name, c.Kind, familyOf(c.Family), c.Ratio))
	}
	return lines, nil
}

// heardAs is what the detection of concern makes of an indicator, as its definition has it.
func heardAs(d *indicator.Definition) string {
	x := d.Detection
	switch {
	case x.Domain == "":
		return "charted, not heard by concern"
	case d.Kind == indicator.Rating:
		return "a judgement of others: charted, not heard by concern"
	case !x.Scored:
		return x.Domain + ", charted beside concern and not scored"
	case d.Better == indicator.Neither:
		return x.Domain + ", not scored, since neither way is better"
	}
	family := cmp.Or(x.Family, x.Domain)
	if f, ok := familyNamed(family); ok && !f.Scored {
		return x.Domain + ", not scored, since the family " + family + " isn't"
	}
	shift := x.Shift
	if math.Abs(shift) < 1e-12 {
		for _, domain := range concern.Default().Domains {
			if domain.ID == x.Domain {
				shift = domain.Shift
			}
		}
	}
	return fmt.Sprintf("%s, %s, shift %g", x.Domain, familyOf(family), shift)
}

// familyNamed is a family that comes with Candour.
func familyNamed(id string) (concern.Family, bool) {
	list := concern.Default().Families
	i := slices.IndexFunc(list, func(f concern.Family) bool { return string(f.ID) == id })
	if i < 0 {
		return concern.Family{}, false
	}
	return list[i], true
}

// familyOf is a family in words. One of the installation's own agrees with the others, so a
// misspelt name would let one cause speak twice: a name written much alike is asked about.
func familyOf(id string) string {
	if _, ok := familyNamed(id); ok {
		return "family " + id
	}
	var known []indicator.ID
	for _, f := range concern.Default().Families {
		known = append(known, indicator.ID(f.ID))
	}
	if near := intake.Nearest(known, indicator.ID(id)); len(near) > 0 {
		return fmt.Sprintf("family %s (your own; or is %s meant?)", id, near[0])
	}
	return "family " + id + " (your own)"
}

// replaced says that an installation's file takes the place of one that comes with Candour.
func replaced(places []fs.FS, name string) string {
	for _, place := range places {
		if _, err := fs.Stat(place, name); err != nil {
			return ""
		}
	}
	if len(places) < 2 {
		return ""
	}
	return "; in place of the one that comes with Candour"
}

// spanOf is the days between which a list holds.
func spanOf(from, until string) string {
	if until == "" {
		return "from " + from
	}
	return from + " to " + until
}
