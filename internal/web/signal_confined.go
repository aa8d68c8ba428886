package web

import (
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/signal/form"
	"candour/internal/store"
	"candour/internal/web/component"
)

// confinedBox says on the page of a signal under strict access or embargo who may see
// it, who has, and lets a reader name others.
type confinedBox struct {
	Words   string
	Lines   []string // who was shown it, the newest first
	Readers *component.Checkboxes
	Because component.Input
}

// readingsShown is how many showings of a confined signal its page lists.
const readingsShown = 20

// answering reports whether an account judges quality at the request's commissioner.
func (r *request) answering(memberships []access.Membership) bool {
	return slices.ContainsFunc(memberships, func(m access.Membership) bool { return m.Tenant == r.tenant && slices.Contains(answeringRoles, m.Role) })
}

// confined records that a confined signal is shown, and says who may see it and who
// has seen it; nil for any other signal.
func (s *Server) confined(r *request, h *store.HeldSignal) (*confinedBox, error) {
	if !h.Confined(calendar.DateOf(r.moment)) {
		return nil, nil
	}
	if err := s.store.ReadConfined(r.Context(), r.scope, h); err != nil {
		return nil, err
	}
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	box := &confinedBox{Because: component.Input{Field: component.Field{Name: "readers_why", Label: component.Label{Text: "Because"}}}}
	names := map[string]string{}
	choices := component.Checkboxes{Group: component.Group{Name: "reader", Legend: &component.Legend{Text: "Who may see it", Size: "s"}, Hint: "You stay among them. Who is taken off the list no longer finds it."}, Small: true}
	for _, a := range accounts {
		names[string(a.ID)] = a.Name
		if !a.Closed && r.answering(a.Memberships) {
			choices.Choices = append(choices.Choices, component.Choice{Value: string(a.ID), Text: a.Name + ", " + membershipsInWords(a.Memberships)})
		}
		if h.Names(string(a.ID)) {
			choices.Values = append(choices.Values, string(a.ID))
		}
	}
	var readers []string
	for _, id := range h.Readers {
		readers = append(readers, named(names, id))
	}
	box.Words = "Under embargo until " + day(h.Embargo.Begins()) + ": until then it shows"
	if h.Kind.Strict() {
		box.Words = "Strict access: it shows"
	}
	box.Words += " to " + inWords(readers) + ", and to nobody else. Each time that it is opened is recorded."
	list, n, err := s.store.Readings(r.Context(), r.scope, h, readingsShown)
	for _, x := range list {
		box.Lines = append(box.Lines, momentOf(x.At)+", shown to "+named(names, string(x.Account)))
	}
	if n > len(list) {
		box.Lines = append(box.Lines, "and "+count(n-len(list), "time", "times")+" before")
	}
	if r.changes(access.TriageSignal) && h.Names(string(r.viewer.Account)) {
		box.Readers = &choices
	}
	return box, err
}

// named is the name behind an account, else the account.
func named(names map[string]string, id string) string {
	if names[id] != "" {
		return names[id]
	}
	return id
}

// inWords is a list in a sentence.
func inWords(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// readReaders is who is named by the form of a confined signal: those who judge quality
// here, and always whoever names them.
func (s *Server) readReaders(r *request, h *store.HeldSignal) ([]signal.Change, error) {
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	chosen := signal.Signal{Kind: signal.KindSafeguarding}
	readers := []string{string(r.viewer.Account)}
	for _, id := range r.PostForm["reader"] {
		known := slices.ContainsFunc(accounts, func(a record.Account) bool { return string(a.ID) == id && !a.Closed && r.answering(a.Memberships) })
		if !known && !h.Names(id) {
			return nil, fault.New(fault.Invalid, "choose among those who judge quality here")
		}
		readers = append(readers, id)
	}
	chosen.Confine(0, readers...)
	if slices.Equal(chosen.Readers, h.Readers) {
		return nil, nil
	}
	return []signal.Change{signal.ReadersNamed{Readers: chosen.Readers, Because: r.field("readers_why")}}, nil
}

// readersAsked is the question of a form who may see what it records, or open what it
// seals; empty where it does neither.
func readersAsked(f *form.Form) (legend, hint string) {
	switch {
	case f.Kind.Strict():
		return "Who may see it, beside you?", "Only these people, and you who record it, will see that it is here. They can open what is sealed. Each reading is recorded and shown."
	case f.NamesReaders():
		return "Under embargo, who may see it beside you?", "Only where a day of embargo stands above. Each reading until that day is recorded and shown."
	case f.Kind == signal.KindStaffConcern:
		return "Who may open what is sealed?", "Only these people, and you who record it, can open it. Tell the person who they are before you send it. Each reading is recorded and shown."
	case f.Seals():
		return "Who may open what is sealed?", "Only these people can open what is sealed; each reading is recorded and shown."
	}
	return "", ""
}
