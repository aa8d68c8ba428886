package bench

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheReportSaysOfEachGoalWhetherItIsMetWithItsInterval(t *testing.T) {
	t.Parallel()
	head := "method,budget,median_delay,median_lo,median_hi,within12,within12_lo,within12_hi,auc,auc_lo,auc_hi,media_storm_false,media_storm_false_lo,media_storm_false_hi,realised,realised_lo,realised_hi,economies\n"
	own := "candour,0.2,4,4,6,0.89,0.88,0.91,0.88,0.87,0.89,0.2,0.1,0.3,0.24,0.2,0.25,3\n"
	table, err := ReadResults(strings.NewReader(head + own +
		"candour:matched,0.2,1,1,1,1,1,1,1,1,1,0,0,0,0.2,0.2,0.2,3\n" +
		"xmr-hard,0.2,99,99,99,0,0,0,0,0,0,0,0,0,0.2,0.2,0.2,3\nxmr-hard:matched,0.2,15,14,17,0,0,0,0,0,0,0,0,0,0.2,0.2,0.2,3\n" +
		strings.Replace(own, "candour,0.2,", "candour,0.5,", 1)))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := table.Markdown(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{
		"| median delay, months ≤ 5 (stretch 4) | 4.0 (4.0–6.0) | yes, and the stretch; not at every point of the interval |",
		"| within 12 months ≥ 0.85 (stretch 0.9) | 0.89 (0.88–0.91) | yes |",
		"| months before XmR rules on hard charts ≥ 12 | 11.0 (8.0–13.0) | **no** |",
		"| AUC ≥ 0.89 | 0.880 (0.870–0.890) | **no** |",
		"| false alerts a provider-year, within 15% of the budget, 0.17 to 0.23 | 0.24 (0.20–0.25) | **no** |",
		"| false alerts on media storm ≤ 0.5 (stretch 0.3) | 0.20 (0.10–0.30) | yes, and the stretch |",
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("the report lacks %q", want)
		}
	}
	if strings.Count(text, "## Against the goals") != 1 {
		t.Error("goals are stated at 0.2 false alerts a provider-year and are judged at another budget")
	}
	if strings.Contains(text, "flags against peers") || strings.Contains(text, "coding change ≤") {
		t.Error("a method or figure that the file doesn’t hold is judged")
	}
}

func TestWhatAnEconomyDoesNotHoldIsNoFigure(t *testing.T) {
	t.Parallel()
	sc := tiny()
	e := Generate(5, Test, 0, sc)
	for p := range e.Truth {
		e.Truth[p] = Truth{}
	}
	e.Shock = Span{}
	dir := t.TempDir()
	if err := WriteFolder(dir, e); err != nil {
		t.Fatal(err)
	}
	// As a spreadsheet program on another system saves it.
	path := filepath.Join(dir, fileProviders)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(byteOrderMark+strings.ReplaceAll(string(text), "\n", "\r\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	results, err := Run(context.Background(), Options{Seed: 1, Split: Test, Folders: []string{dir}, Budgets: []float64{0.2}, Methods: []string{Candour}})
	if err != nil {
		t.Fatal(err)
	}
	figures := TableOf(results).Figures[0]
	for _, name := range []string{"median_delay", "within12", "mean_delay_24", "auc", "top10", "drift_median", "chronic_within12", "media_storm_false", "media_storm_false_lo", "national_shock_false", "soft_first_ahead"} {
		if x := figures[name]; !math.IsNaN(x) {
			t.Errorf("nobody deteriorates and no decoy is there, and %s is %g", name, x)
		}
	}
	if math.IsNaN(figures["realised"]) {
		t.Error("false alerts can be counted")
	}
	var b strings.Builder
	if err := TableOf(results).Markdown(&b); err != nil || strings.Contains(b.String(), "NaN") {
		t.Errorf("the report: %v\n%s", err, b.String())
	}
}
