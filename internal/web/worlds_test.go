package web

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/digest"
	"candour/internal/listen"
	"candour/internal/record"
	"candour/internal/signal"
)

// world is a store in which few people fell, complained and spoke up; how few is all
// in which two worlds differ.
func world(t *testing.T, few int) *bundle {
	t.Helper()
	b := peopled(t).practised()
	rows := "Organisation,Indicator,Period,Numerator,Denominator\n"
	for i := range 30 {
		month, falls := calendar.NewDate(2024, time.Month(4+i), 1).Begins().Format("2006-01"), 40+i%3
		if i == 12 || i == 20 {
			falls = few
		}
		rows += fmt.Sprintf("RA1,falls-with-harm,%s,%d,8000\nRA2,falls-with-harm,%s,31,6000\n", month, falls, month)
	}
	b.as(access.Analyst, "QAA").upload(map[string]string{"falls.csv": rows}, "at-once", "1", "source", "candour-tidy", "tenant", "QAA")
	b.settle()
	b.many(7, time.January, time.March, 6, 9)
	var items []listen.Item
	for i := range few {
		day := calendar.NewDate(2026, 9, 3+i)
		items = append(items, listen.Item{Signal: signal.Signal{
			Kind: signal.KindComplaint, Title: "Sent home at night", Place: signal.Place{Provider: "RA1", Ward: "Ward 7"}, Received: day.At(9, 0), Source: signal.Source{Channel: "letter"},
			Themes: []string{"discharge"}, Complaint: &signal.Complaint{ReceivedBy: "provider", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked},
		}}, listen.Item{Readers: []access.AccountID{accountOf(access.QualityLead, "QAA")}, Signal: signal.Signal{
			Kind: signal.KindStaffConcern, Title: "Nobody listens", Narrative: "I said so.", Place: signal.Place{Provider: "RA1"}, Received: day.At(10, 0), Source: signal.Source{Channel: "form"},
			Themes: []string{"staffing"}, StaffConcern: &signal.StaffConcern{How: "form", Wishes: "confidential", Protections: true},
		}})
	}
	_, err := b.server.Desk.Receive(b.ctx, leadAt("QAA"), items...)
	b.no(err)
	return b
}

// leaving is every output of a commissioner that leaves the team (docs/methods/outputs.md)
// but papers of counts: who asks, and the address. What is withheld from a paper hangs
// on what is small, so papers of two worlds may differ; what can be worked out from
// them the attacker of counts_test.go tries.
func (b *bundle) leaving() map[access.Role][]string {
	var team []string
	for _, form := range []string{"csv", "xlsx", "png", "svg"} {
		team = append(team, "/providers/RA1/indicators/falls-with-harm/download/"+form)
	}
	board := []string{
		"/providers/RA1/indicators/falls-with-harm?rows=all&points=all", "/providers/RA2/indicators/falls-with-harm", "/indicators/falls-with-harm", "/matrix?set=all", "/matrix?set=scored",
		"/providers/RA1?range=60", "/providers/RA1/concern", "/search?q=night", "/search?q=discharge", "/search?q=Ward+7", "/digest",
	}
	for _, rt := range b.server.table {
		if st, ok := stands[rt.Method+" "+rt.Pattern]; ok && rt.Method == http.MethodGet && !strings.HasPrefix(rt.Pattern, "/memory") && !strings.HasPrefix(rt.Pattern, "/checkpoint") && !strings.HasPrefix(rt.Pattern, "/tile") {
			board = append(board, st("QAA").path)
		}
	}
	own := []string{"/", "/concerns", "/concerns/patterns", "/visits", "/search?q=night", "/search?q=discharge", "/search?q=Ward+7", "/signals/new"}
	return map[access.Role][]string{access.Analyst: team, access.BoardMember: board, access.GP: own, access.Visitor: own}
}

// chance is what differs between any two stores: tokens, hashes, and how far the
// memory has grown, which is a count of entries about everything.
var chance = regexp.MustCompile(`[0-9a-f]{16,}|[A-Za-z0-9+/_-]{40,}=*|(?i)(memory )?entry [\d,]+|asof=\d+|entry=\d+|checkpoint [\d,]+|(?i)memory entry</[a-z]+>\s*<[^>]*>[\d,]+`)

// seen is what somebody sees of an output, without what any two stores differ in. A
// workbook is looked into.
func (b *bundle) seen(body []byte) string {
	b.Helper()
	return chance.ReplaceAllString(b.plain(body), "…")
}

