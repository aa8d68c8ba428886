package web

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"candour/internal/calendar"
	"candour/internal/identifier"
	"candour/internal/signal"
	"candour/internal/signal/mapping"
	"candour/internal/web/component"
)

// columnOptions is everything that a column can be.
var columnOptions = func() []component.Option {
	list := []component.Option{
		{Value: "", Text: "Choose"},
		{Value: columnIgnored, Text: "Leave it out"},
		{Value: columnSecret, Text: "Leave it out: it names somebody"},
	}
	for _, purpose := range mapping.Purposes {
		list = append(list, component.Option{Value: columnSealed + purpose, Text: "Seal it: it names the " + purpose})
	}
	for _, field := range mapping.Fields() {
		list = append(list, component.Option{Value: field, Text: fieldWords(field)})
	}
	return list
}()

// fieldWords is a field of a signal as a person reads it.
func fieldWords(field string) string {
	words := strings.ReplaceAll(strings.ReplaceAll(field, ".", ": "), "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// columnChoice is the choice that a column of a mapping stands for.
func columnChoice(c mapping.Column) string {
	switch {
	case c.Header == "":
		return ""
	case c.Secret:
		return columnSecret
	case c.Seal != "":
		return columnSealed + c.Seal
	case c.Field == "":
		return columnIgnored
	}
	return c.Field
}

// personal is names of columns that hold who somebody is.
var personal = regexp.MustCompile(`(?i)\b(name|forename|surname|patient|nhs|birth|dob|address|post ?code|phone|telephone|mobile|e-?mail|complainant|relative|handler|owner|manager|reporter|reported by|author|investigator|staff|initials)\b`)

// guesses is what the names of columns suggest, the first that fits.
var guesses = []struct {
	header *regexp.Regexp
	field  string
}{
	{regexp.MustCompile(`(?i)date received|received|reported|opened`), "received"},
	{regexp.MustCompile(`(?i)incident date|date of|occurred|event date`), "occurred.date"},
	{regexp.MustCompile(`(?i)^(ref|reference|id|ref\.? no.*|our ref|complaint id|incident id|web ?ref)$`), "reference"},
	{regexp.MustCompile(`(?i)^(provider|trust|organisation)( code)?$`), "place.provider"},
	{regexp.MustCompile(`(?i)^ward|location|unit$`), "place.ward"},
	{regexp.MustCompile(`(?i)specialty|service|directorate`), "place.service"},
	{regexp.MustCompile(`(?i)description|detail|what happened|narrative`), "narrative"},
	{regexp.MustCompile(`(?i)subject|theme|category`), "themes"},
	{regexp.MustCompile(`(?i)title|summary`), "title"},
	{regexp.MustCompile(`(?i)severity|grade`), "severity"},
}

// guessed is a mapping to begin with: what the header suggests, for a person to mend.
// A column that may name somebody is left out until they say otherwise.
func guessed(header []string) *mapping.Mapping {
	m := &mapping.Mapping{Dates: []mapping.DateForm{mapping.BritishDay, mapping.ExcelDay}}
	var used []string
	for _, h := range header {
		c := mapping.Column{Header: h}
		switch {
		case strings.Contains(strings.ToLower(h), "complaint"):
			m.Kind = signal.KindComplaint
		case strings.Contains(strings.ToLower(h), "incident"):
			m.Kind = signal.KindIncident
		}
		if personal.MatchString(h) {
			c.Secret = true
			m.Columns = append(m.Columns, c)
			continue
		}
		for _, g := range guesses {
			if g.header.MatchString(h) && !slices.Contains(used, g.field) {
				c.Field, c.Required = g.field, g.field == "reference" || g.field == "received"
				used, m.Columns = append(used, g.field), append(m.Columns, c)
				break
			}
		}
	}
	return m
}

// Bounds of what is shown of a column.
const (
	commonRows  = 3 // a word that stands in so many rows is a category and nobody's story
	commonShown = 12
	codeRunes   = 20
)

// samplesOf is the first cells of a column, and the words that stand in it often. The
// file is sealed, and whoever maps it need not be named to read it: what may be
// personal (words of which each stands in few rows, identifiers, every cell of a column
// whose name says that it names somebody) is shown by its length only.
func samplesOf(header string, rows [][]string, at int, today calendar.Date) (samples, common []string) {
	times := map[string]int{}
	for _, cells := range rows {
		if at < len(cells) {
			times[strings.TrimSpace(cells[at])]++
		}
	}
	private := personal.MatchString(header)
	open := func(cell string) bool {
		if private {
			return false
		}
		if _, found := identifier.RedactAll(cell, today); len(found) > 0 && strings.ContainsFunc(cell, unicode.IsLetter) {
			return false
		}
		for _, m := range identifier.Find(cell, today) {
			if m.Certain {
				return false
			}
		}
		letters, digits := strings.ContainsFunc(cell, unicode.IsLetter), strings.ContainsFunc(cell, unicode.IsDigit)
		return !letters || digits && len([]rune(cell)) <= codeRunes && !strings.ContainsRune(cell, ' ') || times[cell] >= commonRows
	}
	for _, cells := range rows {
		if len(samples) == samplesShown {
			break
		}
		cell := ""
		if at < len(cells) {
			cell = strings.TrimSpace(cells[at])
		}
		switch {
		case cell == "":
			samples = append(samples, "(empty)")
		case open(cell):
			samples = append(samples, cell)
		default:
			samples = append(samples, "••• ("+count(len([]rune(cell)), "sign", "signs")+", masked)")
		}
	}
	for word, n := range times {
		if word != "" && n >= commonRows && strings.ContainsFunc(word, unicode.IsLetter) && open(word) {
			common = append(common, word)
		}
	}
	slices.SortFunc(common, func(a, b string) int {
		if times[a] != times[b] {
			return times[b] - times[a]
		}
		return strings.Compare(a, b)
	})
	return samples, common[:min(len(common), commonShown)]
}

// sortedWords is the words that a column translates.
func sortedWords(values map[string]string) []string {
	words := make([]string, 0, len(values))
	for word := range values {
		words = append(words, word)
	}
	slices.Sort(words)
	return words
}

// slug is a name as an id: small letters and digits, joined by hyphens.
func slug(name string) string {
	parts := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') })
	return strings.Join(parts, "-")
}
