package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// TestWhatListsReadIsKeptUntilValuesMoveAndForThoseOfTheSameRights counts what the store
// is asked for a watch list: the values and findings of the region are read anew after
// an entry that can change them, which takes a question to find out; they and the
// concerns for whoever has other rights; and none after a signal, of which a region gets
// many a day.
func TestWhatListsReadIsKeptUntilValuesMoveAndForThoseOfTheSameRights(t *testing.T) {
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
	afterSignal := asks(analyst) // one question more finds out that nothing moved
	e, err := record.New(record.PurviewSet, "purview/QAA", "QAA", "operator", record.Purview{Tenant: "QAA", Remove: []org.Code{"RA2"}, Because: "gone"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.Record(b.ctx, e); err != nil {
		t.Fatal(err)
	}
	afterMove, kept := asks(analyst), asks(analyst)
	const lists = 6 // the values, the findings, the purview, the organisations, two of feeds
	if first != again+lists+1 || afterSignal != again+1 || afterMove != again+1+lists || kept != again {
		t.Errorf("%d questions at first, %d again, %d after a signal, %d after the purview changed, %d again", first, again, afterSignal, afterMove, kept)
	}
}

// TestTheMatrixFollowsThePurview has what is kept of where series stand given up when a
// provider goes, and the past shown as it was.
func TestTheMatrixFollowsThePurview(t *testing.T) {
	t.Parallel()
	b := measured(t)
	analyst := b.as(access.Analyst, "QAA")
	link := `<a href="/providers/RA2" data-row>`
	if !strings.Contains(analyst.get("/matrix?set=all").Body.String(), link) {
		t.Fatal("the matrix has no row of RA2")
	}
	head, _, err := b.store.Head(b.ctx)
	if err != nil {
		t.Fatal(err)
	}
	e, err := record.New(record.PurviewSet, "purview/QAA", "QAA", "operator", record.Purview{Tenant: "QAA", Remove: []org.Code{"RA2"}, Because: "gone"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.Record(b.ctx, e); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(analyst.get("/matrix?set=all").Body.String(), link) {
		t.Error("the matrix still has a row of RA2, which has left the purview")
	}
	if past := fmt.Sprintf("/matrix?set=all&asof=%d", head); !strings.Contains(analyst.get(past).Body.String(), "/providers/RA2?asof=") {
		t.Error("the matrix of before does not have the row that it had then")
	}
	if strings.Contains(b.as(access.Analyst, "QBB").get("/matrix?set=all").Body.String(), link) {
		t.Error("another commissioner is shown what was kept for this one")
	}
}
