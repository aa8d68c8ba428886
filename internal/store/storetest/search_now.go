package storetest

import (
	"fmt"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/record"
	"candour/internal/search"
	"candour/internal/signal"
	"candour/internal/store"
)

// testSearchNow: searches of now count by cards that are kept (store.Card), and those of
// the past by the tables. After each of many changes, whoever looks must find the same now
// as of the last entry.
func testSearchNow(b *bundle) {
	lead, other, gp := someone("u-lead", "QAA", access.QualityLead), someone("u-other", "QAA", access.QualityLead), gpOf("QAA", "A81001")
	theirs := viewer("QBB", access.QualityLead)
	viewers := map[string]access.Scope{
		"the lead": lead, "a colleague": other, "a GP": gp, "an auditor": someone("u-aud", "QAA", access.Auditor), "a board member": someone("u-board", "QAA", access.BoardMember),
		"another commissioner’s lead": theirs, "the operator": b.operator, "the operator at one": {Viewer: b.operator.Viewer, Tenant: "QBB", AsOf: access.Head},
	}
	change := func(sc access.Scope, ref string, version int, changes ...signal.Change) {
		b.Helper()
		_, err := b.store.ChangeSignal(b.ctx, sc, dueInTwoDays, ref, version, changes...)
		b.ok(err)
	}
	reword := func(ref string, version int, text string) {
		b.Helper()
		h, err := b.store.Signal(b.ctx, lead, ref)
		b.ok(err)
		amended := h.Signal
		amended.Narrative, amended.Place.Provider = text, "RBB"
		change(lead, ref, version, signal.Amended{Signal: amended, Because: "a slip"})
	}
	for _, step := range []struct {
		name string
		do   func()
		want string // what the colleague finds by "words"
	}{
		{"nothing yet", func() {}, ""},
		{"signals", func() { b.say(lead, "A81001", "words of one", "words of two"); b.say(lead, "A81002", "words of three") }, "G-2026-3 G-2026-2 G-2026-1"},
		{"another commissioner’s", func() { b.say(theirs, "B81001", "words of theirs", "more words of theirs") }, "G-2026-3 G-2026-2 G-2026-1"},
		{"an outcome", func() {
			change(lead, "G-2026-1", 1, signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "a remark"})
		}, "G-2026-3 G-2026-2 G-2026-1"},
		{"other words and provider", func() { reword("G-2026-3", 1, "words of three, amended") }, "G-2026-3 G-2026-2 G-2026-1"},
		{"no such words any more", func() { reword("G-2026-2", 1, "nothing") }, "G-2026-3 G-2026-1"},
		{"the words again", func() { reword("G-2026-2", 2, "words again") }, "G-2026-3 G-2026-2 G-2026-1"},
		{"an embargo", func() {
			b.hear(lead, store.Arrival{Signal: signal.Signal{
				Kind: signal.KindRegulatorAction, Title: "Report in words", Place: signal.Place{Provider: "RAA"}, Received: sunday.At(12, 0), Embargo: calendar.DateOf(b.clock.Now()) + 1, Readers: []string{"u-lead"},
				RegulatorAction: &signal.RegulatorAction{Regulator: "cqc", Action: "warning-notice"},
			}})
		}, "G-2026-3 G-2026-2 G-2026-1"},
		{"a reader more", func() {
			change(lead, "RG-2026-1", 1, signal.ReadersNamed{Readers: []string{"u-lead", "u-other"}, Because: "On leave"})
		}, "RG-2026-1 G-2026-3 G-2026-2 G-2026-1"},
		{"and one less", func() {
			change(lead, "RG-2026-1", 2, signal.ReadersNamed{Readers: []string{"u-lead"}, Because: "Back"})
		}, "G-2026-3 G-2026-2 G-2026-1"},
		{"the embargo ends", func() { b.clock.Step(48 * time.Hour) }, "RG-2026-1 G-2026-3 G-2026-2 G-2026-1"},
		{"a note", func() {
			b.record(record.NoteAdded, "note/n-1", "QAA", record.Note{ID: "n-1", Tenant: "QAA", Indicator: "ae-4h-all", Org: "RAA", Text: "words of a note", Role: access.QualityLead})
		}, "n-1 RG-2026-1 G-2026-3 G-2026-2 G-2026-1"},
		{"all made anew", func() { _, err := b.store.Rebuild(b.ctx, false, nil); b.ok(err) }, "n-1 RG-2026-1 G-2026-3 G-2026-2 G-2026-1"},
	} {
		step.do()
		if got := b.found(other, "words"); got != step.want {
			b.Errorf("%s: a colleague finds %q, expected %q", step.name, got, step.want)
		}
		head, _, err := b.store.Head(b.ctx)
		b.ok(err)
		for who, sc := range viewers {
			for _, q := range []store.Quest{{}, {Provider: "RBB", Pile: store.PileToDo, Limit: 1, Offset: 1}} {
				for _, typed := range []string{"words -two", "remark"} {
					q.Words = search.Parse(typed)
					if now, then := b.told(sc, q), b.told(sc.At(head), q); now != then {
						b.Errorf("%s: %s finds by %q %+v\n%s, and as of the last entry\n%s", step.name, who, typed, q, now, then)
					}
				}
			}
		}
	}
}

// told is all that a search tells.
func (b *bundle) told(sc access.Scope, q store.Quest) string {
	b.Helper()
	f, err := b.store.Search(b.ctx, sc, q)
	b.ok(err)
	var out strings.Builder
	for i := range f.Hits {
		h := &f.Hits[i]
		fmt.Fprintln(&out, h.Sort, h.Tenant, h.Ref, h.Kind, h.When, h.Position, h.Provider, h.Theme, h.Severity, h.Pile, h.Title, h.Text, h.Remarks)
	}
	fmt.Fprintln(&out, f.Total, f.Capped, f.Facets)
	return out.String()
}
