package classify

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"candour/definitions"
	"candour/internal/fault"
	"candour/internal/signal"
)

func mustCoder(t testing.TB) *Coder {
	t.Helper()
	seeds, err := Seeds(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewCoder(seeds, nil, DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSeedsUseCodesOfTheTaxonomies(t *testing.T) {
	t.Parallel()
	tax, err := signal.LoadTaxonomies(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	seeds, err := Seeds(definitions.Files)
	if err != nil || len(seeds) < 100 {
		t.Fatalf("%d seeds, %v", len(seeds), err)
	}
	themes := map[string]bool{}
	for _, s := range seeds {
		themes[s.Theme] = true
		if tax.Get("theme").Code(s.Theme) == nil || tax.Get("hcat").Code(s.HCAT) == nil || strings.Contains(s.HCAT, "/") || s.Severity == 0 {
			t.Errorf("seed %q has codes %q, %q, %d", s.Text, s.Theme, s.HCAT, s.Severity)
		}
	}
	for _, c := range tax.Get("theme").Codes {
		if !themes[c.Code] {
			t.Errorf("no seed for the theme %q", c.Code)
		}
	}
}

func TestASuggestionShowsTheWordsThatMadeIt(t *testing.T) {
	t.Parallel()
	codes := mustCoder(t).Suggest("Patient sent home by taxi, no discharge letter reached us")
	if len(codes.Theme) != 3 || codes.Theme[0].Code != "discharge" {
		t.Fatalf("got %+v", codes.Theme)
	}
	if i := slices.IndexFunc(codes.Theme[0].Words, func(w Word) bool { return w.Word == "discharge" && w.Weight > 0 }); i < 0 {
		t.Errorf("the word itself isn't shown: %+v", codes.Theme[0].Words)
	}
	if len(codes.HCAT) == 0 || len(codes.Severity) == 0 {
		t.Errorf("got %+v", codes)
	}
}

func TestOfUnknownWordsNothingIsSuggested(t *testing.T) {
	t.Parallel()
	codes := mustCoder(t).Suggest("Xyzzy plugh!")
	if codes.Theme != nil || codes.HCAT != nil || codes.Severity != nil || mustCoder(t).Suggest("").Theme != nil {
		t.Errorf("got %+v", codes)
	}
}

func TestWhatAnInstallationCodesItselfTeaches(t *testing.T) {
	t.Parallel()
	seeds, _ := Seeds(definitions.Files)
	own := slices.Repeat([]Coded{{Text: "Hydrotherapy pool closed", Theme: "environment"}, {Text: "Hydrotherapy pool shut again", Theme: "environment"}}, 5)
	before := mustCoder(t).Theme.Suggest("hydrotherapy pool", 1)
	after, err := NewCoder(seeds, own, DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	if got := after.Theme.Suggest("hydrotherapy pool", 1); before != nil || len(got) == 0 || got[0].Code != "environment" {
		t.Errorf("before %+v, after %+v", before, got)
	}
}

func TestTheSameExamplesInAnyOrderGiveTheSameModel(t *testing.T) {
	t.Parallel()
	seeds, _ := Seeds(definitions.Files)
	back := slices.Clone(seeds)
	slices.Reverse(back)
	a, err := NewCoder(seeds, nil, DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	b, _ := NewCoder(back, nil, DefaultOptions())
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	if !bytes.Equal(x, y) {
		t.Error("two trainings on the same examples differ")
	}
}

func TestAStoredModelSuggestsTheSame(t *testing.T) {
	t.Parallel()
	c := mustCoder(t)
	text, _ := json.Marshal(c.Theme)
	var back Model
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if err := back.Restore(); err != nil {
		t.Fatal(err)
	}
	const words = "waited nine hours on a trolley"
	if !reflect.DeepEqual(back.Suggest(words, 5), c.Theme.Suggest(words, 5)) {
		t.Error("a stored model suggests something else")
	}
	back.Weights[0] = back.Weights[0][1:]
	if err := back.Restore(); !fault.Is(err, fault.Damaged) {
		t.Errorf("a damaged model: %v", err)
	}
}

// The gradient is right at any point: compared with differences.
func TestTheGradientIsThatOfTheLoss(t *testing.T) {
	t.Parallel()
	m := &Model{Classes: []string{"a", "b", "c"}, Words: []string{"u", "v", "w"}}
	p := &problem{model: m, lambda: 0.3, label: []int{0, 1, 2, 1}, x: [][]feature{{{0, 1}}, {{1, 0.6}, {2, 0.8}}, {}, {{0, 0.6}, {1, 0.8}}}}
	rapid.Check(t, func(t *rapid.T) {
		at := make([]float64, 12)
		for i := range at {
			at[i] = rapid.Float64Range(-2, 2).Draw(t, "w")
		}
		grad := make([]float64, 12)
		p.value(grad, at)
		for i := range at {
			const h = 1e-6
			up, down := slices.Clone(at), slices.Clone(at)
			up[i] += h
			down[i] -= h
			if numeric := (p.value(nil, up) - p.value(nil, down)) / (2 * h); math.Abs(numeric-grad[i]) > 1e-5 {
				t.Fatalf("component %d: %v, by differences %v", i, grad[i], numeric)
			}
		}
	})
}

func TestProbabilitiesAddUpAndWordsExplainTheScore(t *testing.T) {
	t.Parallel()
	m := mustCoder(t).Theme
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`(waited|ward|rude|letter|discharge|nurse|the|fell|food| ){1,20}`).Draw(t, "text")
		sum := 0.0
		for _, s := range m.Suggest(text, 100) {
			sum += s.Probability
		}
		if len(m.vector(text)) > 0 && math.Abs(sum-1) > 1e-9 {
			t.Fatalf("probabilities add up to %v", sum)
		}
	})
}

func TestMeasuresAgreeWithACountByHand(t *testing.T) {
	t.Parallel()
	m := &Model{
		Classes: []string{"a", "b"}, Words: []string{"x", "y"}, IDF: []float64{1, 1}, Bias: []float64{0, 0},
		Weights: [][]float64{{math.Log(4), 0}, {0, math.Log(4)}}, Temperature: 1, // "x" is a with 0.8, "y" is b with 0.8
	}
	if err := m.Restore(); err != nil {
		t.Fatal(err)
	}
	got := Measure(m, []Example{{"x", "a"}, {"x", "b"}, {"y", "b"}, {"z", "a"}}, "a")
	// right: 2 of 4; one silent; of 3 spoken 2 right at 0.8: ECE |2 − 2.4|/3; F1 a: 2·1/(2+2), b: 2·1/(1+2).
	want := Measures{
		Texts: 4, Accuracy: 0.5, Silent: 1, MajorityAccuracy: 0.5, TopThree: 0.75, ECE: 0.4 / 3,
		MacroF1: (0.5 + 2.0/3) / 2, MajorityMacroF1: 2.0 / 3 / 2,
	}
	for _, pair := range [][2]float64{{got.Accuracy, want.Accuracy}, {got.ECE, want.ECE}, {got.MacroF1, want.MacroF1}, {got.MajorityMacroF1, want.MajorityMacroF1}, {got.TopThree, want.TopThree}, {float64(got.Silent), 1}} {
		if math.Abs(pair[0]-pair[1]) > 1e-9 {
			t.Errorf("got %+v, expected %+v", got, want)
		}
	}
}

func TestTrainingRefusesWhatTeachesNothing(t *testing.T) {
	t.Parallel()
	if _, err := Train([]Example{{"x", "a"}, {"y", "a"}}, DefaultOptions()); !fault.Is(err, fault.Invalid) {
		t.Errorf("one label: %v", err)
	}
	if _, err := Train([]Example{{"x", "a"}, {"y", "b"}}, Options{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("no options: %v", err)
	}
	if got := Words(0.55); got != "likely" {
		t.Errorf("got %q", got)
	}
}

func FuzzSuggest(f *testing.F) {
	m := mustCoder(f).Theme
	f.Add("Sent home at midnight")
	f.Add("\xff\x00'' ' ’s")
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range m.Suggest(text, 3) {
			if math.IsNaN(s.Probability) || s.Probability < 0 || s.Probability > 1 {
				t.Errorf("probability %v", s.Probability)
			}
		}
	})
}

func FuzzParseSeeds(f *testing.F) {
	if text, err := os.ReadFile("../../definitions/" + seedFile); err == nil {
		f.Add(text[:2000])
	}
	f.Fuzz(func(_ *testing.T, text []byte) { _, _ = parseSeeds(text) })
}

func BenchmarkSuggest(b *testing.B) {
	c := mustCoder(b)
	for b.Loop() {
		c.Suggest("Frail patient sent home from the ward at night by taxi with no letter and no care package")
	}
}
