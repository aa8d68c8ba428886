package web

import (
	"crypto/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/record"
)

func TestAOneTimeLinkIsSpentByThePressOfItsButtonAlone(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	token, err := b.store.MakeLink(b.ctx, accountOf(access.GP, "QAA"), time.Hour)
	b.no(err)
	w := b.nobody()
	for range 3 { // what looks into mail opens it again and again
		if got := w.get("/sign-in/link/" + token); got.Code != http.StatusOK || w.cookie != nil {
			t.Fatalf("looking at the link gave %d", got.Code)
		}
	}
	if got := w.post("/sign-in/link/" + token); got.Code != http.StatusSeeOther || w.cookie == nil {
		t.Fatalf("using the link gave %d: %s", got.Code, got.Body)
	}
	if got := b.nobody().post("/sign-in/link/" + token); got.Code != http.StatusForbidden {
		t.Errorf("using the link twice gave %d", got.Code)
	}
}

func TestTheFirstAdministratorBeginsByLinkAndNobodyElseAfterwards(t *testing.T) {
	t.Parallel()
	b := setup(t)
	link, err := b.server.FirstLink(b.ctx)
	b.no(err)
	second, err := b.server.FirstLink(b.ctx)
	b.no(err)
	w := b.nobody()
	fields := []string{"tenant", "qhl", "called", "NHS Somewhere ICB", "name", "Ann Example", "login", "Ann@Example.org", "password", testPassword, "again", testPassword}
	if got := w.post(link, append(fields, "tenant", "")[2:]...); got.Code != http.StatusUnprocessableEntity {
		t.Fatalf("a form without a commissioner gave %d", got.Code)
	}
	if got := w.post(link, fields...); got.Code != http.StatusSeeOther || w.cookie == nil {
		t.Fatalf("the form gave %d: %s", got.Code, got.Body)
	}
	if got := w.get("/administration"); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "NHS Somewhere ICB") {
		t.Errorf("administration gave %d", got.Code)
	}
	if got := b.nobody().post(second, fields...); got.Code != http.StatusForbidden {
		t.Errorf("a second first administrator got %d", got.Code)
	}
	if link, err := b.server.FirstLink(b.ctx); link != "" || err != nil {
		t.Errorf("with an account there, the first link is %q, %v", link, err)
	}
	if got := b.nobody().post("/sign-in", "login", "ann@example.org", "password", testPassword); got.Code != http.StatusSeeOther {
		t.Errorf("the new password gave %d", got.Code)
	}
}

func TestACommissionerThatAFileNamedNeedsNoNameAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	e, err := record.New(record.OrganisationRecorded, "organisation/QYG", "", "operator", org.Organisation{Code: "QYG", Name: "NHS Cheshire and Merseyside", Role: org.Commissioner})
	b.no(err)
	_, err = b.store.Record(b.ctx, e)
	b.no(err)
	link, err := b.server.FirstLink(b.ctx)
	b.no(err)
	w := b.nobody()
	fields := []string{"name", "Ann Example", "login", "ann@example.org", "password", testPassword, "again", testPassword}
	if got := w.post(link, append(fields, "tenant", "QZZ")...); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "No file that was loaded names QZZ") {
		t.Errorf("a commissioner without a name gave %d: %s", got.Code, got.Body)
	}
	if got := w.post(link, append(fields, "tenant", "QYG")...); got.Code != http.StatusSeeOther {
		t.Fatalf("one that is named gave %d: %s", got.Code, got.Body)
	}
	if got := w.get("/administration"); !strings.Contains(got.Body.String(), "NHS Cheshire and Merseyside") {
		t.Error("the commissioner’s name isn’t shown")
	}
}

func TestSigningInIsThrottledByNameAndOpensAgainLater(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	login := loginOf(access.Analyst, "QAA")
	for range throttleByName {
		if got := b.nobody().post("/sign-in", "login", login, "password", "wrong words here"); got.Code != http.StatusUnprocessableEntity {
			t.Fatalf("a wrong password gave %d", got.Code)
		}
	}
	if got := b.nobody().post("/sign-in", "login", strings.ToUpper(login), "password", testPassword); got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") == "" {
		t.Errorf("after %d failures the right password gave %d", throttleByName, got.Code)
	}
	if got := b.nobody().post("/sign-in", "login", loginOf(access.Analyst, "QBB"), "password", testPassword); got.Code != http.StatusSeeOther {
		t.Errorf("another name gave %d", got.Code)
	}
	b.clock.Step(throttleWithin + time.Minute)
	if got := b.nobody().post("/sign-in", "login", login, "password", testPassword); got.Code != http.StatusSeeOther {
		t.Errorf("15 minutes later the right password gave %d", got.Code)
	}
}

