package web

import (
	"net/http"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/web/component"
)

// accountPage is somebody's own account: what they may do where, and their password.
type accountPage struct {
	base
	Name        string
	New         bool // has no password yet
	Memberships component.Table
	Several     bool // may choose among commissioners
	Current     component.Input
	Password    component.Input
	Again       component.Input
	Mail        mailForm
}

func (*accountPage) template() string { return "account" }

func (s *Server) ownAccount(r *request) (answer, error) {
	p, err := s.newAccountPage(r)
	if err == nil && r.query("changed") != "" {
		p.Done = "Your password is changed. Sessions on other computers are ended."
	}
	if err == nil && r.query("mail") != "" {
		p.Done = "What you get by e-mail is recorded."
	}
	return p, err
}

func (s *Server) newAccountPage(r *request) (*accountPage, error) {
	encoded, err := s.store.Password(r.Context(), r.viewer.Account)
	if err != nil {
		return nil, err
	}
	p := &accountPage{base: base{Title: "Your account"}, Name: r.viewer.Name, New: encoded == "", Several: len(r.viewer.Tenants()) > 1}
	p.Memberships = component.Table{
		Caption: "What you are", Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "Commissioner"}, {Heading: "Role"}, {Heading: "For"}},
	}
	for _, m := range r.viewer.Memberships {
		whom := "the commissioner itself"
		switch {
		case m.Practice != "":
			whom = "practice " + string(m.Practice)
		case m.Agreement != "":
			whom = "service agreement " + m.Agreement
		}
		p.Memberships.Rows = append(p.Memberships.Rows, []component.Cell{{Body: r.names[m.Tenant]}, {Body: m.Role.Words()}, {Body: whom}})
	}
	p.Current, p.Password, p.Again = passwordInputs("current-password")
	p.Mail, err = s.newMailForm(r)
	return p, err
}

// passwordInputs are the fields of a change of password.
func passwordInputs(current string) (now, next, again component.Input) {
	field := func(name, label, complete string, hint component.Content) component.Input {
		return component.Input{
			Field: component.Field{Name: name, Label: component.Label{Text: label}, Hint: hint}, Type: "password", Autocomplete: complete, Width: 30,
		}
	}
	return field("current", "Present password", current, nil),
		field("password", "New password", "new-password", "At least 12 characters; three words do."),
		field("again", "New password once more", "new-password", nil)
}

// passwordChange sets the password. Setting it ends every session of the account,
// so this browser is given a new one.
func (s *Server) passwordChange(r *request) (answer, error) {
	p, err := s.newAccountPage(r)
	if err != nil {
		return nil, err
	}
	password := r.PostFormValue("password")
	if !p.New {
		key := "name:account " + string(r.viewer.Account)
		if err := s.throttled(r, key, key); err != nil {
			return nil, err
		}
		encoded, err := s.store.Password(r.Context(), r.viewer.Account)
		if err != nil {
			return nil, err
		}
		same, err := s.samePassword(encoded, r.PostFormValue("current"))
		if err != nil {
			return nil, err
		}
		if !same {
			if err := s.store.Throttle(r.Context(), key); err != nil {
				return nil, err
			}
			p.wrong("current", "Your present password is another")
		}
	}
	if wrong := passwordWrong(password, r.PostFormValue("again"), ""); wrong != "" {
		p.wrong("password", wrong)
	}
	if len(p.Errors) > 0 {
		p.Current.Error, p.Password.Error = p.wrongAt("current"), p.wrongAt("password")
		return p, nil
	}
	encoded, err := s.hashPassword(password)
	if err != nil {
		return nil, err
	}
	if err := s.store.SetPassword(r.Context(), r.viewer.Account, encoded); err != nil {
		return nil, err
	}
	r.session = "" // ended with the others
	token, err := s.store.SignIn(r.Context(), r.viewer.Account, r.tenant, sessionLives)
	if err != nil {
		return nil, err
	}
	http.SetCookie(r.writer, s.cookie(token, int(sessionLives.Seconds())))
	return redirect{"/account?changed=1"}, nil
}

// tenantPage chooses the commissioner whose pages are shown.
type tenantPage struct {
	base
	Choice component.Radios
	Next   string
}

func (*tenantPage) template() string { return "commissioner" }

func (s *Server) tenantForm(r *request) (answer, error) {
	p := &tenantPage{base: base{Title: "Whose data do you want to see?"}, Next: localPath(r.query("next"))}
	p.Choice = component.Radios{
		Group: component.Group{Name: "tenant", Legend: &component.Legend{Text: "Commissioner"}},
		Value: string(r.tenant),
	}
	for _, code := range r.viewer.Tenants() {
		p.Choice.Choices = append(p.Choice.Choices, component.Choice{Value: string(code), Text: r.names[code], Hint: rolesAt(r.viewer, code)})
	}
	return p, nil
}

func rolesAt(v access.Viewer, code org.Code) string {
	var words []string
	for _, role := range v.RolesAt(code) {
		words = append(words, role.Words())
	}
	return list(words)
}

func (s *Server) tenantChoose(r *request) (answer, error) {
	tenant := org.Code(r.field("tenant"))
	if len(r.viewer.RolesAt(tenant)) == 0 {
		return nil, fault.New(fault.Refused, "choose one of the commissioners at which you hold a role")
	}
	if err := s.store.ChooseTenant(r.Context(), r.session, tenant); err != nil {
		return nil, err
	}
	return redirect{localPath(r.field("next"))}, nil
}
