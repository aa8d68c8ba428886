package storetest

import (
	"fmt"
	"reflect"
	"strings"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/search"
	"candour/internal/signal"
	"candour/internal/store"
)

// say records concerns of a practice in these words, as somebody.
func (b *bundle) say(sc access.Scope, practice org.Code, words ...string) (refs []string) {
	b.Helper()
	var list []store.Arrival
	for _, w := range words {
		s := b.concernOf("RAA", practice, sunday, "Concern")
		s.Narrative = w
		list = append(list, store.Arrival{Signal: s})
	}
	for _, r := range b.hear(sc, list...) {
		refs = append(refs, r.Reference)
	}
	return refs
}

// found is the references of what a query finds, in order, with a space between.
func (b *bundle) found(sc access.Scope, typed string) string {
	b.Helper()
	f, err := b.store.Search(b.ctx, sc, store.Quest{Words: search.Parse(typed), Limit: 100})
	b.ok(err)
	var refs []string
	for _, h := range f.Hits {
		refs = append(refs, h.Ref)
	}
	if f.Total != len(refs) {
		b.Errorf("%q: %d in all, %d listed", typed, f.Total, len(refs))
	}
	return strings.Join(refs, " ")
}

func testSearch(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	b.record(record.OrganisationRecorded, "organisation/RAA", "", org.Organisation{Code: "RAA", Name: "Aldermoor Hospitals", Role: org.Trust})
	texts := []string{
		"Sent home at 23:40 by taxi. No keys, no discharge letter.",
		"Discharged without a letter; the ward kept her keys.",
		"The letter about ward 17 never came. It's 7 weeks.",
		"Ward seven; café closed. 'quoted' AND OR NOT; NEAR(x) \"y\" {z}:*",
		strings.Repeat("nothing ", 300) + "needle",
		"жена пришла", "100% \\ ' ; DROP TABLE signal; --",
	}
	b.say(lead, "A81001", texts...)
	for _, c := range []struct{ typed, want string }{
		{"discharge", "G-2026-2 G-2026-1"},
		{"DISCHARGING letter", "G-2026-2 G-2026-1"},
		{"letter keys", "G-2026-2 G-2026-1"},
		{`"discharge letter"`, "G-2026-1"},
		{`"letter discharge"`, ""},
		{"disch*", "G-2026-2 G-2026-1"},
		{`"no disch"*`, "G-2026-1"},
		{"letter -keys", "G-2026-3"},
		{`letter -"discharge letter"`, "G-2026-3 G-2026-2"},
		{"-letter", ""},
		{"23:40", "G-2026-1"},
		{"G-2026-3", "G-2026-3"},
		{"its 7", "G-2026-3"},
		{"cafe", "G-2026-4"},
		{"AND OR NOT", "G-2026-4"},
		{"NEAR(x)", "G-2026-4"},
		{"needle", "G-2026-5"},
		{"жена", "G-2026-6"},
		{"drop table", "G-2026-7"},
		{"aldermoor needle", "G-2026-5"},
		{"Concern sent", "G-2026-1"},
		{`"concern sent"`, ""},
		{`"`, ""},
		{"* - \"\" '' \\", ""},
		{"tqaa", ""},
		{"ssignal", ""},
		{"unheard", ""},
		{"x' OR 1=1 --", ""},
		{"said : letter", ""},
		{"letter* AND", ""},
		{strings.Repeat("letter ", 400), "G-2026-3 G-2026-2 G-2026-1"},
	} {
		if got := b.found(lead, c.typed); got != c.want {
			b.Errorf("%q found %q, expected %q", c.typed, got, c.want)
		}
	}
	// The index means what a query means: every combination against the text itself.
	for _, typed := range []string{"ward letter", "no -taxi", `"no keys"`, "ke* -dis*", "letter ward -17", "7", `"7 weeks" it*`} {
		var want []string
		for i := len(texts) - 1; i >= 0; i-- {
			if search.Parse(typed).Finds(texts[i] + " Ward 7") {
				want = append(want, fmt.Sprintf("G-2026-%d", i+1))
			}
		}
		if got := b.found(lead, typed); got != strings.Join(want, " ") {
			b.Errorf("%q found %q, the texts say %q", typed, got, want)
		}
	}
}

