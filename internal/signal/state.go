package signal

import (
	"slices"
	"strings"

	"candour/internal/fault"
)

// State is where a signal of its kind stands.
type State string

// Transition is one row of the table of states: an event that may happen in the
// state From and leads to To. From and To may be equal: the event is recorded and
// may start or stop a clock, and the state stays.
type Transition struct {
	From  State
	Event string // in the words of definitions/clocks
	To    State
}

// machine is the states of one kind: the first state, and the moves.
type machine struct {
	first State
	moves []Transition
}

// listening is the machine of the kinds that are read, answered and closed.
var listening = []Transition{
	{"received", "taken in hand", "in_hand"},
	{"received", "reporter answered", "answered"},
	{"in_hand", "reporter answered", "answered"},
	{"in_hand", "reply sent", "answered"},
	{"received", "reply sent", "answered"},
	{"answered", "reporter says not resolved", "in_hand"},
	{"received", "closed", "closed"},
	{"in_hand", "closed", "closed"},
	{"answered", "closed", "closed"},
	{"closed", "reopened", "in_hand"},
}

// visiting is the machine of visits and the 15 Steps.
var visiting = []Transition{
	{"planned", "visit ended", "done"},
	{"planned", "immediate concern found", "planned"},
	{"planned", "letter of immediate concerns sent", "planned"},
	{"planned", "cancelled", "cancelled"},
	{"done", "immediate concern found", "done"},
	{"done", "verbal feedback given", "done"},
	{"done", "letter of immediate concerns sent", "done"},
	{"done", "report sent", "reported"},
	{"reported", "letter of immediate concerns sent", "reported"},
	{"reported", "factual check received", "checked"},
	{"reported", "final report sent", "final"},
	{"checked", "letter of immediate concerns sent", "checked"},
	{"checked", "final report sent", "final"},
	{"final", "letter of immediate concerns sent", "final"},
	{"final", "action plan received", "action_plan"},
	{"action_plan", "letter of immediate concerns sent", "action_plan"},
	{"action_plan", "closed", "closed"},
	{"final", "closed", "closed"},
	{"done", "closed", "closed"},
}

