package rare

import (
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func numbers(t *testing.T, cells []string) []float64 {
	t.Helper()
	out := make([]float64, len(cells))
	for i, cell := range cells {
		v, err := strconv.ParseFloat(cell, 64)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = v
	}
	return out
}

// TestProbabilitiesAreThoseOfR compares with R's own distributions and tests.
func TestProbabilitiesAreThoseOfR(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/rare.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		v := numbers(t, row[1:])
		var first, second float64
		switch row[0] {
		case "count", "ratio":
			c, err := Count(int(v[0]), v[1])
			if err != nil {
				t.Fatal(err)
			}
			first, second = c.AtLeast, c.AtMost
			if row[0] == "ratio" {
				first, second = c.Ratio.Lower, c.Ratio.Upper
			}
		case "rates":
			c, err := TwoRates(int(v[0]), v[1], int(v[2]), v[3])
			if err != nil {
				t.Fatal(err)
			}
			first, second = c.TwoSide, c.Higher
		default:
			first, second = gap(t, row[0], v)
		}
		// R's test of two rates decides ties by a relative 1e-7 of its own.
		if math.Abs(first-v[4]) > 1e-9*(v[4]+1e-3) || math.Abs(second-v[5]) > 1e-9*(v[5]+1e-3) {
			t.Errorf("%v: %.17g and %.17g", row, first, second)
		}
	}
}

// gap runs one of the tests of gaps with k equal gaps.
func gap(t *testing.T, name string, v []float64) (shorter, longer float64) {
	t.Helper()
	k := int(v[0])
	gaps, earlier := make([]float64, k), make([]float64, 10)
	for i := range gaps {
		gaps[i] = v[1] / v[0]
	}
	for i := range earlier {
		earlier[i] = 90
	}
	var g *GapTest
	var err error
	switch name {
	case "days":
		g, err = Days(gaps, v[2])
	case "against":
		g, err = DaysAgainst(gaps, earlier)
	case "cases":
		whole := make([]int, k)
		whole[0] = int(v[1])
		g, err = Cases(whole, v[2])
	}
	if err != nil {
		t.Fatal(err)
	}
	return g.Shorter, g.Longer
}

func TestTheExamplesOfThePackageComment(t *testing.T) {
	t.Parallel()
	c, _ := Count(3, 0.8)
	if math.Abs(c.AtLeast-0.0474) > 0.00005 {
		t.Errorf("%v", c.AtLeast)
	}
	g, _ := Days([]float64{12, 20, 8}, 90)
	if math.Abs(g.Shorter-0.0105) > 0.00005 {
		t.Errorf("%v", g.Shorter)
	}
	if s, _ := Silence(180, 90); math.Abs(s-math.Exp(-2)) > 1e-15 {
		t.Errorf("%v", s)
	}
	if got := Between([]int{30, 0, 10, 10}); !slices.Equal(got, []int{10, 0, 20}) {
		t.Errorf("%v", got)
	}
}

func TestCasesThatAClinicianCanRead(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	title, got, checked := "", "", 0
	for _, line := range strings.Split(string(raw), "\n") {
		key, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		parts := strings.Split(rest, "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		switch key {
		case "title":
			title = rest
		case "count":
			v := numbers(t, strings.Fields(parts[0]))
			c, err := Count(int(v[0]), v[1])
			if err != nil {
				t.Fatal(err)
			}
			got = c.Sentence(parts[1], parts[2])
		case "days":
			g, err := Days(numbers(t, strings.Fields(parts[0])), numbers(t, parts[1:2])[0])
			if err != nil {
				t.Fatal(err)
			}
			got = g.Sentence(parts[2], "days")
		case "cases":
			var gaps []int
			for _, v := range numbers(t, strings.Fields(parts[0])) {
				gaps = append(gaps, int(v))
			}
			g, err := Cases(gaps, numbers(t, parts[1:2])[0])
			if err != nil {
				t.Fatal(err)
			}
			got = g.Sentence(parts[2], "operations")
		case "says":
			checked++
			if got != rest {
				t.Errorf("%s: says\n%s\nexpected\n%s", title, got, rest)
			}
		}
	}
	if checked < 8 {
		t.Errorf("only %d sentences were checked", checked)
	}
}

func TestImpossibleFiguresAreRefused(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func() error{
		"a negative count":         func() error { _, err := Count(-1, 2); return err },
		"nothing expected":         func() error { _, err := Count(1, 0); return err },
		"no exposure":              func() error { _, err := TwoRates(1, 0, 1, 1); return err },
		"no gaps":                  func() error { _, err := Days(nil, 90); return err },
		"a negative gap":           func() error { _, err := Days([]float64{-1}, 90); return err },
		"a gap that is no number":  func() error { _, err := Days([]float64{math.NaN()}, 90); return err },
		"a usual gap of 0":         func() error { _, err := Days([]float64{1}, 0); return err },
		"earlier gaps of nothing":  func() error { _, err := DaysAgainst([]float64{1}, []float64{0, 0}); return err },
		"a risk of 1":              func() error { _, err := Cases([]int{1}, 1); return err },
		"silence of negative days": func() error { _, err := Silence(-1, 2); return err },
	} {
		if call() == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestTailsGoTogether(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, err := Count(rapid.IntRange(0, 200).Draw(t, "events"), rapid.Float64Range(1e-6, 300).Draw(t, "expected"))
		if err != nil {
			t.Fatal(err)
		}
		if c.AtLeast+c.AtMost < 1-1e-9 || !(c.AtLeast >= 0 && c.AtMost >= 0 && c.AtLeast <= 1 && c.AtMost <= 1) {
			t.Fatalf("%+v", c)
		}
		if ratio := float64(c.Observed) / c.Expected; c.Ratio.Lower > ratio || c.Ratio.Upper < ratio {
			t.Fatalf("%+v", c)
		}
	})
}

func FuzzTests(f *testing.F) {
	f.Add(3, 0.8, 2, 1.5)
	f.Add(0, 1e-300, 1<<40, 1e300)
	f.Fuzz(func(t *testing.T, a int, x float64, b int, y float64) {
		if a > 1e5 || b > 1e5 {
			return
		}
		if c, err := Count(a, x); err == nil && math.IsNaN(c.AtLeast+c.AtMost+c.Ratio.Upper) {
			t.Errorf("%+v", c)
		}
		if r, err := TwoRates(a, x, b, y); err == nil && math.IsNaN(r.Higher+r.Lower+r.TwoSide) {
			t.Errorf("%v %v %v %v: %+v", a, x, b, y, r)
		}
		if g, err := Days([]float64{x, y}, math.Abs(x)+1); err == nil && math.IsNaN(g.Shorter+g.Longer) {
			t.Errorf("%+v", g)
		}
		if g, err := Cases([]int{a, b}, x); err == nil && math.IsNaN(g.Shorter+g.Longer) {
			t.Errorf("%+v", g)
		}
	})
}
