package web

import (
	"testing"

	"candour/internal/concern"
	"candour/internal/store"
)

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
