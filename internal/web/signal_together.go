package web

import (
	"net/url"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// togetherForm is what can be done to many signals at once.
type togetherForm struct {
	Assign   component.Select
	Outcome  component.Select
	Theme    component.Select
	Severity component.Select
	Event    component.Input
	Because  component.Input
}

// togetherPage is what became of a change of many signals.
type togetherPage struct {
	base
	ID       string
	Lead     string
	What     string
	DoneRefs []component.Link
	Failed   component.Table
	UndoneBy component.Link // its Text is empty when it wasn't undone
	Undoes   component.Link
	Because  *component.Input // to undo it; nil where that can't be done
}

func (*togetherPage) template() string { return "signals-together" }

// togetherMost bounds how many signals are changed at once.
const togetherMost = 200

// unchanged is the first choice of a control that changes nothing.
const unchanged = "Leave as it is"

func (s *Server) newTogetherForm(r *request) (*togetherForm, error) {
	f := &togetherForm{}
	one := &signalForms{}
	if err := s.assignees(r, one, ""); err != nil {
		return nil, err
	}
	all := func(c component.Select, name string) component.Select {
		c.Name, c.ID, c.Value = name, "many-"+name, r.field(name)
		c.Options[0] = component.Option{Text: unchanged}
		return c
	}
	f.Assign = all(one.Assign, "assign")
	f.Assign.Options = append(f.Assign.Options, component.Option{Value: nobody, Text: "Nobody’s"})
	var outcomes, themes, levels []component.Option
	for _, o := range signal.Outcomes() {
		outcomes = append(outcomes, component.Option{Value: string(o), Text: o.Words()})
	}
	for _, c := range s.Desk.Taxonomies.Get("theme").At(calendar.DateOf(r.moment)) {
		themes = append(themes, component.Option{Value: c.Code, Text: c.Name})
	}
	for l := signal.Low; l <= signal.Gravest; l++ {
		levels = append(levels, component.Option{Value: strconv.Itoa(int(l)), Text: l.Words()})
	}
	f.Outcome = all(choose("outcome", "Outcome", "", outcomes...), "outcome")
	f.Theme = all(choose("theme", "Theme", "", themes...), "theme")
	f.Severity = all(choose("severity", "Severity", "", levels...), "severity")
	line := func(name, label string) component.Input {
		return component.Input{Field: component.Field{Name: name, ID: "many-" + name, Label: component.Label{Text: label}}, Value: r.field(name)}
	}
	f.Event, f.Because = line("event", "About the event"), line("because", "Because")
	return f, nil
}

// nobody takes signals back from whoever has them.
const nobody = "-"

// togetherMake changes the signals that were chosen, and shows what became of each.
func (s *Server) togetherMake(r *request) (answer, error) {
	list, what, err := s.readTogether(r)
	if err == nil {
		done, failed := s.Desk.ChangeTogether(r.Context(), r.scope, what, list...)
		if failed == nil {
			return redirect{togetherPath(done.ID)}, nil
		}
		err = failed
	}
	if !fault.Is(err, fault.Invalid) {
		return nil, err
	}
	// The list again, as it was, with what was typed and chosen.
	r.URL.Path, r.URL.RawQuery = string(placeSignals), r.PostFormValue("list")
	p, failed := s.newSignalsPage(r)
	if failed != nil {
		return nil, failed
	}
	p.wrong("many-because", sentence(messageOf(err)))
	if p.Bulk != nil {
		p.Bulk.Because.Error = p.wrongAt("many-because")
	}
	picked := map[string]bool{}
	for _, pick := range r.PostForm["pick"] {
		picked[pick] = true
	}
	for i := range p.Groups {
		for j := range p.Groups[i].Rows {
			p.Groups[i].Rows[j].Picked = picked[p.Groups[i].Rows[j].Pick]
		}
	}
	return p, nil
}

// readTogether is what is to be done to each signal chosen, and that in words.
func (s *Server) readTogether(r *request) (list []store.Alteration, what string, err error) {
	if err := r.ParseForm(); err != nil {
		return nil, "", fault.Wrap(fault.Invalid, err, "the form can't be read")
	}
	picks := r.PostForm["pick"]
	switch {
	case len(picks) == 0:
		return nil, "", fault.New(fault.Invalid, "choose the signals first: tick the box of each")
	case len(picks) > togetherMost:
		return nil, "", fault.New(fault.Invalid, "%d signals were chosen; at most %d are changed at once", len(picks), togetherMost)
	}
	if to := r.field("assign"); to != "" && to != nobody {
		if _, err := s.readAssigned(r, ""); err != nil {
			return nil, "", err
		}
	}
	because := r.field("because")
	what, needs := s.togetherWords(r)
	switch {
	case what == "":
		return nil, "", fault.New(fault.Invalid, "nothing was chosen to be done to them")
	case needs && because == "":
		return nil, "", fault.New(fault.Invalid, "an outcome or a severity needs a because")
	}
	if because != "" {
		what += ", because: " + because
	}
	for _, pick := range picks {
		ref, text, _ := strings.Cut(pick, "@")
		version, err := strconv.Atoi(text)
		if err != nil || version < 1 {
			return nil, "", fault.New(fault.Invalid, "the form lacks the version of a signal; open the page again")
		}
		h, err := s.store.Signal(r.Context(), r.scope, ref)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, "", err
		}
		list = append(list, store.Alteration{Ref: ref, Version: version, Changes: togetherChanges(r, &h, because)})
	}
	return list, what, nil
}

