package web

import (
	"fmt"
	"math"
	"strconv"

	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/store"
	"candour/internal/web/component"
)

// restatedShown is how many restated values a delivery's page lists.
const restatedShown = 500

// deliveryRestated lists what a delivery restated: whose value, what it was and
// which row of which delivery said so, what it is now and which row says so.
func (s *Server) deliveryRestated(r *request, d delivery.Delivery, p *deliveryPage) error {
	list, err := s.store.Restatements(r.Context(), r.scope, d.ID, restatedShown)
	if err != nil {
		return err
	}
	table := component.Table{
		Caption: "Restated", CaptionHidden: true, Dense: true, Classes: "cd-wide",
		Columns: []component.Column{
			{Heading: "Provider"},
			{Heading: "Indicator"},
			{Heading: "Period"},
			{Heading: "Before", Numeric: true},
			{Heading: "Said by"},
			{Heading: "Now", Numeric: true},
			{Heading: "Row here", Numeric: true},
		},
	}
	var names map[string]string
	if len(list) > 0 {
		if names, err = s.names(r); err != nil {
			return err
		}
	}
	whose := map[string]bool{}
	for _, x := range list {
		whose[string(x.After.Org)] = true
		r.shown("provider/" + string(x.After.Org))
		table.Rows = append(table.Rows, s.restatedRow(r, x, names))
	}
	p.Restated = component.Region{Name: "Restated values", Body: table}
	p.RestatedAny = len(list) > 0
	p.RestatedLead = restatedLead(d, len(list), len(whose))
	return nil
}

// restatedRow is one value that was restated.
func (s *Server) restatedRow(r *request, x store.Restatement, names map[string]string) []component.Cell {
	who, what := string(x.After.Org), component.Cell{Body: string(x.After.Indicator), Href: r.link(indicatorPath(x.After.Org, x.After.Indicator))}
	figure := func(indicator.Reading) string { return "not defined" }
	if def := s.Catalogue.Get(x.After.Indicator); def != nil {
		what.Body, figure = def.Name, func(o indicator.Reading) string { return figureOf(def, o) }
	}
	if name := names[who]; name != "" {
		who = name + " (" + who + ")"
	}
	before, now := figure(x.Before.Reading), figure(x.After.Reading)
	if before == now { // alike once rounded
		before, now = before+partsOf(x.Before), now+partsOf(x.After)
	}
	return []component.Cell{
		{Body: who},
		what,
		{Body: x.After.Period.Words()},
		{Body: before},
		{Body: saidBy(x), Href: s.quoteLink(r, x.Before)},
		{Body: now},
		{Body: rowsOf(x.After), Href: s.quoteLink(r, x.After)},
	}
}

// restatedLead says how many values were restated, and of how many providers of the
// viewer's those are that are shown.
func restatedLead(d delivery.Delivery, shown, providers int) string {
	lead := count(d.Superseding, "value was restated", "values were restated")
	switch {
	case shown == 0:
		lead += ", none of a provider of yours."
	case shown == restatedShown:
		lead += fmt.Sprintf("; the first %s of your providers are listed.", number(shown))
	case shown < d.Superseding:
		lead += fmt.Sprintf(", %s of them of %s of yours.", number(shown), count(providers, "provider", "providers"))
	default:
		lead += fmt.Sprintf(", of %s.", count(providers, "provider", "providers"))
	}
	if d.Published.IsZero() {
		lead += " The file doesn’t say when it was published, so what was received last holds."
	}
	return lead
}

// saidBy is the delivery and row that said what was before.
func saidBy(x store.Restatement) string {
	return string(x.Before.Delivery) + ", row " + rowsOf(x.Before)
}

// rowsOf is where in its file an observation stands.
func rowsOf(o indicator.Observation) string {
	if o.Sheet != "" {
		return o.Rows + " of " + o.Sheet
	}
	return o.Rows
}

// partsOf is what an observation's figure was worked out from.
func partsOf(o indicator.Observation) string {
	figure := func(v float64) string {
		if v == math.Trunc(v) {
			return amountOf(v)
		}
		return strconv.FormatFloat(v, 'f', -1, 64) // all of it: two values may differ in the last digit alone
	}
	switch {
	case o.Presence != indicator.Valued:
		return ""
	case o.Denominator > 0:
		return " (" + figure(o.Numerator) + " of " + figure(o.Denominator) + ")"
	}
	return " (" + figure(o.Value) + ")"
}
