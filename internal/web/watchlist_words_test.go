package web

import (
	"testing"

	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/store"
)

func TestTheCountBelowTheFirstWordSaysWhichOfThemAreListed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		quiet, above int
		want         string
	}{
		{13, 0, "13 providers are below 14 points, where “watch” begins."},
		{1, 0, "1 provider is below 14 points, where “watch” begins."},
		{13, 1, "14 providers are below 14 points, where “watch” begins: 1 of them stands above because of a fact above any score, 13 are not listed."},
		{1, 2, "3 providers are below 14 points, where “watch” begins: 2 of them stand above because of a fact above any score, 1 is not listed."},
		{0, 1, "1 provider is below 14 points, where “watch” begins: listed above because of a fact above any score."},
		{0, 2, "2 providers are below 14 points, where “watch” begins: listed above because of a fact above any score."},
		{0, 0, "No provider is below 14 points, where “watch” begins."},
	} {
		if got := noSignWords(c.quiet, c.above, "14"); got != c.want {
			t.Errorf("%d not listed and %d listed: %q, expected %q", c.quiet, c.above, got, c.want)
		}
	}
}

func TestWhatTheThreeLargestLeaveOutIncludesWhatTheirAgreementAdds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, smaller int
		want             string
	}{
		{31, 13, "and 13 smaller; +31 because they agree as in a known pattern"},
		{-12, 7, "and 7 smaller; −12 because they don’t agree as in a known pattern"},
		{5, 0, "+5 because they agree as in a known pattern"},
		{0, 2, "and 2 smaller"},
		{0, 0, ""},
	} {
		held := &store.Concern{Assessment: concern.Assessment{Pattern: concern.PatternPart{Points: c.pattern}}}
		if got := restWords(held, c.smaller); got != c.want {
			t.Errorf("pattern %d, %d smaller: %q, expected %q", c.pattern, c.smaller, got, c.want)
		}
	}
}

func TestAFactAboveAnyScoreIsSaidOnceInTheLead(t *testing.T) {
	t.Parallel()
	fact := store.Concern{Assessment: concern.Assessment{Overrides: []concern.Override{{Kind: concern.WhistleBlowing, Words: "Whistle-blowing."}}}}
	v := &watchView{concerns: map[org.Code]store.Concern{"RA1": fact, "RA2": fact, "RA3": {}}}
	of := func(codes ...org.Code) (out []org.Organisation) {
		for _, c := range codes {
			out = append(out, org.Organisation{Code: c})
		}
		return out
	}
	for _, c := range []struct {
		chosen []org.Organisation
		named  bool
		want   string
	}{
		{of("RA1", "RA3"), true, ""},
		{of("RA1", "RA3"), false, " At 1 provider a fact stands above any score."},
		{of("RA1", "RA2"), true, " At 2 providers a fact stands above any score."},
		{of("RA3"), false, ""},
	} {
		if got := v.aboveWords(&request{}, c.chosen, c.named); got != c.want {
			t.Errorf("%d providers, first named %t: %q, expected %q", len(c.chosen), c.named, got, c.want)
		}
	}
}

// "Watch" begins at 13.8 points: 13.7 are 14 points and no sign.
func TestPointsThatReadAsTheLimitAreNotSaidToBeBelowThemselves(t *testing.T) {
	t.Parallel()
	par := concern.Default()
	held := func(points int, exact float64, word concern.Word) *store.Concern {
		c := &store.Concern{Points: points, Word: word}
		c.Assessment.Ranking = exact / par.PointFactor()
		return c
	}
	for _, c := range []struct {
		held           *store.Concern
		because, total string
	}{
		{held(9, 9.2, concern.NoSign), "Because nothing that is measured or said adds up to the 14 points where “watch” begins.", "no sign (below 14)"},
		{held(14, 13.7, concern.NoSign), "Because what is measured and said adds up to 13.7 points, and “watch” begins at 13.8.", "no sign (below 13.8)"},
		{held(14, 14.1, concern.Watch), "", "watch (14 and over)"},
	} {
		if got := wordAndRange(c.held, par); got != c.total {
			t.Errorf("the total of %d points is %q", c.held.Points, got)
		}
		if got := noSignBecause(c.held, par); c.because != "" && got != c.because {
			t.Errorf("%d points, no sign: %s", c.held.Points, got)
		}
	}
	if got := limitWords(13.807, 3, 14, 7); got != "13.8" {
		t.Errorf("of providers below the limit one has 14 points, and the limit is written %s", got)
	}
}
