package mail

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/digest"
	"candour/internal/indicator"
	"candour/internal/listen"
	"candour/internal/mail/mailtest"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/store/storetest"
)

// office is a store with people at two commissioners, a mail server, and a postman.
type office struct {
	*testing.T
	ctx    context.Context
	dir    string // of the store
	clock  *storetest.Clock
	store  *store.Store
	desk   *listen.Desk
	server *mailtest.Server
	post   *Postman
	log    *strings.Builder
}

// words are what must never be in an e-mail: the words of a signal, of an answer,
// of a complainant.
const (
	title  = "Sent home at night"
	story  = "She waited five hours in the corridor."
	answer = "The ward has a new rule."
)

// emptyStore is made once and copied.
var emptyStore = storetest.Prepare(nil)

func setup(t *testing.T) *office {
	t.Helper()
	o := &office{T: t, ctx: t.Context(), clock: storetest.NewClock(), server: mailtest.Start(t, "none"), log: &strings.Builder{}, dir: emptyStore.Dir(t)}
	var err error
	o.store, err = store.Open(o.ctx, store.Config{Dir: o.dir, Now: o.clock.Now, Random: rand.Reader})
	o.ok(err)
	t.Cleanup(func() { o.ok(o.store.Close()) })
	o.desk, err = listen.NewDesk(o.store, o.store.Now, definitions.Files)
	o.ok(err)
	for tenant, provider := range map[org.Code]org.Code{"QAA": "RA1", "QBB": "RB1"} {
		o.record(record.OrganisationRecorded, org.Organisation{Code: tenant, Name: "NHS " + string(tenant), Role: org.Commissioner})
		o.record(record.OrganisationRecorded, org.Organisation{Code: provider, Name: "Aldermoor " + string(provider), Role: org.Trust, System: tenant})
	}
	for _, a := range []record.Account{
		{ID: "u-gp", Login: "gp@practice.example", Memberships: []access.Membership{{Tenant: "QAA", Role: access.GP, Practice: "A81001"}}},
		{ID: "u-lead", Login: "lead@qaa.example", Memberships: []access.Membership{{Tenant: "QAA", Role: access.QualityLead}}},
		{ID: "u-board", Login: "board@qaa.example", Memberships: []access.Membership{{Tenant: "QAA", Role: access.BoardMember}}},
		{ID: "u-other", Login: "lead@qbb.example", Memberships: []access.Membership{{Tenant: "QBB", Role: access.QualityLead}}},
	} {
		o.ok(o.store.SetAccount(o.ctx, access.Everything(access.Operator("operator")), a))
	}
	o.restart()
	return o
}

func (o *office) ok(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o *office) record(kind record.Kind, body any) {
	o.Helper()
	e, err := record.New(kind, "x", "", "operator", body)
	o.ok(err)
	_, err = o.store.Record(o.ctx, e)
	o.ok(err)
}

// restart is a new process over the same store.
func (o *office) restart() {
	o.Helper()
	catalogue, err := indicator.Load(definitions.Files)
	o.ok(err)
	o.post = &Postman{
		Store: o.store, Digests: &digest.Reader{Store: o.store, Catalogue: catalogue, Rulebook: o.desk.Rulebook, Params: concern.Default()},
		Sender: senderTo(o.T, o.server, "", ""), Site: "https://candour.example", Log: slog.New(slog.NewTextHandler(o.log, nil)),
	}
}

func (o *office) tick() {
	o.Helper()
	o.ok(o.post.Tick(o.ctx))
}

func (o *office) scope(account access.AccountID, tenant org.Code) access.Scope {
	o.Helper()
	v, err := o.store.Viewer(o.ctx, account)
	o.ok(err)
	return access.For(v, tenant)
}

// raise is a GP's concern, received now.
func (o *office) raise() string {
	o.Helper()
	now := o.clock.Now()
	r, err := o.desk.Receive(o.ctx, o.scope("u-gp", "QAA"), listen.Item{Signal: signal.Signal{
		Kind: signal.KindClinicianConcern, Title: title, Narrative: story, Place: signal.Place{Provider: "RA1", Ward: "Ward 7"},
		Occurred: signal.Occurrence{Date: calendar.DateOf(now) - 1}, Received: now, Source: signal.Source{Organisation: "A81001", Channel: "form"},
		Themes: []string{"discharge"}, ClinicianConcern: &signal.ClinicianConcern{Harm: "severe"},
	}})
	o.ok(err)
	return r[0].Reference
}

func (o *office) change(account access.AccountID, ref string, changes ...signal.Change) {
	o.Helper()
	sc := o.scope(account, "QAA")
	h, err := o.store.Signal(o.ctx, sc, ref)
	o.ok(err)
	_, err = o.desk.Change(o.ctx, sc, ref, h.Triage.Version, changes...)
	o.ok(err)
}

