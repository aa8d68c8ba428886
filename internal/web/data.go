package web

import (
	"cmp"
	"fmt"
	"html/template"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/store"
	"candour/internal/web/component"
)

// dataPage is what arrived, what is late, what was refused.
type dataPage struct {
	base
	Lead       string
	Upload     *uploadForm       // nil where the viewer may not load, and on pages of the past
	Serves     *component.Region // sources by commissioner; nil for those who serve one alone
	Sources    component.Region
	Held       component.Region
	NoneHeld   bool
	Change     *couldChange // what the quarantine could change
	Deliveries component.Region
	Empty      bool // no delivery at all
	Late       component.Region
	NoneLate   bool
	Pages      *component.Pagination
}

func (*dataPage) template() string { return "data" }

// deliveriesShown is how many deliveries a page lists.
const deliveriesShown = 50

// deliveriesLooked bounds how far back is looked for files that wait for somebody.
const deliveriesLooked = 2000

func (s *Server) data(r *request) (answer, error) {
	all, err := s.deliveries(r)
	if err != nil {
		return nil, err
	}
	feeds, err := s.feeds(r)
	if err != nil {
		return nil, err
	}
	held := unsettled(all)
	p := &dataPage{base: base{Title: "Data deliveries", Place: placeData}, Empty: len(all) == 0, NoneHeld: len(held) == 0}
	p.Lead = dataLead(feeds, held, len(all) == 0)
	if r.changes(access.LoadData) {
		p.Upload = s.newUploadForm(r)
	}
	p.Sources = component.Region{Name: "Sources, with what is in and what is late", Body: s.sourceTable(r, feeds, all)}
	p.Held = component.Region{Name: "Quarantine", Body: s.heldTable(r, held)}
	if p.Serves, err = s.commissionerTable(r, feeds, all); err != nil {
		return nil, err
	}
	if !p.NoneHeld {
		if p.Change, err = s.couldChange(r, held); err != nil {
			return nil, err
		}
	}
	if err := s.lateProviders(r, p); err != nil {
		return nil, err
	}
	from, shown := s.pageOf(r, len(all))
	p.Pages = shown
	p.Deliveries = component.Region{Name: "Latest deliveries", Body: s.deliveryTable(r, all[from:min(from+deliveriesShown, len(all))])}
	return p, nil
}

// pageOf is where the asked-for page of the list of deliveries begins, with the
// way to its neighbours.
func (s *Server) pageOf(r *request, n int) (from int, links *component.Pagination) {
	page, err := strconv.Atoi(r.query("page"))
	if err != nil || page < 1 || (page-1)*deliveriesShown >= n {
		page = 1
	}
	from = (page - 1) * deliveriesShown
	links = &component.Pagination{Label: "Deliveries"}
	if page > 1 {
		links.Previous = component.Turn{Href: r.here("page", strconv.Itoa(page-1)) + "#deliveries", Text: "Newer"}
	}
	if from+deliveriesShown < n {
		links.Next = component.Turn{Href: r.here("page", strconv.Itoa(page+1)) + "#deliveries", Text: "Older"}
	}
	if links.Previous.Href == "" && links.Next.Href == "" {
		return from, nil
	}
	return from, links
}

// unsettled is the deliveries that need somebody: refused whole, waiting, or with
// refused rows, and not read again since.
func unsettled(newestFirst []delivery.Delivery) (out []delivery.Delivery) {
	for _, d := range newestFirst {
		if d.Unsettled() {
			out = append(out, d)
		}
	}
	return out
}

// dataLead says in a sentence how things stand.
func dataLead(feeds []feed, held []delivery.Delivery, empty bool) string {
	if empty {
		return "No file has been loaded yet, so nothing can be judged. Load the files of a source as you downloaded them; don’t clean them first."
	}
	stand := map[indicator.Arrival]int{}
	for i := range feeds {
		stand[feeds[i].arrival]++
	}
	rows, whole := 0, 0
	for _, d := range held {
		if d.Status == delivery.Quarantined || d.Status == delivery.Waiting {
			whole++
		}
		rows += d.Quarantined
	}
	lead := fmt.Sprintf("%s of %s that are watched are in for the period last due.", number(stand[indicator.InTime]), count(len(feeds), "source", "sources"))
	if n := stand[indicator.Late]; n > 0 {
		lead += " " + count(n, "is late.", "are late.")
	}
	if n := stand[indicator.Ended]; n > 0 {
		lead += " " + count(n, "has ended: nothing came for two years.", "have ended: nothing came for two years.")
	}
	if n := stand[indicator.NeverCame]; n > 0 {
		lead += " Of " + number(n) + " nothing was ever received."
	}
	if whole > 0 {
		lead += " " + count(whole, "file was refused whole or waits for a person.", "files were refused whole or wait for a person.")
	}
	if rows > 0 {
		lead += " " + count(rows, "row is in quarantine.", "rows are in quarantine.")
	}
	return lead + " Nothing was dropped: every refused row is kept with its reason."
}

// deliveryTable lists deliveries.
func (s *Server) deliveryTable(r *request, deliveries []delivery.Delivery) component.Table {
	t := component.Table{
		Caption: "Latest deliveries", Dense: true,
		Columns: []component.Column{
			{Heading: "Received"},
			{Heading: "Delivery"},
			{Heading: "File as it arrived"},
			{Heading: "What it is"},
			{Heading: "Periods"},
			{Heading: "For"},
			{Heading: "Accepted", Numeric: true},
			{Heading: "Quarantined", Numeric: true},
			{Heading: "State"},
			{Heading: "SHA-256"},
		},
	}
	for _, d := range deliveries {
		t.Rows = append(t.Rows, []component.Cell{
			{Body: momentOf(d.Received)},
			{Body: string(d.ID), Href: s.deliveryLink(r, d.ID)},
			{Body: hash(d.File)},
			{Body: s.sourceName(d.Source)},
			{Body: periodsOf(d)},
			{Body: s.whose(r, d.Tenant)},
			{Body: number(d.Accepted)},
			{Body: number(d.Quarantined)},
			s.stateCell(r, d),
			{Body: component.Hash{Value: d.SHA256}},
		})
	}
	return t
}