// machines is the one table of states: pages, checks, the
// drawing in docs/formats/signals.md and the tests all come from it.
var machines = map[Kind]machine{
	KindComplaint: {"received", []Transition{
		{"received", "acknowledged", "acknowledged"},
		{"received", "not covered", "not_covered"},              // R-CMP-8
		{"acknowledged", "not covered", "not_covered"},          // R-CMP-8
		{"received", "resolved to satisfaction", "closed"},      // R-CMP-8, oral, by the end of the next working day
		{"received", "sent to provider", "with_provider"},       // R-CMP-3(b), needs consent
		{"acknowledged", "sent to provider", "with_provider"},   // R-CMP-3(b), needs consent
		{"acknowledged", "investigation started", "in_inquiry"}, // R-CMP-3(c)
		{"with_provider", "investigation started", "in_inquiry"},
		{"with_provider", "acknowledged", "with_provider"},
		{"acknowledged", "responded", "responded"}, // R-CMP-6
		{"with_provider", "responded", "responded"},
		{"in_inquiry", "responded", "responded"},
		{"responded", "closed", "closed"},
		{"responded", "reopened", "in_inquiry"},
		{"closed", "reopened", "in_inquiry"},
		{"responded", "referred to Ombudsman", "ombudsman"},
		{"closed", "referred to Ombudsman", "ombudsman"},
		{"ombudsman", "Ombudsman decided", "closed"},
		{"received", "withdrawn", "withdrawn"},
		{"acknowledged", "withdrawn", "withdrawn"},
		{"with_provider", "withdrawn", "withdrawn"},
		{"in_inquiry", "withdrawn", "withdrawn"},
	}},
	KindIncident: {"reported", []Transition{
		{"reported", "reviewed", "reviewed"},
		{"reported", "safety check shared", "reported"}, // MOSS: within 8 working days
		{"reviewed", "safety check shared", "reviewed"},
		{"reviewed", "learning response chosen", "in_response"},
		{"in_response", "learning response finished", "learned"},
		{"reviewed", "closed", "closed"},
		{"learned", "closed", "closed"},
		{"reported", "closed", "closed"},
		{"closed", "reopened", "reviewed"},
	}},
	KindNeverEvent: {"reported", []Transition{
		{"reported", "confirmed", "confirmed"},
		{"reported", "found not to be a Never Event", "rejected"},
		{"confirmed", "found not to be a Never Event", "rejected"}, // counts are provisional (6.2)
		{"confirmed", "learning response finished", "learned"},
		{"learned", "closed", "closed"},
	}},
	KindSeriousIncident: {"identified", []Transition{ // Serious Incident Framework 2015
		{"identified", "reported", "reported"},
		{"reported", "initial review received", "under_review"},
		{"reported", "investigation started", "investigation"},
		{"under_review", "investigation started", "investigation"},
		{"investigation", "initial review received", "investigation"}, // late, but still to be had
		{"investigation", "independent investigation commissioned", "investigation"},
		{"investigation", "report submitted", "report_submitted"},
		{"report_submitted", "commissioner review started", "commissioner_review"},
		{"commissioner_review", "further information asked", "further_information"},
		{"further_information", "report submitted", "report_submitted"},
		{"commissioner_review", "closed", "closed"},
		{"report_submitted", "closed", "closed"},
		{"identified", "de-logged", "de_logged"},
		{"reported", "de-logged", "de_logged"},
		{"under_review", "de-logged", "de_logged"},
		{"investigation", "de-logged", "de_logged"},
		{"report_submitted", "de-logged", "de_logged"},
		{"commissioner_review", "de-logged", "de_logged"},
		{"closed", "reopened", "commissioner_review"},
	}},
	KindLearningResponse: {"planned", []Transition{
		{"planned", "started", "started"},
		{"started", "finished", "finished"},
		{"started", "stopped", "stopped"},
		{"planned", "stopped", "stopped"},
		{"finished", "safety actions reviewed", "reviewed"}, // R-PSI-4
		{"reviewed", "closed", "closed"},
	}},
	KindCandour: {"open", []Transition{ // Regulation 20: told, supported, written to, told the results; or not to be reached
		{"open", "told in person", "told"},
		{"open", "cannot be contacted or declined", "unreachable"},
		{"told", "cannot be contacted or declined", "unreachable"},
		{"told", "written follow-up sent", "written"},
		{"written", "report agreed", "written"},
		{"written", "cannot be contacted or declined", "unreachable"},
		{"told", "report agreed", "told"},
		{"written", "results given in writing", "closed"},
		{"unreachable", "told in person", "told"},
	}},
	KindClinicianConcern: {"received", listening},
	KindStaffConcern: {"received", append(slices.Clone(listening),
		Transition{"received", "protections explained", "received"},
		Transition{"received", "passed to guardian or regulator", "passed"},
		Transition{"in_hand", "passed to guardian or regulator", "passed"},
		Transition{"passed", "closed", "closed"},
	)},
	KindSafeguarding: {"referred", []Transition{ // referral, then outcome
		{"referred", "person made safe", "referred"},
		{"referred", "accepted for enquiry or review", "in_enquiry"},
		{"referred", "not accepted", "not_accepted"},
		{"referred", "outcome received", "decided"},
		{"in_enquiry", "person made safe", "in_enquiry"},
		{"in_enquiry", "outcome received", "decided"},
		{"not_accepted", "person made safe", "not_accepted"},
		{"decided", "person made safe", "decided"},
		{"decided", "learning followed up", "decided"},
		{"decided", "closed", "closed"},
		{"not_accepted", "closed", "closed"},
		{"closed", "reopened", "in_enquiry"},
	}},
	KindMessage:        {"received", listening},
	KindHealthwatch:    {"received", listening},
	KindMPLetter:       {"received", listening},
	KindMedia:          {"received", listening},
	KindPatientComment: {"received", listening},
	KindTraineeSurvey:  {"received", listening},
	KindCoronerReport:  {"received", listening},
	KindPraise:         {"received", listening},
	KindRegulatorAction: {"received", append(slices.Clone(listening),
		Transition{"received", "safety check shared", "received"}, // MOSS: within 8 working days
		Transition{"in_hand", "safety check shared", "in_hand"},
	)},
	KindVisit:        {"planned", visiting},
	KindFifteenSteps: {"planned", visiting},
}

// FirstState is the state of a signal of the kind when it is received.
func (k Kind) FirstState() State { return machines[k].first }

// Transitions is the kind's part of the table.
func (k Kind) Transitions() []Transition { return slices.Clone(machines[k].moves) }

// Events is what may happen to a signal of the kind in the state.
func (k Kind) Events(state State) []string {
	var events []string
	for _, m := range machines[k].moves {
		if m.From == state {
			events = append(events, m.Event)
		}
	}
	return events
}

// Next is the state to which event leads from state, or why it can't happen.
func (k Kind) Next(state State, event string) (State, error) {
	for _, m := range machines[k].moves {
		if m.From == state && m.Event == event {
			return m.To, nil
		}
	}
	return state, fault.New(fault.Conflict, "%q can't happen to this %s while it is %q, expected one of: %s",
		event, strings.ToLower(k.Words()), state, strings.Join(k.Events(state), ", "))
}

// Closed reports whether nothing more is expected of a signal of the kind in the state.
func (k Kind) Closed(state State) bool {
	switch state {
	case "closed", "withdrawn", "not_covered", "de_logged", "rejected", "stopped", "cancelled":
		return true
	}
	return len(k.Events(state)) == 0
}
