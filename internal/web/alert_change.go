package web

import (
	"cmp"
	"slices"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/fault"
)

// alertChange does what one of the forms asks.
func (s *Server) alertChange(r *request) (answer, error) {
	ref := alert.Ref(r.PathValue("ref"))
	if _, err := s.store.Alert(r.Context(), r.scope, ref); err != nil {
		return nil, err
	}
	version, err := readVersion(r)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the form lacks the version of the alert; open the page again")
	}
	step := alert.Step{Ref: ref, Number: version + 1, Role: r.signingRole(access.HandleAlert)}
	field, err := s.readStep(r, &step)
	if err == nil {
		err = s.store.StepAlerts(r.Context(), r.scope, step)
	}
	if err == nil {
		return redirect{alertPath(ref)}, nil
	}
	if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) {
		return nil, err
	}
	p, failed := s.newAlertPage(r, ref)
	if failed != nil {
		return nil, failed
	}
	p.Status = fault.Status(err)
	if fault.Is(err, fault.Conflict) {
		p.conflict(r)
		return p, nil
	}
	if field == "outcome" && r.field("because") == "" { // both are asked for at once
		p.wrong("because", "Say because of what you close it so.")
	}
	p.keep(r, field, sentence(messageOf(err)))
	return p, nil
}

// readStep reads the step that a form asks for, and the field beside which a
// refusal belongs.
func (s *Server) readStep(r *request, step *alert.Step) (field string, err error) {
	switch r.field("do") {
	case "acknowledge":
		step.Act = alert.Acknowledge
		return "acknowledge", nil
	case "assign":
		step.Act, step.To = alert.Assign, access.AccountID(r.field("to"))
		return "to", s.mayOwn(r, step.To)
	case "close":
		step.Act, step.Outcome, step.Because = alert.Close, concern.Outcome(r.field("outcome")), r.field("because")
		if !slices.Contains(alert.Outcomes, step.Outcome) {
			return "outcome", fault.New(fault.Invalid, "choose what the alert turned out to be")
		}
		return "because", nil
	case "return":
		step.Act, step.Because = alert.Return, r.field("why")
	case "reopen":
		step.Act, step.Because = alert.Reopen, r.field("why")
	case "lower":
		step.Act, step.Because = alert.Lower, r.field("why")
	default:
		return "why", fault.New(fault.Invalid, "the form does not say what it is for")
	}
	return "why", nil
}

// mayOwn refuses an owner who could do nothing with the alert.
func (s *Server) mayOwn(r *request, id access.AccountID) error {
	if id == "" {
		return nil // the rules say what is missing
	}
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		who := access.Viewer{Account: a.ID, Memberships: a.Memberships}
		if a.ID == id && !a.Closed && access.Allows(who, r.tenant, access.HandleAlert, access.Resource{Tenant: r.tenant}) {
			return nil
		}
	}
	return fault.New(fault.Invalid, "choose somebody of the list: only quality leads and clinical reviewers deal with alerts")
}

// conflict shows what was done meanwhile, and keeps what was typed:
// in its field where the form still fits, beside the message in any case.
func (p *alertPage) conflict(r *request) {
	text := "This alert has been changed since you opened it, by somebody else or by you in another window. What was done stands below; nothing of yours has been recorded."
	if typed := cmp.Or(r.field("because"), r.field("why")); typed != "" {
		text += " You had written: “" + typed + "”"
	}
	p.keep(r, "history", text)
}

// keep shows what is wrong, with what was typed.
func (p *alertPage) keep(r *request, field, message string) {
	p.wrong(field, message)
	f := p.Forms
	f.Outcome.Value, f.Because.Value, f.Undo.Value = r.field("outcome"), r.field("because"), r.field("why")
	if to := r.field("to"); to != "" {
		f.Assign.Value = to
	}
	f.Outcome.Error, f.Because.Error, f.Undo.Error, f.Assign.Error = p.wrongAt("outcome"), p.wrongAt("because"), p.wrongAt("why"), p.wrongAt("to")
}
