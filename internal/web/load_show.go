package web

import (
	"slices"

	"candour/internal/delivery"
	"candour/internal/intake"
	"candour/internal/web/component"
)

// loadPage is how far a load has come, and what became of each file.
type loadPage struct {
	base
	ID       string
	Lead     string
	Going    bool // it goes on; with scripts the page follows by itself
	Ask      bool // a person is to say whether to load
	Some     bool // something of it could be taken
	Files    component.Region
	Reports  component.Region
	Any      bool // there is a report
	Wrong    component.Region
	Mapping  []component.Link // files of signals of which somebody must say how they are read
	Refused  bool
	Notes    []string // of files of signals: what was left out, sealed or removed
	Receipts component.Region
	Received bool // there is a receipt
	Diff     string
}

func (*loadPage) template() string { return "load" }

func (s *Server) loadShow(r *request) (answer, error) {
	x, err := s.loads.find(r, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	snap := x.snapshot()
	p := &loadPage{
		base: base{Title: "Loading files", Place: placeData, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Data deliveries", Href: "/data"}}}},
		ID:   x.id, Diff: snap.diff, Going: snap.state == loadReading || snap.state == loadWatching, Ask: snap.state == loadLooked,
	}
	p.fill(s, r, snap)
	done := 0
	for _, f := range snap.files {
		if f.done {
			done++
		}
	}
	switch snap.state {
	case loadReading:
		p.Lead = "Reading: " + number(done) + " of " + count(len(snap.files), "file", "files") + "."
	case loadLooked:
		p.Lead = "This is what the files are taken for. Nothing has been accepted yet."
	case loadWatching:
		p.Lead = "The files are loaded. Every series that they touch is being tested."
	case loadDone:
		p.Lead = "The files are loaded. Nothing was dropped: every refused row is kept with its reason."
	case loadAside:
		p.Lead = "These files were put aside. Nothing of them was accepted."
	default:
		p.Lead = snap.fault
	}
	return p, nil
}

func (p *loadPage) fill(s *Server, r *request, snap snapshot) {
	files := component.Table{
		Caption: "Files", Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "File"}, {Heading: "Size", Numeric: true}, {Heading: "State"}},
	}
	reports := component.Table{
		Caption: "What each is taken for", Dense: true, RowHeaders: true,
		Columns: []component.Column{
			{Heading: "File"},
			{Heading: "What it is"},
			{Heading: "Period"},
			{Heading: "State"},
			{Heading: "Rows accepted", Numeric: true},
			{Heading: "Rows refused", Numeric: true},
			{Heading: "Values unchanged", Numeric: true},
			{Heading: "Values superseding", Numeric: true},
			{Heading: "Delivery"},
		},
	}
	wrong := component.Table{
		Caption: "What was refused, the first of each file", Dense: true,
		Columns: []component.Column{{Heading: "File"}, {Heading: "Where"}, {Heading: "Found"}, {Heading: "Expected"}, {Heading: "What to do"}},
	}
	receipts := component.Table{Caption: "Receipts", Dense: true, RowHeaders: true, Columns: []component.Column{{Heading: "Reference"}, {Heading: "Entry in the memory", Numeric: true}, {Heading: "File"}}}
	for _, f := range snap.files {
		state := "waits"
		if f.done {
			state = "read"
		}
		files.Rows = append(files.Rows, []component.Cell{{Body: hash(f.name)}, {Body: bytesInWords(f.size)}, {Body: state}})
		for _, report := range f.reports {
			reports.Rows = append(reports.Rows, s.reportRow(r, report, snap))
			wrong.Rows = append(wrong.Rows, messageRows(report)...)
			receipts.Rows = append(receipts.Rows, s.receiptRows(r, report)...)
			if !snap.looking && r.maps(report.Delivery) {
				p.Mapping = append(p.Mapping, component.Link{Text: "Say how " + report.File + " is read", Href: mappingLink(report.Delivery.ID)})
			}
			p.Notes = append(p.Notes, firstOf(report.Notes, notesShown)...)
			p.Some = p.Some || report.Accepted > 0 || report.Status == delivery.Waiting || report.Status == delivery.Quarantined
		}
	}
	p.Any, p.Refused = len(reports.Rows) > 0, len(wrong.Rows) > 0
	p.Received, p.Receipts = len(receipts.Rows) > 0, component.Region{Name: "Receipts", Body: receipts}
	p.Files = component.Region{Name: "Files", Body: files}
	p.Reports = component.Region{Name: "What each file is taken for", Body: reports}
	p.Wrong = component.Region{Name: "What was refused", Body: wrong}
}

func (s *Server) reportRow(r *request, report intake.Report, snap snapshot) []component.Cell {
	d := report.Delivery
	link := component.Cell{Body: "none yet"}
	if d.ID != "" {
		link = component.Cell{Body: string(d.ID), Href: s.deliveryLink(r, d.ID)}
	}
	period := report.Period
	if period == "" {
		period = "none"
	}
	state := stateOf(d)
	if snap.looking && d.Status == delivery.Tried {
		state = "Can be taken"
		if d.Quarantined > 0 {
			state = "Can be taken in part"
		}
	}
	return []component.Cell{
		{Body: hash(report.File)},
		{Body: s.sourceName(report.Source)},
		{Body: period},
		{Body: state},
		{Body: number(report.Accepted)},
		{Body: number(report.Quarantined)},
		{Body: number(report.Unchanged)},
		{Body: number(report.Superseding)},
		link,
	}
}

// How many receipts and notes of each file the page of a load lists.
const (
	receiptsShown = 200
	notesShown    = 20
)

// receiptRows is the reference and entry of each signal of a file, the first of them.
func (s *Server) receiptRows(r *request, report intake.Report) (rows [][]component.Cell) {
	for _, x := range report.Receipts[:min(len(report.Receipts), receiptsShown)] {
		ref := component.Cell{Body: x.Reference}
		if s.offers(r, "/signals/{ref}") {
			ref.Href = "/signals/" + x.Reference
		}
		rows = append(rows, []component.Cell{ref, {Body: number(int(x.Position))}, {Body: hash(report.File)}})
	}
	if more := len(report.Receipts) - receiptsShown; more > 0 {
		rows = append(rows, []component.Cell{{Body: "and " + number(more) + " more"}, {Body: ""}, {Body: hash(report.File)}})
	}
	return rows
}

// firstOf is the first lines of a list, with how many more there are.
func firstOf(list []string, n int) []string {
	if len(list) <= n {
		return list
	}
	return append(slices.Clone(list[:n]), "and "+number(len(list)-n)+" more")
}

// messagesShown is how many refusals of each file the page of a load lists; all of
// them are on the delivery's page.
const messagesShown = 10

func messageRows(report intake.Report) (rows [][]component.Cell) {
	for i, m := range report.Messages {
		if i == messagesShown {
			break
		}
		place := placeOf(delivery.Refusal{Sheet: m.Sheet, Row: m.Row, Column: m.Column})
		rows = append(rows, []component.Cell{{Body: hash(report.File)}, {Body: place}, {Body: hash(m.Found)}, {Body: orNone(m.Expected)}, {Body: orNone(m.Advice)}})
	}
	return rows
}
