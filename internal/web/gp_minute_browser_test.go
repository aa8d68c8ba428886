package web

import (
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/store"
	"candour/internal/web/browsertest"
)

// How long the parts of a task take, in seconds: Card, Moran and Newell, The
// keystroke-level model (Communications of the ACM 1980; 23:396-410) for pointing,
// pressing and making up one's mind; Palin and others, How do people type on mobile
// devices? (MobileHCI 2019), a mean of 36.2 words, of five characters, a minute.
const (
	toPoint   = 1.1
	toPress   = 0.2
	toDecide  = 1.35
	toTypeOne = 60 / (36.2 * 5)
)

// A practice raises a concern within a minute on a telephone: the taps, swipes and
// characters are counted as they are made, and are those that the guide tells.
func TestAConcernTakesAMinuteOnATelephoneInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: -short; the browser takes a while")
	}
	b := peopled(t).practised()
	server := httptest.NewServer(b.server)
	t.Cleanup(server.Close)
	p := browsertest.Start(t).Visit(t, server.URL+"/concerns/new", browsertest.View{Width: browsertest.Telephone, Cookies: map[string]string{"candour": b.as(access.GP, "QAA").cookie.Value}})
	p.WaitFor(`document.readyState === 'complete'`)
	taps, swipes, characters := 0, 0, 0
	reach := func(selector string) {
		t.Helper()
		// A swipe moves the page by two thirds of the screen.
		swipes += browsertest.Evaluate[int](p, fmt.Sprintf(`(() => { const e = document.querySelector(%q); let n = 0; for (; n < 20; n++) { const r = e.getBoundingClientRect(); if (r.bottom <= innerHeight && r.top >= 0) break; const y = scrollY; scrollBy({ top: innerHeight * 2 / 3 * Math.sign(r.top), behavior: 'instant' }); if (scrollY === y) break } return n })()`, selector))
		taps++
	}
	tap := func(selector string) { t.Helper(); reach(selector); p.Tap(selector) }
	write := func(words string) { p.Press(words); characters += len(words) }
	option := func(name, value string) string {
		return `label[for="` + browsertest.Evaluate[string](p, `document.querySelector('input[name="`+name+`"][value="`+value+`"]').id`) + `"]`
	}

	tap("#provider")
	write("al")
	tap(option("theme", "discharge"))
	tap(option("when", "today"))
	tap("#words")
	const words = "Sent home at night without a letter; fell the next morning."
	write(words)
	tap(option("harm", "some"))
	tap(option("urgency", "urgent"))
	tap(option("known", "yes"))
	reach(".cd-send")
	p.Follow(".cd-send")
	if !strings.Contains(p.Text("main"), "We have it") {
		t.Fatalf("it was not taken: %s", p.Text("main"))
	}
	h, err := b.store.Signal(b.ctx, leadAt("QAA"), "G-2026-1")
	if err != nil || h.Narrative != words || !h.Urgent || h.Place.Provider != "RA1" || h.MainTheme() != "discharge" {
		t.Errorf("stored %+v, %v", h.Signal, err)
	}
	if n, err := b.store.CountSignals(b.ctx, b.operator(), store.SignalFilter{}); err != nil || n != 1 {
		t.Errorf("%d stored, %v", n, err)
	}
	seconds := float64(taps)*(toDecide+toPoint+toPress) + float64(swipes)*(toPoint+toPress) + float64(characters)*toTypeOne
	told := fmt.Sprintf("%d taps, %d swipes and %d characters: about %.0f seconds", taps, swipes, characters, seconds)
	guide, err := os.ReadFile("../../docs/user/gp.md")
	if err != nil {
		t.Fatal(err)
	}
	if seconds > 60 || !strings.Contains(strings.Join(strings.Fields(string(guide)), " "), told) {
		t.Errorf("it takes %s; the guide must say so, and no more than 60 seconds", told)
	}
}
