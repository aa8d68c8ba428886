package web

import (
	"slices"
	"strconv"

	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// readVersion is the version of the signal from which a form was made.
func readVersion(r *request) (int, error) {
	version, err := strconv.Atoi(r.field("version"))
	if err != nil {
		return 0, fault.New(fault.Invalid, "the form lacks the version of the signal; open the page again")
	}
	return version, nil
}

// readChanges is the changes that a form asks for.
func (s *Server) readChanges(r *request, h *store.HeldSignal) ([]signal.Change, error) {
	switch r.field("do") {
	case "triage":
		return readTriage(r, h, signal.Outcome(r.field("outcome")))
	case "ask":
		return readTriage(r, h, signal.OutcomeQuestion)
	case "pass":
		return readTriage(r, h, signal.OutcomeReferred)
	case "suggested":
		return s.readSuggested(r, h)
	case "link":
		return []signal.Change{signal.Linked{Link: signal.Link{Kind: signal.LinkKind(r.field("link")), To: r.field("link_to")}}}, nil
	case "place":
		return s.readPlace(r, h)
	case "assign":
		return s.readAssigned(r, h.Triage.Assigned)
	case "answer":
		return []signal.Change{signal.Answered{Message: r.field("message")}}, nil
	case "join":
		return s.readJoin(r, h)
	case "move":
		on, err := calendar.ParseDate(r.field("on"))
		if err != nil {
			return nil, err
		}
		return []signal.Change{signal.Moved{Event: r.field("move"), On: on, Because: r.field("why")}}, nil
	case "readers":
		return s.readReaders(r, h)
	case "withdraw":
		return []signal.Change{signal.Withdrawn{Because: r.field("why")}}, nil
	case "undo":
		return readUndone(r)
	}
	return nil, fault.New(fault.Invalid, "the form does not say what it is for")
}

// readUndone is the taking back of one event of the history.
func readUndone(r *request) ([]signal.Change, error) {
	n, err := strconv.Atoi(r.field("number"))
	if err != nil {
		return nil, fault.New(fault.Invalid, "choose which event is to be undone")
	}
	return []signal.Change{signal.Undone{Number: n, Because: r.field("why")}}, nil
}

// readTriage is the grading, codes and outcome that differ from what holds, and
// the words for whoever raised it.
func readTriage(r *request, h *store.HeldSignal, outcome signal.Outcome) (changes []signal.Change, err error) {
	level := func(name string) int {
		n, e := strconv.Atoi(r.field(name))
		if e != nil && r.field(name) != "" {
			err = fault.New(fault.Invalid, "the %s is not one of the list", name)
		}
		return n
	}
	because := r.field("because")
	severity := level("severity")
	g := signal.Grading{Reliability: level("reliability"), Credibility: level("credibility"), Seriousness: h.Triage.Grading.Seriousness}
	if severity < 0 || severity > int(signal.Gravest) {
		return nil, fault.New(fault.Invalid, "the severity is not one of the list")
	}
	if severity != int(h.Level()) {
		g.Seriousness = signal.Severity(severity)
	}
	if g != h.Triage.Grading {
		changes = append(changes, signal.Graded{Grading: g, Because: because})
	}
	codes := h.Triage.Codes
	if theme := r.field("theme"); theme != "" && theme != h.MainTheme() {
		codes.Themes = []string{theme}
	}
	if category := r.field("hcat"); category != "" {
		codes.HCAT = []signal.HCATCode{{Category: category, Severity: level("hcat_severity")}}
	}
	if codes.Domain = r.field("domain"); codes.Domain != h.Triage.Codes.Domain || !slices.Equal(codes.Themes, h.Triage.Codes.Themes) || !slices.Equal(codes.HCAT, h.Triage.Codes.HCAT) {
		changes = append(changes, signal.Coded{Codes: codes, Because: because})
	}
	if outcome != "" && outcome != h.Triage.Outcome {
		changes = append(changes, signal.OutcomeSet{Outcome: outcome, Because: because})
	}
	if message := r.field("message"); message != "" {
		changes = append(changes, signal.Answered{Message: message})
	}
	return changes, err
}

// readAssigned is to whom the signal is given: somebody who deals with signals here.
func (s *Server) readAssigned(r *request, now string) ([]signal.Change, error) {
	var f signalForms
	if err := s.assignees(r, &f, ""); err != nil {
		return nil, err
	}
	to := r.field("assign")
	if to == now {
		return nil, nil
	}
	if !slices.ContainsFunc(f.Assign.Options, func(o component.Option) bool { return o.Value == to }) {
		return nil, fault.New(fault.Invalid, "choose one of those who deal with signals here")
	}
	return []signal.Change{signal.Assigned{To: to}}, nil
}
