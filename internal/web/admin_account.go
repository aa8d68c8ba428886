package web

import (
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/record"
	"candour/internal/web/component"
)

// adminAccountPage is one account: roles, link, sessions, closing.
type adminAccountPage struct {
	base
	ID       string
	Lead     string
	Form     accountForm
	OnlyHere bool
	Closed   bool
	Self     bool
	Link     string // a one-time link just made; shown once
	Lives    string
}

func (*adminAccountPage) template() string { return "administration-account" }

// linkLives is how long a one-time link can be used.
const linkLives = 24 * time.Hour

func (s *Server) adminAccount(r *request) (answer, error) {
	a, err := s.account(r)
	if err != nil {
		return nil, err
	}
	return s.newAdminAccountPage(r, a)
}

func (s *Server) newAdminAccountPage(r *request, a record.Account) (*adminAccountPage, error) {
	p := &adminAccountPage{
		base: base{Title: a.Name, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Administration", Href: adminPath}}}},
		ID:   string(a.ID), Closed: a.Closed, Self: a.ID == r.viewer.Account, Lives: "24 hours",
	}
	var err error
	if p.OnlyHere, err = s.onlyHere(r, a.ID); err != nil {
		return nil, err
	}
	p.Lead = "Open. Roles here: " + membershipsInWords(a.Memberships) + "."
	if a.Closed {
		p.Lead = "Closed: nobody can sign in with it. What was done with it stays in the memory."
	}
	p.Form, err = s.newAccountForm(r, a)
	return p, err
}

// adminAccountSet changes name, address and roles.
func (s *Server) adminAccountSet(r *request) (answer, error) {
	a, err := s.account(r)
	if err != nil {
		return nil, err
	}
	if err := r.ParseForm(); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "read the form")
	}
	p, err := s.newAdminAccountPage(r, a)
	if err != nil {
		return nil, err
	}
	a.Memberships = s.memberships(r, &p.base)
	if p.OnlyHere {
		a.Name, a.Login = r.field("name"), strings.ToLower(r.field("login"))
		if a.Name == "" {
			p.wrong("name", "Enter the person’s name")
		}
		if !isAddress(a.Login) {
			p.wrong("login", "Enter an e-mail address such as name@example.nhs.uk")
		}
	}
	if p.Self && !slices.ContainsFunc(a.Memberships, func(m access.Membership) bool { return m.Role == access.Administrator }) {
		p.wrong("role", "You can’t take your own administrator’s role away; another administrator can")
	}
	if len(a.Memberships) == 0 && p.OnlyHere {
		p.wrong("role", "Choose at least one role, or close the account")
	}
	if len(p.Errors) > 0 {
		p.Form.mark(&p.base)
		return p, nil
	}
	if err := s.store.SetAccount(r.Context(), r.scope, a); err != nil {
		return nil, err
	}
	if len(a.Memberships) == 0 {
		return redirect{adminPath}, nil
	}
	return redirect{adminPath + "/accounts/" + string(a.ID)}, nil
}

// adminAccountAct makes a link, ends sessions, closes or opens the account: which
// one is the name of the button.
func (s *Server) adminAccountAct(r *request) (answer, error) {
	a, err := s.account(r)
	if err != nil {
		return nil, err
	}
	here, err := s.onlyHere(r, a.ID)
	if err != nil {
		return nil, err
	}
	act := r.field("act")
	if act != "revoke" && !here {
		return nil, fault.New(fault.Refused, "this person holds roles at another commissioner too, so only the operator of this installation can do that")
	}
	switch act {
	case "link":
		return s.adminLink(r, a)
	case "revoke":
		err = s.store.RevokeSessions(r.Context(), a.ID)
	case "close", "open":
		if a.ID == r.viewer.Account {
			return nil, fault.New(fault.Refused, "you can’t close your own account; another administrator can")
		}
		if a.Closed = act == "close"; a.Closed {
			if err := s.store.RevokeSessions(r.Context(), a.ID); err != nil {
				return nil, err
			}
		}
		err = s.store.SetAccount(r.Context(), r.scope, a)
	default:
		err = fault.New(fault.Invalid, "that can’t be done to an account")
	}
	if err != nil {
		return nil, err
	}
	p, err := s.newAdminAccountPage(r, a)
	if err == nil && act == "revoke" {
		p.Done = "All sessions of this account are ended."
	}
	return p, err
}

// adminLink makes a one-time link and shows it, this once.
func (s *Server) adminLink(r *request, a record.Account) (answer, error) {
	if a.Closed {
		return nil, fault.New(fault.Conflict, "the account is closed; open it first")
	}
	token, err := s.store.MakeLink(r.Context(), a.ID, linkLives)
	if err != nil {
		return nil, err
	}
	p, err := s.newAdminAccountPage(r, a)
	if err != nil {
		return nil, err
	}
	scheme := "http://"
	if s.Secure {
		scheme = "https://"
	}
	p.Link = scheme + r.Host + "/sign-in/link/" + token
	return p, nil
}
