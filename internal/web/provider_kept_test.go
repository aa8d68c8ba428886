package web

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

// TestAProvidersPageIsKeptUntilSomethingMoves counts what the store is asked for the page
// of a provider: the parts that rest on signals are read anew after a signal, those that
// rest on values after the purview changed, and a page of the past takes none of today's.
func TestAProvidersPageIsKeptUntilSomethingMoves(t *testing.T) {
	t.Parallel()
	b := measured(t)
	lead := b.as(access.QualityLead, "QAA")
	asks := func() int64 {
		r := httptest.NewRequest(http.MethodGet, "/providers/RA1", nil)
		ctx, n := store.Counting(r.Context())
		if got := lead.do(r.WithContext(ctx)); got.Code != http.StatusOK {
			t.Fatalf("%d", got.Code)
		}
		return n.Load()
	}
	first, again := asks(), asks()
	b.raised("A81001", "discharge", 1)
	afterSignal := asks()
	e, err := record.New(record.PurviewSet, "purview/QAA", "QAA", "operator", record.Purview{Tenant: "QAA", Remove: []org.Code{"RA2"}, Because: "gone"})
	b.no(err)
	_, err = b.store.Record(b.ctx, e)
	b.no(err)
	afterMove, kept := asks(), asks()
	const (
		ofValues  = 6 // findings, verdicts, values, organisations, and two for what is unread
		ofSignals = 2 // voices, steps
	)
	if first != again+ofValues+ofSignals+1 || afterSignal != again+ofSignals+1 || afterMove != again+ofValues+1 || kept != again {
		t.Errorf("%d questions at first, %d again, %d after a signal, %d after the purview changed, %d again", first, again, afterSignal, afterMove, kept)
	}
}

// TestAKeptProvidersPageShowsWhatCame has each part follow what was recorded since the
// page was kept.
func TestAKeptProvidersPageShowsWhatCame(t *testing.T) {
	t.Parallel()
	b := measured(t)
	lead := b.as(access.QualityLead, "QAA")
	page := func(query string) string { return lead.get("/providers/RA1" + query).Body.String() }
	before := page("")
	at, _, err := b.store.Head(b.ctx)
	b.no(err)
	head := strconv.FormatInt(at, 10)
	const lane = "Clinician&#39;s concern"
	if strings.Contains(before, lane) {
		t.Fatal("a signal is drawn before any came")
	}
	b.raised("A81001", "discharge", 1)
	if !strings.Contains(page(""), lane) {
		t.Error("a signal that came after the page was kept is not drawn")
	}
	rows := "Organisation,Indicator,Period,Numerator,Denominator\n"
	for i := range 14 {
		rows += "RA1,falls-with-harm," + calendar.NewMonth(2025, 1).Add(i).String() + ",40,8000\n"
	}
	b.as(access.Analyst, "QAA").upload(map[string]string{"falls.csv": rows}, "at-once", "1", "source", "candour-tidy", "tenant", "QAA")
	b.settle()
	const link = `/providers/RA1/indicators/falls-with-harm`
	if got := page(""); !strings.Contains(got, link) || strings.Contains(before, link) {
		t.Error("an indicator that came after the page was kept is not in the table")
	}
	past := page("?asof=" + head)
	if strings.Contains(past, link) || strings.Contains(past, lane) {
		t.Error("the page of the past holds what came later")
	}
	at, _, err = b.store.Head(b.ctx)
	b.no(err)
	b.raised("A81002", "discharge", 1) // since then nothing moved that the tables rest on
	then := "?asof=" + strconv.FormatInt(at, 10)
	if !strings.Contains(page(then), link+then) || strings.Contains(page(""), link+then) {
		t.Error("links of the tables do not stay in the moment that is looked at")
	}
}

// TestWhatIsKeptOfAProviderIsForThoseWhoMaySeeIt has a page kept for the one reader of a
// confined signal, then asked for by others.
func TestWhatIsKeptOfAProviderIsForThoseWhoMaySeeIt(t *testing.T) {
	t.Parallel()
	b := measured(t)
	lead := b.as(access.QualityLead, "QAA")
	lead.post("/signals/new/safeguarding", referred()...)
	lane := signal.KindSafeguarding.Words()
	if !strings.Contains(lead.get("/providers/RA1").Body.String(), lane) {
		t.Fatal("its reader is not shown the referral on the time line")
	}
	for _, role := range access.Roles {
		if role == access.QualityLead {
			continue
		}
		if strings.Contains(b.as(role, "QAA").get("/providers/RA1").Body.String(), lane) {
			t.Errorf("a %s is shown what was kept for the referral's reader", role)
		}
	}
	if got := b.as(access.QualityLead, "QBB").get("/providers/RA1"); got.Code == http.StatusOK && strings.Contains(got.Body.String(), lane) {
		t.Error("another commissioner is shown what was kept for this one")
	}
}
