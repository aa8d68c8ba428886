package main

import (
	"fmt"
	"io/fs"

	"candour/internal/calendar"
	"candour/internal/signal"
)

// checkLists reads the lists of codes, the templates of visits and the rules of
// clocks, and lists them with the days between which they hold.
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
	return lines, nil
}

// spanOf is the days between which a list holds.
func spanOf(from, until string) string {
	if until == "" {
		return "from " + from
	}
	return from + " to " + until
}
