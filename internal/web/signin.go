package web

import (
	"context"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/web/component"
)

// Failed sign-ins within throttleWithin after which no more are looked at. By
// address there are more, because a whole building may share one.
const (
	throttleWithin    = 15 * time.Minute
	throttleByName    = 5
	throttleByAddress = 50
)

// signInPage asks for sign-in name and password.
type signInPage struct {
	base
	Login    component.Input
	Password component.Input
	Next     string
	Empty    bool // there is no account yet
}

func (*signInPage) template() string { return "sign-in" }

func (s *Server) signInForm(r *request) (answer, error) {
	next := localPath(r.query("next"))
	if r.signedIn() {
		return redirect{next}, nil
	}
	held, err := s.store.HasAccounts(r.Context())
	if err != nil {
		return nil, err
	}
	p := newSignInPage("", next)
	p.Empty = !held
	if r.query("out") != "" {
		p.Done = "You are signed out."
	}
	return p, nil
}

func newSignInPage(login, next string) *signInPage {
	return &signInPage{
		base: base{Title: "Sign in"}, Next: next,
		Login:    component.Input{Field: component.Field{Name: "login", Label: component.Label{Text: "E-mail address"}}, Value: login, Autocomplete: "username", Spellcheck: "false", Width: 30},
		Password: component.Input{Field: component.Field{Name: "password", Label: component.Label{Text: "Password"}}, Type: "password", Autocomplete: "current-password", Width: 30},
	}
}

// signIn checks name and password. Whether the name or the password is wrong isn't
// said, and takes the same time.
func (s *Server) signIn(r *request) (answer, error) {
	login, password := r.field("login"), r.PostFormValue("password")
	next := localPath(r.field("next"))
	if login == "" || password == "" {
		p := newSignInPage(login, next)
		p.wrong("login", "Enter your e-mail address and your password")
		return p, nil
	}
	byName, byAddress := "name:"+strings.ToLower(login), "address:"+s.address(r)
	if err := s.throttled(r, byName, byAddress); err != nil {
		return nil, err
	}
	viewer, err := s.store.ViewerByLogin(r.Context(), login)
	encoded := ""
	if err == nil {
		encoded, err = s.store.Password(r.Context(), viewer.Account)
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return nil, err
	}
	same, err := s.samePassword(encoded, password)
	if err != nil {
		return nil, err
	}
	if !same {
		return s.refuseSignIn(r, login, next, byName, byAddress)
	}
	if err := s.begin(r, viewer); err != nil {
		return nil, err
	}
	return redirect{next}, nil
}

// throttled refuses when there were too many failures lately.
func (s *Server) throttled(r *request, byName, byAddress string) error {
	for key, limit := range map[string]int{byName: throttleByName, byAddress: throttleByAddress} {
		n, err := s.store.Throttled(r.Context(), key, throttleWithin)
		if err != nil {
			return err
		}
		if n >= limit {
			r.writer.Header().Set("Retry-After", "900")
			return fault.New(fault.TooMany, "signing in failed too often. Wait 15 minutes, or ask an administrator for a one-time link")
		}
	}
	return nil
}

// refuseSignIn counts the failure and asks again.
func (s *Server) refuseSignIn(r *request, login, next, byName, byAddress string) (answer, error) {
	for _, key := range []string{byName, byAddress} {
		if err := s.store.Throttle(r.Context(), key); err != nil {
			return nil, err
		}
	}
	p := newSignInPage(login, next)
	p.wrong("login", "E-mail address or password is wrong. After 5 wrong tries you must wait 15 minutes")
	p.Login.Wrong, p.Password.Wrong = true, true
	return p, nil
}

// linkPage asks to press a button: programs that look into mail open every link,
// and must not spend this one.
type linkPage struct {
	base
	Token string
}

func (*linkPage) template() string { return "link" }

func (s *Server) linkShow(r *request) (answer, error) {
	return &linkPage{base: base{Title: "Sign in by link"}, Token: r.PathValue("token")}, nil
}

// linkUse spends the link and signs in; then a password is asked for where there
// is none.
func (s *Server) linkUse(r *request) (answer, error) {
	byAddress := "address:" + s.address(r)
	if err := s.throttled(r, byAddress, byAddress); err != nil {
		return nil, err
	}
	account, err := s.store.UseLink(r.Context(), r.PathValue("token"))
	if err == nil && account == firstAdministrator {
		err = fault.New(fault.Refused, "this link makes the first account; there is one already")
	}
	if fault.Is(err, fault.Refused) {
		if err := s.store.Throttle(r.Context(), byAddress); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	viewer, err := s.store.Viewer(r.Context(), account)
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.Refused, "your account is closed")
	}
	if err != nil {
		return nil, err
	}
	if err := s.begin(r, viewer); err != nil {
		return nil, err
	}
	encoded, err := s.store.Password(r.Context(), account)
	if err != nil {
		return nil, err
	}
	if encoded == "" {
		return redirect{"/account?new=1"}, nil
	}
	return redirect{"/"}, nil
}

// firstAdministrator is whom the first one-time link is made for: no account yet.
const firstAdministrator access.AccountID = "first-administrator"

// FirstLink makes the one-time link by which the first administrator begins; it is
// "" when there are accounts.
func (s *Server) FirstLink(ctx context.Context) (string, error) {
	held, err := s.store.HasAccounts(ctx)
	if err != nil || held {
		return "", err
	}
	token, err := s.store.MakeLink(ctx, firstAdministrator, 24*time.Hour)
	return "/first-administrator/" + token, err
}
