package web

import (
	"slices"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// signalPage is one signal: what was said, what is like it, its clocks, what was
// made of it, and the forms by which that is done.
type signalPage struct {
	base
	Suggest  *suggestBox // nil where nothing may be changed, or the words are sealed
	Ref      string
	Version  int
	Severity *component.Severity
	Facts    component.Facts
	Words    string
	Details  component.Said // what the form of its kind asks for, beside the facts
	Visit    *visitBodyView // nil for other kinds
	Sealed   []sealedRow
	Confined *confinedBox // nil where it shows to all who see signals
	Like     []string
	LikeHref string
	LikeRows []signalRow
	Clocks   component.Table
	Broken   []string // clocks that can't be made
	Lead     string   // triage by …
	Forms    *signalForms
	History  []historyRow
	Pattern  string            // R-SOFT-3 proposes a concern
	StepIn   string            // address of the complaint's own page; empty for other kinds
	Alike    string            // address of what is like it by its words
	Back     *backTo           // nil on a page of its own
	Correct  string            // address of the form that completes or corrects it; empty is none
	Sort     *component.Select // the kinds that it may turn out to be; nil where it can't be given another
	Further  bool              // what is seldom done stands open, because something in it is wrong
}

// backTo is the list beside which a signal is read: where its forms lead back to.
type backTo struct {
	List string // the list's query, without what is open
	Next string // reference of the signal to open then; empty is none
}

// sealedRow is a sealed text on the page.
type sealedRow struct {
	attached bool // a file that came with an e-mail
	Ref      string
	Text     string // "Patient’s number is sealed", …
	May      bool   // the viewer is named on the seal
	Lines    []string
	Because  component.Input
	Opened   string // the text, on the one page that is the answer to opening it
}

// historyRow is one event of a signal.
type historyRow struct {
	When, Who, What string
}

// undoWords is how many characters of an event the list of what can be undone shows.
const undoWords = 70

func (*signalPage) template() string { return "signal" }

func (s *Server) signalShow(r *request) (answer, error) {
	return s.newSignalPage(r, r.PathValue("ref"))
}

// newSignalPage reads everything about a signal.
func (s *Server) newSignalPage(r *request, ref string) (*signalPage, error) {
	h, err := s.store.Signal(r.Context(), r.scope, ref)
	if err != nil {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	box, err := s.confined(r, &h)
	if err != nil {
		return nil, err
	}
	p := &signalPage{
		Confined: box,
		base:     base{Title: h.Title, Place: placeSignals, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Signals", Href: r.link(string(placeSignals))}}}},
		Ref:      ref, Version: h.Triage.Version, Severity: severityOf(h.Level()), Words: h.Narrative,
	}
	r.shown("signal/" + ref)
	if !h.WordsSealed() && s.offers(r, searchPath) {
		p.Alike = r.link(searchPath + "?like=" + ref)
	}
	if h.Complaint != nil {
		p.StepIn = r.link(complaintPath(ref))
	}
	p.facts(s, &h, names)
	if err := p.details(s, &h); err != nil {
		return nil, err
	}
	p.clocks(s, r, &h)
	if err := s.sealedRows(r, p); err != nil {
		return nil, err
	}
	if err := s.likeThis(r, p, &h, names); err != nil {
		return nil, err
	}
	if err := s.signalHistory(r, p); err != nil {
		return nil, err
	}
	if r.changes(access.TriageSignal) {
		if correctable(&h) {
			p.Correct = correctPath(ref)
			p.Sort = sortForm(&h)
		}
		if p.Forms, err = s.signalForms(r, &h); err != nil {
			return nil, err
		}
		for i := range p.Forms.Undo.Options { // newest first, as the history; the first event is never undone
			p.Forms.Undo.Options[i].Text = cutTo(p.History[i].What, undoWords)
		}
		if p.Suggest, err = s.suggest(r, &h); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *signalPage) facts(s *Server, h *store.HeldSignal, names func(org.Code) string) {
	add := func(label string, value component.Content) {
		if value != "" {
			p.Facts.Items = append(p.Facts.Items, component.Fact{Label: label, Value: value})
		}
	}
	add("Reference", h.Reference)
	add("Kind", h.Kind.Words())
	if h.Place.Provider == "" {
		add("Provider", providerUnknown+": correct the place, or give it its kind")
	} else {
		add("Provider", names(h.Place.Provider))
	}
	add("Ward or team", h.Place.Ward)
	add("Service", h.Place.Service)
	from := h.Source.Role
	if h.Source.Organisation != "" {
		from = strings.Trim(from+", "+names(h.Source.Organisation), ", ")
	}
	add("From", from)
	happened := "not stated"
	if d, stated := h.EventDay(); stated {
		if happened = day(d.Begins()); h.Occurred.About {
			happened = "about " + happened
		}
		if h.Occurred.Time != "" {
			happened += " " + h.Occurred.Time
		}
	}
	add("Happened", happened)
	add("Received", momentOf(h.Received))
	themes := s.Desk.Taxonomies.Get("theme")
	if theme := h.OpenTheme(); theme != "" {
		add("Theme", themes.NameOf(theme))
	}
	add("Their reference", h.Theirs)
	add("State", strings.ReplaceAll(string(h.Triage.State), "_", " "))
	add("Outcome", h.Triage.Outcome.Words())
	if h.Triage.DuplicateOf != "" {
		add("Duplicate of", refOf(h.Triage.DuplicateOf))
	}
	add("About the event", string(h.Triage.Event))
	for _, code := range h.Triage.Codes.HCAT {
		add("HCAT", s.hcatWords(code))
	}
	if d := h.Triage.DoubleCoding; d != nil {
		add("HCAT, second coder", s.hcatWords(d.Second))
	}
	for _, l := range h.Triage.Links {
		add("Linked to", linkWords(l))
	}
	if h.Triage.Withdrawn != "" {
		add("Withdrawn", h.Triage.Withdrawn)
	}
}

// refOf is the reference within an id.
func refOf(id signal.ID) string {
	_, ref, _ := strings.Cut(string(id), ".")
	return ref
}

// clocks lists every clock of the signal: what is to be done, by what rule, from
// when to when, and what stops it.
func (p *signalPage) clocks(s *Server, r *request, h *store.HeldSignal) {
	clocks, problems := h.Clocks(s.Desk.Rulebook)
	for _, err := range problems {
		p.Broken = append(p.Broken, sentence(messageOf(err)))
	}
	p.Clocks = component.Table{
		Caption: "Clocks", Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "What"}, {Heading: "Rule"}, {Heading: "Began"}, {Heading: "Due"}, {Heading: "Stands"}, {Heading: "Stopped by"}},
	}
	slices.SortStableFunc(clocks, func(a, b calendar.Clock) int {
		_, x := a.DueAt(r.moment)
		_, y := b.DueAt(r.moment)
		return x.Compare(y)
	})
	for _, c := range clocks {
		_, due := c.DueAt(r.moment)
		state := component.Cell{Body: c.StateAt(r.moment).Words()}
		if c.Stopped.IsZero() && c.Sense != calendar.Opens {
			clock := dueClock(s.Desk.Rulebook.Calendar(), due, c.Name, r.moment)
			state.Body = clock
			if p.Lead == "" && clock.Text != "" {
				p.Lead = c.Name + ": by " + lastMoment(due)
			}
		}
		stops := strings.Join(c.Stops, ", ")
		if c.StoppedBy != "" {
			stops = c.StoppedBy + ", " + momentOf(c.Stopped)
		}
		p.Clocks.Rows = append(p.Clocks.Rows, []component.Cell{{Body: c.Name}, {Body: c.Basis() + " (" + c.Span() + ")"}, {Body: c.StartedBy + ", " + momentOf(c.Start)}, {Body: lastMoment(due)}, state, {Body: stops}})
	}
}

// sealedRows says what is sealed with the signal, for whom, and who read it.
func (s *Server) sealedRows(r *request, p *signalPage) error {
	parts, err := s.store.SealedParts(r.Context(), r.scope, p.Ref)
	if err != nil {
		return err
	}
	who := map[string]string{}
	if slices.ContainsFunc(parts, func(part store.SealedPart) bool { return len(part.Acts) > 0 }) {
		if who, err = s.whoIs(r); err != nil {
			return err
		}
	}
	for _, part := range parts {
		row := sealedRow{Ref: part.Ref, Text: sealedWords(part.Purpose), attached: part.Purpose == listen.AttachmentPurpose}
		row.May = !part.Erased && !r.scope.Past() && access.Allows(r.viewer, r.tenant, access.ReadSealed, access.Resource{Tenant: r.tenant, Readers: part.Readers})
		if part.Erased {
			row.Text += " Its key was destroyed: nobody can open it."
		} else {
			row.Text += " " + count(len(part.Readers), "person is", "people are") + " named to open it."
		}
		if part.Earlier {
			row.Text += " It came with an earlier version."
		}
		row.Because = component.Input{Field: component.Field{Name: "because", ID: "because-" + part.Ref, Label: component.Label{Text: "Open it because"}, Hint: "Each reading is recorded and shown to whoever gave it."}}
		for _, a := range part.Acts {
			verb := "read by "
			if a.Erased {
				verb = "key destroyed by "
			}
			row.Lines = append(row.Lines, momentOf(a.At)+", "+verb+named(who, string(a.Account))+": "+a.Because)
		}
		p.Sealed = append(p.Sealed, row)
	}
	return err
}

func sealedWords(purpose string) string {
	switch purpose {
	case "patient":
		return "The patient’s NHS number is sealed."
	case "whistle_blower":
		return "Who spoke up, and how to reach them, is sealed."
	case "person":
		return "Who it is about is sealed."
	case "words":
		return "What was said is sealed."
	case listen.AttachmentPurpose:
		return "A file that came with the e-mail is sealed. It was not screened; opened, it is saved to your computer."
	case picturePurpose:
		return "A photograph is sealed."
	case "sender":
		return "The sender’s name and address are sealed."
	}
	return "Sealed: " + strings.ReplaceAll(purpose, "_", " ") + "."
}

// likeDays is how far before and after a signal similar ones are looked for, and
// likeCounted how many are counted.
const (
	likeDays    = 90
	likeCounted = 200
)

// likeThis lists signals of the same provider and theme received within 90 days
// of this one, by kind, and says when they make a pattern (R-SOFT-3).
func (s *Server) likeThis(r *request, p *signalPage, h *store.HeldSignal, names func(org.Code) string) error {
	theme := h.OpenTheme()
	if theme == "" || h.Place.Provider == "" {
		return nil
	}
	lines, err := s.store.Signals(r.Context(), r.scope, store.SignalFilter{
		Provider: h.Place.Provider, Theme: theme, Newest: true, Limit: likeCounted, After: store.SignalKey{At: h.Received.AddDate(0, 0, likeDays), Ref: p.Ref},
	})
	if err != nil {
		return err
	}
	since := h.Received.AddDate(0, 0, -likeDays)
	counts := map[signal.Kind]int{}
	var all []signal.Signal
	for i := range lines {
		l := &lines[i]
		if l.Received.Before(since) {
			break
		}
		all = append(all, signal.Signal{
			ID: signal.ID(l.Ref), Kind: l.Kind, Place: signal.Place{Provider: l.Provider}, Themes: []string{theme}, Received: l.Received, Source: signal.Source{Organisation: l.Practice},
		})
		if l.Ref == p.Ref {
			continue
		}
		counts[l.Kind]++
		if len(p.LikeRows) < 8 {
			p.LikeRows = append(p.LikeRows, signalRowOf(r, l, names(l.Provider), s.Desk.Rulebook.Calendar()))
		}
	}
	for _, kind := range signal.Kinds() {
		if counts[kind] > 0 {
			p.Like = append(p.Like, kind.Words()+": "+number(counts[kind]))
		}
	}
	if len(all) == likeCounted {
		p.Like = append(p.Like, "only the newest "+number(likeCounted)+" are counted")
	}
	settings, err := s.store.Listening(r.Context(), r.scope)
	if err != nil {
		return err
	}
	for _, found := range signal.FindPatterns(all, settings.Pattern) {
		p.Pattern = number(found.Events) + " signals from " + count(len(found.Sources), "source", "sources") + " on one theme within " +
			strconv.Itoa(settings.Pattern.Days) + " days at this provider: a pattern, which proposes a concern."
	}
	p.LikeHref = r.link(string(placeSignals) + "?show=all&provider=" + string(h.Place.Provider) + "&theme=" + theme)
	return nil
}

// signalHistory lists the events of the signal, newest first.
func (s *Server) signalHistory(r *request, p *signalPage) error {
	events, err := s.store.SignalHistory(r.Context(), r.scope, p.Ref)
	if err != nil {
		return err
	}
	who, err := s.whoIs(r)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(events) {
		p.History = append(p.History, historyRow{When: momentOf(e.At), Who: named(who, e.By), What: strconv.Itoa(e.Number) + ". " + changeWords(e.Change, who)})
	}
	return nil
}

// whoIs is the names behind the accounts of the commissioner.
func (s *Server) whoIs(r *request) (map[string]string, error) {
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	who := make(map[string]string, len(accounts))
	for _, a := range accounts {
		who[string(a.ID)] = a.Name
	}
	return who, err
}
