package web

import (
	"fmt"
	"hash/fnv"
	"strconv"

	"candour/internal/calendar"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// silencePage is who has not been heard from: practices that raise no concern, and
// providers that report fewer incidents than their size makes usual. Silence is a
// question, never a reassurance (R-IND-8).
type silencePage struct {
	base
	Lead      string
	Groups    []silenceGroup
	Patterns  string
	SettingOf string
}

// silenceGroup is the voices of one sort.
type silenceGroup struct {
	Name    string
	Sub     string
	Table   component.Region
	Missing string // of how many no size is held, and what would fill that
	Empty   string
}

func (*silencePage) template() string { return "silence" }

// silenceRows is how many voices of a sort are listed.
const silenceRows = 200

func (s *Server) silence(r *request) (answer, error) {
	p := &silencePage{base: base{Title: "Who has not been heard from", Place: placeSignals, Crumbs: s.signalCrumbs(r)}, Patterns: r.link(patternsPath)}
	p.Crumbs.Items = append(p.Crumbs.Items, component.Link{Text: "Patterns in what we hear", Href: p.Patterns})
	settings, err := s.store.Listening(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	today, days := calendar.DateOf(r.moment), settings.Silence.Days
	orgs, err := s.store.Organisations(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	sizes, err := s.sizes(r)
	if err != nil {
		return nil, err
	}
	names := map[org.Code]string{}
	var practices, providers []signal.Voice
	for i := range orgs {
		o := &orgs[i]
		names[o.Code] = o.Name
		if !o.OpenTo.IsZero() && !o.OpenTo.After(r.moment) {
			continue // closed: nobody is there to speak
		}
		switch o.Role {
		case org.Practice:
			practices = append(practices, signal.Voice{Organisation: o.Code, Size: sizes["list-size"][o.Code]})
		case org.Trust, org.Independent, org.MentalHealth, org.Community, org.CareHome, org.Hospice:
			size := sizes["beds-open"][o.Code]
			if o.Beds > 0 {
				size = float64(o.Beds)
			}
			providers = append(providers, signal.Voice{Organisation: o.Code, Size: size})
		}
	}
	found, err := s.silent(r, practices, providers, today, days)
	if err != nil {
		return nil, err
	}
	p.Groups = []silenceGroup{
		s.silenceGroup(r, "Practices", "concern", "patients", "Load list sizes as the indicator “list-size” (docs/add-a-source.md, any indicator).", practices, found.practices, names, days),
		s.silenceGroup(r, "Providers", "incident", "beds", "Beds come from KH03 (“beds-open”) and the care-home register.", providers, found.providers, names, days),
	}
	p.lead(practices, found.raised, days)
	return p, nil
}

// silent is who has not been heard from.
type silent struct {
	practices, providers []signal.Silence
	raised               map[org.Code]bool // practices that raised something
}

// silent works out who has not been heard from, once until a signal changes.
func (s *Server) silent(r *request, practices, providers []signal.Voice, today calendar.Date, days int) (*silent, error) {
	version, err := s.store.HeardChanged(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	of := fnv.New128a()
	fmt.Fprint(of, days, practices, providers)
	key := workedKey{what: "silence", tenant: r.scope.Tenant, version: version, day: today, with: string(of.Sum(nil))}
	return workOut(s.worked, key, func() (*silent, error) {
		list, err := s.store.Heard(r.Context(), r.scope, (today - calendar.Date(max(days, clusterHistory))).Begins())
		if err != nil {
			return nil, err
		}
		out := &silent{
			practices: signal.NotHeardFrom(practices, list, signal.FromPractice, today, days),
			providers: signal.NotHeardFrom(providers, list, signal.FromProvider, today, days), raised: map[org.Code]bool{},
		}
		for i := range list {
			if code, ok := signal.FromPractice(&list[i]); ok && list[i].Received.After((today - calendar.Date(days)).Begins()) {
				out.raised[code] = true
			}
		}
		return out, nil
	})
}

// sizes is the newest value of what stands for size, by indicator and organisation.
func (s *Server) sizes(r *request) (map[indicator.ID]map[org.Code]float64, error) {
	out := map[indicator.ID]map[org.Code]float64{"list-size": {}, "beds-open": {}}
	observed, err := s.store.Observations(r.Context(), r.scope, store.Wanted{Indicators: []indicator.ID{"list-size", "beds-open"}})
	for _, o := range observed { // by period within each, so that the newest stays
		if o.Presence == indicator.Valued {
			out[o.Indicator][o.Org] = o.Value
		}
	}
	return out, err
}

// lead is how many practices raised none, and how many of us did.
func (p *silencePage) lead(practices []signal.Voice, raised map[org.Code]bool, days int) {
	none := 0
	for _, v := range practices {
		if !raised[v.Organisation] {
			none++
		}
	}
	switch {
	case len(practices) == 0:
		p.Lead = "No practice is held, so none can be missed. Load the register of practices."
	case none == 0:
		p.Lead = "Every practice has raised a concern in " + number(days) + " days."
	default:
		p.Lead = number(none) + " of " + count(len(practices), "practice has", "practices have") + " raised no concern in " + number(days) + " days. Silence is a question, never a reassurance."
	}
}

func (s *Server) silenceGroup(r *request, name, what, unit, remedy string, voices []signal.Voice, silences []signal.Silence, names map[org.Code]string, days int) silenceGroup {
	g := silenceGroup{Name: name, Empty: "None is held."}
	table := component.Table{
		Caption: name + ": " + what + "s in " + number(days) + " days", Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: capitalSingular(name)}, {Heading: "Size", Numeric: true}, {Heading: "Heard", Numeric: true}, {Heading: "Usual for the size", Numeric: true}, {Heading: "Last heard"}, {Heading: "What that says"}},
	}
	unsized, quiet := 0, 0
	for i := range silences {
		x := &silences[i]
		if x.Size <= 0 {
			unsized++
		}
		if x.Quiet {
			quiet++
		}
		if (x.Quiet || x.NeverHeard()) && len(table.Rows) < silenceRows {
			table.Rows = append(table.Rows, silenceRow(r, x, names, unit, max(days, clusterHistory)))
		}
	}
	if len(voices) > 0 {
		g.Empty = "Each was heard, and none less than is usual for its size."
	}
	switch {
	case unsized == len(voices): // nobody can be called quiet
	case quiet == 0:
		g.Sub = "None is quieter than is usual for the size, beyond chance and culture."
	default:
		g.Sub = count(quiet, "is", "are") + " quieter than is usual for the size, beyond chance and culture (1 in 10 of those so called may be by chance)."
	}
	if unsized > 0 {
		g.Missing = "No size is held for " + number(unsized) + " of " + number(len(voices)) + ", so it can’t be told whether they are quiet. " + remedy
	}
	if len(table.Rows) > 0 {
		g.Table = component.Region{Name: name, Body: table}
		g.Empty = ""
	}
	return g
}

// capitalSingular is the heading of the column that names the voices.
func capitalSingular(name string) string { return name[:len(name)-1] }

func silenceRow(r *request, x *signal.Silence, names map[org.Code]string, unit string, days int) []component.Cell {
	says, usual, size, last := "Can’t be told: its size isn’t held", "not known", "not held", "not in "+number(days)+" days"
	if x.Size > 0 {
		size = strconv.FormatFloat(x.Size, 'f', 0, 64) + " " + unit
		usual = strconv.FormatFloat(x.Usual, 'f', 1, 64)
		if says = "None is not unusual for one so small"; x.Quiet {
			says = "Quieter than its size makes usual: ask why"
		}
	}
	if !x.LastHeard.IsZero() {
		last = day(x.LastHeard.Begins())
	}
	return []component.Cell{
		{Body: names[x.Organisation], Href: r.link(providerPath(x.Organisation))}, {Body: size, Words: x.Size <= 0}, {Body: number(x.Seen)}, {Body: usual, Words: x.Size <= 0}, {Body: last}, {Body: says},
	}
}
