package store

import (
	"crypto/rand"
	"database/sql"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/signal"
)

// emptySQLite is a store of SQLite without a row: the planner decides by the schema alone.
func emptySQLite(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{Dir: t.TempDir(), Random: rand.Reader, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// plan is SQLite's plan for a statement, its steps joined by "; ".
func (s *Store) plan(t *testing.T, statement string, args ...any) (string, error) {
	t.Helper()
	rows, err := s.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, args...)
	steps, err := collect(s.engine, rows, err, "explain", func(r *sql.Rows) (text string, err error) {
		var skip int
		return text, r.Scan(&skip, &skip, &skip, &text)
	})
	return strings.Join(steps, "; "), err
}

// planned is what somebody in a role sees at the commissioner QAA.
func planned(role access.Role) access.Scope {
	return access.For(access.Viewer{Account: "u-1", Memberships: []access.Membership{{Tenant: "QAA", Role: role, Practice: "A81001"}}}, "QAA")
}

// TestListsOfSignalsReadOneStretchOfAnIndex asks SQLite how it would make each list
// of the inbox: none reads all signals, and only the few of one's own, or of a week,
// are sorted.
func TestListsOfSignalsReadOneStretchOfAnIndex(t *testing.T) {
	t.Parallel()
	s := emptySQLite(t)
	lead, now, yes := planned(access.QualityLead), time.Now(), true
	then := lead.At(5)
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
		{"a GP's", planned(access.GP), SignalFilter{Newest: true}, "signal_practice", true},
		{"one's own", planned(access.GP), SignalFilter{Newest: true, Own: true}, "signal_raised", true},
		{"then overdue", then, SignalFilter{Pile: PileToDo, DueBefore: now}, "signal_pile (tenant=? AND pile=? AND until_pos>?)", true},
		{"then waiting", then, SignalFilter{Pile: PileWaiting}, "signal_pile (tenant=? AND pile=? AND until_pos>?)", true},
		{"then mine", then, SignalFilter{Pile: PileToDo, Assigned: "u-1"}, "signal_assigned (tenant=? AND assigned=? AND until_pos>?)", true},
		{"done in a week then", then, SignalFilter{Pile: PileDone, SettledOn: now, Newest: true}, "signal_outcome (tenant=? AND pile=? AND until_pos>?)", true},
		{"all then", then, SignalFilter{Newest: true}, "signal_received (tenant=? AND until_pos>?)", true},
		{"of a provider then", then, SignalFilter{Newest: true, Provider: "RAA"}, "signal_place (tenant=? AND provider=? AND until_pos>?)", true},
		{"complaints of a provider then", then, SignalFilter{Newest: true, Provider: "RAA", Kind: signal.KindComplaint}, "(tenant=? AND ", true},
		{"visits", lead, SignalFilter{Newest: true, Kind: signal.KindVisit}, "signal_rare (tenant=? AND kind=? AND until_pos", false},
		{"duties of candour then", then, SignalFilter{Kind: signal.KindCandour}, "signal_rare (tenant=? AND kind=? AND until_pos>?)", true},
		{"one's own then", planned(access.GP).At(5), SignalFilter{Newest: true, Own: true}, "signal_raised (tenant=? AND raised_by=? AND until_pos>?)", true},
	} {
		condition, args := c.f.where(s, c.scope)
		if strings.Count(condition, "s.due >") > 1 && c.f.After.Ref == "" { // of two lower bounds an index may look for the lesser
			t.Errorf("%s has more than one lower bound: %s", c.name, condition)
		}
		if strings.Count(condition, "o.raised_by =") > 1 {
			t.Errorf("%s asks twice for one’s own: %s", c.name, condition)
		}
		plan, err := s.plan(t, "SELECT s.ref, s.title FROM signal s WHERE "+condition+c.f.order(c.scope)+" LIMIT 50", args...)
		plan = strings.ReplaceAll(plan, "SCAN now USING COVERING INDEX signal_confined", "") // an index of the few that have named readers
		if err != nil || strings.Contains(plan, "SCAN") || !strings.Contains(plan, c.index) || strings.Contains(plan, "TEMP B-TREE") != c.sorts {
			t.Errorf("%s: %v: %s", c.name, err, plan)
		}
	}
}

