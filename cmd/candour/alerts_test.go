package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
)

// lead is the quality lead of QAA.
var lead = access.For(access.Viewer{Account: "u-quality_lead", Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}}, "QAA")

// overheard opens a house with two trusts of one commissioner, a quality lead and a
// board member, and hears signals about the second by name.
func overheard(t *testing.T, dir string, list ...signal.Signal) *House {
	t.Helper()
	h, err := openHouse(t.Context(), StoreFlags{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	var events []record.Event
	add := func(kind record.Kind, stream string, tenant org.Code, body any) {
		e, err := record.New(kind, stream, tenant, operator, body)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	add(record.OrganisationRecorded, "organisation/QAA", "", org.Organisation{Code: "QAA", Name: "NHS QAA", Role: org.Commissioner})
	for code, name := range map[org.Code]string{"RAA": "Aldermoor Hospitals", "RBB": "Bramblecote Hospitals"} {
		add(record.OrganisationRecorded, "organisation/"+string(code), "", org.Organisation{Code: code, Name: name, Role: org.Trust, System: "QAA"})
	}
	for _, role := range []access.Role{access.QualityLead, access.BoardMember} {
		add(record.AccountSet, "account/u-"+string(role), "", record.Account{ID: access.AccountID("u-" + role), Login: string(role) + "@qaa.example", Name: role.Words(), Memberships: []access.Membership{{Tenant: "QAA", Role: role}}})
	}
	if _, err := h.Store.Record(t.Context(), events...); err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if _, err := h.Desk.Receive(t.Context(), lead, listen.Item{Signal: s}); err != nil {
			t.Fatalf("%s: %v", s.Title, err)
		}
	}
	return h
}

// TestAFactAboveAnyScoreStandsAndGoesWithoutAFile follows a concern of staff that is
// typed in while Candour serves: it stands on the watch list at the next look, above
// points that did not change, and no longer once it is dealt with. No file comes.
func TestAFactAboveAnyScoreStandsAndGoesWithoutAFile(t *testing.T) {
	t.Parallel()
	h := overheard(t, t.TempDir())
	t.Cleanup(func() { _ = h.Close() })
	tick, looked := make(chan time.Time), time.Now()
	stop := h.follow(t.Context(), slog.New(slog.DiscardHandler), tick)
	look := func() []concern.Override {
		t.Helper()
		for range 2 { // the second is taken once what the first began has ended
			looked = looked.Add(time.Hour)
			tick <- looked
		}
		held, err := h.Store.Concerns(t.Context(), lead, "RBB")
		if err != nil {
			t.Fatal(err)
		}
		if len(held) == 0 {
			return nil
		}
		return held[0].Assessment.Overrides
	}
	if above := look(); len(above) > 0 {
		t.Fatalf("before anything was said: %+v", above)
	}
	day := calendar.DateOf(time.Now())
	receipts, err := h.Desk.Receive(t.Context(), lead, listen.Item{Signal: signal.Signal{
		Kind: signal.KindStaffConcern, Title: "Staffing at night", Narrative: "One registered nurse.", Place: signal.Place{Provider: "RBB"},
		Occurred: signal.Occurrence{Date: day - 4}, Received: (day - 2).At(9, 0), Source: signal.Source{Channel: "form"}, Themes: []string{"staffing"},
		StaffConcern: &signal.StaffConcern{How: "letter", Wishes: "open", Protections: true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if above := look(); len(above) != 1 || above[0].Kind != concern.WhistleBlowing {
		t.Errorf("once a member of staff spoke up: %+v", above)
	}
	s, err := h.Store.Signal(t.Context(), lead, receipts[0].Reference)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Desk.Change(t.Context(), lead, s.Reference, s.Triage.Version, signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "Dealt with by the guardian"}); err != nil {
		t.Fatal(err)
	}
	if above := look(); len(above) > 0 {
		t.Errorf("once it is dealt with: %+v", above)
	}
	stop()
}

func TestAFactAboveAnyScoreGoesFromTheSignalToThePages(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	today := calendar.DateOf(time.Now())
	said := func(kind signal.Kind, fill func(*signal.Signal)) signal.Signal {
		s := signal.Signal{
			Kind: kind, Title: "Staffing at night", Narrative: "One registered nurse.", Place: signal.Place{Provider: "RBB"},
			Occurred: signal.Occurrence{Date: today - 4}, Received: (today - 2).At(9, 0), Source: signal.Source{Channel: "form"}, Themes: []string{"staffing"},
		}
		fill(&s)
		return s
	}
	h := overheard(t, dir,
		said(signal.KindStaffConcern, func(s *signal.Signal) {
			s.StaffConcern = &signal.StaffConcern{How: "letter", Wishes: "open", Protections: true}
		}),
		said(signal.KindRegulatorAction, func(s *signal.Signal) {
			s.RegulatorAction = &signal.RegulatorAction{Regulator: "cqc", Action: "conditions"}
		}))
	if _, _, err := h.Watcher.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	tokens := map[access.Role]string{}
	for _, role := range []access.Role{access.QualityLead, access.BoardMember} {
		token, err := h.Store.SignIn(t.Context(), access.AccountID("u-"+role), "QAA", time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		tokens[role] = token
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	r := start(t, dir)
	get := func(role access.Role, path string) string {
		t.Helper()
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		q.AddCookie(&http.Cookie{Name: "candour", Value: tokens[role]})
		got, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer got.Body.Close() //nolint:errcheck // it was only read
		body, err := io.ReadAll(got.Body)
		if err != nil || got.StatusCode != http.StatusOK {
			t.Fatalf("%s gave %d, %v", path, got.StatusCode, err)
		}
		return string(body)
	}
	list := get(access.QualityLead, "/watch-list")
	for _, want := range []string{"Above any score", "a member of staff spoke up", "conditions on registration", `href="/signals/SU-`, `href="/signals/RG-`, "a fact stands above any score"} {
		if !strings.Contains(list, want) {
			t.Errorf("the watch list lacks %q", want)
		}
	}
	page := get(access.QualityLead, "/providers/RBB")
	if !strings.Contains(page, "Above any score") || strings.Index(page, "Above any score") > strings.Index(page, "Can’t be judged") {
		t.Error("the provider’s page doesn’t put the fact above the judgement")
	}
	board := get(access.BoardMember, "/watch-list")
	if !strings.Contains(board, "a member of staff spoke up") || strings.Contains(board, "/signals/") || strings.Contains(board, "Staffing at night") {
		t.Error("the board sees the fact, and no way to what was said")
	}
	r.end()
	var out bytes.Buffer
	if code := run(&Env{Ctx: t.Context(), Stdout: &out, Stderr: &out}, []string{"watchlist", "--data", dir, "--tenant", "QAA"}); code != 0 {
		t.Fatal(out.String())
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) < 2 || rows[1][1] != "RBB" || !strings.Contains(rows[1][len(rows[1])-1], "Whistle-blowing") {
		t.Errorf("the command’s list: %v, %v", rows, err)
	}
}

func TestAlertsAreListedByStateAndAsOf(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := overheard(t, dir)
	lead := access.For(access.Viewer{Account: "u-quality_lead", Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}}, "QAA")
	for i, provider := range []concern.ProviderID{"RAA", "RBB"} {
		ref := alert.NewRef(2026, i+1)
		e, err := record.New(record.AlertRaised, "alert/"+string(ref), "QAA", "watch", record.AlertRaise{
			Ref: ref, Assessment: []byte("{}"), Explanation: []byte("{}"),
			Brief: alert.Brief{Alert: concern.Alert{Provider: provider, AsOf: 24322, Params: "2026-1", ByScore: true, Score: 9, Families: []concern.FamilyID{"staff", "gp"}}, Points: 31, Word: concern.Likely},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Store.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.Store.StepAlerts(t.Context(), lead, alert.Step{Ref: "A-2026-1", Number: 2, Act: alert.Close, Outcome: concern.Chance, Because: "One month"}); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	list := func(args ...string) (rows []map[string]any) {
		t.Helper()
		var out, log bytes.Buffer
		if code := run(&Env{Ctx: t.Context(), Stdout: &out, Stderr: &log}, append([]string{"alerts", "--data", dir, "--format", "json"}, args...)); code != 0 {
			t.Fatalf("%v: %s", args, log.String())
		}
		if err := json.Unmarshal(out.Bytes(), &rows); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	if all := list(); len(all) != 2 || all[0]["ref"] != "A-2026-2" || all[1]["outcome"] != "chance" || all[0]["closed"] != "" {
		t.Errorf("all: %v", all)
	}
	if open := list("--state", "open"); len(open) != 1 || open[0]["provider"] != "RBB" {
		t.Errorf("open: %v", open)
	}
	if closed := list("--state", "closed", "--tenant", "QAA"); len(closed) != 1 || closed[0]["because"] != "One month" {
		t.Errorf("closed: %v", closed)
	}
	if theirs := list("--tenant", "QBB"); len(theirs) != 0 {
		t.Errorf("another commissioner’s: %v", theirs)
	}
	if before := list("--as-of", "2020-01-01"); len(before) != 0 {
		t.Errorf("before any: %v", before)
	}
	if code := run(&Env{Ctx: t.Context(), Stdout: io.Discard, Stderr: io.Discard}, []string{"alerts", "--data", dir, "--state", "shut"}); code != 2 {
		t.Errorf("a state that there is not gave %d", code)
	}
}