func TestNobodyIsLedToAnotherSiteAfterSigningIn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"/data?page=2": "/data?page=2", "": "/", "https://elsewhere.example/": "/", "//elsewhere.example": "/", "/\\elsewhere.example": "/",
		"javascript:alert(1)": "/", "data": "/", "/\n/elsewhere.example": "/", "/%2felsewhere.example": "/",
	} {
		if got := localPath(text); got != want {
			t.Errorf("%q leads to %q, expected %q", text, got, want)
		}
	}
}

func TestChangingThePasswordEndsOtherSessions(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	here, elsewhere := b.as(access.Analyst, "QAA"), b.as(access.Analyst, "QAA")
	if got := here.post("/account/password", "current", "wrong words here", "password", "four other plain words", "again", "four other plain words"); got.Code != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong present password gave %d", got.Code)
	}
	if got := here.post("/account/password", "current", testPassword, "password", "short", "again", "short"); got.Code != http.StatusUnprocessableEntity {
		t.Fatalf("a short password gave %d", got.Code)
	}
	if got := here.post("/account/password", "current", testPassword, "password", "four other plain words", "again", "four other plain words"); got.Code != http.StatusSeeOther {
		t.Fatalf("changing gave %d: %s", got.Code, got.Body)
	}
	if got := here.get("/account"); got.Code != http.StatusOK {
		t.Errorf("this browser is signed out: %d", got.Code)
	}
	if got := elsewhere.get("/account"); got.Code != http.StatusSeeOther {
		t.Errorf("the other browser still is signed in: %d", got.Code)
	}
}

func TestSomebodyWithTwoCommissionersChooses(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.no(b.store.SetAccount(b.ctx, b.operator(), record.Account{ID: "u-both", Login: "both@example.org", Name: "Both", Memberships: []access.Membership{
		{Tenant: "QAA", Role: access.Analyst}, {Tenant: "QBB", Role: access.GP, Practice: "A81001"},
	}}))
	encoded, err := testCost.hash(testPassword, rand.Reader)
	b.no(err)
	b.no(b.store.SetPassword(b.ctx, "u-both", encoded))
	w := b.nobody()
	w.post("/sign-in", "login", "both@example.org", "password", testPassword)
	if got := w.get("/data"); got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header().Get("Location"), "/account/commissioner") {
		t.Fatalf("before the choice /data gave %d %s", got.Code, got.Header().Get("Location"))
	}
	if got := w.post("/account/commissioner", "tenant", "QCC"); got.Code != http.StatusForbidden {
		t.Errorf("choosing another’s commissioner gave %d", got.Code)
	}
	for tenant, want := range map[string]int{"QAA": http.StatusOK, "QBB": http.StatusForbidden} {
		if got := w.post("/account/commissioner", "tenant", tenant, "next", "/data"); got.Header().Get("Location") != "/data" {
			t.Fatalf("choosing %s gave %d %s", tenant, got.Code, got.Header().Get("Location"))
		}
		if got := w.get("/data"); got.Code != want {
			t.Errorf("/data at %s gave %d, expected %d", tenant, got.Code, want)
		}
	}
}

func TestPasswordsMatchTheirOwnHashAlone(t *testing.T) {
	t.Parallel()
	encoded, err := testCost.hash(testPassword, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]bool{testPassword: true, testPassword + " ": false, "": false} {
		if got, err := matches(encoded, password); got != want || err != nil {
			t.Errorf("%q: %v, %v", password, got, err)
		}
	}
	for _, bad := range []string{"", "plain", "$argon2i$v=19$m=64,t=1,p=1$AA$AA", "$argon2id$v=18$m=64,t=1,p=1$AA$AA", "$argon2id$v=19$m=99999999,t=1,p=1$AA$AA", "$argon2id$v=19$m=64,t=1,p=1$*$AA", "$argon2id$v=19$m=64,t=1,p=1$AA$"} {
		if _, err := matches(bad, testPassword); err == nil {
			t.Errorf("%q was taken for a hash", bad)
		}
	}
}

func FuzzMatches(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$AAAAAAAA$AAAAAAAA", "x")
	f.Fuzz(func(t *testing.T, encoded, password string) {
		if strings.Contains(encoded, "t=") && len(encoded) > 40 && !strings.Contains(encoded, "m=64,t=1,p=1") {
			t.Skip("costs too much to try")
		}
		_, _ = matches(encoded, password)
	})
}

func TestLogsAndAddressesHoldNothingPersonal(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.nobody()
	w.post("/sign-in", "login", loginOf(access.Analyst, "QAA"), "password", "wrong words here")
	w.post("/sign-in", "login", loginOf(access.Analyst, "QAA"), "password", testPassword)
	w.get("/search?q=Secretname")
	w.get("/account")
	for _, personal := range []string{loginOf(access.Analyst, "QAA"), "wrong words", testPassword, "Secretname", "Person QAA", w.cookie.Value} {
		if strings.Contains(b.log.String(), personal) {
			t.Errorf("the log holds %q", personal)
		}
	}
	if !strings.Contains(b.log.String(), "route=/account status=200") {
		t.Errorf("the log lacks a request:\n%s", b.log)
	}
}
