package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/store"
	"candour/internal/web/browsertest"
)

// reachable is a server that can be made to vanish: every connection is then cut
// before an answer, for pages and for the worker alike.
type reachable struct {
	handler http.Handler
	gone    atomic.Bool
}

func (s *reachable) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.gone.Load() {
		panic(http.ErrAbortHandler)
	}
	s.handler.ServeHTTP(w, r)
}

// device is a browser over a server that can vanish.
type device struct {
	*bundle
	browser *browsertest.Browser
	net     *reachable
	url     string
}

func newDevice(t *testing.T) *device {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: -short; the browser takes a while")
	}
	d := &device{browser: browsertest.Start(t), bundle: peopled(t).practised()}
	d.net = &reachable{handler: d.server}
	server := httptest.NewServer(d.net)
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

// visit opens a page as somebody, and gives the token of the session.
func (d *device) visit(t *testing.T, role access.Role, path string, width int) (*browsertest.Page, string) {
	t.Helper()
	token := d.as(role, "QAA").cookie.Value
	return d.browser.Visit(t, d.url+path, browsertest.View{Width: width, Cookies: map[string]string{"candour": token}}), token
}

// held is how many signals are stored.
func (d *device) held() int {
	d.Helper()
	n, err := d.store.CountSignals(d.ctx, d.operator(), store.SignalFilter{})
	d.no(err)
	return n
}

const (
	ready     = `document.body.dataset.kept === 'yes' && navigator.serviceWorker.controller !== null`
	backOn    = `window.dispatchEvent(new Event('online')) || true`
	fillIn    = `(() => { const f = document.getElementById('form'); const set = (n, v) => { for (const e of f.elements) if (e.name === n) { if (e.type === 'radio') e.checked = e.value === v; else e.value = v; e.dispatchEvent(new Event('input', { bubbles: true })) } }; %s; return true })()`
	pressSend = `document.querySelector('.cd-send').click() || true`
)

func says(words string) string {
	return `document.querySelector('main').innerText.includes(` + "`" + words + "`" + `)`
}

const concernFields = `set('provider', 'al'); set('ward', 'Ward 7'); set('theme', 'discharge'); set('when', 'today'); set('words', 'Sent home at night without a letter.'); set('harm', 'some'); set('known', 'yes')`

