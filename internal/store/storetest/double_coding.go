package storetest

import (
	"fmt"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/signal"
	"candour/internal/store"
)

// sampled is complaints of which at least n are in the sample of R-HCAT-1, each with a
// code, and the references of those that are.
func (b *bundle) sampled(sc access.Scope, n int, code signal.HCATCode) (refs []string) {
	b.Helper()
	var list []store.Arrival
	for serial := 1; len(refs) < n; serial++ {
		c := aComplaint("RAA", "delay", sunday-40)
		c.Complaint.HCAT = []signal.HCATCode{{Category: "environment", Severity: 1}, code}
		list = append(list, store.Arrival{Signal: c})
		if ref := fmt.Sprintf("CP-2026-%d", serial); signal.InSample(signal.ID(string(sc.Tenant)+"."+ref), signal.SampleShare) {
			refs = append(refs, ref)
		}
	}
	b.hear(sc, list...)
	return refs
}

// testDoubleCoding: a complaint of the sample is coded by a second person, who is not
// the first, each code an entry that another can undo (R-HCAT-1).
func testDoubleCoding(b *bundle) {
	first, other, analyst := viewer("QAA", access.QualityLead), viewer("QBB", access.QualityLead), viewer("QAA", access.Analyst)
	second := access.For(access.Viewer{Account: "u-second", Memberships: []access.Membership{{Tenant: "QAA", Role: access.ClinicalReviewer}}}, "QAA")
	high, mild := signal.HCATCode{Category: "safety/skills", Severity: 3}, signal.HCATCode{Category: "listening", Severity: 1}
	refs := b.sampled(first, 3, high)
	b.sampled(other, 1, high)
	waits := func(sc access.Scope, list, own int) {
		b.Helper()
		got, err := b.store.AwaitingSecondCode(b.ctx, sc, 2)
		b.ok(err)
		if len(got.List) != min(list, 2) || got.N != list || got.Own != own {
			b.Errorf("%s: %d of %d wait, %d own, expected %d and %d own", sc.Viewer.Account, len(got.List), got.N, got.Own, list, own)
		}
	}
	twice := func(sc access.Scope, n int) []store.HeldSignal {
		b.Helper()
		got, err := b.store.CodedTwice(b.ctx, sc)
		b.ok(err)
		if len(got) != n {
			b.Fatalf("%s: %d coded twice, expected %d", sc.Viewer.Account, len(got), n)
		}
		return got
	}
	waits(first, 0, 3)
	waits(second, 3, 0)
	waits(analyst, 0, 0)
	waits(other, 0, 1)
	head, _, err := b.store.Head(b.ctx)
	b.ok(err)
	if _, err := b.store.ChangeSignal(b.ctx, first, dueInTwoDays, refs[0], 1, signal.SecondCoded{Code: mild}); !fault.Is(err, fault.Conflict) {
		b.Errorf("the first coder gives the second code: %v", err)
	}
	if _, err := b.store.ChangeSignal(b.ctx, other, dueInTwoDays, refs[0], 1, signal.SecondCoded{Code: mild}); err == nil {
		b.Error("another commissioner codes it")
	}
	_, err = b.store.ChangeSignal(b.ctx, second, dueInTwoDays, refs[0], 1, signal.SecondCoded{Code: mild})
	b.ok(err)
	if _, err := b.store.ChangeSignal(b.ctx, second, dueInTwoDays, refs[0], 2, signal.SecondCoded{Code: high}); !fault.Is(err, fault.Conflict) {
		b.Errorf("coded a third time: %v", err)
	}
	// What the first coder changes afterwards changes no agreement.
	_, err = b.store.ChangeSignal(b.ctx, first, dueInTwoDays, refs[0], 2, signal.Coded{Codes: signal.Codes{HCAT: []signal.HCATCode{mild}}})
	b.ok(err)
	pair := twice(second, 1)[0].Triage.DoubleCoding
	if pair.First != high || pair.Second != mild || pair.FirstBy != string(first.Viewer.Account) || pair.By != "u-second" || pair.Event != 2 || pair.Agrees() {
		b.Errorf("coded twice: %+v", pair)
	}
	twice(other, 0)
	twice(analyst, 0)
	waits(second, 2, 0)
	waits(second.At(head), 3, 0)
	twice(second.At(head), 0)
	head, _, err = b.store.Head(b.ctx)
	b.ok(err)
	_, err = b.store.ChangeSignal(b.ctx, first, dueInTwoDays, refs[0], 3, signal.Undone{Number: 2, Because: "Read wrongly"})
	b.ok(err)
	twice(second, 0)
	twice(second.At(head), 1)
	waits(second, 3, 0)
	_, err = b.store.ChangeSignal(b.ctx, first, dueInTwoDays, refs[1], 1, signal.MarkedDuplicate{Of: "QAA.CP-2026-1"})
	b.ok(err)
	waits(second, 2, 0)
	b.rebuilt()
}
