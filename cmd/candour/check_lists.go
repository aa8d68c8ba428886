package main

import (
	"fmt"
	"io/fs"
	"slices"

	"candour/internal/calendar"
	"candour/internal/concern"
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
		family := c.Family
		if !slices.ContainsFunc(concern.Default().Families, func(f concern.Family) bool { return string(f.ID) == c.Family }) {
			family += " (your own)"
		}
		lines = append(lines, fmt.Sprintf("channel    %-34s %s  %s, of %s, family %s, ratio %g", c.ID, c.Version, c.Name, c.Kind, family, c.Ratio))
	}
	return lines, nil
}

// spanOf is the days between which a list holds.
func spanOf(from, until string) string {
	if until == "" {
		return "from " + from
	}
	return from + " to " + until
}
