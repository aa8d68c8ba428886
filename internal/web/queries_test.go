package web

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"candour/internal/access"
	"candour/internal/store"
)

// TestAPageAsksAFixedSmallNumberOfQuestions holds every page over many series to
// its number of queries (ARCHITECTURE.md, rule 9): the same whether a commissioner
// has values of two providers or none at all, those of the frame included.
func TestAPageAsksAFixedSmallNumberOfQuestions(t *testing.T) {
	t.Parallel()
	full, empty := measured(t), peopled(t)
	for _, c := range []struct {
		path string
		most int64
	}{
		{"/watch-list", 17},
		{"/providers", 10},
		{"/providers/RA1", 18},
		{"/providers/RA1/paper?asof=20", 25},
		{"/watch-list/paper?asof=20", 24},
		{"/providers/RA1/concern", 10},
		{"/providers/RA1/indicators/ae-4h-all", 14},
		{"/indicators", 10},
		{"/indicators/ae-4h-all", 18},
		{"/matrix", 14},
		{"/matrix?set=all", 14},
		{"/data", 10},
		{"/memory", 15},
	} {
		many, none := full.asked(t, c.path), empty.asked(t, c.path)
		if many > c.most || none > c.most {
			t.Errorf("%s asks %d questions with values and %d without; at most %d", c.path, many, none, c.most)
		}
	}
}

// asked opens a page twice, as it stood a moment ago too, and gives the number of
// questions that the store was asked for the second.
func (b *bundle) asked(t *testing.T, path string) int64 {
	t.Helper()
	w := b.as(access.Analyst, "QAA")
	w.get(path)
	r := httptest.NewRequest(http.MethodGet, path, nil)
	ctx, n := store.Counting(r.Context())
	if got := w.do(r.WithContext(ctx)); got.Code != http.StatusOK {
		t.Errorf("%s: %d", path, got.Code)
	}
	return n.Load()
}
