package web

import (
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/concern"
)

// TestAScoreIsFollowedWithAPocketCalculator reckons one score from the figures that
// "Weights and why" prints, and nothing else: each step within what its three places
// leave open.
func TestAScoreIsFollowedWithAPocketCalculator(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	par := concern.Default()
	overlap := map[concern.FamilyID]float64{}
	for _, f := range par.Families {
		overlap[f.ID] = f.Overlap
	}
	a := judgedOf("RA1", 0)
	a.Params = par.Version
	a.Families = nil
	change := 0.0
	for id, c := range map[concern.FamilyID][]float64{"workforce": {2.886, 0.67}, "gp": {2.614}} {
		f := concern.FamilyPart{Family: id, Name: string(id), Quiet: []concern.StreamPart{{Stream: "gp.severe", Name: "Quiet", Kind: concern.Reports, Newest: a.AsOf}}}
		for _, x := range c {
			f.Streams = append(f.Streams, concern.StreamPart{Stream: "gp.ordinary", Name: "Stream", Kind: concern.Reports, Evidence: x, Newest: a.AsOf, Facts: concern.Facts{Reports: 6, Expected: 1}})
			f.Evidence += x
		}
		f.Evidence /= 1 + float64(len(c))*overlap[id]
		f.Part = 0.5 * math.Log1p(f.Evidence)
		change += f.Part
		a.Families = append(a.Families, f)
	}
	a.Pattern = concern.PatternPart{Name: "voices first", Part: 0.729}
	a.Standing = []concern.StandingLine{{Name: "Visits long worse than usual", Level: 1.562, Part: 0.5 * par.Lambda * 1.562, Soft: true}}
	a.Change, a.Score.Score, a.Level = change, change+0.729, 0.781
	a.Ranking = a.Score.Score + par.Lambda*a.Level
	a.Points = int(math.Round(a.Ranking * par.PointFactor()))
	b.judged("QAA", a)
	got := b.as(access.QualityLead, "QAA").get("/providers/RA1/concern")
	if got.Code != http.StatusOK {
		t.Fatalf("%d", got.Code)
	}
	page := parse(t, got)
	number := regexp.MustCompile(`−?\d+(\.\d+)?`)
	read := func(text string) (out []float64) {
		for _, s := range number.FindAllString(text, -1) {
			x, _ := strconv.ParseFloat(strings.Replace(s, "−", "-", 1), 64)
			out = append(out, x)
		}
		return out
	}
	near := func(what string, got, want, within float64) {
		t.Helper()
		if math.Abs(got-want) > within {
			t.Errorf("%s: printed %.4f, reckoned %.4f", what, got, want)
		}
	}
	parts := 0.0
	for _, row := range page.all("tr") {
		cells := document{row}.all("td")
		if name := text(document{row}.all("th")[0]); len(cells) >= 6 && (name == "workforce" || name == "gp") {
			sum, by, e, weight, part := read(text(cells[0]))[0], read(text(cells[1])), read(text(cells[2]))[0], read(text(cells[3]))[0], read(text(cells[4]))[0]
			if len(by) != 5 {
				t.Fatalf("%s is divided by %q", name, text(cells[1]))
			}
			near(name+" divisor", by[0], by[1]+(by[2]-by[3])*by[4], 0.001)
			near(name+" E", e, sum/by[0], 0.002)
			near(name+" part", part, weight*math.Log1p(e), 0.001)
			parts += part
		}
	}
	sums := map[string][]float64{}
	keys, values := page.all("dt"), page.all("dd")
	for i := range keys {
		sums[text(keys[i])] = read(text(values[i]))
	}
	near("A", sums["of which families A"][0], parts, 0.002)
	pattern := sums["of which pattern"]
	near("pattern", pattern[0], pattern[1]*pattern[2], 0.002)
	near("S", sums["Change score S"][0], parts+pattern[0], 0.003)
	r := sums["Ranking score R"]
	near("R", r[0], r[2]+r[3]*r[4], 0.003)
	p := sums["Points"]
	near("points before rounding", p[3], p[1]*p[2], 0.01)
	near("points", p[0], math.Round(p[3]), 0)
	for _, want := range []string{"Weight in L", "0.500", "1.562"} {
		if !strings.Contains(got.Body.String(), want) {
			t.Errorf("the standing level lacks %q", want)
		}
	}
}

func TestAmountsAreGroupedAndKeepTheirSign(t *testing.T) {
	t.Parallel()
	for x, want := range map[float64]string{93431: "93,431", 101359.1: "101,359.1", 0: "0", 2.7: "2.7", -0.4: "−0.4", -3: "−3", 2.96: "3.0", 0.04: "0.0", -0.04: "0.0", 1999.97: "2,000.0"} {
		if got := amount(x); got != want {
			t.Errorf("%v is written %q, expected %q", x, got, want)
		}
	}
	if got := amount(math.NaN()); got != "–" {
		t.Errorf("nothing to tell is written %q", got)
	}
}

func TestTheProductShownIsThatOfTheFactorsShown(t *testing.T) {
	t.Parallel()
	par := concern.Default()
	a := concern.Assessment{Points: 74}
	a.Ranking = 20.1124
	if got := sumWords(par, &a); !strings.HasPrefix(got, "74: 20.112 × 3.69") || !strings.Contains(got, " = 74.28, rounded;") {
		t.Errorf("%s", got)
	}
	if a.Points, a.Ranking = 0, -2; !strings.Contains(sumWords(par, &a), " = −7.39, rounded; below nought") {
		t.Errorf("%s", sumWords(par, &a))
	}
}
