package web

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/web/component"
)

// deliveryPage is one delivery with what was refused of it.
type deliveryPage struct {
	base
	Lead        string
	Facts       component.Facts
	Whole       bool // the file as a whole was refused or waits
	Reasons     component.Region
	Cut         bool // reasons are counted over the first rows only
	Rows        component.Region
	Change      *couldChange // what the refused rows could change; nil where none was refused
	Refused     int
	Pages       *component.Pagination
	FileLink    string
	CSVLink     string
	Again       *component.Link  // the delivery that read this one again; nil where none has
	Earlier     []component.Link // those that it read again
	MappingLink string           // of a file of signals that waits, or of which rows were refused
	Release     *releaseForm     // nil where nothing can be released
	Notes       []string         // what readers of the source should know

	QuotedLead string // empty where no rows were asked for
	Quoted     component.Region

	RestatedLead string // empty where it restated nothing
	RestatedAny  bool   // of a provider that the viewer may see
	Restated     component.Region
}

func (*deliveryPage) template() string { return "delivery" }

// How many refusals a page lists, and over how many reasons are counted.
const (
	refusalsShown   = 100
	refusalsCounted = 20_000
)

func (s *Server) deliveryShow(r *request) (answer, error) {
	d, err := s.store.Delivery(r.Context(), r.scope, delivery.ID(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	return s.newDeliveryPage(r, d)
}

func (s *Server) newDeliveryPage(r *request, d delivery.Delivery) (*deliveryPage, error) {
	p := &deliveryPage{
		base: base{
			Title: string(d.ID), Place: placeData,
			Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Data deliveries", Href: r.link("/data")}}},
		},
		Whole:   d.Status == delivery.Quarantined || d.Status == delivery.Waiting,
		CSVLink: r.link("/data/deliveries/" + string(d.ID) + "/refusals"),
	}
	if d.Shape != delivery.Signals && d.Kept() && s.offers(r, "/data/deliveries/{id}/file") {
		p.FileLink = r.link("/data/deliveries/" + string(d.ID) + "/file")
	}
	p.Facts = s.deliveryFacts(r, d)
	p.Lead = deliveryLead(d)
	if err := s.deliveryAgain(r, d, p); err != nil {
		return nil, err
	}
	if src := s.Sources.Get(d.Source); src != nil {
		p.Notes = src.Notes
	}
	if err := s.deliveryQuote(r, d, p); err != nil {
		return nil, err
	}
	if err := s.deliveryRefusals(r, d, p); err != nil {
		return nil, err
	}
	if d.Superseding > 0 && d.Shape != delivery.Signals {
		if err := s.deliveryRestated(r, d, p); err != nil {
			return nil, err
		}
	}
	if d.Unsettled() && d.Shape != delivery.Signals {
		if err := s.deliveryChange(r, d, p); err != nil {
			return nil, err
		}
	}
	if d.Unsettled() && d.Kept() && d.Shape != delivery.Signals && r.changes(access.ReleaseData) {
		p.Release = s.newReleaseForm(r, d)
	}
	if r.maps(d) {
		p.MappingLink = mappingLink(d.ID)
	}
	return p, nil
}

// signalLead says what became of the signals of a file.
func signalLead(d delivery.Delivery) string {
	lead := count(d.Accepted, "row", "rows") + " accepted: signals " + d.SignalWords() + "."
	if d.Superseding > 0 {
		lead += " A revised signal is a later version from its sender: the earlier one stays in its history, and holds for every day before."
	}
	if d.Earlier > 0 {
		lead += " Older versions than those held replace nothing."
	}
	if d.Held > 0 {
		lead += " Those left as held differ and replace nothing: the file doesn’t say which is later (a version number, or a day of last change), or what is held was withdrawn, sealed or given another kind here."
	}
	return lead
}

// deliveryLead says what became of it.
func deliveryLead(d delivery.Delivery) string {
	taken := fmt.Sprintf("%s accepted: %s new, %s unchanged, %s superseding.",
		count(d.Accepted, "row", "rows"), number(d.New), number(d.Unchanged), number(d.Superseding))
	if d.Shape == delivery.Signals {
		taken = signalLead(d)
	} else if d.Earlier > 0 {
		taken += " It is an older publication than the one held: " + count(d.Earlier, "value that differs is kept as an earlier vintage and replaces nothing.", "values that differ are kept as earlier vintages and replace nothing.")
	}
	switch d.Status {
	case delivery.Accepted:
		if d.Source == "signals-message" {
			return "✓ Accepted. An e-mail does not say of which provider it speaks, and counts for none until somebody does: open it among the signals to deal with, then correct its place, or give it its kind."
		}
		return "✓ Accepted. " + taken
	case delivery.Partly:
		reasons := "their reasons"
		if d.Quarantined == 1 {
			reasons = "its reason"
		}
		if d.RereadAs != "" {
			return fmt.Sprintf("Part accepted. %s %s refused.", taken, count(d.Quarantined, "row was", "rows were"))
		}
		return fmt.Sprintf("Part accepted. %s %s in quarantine, kept with %s.", taken, count(d.Quarantined, "row is", "rows are"), reasons)
	case delivery.Waiting:
		if d.RereadAs != "" {
			return "It waited for a person."
		}
		if d.Shape == delivery.Signals {
			return "Waits for a person to say which column is what. It is kept sealed, and nothing of it is used until then."
		}
		return "Waits for a person, because the file doesn’t say all that is needed. Nothing of it is used until then."
	default:
		if d.RereadAs != "" {
			return "✗ Refused whole."
		}
		if !d.Kept() {
			return "✗ Refused whole, because it is larger than one file may be. No copy of it was kept, only its size and hash: load its parts."
		}
		return "✗ Refused whole, because it can’t be read as any source. The bytes are kept; a corrected mapping can release them."
	}
}

// deliveryAgain links a delivery with the one that read its bytes again, and with those
// that it read again.
func (s *Server) deliveryAgain(r *request, d delivery.Delivery, p *deliveryPage) error {
	if d.RereadAs != "" {
		p.Again = &component.Link{Text: string(d.RereadAs), Href: s.deliveryLink(r, d.RereadAs)}
	}
	earlier, err := s.store.Rereads(r.Context(), r.scope, d.ID)
	for _, id := range earlier {
		p.Earlier = append(p.Earlier, component.Link{Text: string(id), Href: s.deliveryLink(r, id)})
	}
	return err
}

func (s *Server) deliveryFacts(r *request, d delivery.Delivery) component.Facts {
	period := d.Period.Words()
	if d.Period.IsZero() {
		period = d.Periods
		switch {
		case period == "" && d.Accepted == 0:
			period = "could not be read"
		case period == "":
			period = "none stated"
		}
	}
	facts := []component.Fact{
		{Label: "File", Value: hash(d.File)},
		{Label: "What it is", Value: s.sourceName(d.Source)},
		{Label: "Period", Value: period},
		{Label: "For", Value: s.whose(r, d.Tenant)},
		{Label: "Received", Value: momentOf(d.Received)},
		{Label: "Given by", Value: d.By + ", " + viaInWords(d.Via)},
		{Label: "Size", Value: bytesInWords(d.Size)},
		{Label: "SHA-256", Value: component.Hash{Value: d.SHA256, Full: true}},
	}
	if !d.Published.IsZero() {
		facts = append(facts, component.Fact{Label: "Published", Value: calendarDay(d.Published)})
	}
	if d.Version != "" {
		facts = append(facts, component.Fact{Label: "Read with", Value: "version " + d.Version + " of the definition, " + d.Shape})
	}
	return component.Facts{Items: facts}
}

func viaInWords(via string) string {
	switch via {
	case "load":
		return "from the command line"
	case "page":
		return "on the Data page"
	case "release":
		return "read again with a mapping"
	case "mail":
		return "in the mail folder"
	case "folder":
		return "in the watched folder"
	case "demo":
		return "by the demonstration"
	}
	return "by " + via
}

// deliveryRefusals fills in what was refused: by reason, and row by row.
func (s *Server) deliveryRefusals(r *request, d delivery.Delivery, p *deliveryPage) error {
	refusals, err := s.store.Refusals(r.Context(), r.scope, d.ID, 1, refusalsCounted)
	if err != nil {
		return err
	}
	p.Refused, p.Cut = len(refusals), len(refusals) == refusalsCounted
	p.Reasons = component.Region{Name: "Quarantine by reason", Body: reasonTable(refusals)}
	from, err := strconv.Atoi(r.query("from"))
	if err != nil || from < 1 || from > len(refusals) {
		from = 1
	}
	to := min(from+refusalsShown, len(refusals)+1)
	p.Rows = component.Region{Name: "Refused rows", Body: refusalTable(refusals[min(from-1, len(refusals)):to-1], from)}
	if from > 1 || to <= len(refusals) {
		p.Pages = &component.Pagination{Label: "Refused rows"}
		if from > 1 {
			p.Pages.Previous = component.Turn{Href: r.here("from", strconv.Itoa(max(1, from-refusalsShown))) + "#rows", Text: "Earlier rows"}
		}
		if to <= len(refusals) {
			p.Pages.Next = component.Turn{Href: r.here("from", strconv.Itoa(to)) + "#rows", Text: "Later rows"}
		}
	}
	return nil
}

// reasonTable counts refusals by reason, most first, each with an example and what
// to do.
func reasonTable(refusals []delivery.Refusal) component.Table {
	type reason struct {
		n     int
		first delivery.Refusal
	}
	var reasons []*reason
	byKey := map[string]*reason{}
	for _, q := range refusals {
		key := q.Code + "\x00" + q.Column
		if byKey[key] == nil {
			byKey[key] = &reason{first: q}
			reasons = append(reasons, byKey[key])
		}
		byKey[key].n++
	}
	slices.SortStableFunc(reasons, func(a, b *reason) int { return b.n - a.n })
	t := component.Table{
		Caption: "Quarantine by reason", Dense: true,
		Columns: []component.Column{{Heading: "Rows", Numeric: true}, {Heading: "Because"}, {Heading: "Example"}, {Heading: "What to do"}},
	}
	for _, x := range reasons {
		t.Rows = append(t.Rows, []component.Cell{
			{Body: number(x.n)}, {Body: because(x.first)}, {Body: hash(placeOf(x.first) + ": " + x.first.Found)}, {Body: orNone(x.first.Advice)},
		})
	}
	return t
}

// because is a refusal's reason in words: its code, and what was expected.
func because(q delivery.Refusal) string {
	return sentence(strings.ReplaceAll(q.Code, "-", " ") + "; expected " + q.Expected)
}

func orNone(text string) string {
	if text == "" {
		return "nothing known"
	}
	return text
}

// placeOf is where in the file a refusal is.
func placeOf(q delivery.Refusal) string {
	var parts []string
	if q.Sheet != "" {
		parts = append(parts, "sheet "+q.Sheet)
	}
	if q.Row > 0 {
		parts = append(parts, "row "+number(q.Row))
	}
	if q.Column != "" {
		parts = append(parts, "column "+q.Column)
	}
	if len(parts) == 0 {
		return "the whole file"
	}
	return strings.Join(parts, ", ")
}

func refusalTable(refusals []delivery.Refusal, first int) component.Table {
	t := component.Table{
		Caption: "Refused rows", CaptionHidden: true, Dense: true,
		Columns: []component.Column{{Heading: "No.", Numeric: true}, {Heading: "Where"}, {Heading: "Found"}, {Heading: "Expected"}, {Heading: "What to do"}},
	}
	for i, q := range refusals {
		t.Rows = append(t.Rows, []component.Cell{
			{Body: number(first + i)}, {Body: placeOf(q)}, {Body: hash(q.Found)}, {Body: q.Expected}, {Body: orNone(q.Advice)},
		})
	}
	return t
}

// deliveryFile is the archived file, byte for byte.
func (s *Server) deliveryFile(r *request) (answer, error) {
	d, err := s.store.Delivery(r.Context(), r.scope, delivery.ID(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	body, err := s.store.OpenArchived(r.Context(), d.SHA256)
	if err != nil {
		return nil, err
	}
	name := d.File[strings.LastIndexByte(d.File, '/')+1:]
	return &download{Name: name, Type: "application/octet-stream", ETag: d.SHA256, Write: func(w http.ResponseWriter) error {
		defer body.Close() //nolint:errcheck // it was only read
		w.Header().Set("Content-Length", strconv.FormatInt(d.Size, 10))
		_, err := io.Copy(w, body)
		return err
	}}, nil
}

// deliveryRefusalsCSV is every refusal with its reason, for sending back to whom
// the file came from.
func (s *Server) deliveryRefusalsCSV(r *request) (answer, error) {
	d, err := s.store.Delivery(r.Context(), r.scope, delivery.ID(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	return &download{Name: string(d.ID) + "-refused.csv", Type: "text/csv; charset=utf-8", Write: func(w http.ResponseWriter) error {
		out := csv.NewWriter(w)
		if err := out.Write([]string{"delivery", "file", "sha256", "sheet", "row", "column", "reason", "found", "expected", "advice", "as_it_was"}); err != nil {
			return err
		}
		for n := 1; ; n += refusalsCounted {
			refusals, err := s.store.Refusals(r.Context(), r.scope, d.ID, n, refusalsCounted)
			if err != nil {
				return err
			}
			for _, q := range refusals {
				cells := []string{string(d.ID), d.File, d.SHA256, q.Sheet, strconv.Itoa(q.Row), q.Column, q.Code, q.Found, q.Expected, q.Advice, q.Raw}
				if err := out.Write(harmless(cells)); err != nil {
					return err
				}
			}
			if len(refusals) < refusalsCounted {
				out.Flush()
				return out.Error()
			}
		}
	}}, nil
}

// harmless keeps a spreadsheet from taking a cell for a formula: what begins with
// one of its signs gets an apostrophe before it.
func harmless(cells []string) []string {
	for i, c := range cells {
		if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) && !isNumber(c) {
			cells[i] = "'" + c
		}
	}
	return cells
}

func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}
