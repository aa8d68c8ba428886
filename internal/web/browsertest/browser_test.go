package browsertest

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

func TestSpecimenPagesAreWhatEveryPageMustBe(t *testing.T) {
	t.Parallel()
	b := Start(t)
	server := serve(t)
	for name, says := range map[string][]string{
		"watch-list": {"Because their own figures", "Aldermoor Hospitals NHS Trust", "and 9 smaller", "Overdue 5 working days"},
		"indicator":  {"Because 7 months running", "Suppressed"},
		"provider":   {"Because nurse staffing", "Never event 14 Oct", "Proposed 20 Nov"},
		"matrix":     {"Missing", "Not applicable", "3 days"},
		"form":       {"Say what happened", "moderate"},
		"past":       {"As it stood on Wednesday 30 September 2026, 17:00.", "Return to now"},
	} {
		t.Run(name, func(t *testing.T) {
			b.Check(t, server.URL+"/"+name, Expect{Name: "specimen-" + name, Says: says})
		})
	}
}

// Not beside other tests: g and the letter after it must come within a second and a half.
func TestShortCutsPressTheControlsOfThePage(t *testing.T) {
	b := Start(t)
	server := serve(t)
	p := b.Visit(t, server.URL+"/watch-list", View{})
	p.WaitFor(`document.body.classList.contains('js-enabled')`)

	p.Press("j")
	if got := Evaluate[string](p, `document.activeElement.textContent`); got != "Aldermoor Hospitals NHS Trust" {
		t.Errorf("j leads to %q, want the first row", got)
	}
	p.Press("j")
	p.Press("k")
	if got := Evaluate[string](p, `document.activeElement.textContent`); got != "Aldermoor Hospitals NHS Trust" {
		t.Errorf("j, k lead to %q, want the first row", got)
	}
	p.Press("/")
	if got := Evaluate[string](p, `document.activeElement.id`); got != "cd-search" {
		t.Errorf("/ leads to %q, want the search", got)
	}
	p.Press("gi")
	if got := Evaluate[string](p, `document.activeElement.value`); got != "gi" || !strings.HasSuffix(p.Address(), "/watch-list") {
		t.Errorf("typed %q at %s: inside a field keys are letters", got, p.Address())
	}
	Evaluate[bool](p, `document.activeElement.blur() || true`)
	p.Press("?")
	if !Evaluate[bool](p, `document.getElementById('cd-keys').open`) {
		t.Error("? doesn't open the list")
	}
	Evaluate[bool](p, `document.querySelector('[data-cd-keys-switch]').click() || true`)
	p.Press(kb.Escape)
	if Evaluate[bool](p, `document.getElementById('cd-keys').open`) {
		t.Fatal("Escape doesn't close the list")
	}
	p.Press("j")
	if got := Evaluate[string](p, `document.activeElement.textContent`); strings.HasPrefix(got, "Aldermoor") {
		t.Error("j works although short-cuts are switched off")
	}
	Evaluate[bool](p, `document.querySelector('[data-cd-keys-switch]').click() || true`)
	p.FollowKeys("gi")
	if !strings.HasSuffix(p.Address(), "/indicator") {
		t.Errorf("g i leads to %s", p.Address())
	}
}

func TestFollowingALinkByThePointer(t *testing.T) {
	t.Parallel()
	b := Start(t)
	p := b.Visit(t, serve(t).URL+"/watch-list", View{NoScript: true})
	p.Follow(`a[href="/provider"][data-row]`)
	if !strings.HasSuffix(p.Address(), "/provider") {
		t.Errorf("at %s", p.Address())
	}
}

func TestPaperKeepsTheProofAndThePastDate(t *testing.T) {
	t.Parallel()
	b := Start(t)
	p := b.Visit(t, serve(t).URL+"/past", View{})
	paper := p.PrintedText()
	for _, words := range []string{"As it stood on Wednesday 30 September 2026", "Made from memory entry 184,306"} {
		if !strings.Contains(paper, words) {
			t.Errorf("paper doesn't say %q", words)
		}
	}
	if strings.Contains(paper, "Return to now") || strings.Contains(paper, "Keyboard short-cuts") {
		t.Error("paper shows controls")
	}
	if n := Sheets(p.PDF("specimen-past")); n < 1 || n > 4 {
		t.Errorf("%d sheets", n)
	}
}

// The checks themselves must be able to fail.
func TestABadPageIsFound(t *testing.T) {
	t.Parallel()
	b := Start(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "default-src 'self'; img-src *")
		if _, err := w.Write([]byte(`<!DOCTYPE html><html><body><img src="http://127.0.0.1:1/x.png"><p style="width:900px">wide</p><div id="wide"></div>
<script src="/missing.js"></script><table width="900"><tr><td>a</td></tr></table></body></html>`)); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	p := b.Visit(t, server.URL+"/", View{Width: Telephone})
	found := map[string]bool{}
	for _, v := range p.Violations() {
		found[v.ID] = true
	}
	for _, id := range []string{"image-alt", "html-has-lang", "document-title"} {
		if !found[id] {
			t.Errorf("axe-core doesn't find %s: %v", id, found)
		}
	}
	if px, elements := p.Sideways(); px == 0 || len(elements) == 0 {
		t.Errorf("a page of 900 px on a telephone scrolls by %d px: %v", px, elements)
	}
	if f := p.Foreign(); len(f) != 1 {
		t.Errorf("requests to other servers: %v", f)
	}
	if c := strings.Join(p.Complaints(), "\n"); !strings.Contains(c, "missing.js") || !strings.Contains(c, "style") {
		t.Errorf("complaints: %s", c)
	}
	picture, err := png.Decode(bytes.NewReader(p.Screenshot("bad")))
	if err != nil || picture.Bounds().Dx() < 900 {
		t.Errorf("picture: %v %v", picture.Bounds(), err)
	}
}
