package web

import (
	"cmp"
	"slices"
	"strconv"

	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// ownPatternsPage is what a practice's own concerns say together. Nothing of
// another practice stands on it, not even in a count.
type ownPatternsPage struct {
	base
	Lead  string
	Sub   string
	Rows  []patternRow
	Table component.Region
	Empty string
}

func (*ownPatternsPage) template() string { return "concern-patterns" }

// ownDays is how far back a practice's concerns are counted, and ownMost how many
// are read.
const (
	ownDays = 365
	ownMost = 1000
)

// ownKey is one theme at one provider.
type ownKey struct {
	provider org.Code
	theme    string
}

// ownCount is the concerns of one theme at one provider.
type ownCount struct {
	ownKey
	lines    []store.SignalLine // newest first
	answered int                // with an outcome
}

func (s *Server) ownPatterns(r *request) (answer, error) {
	p := &ownPatternsPage{base: base{Title: "Patterns in your concerns", Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "What became of your concerns", Href: concernsPath}}}}}
	lines, err := s.store.Signals(r.Context(), r.scope, store.SignalFilter{Own: true, Newest: true, Kind: signal.KindClinicianConcern, Limit: ownMost})
	if err != nil {
		return nil, err
	}
	settings, err := s.store.Listening(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(r.moment)
	counts, total := countOwn(lines, (today - ownDays).Begins().Unix())
	tax := s.Desk.Taxonomies.Get("theme")
	table := component.Table{
		Caption: "By provider and theme, in " + strconv.Itoa(ownDays) + " days", Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "Provider"}, {Heading: "Theme"}, {Heading: "Concerns", Numeric: true}, {Heading: "With an outcome", Numeric: true}, {Heading: "Last"}},
	}
	for _, c := range counts {
		theme := "Not coded"
		if c.theme != "" {
			theme = tax.NameOf(c.theme)
		}
		table.Rows = append(table.Rows, []component.Cell{{Body: names(c.provider)}, {Body: theme}, {Body: number(len(c.lines))}, {Body: number(c.answered)}, {Body: day(c.lines[0].Received)}})
		if row, ok := ownPattern(c, settings.Pattern, today); ok {
			row.Where, row.What = names(c.provider), theme
			p.Rows = append(p.Rows, row)
		}
	}
	p.Sub = "Only what you and your practice raised is counted here. Whether others raised the same is weighed by the commissioner."
	switch {
	case total == 0:
		p.Lead, p.Empty = "You and your practice have raised no concern in "+strconv.Itoa(ownDays)+" days.", "Counts by provider and theme stand here once you have."
		return p, nil
	case len(p.Rows) == 0:
		p.Lead = count(total, "concern", "concerns") + " in " + strconv.Itoa(ownDays) + " days; no theme comes up " + number(settings.Pattern.Items) + " times at one provider within " + number(settings.Pattern.Days) + " days."
	default:
		p.Lead = count(len(p.Rows), "theme comes", "themes come") + " up again and again, because you raised each at least " + number(settings.Pattern.Items) + " times at one provider within " + number(settings.Pattern.Days) + " days."
	}
	p.Table = component.Region{Name: "Your concerns by provider and theme", Body: table}
	return p, nil
}

// countOwn counts the lines received after an instant by provider and theme, most
// first.
func countOwn(lines []store.SignalLine, since int64) (out []ownCount, total int) {
	at := map[ownKey]int{}
	for i := range lines {
		l := &lines[i]
		if l.Received.Unix() < since {
			continue
		}
		k := ownKey{l.Provider, l.Theme}
		n, seen := at[k]
		if !seen {
			n = len(out)
			at[k] = n
			out = append(out, ownCount{ownKey: k})
		}
		out[n].lines = append(out[n].lines, *l)
		if l.Outcome != "" {
			out[n].answered++
		}
		total++
	}
	slices.SortStableFunc(out, func(a, b ownCount) int {
		return cmp.Or(len(b.lines)-len(a.lines), cmp.Compare(a.provider, b.provider), cmp.Compare(a.theme, b.theme))
	})
	return out, total
}

// ownPattern is a theme that came up often enough lately to be called a pattern of
// the practice's own: as R-SOFT-3, whose second source only others can be.
func ownPattern(c ownCount, settings signal.PatternSettings, today calendar.Date) (patternRow, bool) {
	recent := 0
	for _, l := range c.lines {
		if int(today-calendar.DateOf(l.Received)) <= settings.Days {
			recent++
		}
	}
	if c.theme == "" || recent < settings.Items {
		return patternRow{}, false
	}
	row := patternRow{Why: number(recent) + " of yours in " + number(settings.Days) + " days; " + number(c.answered) + " of " + number(len(c.lines)) + " in a year have an outcome."}
	return row, true
}