func testSearchTenants(b *bundle) {
	lead, other, gp, board := viewer("QAA", access.QualityLead), viewer("QBB", access.QualityLead), gpOf("QAA", "A81001"), viewer("QAA", access.BoardMember)
	board.Viewer.Account = "u-board"
	b.say(gp, "A81001", "secret words of mine")
	b.say(lead, "A81002", "secret words of another practice")
	b.say(other, "B81001", "secret words of theirs")
	sealed := signal.Signal{
		Kind: signal.KindStaffConcern, Title: "Sealed secret", Place: signal.Place{Provider: "RAA"}, Received: sunday.At(9, 0),
		StaffConcern: &signal.StaffConcern{How: "form", Wishes: "confidential"},
	}
	b.hear(lead, store.Arrival{Signal: sealed, Sealed: []store.SealedText{{Purpose: "whistle_blower", Text: "secret under seal", Readers: []access.AccountID{lead.Viewer.Account}}}})
	_, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "G-2026-1", 1, signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "remark of the team"}, signal.Answered{Message: "answered in words"})
	b.ok(err)
	_, err = b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "SU-2026-1", 1, signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "secret remark"})
	b.ok(err)
	b.deliver("QAA", reading("RAA", "2025-04", 9, 10))
	for _, c := range []struct {
		name  string
		sc    access.Scope
		typed string
		want  string
	}{
		{"a quality lead finds the commissioner's", lead, "secret", "G-2026-2 G-2026-1"},
		{"another commissioner's people find theirs alone", other, "secret", "G-2026-1"},
		{"a GP finds the practice's own alone", gp, "secret", "G-2026-1"},
		{"a board member, who sees no signals, finds none", board, "secret", ""},
		{"the team's remarks are found by the team", lead, "remark", "G-2026-1"},
		{"and not by the GP", gp, "remark", ""},
		{"nor do they show by what a GP leaves out", gp, "secret -remark", "G-2026-1"},
		{"while the team's exclusions see them", lead, "secret -remark", "G-2026-2"},
		{"the answer is found by the GP", gp, "answered words", "G-2026-1"},
		{"what is sealed is found by nobody", lead, "seal*", ""},
		{"nor by where it is", lead, "RAA seal", ""},
		{"a file is found by its name", lead, "csv", "D-000001"},
		{"a GP finds no file", gp, "csv", ""},
		{"another commissioner's file is not found", other, "csv", ""},
	} {
		if got := b.found(c.sc, c.typed); got != c.want {
			b.Errorf("%s: %q, expected %q", c.name, got, c.want)
		}
	}
	for _, c := range []struct {
		sc   access.Scope
		want int
	}{{lead, 1}, {other, 0}, {gp, 0}, {board, 0}} {
		if n, err := b.store.CountSealed(b.ctx, c.sc); err != nil || n != c.want {
			b.Errorf("%d sealed, %v, expected %d", n, err, c.want)
		}
	}
	if f, err := b.store.Search(b.ctx, gp, store.Quest{Words: search.Parse("secret")}); err != nil || f.Facets.Kind["clinician_concern"] != 1 || len(f.Facets.Kind) != 1 || f.Hits[0].Remarks != "" {
		b.Errorf("a GP's facets %+v, hits %+v, %v", f.Facets, f.Hits, err)
	}
}

