package web

import (
	"strings"
	"testing"

	"candour/internal/concern"
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