// togetherWords is what is to be done, in words, and whether it needs a because.
func (s *Server) togetherWords(r *request) (what string, needs bool) {
	var parts []string
	if to := r.field("assign"); to == nobody {
		parts = append(parts, "given back")
	} else if to != "" {
		parts = append(parts, "given to somebody")
	}
	if o := signal.Outcome(r.field("outcome")); o != "" {
		parts, needs = append(parts, "outcome "+strings.ToLower(o.Words())), true
	}
	if theme := r.field("theme"); theme != "" {
		parts = append(parts, "theme "+s.Desk.Taxonomies.Get("theme").NameOf(theme))
	}
	if n, err := strconv.Atoi(r.field("severity")); err == nil && n > 0 && n <= int(signal.Gravest) {
		parts, needs = append(parts, "severity "+strings.ToLower(signal.Severity(n).Words())), true
	}
	if event := r.field("event"); event != "" {
		parts = append(parts, "about the event "+event)
	}
	return strings.Join(parts, "; "), needs
}

// togetherChanges is the same for one signal: only what isn't so already.
func togetherChanges(r *request, h *store.HeldSignal, because string) (changes []signal.Change) {
	t := &h.Triage
	if to := r.field("assign"); to != "" {
		if to == nobody {
			to = ""
		}
		if to != t.Assigned {
			changes = append(changes, signal.Assigned{To: to})
		}
	}
	if theme := r.field("theme"); theme != "" && theme != h.MainTheme() && !h.Veiled() {
		codes := t.Codes
		codes.Themes = []string{theme}
		changes = append(changes, signal.Coded{Codes: codes, Because: because})
	}
	if n, err := strconv.Atoi(r.field("severity")); err == nil && n > 0 && n <= int(signal.Gravest) && signal.Severity(n) != h.Level() {
		g := t.Grading
		g.Seriousness = signal.Severity(n)
		changes = append(changes, signal.Graded{Grading: g, Because: because})
	}
	if event := signal.EventID(r.field("event")); event != "" && event != t.Event {
		changes = append(changes, signal.AboutEvent{Event: event})
	}
	if o := signal.Outcome(r.field("outcome")); o != "" && o != t.Outcome {
		changes = append(changes, signal.OutcomeSet{Outcome: o, Because: because})
	}
	return changes
}

func togetherPath(id string) string { return string(placeSignals) + "/together/" + url.PathEscape(id) }

// togetherShow says which signals were changed, and which not and why.
func (s *Server) togetherShow(r *request) (answer, error) { return s.newTogetherPage(r) }

func (s *Server) newTogetherPage(r *request) (*togetherPage, error) {
	h, err := s.store.Together(r.Context(), r.scope, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	p := &togetherPage{
		base: base{Title: "Changed together", Place: placeSignals, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Signals", Href: r.link(string(placeSignals))}}}},
		ID:   h.ID, What: sentence(h.What),
		Lead: count(len(h.Done), "signal was", "signals were") + " changed, " + momentOf(h.At) + ".",
	}
	for _, d := range h.Done {
		p.DoneRefs = append(p.DoneRefs, component.Link{Text: d.Ref, Href: r.link(signalPath(d.Ref))})
	}
	if len(h.Failed) > 0 {
		p.Lead += " " + count(len(h.Failed), "was", "were") + " left as they stood."
		p.Failed = component.Table{Caption: "Left as they stood", Dense: true, Columns: []component.Column{{Heading: "Signal"}, {Heading: "Why"}}}
		for _, f := range h.Failed {
			p.Failed.Rows = append(p.Failed.Rows, []component.Cell{{Body: f.Ref, Href: r.link(signalPath(f.Ref))}, {Body: sentence(f.Why)}})
		}
	}
	if h.UndoneBy != "" {
		p.UndoneBy = component.Link{Text: "It was undone", Href: r.link(togetherPath(h.UndoneBy))}
	} else if len(h.Done) > 0 && r.changes(access.TriageSignal) {
		p.Because = &component.Input{Field: component.Field{Name: "because", Label: component.Label{Text: "Undo all of it because"}, Hint: "Each signal gets new entries; nothing is removed. What was done to them since stays."}}
	}
	if h.Undoes != "" {
		p.Undoes = component.Link{Text: "What it undid", Href: r.link(togetherPath(h.Undoes))}
	}
	return p, nil
}

// togetherUndo takes a change of many back.
func (s *Server) togetherUndo(r *request) (answer, error) {
	done, err := s.Desk.UndoTogether(r.Context(), r.scope, r.PathValue("id"), r.field("because"))
	if err == nil {
		return redirect{togetherPath(done.ID)}, nil
	}
	if !fault.Is(err, fault.Invalid) {
		return nil, err
	}
	p, failed := s.newTogetherPage(r)
	if failed != nil {
		return nil, failed
	}
	p.wrong("because", sentence(messageOf(err)))
	if p.Because != nil {
		p.Because.Value, p.Because.Error = r.field("because"), p.wrongAt("because")
	}
	return p, nil
}

// latelyShown is how many changes of many the inbox leads to.
const latelyShown = 3

// togetherLately leads to the newest changes of many.
func (s *Server) togetherLately(r *request) (links []component.Link, err error) {
	list, err := s.store.TogetherLately(r.Context(), r.scope, latelyShown)
	for _, h := range list {
		links = append(links, component.Link{Text: count(len(h.Done), "signal", "signals") + ", " + momentOf(h.At), Href: r.link(togetherPath(h.ID))})
	}
	return links, err
}
