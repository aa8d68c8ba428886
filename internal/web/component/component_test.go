package component

import (
	"html/template"
	"io/fs"
	"strings"
	"testing"

	"github.com/jba/templatecheck"
	"golang.org/x/net/html"

	"candour/internal/chart"
)

// rendered is a component's markup as an outline: one line per element or text.
func rendered(t *testing.T, c Component) string {
	t.Helper()
	h, err := Render(c)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(outline(t, string(h)), "\n")
}

// every is one of each component, by the name of its template.
func every() map[string]Component {
	out := map[string]Component{}
	for _, c := range []Component{
		Label{Text: "a"},
		Legend{Text: "a"},
		Hint{Text: "a"},
		ErrorMessage{Text: "a"},
		Fieldset{Body: "a"},
		Input{},
		Textarea{},
		Select{Options: []Option{{Text: "a"}}},
		FileUpload{},
		Radios{Choices: []Choice{{Value: "a"}}},
		Checkboxes{Choices: []Choice{{Value: "a"}}},
		DateInput{},
		Button{Text: "a"},
		ErrorSummary{},
		Details{},
		Tag{},
		SkipLink{},
		InsetText{},
		NotificationBanner{},
		Breadcrumbs{Items: []Link{{Text: "a"}}},
		SummaryList{},
		Pagination{},
		Table{Rows: [][]Cell{{{Body: "a"}}}},
		Icon{Name: "k-hard"},
		Markup("a"),
		Head{},
		Header{},
		PastDate{},
		Foot{},
		Region{},
		Segments{},
		Box{},
		Hard,
		Severity{Level: 1},
		IconPair{},
		Verdict{},
		Gap{},
		Clock{},
		Hash{},
		Facts{},
		Said{},
		Score{},
		Why{},
		Change{},
		Spark{},
		Chart{Drawn: chart.SPC{}},
		ChartLegend{},
		History{},
		Steps{},
		Waterfall{},
		Matrix{},
	} {
		out[c.templateName()] = c
	}
	return out
}

func TestEveryTemplateFitsItsComponent(t *testing.T) {
	t.Parallel()
	all := every()
	// A set that has rendered nothing yet: rendering adds copies of templates for each place where they stand.
	fresh := template.Must(template.New("").Funcs(FuncMap()).ParseFS(templateFiles, "templates/*.gohtml"))
	for name, c := range all {
		if err := templatecheck.CheckHTML(fresh.Lookup(name), c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Render(c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Parts are templates that others place; each must be placed by one.
	used := map[string]bool{}
	files, err := fs.Glob(templateFiles, "templates/*.gohtml")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := templateFiles.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range strings.Split(string(b), `{{template "`)[1:] {
			name, _, _ := strings.Cut(call, `"`)
			used[name] = true
		}
		if strings.Contains(string(b), "style=") || strings.Contains(string(b), "<script>") {
			t.Errorf("%s has an inline style or script, which the content policy refuses", f)
		}
	}
	inner := map[string]bool{"choices": true, "date-parts": true} // placed by Inner
	for _, tmpl := range fresh.Templates() {
		if name := tmpl.Name(); name != "" && !strings.HasSuffix(name, ".gohtml") && all[name] == nil && !used[name] && !inner[name] {
			t.Errorf("template %s is placed by nothing", name)
		}
	}
}

func TestTextIsEscapedAndMarkupIsNot(t *testing.T) {
	t.Parallel()
	evil := `"><script>alert(1)</script>`
	in := Input{Value: evil}
	in.Name, in.Label, in.Hint, in.Error = "a", Label{Text: evil}, evil, evil
	for name, c := range map[string]Component{
		"field": in, "gap": Gap{Word: evil, Detail: evil}, "clock": Clock{Text: evil, What: evil}, "table": Table{Caption: evil, Rows: [][]Cell{{{Body: evil, Title: evil, Hidden: evil}}}},
		"why": Why{Items: []Reason{{Points: evil, Text: evil, Source: evil}}}, "header": Header{Organisation: evil, SearchHref: "/s", SearchQuery: evil}, "steps": Steps{Items: []Step{{Name: evil, Criteria: []Criterion{{Text: evil}}}}},
		"chart": Chart{ID: "a", Region: evil, Drawn: chart.SPC{Title: evil, Description: evil}}, "button": Button{Text: evil, Attributes: Attributes{"data-x": evil}},
	} {
		h := string(must(t, c))
		if strings.Contains(h, "<script>") {
			t.Errorf("%s: %s", name, h)
		}
	}
	if h := must(t, Details{Summary: "s", Body: template.HTML("<p>ours</p>")}); !strings.Contains(string(h), "<p>ours</p>") {
		t.Errorf("our markup was escaped: %s", h)
	}
	if h := must(t, Breadcrumbs{Items: []Link{{Text: "x", Href: "javascript:alert(1)"}}}); strings.Contains(string(h), `"javascript:`) {
		t.Errorf("an address that runs a script came through: %s", h)
	}
}

func TestAttributesThatCouldRunAScriptAreRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"onclick", "style", "href", "formaction", "hx-on", "hx-on--click", "srcdoc", "a b", `x"`, "", "X", "class"} {
		if h, err := Render(Button{Text: "a", Attributes: Attributes{name: "x"}}); err == nil {
			t.Errorf("%q was accepted: %s", name, h)
		}
	}
	h := string(must(t, Button{Text: "a", Attributes: Attributes{"data-key": "a", "aria-label": `"`, "hx-get": "/x"}}))
	if !strings.Contains(h, `aria-label="&#34;" data-key="a" hx-get="/x"`) {
		t.Errorf("attributes: %s", h)
	}
}