// TestComplaintsAreReadByAnIndexOfTheirOwn asks SQLite how it would find the open
// complaints, and their themes, among all signals.
func TestComplaintsAreReadByAnIndexOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := emptySQLite(t)
	lead := planned(access.QualityLead)
	open, openArgs := s.openComplaints(lead)
	once, onceArgs := s.codings(lead, 1)
	voices, voiceArgs := (&SignalFilter{Provider: "RAA"}).where(s, lead.At(5))
	every, everyArgs := (&SignalFilter{}).where(s, lead)
	themes, themeArgs := s.complaintThemes(lead, calendar.DateOf(time.Now())-365)
	for _, c := range []struct {
		condition string
		args      []any
		index     string
	}{
		{open, openArgs, "signal_open_complaint "},
		{themes, themeArgs, "signal_complaint "},
		{once, onceArgs, "signal_codings "},
		{every + " AND s.learns = 1 AND s.counts = 1", everyArgs, "signal_learns "},
		{voices, voiceArgs, "COVERING INDEX signal_place "},
		{voices + " AND s.stepped = 1", voiceArgs, "signal_stepped (tenant=? AND provider=? AND stepped=? AND until_pos>?)"},
		{voices, voiceArgs, "SCAN now USING COVERING INDEX signal_confined"}, // asked once
		{current("s") + " AND s.tenant = $1 AND s.pile = $2 AND s.readers <> '' AND s.outcome = ''", []any{"QAA", PileToDo}, "signal_confined_pile "},
	} {
		plan, err := s.plan(t, "SELECT s.ref, s.theme, s.title FROM signal s WHERE "+c.condition, c.args...)
		if err != nil || !strings.Contains(plan, c.index) {
			t.Errorf("%v: %s, expected the index %s", err, plan, c.index)
		}
	}
}

// TestWhatWaitsForASecondCodeIsOneStretchOfAnIndex asks SQLite how it would count and list
// the sample: now in order, and of the past by the same stretches.
func TestWhatWaitsForASecondCodeIsOneStretchOfAnIndex(t *testing.T) {
	t.Parallel()
	s := emptySQLite(t)
	for _, c := range []struct {
		scope access.Scope
		of    string
		sorts bool
	}{
		{planned(access.QualityLead), "INDEX signal_codings (tenant=? AND codings=? AND until_pos=?)", false},
		{planned(access.QualityLead).At(5), "INDEX signal_codings (tenant=? AND codings=? AND until_pos>?)", true},
	} {
		query, args := s.countAwaiting(c.scope)
		if plan, err := s.plan(t, query, args...); err != nil || strings.Count(plan, "COVERING "+c.of) != 2 {
			t.Errorf("%v: %s", err, plan)
		}
		condition, args := s.codings(c.scope, 1)
		plan, err := s.plan(t, "SELECT s.title FROM signal s WHERE "+condition+" ORDER BY s.received, s.ref LIMIT 9", args...)
		if err != nil || !strings.Contains(plan, c.of) || strings.Contains(plan, "TEMP B-TREE") != c.sorts {
			t.Errorf("%v: %s", err, plan)
		}
	}
}

// TestWhatIsDueOfProvidersIsCountedFromAnIndexAlone asks SQLite how it would count the
// clocks of a watch list.
func TestWhatIsDueOfProvidersIsCountedFromAnIndexAlone(t *testing.T) {
	t.Parallel()
	s := emptySQLite(t)
	lead := planned(access.QualityLead)
	for name, c := range map[string]struct {
		scope access.Scope
		want  string
	}{
		"now":  {lead, "COVERING INDEX signal_pile (tenant=? AND pile=? AND until_pos=? AND due>? AND due<?)"},
		"then": {lead.At(5), "COVERING INDEX signal_pile (tenant=? AND pile=? AND until_pos>?)"},
	} {
		query, args := s.dueByProvider(c.scope, time.Now(), time.Now())
		plan, err := s.plan(t, query, args...)
		if err != nil || !strings.Contains(plan, c.want) {
			t.Errorf("%s: %v: %s", name, err, plan)
		}
	}
}

// TestAVersionIsEndedByItsKey asks SQLite how it would find the version of a signal that
// a change ends: left to choose, it read every version that holds.
func TestAVersionIsEndedByItsKey(t *testing.T) {
	t.Parallel()
	s := emptySQLite(t)
	plan, err := s.plan(t, "UPDATE signal SET until_pos = $1 WHERE "+current("signal")+" AND tenant = $2 AND ref = $3 AND from_pos = $4", 5, "QAA", "G-2026-1", 3)
	if err != nil || !strings.Contains(plan, "tenant=? AND ref=? AND from_pos=?") {
		t.Errorf("%v: %s", err, plan)
	}
}

// TestASearchReadsTheWordsFirst asks SQLite how it would search: whoever sees all signals
// and whoever sees their own only must not have each of them tried for the words.
func TestASearchReadsTheWordsFirst(t *testing.T) {
	t.Parallel()
	s := emptySQLite(t)
	for _, role := range []access.Role{access.QualityLead, access.GP, access.Visitor, access.BoardMember} {
		for _, sc := range []access.Scope{planned(role), planned(role).At(5)} {
			statement, args := s.findingSignals(sc, oneWord("night"))
			plan, err := s.plan(t, statement, args...)
			text, doc, held := strings.Index(plan, "t VIRTUAL TABLE"), strings.Index(plan, "SEARCH d "), strings.Index(plan, "SEARCH s USING INDEX sqlite_autoindex_signal_1 (tenant=? AND ref=?")
			if err != nil || text < 0 || doc < text || held < doc {
				t.Errorf("%s: %v: %s", role, err, plan)
			}
		}
	}
}
