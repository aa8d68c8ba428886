package chart

import (
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (run go test -update and look at the picture)", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s has changed (run go test -update and look at the picture)", name)
	}
}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// fallsValues are the 30 values of falls with harm of a trust made up for it, from May 2024.
var fallsValues = []float64{
	1.71, 1.58, 1.83, 1.66, 1.75, 1.62, 1.79, 1.68, 1.87, 1.74, 1.61, 1.77, 1.38, 1.46, 1.29, 1.41, 1.52, 1.33, 1.44, 1.27,
	1.48, 1.36, 1.31, 1.49, 1.58, 1.52, 1.66, 1.61, 1.83, 1.94,
}

// falls is their SPC chart.
func falls() SPC {
	c := SPC{
		ID: "spc", Title: "Falls with harm, Aldermoor Hospitals, May 2024 to October 2026", Unit: "Falls with harm per 1,000 occupied bed days", Decimals: 2,
		Limits: []Limits{
			{From: 0, To: 11, Mean: 1.718, Lower: 1.316, Upper: 2.119},
			{From: 12, To: 29, Mean: 1.395, Lower: 1.030, Upper: 1.760, Reason: "falls bundle on all wards, May 2025"},
		},
		Standard: &Line{Value: 1.6},
		Notes:    []Note{{Point: 23, Text: "Ward 7 becomes escalation ward, Apr 2026"}},
	}
	for i, v := range fallsValues {
		at := day(2024, time.May, 1).AddDate(0, i, 0)
		p := Point{Name: at.Format("Jan 2006"), At: at, Value: v}
		if i >= 23 {
			p.Mark, p.Because = Concern, "one of 7 running above the mean"
		}
		if i == 23 {
			p.Letter = "a"
		}
		if i > 27 {
			p.Letter, p.Because = "b", "above the upper limit; one of 7 running above the mean"
		}
		c.Points = append(c.Points, p)
	}
	return c
}

// peers is a funnel with one provider on either side of the limits.
func peers() Funnel {
	f := Funnel{
		ID: "funnel", Title: "Falls with harm against 21 acute peers, May to October 2026", Unit: "Falls with harm per 1,000 occupied bed days",
		SizeUnit: "Occupied bed days in 6 months", Decimals: 2, Mean: 1.44,
	}
	for n := 30_000.0; n <= 200_000; n += 2_500 {
		sd := math.Sqrt(1.44/n*1000) * 1.13
		f.Limits = append(f.Limits, FunnelLimit{n, 1.44 - 1.96*sd, 1.44 + 1.96*sd, 1.44 - 3.09*sd, 1.44 + 3.09*sd})
	}
	for i := range 21 {
		n := 40_000 + float64(i)*7_000
		f.Points = append(f.Points, FunnelPoint{Name: "Peer " + string(rune('A'+i)), Size: n, Value: 1.44 + 0.2*math.Sin(float64(3*i))})
	}
	f.Points[4].Value, f.Points[4].Mark = 2.05, Concern
	f.Points[15].Value, f.Points[15].Mark = 1.02, Improvement
	f.Points = append(f.Points, FunnelPoint{Name: "Aldermoor", Size: 66_400, Value: 1.69, Own: true})
	return f
}

