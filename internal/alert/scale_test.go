package alert

import (
	"strings"
	"testing"

	"candour/internal/concern"
)

func TestAReaderIsToldThatTheScaleChangedBetweenTwoJudgements(t *testing.T) {
	t.Parallel()
	base := concern.Default()
	method := func(by func(*concern.Params), s Settings, learnt ...Estimate) Method {
		par := *base
		by(&par)
		return NewMethod(&par, s, learnt)
	}
	as := func(*concern.Params) {}
	refit := Estimate{Of: Chance, Version: 1, Span: "2027", Params: base.Version, Value: 1.1 * base.C0}
	moved := Estimate{Of: Threshold, Version: 1, Span: "2027-Q2", Params: base.Version, Budget: 0.2, Value: 5}
	other := UsualSettings()
	other.Version, other.Bands = 1, [4]int{5, 25, 50, 80}
	usual := method(as, UsualSettings())
	for _, c := range []struct {
		name string
		now  Method
		want []string
	}{
		{"nothing was learnt", usual, nil},
		{"the threshold alone moved, which moves no points", method(as, UsualSettings(), moved), nil},
		{"the constant was refitted", method(as, UsualSettings(), refit), []string{"by alerts closed here", "30 points is 27 now"}},
		{"words were set", method(as, other), []string{"“possible” at a chance of 25%, which was 20%"}},
		{"both", method(as, other, refit), []string{"27 now", "which was 20%"}},
		{"another version of the method", method(func(p *concern.Params) { p.Version, p.C0 = "2099-1", 1.2*p.C0 }, UsualSettings()), []string{"by a new version of the method", "25 now"}},
	} {
		got := ScaleWords(&usual, &c.now)
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q, want %q in it", c.name, got, want)
			}
		}
		if len(c.want) == 0 && got != "" {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}
