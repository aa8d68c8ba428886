package web

import (
	"math"
	"testing"

	"candour/internal/calendar"
	"candour/internal/disclosure"
	"candour/internal/indicator"
	"candour/internal/stat/spc"
	"candour/internal/watch"
)

func TestADownloadHoldsNoSmallNumberAndNothingFromWhichOneFollows(t *testing.T) {
	t.Parallel()
	methods, err := disclosure.PublishedMethods()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		method   disclosure.MethodID
		kind     indicator.Kind
		num, den float64
		hidden   bool
	}{
		"a small count":                        {"local", indicator.Count, 3, 0, true},
		"none is shown":                        {"local", indicator.Count, 0, 0, false},
		"five are shown":                       {"local", indicator.Count, 5, 0, false},
		"few not seen in time":                 {"local", indicator.Proportion, 98, 100, true},
		"few of whom anything is known":        {"local", indicator.Proportion, 0, 2, true},
		"a share of many":                      {"local", indicator.Proportion, 60, 100, false},
		"falls in bed days":                    {"local", indicator.Rate, 2, 9000, true},
		"a mean of few":                        {"local", indicator.Mean, 0, 4, true},
		"six by the rule of hospital episodes": {"hes", indicator.Count, 6, 0, true},
		"a small count of a published set":     {"none", indicator.Count, 3, 0, false},
	} {
		method, err := methods.At(c.method, calendar.NewDate(2026, 11, 23))
		if err != nil {
			t.Fatal(err)
		}
		held := indicator.Observation{Reading: indicator.Reading{Presence: indicator.Valued, Numerator: c.num, Denominator: c.den, Value: 1}}
		j := &judged{Series: watch.Series{Definition: &indicator.Definition{Kind: c.kind}, Points: []watch.Point{{Observation: &held, Value: 1}}}, Chart: &spc.Chart{}}
		j.suppress(method)
		o := j.Points[0].Observation
		if hidden := math.IsNaN(j.Points[0].Value) && o.Presence == indicator.Suppressed && o.Numerator < 1 && o.Denominator < 1; hidden != c.hidden || (j.Chart == nil) != c.hidden {
			t.Errorf("%s: hidden %t, limits left out %t", name, hidden, j.Chart == nil)
		}
		if held.Presence != indicator.Valued {
			t.Errorf("%s: what is held was changed", name)
		}
	}
}
