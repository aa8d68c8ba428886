package storetest

import (
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

func testMailChoices(b *bundle) {
	b.ok(b.store.SetAccount(b.ctx, b.operator, record.Account{ID: "u-QAA", Login: "Lead@Example.org", Name: "A Lead"}))
	me := viewer("QAA", access.QualityLead)
	if _, chosen, err := b.store.MailChoice(b.ctx, "u-QAA"); err != nil || chosen {
		b.Errorf("nobody has chosen yet: %v, %v", chosen, err)
	}
	b.ok(b.store.SetMailChoice(b.ctx, me, []record.MailKind{record.MailClocks, record.MailWeekly}))
	b.ok(b.store.SetMailChoice(b.ctx, me, []record.MailKind{record.MailWeekly}))
	if c, chosen, err := b.store.MailChoice(b.ctx, "u-QAA"); err != nil || !chosen || len(c.Kinds) != 1 || c.Kinds[0] != record.MailWeekly {
		b.Errorf("chosen %+v, %v, %v", c, chosen, err)
	}
	b.ok(b.store.SetMailChoice(b.ctx, me, nil))
	if c, chosen, err := b.store.MailChoice(b.ctx, "u-QAA"); err != nil || !chosen || len(c.Kinds) != 0 {
		b.Errorf("nothing is a choice too: %+v, %v, %v", c, chosen, err)
	}
	if err := b.store.SetMailChoice(b.ctx, me, []record.MailKind{"advertising"}); !fault.Is(err, fault.Invalid) {
		b.Errorf("an unknown kind: %v", err)
	}
	if to, err := b.store.MailAddress(b.ctx, "u-QAA"); err != nil || to != "lead@example.org" {
		b.Errorf("address %q, %v", to, err)
	}
	b.ok(b.store.SetAccount(b.ctx, b.operator, record.Account{ID: "u-QAA", Login: "lead@example.org", Closed: true}))
	if _, err := b.store.MailAddress(b.ctx, "u-QAA"); !fault.Is(err, fault.NotFound) {
		b.Errorf("a closed account has no address: %v", err)
	}
}

// outboxAt is the scope of background work at QAA.
func (b *bundle) outboxAt() access.Scope {
	return access.Scope{Viewer: access.Operator("mail"), Tenant: "QAA", AsOf: access.Head}
}

func testOutbox(b *bundle) {
	post := b.outboxAt()
	monday := record.MailRound{Round: "clocks", About: "2026-11-23", Messages: []record.MailMessage{
		{Account: "u-1", Kind: record.MailClocks, About: "2026-11-23"}, {Account: "u-2", Kind: record.MailClocks, About: "2026-11-23"},
	}}
	ids, decided, err := b.store.DecideMail(b.ctx, post, monday)
	b.ok(err)
	if !decided || len(ids) != 2 || ids[0] != "0.1" || ids[1] != "0.2" {
		b.Fatalf("ids %v, decided %v", ids, decided)
	}
	if ids, decided, err = b.store.DecideMail(b.ctx, post, monday); err != nil || decided || len(ids) != 0 {
		b.Errorf("a round is decided once: %v, %v, %v", ids, decided, err)
	}
	other := monday
	other.Round, other.About = "asked", "again"
	if ids, decided, err = b.store.DecideMail(b.ctx, post, other); err != nil || !decided || len(ids) != 0 {
		b.Errorf("a message is recorded once, whichever round brings it: %v, %v, %v", ids, decided, err)
	}
	if _, _, err := b.store.DecideMail(b.ctx, b.operator, monday); !fault.Is(err, fault.Invalid) {
		b.Errorf("a round of everybody: %v", err)
	}
	if r, _, ok, err := b.store.LastMailRound(b.ctx, post, "clocks"); err != nil || !ok || r.About != "2026-11-23" {
		b.Errorf("last round %+v, %v, %v", r, ok, err)
	}
	claimed, err := b.store.ClaimMail(b.ctx, time.Minute, 1)
	b.ok(err)
	if len(claimed) != 1 || claimed[0].ID != "0.1" || claimed[0].Attempts != 1 || claimed[0].Tenant != "QAA" {
		b.Fatalf("claimed %+v", claimed)
	}
	if more, err := b.store.ClaimMail(b.ctx, time.Minute, 9); err != nil || len(more) != 1 || more[0].ID != "0.2" {
		b.Errorf("what is claimed is given to nobody else: %+v, %v", more, err)
	}
	b.ok(b.store.EndMail(b.ctx, "mail", "0.1", 0, ""))
	b.ok(b.store.EndMail(b.ctx, "mail", "0.1", 550, "refused"))
	b.clock.Step(2 * time.Minute) // the process that claimed 0.2 has died
	again, err := b.store.ClaimMail(b.ctx, time.Minute, 9)
	b.ok(err)
	if len(again) != 1 || again[0].ID != "0.2" || again[0].Attempts != 2 {
		b.Fatalf("after the lease: %+v", again)
	}
	b.ok(b.store.PutOffMail(b.ctx, "0.2", b.clock.Now().Add(time.Hour), 451, "put off"))
	b.clock.Step(30 * time.Minute)
	if none, err := b.store.ClaimMail(b.ctx, time.Minute, 9); err != nil || len(none) != 0 {
		b.Errorf("before its time: %+v, %v", none, err)
	}
	b.ok(b.store.EndMail(b.ctx, "mail", "0.2", 550, "address refused"))
	list, err := b.store.Mails(b.ctx, post, 10)
	b.ok(err)
	if len(list) != 2 || list[0].State != store.MailTaken || list[0].Why != "" || list[1].State != store.MailGivenUp || list[1].Attempts != 2 || list[1].Code != 550 {
		b.Errorf("outbox %+v", list)
	}
	if list, err := b.store.Mails(b.ctx, viewer("QBB", access.Administrator), 10); err != nil || len(list) != 0 {
		b.Errorf("another commissioner sees %+v, %v", list, err)
	}
	if m, ok, err := b.store.MailOf(b.ctx, post, "u-2", record.MailClocks, "2026-11-23"); err != nil || !ok || m.State != store.MailGivenUp {
		b.Errorf("message %+v, %v, %v", m, ok, err)
	}
	if err := b.store.EndMail(b.ctx, "mail", "9.9", 0, ""); !fault.Is(err, fault.NotFound) {
		b.Errorf("no such message: %v", err)
	}
	if r, err := b.store.Rebuild(b.ctx, false, nil); err != nil || r.Before != r.After {
		b.Errorf("rebuilt %+v, %v", r, err)
	}
}

func testConcernNews(b *bundle) {
	gp, lead, post := gpOf("QAA", "A81001"), viewer("QAA", access.QualityLead), b.outboxAt()
	first := b.hear(gp, store.Arrival{Signal: b.concernOf("RAA", "A81001", sunday, "Sent home at night")})[0]
	second := b.hear(gp, store.Arrival{Signal: b.concernOf("RAA", "A81001", sunday, "No letter")})[0]
	b.hear(viewer("QBB", access.QualityLead), store.Arrival{Signal: b.concernOf("RBB", "B81001", sunday, "Theirs")})
	head := func() int64 {
		p, _, err := b.store.Head(b.ctx)
		b.ok(err)
		return p
	}
	news := func(after int64) string {
		b.Helper()
		list, err := b.store.ConcernNews(b.ctx, post, after)
		b.ok(err)
		var out []string
		for _, n := range list {
			out = append(out, n.Ref+" "+n.Told+" to "+string(n.RaisedBy))
		}
		return strings.Join(out, "; ")
	}
	change := func(sc access.Scope, ref string, version int, c signal.Change) {
		b.Helper()
		_, err := b.store.ChangeSignal(b.ctx, sc, dueInTwoDays, ref, version, c)
		b.ok(err)
	}
	if got := news(-1); got != "" {
		b.Errorf("a receipt is no news: %s", got)
	}
	mark := head()
	change(lead, first.Reference, 1, signal.Assigned{To: "u-QAA"})
	if got := news(mark); got != "" {
		b.Errorf("who deals with it is no news: %s", got)
	}
	change(lead, first.Reference, 2, signal.OutcomeSet{Outcome: signal.OutcomeQuestion, Because: "we asked"})
	change(lead, first.Reference, 3, signal.Answered{Message: "They changed the letter."})
	change(lead, second.Reference, 1, signal.Graded{Grading: signal.Grading{Seriousness: signal.Serious}, Because: "harm"})
	if got := news(mark); got != "G-2026-1 answered/question_to_provider/1 to u-gp-a81001" {
		b.Errorf("news: %s", got)
	}
	mark = head()
	change(gp, first.Reference, 4, signal.NotResolved{Message: "Still the same."})
	if got := news(mark); got != "" {
		b.Errorf("their own word is no news to them: %s", got)
	}
	seen, err := b.store.SeenNames(b.ctx, gp, "concern/")
	b.ok(err)
	if len(seen) != 0 {
		b.Errorf("seen %v", seen)
	}
	b.record(record.FirstShown, "shown", "QAA", record.Shown{Views: []record.View{{Account: gp.Viewer.Account, Tenant: "QAA", Thing: "concern/G-2026-1/x", At: b.clock.Now()}, {Account: gp.Viewer.Account, Tenant: "QAA", Thing: "concerned/1", At: b.clock.Now()}}})
	if seen, err = b.store.SeenNames(b.ctx, gp, "concern/"); err != nil || len(seen) != 1 || !seen["concern/G-2026-1/x"] {
		b.Errorf("seen %v, %v", seen, err)
	}
}
