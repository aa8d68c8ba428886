package web

import (
	"net/http"
	"testing"
	"time"

	"candour/internal/access"
)

// A machine's clock that is set forward and back again harms nothing: what was recorded
// keeps its order, people stay signed in and can sign in, wrong passwords are still
// counted, and pages are served.
func TestAClockThatJumpsHarmsNothing(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Analyst, "QAA")
	login := loginOf(access.Analyst, "QAA")
	b.clock.Step(48 * time.Hour)
	b.as(access.Analyst, "QAA").upload(map[string]string{"ahead.csv": tidy(3)}, "at-once", "1")
	b.settle()
	for range 2 {
		if got := b.nobody().post("/sign-in", "login", login, "password", "wrong words here"); got.Code != http.StatusUnprocessableEntity {
			t.Fatalf("ahead, a wrong password gave %d", got.Code)
		}
	}
	ahead, last, err := b.store.Head(b.ctx)
	b.no(err)

	b.clock.Step(-48 * time.Hour)
	for _, path := range []string{"/data", "/memory", "/watch-list", "/matrix", "/signals/due", "/as-of", "/data?asof=3", "/healthz"} {
		if got := w.get(path); got.Code != http.StatusOK {
			t.Errorf("set back, %s gave %d", path, got.Code)
		}
	}
	w.upload(map[string]string{"back.csv": tidy(5)}, "at-once", "1")
	b.settle()
	head, instant, err := b.store.Head(b.ctx)
	b.no(err)
	if head <= ahead || instant.Before(last) {
		t.Errorf("after entry %d of %s comes entry %d of %s", ahead, last, head, instant)
	}
	if _, err := b.store.Verify(b.ctx, nil); err != nil {
		t.Errorf("the memory: %v", err)
	}
	if got := b.nobody().post("/sign-in", "login", login, "password", testPassword); got.Code != http.StatusSeeOther {
		t.Errorf("set back, signing in gave %d", got.Code)
	}
	for range throttleByName {
		b.nobody().post("/sign-in", "login", loginOf(access.GP, "QAA"), "password", "wrong words here")
	}
	if got := b.nobody().post("/sign-in", "login", loginOf(access.GP, "QAA"), "password", testPassword); got.Code != http.StatusTooManyRequests {
		t.Errorf("set back, wrong passwords aren’t counted: %d", got.Code)
	}
}