func TestAConcernWaitsOnTheDeviceUntilTheServerIsBackAndIsSentOnceInABrowser(t *testing.T) {
	d := newDevice(t)
	p, token := d.visit(t, access.GP, "/concerns/new", browsertest.Telephone)
	p.WaitFor(ready)
	d.net.gone.Store(true)
	p.Go(d.url + "/concerns/new")
	p.WaitFor(says("Tell us a patient was failed"))
	browsertest.Evaluate[bool](p, strings.Replace(fillIn, "%s", concernFields, 1))
	browsertest.Evaluate[bool](p, pressSend)
	p.WaitFor(says("Kept on this device, encrypted"))
	p.Screenshot("offline-kept-390")
	if n := d.held(); n != 0 {
		t.Fatalf("%d stored although the server was away", n)
	}
	p.Go(d.url + "/drafts")
	p.WaitFor(says("1 draft is kept on this device"))
	p.WaitFor(says("A patient was failed, Ward 7"))
	for _, v := range p.Violations() {
		t.Errorf("drafts: %s", v)
	}
	p.Screenshot("drafts-390")
	if kept := browsertest.Evaluate[string](p, `new Promise((done) => { const r = indexedDB.open('candour'); r.onsuccess = () => { const q = r.result.transaction('draft').objectStore('draft').getAll(); q.onsuccess = () => done(JSON.stringify(q.result.map((d) => ({ ...d, sealed: [...new Uint8Array(d.sealed)].map((b) => String.fromCharCode(b)).join('') })))) } })`); strings.Contains(kept, "night") || strings.Contains(kept, "Ward 7") {
		t.Error("the words stand on the device in plain text")
	}

	// Seen and edited, still without the server.
	p.Go(d.url + "/concerns/new?" + "#draft=" + browsertest.Evaluate[string](p, `new URL(document.querySelector('[data-drafts] a').href).hash.slice(7)`))
	p.WaitFor(`document.getElementById('words')?.value === 'Sent home at night without a letter.'`)
	browsertest.Evaluate[bool](p, strings.Replace(fillIn, "%s", `set('words', 'Sent home at night; no letter, no keys.')`, 1))
	browsertest.Evaluate[bool](p, pressSend)
	p.WaitFor(says("Kept on this device, encrypted"))

	// The session ends meanwhile: the draft waits and says so.
	d.no(d.store.SignOut(d.ctx, token))
	d.net.gone.Store(false)
	browsertest.Evaluate[bool](p, backOn)
	p.WaitFor(says("You are signed out"))
	if n := d.held(); n != 0 {
		t.Fatalf("%d stored although nobody was signed in", n)
	}

	// Another account on the same device learns that there is one, and no more.
	other, _ := d.visit(t, access.QualityLead, "/drafts", browsertest.Telephone)
	other.WaitFor(says("A draft of another account"))
	if text := other.Text("main"); strings.Contains(text, "Ward 7") || d.held() != 0 {
		t.Errorf("another account reads %q, %d stored", text, d.held())
	}

	// Whoever wrote it signs in again.
	again, _ := d.visit(t, access.GP, "/drafts", browsertest.Telephone)
	again.WaitFor(says("Sent what was kept: G-2026-1"))
	again.WaitFor(says("Nothing is kept on this device"))
	browsertest.Evaluate[bool](again, backOn)
	if n := d.held(); n != 1 {
		t.Fatalf("%d stored, expected 1", n)
	}
	if h, err := d.store.Signal(d.ctx, d.operator(), "G-2026-1"); err != nil || h.Narrative != "Sent home at night; no letter, no keys." || h.Place.Provider != "RA1" {
		t.Errorf("stored %+v, %v", h.Signal, err)
	}
}

func TestAnAnswerThatGotLostMakesNoSecondConcernInABrowser(t *testing.T) {
	d := newDevice(t)
	p, _ := d.visit(t, access.GP, "/concerns/new", browsertest.Telephone)
	p.WaitFor(ready)
	// The server takes the concern, but its answer is cut off.
	inner := d.net.handler
	var cut atomic.Bool
	cut.Store(true)
	d.net.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && cut.Load() {
			inner.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		}
		inner.ServeHTTP(w, r)
	})
	browsertest.Evaluate[bool](p, strings.Replace(fillIn, "%s", concernFields, 1))
	browsertest.Evaluate[bool](p, pressSend)
	p.WaitFor(says("Kept on this device"))
	if n := d.held(); n != 1 {
		t.Fatalf("%d stored", n)
	}
	cut.Store(false)
	browsertest.Evaluate[bool](p, backOn)
	p.WaitFor(says("Sent what was kept: G-2026-1"))
	if n := d.held(); n != 1 {
		t.Errorf("%d stored after it was sent again", n)
	}
}

