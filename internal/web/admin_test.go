package web

import (
	"crypto/rand"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/record"
)

func TestAnAdministratorMakesAnAccountItsLinkAndClosesIt(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Administrator, "QAA")
	if got := w.post("/administration", "name", "New Person", "login", "no address", "role", "gp"); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "New Person") {
		t.Fatalf("a wrong form gave %d, or lost what was typed", got.Code)
	}
	got := w.post("/administration", "name", "New Person", "login", "new@example.org", "role", "gp", "practice", "a81001", "role", "analyst")
	account := got.Header().Get("Location")
	if got.Code != http.StatusSeeOther || !strings.HasPrefix(account, "/administration/accounts/u-") {
		t.Fatalf("making gave %d %s: %s", got.Code, account, got.Body)
	}
	page := w.post(account+"/act", "act", "link").Body.String()
	link := regexp.MustCompile(`/sign-in/link/[A-Za-z0-9_-]+`).FindString(page)
	person := b.nobody()
	if got := person.post(link); got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/account?new=1" {
		t.Fatalf("the link gave %d %s", got.Code, got.Header().Get("Location"))
	}
	if got := person.get("/data"); got.Code != http.StatusOK {
		t.Errorf("the new analyst’s data page gave %d", got.Code)
	}
	if got := w.post(account+"/act", "act", "close"); got.Code != http.StatusOK {
		t.Fatalf("closing gave %d", got.Code)
	}
	if got := person.get("/data"); got.Code != http.StatusSeeOther {
		t.Errorf("after closing, the data page gave %d", got.Code)
	}
}

func TestAnAdministratorCannotTakeOverWhatSomebodyMaySeeElsewhere(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	a := record.Account{ID: "u-both", Login: "both@example.org", Name: "Both", Memberships: []access.Membership{{Tenant: "QAA", Role: access.Analyst}, {Tenant: "QBB", Role: access.Analyst}}}
	b.no(b.store.SetAccount(b.ctx, b.operator(), a))
	w := b.as(access.Administrator, "QAA")
	for _, act := range []string{"link", "close"} {
		if got := w.post("/administration/accounts/u-both/act", "act", act); got.Code != http.StatusForbidden {
			t.Errorf("%s gave %d", act, got.Code)
		}
	}
	if got := w.post("/administration/accounts/u-both", "name", "Mallory", "login", "mallory@example.org", "role", "gp", "practice", "A81001"); got.Code != http.StatusSeeOther {
		t.Fatalf("changing the roles here gave %d: %s", got.Code, got.Body)
	}
	v, err := b.store.ViewerByLogin(b.ctx, "both@example.org")
	b.no(err)
	if v.Name != "Both" || len(v.RolesAt("QBB")) != 1 || len(v.RolesAt("QAA")) != 1 || v.RolesAt("QAA")[0] != access.GP {
		t.Errorf("the account is now %+v", v)
	}
	if got := w.post("/administration/accounts/"+string(accountOf(access.Administrator, "QAA")), "name", "x", "login", loginOf(access.Administrator, "QAA"), "role", "analyst"); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("taking away the own role gave %d", got.Code)
	}
}

func TestASplitAsksForSharesAndRecordingThemRunsTheWatch(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Administrator, "QAA")
	path := "/administration/organisations/succession"
	if got := w.post(path, "predecessor", "RJD", "successor", "RA1", "on", "2014-11-01", "share", "0", "source", "order"); got.Code != http.StatusUnprocessableEntity {
		t.Fatalf("a share of nought gave %d", got.Code)
	}
	if got := w.post(path, "predecessor", "rjd", "successor", "RA1", "on", "2014-11-01", "share", "60%", "source", "the order of 2014"); got.Code != http.StatusSeeOther {
		t.Fatalf("recording gave %d: %s", got.Code, got.Body)
	}
	b.settle()
	if b.watch.runs.Load() != 1 {
		t.Errorf("the watch ran %d times", b.watch.runs.Load())
	}
	if s := w.get("/administration/organisations").Body.String(); !strings.Contains(s, "60%") || !strings.Contains(s, "local: the order of 2014") {
		t.Errorf("the page says %s", s)
	}
	if got := w.post("/administration/organisations/purview", "add", "RZZ rb1", "because", "contract 12"); got.Code != http.StatusSeeOther {
		t.Fatalf("taking in gave %d: %s", got.Code, got.Body)
	}
	if s := w.get("/administration/organisations").Body.String(); !strings.Contains(s, "RZZ") {
		t.Errorf("the purview is %s", s)
	}
	if got := w.post("/administration/agreements", "unit", "0CT", "from", "2026-04-01", "to", "2026-03-01"); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("an agreement that ends before it begins gave %d", got.Code)
	}
	if got := w.post("/administration/agreements", "unit", "0CT", "from", "2026-04-01", "services", "analysis, contracts"); got.Code != http.StatusSeeOther {
		t.Errorf("an agreement gave %d", got.Code)
	}
}

func TestTheOperatorInvitesTheAdministratorOfAFurtherCommissioner(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	i := Invitation{Tenant: "QCC", Login: "first@qcc.example", Name: "First", Role: access.Administrator}
	if _, err := Invite(b.ctx, b.store, rand.Reader, b.operator(), i); !fault.Is(err, fault.Invalid) {
		t.Errorf("a commissioner without a name gave %v", err)
	}
	i.Called = "NHS QCC ICB"
	for range 2 { // a second link doesn't make a second role
		link, err := Invite(b.ctx, b.store, rand.Reader, b.operator(), i)
		b.no(err)
		w := b.nobody()
		if got := w.post(link); got.Code != http.StatusSeeOther {
			t.Fatalf("the link gave %d", got.Code)
		}
		if got := w.get("/administration"); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "NHS QCC ICB") || strings.Contains(got.Body.String(), "QAA") {
			t.Errorf("administration gave %d: %s", got.Code, got.Body)
		}
	}
	v, err := b.store.ViewerByLogin(b.ctx, i.Login)
	b.no(err)
	if len(v.Memberships) != 1 {
		t.Errorf("memberships are %v", v.Memberships)
	}
	i.Role = access.GP
	if _, err := Invite(b.ctx, b.store, rand.Reader, b.operator(), i); !fault.Is(err, fault.Invalid) {
		t.Errorf("a GP without a practice gave %v", err)
	}
}
