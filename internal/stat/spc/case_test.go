package spc_test

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"candour/internal/stat/spc"
)

// textCase is one case of testdata/cases.txt.
type textCase struct {
	title     string
	direction spc.Direction
	target    float64
	rebases   []int
	settings  spc.Settings
	values    []float64
	marks     []string
	icons     string
}

func readCases(t *testing.T) []textCase {
	t.Helper()
	f, err := os.Open("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []textCase
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		key, rest, found := strings.Cut(lines.Text(), ":")
		rest = strings.TrimSpace(rest)
		if key == "case" {
			cases = append(cases, textCase{title: rest, target: math.NaN(), settings: spc.MakingDataCount()})
		}
		if !found || len(cases) == 0 {
			continue
		}
		if err := cases[len(cases)-1].read(key, rest); err != nil {
			t.Fatalf("%s: %v", cases[len(cases)-1].title, err)
		}
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
	return cases
}

func (c *textCase) read(key, rest string) (err error) {
	switch key {
	case "direction":
		c.direction, err = spc.ParseDirection(rest)
	case "target":
		c.target, err = strconv.ParseFloat(rest, 64)
	case "rebase":
		var at int
		at, err = strconv.Atoi(rest)
		c.rebases = append(c.rebases, at-1)
	case "settings":
		switch rest {
		case "package":
			c.settings = spc.RPackage()
		case "data-count-2023":
			c.settings = spc.MakingDataCount2023()
		default:
			err = fmt.Errorf("no settings %q", rest)
		}
	case "values":
		for _, word := range strings.Fields(rest) {
			value := math.NaN()
			if word != "_" {
				if value, err = strconv.ParseFloat(word, 64); err != nil {
					return err
				}
			}
			c.values = append(c.values, value)
		}
	case "marks":
		c.marks = strings.Fields(rest)
	case "icons":
		c.icons = strings.Join(strings.Fields(rest), " ")
	}
	return err
}

// letters writes marks as the case file does.
func letters(m spc.Marks) string {
	if m.Gap() {
		return "_"
	}
	text := ""
	for _, r := range m.Rules() {
		text += map[spc.Rule]string{spc.Outside: "o", spc.Trend: "t", spc.TwoOfThree: "2", spc.Shift: "s"}[r]
	}
	if text == "" {
		return "."
	}
	return text
}

func TestEveryCaseOfTheCaseFile(t *testing.T) {
	t.Parallel()
	cases := readCases(t)
	if len(cases) < 20 {
		t.Fatalf("only %d cases read", len(cases))
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			t.Parallel()
			series := spc.Series{Values: c.values, Direction: c.direction, Unit: spc.Month}
			for _, at := range c.rebases {
				series.Rebases = append(series.Rebases, spc.Rebase{At: at})
			}
			for range c.values {
				series.Targets = append(series.Targets, c.target)
			}
			chart, err := spc.NewChart(series, c.settings)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range chart.Points {
				got = append(got, letters(p.Marks))
			}
			if strings.Join(got, " ") != strings.Join(c.marks, " ") {
				t.Errorf("values %v\ngot    %v\nwant   %v\nsegments %+v", c.values, got, c.marks, chart.Segments)
			}
			icons := none(chart.Variation.String()) + " " + none(chart.Assurance.String())
			if icons != c.icons {
				t.Errorf("icons are %q, want %q", icons, c.icons)
			}
		})
	}
}

func none(icon string) string {
	if icon == "" {
		return "none"
	}
	return icon
}
