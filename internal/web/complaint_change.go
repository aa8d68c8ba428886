package web

import (
	"errors"
	"slices"
	"strconv"

	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/signal"
	"candour/internal/store"
)

// complaintChange does what one of the complaint's forms asks. Each is a ledger
// entry that a later one can undo.
func (s *Server) complaintChange(r *request) (answer, error) {
	ref := r.PathValue("ref")
	h, err := s.store.Signal(r.Context(), r.scope, ref)
	if err != nil {
		return nil, err
	}
	if h.Complaint == nil {
		return nil, fault.New(fault.NotFound, "%s is no complaint", h.Reference)
	}
	version, err := readVersion(r)
	if err != nil {
		return nil, err
	}
	changes, err := s.readComplaint(r, &h)
	if err == nil {
		_, err = s.Desk.Change(r.Context(), r.scope, ref, version, changes...)
	}
	if err == nil {
		return redirect{complaintPath(ref)}, nil
	}
	var fields signal.FieldErrors
	if !errors.As(err, &fields) && !fault.Is(err, fault.Invalid) {
		return nil, err
	}
	p, failed := s.newComplaintPage(r, ref)
	if failed != nil {
		return nil, failed
	}
	if len(fields) == 0 {
		p.wrong(firstField[r.field("do")], sentence(messageOf(err)))
	}
	for _, f := range fields {
		p.wrong(f.Field, sentence("expected "+f.Expected)+" "+f.Advice)
	}
	p.mark(r)
	return p, nil
}

// firstField is where an error of a form stands that names no field.
var firstField = map[string]string{"step-in": "reason", "date": "to", "consent": "state", "undo": "number", "reply": "reply"}

// readComplaint is the changes that a form asks for.
func (s *Server) readComplaint(r *request, h *store.HeldSignal) ([]signal.Change, error) {
	switch r.field("do") {
	case "step-in":
		return s.readStepIn(r, h)
	case "reply":
		i, err := strconv.Atoi(r.field("index"))
		if err != nil {
			return nil, fault.New(fault.Invalid, "the form does not say which step it answers; open the page again")
		}
		on, err := dayIn(r, "replied_on")
		if err != nil {
			return nil, err
		}
		if r.field("reply") != "" && on.IsZero() {
			return nil, signal.FieldErrors{{Field: "replied_on", Expected: "the day of the reply", Advice: "Enter the date."}}
		}
		if on > calendar.DateOf(r.moment) {
			return nil, signal.FieldErrors{{Field: "replied_on", Expected: "a day up to today", Advice: "Correct the date."}}
		}
		return []signal.Change{signal.StepInReplied{Index: i, Reply: r.field("reply"), RepliedOn: on, Result: r.field("result")}}, nil
	case "date":
		to, err := dayIn(r, "to")
		if err != nil {
			return nil, err
		}
		return s.readAgreed(r, h, to)
	case "consent":
		on, err := dayIn(r, "state_on")
		return []signal.Change{signal.ConsentSet{Consent: signal.ConsentState(r.field("state")), On: on}}, err
	case "undo":
		return readUndone(r)
	}
	return nil, fault.New(fault.Invalid, "the form does not say what it is for")
}

// dayIn reads a day typed into a field; the error stands beside it.
func dayIn(r *request, name string) (calendar.Date, error) {
	day, err := calendar.ParseDate(r.field(name))
	if err != nil {
		return 0, signal.FieldErrors{{Field: name, Found: r.field(name), Expected: "a date", Advice: "Choose the day, or write it as year-month-day like 2026-11-20."}}
	}
	return day, nil
}

// readAgreed is the agreed date, tried on the clock before it is recorded: a change
// needs its reason (R-CMP-5).
func (s *Server) readAgreed(r *request, h *store.HeldSignal, to calendar.Date) ([]signal.Change, error) {
	change := signal.DateAgreed{Rule: "complaint-response", To: to, Because: r.field("agreed_because")}
	tried := h.Signal
	if err := tried.Apply(signal.Event{Number: tried.Triage.Version + 1, At: r.moment, By: string(r.viewer.Account), Change: change}); err != nil {
		return nil, err
	}
	if _, problems := tried.Clocks(s.Desk.Rulebook); len(problems) > 0 {
		return nil, fault.New(fault.Invalid, "%s", messageOf(problems[len(problems)-1]))
	}
	return []signal.Change{change}, nil
}

// readStepIn is the intervention, after what the complainant answered where that is
// not recorded yet. Nothing is given back unless all of it is valid.
func (s *Server) readStepIn(r *request, h *store.HeldSignal) ([]signal.Change, error) {
	in := signal.StepIn{
		Reason: r.field("reason"), Consent: signal.ConsentState(r.field("consent")), DecidedBy: r.field("decided_by"),
		Step: signal.StepInStep(r.field("step")), Asked: r.field("asked"),
	}
	for _, g := range r.PostForm["grounds"] {
		in.Grounds = append(in.Grounds, signal.Ground(g))
	}
	var wrong signal.FieldErrors
	for _, x := range []struct {
		name string
		day  *calendar.Date
	}{{"asked_on", &in.AskedOn}, {"consent_on", &in.ConsentOn}} {
		var err error
		if *x.day, err = dayIn(r, x.name); err != nil {
			var fields signal.FieldErrors
			if !errors.As(err, &fields) {
				return nil, err
			}
			wrong = append(wrong, fields...)
		}
	}
	for _, f := range in.Validate(s.Desk.Taxonomies, calendar.DateOf(r.moment)) {
		unread := slices.ContainsFunc(wrong, func(w signal.FieldError) bool { return w.Field == f.Field })
		if !unread { // a day that can't be read is told once, not as missing too
			wrong = append(wrong, f)
		}
	}
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	var changes []signal.Change
	if h.Complaint.Consent != in.Consent || h.Complaint.ConsentOn != in.ConsentOn {
		changes = append(changes, signal.ConsentSet{Consent: signal.ConsentAsked, On: in.AskedOn}, signal.ConsentSet{Consent: in.Consent, On: in.ConsentOn})
	}
	return append(changes, signal.SteppedIn{StepIn: in}), nil
}

// mark puts each error beside its field.
func (p *complaintPage) mark(r *request) {
	f := p.Forms
	if f == nil {
		return
	}
	f.Grounds.Error, f.Reason.Error, f.Consent.Error, f.AskedOn.Error, f.ConsentOn.Error = p.wrongAt("grounds"), p.wrongAt("reason"), p.wrongAt("consent"), p.wrongAt("asked_on"), p.wrongAt("consent_on")
	f.DecidedBy.Error, f.Step.Error, f.Asked.Error = p.wrongAt("decided_by"), p.wrongAt("step"), p.wrongAt("asked")
	f.AgreedTo.Error, f.State.Error, f.Undo.Error, f.StateOn.Error = p.wrongAt("to"), p.wrongAt("state"), p.wrongAt("number"), p.wrongAt("state_on")
	for i := range p.StepIns {
		row := &p.StepIns[i]
		if n := strconv.Itoa(i); r.field("do") == "reply" && r.field("index") == n {
			row.Reply.Error, row.On.Error = p.wrongAt("reply"), p.wrongAt("replied_on")
			for j := range p.Errors {
				p.Errors[j].Href += "-" + n // each intervention has fields of its own
			}
		}
	}
}