func TestTheSPCChartOfTheMockUpIsDrawnToTheSamePixel(t *testing.T) {
	t.Parallel()
	svg := falls().Scene().SVG(InPage)
	for what, fragment := range map[string]string{
		"first point":           `<circle cx="66" cy="212.3" r="3.6" class="cd-p-common"/>`,
		"last point":            `<path d="M848 159.3l5.6 5.6l-5.6 5.6l-5.6 -5.6Z" class="cd-p-concern"/>`,
		"letter above it":       `<text x="848" y="154.9" class="cd-g-t cd-g-b" text-anchor="middle">b</text>`,
		"band of the new limit": `<rect x="376.1" y="202" width="479.9" height="150.6" class="cd-g-band"/>`,
		"limits set anew":       `<path d="M376.1 24V400" class="cd-g-rebase"/>`,
		"why":                   `<text x="381.1" y="32" class="cd-g-t">Limits set anew: falls bundle on all wards, May 2025</text>`,
		"standard":              `<path d="M52 235H862" class="cd-g-target"/>`,
		"note":                  `<path d="M686.2 54V400" class="cd-g-annot"/>`,
		"words of the note":     `<text x="681.2" y="52" class="cd-g-t" text-anchor="end">Ward 7 becomes escalation ward, Apr 2026</text>`,
		"value of the mean":     `<text x="870" y="281.3" class="cd-g-t cd-g-b">Mean 1.40</text>`,
		"value of a limit":      `<text x="870" y="206" class="cd-g-t">Upper limit 1.76</text>`,
		"year":                  `<text x="66" y="436" class="cd-g-t cd-g-b">2024</text>`,
		"month":                 `<text x="119.9" y="418" class="cd-g-t" text-anchor="middle">Jul</text>`,
		"grid":                  `<path d="M52 317.5H862" class="cd-g-grid"/><text x="44" y="321.5" class="cd-g-t" text-anchor="end">1.2</text>`,
		"size":                  `viewBox="0 0 980 450" width="980" height="450" role="img" aria-labelledby="spc-t spc-d"`,
	} {
		if !strings.Contains(svg, fragment) {
			t.Errorf("%s: no %s", what, fragment)
		}
	}
}

func TestGoldenDrawings(t *testing.T) {
	t.Parallel()
	trial := falls()
	trial.ID, trial.Title, trial.Points, trial.Notes = "trial", "Trial limits, gaps and every mark", trial.Points[:10], nil
	trial.Limits = []Limits{{From: 0, To: 9, Mean: 1.7, Lower: math.NaN(), Upper: 2.1, Trial: true}}
	for i, m := range []Mark{Common, Concern, Improvement, Neither, Ghost} {
		trial.Points[i].Mark = m
	}
	trial.Points[6].Missing = "suppressed"
	steps := falls()
	steps.ID, steps.Title, steps.Standard, steps.Notes = "steps", "Limits that differ from point to point", nil, nil
	steps.Limits = []Limits{{From: 0, To: 29, Mean: 1.6}}
	for i := range fallsValues {
		w := 0.3 + 0.1*float64(i%4)
		steps.Limits[0].UpperAt = append(steps.Limits[0].UpperAt, 1.6+w)
		steps.Limits[0].LowerAt = append(steps.Limits[0].LowerAt, 1.6-w)
	}
	seen := 37.0
	for name, d := range map[string]Drawing{
		"spc": falls(), "spc-trial": trial, "spc-steps": steps, "funnel": peers(),
		"spc-empty": SPC{ID: "none", Title: "Nothing yet", Unit: "%"},
		"timeline":  aldermoor(ByHappened), "timeline-known": aldermoor(ByKnown),
		"spark":       Sparkline{Points: []float64{11, 11, 12, 14, 18, 24, 33, 37, 46}, Since: 1, FirstName: "1 June", LastName: "23 November 2026", SeenLast: &seen},
		"spark-empty": Sparkline{},
		"bar":         WaterfallBar{Start: 22, Points: 6, Most: 48}, "bar-off": WaterfallBar{Start: 43, Points: -2, Most: 48},
		"bar-total": WaterfallBar{Total: true, Points: 46, Threshold: 40, Most: 48}, "bar-axis": WaterfallAxis{Most: 48},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := d.Scene()
			golden(t, name+".svg", []byte(s.SVG(Standalone)+"\n"))
			if again := d.Scene().SVG(Standalone); again != s.SVG(Standalone) {
				t.Error("the same drawing gave two scenes")
			}
			wellFormed(t, s.SVG(InPage))
			wellFormed(t, s.SVG(Standalone))
			var b bytes.Buffer
			if err := s.PNG(&b, 1); err != nil {
				t.Fatal(err)
			}
			if dir := os.Getenv("CANDOUR_SCREENSHOTS"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, "chart-"+name+".png"), b.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("not well formed: %v", err)
		}
	}
}