func testSearchPast(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	b.say(lead, "A81001", "first wording")
	then, _, err := b.store.Head(b.ctx)
	b.ok(err)
	b.say(lead, "A81001", "later wording")
	h, err := b.store.Signal(b.ctx, lead, "G-2026-1")
	b.ok(err)
	amended := h.Signal
	amended.Narrative = "amended text"
	_, err = b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "G-2026-1", 1, signal.Assigned{To: "u-QAA"}, signal.Amended{Signal: amended, Because: "a slip"})
	b.ok(err)
	note := record.Note{ID: "n-1", Tenant: "QAA", Indicator: "ae-4h-all", Org: "RAA", Text: "wording of a note", Role: access.QualityLead}
	b.record(record.NoteAdded, "note/n-1", "QAA", note)
	noted, _, err := b.store.Head(b.ctx)
	b.ok(err)
	b.record(record.NoteRemoved, "note/n-1", "QAA", record.Removal{ID: "n-1"})
	check := func(when string) {
		b.Helper()
		for _, c := range []struct {
			sc          access.Scope
			typed, want string
		}{
			{lead, "wording", "G-2026-2"},
			{lead, "amended", "G-2026-1"},
			{lead.At(then), "wording", "G-2026-1"},
			{lead.At(then), "amended", ""},
			{lead.At(noted), "wording note", "n-1"},
			{lead, "wording note", ""},
			{lead.At(-1), "wording", ""},
		} {
			if got := b.found(c.sc, c.typed); got != c.want {
				b.Errorf("%s, as of %d, %q: %q, expected %q", when, c.sc.AsOf, c.typed, got, c.want)
			}
		}
	}
	check("first")
	_, err = b.store.Rebuild(b.ctx, false, nil)
	b.ok(err)
	check("after a rebuild")
	b.say(lead, "A81001", "wording after the rebuild")
	if got := b.found(lead, "wording"); got != "G-2026-3 G-2026-2" {
		b.Errorf("after the rebuild, what came later: %q", got)
	}
}

func testSearchFacets(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	var list []store.Arrival
	for i := range 12 {
		s := b.concernOf(org.Code([]string{"RAA", "RBB"}[i%2]), "A81001", sunday-200*3, "Facet")
		s.Received = (sunday - 250).At(9, i)
		if i%3 == 0 {
			s.Received, s.Themes = (sunday-600).At(9, i), []string{"delay"}
		}
		list = append(list, store.Arrival{Signal: s})
	}
	b.hear(lead, list...)
	_, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "G-2025-1", 1, signal.OutcomeSet{Outcome: signal.OutcomeReferred, Because: "x"})
	b.ok(err)
	for _, c := range []struct {
		name  string
		q     store.Quest
		total int
		raa   int // of RAA, whichever provider is chosen
		delay int
	}{
		{"all", store.Quest{}, 12, 6, 4},
		{"of a provider", store.Quest{Provider: "RAA"}, 6, 6, 2},
		{"of a theme", store.Quest{Theme: "delay"}, 4, 2, 4},
		{"of both", store.Quest{Theme: "delay", Provider: "RBB"}, 2, 2, 2},
		{"of another kind", store.Quest{Kind: "complaint"}, 0, 0, 0},
		{"in a time", store.Quest{Until: sunday - 400}, 4, 2, 4},
		{"since", store.Quest{Since: sunday - 400}, 8, 4, 0},
		{"of a severity", store.Quest{Severity: signal.Gravest}, 12, 6, 4},
		{"to do", store.Quest{Pile: store.PileToDo}, 11, 0, 0},
	} {
		c.q.Words = search.Parse("facet")
		got, err := b.store.Search(b.ctx, lead, c.q)
		b.ok(err)
		if got.Total != c.total || c.raa+c.delay > 0 && (got.Facets.Provider["RAA"] != c.raa || got.Facets.Theme["delay"] != c.delay) {
			b.Errorf("%s: %d, %+v", c.name, got.Total, got.Facets)
		}
	}
	seen := map[string]bool{}
	for offset := 0; offset < 12; offset += 5 {
		got, err := b.store.Search(b.ctx, lead, store.Quest{Words: search.Parse("facet"), Offset: offset, Limit: 5})
		b.ok(err)
		for _, h := range got.Hits {
			seen[h.Ref] = true
		}
	}
	if len(seen) != 12 {
		b.Errorf("pages show %d of 12", len(seen))
	}
}

