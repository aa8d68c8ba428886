// Package browsertest drives a real browser over pages, for tests: Debian's
// Chromium, without a window, through its debugging protocol.
//
//	b := browsertest.Start(t)
//	b.Check(t, server.URL+"/watch-list", browsertest.Expect{Name: "watch-list"})
//
// [Browser.Check] holds a page to what docs/rules.md asks of every page: at 1440
// and 390 px axe-core finds nothing (WCAG 2.2 A and AA, best practice); nothing
// scrolls sideways at 390; with and without scripts the page says the same lead;
// no script fails, the content policy refuses nothing, and no request goes to
// another server; the proof line prints. [Browser.Visit] gives a [Page] to look
// closer, press keys and follow links.
//
// Pictures are saved in the folder that CANDOUR_SCREENSHOTS names, so that people
// can look. Where there is no Chromium, tests are skipped and say so, except with
// CI=true, where they fail.
package browsertest

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The widths at which pages are looked at, in px.
const (
	Wide      = 1440
	Tablet    = 768
	Telephone = 390
)

// patience is how long one thing may take before the test fails. It is long, as
// many tests may share two cores.
const patience = 60 * time.Second

// pictures is the environment variable that names the folder of pictures.
const pictures = "CANDOUR_SCREENSHOTS"

// Browser is what one test sees of the running Chromium: cookies, storage and tabs of its own.
type Browser struct {
	ctx context.Context
}

// chromium is the one that runs, for as many tests as use it at the time: starting one
// costs as much as looking at a page.
var chromium struct {
	sync.Mutex
	users int
	ctx   context.Context
	stop  func() error
}

// Start gives the test a browser of its own until its end.
func Start(t testing.TB) *Browser {
	t.Helper()
	program, err := find()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no Chromium (%v), and CI=true skips nothing: apt-get install chromium", err)
		}
		t.Skipf("skipped: no Chromium (%v); apt-get install chromium, or name one in CANDOUR_CHROMIUM", err)
	}
	chromium.Lock()
	defer chromium.Unlock()
	if chromium.users == 0 {
		if err := launch(program); err != nil {
			t.Fatalf("start %s: %v", program, err)
		}
	}
	chromium.users++
	ctx, stop := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(func() {
		stop()
		chromium.Lock()
		defer chromium.Unlock()
		if chromium.users--; chromium.users > 0 {
			return
		}
		if err := chromium.stop(); err != nil {
			t.Logf("stop browser: %v", err)
		}
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("browser: open a context: %v", err)
	}
	return &Browser{ctx: ctx}
}

// launch starts Chromium and waits until it answers.
func launch(program string) error {
	// Chromium gets a profile of its own in a temporary folder, as none is named.
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("lang", "en-GB"), chromedp.WSURLReadTimeout(patience),
	)
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocator)
	chromium.ctx = ctx
	chromium.stop = func() error {
		// Cancel waits until the browser has gone and its profile is removed.
		err := chromedp.Cancel(ctx)
		stop()
		stopAllocator()
		return err
	}
	err := chromedp.Do(ctx)
	if err != nil {
		_ = chromium.stop() // what went wrong first is what is told
	}
	return err
}

// find is where Chromium is.
func find() (string, error) {
	if named := os.Getenv("CANDOUR_CHROMIUM"); named != "" {
		return exec.LookPath(named)
	}
	var first error
	for _, name := range []string{"/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"} {
		path, err := exec.LookPath(name)
		if err == nil {
			return path, nil
		}
		if first == nil {
			first = err
		}
	}
	return "", first
}

// View is how a page is looked at.
type View struct {
	Width    int               // px; nought is Wide
	NoScript bool              // as where scripts are off
	Cookies  map[string]string // sent with every request to the page's server
}

// Page is a page in a tab of its own.
type Page struct {
	t      testing.TB
	ctx    context.Context
	origin string

	mu         sync.Mutex
	complaints []string
	foreign    []string
	status     int
}

// Visit opens the address and waits until it has loaded. The tab is closed at the
// end of the test.
func (b *Browser) Visit(t testing.TB, address string, v View) *Page {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	p := &Page{t: t, origin: u.Scheme + "://" + u.Host}
	ctx, stop := chromedp.NewContext(b.ctx, chromedp.WithListener(p.hear))
	t.Cleanup(stop)
	p.ctx = ctx
	// The first run in a tab must be with the tab's own context, as the tab ends with it.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("browser: open a tab: %v", err)
	}
	if v.Width == 0 {
		v.Width = Wide
	}
	actions := []step{
		command(network.Enable, network.EnableParams{}), command(log.Enable, cdp.Empty{}),
		chromedp.EmulateViewport(int64(v.Width), 900),
		command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: v.NoScript}),
	}
	for name, value := range v.Cookies {
		actions = append(actions, command(network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: p.origin}))
	}
	p.do(append(actions, chromedp.Navigate(address))...)
	return p
}