func TestTextsAreEscaped(t *testing.T) {
	t.Parallel()
	c := falls()
	c.Title, c.Unit, c.Points[0].Because, c.Notes[0].Text = `<script>"A&E"</script>`, "<b>", "</title><script>", "<i>"
	for _, mode := range []Mode{InPage, Standalone} {
		svg := c.Scene().SVG(mode)
		if strings.Contains(svg, "<script") || strings.Contains(svg, "<b>") || strings.Contains(svg, "<i>") {
			t.Errorf("markup in a text came through: %s", svg[:400])
		}
		wellFormed(t, svg)
	}
}

// Colours and lines in a page are classes only, so that print and forced colours can change them.
func TestInAPageNoShapeHasAColourOrStyleOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, d := range []Drawing{falls(), peers(), aldermoor(ByHappened), Sparkline{Points: []float64{1, 2}}, WaterfallBar{Points: 3}} {
		svg := d.Scene().SVG(InPage)
		if m := regexp.MustCompile(`(style=|stroke|fill="#|font-)`).FindString(svg); m != "" {
			t.Errorf("%T has %q", d, m)
		}
	}
}

var cssRule = regexp.MustCompile(`([^{}]+)\{([^{}]*)\}`)

// The table of styles in this package says what candour.css says of the same classes.
func TestStylesAgreeWithTheStyleSheet(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("../web/assets/candour.css")
	if err != nil {
		t.Fatal(err)
	}
	css, _, _ := strings.Cut(string(b), "@media(forced-colors")
	said := map[string]map[string]string{}
	for _, m := range cssRule.FindAllStringSubmatch(css, -1) {
		for _, selector := range strings.Split(m[1], ",") {
			class := strings.TrimPrefix(strings.TrimSpace(selector), ".")
			if _, ours := styles[class]; !ours {
				continue
			}
			if said[class] == nil {
				said[class] = map[string]string{}
			}
			for _, declaration := range strings.Split(m[2], ";") {
				if k, v, ok := strings.Cut(declaration, ":"); ok {
					said[class][k] = v
				}
			}
		}
	}
	for class, s := range styles {
		css := said[class]
		if css == nil {
			t.Errorf("candour.css has no .%s", class)
			continue
		}
		if class == hatchClass {
			continue // filled by a pattern
		}
		compare := func(property, want string) {
			if css[property] != want {
				t.Errorf(".%s %s: %q in candour.css, %q here", class, property, css[property], want)
			}
		}
		compare("fill", s.fill)
		compare("stroke", s.stroke)
		width := ""
		if s.width > 0 {
			width = num(s.width)
		}
		if css["stroke-width"] == "5px" {
			width += "px"
		}
		compare("stroke-width", width)
		var dashes []string
		for _, d := range s.dash {
			dashes = append(dashes, num(d))
		}
		compare("stroke-dasharray", strings.Join(dashes, " "))
		if (css["font-weight"] == "600") != s.bold {
			t.Errorf(".%s font-weight: %q in candour.css, bold %v here", class, css["font-weight"], s.bold)
		}
	}
}

func TestEveryClassOfEveryDrawingHasAStyle(t *testing.T) {
	t.Parallel()
	for _, d := range []Drawing{falls(), peers(), aldermoor(ByHappened), Sparkline{Points: []float64{1}}, WaterfallBar{Total: true, Points: 41, Threshold: 40}} {
		for _, s := range d.Scene().Shapes {
			for _, c := range strings.Fields(s.Class) {
				if _, ok := styles[c]; !ok {
					t.Errorf("%T uses .%s", d, c)
				}
			}
		}
	}
}