func testSearchLike(b *bundle) {
	lead, other := viewer("QAA", access.QualityLead), viewer("QBB", access.QualityLead)
	b.say(lead, "A81001", "Sent home by taxi without keys or letter", "Home by taxi at night, no keys", "The letter came late", "Insulin given twice", "Parking was dear")
	b.say(other, "B81001", "Sent home by taxi without keys or letter")
	like, err := b.store.Like(b.ctx, lead, "G-2026-1", 10)
	b.ok(err)
	var refs []string
	for i, h := range like {
		refs = append(refs, h.Ref)
		if h.Score <= 0 || i > 0 && h.Score > like[i-1].Score || h.Tenant != "QAA" || h.Text == "" {
			b.Errorf("hit %+v", h)
		}
	}
	if !reflect.DeepEqual(refs, []string{"G-2026-2"}) {
		b.Errorf("like it are %v", refs)
	}
	if list, err := b.store.Like(b.ctx, other, "G-2026-1", 10); err != nil || len(list) != 0 {
		b.Errorf("another commissioner's are like theirs: %+v, %v", list, err)
	}
	if _, err := b.store.Like(b.ctx, other, "G-2026-2", 10); err == nil {
		b.Error("another commissioner asks by our signal")
	}
}

// testSearchInSteps holds that the index is the same however often it is brought
// up to date.
func testSearchInSteps(b *bundle) {
	lead := viewer("QAA", access.QualityLead)
	for i := range 6 {
		b.say(lead, "A81001", fmt.Sprintf("number %d", i))
		_, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, fmt.Sprintf("G-2026-%d", i+1), 1, signal.Answered{Message: fmt.Sprintf("step %d", i)})
		b.ok(err)
		if i%2 == 0 {
			b.ok(b.store.CatchUp(b.ctx))
		}
	}
	b.yields["00"] = []delivery.Item{}
	before := b.found(lead, "step number")
	_, err := b.store.Rebuild(b.ctx, false, nil)
	b.ok(err)
	if after := b.found(lead, "step number"); after != before || len(strings.Fields(after)) != 6 {
		b.Errorf("before %q, after a rebuild %q", before, after)
	}
}

func testFindEntries(b *bundle) {
	lead, other := viewer("QAA", access.QualityLead), viewer("QBB", access.QualityLead)
	b.say(lead, "A81001", "first words", "second words")
	b.say(other, "B81001", "words of theirs")
	b.deliver("", reading("RAA", "2025-04", 9, 10))
	b.deliver("QBB", reading("RAA", "2025-05", 9, 10))
	at := func(sc access.Scope, f store.EntryFilter) string {
		b.Helper()
		list, err := b.store.FindEntries(b.ctx, sc, f)
		b.ok(err)
		var out []string
		for _, e := range list {
			out = append(out, fmt.Sprint(int64(e.Position)))
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct {
		name string
		sc   access.Scope
		f    store.EntryFilter
		want string
	}{
		{"all", lead, store.EntryFilter{}, "3 1 0"},
		{"all of the other", other, store.EntryFilter{}, "4 3 2"},
		{"all of everybody", b.operator, store.EntryFilter{}, "4 3 2 1 0"},
		{"of a kind", lead, store.EntryFilter{Kind: "signal.received"}, "1 0"},
		{"of a stream", lead, store.EntryFilter{Stream: "signal/QAA.G-2026-2"}, "1"},
		{"of all streams of a sort", lead, store.EntryFilter{Stream: "signal/"}, "1 0"},
		{"of a beginning", other, store.EntryFilter{Stream: "delivery/D-0"}, "4 3"},
		{"before", lead, store.EntryFilter{Before: 1}, "0"},
		{"the newest alone", lead, store.EntryFilter{Limit: 1}, "3"},
		{"as of the past", lead.At(0), store.EntryFilter{}, "0"},
		{"by words", lead, store.EntryFilter{Words: search.Parse("words")}, "1 0"},
		{"by words of a file", other, store.EntryFilter{Words: search.Parse("csv")}, "4 3"},
		{"by words and kind", lead, store.EntryFilter{Words: search.Parse("csv"), Kind: "signal.received"}, ""},
		{"by words before", lead, store.EntryFilter{Words: search.Parse("words"), Before: 1}, "0"},
		{"by words that others hold", lead, store.EntryFilter{Words: search.Parse("theirs")}, ""},
		{"a stream of another", lead, store.EntryFilter{Stream: "signal/QBB.G-2026-1"}, ""},
	} {
		if got := at(c.sc, c.f); got != c.want {
			b.Errorf("%s: %q, expected %q", c.name, got, c.want)
		}
	}
}
