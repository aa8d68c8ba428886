package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"candour/internal/access"
	"candour/internal/ledger"
	"candour/internal/record"
)

// TestThePublicToolsTileReaderVerifiesTheServedLog reads checkpoint and tiles as a
// client of C2SP tlog-tiles does, and proves an entry with golang.org/x/mod alone.
func TestThePublicToolsTileReaderVerifiesTheServedLog(t *testing.T) {
	t.Parallel()
	b := filled(t)
	w := b.as(access.BoardMember, "QAA")
	key, err := ledger.NewVerifierKey(b.store.PublicKey())
	b.no(err)
	c, err := ledger.VerifyCheckpoint(w.get("/checkpoint").Body.Bytes(), key)
	b.no(err)
	if c.Size < 20 {
		t.Fatalf("the checkpoint has %d entries", c.Size)
	}
	hashes := ledger.TileHashes(c, func(tile ledger.Tile) ([]byte, error) {
		got := w.get("/" + tile.Path())
		if got.Code != http.StatusOK {
			return nil, fmt.Errorf("%s gave %d", tile.Path(), got.Code)
		}
		return got.Body.Bytes(), nil
	})
	proof, err := tlog.ProveRecord(c.Size, 3, hashes)
	b.no(err)
	leaves, err := b.store.Leaves(b.ctx, 3, 1)
	b.no(err)
	b.no(tlog.CheckRecord(proof, c.Size, tlog.Hash(c.Root), 3, tlog.RecordHash(leaves[0])))
	if got := w.get("/tile/0/999"); got.Code != http.StatusNotFound {
		t.Errorf("a tile that isn’t there gave %d", got.Code)
	}
}

func TestABundleIsGivenToThoseWhoMaySeeTheTrailOfAllThatItNames(t *testing.T) {
	t.Parallel()
	b := filled(t)
	head, _, err := b.store.Head(b.ctx)
	b.no(err)
	whole := fmt.Sprintf("/tile/entries/000.p/%d", head+1)
	for _, c := range []struct {
		role access.Role
		path string
		want int
	}{
		{access.Auditor, "/tile/entries/000.p/20", http.StatusOK},                // the installation's own entries
		{access.Auditor, whole, http.StatusForbidden},                            // QBB's delivery is among them
		{access.Analyst, "/tile/entries/000.p/20", http.StatusForbidden},         // not allowed to see the trail
		{access.GP, "/tile/0/000.p/1", http.StatusForbidden},                     // sees no memory
		{access.Analyst, fmt.Sprintf("/tile/0/000.p/%d", head+1), http.StatusOK}, // hashes tell nothing
	} {
		if got := b.as(c.role, "QAA").get(c.path); got.Code != c.want {
			t.Errorf("%s gave %s %d, expected %d", c.path, c.role, got.Code, c.want)
		}
	}
}

func TestVerifyNamesEachCheckAndHidesAnothersEntry(t *testing.T) {
	t.Parallel()
	b := filled(t)
	head, _, err := b.store.Head(b.ctx)
	b.no(err)
	w := b.as(access.Auditor, "QAA")
	page := w.get("/memory/verify?entry=2")
	if n := strings.Count(page.Body.String(), "✓ holds"); n != 4 {
		t.Errorf("%d checks hold, expected 4:\n%s", n, page.Body)
	}
	if s := w.get(fmt.Sprintf("/memory/verify?entry=%d", head)).Body.String(); !strings.Contains(s, "belongs to another commissioner") || strings.Contains(s, "D-000003") {
		t.Errorf("QBB’s entry shows at QAA:\n%s", s)
	}
	if got := w.get(fmt.Sprintf("/memory/verify?entry=%d", head+1)); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("an entry that isn’t there gave %d", got.Code)
	}
	if got := w.post("/memory/verify"); got.Code != http.StatusSeeOther {
		t.Fatalf("checking everything gave %d", got.Code)
	}
	b.settle()
	if s := w.get("/memory/verify").Body.String(); !strings.Contains(s, "all as recorded") {
		t.Errorf("after checking everything the page says\n%s", s)
	}
}

func TestFirstSightsAreRecordedOnceInGroupsAndRememberedByALaterProgram(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	show := func(role access.Role) {
		w := b.as(role, "QAA")
		if got := w.get("/memory/inquiry?provider=RA1"); got.Code != http.StatusOK {
			t.Fatalf("the page gave %d", got.Code)
		}
	}
	head := func() int64 {
		h, _, err := b.store.Head(b.ctx)
		b.no(err)
		return h
	}
	before := head()
	show(access.Auditor)
	show(access.Auditor)
	show(access.Administrator)
	if head() != before {
		t.Fatal("looking wrote to the memory at once")
	}
	b.no(b.server.sights.flush(b.ctx))
	if head() != before+1 {
		t.Fatalf("two people’s first sights made %d entries, expected 1", head()-before)
	}
	show(access.Auditor)
	b.no(b.server.sights.flush(b.ctx))
	b.server.sights.known, b.server.sights.loaded = map[sight]bool{}, map[sight]bool{} // as when the program begins anew
	show(access.Auditor)
	b.no(b.server.sights.flush(b.ctx))
	if head() != before+1 {
		t.Errorf("what was recorded already made %d more entries", head()-before-1)
	}
	sights, err := b.store.Sights(b.ctx, access.For(access.Viewer{Memberships: []access.Membership{{Tenant: "QAA", Role: access.Auditor}}}, "QAA"), "inquiry/RA1", "")
	b.no(err)
	if len(sights) != 2 || sights[1].Account != accountOf(access.Auditor, "QAA") {
		t.Errorf("recorded are %+v", sights)
	}
}

