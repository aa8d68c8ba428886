package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/search"
	"candour/internal/signal"
	"candour/internal/store"
)

// someone is another person with a role at a commissioner.
func someone(account, tenant org.Code, role access.Role) access.Scope {
	return access.For(access.Viewer{Account: access.AccountID(account), Memberships: []access.Membership{{Tenant: tenant, Role: role}}}, tenant)
}

// referral is a safeguarding referral about a provider's care.
func (b *bundle) referral(provider org.Code, readers ...string) signal.Signal {
	return signal.Signal{
		Kind: signal.KindSafeguarding, Title: "Neglect on a ward", Narrative: "Quixotic words.", Place: signal.Place{Provider: provider}, Received: sunday.At(9, 0),
		Readers: readers, Safeguarding: &signal.Safeguarding{Body: "s42", ReferredBy: "us", ReferredOn: sunday, Group: "adult", Types: []string{"neglect"}, SafeNow: "yes", AboutCare: true},
	}
}

// seen is the references that a viewer finds in every place where signals are listed.
func (b *bundle) seen(sc access.Scope) string {
	b.Helper()
	places := map[string][]string{}
	add := func(place, ref string) { places[place] = append(places[place], ref) }
	for _, f := range []store.SignalFilter{{}, {Newest: true}, {Pile: store.PileToDo}, {Provider: "RAA"}} {
		list, err := b.store.Signals(b.ctx, sc, f)
		b.ok(err)
		for _, l := range list {
			add(fmt.Sprintf("list %v", f), l.Ref)
		}
		n, err := b.store.CountSignals(b.ctx, sc, f)
		b.ok(err)
		if n != len(list) {
			b.Errorf("%d signals counted and %d listed by %+v", n, len(list), f)
		}
	}
	held, err := b.store.SignalsHeld(b.ctx, sc, store.SignalFilter{})
	b.ok(err)
	for i := range held {
		add("held", held[i].Reference)
	}
	voices, err := b.store.Voices(b.ctx, sc, "RAA")
	b.ok(err)
	for _, v := range voices {
		add("voices", v.Ref)
	}
	due, err := b.store.HeldByDue(b.ctx, sc, time.Time{}, b.clock.Now().AddDate(1, 0, 0), store.SignalKey{}, 50)
	b.ok(err)
	for i := range due {
		add("due", due[i].Reference)
	}
	n, err := b.store.CountDue(b.ctx, sc, time.Time{}, b.clock.Now().AddDate(1, 0, 0))
	b.ok(err)
	sum, err := b.store.SignalsSummary(b.ctx, sc, b.clock.Now(), b.clock.Now(), b.clock.Now())
	b.ok(err)
	if n != len(due) || sum.ToDo() != len(due) {
		b.Errorf("%d are due, %d counted, %d in the summary", len(due), n, sum.ToDo())
	}
	want := ""
	for place, refs := range places {
		slices.Sort(refs)
		if got := strings.Join(refs, " "); want == "" {
			want = got
		} else if got != want {
			b.Errorf("%s has %q where others have %q", place, got, want)
		}
	}
	return want
}

// testConfined follows what is under strict access or embargo through every place in
// which signals are shown or counted (docs/rules.md, soft intelligence).
func testConfined(b *bundle) {
	lead, other := someone("u-lead", "QAA", access.QualityLead), someone("u-other", "QAA", access.QualityLead)
	b.hear(lead, store.Arrival{Signal: b.concernOf("RAA", "A81001", sunday, "Open to all")})
	b.hear(lead, store.Arrival{Signal: b.referral("RAA", "u-lead")})
	tomorrow := calendar.DateOf(b.clock.Now()) + 1
	b.hear(lead, store.Arrival{Signal: signal.Signal{
		Kind: signal.KindRegulatorAction, Title: "Quixotic report", Place: signal.Place{Provider: "RAA"}, Received: sunday.At(9, 0), Embargo: tomorrow, Readers: []string{"u-lead"},
		RegulatorAction: &signal.RegulatorAction{Regulator: "cqc", Action: "warning-notice"},
	}})
	past := other.At(2)
	for _, c := range []struct {
		who   string
		scope access.Scope
		want  string
	}{
		{"the named reader", lead, "G-2026-1 RG-2026-1 SG-2026-1"},
		{"a colleague in the same role", other, "G-2026-1"},
		{"an auditor", someone("u-aud", "QAA", access.Auditor), "G-2026-1"},
		{"the operator", access.Scope{Viewer: b.operator.Viewer, Tenant: "QAA", AsOf: access.Head}, "G-2026-1"},
		{"the operator over all", b.operator, "G-2026-1"},
		{"a colleague as of the past", past, "G-2026-1"},
	} {
		if got := b.seen(c.scope); got != c.want {
			b.Errorf("%s finds %q, expected %q", c.who, got, c.want)
		}
	}
	for _, ref := range []string{"SG-2026-1", "RG-2026-1"} {
		if _, err := b.store.Signal(b.ctx, other, ref); !fault.Is(err, fault.NotFound) {
			b.Errorf("%s opens for a colleague: %v", ref, err)
		}
		if _, err := b.store.ChangeSignal(b.ctx, other, dueInTwoDays, ref, 1, signal.Assigned{To: "u-other"}); !fault.Is(err, fault.NotFound) {
			b.Errorf("%s is changed by a colleague: %v", ref, err)
		}
	}
	words := store.Quest{Words: search.Parse("quixotic")}
	for who, want := range map[access.AccountID]int{"u-lead": 1, "u-other": 0} { // nobody finds the referral by its words
		found, err := b.store.Search(b.ctx, someone(org.Code(who), "QAA", access.QualityLead), words)
		b.ok(err)
		if found.Total != want {
			b.Errorf("%s finds %d by words, expected %d", who, found.Total, want)
		}
	}
	if n, err := b.store.CountSealed(b.ctx, other); n != 0 || err != nil {
		b.Errorf("a colleague is told of %d sealed ones, %v", n, err)
	}
	h, err := b.store.Signal(b.ctx, lead, "SG-2026-1")
	b.ok(err)
	b.ok(b.store.ReadConfined(b.ctx, lead, &h))
	b.ok(b.store.ReadConfined(b.ctx, lead, &h))
	if list, n, err := b.store.Readings(b.ctx, lead, &h, 1); err != nil || n != 2 || len(list) != 1 || list[0].Account != "u-lead" {
		b.Errorf("readings %v of %d, %v", list, n, err)
	}
	for who, want := range map[string]int{"operator": 2, "u-other": 0} {
		sc := other
		if who == "operator" {
			sc = access.Scope{Viewer: b.operator.Viewer, Tenant: "QAA", AsOf: access.Head}
		}
		if n, err := b.store.CountHidden(b.ctx, sc); n != want || err != nil {
			b.Errorf("%s is told of %d that are left out, %v", who, n, err)
		}
	}
	b.testReadersNamed(lead, other)
	b.clock.Step(48 * time.Hour)
	if got := b.seen(other); got != "G-2026-1 RG-2026-1" {
		b.Errorf("after the embargo a colleague finds %q", got)
	}
	b.testStrictCells(lead, other)
	b.rebuilt()
}