func TestWordsStandBesideEveryMark(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		Component
		want string
	}{
		"severity in a word":          {Severity{Level: 4}, "death or severe harm"},
		"severity in a hidden word":   {Severity{Level: 2, Hidden: true}, "moderate"},
		"evidence":                    {Soft, `aria-label="soft signal"`},
		"variation":                   {IconPair{Variation: VariationConcernLow}, `aria-label="Concern: special cause, low"`},
		"a more exact variation":      {IconPair{Variation: VariationFunnelHigh, VariationLabel: "Concern: above the 95% funnel limit"}, `aria-label="Concern: above the 95% funnel limit"`},
		"assurance":                   {IconPair{Assurance: AssuranceFail}, `aria-label="Target consistently missed"`},
		"gap":                         {Gap{Word: "Late", Detail: "3 days"}, "3 days"},
		"change":                      {Change{Points: -3}, "down"},
		"no change":                   {Change{}, "No change"},
		"a clock that is over":        {Clock{State: ClockOver, Text: "2 working days over"}, `class="cd-clock cd-clock--over"`},
		"a short hash is in full too": {Hash{Value: "a41f00112233445566778899aabbccddeeff09c2"}, `title="a41f00112233445566778899aabbccddeeff09c2"`},
		"points with a true minus":    {Why{Items: []Reason{{Points: Signed(-2), Icon: Hard.Icon(), Text: "a"}}}, "−2"},
		"a proposed level":            {Steps{Items: []Step{{Name: "Intensive", State: StepProposed, Tag: "Proposed"}}}, `class="cd-tag nhsuk-tag nhsuk-tag--orange"`},
		"a decision's reason":         {History{Items: []Event{{What: "Limits set anew.", Because: "the bundle began"}}}, "“the bundle began”"},
		"who can't be proved yet":     {Foot{Entry: "7"}, "not yet under a signed checkpoint"},
		"what lags":                   {Foot{Entry: "7", Waiting: 2, ReloadHref: "/"}, "2 entries not yet in this page."},
		"past date":                   {PastDate{When: "30 September", NowHref: "/"}, "As it stood on 30 September."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := rendered(t, c.Component); !strings.Contains(got, c.want) {
				t.Errorf("no %q in\n%s", c.want, got)
			}
		})
	}
	if h, err := Render(Severity{Level: 5}); err == nil {
		t.Errorf("severity 5 was accepted: %s", h)
	}
}

func TestEveryMarkHasASymbolAndWords(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, n := range chart.SymbolNames() {
		names[n] = true
	}
	for _, v := range []Variation{
		VariationCommon, VariationConcernHigh, VariationConcernLow, VariationImproveHigh, VariationImproveLow,
		VariationNeitherHigh, VariationNeitherLow, VariationFunnelHigh, VariationFunnelLow, VariationFunnelGoodH, VariationFunnelGoodL, VariationFunnelIn, VariationNone,
	} {
		if !names[string(v)] || v.Words() == "" {
			t.Errorf("variation %q has no symbol or no words", v)
		}
	}
	for _, a := range []Assurance{AssuranceHit, AssurancePass, AssuranceFail, AssuranceNone} {
		if !names[string(a)] || a.Words() == "" {
			t.Errorf("assurance %q has no symbol or no words", a)
		}
	}
	for _, k := range []Kind{Hard, Soft, Action} {
		if !names[string(k)] || k.Icon().Label == "" {
			t.Errorf("kind %q has no symbol or no words", k)
		}
	}
}