func TestTheTickWritesOut(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.as(access.Auditor, "QAA").get("/memory/inquiry?provider=RA1")
	b.tick <- time.Time{}
	b.tick <- time.Time{} // taken only once the first is dealt with
	entries, err := b.store.Entries(b.ctx, b.operator(), 0, 1)
	b.no(err)
	if len(entries) != 1 || entries[0].Kind != string(record.FirstShown) || entries[0].Tenant != "QAA" {
		t.Errorf("the newest entry is %+v", entries)
	}
}

func TestAMomentOfThePastIsADayATimeOrAnEntry(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.clock.Step(48 * time.Hour)
	w := b.as(access.Analyst, "QAA")
	for text, want := range map[string]int{
		"2026-11-23": 200, "2026-11-22": 200, "2026-11-25": 200, "2026-11-23T08:40": 200, "0": 200, "2026-11-26": 422, "2026-11-25T23:00": 422, "9999": 422, "-1": 422, "last week": 422,
	} {
		got := w.get("/data?asof=" + strings.ReplaceAll(text, " ", "+"))
		if got.Code != want {
			t.Errorf("as of %s gave %d, expected %d", text, got.Code, want)
		}
	}
	if got := w.get("/as-of?date=2026-11-23&time=09:00&next=/memory%3Fkind%3Dx"); got.Header().Get("Location") != "/memory?asof=2026-11-23T09%3A00&kind=x" {
		t.Errorf("the picker leads to %s", got.Header().Get("Location"))
	}
	if got := w.post("/data/loads?asof=3"); got.Code != http.StatusConflict {
		t.Errorf("a change in the past gave %d", got.Code)
	}
	page := parse(t, w.get("/data?asof=2026-11-23"))
	for _, a := range page.all("a") {
		href := attribute(a, "href")
		if strings.HasPrefix(href, "/data/deliveries") && !strings.Contains(href, "asof=2026-11-23") {
			t.Errorf("%s leaves the past", href)
		}
	}
	var nav []string
	for _, a := range page.all("a") {
		if attribute(a, "class") == "nhsuk-header__navigation-link" {
			nav = append(nav, attribute(a, "href"))
		}
	}
	if !slices.Contains(nav, "/memory?asof=2026-11-23") {
		t.Errorf("the places of a past page are %v", nav)
	}
}

func TestMemoryIsSearchedByStreamAndKind(t *testing.T) {
	t.Parallel()
	b := filled(t)
	w := b.as(access.Analyst, "QAA")
	s := w.get("/memory?kind=delivery.received").Body.String()
	if !strings.Contains(s, "3 entries found") || strings.Contains(s, "D-000003") {
		t.Errorf("deliveries: %s", s)
	}
	if s := w.get("/memory?stream=organisation/RA").Body.String(); !strings.Contains(s, "2 entries found") {
		t.Errorf("organisations: %s", s)
	}
	if s := w.get("/memory?before=1").Body.String(); strings.Contains(s, "entry=5\"") {
		t.Errorf("before entry 1: %s", s)
	}
}

func TestAnInquiryCountsEveryActAsTheFirst(t *testing.T) {
	t.Parallel()
	b := measured(t)
	b.heard("QAA")
	page := func(role access.Role) string {
		return b.as(role, "QAA").get("/memory/inquiry?provider=RA1").Body.String()
	}
	before := page(access.Auditor)
	if !strings.Contains(before, "no act recorded") || !strings.Contains(before, "nobody who answers for quality was shown any") {
		t.Fatalf("before anything was done the page says\n%s", before)
	}
	lead := b.as(access.QualityLead, "QAA")
	b.clock.Step(time.Minute)
	lead.get("/providers/RA1")
	b.no(b.server.sights.flush(b.ctx))
	if got := page(access.Auditor); !strings.Contains(got, "was shown within a day of reaching us. None is left") {
		t.Errorf("after an hour the page says\n%s", got)
	}
	b.alarmed("QAA", "A-2026-1", "RA1")
	b.clock.Step(time.Minute)
	if got := lead.post("/alerts/A-2026-1", "do", "acknowledge", "version", "1"); got.Code != http.StatusSeeOther {
		t.Fatalf("acknowledging gave %d", got.Code)
	}
	if got := page(access.Auditor); !strings.Contains(got, "alert acknowledged") || strings.Contains(got, "no act recorded") {
		t.Error("a step with an alert is no act")
	}
	other := measured(t)
	other.heard("QAA")
	other.clock.Step(time.Minute)
	if got := other.as(access.QualityLead, "QAA").post("/signals/G-2026-1", "do", "triage", "version", "1", "severity", "3", "outcome", "question_to_provider", "because", "Ninth of its kind", "message", "We ask the trust."); got.Code != http.StatusSeeOther {
		t.Fatalf("triage gave %d", got.Code)
	}
	b = other
	if got := page(access.Auditor); !strings.Contains(got, "signal: question to provider") {
		t.Error("a signal’s outcome is no act")
	}
	if got := page(access.Administrator); strings.Contains(got, "signal: question") || !strings.Contains(got, "your role doesn’t read them") {
		t.Error("what became of a signal is told to a role that doesn’t read signals")
	}
}