// step is an action without a value.
type step = chromedp.Action[chromedp.Void]

// command is a command of the debugging protocol as a step; what it answers is not used.
func command[P, R any](c cdp.Command[P, R], params P) step {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, c, params)
		return chromedp.Void{}, err
	}
}

// hear writes down what goes wrong in the page.
func (p *Page) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			p.complaints = append(p.complaints, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		p.complaints = append(p.complaints, e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError {
			p.complaints = append(p.complaints, "console.error was called")
		}
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, p.origin+"/") && !strings.HasPrefix(u, "data:") {
			p.foreign = append(p.foreign, u)
		}
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			p.status = int(e.Response.Status)
		}
	}
}

// forget forgets what went wrong so far.
func (p *Page) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.complaints, p.foreign = nil, nil
}

// do runs steps, and fails the test if one fails or takes too long.
func (p *Page) do(steps ...step) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("browser: %v", err)
	}
}

// get runs an action and returns its value, as do does.
func get[T any](p *Page, a chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		p.t.Fatalf("browser: %v", err)
	}
	return v
}

// Status is the HTTP status of the page.
func (p *Page) Status() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}

// Complaints is what went wrong in the page so far: scripts that failed, files
// that weren't found, what the content policy refused.
func (p *Page) Complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.complaints...)
}

// Foreign is the requests to other servers than the page's own.
func (p *Page) Foreign() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.foreign...)
}

// Evaluate evaluates a JavaScript expression in the page, waits for it if it is a
// promise, and decodes its value, which must not be undefined.
func Evaluate[T any](p *Page, expression string) T {
	p.t.Helper()
	return get(p, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Go opens another address in the same tab and waits until it has loaded.
func (p *Page) Go(address string) {
	p.t.Helper()
	p.do(chromedp.Navigate(address))
}

// Text is the visible text of the first element that the CSS selector finds, its
// spaces made single.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return strings.Join(strings.Fields(get(p, chromedp.Text(chromedp.CSS(selector)))), " ")
}

// Address is where the page is now.
func (p *Page) Address() string {
	p.t.Helper()
	return get(p, chromedp.Location())
}

// Press types keys as a person does, to whatever has the focus: a letter is typed
// only where the page leaves the key to the browser. Special keys are those of
// chromedp's package kb.
func (p *Page) Press(keys string) {
	p.t.Helper()
	p.do(keySteps(keys)...)
}

// keySteps is the keys as steps.
func keySteps(keys string) []step {
	var out []step
	for _, r := range keys {
		for _, e := range kb.Encode(r) {
			if e.Type == input.DispatchKeyEventTypeChar {
				continue // the text goes with the key, or it would be typed although the page took the key
			}
			event := *e
			if k := kb.Keys[r]; k != nil && k.Print && event.Type != input.DispatchKeyEventTypeKeyUp {
				event.Type, event.Text, event.UnmodifiedText = input.DispatchKeyEventTypeKeyDown, k.Text, k.Unmodified
			}
			out = append(out, command(input.DispatchKeyEvent, event))
		}
	}
	return out
}

// Tap presses the first element that the CSS selector finds, where a finger would.
func (p *Page) Tap(selector string) {
	p.t.Helper()
	p.do(chromedp.Click(chromedp.CSS(selector)))
}

// Follow presses the first element that the CSS selector finds and waits for the
// page that it leads to.
func (p *Page) Follow(selector string) {
	p.t.Helper()
	p.follow(chromedp.Click(chromedp.CSS(selector)))
}

// FollowKeys types keys as Press does and waits for the page that they lead to.
func (p *Page) FollowKeys(keys string) {
	p.t.Helper()
	p.follow(keySteps(keys)...)
}

func (p *Page) follow(steps ...step) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, steps...); err != nil {
		p.t.Fatalf("browser: no page came, still at %s: %v", p.Address(), err)
	}
}

// WaitFor waits until the JavaScript expression is true of the page. To wait for
// another page, use Follow and FollowKeys.
func (p *Page) WaitFor(expression string) {
	p.t.Helper()
	get(p, chromedp.Poll[bool](expression, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(patience)))
}

// Save writes a file into the folder of pictures, if there is one.
func Save(t testing.TB, name string, content []byte) {
	t.Helper()
	folder := os.Getenv(pictures)
	if folder == "" {
		return
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}