// testReadersNamed hands a signal over to another reader and back.
func (b *bundle) testReadersNamed(lead, other access.Scope) {
	_, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "SG-2026-1", 1, signal.ReadersNamed{Readers: []string{"u-lead", "u-other"}, Because: "On leave"})
	b.ok(err)
	if got := b.seen(other); got != "G-2026-1 SG-2026-1" {
		b.Errorf("a reader named later finds %q", got)
	}
	for _, wrong := range []signal.ReadersNamed{{Readers: []string{"u-lead"}}, {Because: "x"}, {Readers: []string{""}, Because: "x"}} {
		if _, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "SG-2026-1", 2, wrong); !fault.Is(err, fault.Invalid) {
			b.Errorf("%+v gave %v", wrong, err)
		}
	}
	if _, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "G-2026-1", 1, signal.ReadersNamed{Readers: []string{"u-lead"}, Because: "x"}); !fault.Is(err, fault.Invalid) {
		b.Errorf("a signal that is not confined got readers: %v", err)
	}
	_, err = b.store.ChangeSignal(b.ctx, other, dueInTwoDays, "SG-2026-1", 2, signal.ReadersNamed{Readers: []string{"u-lead"}, Because: "Back"})
	if !fault.Is(err, fault.NotFound) {
		b.Errorf("a reader took their own name away: %v", err)
	}
	_, err = b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "SG-2026-1", 2, signal.ReadersNamed{Readers: []string{"u-lead"}, Because: "Back"})
	b.ok(err)
	if got := b.seen(other); got != "G-2026-1" {
		b.Errorf("a reader whose name was taken away finds %q", got)
	}
}

// testStrictCells counts referrals about a provider's care, for everybody alike, once
// there are five events.
func (b *bundle) testStrictCells(lead, other access.Scope) {
	counted := func(sc access.Scope) (n int) {
		cells, err := b.store.SignalCells(b.ctx, sc)
		b.ok(err)
		for _, c := range cells {
			if c.Channel == signal.ChannelIncidentsHarm {
				n += c.N
			}
		}
		return n
	}
	unclear := b.referral("RAA", "u-lead")
	unclear.Safeguarding.AboutCare = false
	b.hear(lead, store.Arrival{Signal: unclear})
	for i, want := range []int{0, 0, 0, 5, 6} { // one was there before
		if i == 3 { // a second item about an event that is there already
			b.hear(lead, store.Arrival{Signal: b.referral("RAA", "u-lead")})
			_, err := b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, fmt.Sprintf("SG-2026-%d", i+3), 1, signal.AboutEvent{Event: "one"})
			b.ok(err)
			_, err = b.store.ChangeSignal(b.ctx, lead, dueInTwoDays, "SG-2026-1", 3, signal.AboutEvent{Event: "one"})
			b.ok(err)
			if n := counted(other); n != 0 {
				b.Errorf("%d referrals counted of four events", n)
			}
		}
		b.hear(lead, store.Arrival{Signal: b.referral("RAA", "u-lead")})
		if mine, theirs := counted(lead), counted(other); mine != want || theirs != want {
			b.Errorf("%d more referrals: %d counted for the reader and %d for a colleague, expected %d", i+1, mine, theirs, want)
		}
	}
	heard, err := b.store.Heard(b.ctx, lead, time.Time{})
	b.ok(err)
	for i := range heard {
		if heard[i].Kind == signal.KindSafeguarding {
			b.Errorf("%s makes patterns", heard[i].Reference)
		}
	}
}
