package funnel

import (
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// textCase is one case of testdata/cases.txt.
type textCase struct {
	title    string
	settings Settings
	words    Words
	num, den []float64
	marks    []string
	says     map[int]string
}

// readCases reads the file; a line it does not understand fails the test.
func readCases(t *testing.T) []*textCase {
	t.Helper()
	raw, err := os.ReadFile("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	var cases []*textCase
	var c *textCase
	for n, line := range strings.Split(string(raw), "\n") {
		key, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		rest = strings.TrimSpace(rest)
		switch {
		case key == "" || strings.HasPrefix(key, "#"):
		case key == "title":
			c = &textCase{title: rest, says: map[int]string{}}
			cases = append(cases, c)
		case key == "num":
			c.num = numbers(t, rest)
		case key == "den":
			c.den = numbers(t, rest)
		case key == "marks":
			c.marks = strings.Fields(rest)
		case key == "says":
			unit, sentence, _ := strings.Cut(rest, " ")
			i, err := strconv.Atoi(unit)
			if err != nil {
				t.Fatalf("line %d: %v", n+1, err)
			}
			c.says[i] = strings.TrimSpace(sentence)
		default:
			convention(t, c, strings.TrimSpace(line))
		}
	}
	return cases
}

func convention(t *testing.T, c *textCase, line string) {
	t.Helper()
	line, least, _ := strings.Cut(line, " at least ")
	line, plain := strings.CutSuffix(line, " plain")
	made, ok := map[string]func() Settings{"shmi": SHMI, "cqc": CQC, "proportion": Proportions, "count ratio": CountRatios, "rate": Rates}[line]
	if !ok {
		t.Fatalf("%s: no convention %q", c.title, line)
	}
	c.settings = made()
	c.words = map[string]Words{"shmi": {Denominator: "expected deaths", Decimals: 2}, "proportion": {Denominator: "operations", Percent: true, Decimals: 1}}[line]
	if plain {
		c.settings.Overdispersion = None
	}
	if least != "" {
		c.settings.MinDenominator = numbers(t, least)[0]
	}
}

func numbers(t *testing.T, row string) []float64 {
	t.Helper()
	var out []float64
	for _, cell := range strings.Fields(row) {
		if cell == "na" {
			out = append(out, math.NaN())
			continue
		}
		out = append(out, number(t, cell))
	}
	return out
}

func TestCasesThatAClinicianCanRead(t *testing.T) {
	t.Parallel()
	mark := map[Band]string{NotJudged: "?", FarBelow: "L", Below: "l", Within: ".", Above: "h", FarAbove: "H"}
	cases := readCases(t)
	if len(cases) < 8 {
		t.Fatalf("only %d cases were read", len(cases))
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			t.Parallel()
			r, err := Compare(c.num, c.den, c.settings)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, u := range r.Units {
				got = append(got, mark[u.Band])
			}
			if strings.Join(got, " ") != strings.Join(c.marks, " ") {
				t.Errorf("marks are\n%s, expected\n%s", strings.Join(got, " "), strings.Join(c.marks, " "))
			}
			for i, want := range c.says {
				if got := r.Fit.Sentence(r.Units[i-1], c.words); got != want {
					t.Errorf("unit %d says\n%s\nexpected\n%s", i, got, want)
				}
			}
		})
	}
}

func TestASentenceNeverSaysThatANumberIsBelowItself(t *testing.T) {
	t.Parallel()
	a, b := apart(1.76604, 1.76601, Words{Decimals: 2})
	if a != "1.76604" || b != "1.76601" {
		t.Errorf("%s and %s", a, b)
	}
	if got := fixed(-1234567.891, 1); got != "−1,234,567.9" {
		t.Errorf("a negative number is written %s", got)
	}
	if got := fixed(-0.001, 1); got != "0.0" {
		t.Errorf("a small negative number is written %s", got)
	}
}
