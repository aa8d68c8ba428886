package web

import (
	"context"
	"net/mail"
	"strings"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/web/component"
)

// firstPage makes the first account: an administrator at one commissioner.
type firstPage struct {
	base
	Token    string
	Tenant   component.Input
	Called   component.Input
	Name     component.Input
	Login    component.Input
	Password component.Input
	Again    component.Input
}

func (*firstPage) template() string { return "first" }

func newFirstPage(r *request) *firstPage {
	p := &firstPage{base: base{Title: "Begin with Candour"}, Token: r.PathValue("token")}
	field := func(name, label string, hint component.Content, width int) component.Input {
		return component.Input{Field: component.Field{Name: name, Label: component.Label{Text: label}, Hint: hint}, Value: r.field(name), Width: width}
	}
	p.Tenant = field("tenant", "ODS code of your commissioner", "For instance QHL. Its providers come with the register of organisations.", 10)
	p.Called = field("called", "Name of your commissioner", "Not needed where a file of organisations that was loaded names it.", 0)
	p.Name = field("name", "Your name", nil, 30)
	p.Login = field("login", "Your e-mail address", "You sign in with it.", 30)
	p.Name.Autocomplete, p.Login.Autocomplete, p.Login.Spellcheck = "name", "username", "false"
	_, p.Password, p.Again = passwordInputs("")
	return p
}

func (s *Server) firstForm(r *request) (answer, error) {
	if err := s.nobodyYet(r.Context()); err != nil {
		return nil, err
	}
	return newFirstPage(r), nil
}

// nobodyYet refuses once there is an account.
func (s *Server) nobodyYet(ctx context.Context) error {
	held, err := s.store.HasAccounts(ctx)
	if err == nil && held {
		err = fault.New(fault.Refused, "the first account was made already; sign in, or ask an administrator for an account")
	}
	return err
}

// firstMake spends the link, records the commissioner and the account, and signs in.
func (s *Server) firstMake(r *request) (answer, error) {
	if err := s.nobodyYet(r.Context()); err != nil {
		return nil, err
	}
	p := newFirstPage(r)
	tenant := p.check(r)
	if _, err := s.store.Organisation(r.Context(), access.Everything(access.Operator(firstAdministrator)), tenant); tenant != "" && r.field("called") == "" {
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if err != nil {
			p.wrong("called", "No file that was loaded names "+string(tenant)+": enter what it is called")
			p.Called.Error = p.wrongAt("called")
		}
	}
	if len(p.Errors) > 0 {
		return p, nil
	}
	account, err := s.store.UseLink(r.Context(), p.Token)
	if err != nil {
		return nil, err
	}
	if account != firstAdministrator {
		return nil, fault.New(fault.Refused, "this link was made for something else")
	}
	made, err := s.makeFirst(r, tenant)
	if err != nil {
		return nil, err
	}
	viewer, err := s.store.Viewer(r.Context(), made)
	if err != nil {
		return nil, err
	}
	if err := s.begin(r, viewer); err != nil {
		return nil, err
	}
	return redirect{"/"}, nil
}

// check validates the form and gives the commissioner's code.
func (p *firstPage) check(r *request) org.Code {
	tenant, err := org.ParseCode(r.field("tenant"))
	if err != nil {
		p.wrong("tenant", "Enter an ODS code of 3 or more letters and digits")
	}
	if r.field("name") == "" {
		p.wrong("name", "Enter your name")
	}
	if !isAddress(r.field("login")) {
		p.wrong("login", "Enter an e-mail address such as name@example.nhs.uk")
	}
	if wrong := passwordWrong(r.PostFormValue("password"), r.PostFormValue("again"), r.field("login")); wrong != "" {
		p.wrong("password", wrong)
	}
	for name, input := range map[string]*component.Input{"tenant": &p.Tenant, "name": &p.Name, "login": &p.Login, "password": &p.Password} {
		input.Error = p.wrongAt(name)
	}
	return tenant
}

// isAddress reports whether text is an e-mail address alone.
func isAddress(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text && len(text) <= 254
}

// makeFirst records commissioner and account. The actor is the account itself:
// nobody else is there yet.
func (s *Server) makeFirst(r *request, tenant org.Code) (access.AccountID, error) {
	encoded, err := s.hashPassword(r.PostFormValue("password"))
	if err != nil {
		return "", err
	}
	id, err := newAccountID(s.Random)
	if err != nil {
		return "", err
	}
	sc := access.Everything(access.Operator(id))
	if err := ensureCommissioner(r.Context(), s.store, sc, tenant, r.field("called")); err != nil {
		return "", err
	}
	err = s.store.SetAccount(r.Context(), sc, record.Account{
		ID: id, Login: strings.ToLower(r.field("login")), Name: r.field("name"),
		Memberships: []access.Membership{{Tenant: tenant, Role: access.Administrator}},
	})
	if err != nil {
		return "", err
	}
	return id, s.store.SetPassword(r.Context(), id, encoded)
}
