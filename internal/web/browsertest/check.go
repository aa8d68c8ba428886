package browsertest

import (
	_ "embed" // for axe-core
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axe is axe-core as its authors publish it; see internal/web/assets/vendor/MANIFEST.tsv.
//
//go:embed testdata/axe/axe.min.js
var axe string

// Violation is a rule of accessibility that the page breaks.
type Violation struct {
	ID      string   `json:"id"`
	Impact  string   `json:"impact"`
	Help    string   `json:"help"`
	HelpURL string   `json:"helpUrl"`
	Targets []string `json:"targets"` // where, as selectors with what is wrong there
}

// String is the violation in one line.
func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s at %s", v.ID, v.Impact, v.Help, strings.Join(v.Targets, "; "))
}

// axeRun runs the rule sets of WCAG 2.2 A and AA, and best practice.
const axeRun = `axe.run(document, {
	runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'] },
	resultTypes: ['violations'],
}).then((r) => r.violations.map((v) => ({
	id: v.id, impact: v.impact || '', help: v.help, helpUrl: v.helpUrl,
	targets: v.nodes.map((n) => n.target.join(' ') + ': ' + n.any.concat(n.all, n.none).map((c) => c.message).join(', ')),
})))`

// Violations is what axe-core finds: WCAG 2.0, 2.1 and 2.2 A and AA, and best
// practice. A page without scripts can't be asked.
func (p *Page) Violations() []Violation {
	p.t.Helper()
	Evaluate[bool](p, axe+";true")
	return Evaluate[[]Violation](p, axeRun)
}

// Screenshot is the whole page as PNG. It is saved under the name, if pictures are
// saved.
func (p *Page) Screenshot(name string) []byte {
	p.t.Helper()
	png := get(p, chromedp.FullScreenshot(100))
	Save(p.t, name+".png", png)
	return png
}

// Sideways is how many px the page is wider than the screen, and the elements that
// stick out of it. Regions with a scroll bar of their own don't count.
func (p *Page) Sideways() (px int, elements []string) {
	p.t.Helper()
	out := Evaluate[struct {
		By       int      `json:"by"`
		Elements []string `json:"elements"`
	}](p, `(() => {
		const width = document.documentElement.clientWidth
		const by = Math.max(0, document.scrollingElement.scrollWidth - width)
		const within = (e) => { for (let n = e.parentElement; n; n = n.parentElement) if (getComputedStyle(n).overflowX !== 'visible') return true; return false }
		const elements = by === 0 ? [] : [...document.body.querySelectorAll('*')]
			.filter((e) => e.getBoundingClientRect().right > width + 0.5 && !within(e))
			.map((e) => e.tagName.toLowerCase() + (e.className && e.className.baseVal === undefined ? '.' + e.className : '')).slice(0, 8)
		return { by, elements }
	})()`)
	return out.By, out.Elements
}

// PDF prints the page, by its own page size, without backgrounds, as a printer
// would. It is saved under the name, if pictures are saved.
func (p *Page) PDF(name string) []byte {
	p.t.Helper()
	pdf := get(p, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	Save(p.t, name+".pdf", pdf)
	return pdf
}

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

// Sheets is how many sheets a PDF from [Page.PDF] has.
func Sheets(pdf []byte) int { return len(pdfPage.FindAll(pdf, -1)) }

// PrintedText is the text that paper shows, in order.
func (p *Page) PrintedText() string {
	p.t.Helper()
	p.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
	s := Evaluate[string](p, `document.body.innerText`)
	p.do(command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{}))
	return strings.Join(strings.Fields(s), " ")
}

// Expect is what a page must be, beside what every page must be.
type Expect struct {
	Name     string            // of the pictures: name.png, name-390.png, name.pdf
	Status   int               // nought is 200
	Cookies  map[string]string // of the session
	NotPrint bool              // the page has no proof line to print, as before signing in
	Most     int               // sheets on which it must print; nought is any number
	Says     []string          // texts that must be visible at both widths, also without scripts
}

// Check holds the page to what every page must be; see the package comment.
func (b *Browser) Check(t testing.TB, address string, e Expect) {
	t.Helper()
	if e.Status == 0 {
		e.Status = 200
	}
	// All of it in one tab, since a tab is a process. What needs no script is laid out anew when
	// the window changes, without a second visit.
	p := b.Visit(t, address, View{Width: Wide, Cookies: e.Cookies, NoScript: true})
	said := map[int]string{Wide: p.Text("body")}
	p.do(chromedp.EmulateViewport(Telephone, 900))
	said[Telephone] = p.Text("body")
	p.faults(e.Name+" without scripts", e.Status)
	p.do(command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{}))
	for _, width := range []int{Wide, Telephone} {
		name := e.Name
		if width == Telephone {
			name += "-390"
		}
		p.do(chromedp.EmulateViewport(int64(width), 900), chromedp.Navigate(address))
		if os.Getenv(pictures) != "" {
			p.Screenshot(name)
		}
		if p.Status() != e.Status {
			t.Errorf("%s: status %d, want %d", name, p.Status(), e.Status)
		}
		for _, v := range p.Violations() {
			t.Errorf("%s: %s", name, v)
		}
		if px, elements := p.Sideways(); px > 0 {
			t.Errorf("%s scrolls sideways by %d px: %v", name, px, elements)
		}
		p.faults(name, e.Status)
		for _, words := range e.Says {
			if !strings.Contains(p.Text("body"), words) {
				t.Errorf("%s doesn't say %q", name, words)
			}
			if !strings.Contains(said[width], words) {
				t.Errorf("%s without scripts doesn't say %q", name, words)
			}
		}
		if width == Wide {
			p.prints(e)
		}
	}
}

// faults reports, once, scripts that failed and requests that went elsewhere. A page
// that is itself an error is logged as such by the browser, which is no fault.
func (p *Page) faults(name string, status int) {
	p.t.Helper()
	defer p.forget()
	for _, c := range p.Complaints() {
		if status >= 400 && strings.Contains(c, fmt.Sprint(status)) {
			continue
		}
		p.t.Errorf("%s: %s", name, c)
	}
	for _, f := range p.Foreign() {
		p.t.Errorf("%s asks another server: %s", name, f)
	}
}

// prints checks the paper: the proof line is on it, the controls aren't.
func (p *Page) prints(e Expect) {
	p.t.Helper()
	if n := Sheets(p.PDF(e.Name)); n == 0 {
		p.t.Errorf("%s prints no sheet", e.Name)
	} else if e.Most > 0 && n > e.Most {
		p.t.Errorf("%s prints %d sheets, %d at most", e.Name, n, e.Most)
	}
	paper := p.PrintedText()
	if !e.NotPrint && !strings.Contains(paper, "Made from memory entry") {
		p.t.Errorf("%s prints without its proof line", e.Name)
	}
	if strings.Contains(paper, "Search everything") || strings.Contains(paper, "Skip to main content") {
		p.t.Errorf("%s prints its controls", e.Name)
	}
}
