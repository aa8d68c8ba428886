package web

import (
	"strings"

	"candour/internal/fault"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// twoProviders is the box by which somebody says that two signals are one item though
// they name two providers.
const twoProviders = "two_providers"

// meant is the value of that box: the other signal with the provider that it named when
// the box was shown, so that a later correction of either asks again.
func meant(other *store.HeldSignal) string {
	return other.Reference + " " + string(other.Place.Provider)
}

// readJoin is which item the signal is a copy of, and which event it is about.
func (s *Server) readJoin(r *request, h *store.HeldSignal) (changes []signal.Change, err error) {
	of := signal.MarkedDuplicate{}
	if ref := strings.ToUpper(r.field("duplicate")); ref != "" {
		other, err := s.store.Signal(r.Context(), r.scope, ref)
		if fault.Is(err, fault.NotFound) {
			return nil, fault.New(fault.Invalid, "there is no signal %q here", cut(ref))
		}
		if err != nil {
			return nil, err
		}
		of.Of = other.ID
		if of.Of != h.Triage.DuplicateOf && signal.NamesAnother(&h.Signal, &other.Signal) {
			if r.field(twoProviders) != meant(&other) {
				return nil, s.twoProvidersError(r, h, &other)
			}
			of.Across = other.Place.Provider
		}
	}
	if of.Of != h.Triage.DuplicateOf {
		changes = append(changes, of)
	}
	if event := signal.EventID(r.field("event")); event != h.Triage.Event {
		changes = append(changes, signal.AboutEvent{Event: event})
	}
	return changes, nil
}

// twoProvidersError says whom the two signals name, and what to do.
func (s *Server) twoProvidersError(r *request, h, other *store.HeldSignal) error {
	names, err := s.orgNames(r)
	if err != nil {
		return err
	}
	return fault.New(fault.Invalid, "%s is about %s, and this one about %s. If they are the same item all the same, such as of a transfer, tick the box and merge again; otherwise correct the reference",
		other.Reference, names(other.Place.Provider), names(h.Place.Provider))
}

// askTwoProviders puts the box into the form to join signals where what was typed names
// a signal of another provider, ticked if it was. Only a form that came back wrong has it.
func (s *Server) askTwoProviders(r *request, h *store.HeldSignal, f *signalForms) error {
	ref := strings.ToUpper(r.field("duplicate"))
	if r.field("do") != "join" || ref == "" {
		return nil
	}
	other, err := s.store.Signal(r.Context(), r.scope, ref)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if other.ID == h.Triage.DuplicateOf || !signal.NamesAnother(&h.Signal, &other.Signal) {
		return nil
	}
	names, err := s.orgNames(r)
	f.TwoProviders = component.Checkboxes{
		Group: component.Group{Name: twoProviders}, Small: true, Values: r.PostForm[twoProviders],
		Choices: []component.Choice{{Value: meant(&other), Text: "One item, two providers: " + names(h.Place.Provider) + " here, " + names(other.Place.Provider) + " in " + other.Reference}},
	}
	return err
}
