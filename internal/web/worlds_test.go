package web

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/listen"
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
	return chance.ReplaceAllString(text, "…")
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
			x, y := two.seen(a.Body.Bytes()), three.seen(b.Body.Bytes())
			if a.Code != b.Code || x != y {
				t.Errorf("%s tells the %s how few there were: %d and %d, %s", path, role, a.Code, b.Code, difference(x, y))
			}
			if a.Code == http.StatusOK {
				compared++
			}
		}
	}
	if compared < 30 {
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
