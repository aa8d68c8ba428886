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
}

// concernsPage is a practice's own concerns.
type concernsPage struct {
	base
	Lead   string
	News   string // how many have news; empty is none
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
const ownConcerns = 50

func (s *Server) concerns(r *request) (answer, error) {
	p := &concernsPage{base: base{Title: "What became of your concerns"}, Raise: r.may(access.RaiseConcern)}
	var err error
	p.Became, err = s.becameOf(r, ownConcerns)
	n := len(p.Became)
	p.News = newsWords(p.Became)
	p.Lead = "You and your practice have raised none yet."
	if n > 0 {
		p.Lead = count(n, "concern", "concerns") + ", newest first. You can say when an answer doesn’t resolve one."
	}
	return p, err
}

// concernsBecame puts the newest three beside the form.
func (s *Server) concernsBecame(r *request, p *concernPage) (err error) {
	p.Became, err = s.becameOf(r, 3)
	p.All = len(p.Became) > 0
	return err
}

// becameOf tells of the viewer's own concerns, newest first, what became of each.
func (s *Server) becameOf(r *request, limit int) ([]becameOf, error) {
	lines, err := s.store.Signals(r.Context(), r.scope, store.SignalFilter{Own: true, Newest: true, Kind: signal.KindClinicianConcern, Limit: limit})
	if err != nil || len(lines) == 0 {
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
	for _, l := range lines {
		h, err := s.store.Signal(r.Context(), r.scope, l.Ref)
		if err != nil {
			return nil, err
		}
		b := becameOf{Ref: l.Ref, Where: names(l.Provider), Title: l.Title, When: day(l.Received), Became: becameWords(&h, r.moment), Version: l.Version}
		told := "concern/" + l.Ref + "/" + h.Told()
		b.New = h.News() && !seen[told]
		r.shown(told)
		b.Ask = h.BecameOf() && !h.Triage.Unresolved() && h.Triage.Withdrawn == "" && r.may(access.SeeOwnConcerns)
		if b.Readings, err = s.readingsOf(r, l.Ref); err != nil {
			return nil, err
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
	orgs, err := s.store.Organisations(r.Context(), r.scope)
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
