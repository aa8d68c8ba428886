package web

import (
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/disclosure"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// countsPage lists the papers of counts that left the team, and makes another.
// Everything on a paper went through disclosure control: small counts are hidden,
// others withheld so that none can be worked out, within the paper and against
// those that are out already (R-SDC-1 to R-SDC-4).
type countsPage struct {
	base
	Lead   string
	Papers []paperRow
	For    component.Input
	From   component.Input
	To     component.Input
	Make   bool
	Own    component.Region // the installation's own channels, which no paper has
	HasOwn bool
}

type paperRow struct{ Href, Text, Facts string }

func (*countsPage) template() string { return "counts" }

// paperPage is one paper as it left.
type paperPage struct {
	base
	Lead  string
	Facts component.Facts
	Table component.Region
	CSV   string
	Note  string
}

func (*paperPage) template() string { return "paper" }

// countsMethod is the method by which counts of signals leave the team.
const countsMethod disclosure.MethodID = "local"

// mostMonths and mostRows bound a paper: so many months, and the providers of whom
// most was heard.
const (
	mostMonths = 24
	mostRows   = 12
)

// channelWords is the channels as a paper's columns name them.
var channelWords = map[signal.Channel]string{
	signal.ChannelComplaintsCare: "Complaints about care", signal.ChannelComplaintsCommunication: "Complaints about communication", signal.ChannelIncidentsLow: "Incidents, no or low harm",
	signal.ChannelIncidentsHarm: "Incidents with harm", signal.ChannelStaff: "Staff concerns", signal.ChannelGP: "GP concerns", signal.ChannelComments: "Negative comments", signal.ChannelTrainee: "Trainee concerns",
}

func (s *Server) counts(r *request) (answer, error) { return s.newCountsPage(r) }

func (s *Server) newCountsPage(r *request) (*countsPage, error) {
	p := &countsPage{base: base{Title: "Counts that leave the team", Place: placeSignals, Crumbs: s.signalCrumbs(r)}, Make: r.changes(access.Export)}
	out, err := s.store.Releases(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	who, err := s.accountNames(r)
	if err != nil {
		return nil, err
	}
	for _, x := range out {
		name := who[string(x.Account)]
		if name == "" {
			name = string(x.Account)
		}
		p.Papers = append(p.Papers, paperRow{r.link(countsPath + "/" + x.ID), x.ID + ", for " + x.For, x.From.Words() + " to " + x.To.Words() + "; made " + momentOf(x.At) + " by " + name})
	}
	p.Lead = count(len(out), "paper is", "papers are") + " out. A new one is held against each, so that no two together give a small number away."
	if len(out) == 0 {
		p.Lead = "No paper is out yet. The team itself sees true counts; whoever else is to see counts of signals gets a paper made here."
	}
	input := func(name, label, hint string, width int) component.Input {
		return component.Input{Field: component.Field{Name: name, Label: component.Label{Text: label}, Hint: hintOf(hint)}, Value: r.field(name), Width: width, Autocomplete: "off"}
	}
	p.For = input("for", "For whom", "Such as “Board, 3 December”. It is recorded.", 0)
	p.From, p.To = input("from", "First month of receipt", "Such as 2026-04.", 10), input("to", "Last month", "", 10)
	return p, s.ownCounts(r, p)
}

// countsMake makes a paper and records it before it is shown.
func (s *Server) countsMake(r *request) (answer, error) {
	p, err := s.newCountsPage(r)
	if err != nil {
		return nil, err
	}
	month := func(field string) calendar.Period {
		m, err := calendar.ParsePeriod(r.field(field))
		if err != nil || m.Kind() != calendar.Month {
			p.wrong(field, "Enter a month such as 2026-04")
		}
		return m
	}
	x := record.Release{Method: countsMethod, From: month("from"), To: month("to"), For: r.field("for")}
	if x.For == "" {
		p.wrong("for", "Say for whom the counts are")
	} else if err := s.Desk.NoIdentifier(x.For); err != nil {
		p.wrong("for", sentence(messageOf(err)))
	}
	if len(p.Errors) == 0 {
		switch months := monthsOf(x.From, x.To); {
		case len(months) == 0:
			p.wrong("to", "The last month comes before the first")
		case len(months) > mostMonths:
			p.wrong("to", "At most "+strconv.Itoa(mostMonths)+" months stand on one paper")
		}
	}
	if len(p.Errors) > 0 {
		p.For.Error, p.From.Error, p.To.Error = p.wrongAt("for"), p.wrongAt("from"), p.wrongAt("to")
		return p, nil
	}
	made, err := s.release(r, x)
	if err != nil {
		return nil, err
	}
	return redirect{countsPath + "/" + made.ID}, nil
}

// monthsOf is the months from one to another, at most one more than a paper holds.
func monthsOf(from, to calendar.Period) (out []calendar.Period) {
	for m := from; m.Compare(to) <= 0 && len(out) <= mostMonths; m = m.Add(1) {
		out = append(out, m)
	}
	return out
}

// epochs is the counts of signals at the position of each paper that is out, and
// now: what was not yet held when a paper left is a part of its own, so that two
// papers of different days can't be subtracted.
type epochs []map[disclosure.Part]int64

// partOf is the signals about one provider in one channel received in one month.
func partOf(provider org.Code, channel signal.Channel, month calendar.Period) disclosure.Part {
	return disclosure.Part(string(provider) + "|" + string(channel) + "|" + month.String())
}

func atEpoch(p disclosure.Part, epoch int) disclosure.Part {
	return disclosure.Part(string(p) + "|" + strconv.Itoa(epoch))
}

func (s *Server) countsAt(r *request, sc access.Scope) (map[disclosure.Part]int64, error) {
	cells, err := s.store.SignalCells(r.Context(), sc)
	out := map[disclosure.Part]int64{}
	for _, c := range cells {
		out[partOf(c.Provider, c.Channel, c.ReceivedMonth)] += int64(c.N)
	}
	return out, err
}

// release makes a paper of the counts of now.
func (s *Server) release(r *request, x record.Release) (store.Release, error) {
	methods, err := disclosure.PublishedMethods()
	if err != nil {
		return store.Release{}, err
	}
	method, err := methods.At(countsMethod, calendar.DateOf(r.moment))
	if err != nil {
		return store.Release{}, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return store.Release{}, err
	}
	known, err := s.store.Releases(r.Context(), r.scope)
	if err != nil {
		return store.Release{}, err
	}
	slices.Reverse(known) // oldest first, as epochs are
	var at epochs
	for _, before := range known {
		then, err := s.countsAt(r, r.scope.At(before.AsOf))
		if err != nil {
			return store.Release{}, err
		}
		at = append(at, then)
	}
	now, err := s.countsAt(r, r.scope)
	if err != nil {
		return store.Release{}, err
	}
	at = append(at, now)
	x.AsOf = r.head
	x.Rows = at.rows(x)
	table, err := at.protect(method, x, known, names) // before the writer's turn: it may take seconds
	if err != nil {
		return store.Release{}, err
	}
	x.Table = &table
	return s.store.Release(r.Context(), r.scope, func(id string, out []store.Release) (record.Release, error) {
		if len(out) != len(known) {
			return x, fault.New(fault.Conflict, "somebody else has released a paper meanwhile; make yours again")
		}
		x.ID = id
		return x, nil
	})
}

// rows is the providers of whom most was heard in the months of a paper, by code.
func (e epochs) rows(x record.Release) []org.Code {
	totals := map[org.Code]int64{}
	for _, m := range monthsOf(x.From, x.To) {
		for part, n := range e[len(e)-1] {
			provider, channelMonth := splitPart(part)
			if n > 0 && channelMonth == m.String() {
				totals[provider] += n
			}
		}
	}
	rows := make([]org.Code, 0, len(totals))
	for c := range totals {
		rows = append(rows, c)
	}
	slices.SortFunc(rows, func(a, b org.Code) int {
		if d := totals[b] - totals[a]; d != 0 {
			return int(d)
		}
		return compareCodes(a, b)
	})
	rows = rows[:min(len(rows), mostRows)]
	slices.Sort(rows)
	return rows
}

func compareCodes(a, b org.Code) int {
	if a < b {
		return -1
	}
	return 1
}

// splitPart is the provider and the month of a part.
func splitPart(p disclosure.Part) (org.Code, string) {
	text := string(p)
	first, last := 0, 0
	for i := range text {
		if text[i] == '|' {
			if first == 0 {
				first = i
			}
			last = i
		}
	}
	return org.Code(text[:first]), text[last+1:]
}

// protect makes the table of a paper: the true counts of now, protected, and held
// against the papers that are out.
func (e epochs) protect(method disclosure.Method, x record.Release, out []store.Release, names func(org.Code) string) (disclosure.Protected, error) {
	months := monthsOf(x.From, x.To)
	table := disclosure.Table{RowTotals: true, ColumnTotals: true, GrandTotal: true}
	for _, c := range signal.Channels() {
		table.Columns = append(table.Columns, channelWords[c])
	}
	now := e[len(e)-1]
	for _, code := range x.Rows {
		table.Rows = append(table.Rows, names(code)+" ("+string(code)+")")
		row := make([]int64, len(table.Columns))
		for j, channel := range signal.Channels() {
			for _, m := range months {
				row[j] += now[partOf(code, channel, m)]
			}
		}
		table.Counts = append(table.Counts, row)
	}
	counts := map[disclosure.Part]int64{}
	var views []disclosure.View
	for k, before := range out {
		if before.Table == nil || len(before.Table.Cells) == 0 {
			continue
		}
		views = append(views, before.Table.View(before.ID, e.partsOf(before.Release, k, counts)))
	}
	if len(table.Rows) == 0 {
		return method.Protect(table)
	}
	protected, _, err := method.Release(table, x.ID, e.partsOf(x, len(e)-1, counts), counts, views)
	return protected, err
}

// partsOf gives the parts of the cells of a paper that left at an epoch: what was
// held at the first paper, then what each later one added. Their counts are put
// into counts. Where a count fell, because a signal was withdrawn or coded anew, it
// is taken from what came before.
func (e epochs) partsOf(x record.Release, epoch int, counts map[disclosure.Part]int64) func(row, column int) []disclosure.Part {
	months, channels := monthsOf(x.From, x.To), signal.Channels()
	return func(row, column int) (out []disclosure.Part) {
		for _, m := range months {
			p := partOf(x.Rows[row], channels[column], m)
			held := int64(0)
			for k := 0; k <= epoch; k++ {
				added := max(0, e[k][p]-held)
				held = max(held, e[k][p])
				part := atEpoch(p, k)
				counts[part] = added
				out = append(out, part)
			}
		}
		return out
	}
}

// paperOf is one paper that is out.
func (s *Server) paperOf(r *request) (x store.Release, err error) {
	out, err := s.store.Releases(r.Context(), r.scope)
	for _, x := range out {
		if x.ID == r.PathValue("id") && x.Table != nil {
			return x, nil
		}
	}
	if err != nil {
		return x, err
	}
	return x, fault.New(fault.NotFound, "no paper %q is out", cut(r.PathValue("id")))
}

func (s *Server) paperShow(r *request) (answer, error) {
	x, err := s.paperOf(r)
	if err != nil {
		return nil, err
	}
	p := &paperPage{
		base: base{Title: "Counts of signals, " + x.From.Words() + " to " + x.To.Words(), Place: placeSignals, Crumbs: s.signalCrumbs(r)},
		CSV:  r.link(countsPath + "/" + x.ID + "/csv"),
	}
	p.Crumbs.Items = append(p.Crumbs.Items, component.Link{Text: "Counts that leave the team", Href: r.link(countsPath)})
	p.Facts = component.Facts{Items: []component.Fact{
		{Label: "Reference", Value: x.ID}, {Label: "For", Value: x.For}, {Label: "Made", Value: momentOf(x.At)}, {Label: "Memory entry", Value: number(x.AsOf)},
	}}
	t := x.Table
	p.Lead = "Signals received, by provider and kind of voice; each event once."
	p.Note = "* is a count of " + strconv.FormatInt(t.Method.HideFrom, 10) + " to " + strconv.FormatInt(t.Method.HideTo, 10) + "; w is a count that is withheld, because with others it would, or may, give a small one away. 0 is none. " + t.Method.Name + "."
	table := component.Table{Caption: "Signals received", Dense: true, RowHeaders: true, Columns: []component.Column{{Heading: "Provider"}}}
	for _, c := range t.Columns {
		table.Columns = append(table.Columns, component.Column{Heading: c, Numeric: true})
	}
	table.Columns = append(table.Columns, component.Column{Heading: "All", Numeric: true})
	line := func(name string, cells []disclosure.Cell, total disclosure.Cell) (row []component.Cell) {
		row = append(row, component.Cell{Body: name})
		for _, c := range append(slices.Clone(cells), total) {
			row = append(row, component.Cell{Body: c.String()})
		}
		return row
	}
	for i, name := range t.Rows {
		table.Rows = append(table.Rows, line(name, t.Cells[i], t.RowTotals[i]))
	}
	table.Foot = [][]component.Cell{line("All", t.ColumnTotals, t.GrandTotal)}
	p.Table = component.Region{Name: "Counts of signals", Body: table}
	if len(t.Rows) == 0 {
		p.Lead = "No signal was received in these months."
	}
	return p, nil
}

// paperCSV is a paper as a file: what the page shows, and nothing else.
func (s *Server) paperCSV(r *request) (answer, error) {
	x, err := s.paperOf(r)
	if err != nil {
		return nil, err
	}
	t := x.Table
	rows := [][]string{append(append([]string{"provider"}, t.Columns...), "All")}
	line := func(name string, cells []disclosure.Cell, total disclosure.Cell) {
		row := []string{name}
		for _, c := range append(slices.Clone(cells), total) {
			row = append(row, c.String())
		}
		rows = append(rows, row)
	}
	for i, name := range t.Rows {
		line(name, t.Cells[i], t.RowTotals[i])
	}
	line("All", t.ColumnTotals, t.GrandTotal)
	return &download{Name: "candour-counts-" + x.ID + ".csv", Type: "text/csv; charset=utf-8", Write: func(w http.ResponseWriter) error {
		out := csv.NewWriter(w)
		return out.WriteAll(rows)
	}}, nil
}
