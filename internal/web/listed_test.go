package web

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"candour/internal/access"
	"candour/internal/store"
)

// TestWhatListsReadIsKeptUntilTheNextEntryAndForThoseOfTheSameRights counts what the
// store is asked for a watch list: the values and findings of the region are read anew
// after each entry of the memory, and for whoever has other rights.
func TestWhatListsReadIsKeptUntilTheNextEntryAndForThoseOfTheSameRights(t *testing.T) {
	t.Parallel()
	b := measured(t)
	asks := func(w *browser) int64 {
		r := httptest.NewRequest(http.MethodGet, "/watch-list", nil)
		ctx, n := store.Counting(r.Context())
		if got := w.do(r.WithContext(ctx)); got.Code != http.StatusOK {
			t.Fatalf("%d", got.Code)
		}
		return n.Load()
	}
	analyst, lead := b.as(access.Analyst, "QAA"), b.as(access.QualityLead, "QAA")
	asks(lead)
	first, again := asks(analyst), asks(analyst)
	b.raised("A81001", "discharge", 1)
	after, kept := asks(analyst), asks(analyst)
	if first != again+2 || after < again+2 || kept != again {
		t.Errorf("%d questions at first, %d again, %d after an entry, %d again", first, again, after, kept)
	}
}
