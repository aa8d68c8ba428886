package intake

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"candour/definitions"
	"candour/internal/indicator"
)

// TestARowThatItsDefinitionContradictsIsRefusedWithWhat reads a tidy file with a row for
// each way in which figures can't be a value of the indicator that they name.
func TestARowThatItsDefinitionContradictsIsRefusedWithWhat(t *testing.T) {
	t.Parallel()
	sources, err := LoadSources(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	text := string(exampleOf(t, "add-an-indicator.md"))
	for id, change := range map[string][2]string{
		"share": {"", ""}, "rate": {"kind: proportion", "kind: rate"}, "score": {"kind: proportion", "kind: mean"}, "number": {"kind: proportion", "kind: count"},
	} {
		own := strings.Replace(strings.Replace(text, "id: stroke-scan", "id: "+id, 1), change[0], change[1], 1)
		files["indicators/"+id+".yaml"] = &fstest.MapFile{Data: []byte(own)}
	}
	catalogue, err := indicator.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	const head = "organisation,indicator,period,numerator,denominator,value\n"
	for row, want := range map[string]string{
		"RAA,share,2025-Q1,9,10,":     "",
		"RAA,share,2025-Q1,0,10,":     "",
		"RAA,share,2025-Q1,*,*,":      "",
		"RAA,share,2025-Q1,,,":        "",
		"RAA,rate,2025-Q1,11,10,":     "",
		"RAA,score,2025-Q1,,,7.5":     "",
		"RAA,number,2025-Q1,0,,":      "",
		"RAA,share,2025-Q1,11,10,":    "11 of 10, more than all",
		"RAA,share,2025-Q1,9,,":       "a numerator (9) without a denominator",
		"RAA,rate,2025-Q1,9,,":        "a numerator (9) without a denominator",
		"RAA,share,2025-Q1,,,0.9":     "a value alone (0.9)",
		"RAA,number,2025-Q1,,,9":      "a value alone (9)",
		"RAA,number,2025-Q1,9,1000,":  "a denominator (1000)",
		"RAA,score,2025-Q1,9,10,":     "a numerator (9)",
		"RAA,share,2025-01,9,10,":     "2025-01, a month",
		"RAA,share,2025-01,missing,,": "2025-01, a month",
		"RAA,share,FY2025,9,10,":      "FY2025, a financial year",
		"RAA,share,soon,9,10,":        `"soon"`,
	} {
		text := head + row + "\n"
		found, err := sources.Recognise(context.Background(), File{"f.csv", int64(len(text)), strings.NewReader(text)}, Said{}, DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		kept := map[indicator.ID]indicator.Form{}
		found.Form = formsIn(catalogue, kept)
		got, code := "", ""
		for item, err := range found.Parse(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			if item.Refusal != nil {
				got, code = item.Refusal.Found, item.Refusal.Code
				if item.Refusal.Expected == "" || strings.Contains(item.Refusal.Expected, " none") || item.Refusal.Advice == "" {
					t.Errorf("%s: %+v says not what is expected, or what to do", row, item.Refusal)
				}
			}
		}
		if got != want || want != "" && code != CodeForm && code != CodePeriod {
			t.Errorf("%s: refused for %q (%s), expected %q", row, got, code, want)
		}
		if code == CodeForm && len(kept) != 1 {
			t.Errorf("%s: a rebuild wouldn’t know what was defined: %v", row, kept)
		}
	}
}
