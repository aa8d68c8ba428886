package signal

import (
	"slices"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/org"
)

// Received begins a signal. Its content was validated at the edge; a receipt is
// never undone, only withdrawn.
type Received struct {
	Signal Signal `json:"signal"`
}

func (c Received) apply(s *Signal, _ Event) error {
	received := c.Signal
	if !received.Kind.Known() || received.ID == "" || received.Received.IsZero() {
		return fault.New(fault.Invalid, "a received signal needs an id, a known kind and the instant of receipt")
	}
	if received.Triage.Version != 0 || received.Triage.State != "" {
		return fault.New(fault.Invalid, "a received signal has no triage yet")
	}
	received.Triage = Triage{State: received.Kind.FirstState()}
	*s = received
	return nil
}

// Amended replaces what was received by a corrected version; the earlier one stays
// in the history (Francis 176: corrections are versioned). Kind, id, receipt and
// consent can't be corrected this way.
type Amended struct {
	Signal  Signal `json:"signal"`
	Because string `json:"because"`
}

func (c Amended) apply(s *Signal, _ Event) error {
	amended := c.Signal
	if amended.ID != s.ID || amended.Kind != s.Kind || !amended.Received.Equal(s.Received) {
		return fault.New(fault.Invalid, "an amendment keeps the id, the kind and the instant of receipt")
	}
	if strings.TrimSpace(c.Because) == "" {
		return fault.New(fault.Invalid, "an amendment needs a reason")
	}
	amended.Triage = s.Triage
	if amended.Complaint != nil && s.Complaint != nil { // consent is changed by ConsentSet only
		complaint := *amended.Complaint
		complaint.Consent, complaint.ConsentOn = s.Complaint.Consent, s.Complaint.ConsentOn
		amended.Complaint = &complaint
	}
	*s = amended
	return nil
}

// Sorted gives the signal another kind, with the fields of that kind: a message
// turns out to be a complaint, a complaint to be praise (Francis 109: classify
// later). Receipt and everything recorded stay, so that clocks
// run from the day of receipt; the states begin anew.
type Sorted struct {
	Signal  Signal `json:"signal"`
	Because string `json:"because"`
}

func (c Sorted) apply(s *Signal, _ Event) error {
	sorted := c.Signal
	row, known := sorted.Kind.row()
	switch {
	case sorted.ID != s.ID || !sorted.Received.Equal(s.Received) || sorted.Kind == s.Kind:
		return fault.New(fault.Invalid, "sorting keeps the id and the instant of receipt and gives another kind")
	case !known || !row.detail(&sorted) || sorted.detailsSet() != 1:
		return fault.New(fault.Invalid, "sorting needs the fields of the new kind and of no other")
	case strings.TrimSpace(c.Because) == "":
		return fault.New(fault.Invalid, "sorting needs a because")
	}
	sorted.Triage = s.Triage
	sorted.Triage.State = sorted.Kind.FirstState()
	*s = sorted
	return nil
}

// Assigned gives the signal to a person or team; empty takes it back.
type Assigned struct {
	To string `json:"to"`
}

func (c Assigned) apply(s *Signal, _ Event) error {
	s.Triage.Assigned = c.To
	return nil
}

// Coded sets the team's codes.
type Coded struct {
	Codes     Codes  `json:"codes"`
	Suggested bool   `json:"suggested,omitempty"` // a person accepted the classifier's suggestion
	Because   string `json:"because,omitempty"`
}

func (c Coded) apply(s *Signal, _ Event) error {
	if s.Veiled() && len(c.Codes.Themes) == 0 {
		c.Codes.Themes = s.Triage.Codes.Themes // whoever codes was not shown them
	}
	s.Triage.Codes = c.Codes
	return nil
}

// Graded sets reliability, credibility and seriousness (R-SOFT-1).
type Graded struct {
	Grading Grading `json:"grading"`
	Because string  `json:"because"`
}

func (c Graded) apply(s *Signal, _ Event) error {
	g := c.Grading
	if g.Reliability < 0 || g.Reliability > 4 || g.Credibility < 0 || g.Credibility > 4 || g.Seriousness > Gravest {
		return fault.New(fault.Invalid, "reliability and credibility are 0 to 4, seriousness one of the four levels") // R-SOFT-1
	}
	if strings.TrimSpace(c.Because) == "" {
		return fault.New(fault.Invalid, "a grading needs a because")
	}
	s.Triage.Grading = g
	return nil
}

