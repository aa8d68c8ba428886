package web

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/web/browsertest"
)

// fill puts a value into a field, as a browser's own picker of dates does.
func fill(p *browsertest.Page, field, value string) {
	browsertest.Evaluate[bool](p, fmt.Sprintf(`(() => { const f = document.querySelector('main form [name=%q]'); f.value = %q; return true })()`, field, value))
}

// A reader chooses a moment from a page, is shown that page as it stood, walks on in the
// past and comes back to now: on every kind of page, with scripts and without, on a wide
// screen and a telephone.
func TestAPastMomentIsChosenOnEveryKindOfPageInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: -short; the browser takes a while")
	}
	browser := browsertest.Start(t)
	b := filled(t)
	b.as(access.Analyst, "QAA").upload(map[string]string{"values.csv": tidy(30)}, "at-once", "1")
	b.settle()
	b.clock.Step(48 * time.Hour)
	server := httptest.NewServer(b.server)
	t.Cleanup(server.Close)
	cookies := map[string]string{"candour": b.as(access.Analyst, "QAA").cookie.Value}
	today := b.clock.Now()
	yesterday := today.AddDate(0, 0, -1).Format("2006-01-02")
	views := []browsertest.View{{Cookies: cookies}, {Cookies: cookies, NoScript: true, Width: browsertest.Telephone}}
	for i, path := range []string{"/watch-list", "/providers/RA1?range=60", "/providers/RA1/indicators/ae-4h-all", "/matrix?set=all", "/data", "/memory"} {
		view := views[i%2] // each page in one way, each way on three pages
		p := browser.Visit(t, server.URL+path, view)
		p.Go(server.URL + browsertest.Evaluate[string](p, `document.querySelector('a[href^="/as-of"]').getAttribute('href')`))
		fill(p, "date", yesterday)
		fill(p, "time", "12:00")
		p.Follow(`main form button`)
		at := strings.TrimPrefix(p.Address(), server.URL)
		if want := strings.SplitN(path, "?", 2); !strings.HasPrefix(at, want[0]) || !strings.Contains(at, "asof="+yesterday+"T12%3A00") || len(want) == 2 && !strings.Contains(at, want[1]) {
			t.Errorf("%s: the picker leads to %s", path, at)
		}
		if text := p.Text(".cd-asof"); p.Status() != 200 || !strings.Contains(text, "As it stood on") || !strings.Contains(text, ", 12:00") {
			t.Errorf("%s: status %d, banner %q", path, p.Status(), text)
		}
		if px, wide := p.Sideways(); px > 0 {
			t.Errorf("%s scrolls sideways by %d px: %v", path, px, wide)
		}
		if lost := browsertest.Evaluate[string](p, `[...document.querySelectorAll('main a[href^="/providers"], main a[href^="/indicators"], main a[href^="/data"], .cd-nav a[href^="/watch"], .cd-nav a[href^="/data"]')].map(a => a.getAttribute('href')).filter(h => !h.includes('asof=')).join(' ')`); lost != "" {
			t.Errorf("%s: links leave the past: %s", path, lost)
		}
		p.Follow(".cd-asof a") // return to now
		if back := strings.TrimPrefix(p.Address(), server.URL); strings.Contains(back, "asof") || !strings.HasPrefix(back, strings.SplitN(path, "?", 2)[0]) {
			t.Errorf("%s: back to now leads to %s", path, back)
		}
	}
}

// What can't be a moment is refused beside its own field, with what was typed kept.
func TestAWrongMomentIsRefusedBesideItsField(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Analyst, "QAA")
	for _, c := range []struct{ query, field, says string }{
		{"date=", "date", "Choose a date"},
		{"time=10:00", "date", "Choose the date"},
		{"date=2026-13-01", "date", "year, month and day"},
		{"date=yesterday", "date", "year, month and day"},
		{"date=2026-11-01&time=99:00", "time", "hours and minutes"},
		{"date=2031-01-01", "date", "still to come"},
		{"entry=99999999", "entry", "has no entry"},
		{"entry=first", "entry", "whole number"},
		{"entry=-1", "entry", "whole number"},
		{"entry=2&date=2026-11-01", "entry", "not both"},
	} {
		got := w.get("/as-of?next=%2Fdata&" + c.query)
		page := parse(t, got)
		page.sound(t, c.query)
		said := ""
		for _, e := range page.all("span") {
			if attribute(e, "id") == c.field+"-error" {
				said = text(e)
			}
		}
		if got.Code != 422 || !strings.Contains(said, c.says) {
			t.Errorf("%s: status %d; beside %s stands %q, want %q", c.query, got.Code, c.field, said, c.says)
		}
		for pair := range strings.SplitSeq(c.query, "&") {
			name, value, _ := strings.Cut(pair, "=")
			if !strings.Contains(got.Body.String(), `name="`+name+`" type`) && !strings.Contains(got.Body.String(), `value="`+value+`"`) {
				t.Errorf("%s: what was typed is lost", c.query)
			}
		}
		if !strings.Contains(got.Body.String(), `name="next" value="/data"`) {
			t.Errorf("%s: the way back is lost", c.query)
		}
	}
	if body := w.get("/data?asof=2001-01-01").Body.String(); !strings.Contains(body, "Nothing was held yet: the memory begins on") {
		t.Error("a moment before the first entry isn’t said to be one")
	}
	if body := w.get("/data?asof=0").Body.String(); strings.Contains(body, "Nothing was held yet") {
		t.Error("the first entry is said to be before the memory")
	}
}
