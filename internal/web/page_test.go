package web

import (
	"testing"

	"github.com/jba/templatecheck"
)

func TestEveryPageHasTheFieldsThatItsTemplateUses(t *testing.T) {
	t.Parallel()
	templates, err := parseTemplates()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		if err := templatecheck.CheckHTML(templates[p.template()].Lookup(layout), p); err != nil {
			t.Errorf("%s: %v", p.template(), err)
		}
	}
}

func TestSigningInByPasswordAndOut(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.nobody()
	if got := w.get("/account"); got.Code != 303 || got.Header().Get("Location") != "/sign-in?next=%2Faccount" {
		t.Fatalf("a signed-out reader is led to sign in, got %d %s", got.Code, got.Header().Get("Location"))
	}
	if got := w.post("/sign-in", "login", loginOf("analyst", "QAA"), "password", "wrong words here", "next", "/account"); got.Code != 422 || w.cookie != nil {
		t.Fatalf("a wrong password gave %d", got.Code)
	}
	got := w.post("/sign-in", "login", loginOf("analyst", "QAA"), "password", testPassword, "next", "/account")
	if got.Code != 303 || got.Header().Get("Location") != "/account" || w.cookie == nil {
		t.Fatalf("the right password gave %d %s", got.Code, got.Body)
	}
	if got := w.get("/account"); got.Code != 200 {
		t.Fatalf("the account page gave %d\n%s", got.Code, b.log)
	}
	if got := w.post("/sign-out"); got.Code != 303 || w.cookie != nil {
		t.Fatalf("signing out gave %d", got.Code)
	}
}