// AboutEvent says which event the signal is about: items about one event count
// once (R-SOFT-3). The empty event takes the link away.
type AboutEvent struct {
	Event EventID `json:"event"`
}

func (c AboutEvent) apply(s *Signal, e Event) error {
	s.Triage.Event = c.Event
	s.Triage.tied(e.At)
	return nil
}

// MarkedDuplicate says that the same item was received before (R-SOFT-3). The empty
// id takes the mark away.
type MarkedDuplicate struct {
	Of ID `json:"of"`
	// Across is the provider that the other item names, where it names another than this
	// one does: whoever marks it has been told, and says that both are one item, as of a
	// transfer. Empty is the same provider, or an item that names none.
	Across org.Code `json:"across,omitempty"`
}

// Fits reports why s can't be the same item as other, which c names: one that was
// withdrawn counts for nothing, two that are each other's copies would both count for
// nothing, and of two providers each loses a signal unless somebody means it.
func (c MarkedDuplicate) Fits(s, other *Signal) error {
	switch {
	case other.Triage.Withdrawn != "":
		return fault.New(fault.Invalid, "%s was withdrawn and counts for nothing; take the one that stays", other.Reference)
	case other.Triage.DuplicateOf == s.ID:
		return fault.New(fault.Invalid, "%s is marked as the same item as this one already", other.Reference)
	case NamesAnother(s, other) && c.Across != other.Place.Provider:
		return fault.New(fault.Invalid, "%s names another provider (%s) than this one (%s); say that they are one item all the same, or correct the reference", other.Reference, other.Place.Provider, s.Place.Provider)
	}
	return nil
}

// NamesAnother reports whether two signals name different providers.
func NamesAnother(s, other *Signal) bool {
	return s.Place.Provider != "" && other.Place.Provider != "" && s.Place.Provider != other.Place.Provider
}

func (c MarkedDuplicate) apply(s *Signal, e Event) error {
	if c.Of == s.ID {
		return fault.New(fault.Invalid, "a signal is no duplicate of itself")
	}
	s.Triage.DuplicateOf = c.Of
	s.Triage.tied(e.At)
	return nil
}

// Linked joins the signal to something else.
type Linked struct {
	Link Link `json:"link"`
}

func (c Linked) apply(s *Signal, _ Event) error {
	switch c.Link.Kind {
	case LinkSignal, LinkIncident, LinkCase, LinkConcern, LinkPHSO, LinkLegal, LinkSafety:
	default:
		return fault.New(fault.Invalid, "unknown kind of link %q", c.Link.Kind)
	}
	if c.Link.To == "" || slices.Contains(s.Triage.Links, c.Link) {
		return fault.New(fault.Conflict, "the link is empty or there already")
	}
	s.Triage.Links = append(s.Triage.Links, c.Link)
	return nil
}

// Unlinked takes a link away.
type Unlinked struct {
	Link Link `json:"link"`
}

func (c Unlinked) apply(s *Signal, _ Event) error {
	i := slices.Index(s.Triage.Links, c.Link)
	if i < 0 {
		return fault.New(fault.Conflict, "there is no such link")
	}
	s.Triage.Links = slices.Concat(s.Triage.Links[:i], s.Triage.Links[i+1:])
	return nil
}

// OutcomeSet ends the triage (R-SOFT-2).
type OutcomeSet struct {
	Outcome Outcome `json:"outcome"`
	Because string  `json:"because"`
}

func (c OutcomeSet) apply(s *Signal, e Event) error {
	if c.Outcome.Words() == "" {
		return fault.New(fault.Invalid, "unknown outcome %q, expected one of noted, watch, question_to_provider, linked, escalated, referred, not_ours", c.Outcome)
	}
	if strings.TrimSpace(c.Because) == "" {
		return fault.New(fault.Invalid, "an outcome needs a because")
	}
	s.Triage.Outcome, s.Triage.OutcomeAt, s.Triage.Because = c.Outcome, e.At, c.Because
	s.happened("outcome set", e.At)
	return nil
}

// Moved is something that happened to the signal in the words of its states. On is
// the day when only the day is known; otherwise At is the instant. Neither means
// the instant of recording.
type Moved struct {
	Event   string        `json:"event"`
	On      calendar.Date `json:"on,omitzero"`
	At      time.Time     `json:"at,omitzero"`
	Because string        `json:"because,omitempty"`
}

