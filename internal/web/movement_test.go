package web

import (
	"slices"
	"testing"

	"candour/internal/concern"
)

// TestWhatMovedIsSaidByWhatWasSeen holds the words of what changed since the viewer
// looked: counts now and then, not only the name of a part.
func TestWhatMovedIsSaidByWhatWasSeen(t *testing.T) {
	t.Parallel()
	of := func(points, reports int) *concern.Assessment {
		a := judgedOf("RA1", points)
		a.Families[0].Streams[0].Facts.Reports = float64(reports)
		return &a
	}
	severe := func(a *concern.Assessment) *concern.Assessment {
		f := &a.Families[0]
		f.Quiet = []concern.StreamPart{f.Streams[0]} // the ordinary ones came too, as usual
		f.Streams[0].Name += " (severe)"
		f.Streams[0].Severity, f.Streams[0].Facts.Expected = concern.Severe, 0.2
		return a
	}
	none := judgedOf("RA1", 0)
	none.Families = nil
	for name, c := range map[string]struct {
		before, now *concern.Assessment
		want        []string
	}{
		"more reports":                         {of(9, 6), of(12, 9), []string{"Staff and trainee concerns: 9 in 6 months, was 6"}},
		"the severe alone count now":           {of(9, 6), severe(of(12, 2)), []string{"Staff and trainee concerns: 2 severe in 6 months, was 6 in 6 months"}},
		"the same reports weigh less":          {of(12, 9), of(11, 9), []string{"Staff and trainee concerns"}},
		"what had none":                        {&none, of(12, 9), []string{"Staff and trainee concerns: 9 in 6 months; nothing unusual then"}},
		"what has none any more":               {of(12, 9), &none, []string{"Staff and trainee concerns: no longer unusual; was 9 in 6 months"}},
		"no part moved":                        {of(12, 9), of(12, 9), nil},
		"more reports that add no whole point": {of(12, 9), of(12, 10), nil},
	} {
		var got []string
		for _, m := range movements(c.before, c.now) {
			got = append(got, m.words())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, expected %q", name, got, c.want)
		}
	}
}