// plain is an output as text: of a workbook what is in it, without how far the memory
// has grown.
func (b *bundle) plain(body []byte) string {
	b.Helper()
	text := string(body)
	if book, err := zip.NewReader(bytes.NewReader(body), int64(len(body))); err == nil {
		text = ""
		for _, f := range book.File {
			if f.Name == "[Content_Types].xml" {
				continue // in an order of its own each time
			}
			part, err := f.Open()
			b.no(err)
			content, err := io.ReadAll(part)
			b.no(err)
			text += f.Name + "\n" + string(content) + "\n"
		}
		head, _, err := b.store.Head(b.ctx)
		b.no(err)
		text = strings.ReplaceAll(text, ">"+number(head)+"<", ">…<")
	}
	return text
}

// unlike are two outputs without what any two stores differ in, both empty when they are
// the same. Only lines that differ are searched for it, each with the next since one
// pattern reaches so far: searching whole pages took most of the time.
func unlike(x, y string) (string, string) {
	if x == y {
		return "", ""
	}
	xs, ys := strings.SplitAfter(x, "\n"), strings.SplitAfter(y, "\n")
	if len(xs) != len(ys) {
		return chance.ReplaceAllString(x, "…"), chance.ReplaceAllString(y, "…")
	}
	for i := range xs {
		if xs[i] == ys[i] {
			continue
		}
		from, to := max(0, i-1), min(len(xs), i+2)
		one, other := chance.ReplaceAllString(strings.Join(xs[from:to], ""), "…"), chance.ReplaceAllString(strings.Join(ys[from:to], ""), "…")
		if one != other {
			return one, other
		}
	}
	return "", ""
}

// sent is what leaves without a page: the week's digest as it is mailed, and what a
// program reads through the API that may read everything.
func (b *bundle) sent() map[string]string {
	b.Helper()
	out := map[string]string{}
	now := b.clock.Now()
	for _, week := range []digest.Week{digest.WeekOf(now), digest.WeekOf(now).Before()} {
		m, err := b.server.digests().Week(b.ctx, b.scope(access.BoardMember, "QAA"), week, now, true)
		b.no(err)
		d := digest.Weekly(&m)
		out["the digest of "+week.String()+" by e-mail"] = b.seen([]byte(strings.Join(d.Texts(), "\n")))
	}
	key, err := b.store.SetClient(b.ctx, access.Scope{Viewer: access.Operator("operator"), Tenant: "QAA", AsOf: access.Head}, record.Client{
		ID: "c-reader", Tenant: "QAA", Name: "Reads everything", May: access.ClientActions, Kinds: signal.Kinds(), Because: "test",
	}, true)
	b.no(err)
	for _, path := range []string{
		"providers", "watch-list", "findings", "findings?provider=RA1", "observations?indicator=falls-with-harm", "observations?indicator=falls-with-harm&provider=RA1", "signals", "taxonomies",
	} {
		r := httptest.NewRequest(http.MethodGet, "/api/v1/"+path, nil)
		r.Header.Set("Authorization", "Bearer "+key)
		got := b.nobody().do(r)
		out["/api/v1/"+path] = fmt.Sprint(got.Code) + position.ReplaceAllString(b.seen(got.Body.Bytes()), "…")
	}
	return out
}

// position is the place of an entry in what programs read.
var position = regexp.MustCompile(`"position":\d+`)