func TestSigningOutLeavesNothingOnTheDeviceInABrowser(t *testing.T) {
	d := newDevice(t)
	p, _ := d.visit(t, access.Visitor, "/signals/new/visit", 820)
	p.WaitFor(ready)
	d.net.gone.Store(true)
	p.Go(d.url + "/signals/new/visit?template=ward-visit")
	p.WaitFor(says("Immediate concerns"))
	// A second finding is added, as scripts do without the server.
	browsertest.Evaluate[bool](p, `document.querySelector('[data-rows="finding.safety"] .cd-more').click() || true`)
	p.WaitFor(`document.getElementById('finding.safety.1.words') !== null`)
	browsertest.Evaluate[bool](p, strings.Replace(fillIn, "%s", `set('place.provider', 'RA1'); set('place.ward', 'Larch'); set('occurred.date', '2026-11-23'); set('visit.type', 'unannounced'); set('visit.team', 'Nurse\nLay member'); set('finding.safety.1.words', 'Drug round 2 hours late'); set('finding.safety.1.severity', '3')`, 1))
	browsertest.Evaluate[bool](p, pressSend)
	p.WaitFor(says("Kept on this device"))
	p.Go(d.url + "/drafts")
	p.WaitFor(says("Visit: Ward or department, Larch"))
	p.Go(d.url + "/visits")
	p.WaitFor(`document.body.innerText.includes('You are off line')`)

	d.net.gone.Store(false)
	p.Go(d.url + "/drafts")
	p.WaitFor(says("Sent what was kept: V-2026-1"))
	if h, err := d.store.Signal(d.ctx, d.operator(), "V-2026-1"); err != nil || len(h.Visit.Findings) != 1 || h.Visit.Findings[0].Area != "safety" || len(h.Visit.Team) != 2 {
		t.Errorf("stored %+v, %v", h.Visit, err)
	}
	p.Go(d.url + "/visits/V-2026-1/more")
	p.Go(d.url + "/signals/new/visit?template=care-home-visit")
	p.WaitFor(ready)
	browsertest.Evaluate[bool](p, strings.Replace(fillIn, "%s", `set('place.ward', 'Half written')`, 1))
	p.WaitFor(`localStorage.getItem('candour-drafts') === 'yes'`)
	browsertest.Evaluate[bool](p, `(window.confirm = () => true) && true`)
	p.Follow(".cd-header__button")
	deadline := time.Now().Add(20 * time.Second)
	for {
		left := browsertest.Evaluate[string](p, `Promise.all([indexedDB.databases(), caches.keys()]).then(([a, b]) => JSON.stringify([a.map((x) => x.name), b.filter((x) => x.startsWith('candour-pages'))]))`)
		if left == "[[],[]]" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("left on the device: %s", left)
		}
	}
}

func TestTheFormsHoldInABrowser(t *testing.T) {
	d := newDevice(t)
	visitor := map[string]string{"candour": d.as(access.Visitor, "QAA").cookie.Value}
	lead := map[string]string{"candour": d.as(access.QualityLead, "QAA").cookie.Value}
	for name, page := range map[string]struct {
		path string
		who  map[string]string
		says string

		tablet bool // looked at on a tablet as well
	}{
		"kinds":         {"/signals/new", lead, "Coroner's report", false},
		"visit-pick":    {"/signals/new/visit", visitor, "Care home", false},
		"visit-form":    {"/signals/new/visit?template=ward-visit", visitor, "Are call bells answered within 10 minutes?", true},
		"steps-form":    {"/signals/new/fifteen_steps?template=fifteen-steps-ward", visitor, "What do you see and hear in the first 15 steps?", true},
		"complaint":     {"/signals/new/complaint", lead, "Who may open what is sealed?", false},
		"incident":      {"/signals/new/incident", lead, "Physical harm (OT001)", false},
		"staff-concern": {"/signals/new/staff_concern", lead, "The person’s wishes", false},
		"visits":        {"/visits", visitor, "No visit is recorded yet", false},
	} {
		t.Run(name, func(t *testing.T) {
			if page.tablet {
				p := d.browser.Visit(t, d.url+page.path, browsertest.View{Width: browsertest.Tablet, Cookies: page.who})
				for _, v := range p.Violations() {
					t.Errorf("on a tablet: %s", v)
				}
				if px, elements := p.Sideways(); px > 0 {
					t.Errorf("scrolls sideways on a tablet by %d px: %v", px, elements)
				}
				p.Screenshot("form-" + name + "-768")
			}
			d.browser.Check(t, d.url+page.path, browsertest.Expect{Name: "form-" + name, Cookies: page.who, Says: []string{page.says}})
		})
	}
}
