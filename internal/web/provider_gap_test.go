package web

import (
	"fmt"
	"strings"
	"testing"

	"candour/internal/concern"
	"candour/internal/store"
)

func TestAVoiceGapIsSaidByTheSideThatMoved(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		facts concern.Facts
		want  string
	}{
		{"reports fall", concern.Facts{Outside: 160, OutsideExpected: 72, Inside: 50, InsideExpected: 79}, "Falling, "},
		{"reports stay", concern.Facts{Outside: 160, OutsideExpected: 72, Inside: 78, InsideExpected: 79}, "About as many as usual, "},
		{"counts are withheld", concern.Facts{Withheld: true}, "Fewer than the voices from outside "},
	} {
		f := concern.FamilyPart{Points: 2, Streams: []concern.StreamPart{{Kind: concern.Gap, Facts: c.facts}}}
		if got := gapWords(&f); !strings.HasPrefix(got, c.want) || !strings.Contains(got, "(+2)") {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// Many measures that are each a little worse can add up to a watch: none is a reason, and
// the sentence still is one.
func TestALeadWithoutAReasonSaysSo(t *testing.T) {
	t.Parallel()
	c := store.Concern{Judged: true, Points: 17, Word: concern.Watch}
	c.Assessment.Families = []concern.FamilyPart{{Family: "mortality", Name: "Mortality", Part: 1, Points: 9, Streams: []concern.StreamPart{{Name: "Deaths", Kind: concern.Count, Evidence: 0.2}}}}
	got := fmt.Sprint((&providerView{held: &c}).lead())
	if !strings.Contains(got, "none stands out alone") {
		t.Error(got)
	}
	c.Assessment.Families[0].Streams[0].Evidence = 2
	if got = fmt.Sprint((&providerView{held: &c}).lead()); strings.Contains(got, "none stands out alone") || !strings.Contains(got, "Because ") {
		t.Error(got)
	}
}

func TestWhatSpeaksForAConcernDoesNotStandUnderAgainst(t *testing.T) {
	t.Parallel()
	got := forAndAgainst([]string{"Against: nothing unusual in mortality.", "For: fewer incidents without harm are reported."}, "Nothing.")
	if len(got) != 2 || got[0].Label != "Against" || got[0].Value != "Nothing unusual in mortality." || got[1].Label != "For" || got[1].Value != "Fewer incidents without harm are reported." {
		t.Errorf("%+v", got)
	}
	if got = forAndAgainst([]string{"For: incidents are reported as often as usual."}, "Nothing."); got[0].Value != "Nothing." || len(got) != 2 {
		t.Errorf("%+v", got)
	}
}
