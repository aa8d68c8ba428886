package filter_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"candour/internal/fault"
	"candour/internal/stat/cusum"
	"candour/internal/stat/cusum/filter"
)

func FuzzChart(f *testing.F) {
	f.Add("y,p\n0,.05\n1,.05\n", "p", 2.0, 1.5, uint8(0))
	f.Add("x,y,p\na,TRUE,\n", "0.1", 0.5, -1.0, uint8(1))
	f.Add("y,p\n\"1\n", "p", 1.0, 0.0, uint8(2))
	f.Fuzz(func(t *testing.T, text, risk string, odds, limit float64, kind uint8) {
		var out bytes.Buffer
		err := filter.Chart{
			Design:  cusum.Design{Kind: cusum.Kind(kind % 5), Odds: odds, Shift: 1, SD: 1, Limit: limit},
			Outcome: "y", Risk: risk, Explain: true,
		}.Run(strings.NewReader(text), &out)
		switch {
		case err != nil && fault.KindOf(err) != fault.Invalid:
			t.Fatalf("an error of the input must be told as one: %v", err)
		case err == nil && (strings.Contains(out.String(), "NaN") || strings.Contains(out.String(), "Inf")):
			t.Fatal(out.String())
		}
	})
}

func TestALimitReadsNoInputForNumbers(t *testing.T) {
	t.Parallel()
	broken := io.MultiReader() // gives nothing; reading CSV from it is an error
	var out bytes.Buffer
	if err := (filter.Limit{Odds: 2, Risk: "0.1, 0.2", RunLength: 100, Scaling: 600}).Run(broken, &out); err != nil {
		t.Fatal(err)
	}
	if err := (filter.Limit{Odds: 2, Risk: "p", RunLength: 100, Scaling: 600}).Run(broken, &out); !fault.Is(err, fault.Invalid) {
		t.Errorf("an empty input: %v", err)
	}
}
