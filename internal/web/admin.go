package web

import (
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/web/component"
)

// adminPath is the first page of administration.
const adminPath = "/administration"

// adminPage lists the accounts of a commissioner and makes new ones.
type adminPage struct {
	base
	Lead     string
	Accounts component.Region
	Form     accountForm
}

func (*adminPage) template() string { return "administration" }

// accountForm is the person and the roles of an account.
type accountForm struct {
	Name      component.Input
	Login     component.Input
	Roles     component.Checkboxes
	Practice  component.Input
	Agreement component.Select
}

func (s *Server) admin(r *request) (answer, error) { return s.newAdminPage(r) }

func (s *Server) newAdminPage(r *request) (*adminPage, error) {
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	p := &adminPage{base: base{Title: "Administration"}}
	t := component.Table{
		Caption: "Accounts", Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "Name"}, {Heading: "E-mail address"}, {Heading: "Roles here"}, {Heading: "State"}},
	}
	open := 0
	for _, a := range accounts {
		state := "open"
		if a.Closed {
			state = "closed"
		} else {
			open++
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: a.Name, Href: adminPath + "/accounts/" + string(a.ID)}, {Body: a.Login}, {Body: membershipsInWords(a.Memberships)}, {Body: state},
		})
	}
	p.Lead = count(open, "person has", "people have") + " an account at " + r.tenantName() + "."
	p.Accounts = component.Region{Name: "Accounts", Body: t}
	p.Form, err = s.newAccountForm(r, record.Account{})
	return p, err
}

func membershipsInWords(list []access.Membership) string {
	var words []string
	for _, m := range list {
		w := m.Role.Words()
		if m.Practice != "" {
			w += " at " + string(m.Practice)
		}
		if m.Agreement != "" {
			w += " under " + m.Agreement
		}
		if !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

// newAccountForm shows an account, or what was sent.
func (s *Server) newAccountForm(r *request, a record.Account) (accountForm, error) {
	input := func(name, label, value string, hint component.Content) component.Input {
		return component.Input{Field: component.Field{Name: name, Label: component.Label{Text: label}, Hint: hint}, Value: value, Width: 30}
	}
	var roles []string
	practice, agreement := "", ""
	for _, m := range a.Memberships {
		roles = append(roles, string(m.Role))
		practice, agreement = either(practice, string(m.Practice)), either(agreement, m.Agreement)
	}
	name, login := a.Name, a.Login
	if r.Method == "POST" {
		name, login, practice, agreement, roles = r.field("name"), r.field("login"), r.field("practice"), r.field("agreement"), r.PostForm["role"]
	}
	var hint component.Content
	if a.ID == "" {
		hint = "Somebody who has an account at another commissioner keeps it, and gets a role here."
	}
	f := accountForm{
		Name: input("name", "Name", name, nil), Login: input("login", "E-mail address", login, hint),
		Practice: input("practice", "Practice code, for a GP", practice, nil),
		Roles: component.Checkboxes{
			Group: component.Group{Name: "role", Legend: &component.Legend{Text: "Roles at " + r.tenantName()}}, Small: true, Values: roles,
		},
		Agreement: component.Select{
			Field: component.Field{Name: "agreement", Label: component.Label{Text: "Held through"}}, Value: agreement,
			Options: []component.Option{{Value: "", Text: "the commissioner itself"}},
		},
	}
	f.Practice.Width = 10
	for _, role := range access.Roles {
		f.Roles.Choices = append(f.Roles.Choices, component.Choice{Value: string(role), Text: role.Words()})
	}
	agreements, err := s.store.Agreements(r.Context(), r.scope)
	for _, g := range agreements {
		f.Agreement.Options = append(f.Agreement.Options, component.Option{Value: g.ID, Text: g.ID + ", " + string(g.SupportUnit)})
	}
	return f, err
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// memberships reads the roles of the form.
func (s *Server) memberships(r *request, b *base) []access.Membership {
	practice := code(r.field("practice"))
	agreements, err := s.store.Agreements(r.Context(), r.scope)
	if err != nil {
		b.wrong("agreement", messageOf(err))
	}
	agreement := r.field("agreement")
	if agreement != "" && !slices.ContainsFunc(agreements, func(g record.Agreement) bool { return g.ID == agreement }) {
		b.wrong("agreement", "Choose one of the service agreements")
	}
	var out []access.Membership
	for _, name := range r.PostForm["role"] {
		role := access.Role(name)
		if !slices.Contains(access.Roles, role) {
			b.wrong("role", "Choose among the roles shown")
			continue
		}
		m := access.Membership{Tenant: r.tenant, Role: role, Agreement: agreement}
		if role == access.GP {
			if m.Practice = practice; practice == "" {
				b.wrong("practice", "Enter the ODS code of the GP’s practice")
			}
		}
		out = append(out, m)
	}
	return out
}

// mark draws what is wrong beside its field.
func (f *accountForm) mark(b *base) {
	f.Name.Error, f.Login.Error = b.wrongAt("name"), b.wrongAt("login")
	f.Practice.Error, f.Roles.Error, f.Agreement.Error = b.wrongAt("practice"), b.wrongAt("role"), b.wrongAt("agreement")
}

// accountMake makes an account, or gives one that is there a role here.
func (s *Server) accountMake(r *request) (answer, error) {
	if err := r.ParseForm(); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "read the form")
	}
	p, err := s.newAdminPage(r)
	if err != nil {
		return nil, err
	}
	a := record.Account{Login: strings.ToLower(r.field("login")), Name: r.field("name"), Memberships: s.memberships(r, &p.base)}
	if !isAddress(a.Login) {
		p.wrong("login", "Enter an e-mail address such as name@example.nhs.uk")
	}
	if a.Name == "" {
		p.wrong("name", "Enter the person’s name")
	}
	if len(a.Memberships) == 0 {
		p.wrong("role", "Choose at least one role")
	}
	if len(p.Errors) > 0 {
		p.Form.mark(&p.base)
		return p, nil
	}
	there, err := s.store.ViewerByLogin(r.Context(), a.Login)
	switch {
	case err == nil:
		a.ID, a.Name = there.Account, there.Name
	case fault.Is(err, fault.NotFound):
		if a.ID, err = newAccountID(s.Random); err != nil {
			return nil, err
		}
	default:
		return nil, err
	}
	if err := s.store.SetAccount(r.Context(), r.scope, a); err != nil {
		return nil, err
	}
	return redirect{adminPath + "/accounts/" + string(a.ID)}, nil
}

// account is an account with a role at the scope's commissioner.
func (s *Server) account(r *request) (record.Account, error) {
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	if err != nil {
		return record.Account{}, err
	}
	for _, a := range accounts {
		if string(a.ID) == r.PathValue("id") {
			return a, nil
		}
	}
	return record.Account{}, fault.New(fault.NotFound, "no such account has a role here")
}

// onlyHere reports whether an account holds roles at no other commissioner. An
// administrator must not take over, through a link or a new address, what somebody
// may see elsewhere.
func (s *Server) onlyHere(r *request, id access.AccountID) (bool, error) {
	v, err := s.store.Viewer(r.Context(), id)
	if fault.Is(err, fault.NotFound) { // closed
		return true, nil
	}
	return !slices.ContainsFunc(v.Tenants(), func(t org.Code) bool { return t != r.tenant }), err
}
