package web

import (
	"slices"

	"candour/internal/mail"
	"candour/internal/record"
	"candour/internal/web/component"
)

// MailStatus is what sends e-mail; the zero value is that nothing does.
type MailStatus struct {
	Server string // host of the mail server
	From   string // address that messages come from
}

// On reports whether e-mail is sent.
func (m MailStatus) On() bool { return m.Server != "" }

// mailForm is what somebody gets by e-mail.
type mailForm struct {
	Address string
	Off     bool // no mail server is set up
	Kinds   component.Checkboxes
	None    bool // nothing that the person may see is sent by e-mail
}

var mailHints = map[record.MailKind]string{
	record.MailConcern: "When a concern that you raised gets an outcome, an answer or another state.",
	record.MailAlert:   "When nobody opened an alert in the days that are set, and it goes up to a role that you hold.",
	record.MailClocks:  "On working days at 7:00, when a clock is overdue or due soon, or the six months of a complaint end soon.",
	record.MailWeekly:  "On Mondays at 7:00: what changed on the watch list, alerts, clocks, late and restated data. Under five minutes to read.",
}

// newMailForm shows what the viewer gets, of what they may be sent anywhere.
func (s *Server) newMailForm(r *request) (f mailForm, err error) {
	choice, chosen, err := s.store.MailChoice(r.Context(), r.viewer.Account)
	if err != nil {
		return f, err
	}
	if f.Address, err = s.store.MailAddress(r.Context(), r.viewer.Account); err != nil {
		return f, err
	}
	f.Off = !s.Mail.On()
	f.Kinds = component.Checkboxes{Group: component.Group{Name: "mail", Legend: &component.Legend{Text: "What you get by e-mail"}}}
	for _, kind := range record.MailKinds {
		may, gets := false, false
		for _, tenant := range r.viewer.Tenants() {
			may = may || mail.May(r.viewer, tenant, kind)
			gets = gets || mail.Wants(r.viewer, tenant, kind, choice, chosen)
		}
		if !may {
			continue
		}
		f.Kinds.Choices = append(f.Kinds.Choices, component.Choice{Value: string(kind), Text: kind.Words(), Hint: mailHints[kind]})
		if gets {
			f.Kinds.Values = append(f.Kinds.Values, string(kind))
		}
	}
	f.None = len(f.Kinds.Choices) == 0
	return f, nil
}

// weeklyWords is what the digest's page says of having it by e-mail.
func (s *Server) weeklyWords(r *request) (string, error) {
	if r.scope.Past() || !mail.May(r.viewer, r.tenant, record.MailWeekly) {
		return "", nil
	}
	choice, chosen, err := s.store.MailChoice(r.Context(), r.viewer.Account)
	if err != nil {
		return "", err
	}
	if s.Mail.On() && mail.Wants(r.viewer, r.tenant, record.MailWeekly, choice, chosen) {
		return "You have this by e-mail every Monday", nil
	}
	return "Have this by e-mail every Monday", nil
}

// mailChange records what somebody wants by e-mail. A kind that they may not be
// sent at present keeps its choice, so that a role given later finds it.
func (s *Server) mailChange(r *request) (answer, error) {
	f, err := s.newMailForm(r)
	if err != nil {
		return nil, err
	}
	if err := r.ParseForm(); err != nil {
		return nil, err
	}
	var kinds []record.MailKind
	for _, kind := range record.MailKinds {
		offered := slices.ContainsFunc(f.Kinds.Choices, func(c component.Choice) bool { return c.Value == string(kind) })
		if offered && slices.Contains(r.PostForm["mail"], string(kind)) {
			kinds = append(kinds, kind)
		}
	}
	if err := s.store.SetMailChoice(r.Context(), r.scope, kinds); err != nil {
		return nil, err
	}
	return redirect{"/account?mail=1#e-mail"}, nil
}
