package web

import (
	"slices"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// becameOf is one concern and what became of it.
type becameOf struct {
	Ref      string
	Where    string
	Title    string
	When     string
	Became   []string
	Readings []string // who opened the sealed number, and why
	Ask      bool     // "not resolved" can be said
	New      bool     // something is told that the viewer hasn't been shown
	Version  int

	key store.SignalKey
}

// concernsPage is a practice's own concerns.
type concernsPage struct {
	base
	Lead   string
	Pages  *component.Pagination // nil where one page holds all
	News   string                // how many have news; empty is none
	Became []becameOf
	Raise  bool
}

func (*concernsPage) template() string { return "concerns" }

// sentPage is the receipt.
type sentPage struct {
	base
	Ref    string
	Facts  component.Facts
	Answer string
}

func (*sentPage) template() string { return "concern-sent" }

// ownConcerns is how many concerns one page shows.
const ownConcerns = 20

func (s *Server) concerns(r *request) (answer, error) {
	p := &concernsPage{base: base{Title: "What became of your concerns"}, Raise: r.may(access.RaiseConcern)}
	filter := ownConcern
	n, err := s.store.CountSignals(r.Context(), r.scope, filter)
	if err != nil {
		return nil, err
	}
	filter.Limit = ownConcerns
	after := r.query("after")
	if after != "" {
		h, err := s.store.Signal(r.Context(), r.scope, after)
		if err != nil {
			return nil, err
		}
		filter.After = store.SignalKey{At: h.Received, Ref: after}
	}
	if p.Became, err = s.becameOf(r, filter); err != nil {
		return nil, err
	}
	p.News = newsWords(p.Became)
	p.Lead = "You and your practice have raised none yet."
	if n > 0 {
		p.Lead = count(n, "concern", "concerns") + ", newest first. You can say when an answer doesn’t resolve one."
	}
	more := false
	if len(p.Became) == ownConcerns { // there may be earlier ones
		filter.After, filter.Limit = p.Became[ownConcerns-1].key, 1
		rest, err := s.store.Signals(r.Context(), r.scope, filter)
		if err != nil {
			return nil, err
		}
		more = len(rest) > 0
	}
	if more || after != "" {
		p.Pages = &component.Pagination{Label: "Concerns"}
		if after != "" {
			p.Pages.Previous = component.Turn{Href: concernsPath, Text: "Newest"}
		}
		if more {
			p.Pages.Next = component.Turn{Href: r.here("after", p.Became[ownConcerns-1].Ref), Text: "Earlier"}
		}
	}
	return p, nil
}

// ownConcern chooses the concerns of the viewer and of the viewer's practices.
var ownConcern = store.SignalFilter{Own: true, Newest: true, Kind: signal.KindClinicianConcern}

// concernsBecame puts the newest three beside the form.
func (s *Server) concernsBecame(r *request, p *concernPage) (err error) {
	newest := ownConcern
	newest.Limit = 3
	p.Became, err = s.becameOf(r, newest)
	p.All = len(p.Became) > 0
	return err
}

// becameOf tells of the viewer's own concerns, newest first, what became of each.
func (s *Server) becameOf(r *request, filter store.SignalFilter) ([]becameOf, error) {
	list, err := s.store.SignalsHeld(r.Context(), r.scope, filter)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	seen, err := s.store.SeenNames(r.Context(), r.scope, "concern/")
	if err != nil {
		return nil, err
	}
	var out []becameOf
	for i := range list {
		h := &list[i]
		b := becameOf{Ref: h.Reference, Where: names(h.Place.Provider), Title: h.Title, When: day(h.Received), Became: becameWords(h, r.moment), Version: h.Triage.Version, key: store.SignalKey{At: h.Received, Ref: h.Reference}}
		told := "concern/" + h.Reference + "/" + h.Told()
		b.New = h.News() && !seen[told]
		r.shown(told)
		b.Ask = h.BecameOf() && !h.Triage.Unresolved() && h.Triage.Withdrawn == "" && r.may(access.SeeOwnConcerns)
		if len(h.Sealed) > 0 {
			if b.Readings, err = s.readingsOf(r, h.Reference); err != nil {
				return nil, err
			}
		}
		out = append(out, b)
	}
	return out, nil
}

// newsWords says how many concerns tell something that the viewer hasn't been shown.
func newsWords(list []becameOf) string {
	n := 0
	for i := range list {
		if list[i].New {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return count(n, "concern has news since you last looked.", "concerns have news since you last looked.")
}

// becameWords is what became of a concern, in sentences.
func becameWords(h *store.HeldSignal, moment time.Time) (out []string) {
	t := &h.Triage
	if t.Withdrawn != "" {
		return []string{"Withdrawn: " + sentence(t.Withdrawn)}
	}
	if t.Outcome != "" {
		out = append(out, t.Outcome.Words()+" on "+day(t.OutcomeAt)+".")
	}
	for _, a := range t.Answers {
		switch {
		case a.NotResolved:
			out = append(out, day(a.At)+", from you: not resolved. "+a.Message)
		case a.FromThem:
			out = append(out, day(a.At)+", from you: "+a.Message)
		default:
			out = append(out, "Answered "+day(a.At)+": "+a.Message)
		}
	}
	if len(t.Answers) == 0 || t.Unresolved() {
		switch {
		case h.Kind.Closed(t.State) && !t.Unresolved():
			out = append(out, "Closed without an answer to you. If it isn’t resolved, say so: that opens it again.")
		case h.Due.IsZero() && t.Unresolved():
			out = append(out, "Not answered since.")
		case h.Due.IsZero():
			out = append(out, "Not answered yet.")
		case !h.Due.After(moment):
			out = append(out, "Not answered yet. The next step was due by "+lastMoment(h.Due)+" and is late.")
		default:
			out = append(out, "Next step due by "+lastMoment(h.Due)+".")
		}
	}
	return out
}

// readingsOf is a line for each reading of what was sealed with a signal.
func (s *Server) readingsOf(r *request, ref string) (out []string, err error) {
	parts, err := s.store.SealedParts(r.Context(), r.scope, ref)
	for _, part := range parts {
		for _, a := range part.Acts {
			what := "Sealed text was read"
			if a.Erased {
				what = "The key of sealed text was destroyed"
			}
			out = append(out, what+" "+momentOf(a.At)+", because: "+sentence(a.Because))
		}
	}
	return out, err
}

// orgNames gives the names of the organisations that the scope may see; others
// are called by their code.
func (s *Server) orgNames(r *request) (func(org.Code) string, error) {
	orgs, err := s.organisations(r)
	names := make(map[org.Code]string, len(orgs))
	for i := range orgs {
		names[orgs[i].Code] = orgs[i].Name
	}
	return func(c org.Code) string {
		if names[c] != "" {
			return names[c]
		}
		return string(c)
	}, err
}

func (s *Server) concernSent(r *request) (answer, error) {
	h, err := s.store.Signal(r.Context(), r.scope, r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	p := &sentPage{base: base{Title: "We have it"}, Ref: h.Reference, Answer: "not set"}
	clocks, _ := h.Clocks(s.Desk.Rulebook)
	for _, c := range clocks {
		if c.Rule == "clinician-concern-answer" {
			_, due := c.DueAt(r.moment)
			p.Answer = lastMoment(due)
		}
	}
	p.Facts = component.Facts{Items: []component.Fact{
		{Label: "Reference", Value: h.Reference},
		{Label: "About", Value: names(h.Place.Provider)},
		{Label: "Received", Value: momentOf(h.Received)},
		{Label: "Memory entry", Value: number(h.Position)},
	}}
	return p, nil
}

// notResolved is the word of whoever raised a concern that the answer does not
// resolve it.
func (s *Server) notResolved(r *request) (answer, error) {
	ref := r.PathValue("ref")
	version, err := readVersion(r)
	if err != nil {
		return nil, err
	}
	h, err := s.store.Signal(r.Context(), r.scope, ref)
	if err != nil {
		return nil, err
	}
	own := h.RaisedBy == r.viewer.Account || slices.Contains(r.viewer.PracticesAt(r.tenant), h.Source.Organisation)
	if !own {
		return nil, fault.New(fault.Refused, "only whoever raised a concern can say that it is not resolved")
	}
	if _, err := s.Desk.Change(r.Context(), r.scope, ref, version, signal.NotResolved{Message: r.field("message")}); err != nil {
		return nil, err
	}
	return redirect{concernsPath}, nil
}