func (c Moved) apply(s *Signal, e Event) error {
	next, err := s.Kind.Next(s.Triage.State, c.Event)
	if err != nil {
		return err
	}
	if err := s.guard(c); err != nil {
		return err
	}
	when := e.At
	switch {
	case !c.At.IsZero():
		when = c.At
	case !c.On.IsZero():
		when = c.On.Begins()
	}
	if when.After(e.At) {
		return fault.New(fault.Invalid, "%q lies in the future, expected an instant up to now", c.Event)
	}
	s.Triage.State = next
	s.happened(c.Event, when)
	return nil
}

// guard is what must hold for a move beside the state.
func (s *Signal) guard(c Moved) error {
	switch {
	case c.Event == "sent to provider" && !s.Complaint.Consent.MayShare():
		return fault.New(fault.Invalid, "the complainant has not agreed that details go to the provider") // R-CMP-3
	case c.Event == "not covered" && strings.TrimSpace(c.Because) == "":
		return fault.New(fault.Invalid, "a complaint that is not covered needs the ground why the regulations do not cover it")
	case c.Event == "resolved to satisfaction" && !s.Complaint.Oral:
		return fault.New(fault.Invalid, "only an oral complaint can be resolved outside the regulations") // R-CMP-8
	case c.Event == "de-logged" && strings.TrimSpace(c.Because) == "":
		return fault.New(fault.Invalid, "a serious incident is de-logged with the commissioner's reason")
	case c.Event == "closed" && s.SeriousIncident != nil && len(s.SeriousIncident.ClosureMissing()) > 0 && strings.TrimSpace(c.Because) == "":
		return fault.New(fault.Invalid, "the closure checklist is incomplete (%s); close with a reason or ask for further information", strings.Join(s.SeriousIncident.ClosureMissing(), ", "))
	case c.Event == "outcome received" && s.Safeguarding != nil && s.Safeguarding.Outcome == "":
		return fault.New(fault.Invalid, "the outcome itself is lacking; complete the signal with it first, by “Complete or correct”")
	case c.Event == "not accepted" && strings.TrimSpace(c.Because) == "":
		return fault.New(fault.Invalid, "a referral that is not accepted needs the body's reason")
	case c.Event == "cannot be contacted or declined" && strings.TrimSpace(c.Because) == "":
		return fault.New(fault.Invalid, "a written record of the attempts is needed (Regulation 20, stage X)")
	}
	return nil
}

// ConsentSet records what the complainant agreed to (R-CMP-3).
type ConsentSet struct {
	Consent ConsentState  `json:"consent"`
	On      calendar.Date `json:"on"`
}

// consentEvents are the happenings by which consent starts and stops clocks.
var consentEvents = map[ConsentState]string{
	ConsentAsked: "consent asked", ConsentToShare: "consent given", ConsentToHandle: "consent given",
	ConsentRefused: "consent refused", ConsentWithdrawn: "consent withdrawn",
}

func (c ConsentSet) apply(s *Signal, e Event) error {
	event, known := consentEvents[c.Consent]
	if s.Complaint == nil || !known || c.On.IsZero() || c.On > calendar.DateOf(e.At) {
		return fault.New(fault.Invalid, "consent is asked, given, refused or withdrawn for a complaint, on a day up to today") // R-CMP-3
	}
	s.Complaint.Consent, s.Complaint.ConsentOn = c.Consent, c.On
	s.happened(event, c.On.Begins())
	return nil
}

// Withdrawn says that the signal was filed in error or taken back. It stays, is
// shown as withdrawn, and doesn't count.
type Withdrawn struct {
	Because string `json:"because"`
}

func (c Withdrawn) apply(s *Signal, e Event) error {
	if strings.TrimSpace(c.Because) == "" {
		return fault.New(fault.Invalid, "a withdrawal needs a because")
	}
	s.Triage.Withdrawn = c.Because
	s.happened("withdrawn", e.At)
	return nil
}

// Undone takes back the event of the number; both stay in the history. Only Fold
// can do that: applied alone it does nothing.
type Undone struct {
	Number  int    `json:"number"`
	Because string `json:"because"`
}

func (c Undone) apply(*Signal, Event) error {
	if strings.TrimSpace(c.Because) == "" {
		return fault.New(fault.Invalid, "an undoing needs a because")
	}
	return nil
}

// happened records what may start or stop a clock.
func (s *Signal) happened(event string, at time.Time) {
	s.Triage.Happenings = append(s.Triage.Happenings, Happening{event, at})
}