// What is another commissioner's, and what shows to named readers alone, changes no
// output of anybody else: two stores that differ in that look the same to every role.
func TestNobodyCanTellWhatIsAnothersOrConfined(t *testing.T) {
	t.Parallel()
	build := func(more bool) *bundle {
		b := peopled(t).practised()
		b.heard("QAA")
		b.complained("QAA", 220, nil)
		b.coded(access.Analyst, "QAA", 0, safetyHigh)
		b.assured("QAA")
		b.learned("QAA")
		b.alarmed("QAA", "A-2026-1", "RA1")
		if more {
			for range 3 {
				b.heard("QBB")
				b.complained("QBB", 220, nil)
			}
			b.learned("QBB")
			b.assured("QBB")
			today := calendar.DateOf(b.clock.Now())
			secret := access.Viewer{Account: "u-secret", Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}}
			said := signal.Signal{Title: "Quixotic neglect", Narrative: "Quixotic neglect of a discharge.", Place: signal.Place{Provider: "RA1", Ward: "Ward 7"}, Received: (today - 40).At(9, 0), Source: signal.Source{Channel: "form"}, Themes: []string{"discharge"}}
			referral, notice := said, said
			referral.Kind, referral.Safeguarding = signal.KindSafeguarding, &signal.Safeguarding{Body: "s42", ReferredBy: "us", ReferredOn: today - 41, Group: "adult", Types: []string{"neglect"}, SafeNow: "no", AboutCare: true}
			notice.Kind, notice.RegulatorAction, notice.Embargo = signal.KindRegulatorAction, &signal.RegulatorAction{Regulator: "cqc", Action: "warning-notice"}, today+9
			_, err := b.server.Desk.Receive(b.ctx, access.For(secret, "QAA"), listen.Item{Signal: referral}, listen.Item{Signal: notice})
			b.no(err)
		}
		return b
	}
	without, with := build(false), build(true)
	paths := []string{"/signals?show=all", "/signals?show=waiting", "/signals/SG-2026-1", "/signals/RG-2026-1", "/signals/due", "/search?q=quixotic", "/search?q=discharge", "/search?q=Ward+7", "/providers/RA1?range=60", "/signals?open=SG-2026-1"}
	for _, rt := range without.server.table {
		if st, ok := stands[rt.Method+" "+rt.Pattern]; ok && rt.Method == http.MethodGet && !strings.HasPrefix(rt.Pattern, "/memory") && !strings.HasPrefix(rt.Pattern, "/checkpoint") && !strings.HasPrefix(rt.Pattern, "/tile") {
			paths = append(paths, st("QAA").path)
		}
	}
	compared := 0
	for _, role := range access.Roles {
		one, other := without.as(role, "QAA"), with.as(role, "QAA")
		for _, path := range paths {
			a, b := one.get(path), other.get(path)
			x, y := unlike(without.plain(a.Body.Bytes()), with.plain(b.Body.Bytes()))
			if a.Code != b.Code || x != y {
				t.Errorf("%s tells the %s what is not theirs: %d and %d, %s", path, role, a.Code, b.Code, difference(x, y))
			}
			if a.Code == http.StatusOK {
				compared++
			}
		}
	}
	others := with.sent()
	for name, x := range without.sent() {
		if y := others[name]; x != y {
			t.Errorf("%s tells what is another’s: %s", name, difference(x, y))
		}
	}
	if compared < 200 {
		t.Errorf("%d outputs were compared", compared)
	}
}

// The strongest attacker knows everything but how few there were: two worlds that
// differ in that alone must look the same to everybody outside of the team.
func TestFromOutsideNobodyCanTellHowFewThereWere(t *testing.T) {
	t.Parallel()
	two, three := world(t, 2), world(t, 3)
	compared := 0
	for role, paths := range two.leaving() {
		one, other := two.as(role, "QAA"), three.as(role, "QAA")
		for _, path := range paths {
			a, b := one.get(path), other.get(path)
			x, y := unlike(two.plain(a.Body.Bytes()), three.plain(b.Body.Bytes()))
			if a.Code != b.Code || x != y {
				t.Errorf("%s tells the %s how few there were: %d and %d, %s", path, role, a.Code, b.Code, difference(x, y))
			}
			if a.Code == http.StatusOK {
				compared++
			}
		}
	}
	others := three.sent()
	for name, x := range two.sent() {
		if y := others[name]; x != y || x == "" {
			t.Errorf("%s tells how few there were: %s", name, difference(x, y))
		}
		compared++
	}
	if compared < 45 {
		t.Errorf("%d outputs were compared", compared)
	}
	// The comparison is worth something: within the team the two differ.
	for _, path := range []string{"/providers/RA1/indicators/falls-with-harm", "/providers/RA1/indicators/falls-with-harm/download/csv?for=team", "/signals?show=all", "/complaints"} {
		if two.seen(two.as(access.QualityLead, "QAA").get(path).Body.Bytes()) == three.seen(three.as(access.QualityLead, "QAA").get(path).Body.Bytes()) {
			t.Errorf("%s is the same for the team, which should see true numbers", path)
		}
	}
}

// difference is where two texts begin to differ.
func difference(x, y string) string {
	i := 0
	for i < min(len(x), len(y)) && x[i] == y[i] {
		i++
	}
	around := func(s string) string { return s[max(0, i-60):min(len(s), i+60)] }
	return fmt.Sprintf("%q and %q", around(x), around(y))
}