// periodsOf is the stretch of time that a delivery's values are about.
func periodsOf(d delivery.Delivery) string {
	return cmp.Or(d.Periods, d.Period.Words(), "none stated")
}

// heldTable lists what needs somebody.
func (s *Server) heldTable(r *request, held []delivery.Delivery) component.Table {
	t := component.Table{
		Caption: "Files and rows in quarantine", Dense: true,
		Columns: []component.Column{
			{Heading: "Delivery"}, {Heading: "File"}, {Heading: "State"}, {Heading: "Rows refused", Numeric: true}, {Heading: "Received"},
		},
	}
	for i, d := range held {
		if i == deliveriesShown {
			break
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: string(d.ID), Href: s.deliveryLink(r, d.ID)}, {Body: hash(d.File)}, {Body: stateOf(d)}, {Body: number(d.Quarantined)}, {Body: momentOf(d.Received)},
		})
	}
	return t
}

func (s *Server) deliveryLink(r *request, id delivery.ID) string {
	return r.link("/data/deliveries/" + string(id))
}

// sourceName is the name of a source.
func (s *Server) sourceName(id string) string {
	if id == "" {
		return "not recognised"
	}
	if src := s.Sources.Get(id); src != nil {
		return src.Name
	}
	if form, ok := strings.CutPrefix(id, "signals-"); ok {
		return "signals: " + map[string]string{"table": "a table", "message": "an e-mail", "bundle": "a FHIR bundle", "lines": "JSON lines"}[form]
	}
	return id
}

// whose is for whom a delivery is.
func (s *Server) whose(r *request, tenant string) string {
	if tenant == "" {
		return "everyone: published"
	}
	return r.tenantName()
}

// stateOf is what became of a delivery, in words.
func stateOf(d delivery.Delivery) string {
	switch d.Status {
	case delivery.Accepted:
		if d.Superseding > 0 && d.Shape == delivery.Signals {
			return "✓ Accepted; " + count(d.Superseding, "signal revised, both versions kept", "signals revised, both versions kept")
		}
		if d.Superseding > 0 {
			return "✓ Accepted; " + count(d.Superseding, "value revised, both kept", "values revised, both kept")
		}
		return "✓ Accepted"
	case delivery.Partly:
		return "Part accepted"
	case delivery.Waiting:
		return "Waits for a person"
	case delivery.Quarantined:
		return "✗ Refused whole"
	case delivery.Known:
		return "Same file as before: recorded once"
	case delivery.Tried:
		return "Looked at only"
	}
	return string(d.Status)
}

// stateCell is that, with a link to the delivery that read it again.
func (s *Server) stateCell(r *request, d delivery.Delivery) component.Cell {
	if d.RereadAs == "" {
		return component.Cell{Body: stateOf(d)}
	}
	before := map[delivery.Status]string{delivery.Partly: "Part accepted; ", delivery.Quarantined: "Refused; "}[d.Status]
	again := "read again as "
	if before == "" {
		again = "Read again as "
	}
	return component.Cell{Body: template.HTML(before + again + `<a href="` + template.HTMLEscapeString(s.deliveryLink(r, d.RereadAs)) + `">` + template.HTMLEscapeString(string(d.RereadAs)) + `</a>`)} //nolint:gosec // escaped
}

// hash sets a code apart.
func hash(text string) template.HTML {
	return template.HTML(`<span class="cd-hash">` + template.HTMLEscapeString(text) + `</span>`) //nolint:gosec // escaped
}

// lateProviders lists the providers whose values didn't come though others' did.
func (s *Server) lateProviders(r *request, p *dataPage) error {
	findings, err := s.stale(r)
	if err != nil {
		return err
	}
	t := component.Table{
		Caption: "Late, and what can’t be judged without them", Dense: true, RowHeaders: true, CaptionHidden: true,
		Columns: []component.Column{{Heading: "Due from"}, {Heading: "Source"}, {Heading: "What"}, {Heading: "So"}},
	}
	var orgs map[string]string
	for _, f := range findings {
		if !f.Latest {
			continue
		}
		if orgs == nil {
			if orgs, err = s.names(r); err != nil {
				return err
			}
		}
		t.Rows = append(t.Rows, s.lateRow(r, f, orgs))
	}
	p.NoneLate = len(t.Rows) == 0
	p.Late = component.Region{Name: "Late providers", Body: t}
	return nil
}

func (s *Server) lateRow(r *request, f store.HeldFinding, orgs map[string]string) []component.Cell {
	r.shown("provider/" + string(f.Org))
	name, source := string(f.Indicator), "not stated"
	if d := r.catalogue().Get(f.Indicator); d != nil {
		name, source = d.Name, s.sourceName(d.Source)
	}
	return []component.Cell{
		{Body: orgs[string(f.Org)] + " (" + string(f.Org) + ")"}, {Body: source}, {Body: name}, {Body: sentence(f.Sentence)},
	}
}

// names is the names of the organisations that the scope may see, by code.
func (s *Server) names(r *request) (map[string]string, error) {
	list, err := s.organisations(r)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(list))
	for i := range list {
		if list[i].Name != "" {
			out[string(list[i].Code)] = nameOf(list[i])
		}
	}
	return out, nil
}