// sent is what the server took since the last call, "to: subject".
func (o *office) sent() (out []string) {
	o.Helper()
	for _, g := range o.server.Got() {
		head, parts := opened(o.T, g.Data)
		for _, secret := range []string{title, story, answer, "corridor", "Ward 7", "Aldermoor QBB", "RB1"} {
			if strings.Contains(g.Data, secret) || strings.Contains(parts["text/plain"]+parts["text/html"], secret) {
				o.Errorf("%q stands in an e-mail to %s:\n%s", secret, g.To, parts["text/plain"])
			}
		}
		out = append(out, g.To+": "+head.Get("Subject"))
	}
	return out
}

func (o *office) expect(want ...string) {
	o.Helper()
	if got := o.sent(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		o.Errorf("sent\n  %s\nexpected\n  %s\nlog:\n%s", strings.Join(got, "\n  "), strings.Join(want, "\n  "), o.log)
	}
}

// quiet takes the rounds that are due at once, so that a test sees only what follows.
func (o *office) quiet() {
	o.Helper()
	o.ok(o.store.SetMailChoice(o.ctx, o.scope("u-lead", "QAA"), nil))
	o.ok(o.store.SetMailChoice(o.ctx, o.scope("u-other", "QBB"), nil))
	o.tick()
}

func TestWhoeverRaisedAConcernHearsOnceWhenThereIsNews(t *testing.T) {
	t.Parallel()
	o := setup(t)
	o.quiet()
	ref := o.raise()
	o.tick()
	o.change("u-lead", ref, signal.Assigned{To: "u-lead"})
	o.tick()
	o.expect() // a receipt and who deals with it are no news
	o.change("u-lead", ref, signal.OutcomeSet{Outcome: signal.OutcomeQuestion, Because: "we asked"}, signal.Answered{Message: answer})
	o.tick()
	first := "gp@practice.example: Candour: News of your concern " + ref
	o.expect(first)
	o.tick()
	o.restart()
	o.tick()
	o.expect(first) // neither again nor after a restart
	o.change("u-gp", ref, signal.NotResolved{Message: "Still the same."})
	o.tick()
	o.expect(first) // their own word is no news to them
	o.restart()
	o.change("u-lead", ref, signal.Answered{Message: answer})
	o.tick()
	o.expect(first, first)
	_, parts := opened(t, o.server.Got()[0].Data)
	for kind, text := range parts {
		if !strings.Contains(text, "https://candour.example/concerns") || !strings.Contains(text, "https://candour.example/account") {
			t.Errorf("%s lacks its links:\n%s", kind, text)
		}
	}
	list, err := o.store.Mails(o.ctx, o.scope("u-lead", "QAA"), 10)
	o.ok(err)
	if len(list) != 2 || list[0].State != store.MailTaken || list[1].State != store.MailTaken {
		t.Errorf("recorded %+v", list)
	}
}

func TestNobodyIsSentWhatTheyDontWantOrMayNoLongerSee(t *testing.T) {
	t.Parallel()
	o := setup(t)
	o.quiet()
	ref := o.raise()
	o.ok(o.store.SetMailChoice(o.ctx, o.scope("u-gp", "QAA"), []record.MailKind{record.MailWeekly}))
	o.change("u-lead", ref, signal.Answered{Message: answer})
	o.tick()
	o.expect()
	o.ok(o.store.SetMailChoice(o.ctx, o.scope("u-gp", "QAA"), []record.MailKind{record.MailConcern}))
	o.change("u-lead", ref, signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "done"})
	o.server.Reply("RCPT", "451 later")
	o.tick() // decided, and put off by the server
	o.ok(o.store.SetAccount(o.ctx, access.Everything(access.Operator("operator")), record.Account{ID: "u-gp", Login: "gp@practice.example"}))
	o.clock.Step(2 * time.Minute)
	o.tick()
	o.expect()
	list, err := o.store.Mails(o.ctx, o.scope("u-lead", "QAA"), 10)
	o.ok(err)
	if len(list) != 1 || list[0].State != store.MailGivenUp || list[0].Why != "the person may no longer see this" || list[0].Attempts != 2 {
		t.Errorf("recorded %+v", list)
	}
}

func TestTheDaysRoundsGoOnceWhateverRestarts(t *testing.T) {
	t.Parallel()
	o := setup(t)
	o.ok(o.store.SetMailChoice(o.ctx, o.scope("u-board", "QAA"), []record.MailKind{record.MailWeekly, record.MailClocks}))
	o.clock.Step(-2 * time.Hour) // Monday 23 November, 06:40
	o.raise()
	o.tick()
	o.expect() // before seven
	o.clock.Step(20 * time.Minute)
	o.clock.Step(24 * time.Hour) // Tuesday: the concern’s clocks are due soon; Monday's rounds were missed
	o.tick()
	want := []string{
		"lead@qaa.example: Candour: Clocks: 0 overdue, 1 due soon",
		"board@qaa.example: Candour: Week of 16 to 22 November 2026", "lead@qaa.example: Candour: Week of 16 to 22 November 2026",
		"lead@qbb.example: Candour: Week of 16 to 22 November 2026", // and no clocks, for there are none at QBB
	}
	o.expect(want...)
	for range 3 {
		o.clock.Step(time.Hour)
		o.restart()
		o.tick()
	}
	o.expect(want...)
	o.clock.Step(4 * 24 * time.Hour) // Saturday
	o.tick()
	o.expect(want...)
	o.clock.Step(2 * 24 * time.Hour) // Monday
	o.tick()
	if got := o.sent()[len(want):]; len(got) != 4 || !strings.Contains(got[0], "1 overdue") || !strings.Contains(got[1], "23 to 29 November") {
		t.Errorf("on the next Monday: %q", got)
	}
}

