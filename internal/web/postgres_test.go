package web

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/store/pgtest"
)

// fleeting is what differs between two looks at one store: times of day, and
// hashes of entries that record the looking itself.
var fleeting = regexp.MustCompile(`\d\d(:|%3A)\d\d((:|%3A)\d\d)?|[0-9a-f]{4}…[0-9a-f]{4}`)

// ownLoads is the loads that a server has seen since it started.
var ownLoads = regexp.MustCompile(`<p class="cd-links">Your loads: .*`)

// The same memory over both engines: what differs between two pages is a bug of one of
// them.
func TestEveryPageSaysOverPostgreSQLWhatItSaysOverSQLite(t *testing.T) {
	t.Parallel()
	address := pgtest.Schema(t)
	lite := filled(t)
	rows := "Organisation,Indicator,Period,Numerator,Denominator\n"
	for i := range 30 {
		month := calendar.NewDate(2024, time.Month(4+i), 1).Begins().Format("2006-01")
		rows += fmt.Sprintf("RA1,falls-with-harm,%s,%d,8000\nRA2,falls-with-harm,%s,31,6000\n", month, 40+i/20*30+i%3, month)
	}
	lite.as(access.Analyst, "QAA").upload(map[string]string{"falls.csv": rows}, "at-once", "1", "source", "candour-tidy", "tenant", "QAA")
	lite.settle()
	backup := filepath.Join(t.TempDir(), "all.candour")
	_, err := lite.store.Backup(lite.ctx, backup)
	lite.no(err)
	post := serve(t, t.TempDir(), address, lite.clock)
	post.no(post.store.Restore(post.ctx, backup))

	paths := []string{
		"/matrix?set=all", "/indicators/falls-with-harm", "/providers/RA1", "/providers/RA1?range=60", "/providers/RA1/concern", "/providers/RA1/indicators/falls-with-harm?rows=all&points=all",
		"/providers/RA1/indicators/falls-with-harm/download/csv", "/search?q=discharge", "/search?q=night+-taxi", "/search?q=%22secret+of%22", "/data?asof=20", "/watch-list?asof=2026-11-01", "/signals?show=all", "/no-such-page",
	}
	for _, rt := range lite.server.table {
		if st, ok := stands[rt.Method+" "+rt.Pattern]; ok && rt.Method == http.MethodGet && rt.Pattern != "/metrics" && rt.Pattern != "/checkpoint" && !strings.HasPrefix(rt.Pattern, "/tile") {
			paths = append(paths, st("QAA").path)
		}
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	compared := 0
	for _, role := range []access.Role{access.Analyst, access.GP, access.BoardMember, access.Administrator, access.Auditor} {
		a, b := lite.as(role, "QAA"), post.as(role, "QAA")
		for _, path := range paths {
			one, other := a.get(path), b.get(path)
			if one.Code >= http.StatusInternalServerError || one.Code != other.Code {
				t.Errorf("%s %s: %d over SQLite, %d over PostgreSQL", role, path, one.Code, other.Code)
				continue
			}
			if one.Code == http.StatusOK {
				compared++
			}
			want, got := settledText(lite, one.Body.Bytes()), settledText(post, other.Body.Bytes())
			if got != want {
				at, lines := 0, strings.Split(want, "\n")
				for i, line := range strings.Split(got, "\n") {
					if at = i; i >= len(lines) || line != lines[i] {
						t.Errorf("%s %s differs in line %d:\nover SQLite     %s\nover PostgreSQL %s", role, path, i+1, strings.Join(lines[min(i, len(lines)):min(i+1, len(lines))], ""), line)
						break
					}
				}
				if at+1 == strings.Count(got, "\n")+1 && at+1 < len(lines) {
					t.Errorf("%s %s ends early over PostgreSQL", role, path)
				}
			}
		}
	}
	if compared < 150 {
		t.Errorf("only %d pages were compared", compared)
	}
}

// settledText is a page without what is fleeting.
func settledText(b *bundle, body []byte) string {
	return fleeting.ReplaceAllString(b.seen(ownLoads.ReplaceAll(body, nil)), "…")
}
