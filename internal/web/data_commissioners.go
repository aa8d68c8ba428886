package web

import (
	"html/template"
	"slices"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/web/component"
)

// servedHere is the commissioners whose data the viewer may see: those at which the
// viewer holds a role, directly or through a support unit's agreement, that opens
// this page.
func servedHere(r *request) []org.Code {
	return slices.DeleteFunc(r.viewer.Tenants(), func(c org.Code) bool {
		return !access.Allows(r.viewer, c, access.SeeData, access.Resource{Tenant: c})
	})
}

// commissionerTable is who has which source, how new, and what is late or refused:
// a row for each commissioner whom the viewer serves, and one for what is published.
// It is nil for those who serve one alone, whose sources the page lists anyway. Three
// queries, whatever their number.
func (s *Server) commissionerTable(r *request, feeds []feed, own []delivery.Delivery) (*component.Region, error) {
	tenants := servedHere(r)
	if len(tenants) < 2 {
		return nil, nil
	}
	due := map[indicator.ID]calendar.Period{}
	var all []indicator.ID
	for i := range feeds {
		all = append(all, feeds[i].indicators...)
		for _, id := range feeds[i].indicators {
			due[id] = feeds[i].period
		}
	}
	standing, err := s.store.Standing(r.Context(), r.scope, tenants, due)
	if err != nil {
		return nil, err
	}
	newest, err := s.store.NewestStanding(r.Context(), r.scope, tenants, all)
	if err != nil {
		return nil, err
	}
	private, err := s.store.DeliveriesOf(r.Context(), r.scope, tenants, deliveriesLooked)
	if err != nil {
		return nil, err
	}
	table := component.Table{
		Caption: "Sources by commissioner: in, late and refused", CaptionHidden: true, Classes: "cd-table cd-matrix", RowHeaders: true,
		Columns: []component.Column{{Heading: "Commissioner"}},
	}
	twice := map[string]int{}
	for i := range feeds {
		twice[feeds[i].source]++
	}
	for i := range feeds {
		heading := s.sourceName(feeds[i].source)
		if twice[feeds[i].source] > 1 {
			heading += ", " + feeds[i].first.Frequency.String()
		}
		table.Columns = append(table.Columns, component.Column{Heading: heading + ", " + feeds[i].period.Words()})
	}
	for _, tenant := range tenants {
		mine := ofTenant(private, string(tenant))
		cells := []component.Cell{{Body: r.names[tenant]}}
		for i := range feeds {
			cells = append(cells, s.standingCell(r, &feeds[i], standing[tenant], feeds[i].newestOf(newest[tenant]), mine, tenant))
		}
		table.Rows = append(table.Rows, cells)
	}
	published, cells := ofTenant(own, ""), []component.Cell{{Body: "Everyone: published files"}}
	for i := range feeds {
		cells = append(cells, s.publishedCell(r, &feeds[i], published))
	}
	table.Rows = append(table.Rows, cells)
	return &component.Region{Name: "Sources by commissioner", Body: table}, nil
}

// ofTenant is the deliveries for one commissioner, or with "" the published ones.
func ofTenant(list []delivery.Delivery, tenant string) (out []delivery.Delivery) {
	for _, d := range list {
		if d.Tenant == tenant {
			out = append(out, d)
		}
	}
	return out
}

// newestAndRefused is the newest delivery of a source, and how many rows and whole
// files of it are in quarantine.
func newestAndRefused(newestFirst []delivery.Delivery, source string) (newest delivery.Delivery, rows, files int) {
	for _, d := range newestFirst {
		if d.Source == source {
			newest = d
			break
		}
	}
	for _, d := range unsettled(newestFirst) {
		if d.Source == source {
			rows += d.Quarantined
			if d.Unread() {
				files++
			}
		}
	}
	return newest, rows, files
}

// standingCell is how one source stands for one commissioner, of whose providers had
// is the newest period held.
func (s *Server) standingCell(r *request, f *feed, values map[indicator.ID]int, had calendar.Period, mine []delivery.Delivery, tenant org.Code) component.Cell {
	providers := 0
	for _, id := range f.indicators {
		providers = max(providers, values[id])
	}
	newest, rows, files := newestAndRefused(mine, f.source)
	detail := count(providers, "provider", "providers")
	if newest.ID != "" {
		detail += "; own file of " + day(newest.Received)
	}
	link := ""
	if newest.ID != "" && tenant == r.tenant {
		link = s.deliveryLink(r, newest.ID)
	}
	switch {
	case files > 0:
		return stacked("✗ Refused", count(files, "whole file", "whole files"), link)
	case rows > 0:
		return stacked(count(rows, "row", "rows"), "in quarantine; "+detail, link)
	}
	if a := f.first.Arrival(had, r.moment); a != indicator.InTime {
		return f.arrivalCell(r, a, had)
	}
	return stacked("✓ In", detail, link)
}

// publishedCell is one source's newest published file, which all share.
func (s *Server) publishedCell(r *request, f *feed, published []delivery.Delivery) component.Cell {
	newest, rows, files := newestAndRefused(published, f.source)
	switch {
	case newest.ID == "":
		return component.Cell{Body: "none received yet"}
	case files > 0:
		return stacked("✗ Refused", count(files, "whole file", "whole files"), s.deliveryLink(r, newest.ID))
	case rows > 0:
		return stacked(count(rows, "row", "rows"), "in quarantine", s.deliveryLink(r, newest.ID))
	}
	return stacked(string(newest.ID), "newest file, "+day(newest.Received), s.deliveryLink(r, newest.ID))
}

// stacked is a word, linked where there is an address, and a detail below it.
func stacked(word, detail, href string) component.Cell {
	word = template.HTMLEscapeString(word)
	if href != "" {
		word = `<a href="` + template.HTMLEscapeString(href) + `">` + word + `</a>`
	}
	return component.Cell{Body: template.HTML(word + `<br><span class="cd-src">` + template.HTMLEscapeString(detail) + `</span>`)} //nolint:gosec // escaped
}