func TestATryIsPutOffLongerAndLongerAndGivenUpInTheEnd(t *testing.T) {
	t.Parallel()
	o := setup(t)
	o.quiet()
	ref := o.raise()
	o.change("u-lead", ref, signal.Answered{Message: answer})
	for range 40 {
		o.server.Reply("RCPT", "451 <gp@practice.example> later")
	}
	start, tries := o.clock.Now(), 0
	for o.clock.Now().Sub(start) < 8*24*time.Hour {
		o.tick()
		tries = o.server.Dials()
		o.clock.Step(30 * time.Minute)
	}
	if tries < 8 || tries > 20 {
		t.Errorf("%d tries in eight days", tries)
	}
	list, err := o.store.Mails(o.ctx, o.scope("u-lead", "QAA"), 10)
	o.ok(err)
	if len(list) != 1 || list[0].State != store.MailGivenUp || list[0].Code != 451 || list[0].Attempts != tries || list[0].Ended.Sub(start) > 5*24*time.Hour {
		t.Errorf("recorded %+v after %d tries", list, tries)
	}
	if strings.Contains(o.log.String(), "practice.example") {
		t.Error("the log names an address")
	}
}

// errCrash is the end of a process.
var errCrash = errors.New("killed")

func TestACrashBeforeTheServersReplyLosesNothingAndOneAfterItSendsTheSameAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		die    func(o *office)
		copies int
	}{
		"after the decision, before the claim": {func(*office) {}, 1},
		"after the claim, before the server": {func(o *office) {
			if list, err := o.store.ClaimMail(o.ctx, lease, 1); err != nil || len(list) != 1 {
				o.Fatal(list, err)
			}
		}, 1},
		"while the server has half of it": {func(o *office) {
			o.server.Reply(".", "drop")
			o.handOver()
		}, 1},
		// What remains: SMTP can't tell whether the server had it.
		"after the server took it, before its reply": {func(o *office) {
			o.server.Reply(".", "take-and-drop")
			o.handOver()
		}, 2},
		"after the server's reply, before our record": {func(o *office) { o.handOver() }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := setup(t)
			o.quiet()
			ref := o.raise()
			o.change("u-lead", ref, signal.Answered{Message: answer})
			o.ok(o.post.decide(o.ctx))
			c.die(o)
			o.restart()
			o.tick()
			o.clock.Step(lease + time.Second)
			o.tick()
			o.clock.Step(time.Hour)
			o.tick()
			got := o.server.Got()
			if len(got) != c.copies {
				t.Fatalf("%d copies, expected %d", len(got), c.copies)
			}
			ids := map[string]bool{}
			for _, g := range got {
				head, _ := opened(t, g.Data)
				ids[head.Get("Message-Id")] = true
			}
			if len(ids) != 1 {
				t.Errorf("copies bear different ids: %v", ids)
			}
		})
	}
}

// handOver does what deliver does, up to the record of what became of it.
func (o *office) handOver() {
	o.Helper()
	list, err := o.store.ClaimMail(o.ctx, lease, 1)
	o.ok(err)
	l, why, err := o.post.prepare(o.ctx, &list[0])
	if err = errors.Join(err, map[bool]error{true: errCrash}[why != ""]); err != nil {
		o.Fatal(err)
	}
	if err := o.post.Sender.Send(o.ctx, l); err != nil {
		var f *Failure
		if !errors.As(err, &f) {
			o.Fatal(err)
		}
	}
}

func TestWhatIsAskedForTwiceIsSentOnce(t *testing.T) {
	t.Parallel()
	o := setup(t)
	m, before, err := o.post.Ask(o.ctx, "QAA", "u-lead", record.MailWeekly, "2026-W46")
	o.ok(err)
	if before || m.State != store.MailWaiting {
		t.Errorf("%+v, %v", m, before)
	}
	o.ok(o.post.Deliver(o.ctx))
	if m, before, err = o.post.Ask(o.ctx, "QAA", "u-lead", record.MailWeekly, "2026-W46"); err != nil || !before || m.State != store.MailTaken {
		t.Errorf("%+v, %v, %v", m, before, err)
	}
	o.expect("lead@qaa.example: Candour: Week of 9 to 15 November 2026")
}
