package store

import (
	"crypto/rand"
	"database/sql"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
)

// TestListsOfSignalsReadOneStretchOfAnIndex asks SQLite how it would make each list
// of the inbox: none reads all signals, and only the few of one's own, or of a week,
// are sorted.
func TestListsOfSignalsReadOneStretchOfAnIndex(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), Config{Dir: t.TempDir(), Random: rand.Reader, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	as := func(role access.Role) access.Scope {
		return access.For(access.Viewer{Account: "u-1", Memberships: []access.Membership{{Tenant: "QAA", Role: role, Practice: "A81001"}}}, "QAA")
	}
	lead, now, yes := as(access.QualityLead), time.Now(), true
	for _, c := range []struct {
		name  string
		scope access.Scope
		f     SignalFilter
		index string
		sorts bool
	}{
		{"overdue", lead, SignalFilter{Pile: PileToDo, DueBefore: now}, "signal_pile", false},
		{"overdue, next page", lead, SignalFilter{Pile: PileToDo, DueBefore: now, After: SignalKey{now, "x"}}, "signal_pile", false},
		{"due between", lead, SignalFilter{Pile: PileToDo, DueAfter: now, DueBefore: now, clock: withClock}, "signal_pile", false},
		{"due later", lead, SignalFilter{Pile: PileToDo, DueAfter: now, Triaged: &yes, clock: withClock}, "signal_pile", false},
		{"without a clock", lead, SignalFilter{Pile: PileToDo, DueAfter: now, clock: withoutClock}, "signal_pile", false},
		{"waiting", lead, SignalFilter{Pile: PileWaiting}, "signal_pile", false},
		{"unread", lead, SignalFilter{Pile: PileToDo, Unread: true}, "signal_pile", false},
		{"mine", lead, SignalFilter{Pile: PileToDo, Assigned: "u-1"}, "signal_assigned", false},
		{"done this week", lead, SignalFilter{Pile: PileDone, SettledOn: now, Newest: true}, "signal_outcome", true},
		{"all", lead, SignalFilter{Newest: true}, "signal_received", false},
		{"all, next page", lead, SignalFilter{Newest: true, After: SignalKey{now, "x"}}, "signal_received", false},
		{"of a provider", lead, SignalFilter{Newest: true, Provider: "RAA"}, "signal_place", false},
		{"a GP's", as(access.GP), SignalFilter{Newest: true}, "signal_practice", true},
		{"one's own", as(access.GP), SignalFilter{Newest: true, Own: true}, "signal_raised", true},
	} {
		condition, args := c.f.where(c.scope)
		rows, err := s.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN SELECT s.ref, s.title FROM signal s WHERE "+condition+c.f.order(c.scope)+" LIMIT 50", args...)
		steps, err := collect(s.engine, rows, err, "explain", func(r *sql.Rows) (text string, err error) {
			var skip int
			return text, r.Scan(&skip, &skip, &skip, &text)
		})
		plan := strings.Join(steps, "; ")
		if err != nil || strings.Contains(plan, "SCAN") || !strings.Contains(plan, c.index) || strings.Contains(plan, "TEMP B-TREE") != c.sorts {
			t.Errorf("%s: %v: %s", c.name, err, plan)
		}
	}
}

// TestComplaintsAreReadByAnIndexOfTheirOwn asks SQLite how it would find the open
// complaints, and their themes, among all signals.
func TestComplaintsAreReadByAnIndexOfTheirOwn(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), Config{Dir: t.TempDir(), Random: rand.Reader, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	lead := access.For(access.Viewer{Account: "u-1", Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}}, "QAA")
	open, openArgs := openComplaints(lead)
	once, onceArgs := codings(lead, 1)
	themes, themeArgs := complaintThemes(lead, calendar.DateOf(time.Now())-365)
	for _, c := range []struct {
		condition string
		args      []any
		index     string
	}{{open, openArgs, "signal_complaint "}, {themes, themeArgs, "signal_complaint "}, {once, onceArgs, "signal_codings "}} {
		rows, err := s.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN SELECT s.ref, s.theme FROM signal s WHERE "+c.condition, c.args...)
		steps, err := collect(s.engine, rows, err, "explain", func(r *sql.Rows) (text string, err error) {
			var skip int
			return text, r.Scan(&skip, &skip, &skip, &text)
		})
		if plan := strings.Join(steps, "; "); err != nil || !strings.Contains(plan, c.index) {
			t.Errorf("%v: %s, expected the index %s", err, plan, c.index)
		}
	}
}
