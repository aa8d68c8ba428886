package bench

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"candour/internal/concern"
)

func document(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/methods/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// documented is the results file of the documents.
func documented(t *testing.T) *Table {
	t.Helper()
	table, err := ReadResults(strings.NewReader(document(t, "benchmark-results.csv")))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestThePageOfTheBenchmarkIsWhatItsResultsFileSays(t *testing.T) {
	t.Parallel()
	var report strings.Builder
	if err := documented(t).Markdown(&report); err != nil {
		t.Fatal(err)
	}
	page := strings.Split(document(t, "benchmark.md"), "\n")
	checked := 0
	first, _, _ := strings.Cut(report.String(), "# Benchmark at 0.10")
	for line := range strings.Lines(first) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "|") || strings.HasPrefix(line, "- ") {
			if checked++; !slices.Contains(page, line) {
				t.Errorf("benchmark.md lacks %q", line)
			}
		}
	}
	if checked < 60 {
		t.Errorf("only %d lines were compared", checked)
	}
}

func TestTheShippedThresholdsAreThoseThatTheResultsWereMadeWith(t *testing.T) {
	t.Parallel()
	table := documented(t)
	for i, m := range table.Methods {
		if f := table.Figures[i]; m == Candour {
			b := concern.Default().Budget(f["budget"])
			if math.Abs(b.Score-f["threshold"]) > 0.006 || math.Abs(b.Level-f["threshold_level"]) > 0.006 || math.Abs(b.Alerts-f["alerts_provider_year"]) > 0.011 || math.Abs(b.TrueShare-f["true_share"]) > 0.011 {
				t.Errorf("the results were made with other parameters, or those shipped promise something else: %+v, %v", b, f)
			}
		}
	}
}

// numeral is a small number as the page for clinicians writes it.
func numeral(x float64) string {
	return []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}[int(math.Round(x))]
}

func TestWhatCliniciansAreToldIsWhatTheResultsSay(t *testing.T) {
	t.Parallel()
	table := documented(t)
	i := slices.IndexFunc(table.Figures, func(f map[string]float64) bool { return math.Abs(f["budget"]-goalBudget) < 1e-9 })
	for ; table.Methods[i] != Candour || math.Abs(table.Figures[i]["budget"]-goalBudget) > 1e-9; i++ {
	}
	f := table.Figures[i]
	quarter := func(kind string) {
		if missed := 1 - f[kind+"_within12"]; math.Abs(missed-0.25) > 0.04 {
			t.Errorf("clinicians are told that a quarter of %s are not found within a year; it is %.2f", kind, missed)
		}
	}
	quarter("drift")
	quarter("ward")
	quarter("chronic")
	if math.Abs(f["media_storm_false"]/goalBudget-1.5) > 0.15 || math.Abs(f["coding_change_false"]/goalBudget-1.5) > 0.15 || math.Abs(f["true_share"]-0.5) > 0.1 || f["soft_first_ahead"] < 0.7 {
		t.Errorf("media storm, coding change, true alerts or voices before outcomes: %v", f)
	}
	text := strings.Join(strings.Fields(document(t, "concern-for-clinicians.md")), " ")
	for _, want := range []string{
		fmt.Sprintf("raised about %s months after it begins; a suppressed or a voices-first one about as soon, in %s or %s; half of all cases within about %s months", numeral(f["step_median"]), numeral(f["suppression_median"]), numeral(f["soft_first_median"]), numeral(f["median_delay"])),
		fmt.Sprintf("about %s months in the middle case, and a quarter are not found within a year", numeral(f["drift_median"])),
		fmt.Sprintf("found in about %s months; a quarter not within a year", numeral(f["ward_median"])),
		fmt.Sprintf("**Targets that are met while care worsens**: about %s months", numeral(f["gaming_median"])),
		"in about a quarter of cases not within a year",
		"**A media storm** and **a change of coding** each raise about half as many false alerts again as usual",
		"**Every visit is heard.** Several in one month count together, up to a limit",
		"one false alert per provider in five years", "about half of all alerts are then true",
		fmt.Sprintf("begins at %.0f points", concern.Default().WordPoints(concern.Likely)),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("concern-for-clinicians.md lacks %q", want)
		}
	}
	if n := len(strings.Fields(text)); n > 1150 {
		t.Errorf("the page for clinicians has %d words: more than two pages", n)
	}
}

func TestThePageOfAlertsHasTheBudgetsAsShipped(t *testing.T) {
	t.Parallel()
	text := document(t, "alerts.md")
	for _, b := range concern.Default().Budgets {
		week := func(n int) string { return strings.TrimSuffix(fmt.Sprintf("%.2f", b.Workload(n).PerWeek), "0") }
		row := fmt.Sprintf("| %g | %.2f | %.2f | %s, %s, %.1f |", b.Budget, b.Alerts, b.TrueShare, week(10), week(61), b.Workload(150).PerWeek)
		if !strings.Contains(text, row) {
			t.Errorf("alerts.md lacks %q", row)
		}
	}
}
