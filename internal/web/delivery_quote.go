package web

import (
	"net/url"

	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/intake"
	"candour/internal/web/component"
)

// rowsQuoted is how many rows of a file a delivery's page shows side by side.
const rowsQuoted = 5

// quoteLink is a delivery's page with the rows open that an observation names.
func (s *Server) quoteLink(r *request, o indicator.Observation) string {
	path := "/data/deliveries/" + o.Delivery
	if o.Rows == "" {
		return r.link(path)
	}
	q := url.Values{"rows": {o.Rows}}
	if o.Sheet != "" {
		q.Set("sheet", o.Sheet)
	}
	return r.link(path + "?" + q.Encode() + "#in-the-file")
}

// deliveryQuote shows the rows of the file from which a value of a provider of the
// viewer's came, as they stand in it, to whoever may have the file: each a column,
// since published files are wider than a page.
func (s *Server) deliveryQuote(r *request, d delivery.Delivery, p *deliveryPage) error {
	rows := r.query("rows")
	if rows == "" || p.FileLink == "" || d.Version == "" {
		return nil
	}
	whose, err := s.store.WhoseRows(r.Context(), r.scope, d.ID, r.query("sheet"), rows)
	if err != nil {
		return err
	}
	r.shown("provider/" + string(whose))
	body, err := s.store.OpenArchived(r.Context(), d.SHA256)
	if err != nil {
		return err
	}
	defer body.Close() //nolint:errcheck // it was only read
	q, err := intake.Quote(r.Context(), d, body, r.query("sheet"), rows, rowsQuoted)
	if err != nil {
		return err
	}
	if len(q.Rows) == 0 {
		return fault.New(fault.NotFound, "delivery %s has no row %s that was read", d.ID, rows)
	}
	p.QuotedLead = "As it stands in " + d.File
	if q.Sheet != "" {
		p.QuotedLead += ", sheet " + q.Sheet
	}
	p.QuotedLead += "."
	if q.Blanked {
		p.QuotedLead += " Columns of personal data are left blank."
	}
	if q.More {
		p.QuotedLead += " It is the first " + number(len(q.Rows)) + " of the rows that were added up; the file has all."
	}
	table := component.Table{Caption: "Rows of the file", CaptionHidden: true, Dense: true, Columns: []component.Column{{Heading: "Column"}}}
	cells := len(q.Columns)
	for _, x := range q.Rows {
		table.Columns = append(table.Columns, component.Column{Heading: "Row " + number(x.Number)})
		cells = max(cells, len(x.Cells))
	}
	for i := range cells {
		table.Rows = append(table.Rows, quotedCells(q, i))
	}
	p.Quoted = component.Region{Name: "Rows of the file", Body: table}
	return nil
}

// quotedCells is one column of the file: its name, and its cell in each row.
func quotedCells(q intake.Quoted, i int) []component.Cell {
	name := "no name, column " + number(i+1)
	if i < len(q.Columns) && q.Columns[i] != "" {
		name = q.Columns[i]
	}
	out := []component.Cell{{Body: name}}
	for _, x := range q.Rows {
		text := ""
		if i < len(x.Cells) {
			text = x.Cells[i]
		}
		out = append(out, component.Cell{Body: hash(text), Hidden: map[bool]string{true: "blank"}[text == ""]})
	}
	return out
}
