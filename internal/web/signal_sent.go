package web

import (
	"candour/internal/calendar"
	"candour/internal/web/component"
)

// signalSentPath shows the receipt of what was sent by a form.
const signalSentPath = "/signals/sent/"

// receiptPage is the receipt: the signal is durable, under this reference, at this
// place of the memory.
type receiptPage struct {
	base
	Ref    string
	Facts  component.Facts
	Due    []string // what is due by when
	GoOn   string   // a visit that is not ended yet
	Visit  string   // its page
	Signal string   // where it is triaged; "" where the viewer doesn't
	Again  string
	Kept   string // name under which a draft was kept on the device
}

func (*receiptPage) template() string { return "signal-sent" }

func (s *Server) signalSent(r *request) (answer, error) {
	h, err := s.store.Signal(r.Context(), r.scope, r.PathValue("ref"))
	if err != nil {
		return nil, err
	}
	names, err := s.orgNames(r)
	if err != nil {
		return nil, err
	}
	p := &receiptPage{base: base{Title: "We have it"}, Ref: h.Reference, Again: signalNewPath}
	for _, f := range [][2]string{
		{"Reference", h.Reference}, {"Kind", h.Kind.Words()}, {"About", names(h.Place.Provider)}, {"Received", momentOf(h.Received)}, {"Memory entry", number(h.Position)},
	} {
		p.Facts.Items = append(p.Facts.Items, component.Fact{Label: f[0], Value: f[1]})
	}
	clocks, _ := h.Clocks(s.Desk.Rulebook) // those that can't be made are told on the signal's page
	for _, c := range clocks {
		if _, due := c.DueAt(r.moment); c.Stopped.IsZero() && c.Sense != calendar.Opens {
			p.Due = append(p.Due, c.Name+": by "+lastMoment(due)+".")
		}
	}
	if s.offers(r, string(placeSignals)) {
		p.Signal = signalPath(h.Reference)
	}
	if h.Visit != nil {
		p.Visit = visitsPath + "/" + h.Reference
		if r.mayGoOn(&h) && h.Visit.Ended.IsZero() {
			p.GoOn = p.Visit + "/more"
		}
	}
	return p, nil
}