// No cell is empty without a word or hidden word.
func TestNoCellOfWaterfallAndMatrixIsEmpty(t *testing.T) {
	t.Parallel()
	for _, c := range []Component{
		Waterfall{Caption: "c", SinceWord: "Since", Total: 5, Words: "All", Domains: []WaterfallDomain{{Name: "Safe", Points: 5, Rows: []WaterfallRow{{Kind: Hard, Text: "a", Points: 7}, {Kind: Hard, Text: "overlap", Points: -2}}}}},
		Matrix{Corner: "c", Groups: []MatrixGroup{{Name: "Safe", Columns: []MatrixColumn{{Name: "a", Href: "/"}}}}, Rows: []MatrixRow{{Name: "p", Href: "/", Cells: []MatrixCell{{Gap: "Missing"}}}}, Totals: []MatrixTotal{{Name: "t", Counts: []int{0}}}},
	} {
		doc, err := html.Parse(strings.NewReader(string(must(t, c))))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			if n.Type == html.ElementNode && (n.Data == "td" || n.Data == "th") {
				words := ""
				for m := range n.Descendants() {
					if m.Type == html.TextNode {
						words += m.Data
					}
					for _, a := range m.Attr {
						if a.Key == "aria-label" {
							words += a.Val
						}
					}
				}
				if strings.TrimSpace(words) == "" {
					t.Errorf("%s: an empty %s", c.templateName(), n.Data)
				}
			}
		}
	}
}

func TestATotalBelowNoughtHasATrueMinus(t *testing.T) {
	t.Parallel()
	out, err := Render(Waterfall{Total: 3, Domains: []WaterfallDomain{{Name: "How the signs fit together", Points: -8, Rows: []WaterfallRow{{Points: -8}}}, {Name: "Safe", Points: 11, Rows: []WaterfallRow{{Points: 11}}}}})
	if err != nil || !strings.Contains(string(out), "<strong>−8</strong>") || !strings.Contains(string(out), "<strong>11</strong>") {
		t.Errorf("%v: %s", err, out)
	}
}

func TestEachBarOfAWaterfallBeginsWhereTheOneBeforeEnded(t *testing.T) {
	t.Parallel()
	w := Waterfall{Total: 46, Domains: []WaterfallDomain{{Rows: []WaterfallRow{{Points: 22}, {Points: 26}}}, {Rows: []WaterfallRow{{Points: -2}}}}}
	drawn := w.Drawn()
	// 470 px for 52 points: 9.04 px a point, from 6.
	for i, want := range []string{`<rect x="6" y="5" width="198.8"`, `<rect x="204.8" y="5" width="235"`} {
		if bar := string(drawn[0].Drawn[i].Bar); !strings.Contains(bar, want) {
			t.Errorf("bar %d: no %s in %s", i+1, want, bar)
		}
	}
	if bar := string(drawn[1].Drawn[0].Bar); !strings.Contains(bar, `class="cd-g-off"`) || !strings.Contains(bar, `<rect x="421.8"`) {
		t.Errorf("overlap takes off, to the left of where the total stood: %s", bar)
	}
}

func TestAnAssetThatIsNotThereIsAnError(t *testing.T) {
	t.Parallel()
	if u, err := assetURL("candour.css"); err != nil || !strings.HasPrefix(u, "/assets/") {
		t.Errorf("%s %v", u, err)
	}
	if _, err := assetURL("missing.css"); err == nil {
		t.Error("accepted")
	}
}

func TestAPageUsesComponentsInItsTemplate(t *testing.T) {
	t.Parallel()
	page := template.Must(template.New("").Funcs(FuncMap()).Parse(`<p>{{icon "k-hard" "hard finding"}}{{component .C}}{{content .T}}{{component .None}}</p><i {{attributes .A}}></i>`))
	var b strings.Builder
	err := page.Execute(&b, struct {
		C    Component
		T    Content
		None Component
		A    Attributes
	}{Tag{Text: "<New>"}, "a & b", nil, Attributes{"lang": "cy"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`aria-label="hard finding"`, "&lt;New&gt;", "a &amp; b", `<i lang="cy">`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in %s", want, b.String())
		}
	}
}

func BenchmarkRenderWatchListRow(b *testing.B) {
	row := Table{Dense: true, Rows: [][]Cell{{{Body: 1}, {Body: Score{Points: 46, Likelihood: "Very likely"}}, {Body: Spark{Line: chart.Sparkline{Points: []float64{1, 2, 3}}}}, {Body: Why{Items: []Reason{{Points: "+7", Icon: Hard.Icon(), Text: "a"}, {Points: "+6", Icon: Soft.Icon(), Text: "b"}}}}}}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Render(row); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAHeadingBeforeAValueHasAColonUnlessItEndsWithAMark(t *testing.T) {
	t.Parallel()
	got := rendered(t, Table{
		Cards: true, RowHeaders: true, Columns: []Column{{Heading: "Reference"}, {Heading: "Safety actions: what changed?"}, {Heading: "Plan"}},
		Rows: [][]Cell{{{Body: "LR-1"}, {Body: "Nothing yet"}, {Body: "1"}}},
	})
	for _, want := range []string{"what changed?\"", "\"Plan:\""} {
		if !strings.Contains(strings.ReplaceAll(got, "'", "\""), want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if strings.Contains(got, "?:") {
		t.Errorf("a question has a colon:\n%s", got)
	}
}

// must is a component's markup.
func must(t *testing.T, c Component) template.HTML {
	t.Helper()
	h, err := Render(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}
