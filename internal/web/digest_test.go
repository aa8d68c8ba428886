package web

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/listen"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/web/browsertest"
)

// tell changes a signal as a role at QAA.
func (b *bundle) tell(role access.Role, ref string, changes ...signal.Change) {
	b.Helper()
	v, err := b.store.Viewer(b.ctx, accountOf(role, "QAA"))
	b.no(err)
	sc := access.For(v, "QAA")
	h, err := b.store.Signal(b.ctx, sc, ref)
	b.no(err)
	_, err = b.server.Desk.Change(b.ctx, sc, ref, h.Triage.Version, changes...)
	b.no(err)
}

// complain records a complaint at QAA, received so long ago, and gives its reference.
func (b *bundle) complain(title string, ago time.Duration) string {
	b.Helper()
	v, err := b.store.Viewer(b.ctx, accountOf(access.QualityLead, "QAA"))
	b.no(err)
	at := b.clock.Now().Add(-ago)
	got, err := b.server.Desk.Receive(b.ctx, access.For(v, "QAA"), listen.Item{Signal: signal.Signal{
		Kind: signal.KindComplaint, Title: title, Place: signal.Place{Provider: "RA1"}, Received: at, Occurred: signal.Occurrence{Date: calendar.DateOf(at) - 3},
		Complaint: &signal.Complaint{ReceivedBy: "commissioner", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked},
	}})
	b.no(err)
	return got[0].Reference
}

func TestClocksStandWithStartRuleDueAndWhatStopsThem(t *testing.T) {
	t.Parallel()
	b := filled(t)
	const day = 24 * time.Hour
	late, old, fresh := b.complain("Late already", 10*day), b.complain("Half a year is nearly over", 176*day), b.complain("Came today", 0)
	b.tell(access.QualityLead, old, signal.OutcomeSet{Outcome: signal.OutcomeNoted, Because: "known"}, signal.Moved{Event: "acknowledged"},
		signal.DateAgreed{Rule: "complaint-response", To: calendar.DateOf(b.clock.Now()) + 2})
	w := b.as(access.QualityLead, "QAA")
	d := parse(t, w.get("/signals/due"))
	tables := d.all("section")
	if len(tables) != 3 {
		t.Fatalf("%d sections, expected overdue, long stop, due soon", len(tables))
	}
	over, stop, soon := text(tables[0]), text(tables[1]), text(tables[2])
	for _, want := range []string{late, "Acknowledge the complaint", "3 working days, Complaints Regulations, reg. 13", "13 Nov 2026 08:40, received", "Wed 18 Nov 2026", "3 working days over", "acknowledged, responded, withdrawn, not covered or resolved to satisfaction", "ours"} {
		if !strings.Contains(over, want) {
			t.Errorf("overdue lacks %q: %s", want, over)
		}
	}
	if !strings.Contains(stop, old) || !strings.Contains(stop, "Complaints Regulations, reg. 14") || strings.Contains(stop, late) {
		t.Errorf("the six months: %s", stop)
	}
	if !strings.Contains(soon, old) || !strings.Contains(soon, "date agreed, Complaints Regulations, regs 13 and 14") {
		t.Errorf("due soon: %s", soon)
	}
	if body := w.get("/signals/due").Body.String(); strings.Contains(body, fresh) {
		t.Error("a clock that has longer than its warning is listed")
	}
	if got := b.as(access.QualityLead, "QBB").get("/signals/due"); strings.Contains(got.Body.String(), "Aldermoor") {
		t.Error("another commissioner sees the clocks")
	}
	past := w.get("/signals/due?asof=1")
	if past.Code != http.StatusOK || strings.Contains(past.Body.String(), late) {
		t.Errorf("before the complaints came: %d", past.Code)
	}
}

func TestTheWatchListSaysWhoseClocksAreOver(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.judged("QAA", judgedOf("RA1", 31))
	lead := b.as(access.QualityLead, "QAA")
	if page := lead.get("/watch-list").Body.String(); !strings.Contains(page, "No clock is due.") || strings.Contains(page, "overdue.") {
		t.Error("a clock is due before anything was received")
	}
	late, fresh := b.complain("Late already", 10*24*time.Hour), b.complain("Came today", 0)
	page := lead.get("/watch-list").Body.String()
	const to = "/signals?show=due&amp;provider=RA1"
	if !strings.Contains(page, "1 signal is overdue.") || !strings.Contains(page, `<a href="`+to+`">Overdue: 1 signal</a>`) {
		t.Error("the watch list doesn’t say that a clock is over")
	}
	if list := lead.get(strings.ReplaceAll(to, "&amp;", "&")).Body.String(); !strings.Contains(list, late) || strings.Contains(list, fresh) || !strings.Contains(list, "Due today or overdue at Aldermoor Hospitals") {
		t.Error("the link doesn’t lead to what is overdue there, and nothing else")
	}
	if page := b.as(access.QualityLead, "QBB").get("/watch-list").Body.String(); strings.Contains(page, "verdue") {
		t.Error("clocks are shown to another commissioner")
	}
	board := b.as(access.BoardMember, "QAA").get("/watch-list").Body.String()
	if !strings.Contains(board, "Aldermoor") || strings.Contains(board, "verdue") || strings.Contains(board, "No clock is due") {
		t.Error("clocks are shown to a board member, who doesn’t see signals, or said to be none where they may not be known")
	}
	if then := lead.get("/watch-list?asof=1").Body.String(); strings.Contains(then, "verdue") {
		t.Error("a clock is over before its complaint came")
	}
}

func TestTheDigestTellsTheWeekAndItsPast(t *testing.T) {
	t.Parallel()
	b := filled(t)
	b.complain("Late already", 10*24*time.Hour)
	w := b.as(access.QualityLead, "QAA")
	if h := text(parse(t, w.get("/digest")).all("h1")[0]); h != "Week of 23 to 29 November 2026" {
		t.Errorf("nothing was judged before this week, and shown is %q", h)
	}
	got := w.get("/digest?week=2026-W47")
	d := parse(t, got)
	if h := text(d.all("h1")[0]); h != "Week of 16 to 22 November 2026" {
		t.Errorf("heading %q", h)
	}
	if got := w.get("/digest?week=2026-W48"); !strings.Contains(got.Body.String(), "the week has not ended") || !strings.Contains(got.Body.String(), "CP-2026-1") {
		t.Errorf("the week so far: %s", got.Body)
	}
	for _, week := range []string{"2026-W99", "2027-W01", "yesterday"} {
		if got := w.get("/digest?week=" + week); got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s gave %d", week, got.Code)
		}
	}
	board := b.as(access.BoardMember, "QAA").get("/digest?week=2026-W48")
	if board.Code != http.StatusOK || strings.Contains(board.Body.String(), "CP-2026-1") {
		t.Errorf("a board member, who may not see signals, got %d with clocks", board.Code)
	}
}

func TestPeopleChooseWhatTheyGetByEMail(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	lead := b.as(access.QualityLead, "QAA")
	checked := func(w *browser) string {
		var out []string
		for _, box := range parse(t, w.get("/account")).all("input") {
			if attribute(box, "name") == "mail" {
				on := slices.ContainsFunc(box.Attr, func(a html.Attribute) bool { return a.Key == "checked" })
				out = append(out, attribute(box, "value")+map[bool]string{true: "+", false: "-"}[on])
			}
		}
		return strings.Join(out, " ")
	}
	if got := checked(lead); got != "concern- clocks+ weekly+" {
		t.Errorf("a quality lead gets %s", got)
	}
	if got := checked(b.as(access.GP, "QAA")); got != "concern+" {
		t.Errorf("a GP gets %s", got)
	}
	if got := b.as(access.Administrator, "QAA").get("/account"); !strings.Contains(got.Body.String(), "Nothing that your roles open is sent by e-mail") {
		t.Error("an administrator is offered what they may not see")
	}
	if got := lead.post("/account/mail", "mail", "weekly", "mail", "advertising"); got.Code != http.StatusSeeOther {
		t.Fatalf("gave %d: %s", got.Code, got.Body)
	}
	if got := checked(lead); got != "concern- clocks- weekly+" {
		t.Errorf("then gets %s", got)
	}
	lead.post("/account/mail")
	if got := checked(lead); got != "concern- clocks- weekly-" {
		t.Errorf("with nothing chosen gets %s", got)
	}
	b.as(access.GP, "QAA").post("/account/mail", "mail", "clocks", "mail", "weekly")
	if c, _, err := b.store.MailChoice(b.ctx, accountOf(access.GP, "QAA")); err != nil || len(c.Kinds) != 0 {
		t.Errorf("a GP chose what they may not see: %+v, %v", c, err)
	}
	if body := lead.get("/account").Body.String(); !strings.Contains(body, "E-mail is off at this installation") || !strings.Contains(body, loginOf(access.QualityLead, "QAA")) {
		t.Error("the page doesn’t say that e-mail is off, or to which address it would go")
	}
	b.server.Mail = MailStatus{Server: "mail.example.org", From: "candour@qaa.example"}
	if body := lead.get("/account").Body.String(); strings.Contains(body, "E-mail is off") {
		t.Error("it says so when it is on too")
	}
	if body := lead.get("/digest").Body.String(); !strings.Contains(body, ">Have this by e-mail every Monday<") {
		t.Error("who doesn’t get the digest isn’t offered it")
	}
	lead.post("/account/mail", "mail", "weekly")
	if body := lead.get("/digest").Body.String(); !strings.Contains(body, ">You have this by e-mail every Monday<") {
		t.Error("who gets the digest is offered it again")
	}
}

func TestTheOutboxShowsWhatBecameOfMessages(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	admin := b.as(access.Administrator, "QAA")
	if body := admin.get("/administration/mail").Body.String(); !strings.Contains(body, "E-mail is off") || !strings.Contains(body, "No message has been decided yet") {
		t.Error("an empty outbox doesn’t say why")
	}
	post := access.Scope{Viewer: access.Operator("mail"), Tenant: "QAA", AsOf: access.Head}
	ids, _, err := b.store.DecideMail(b.ctx, post, record.MailRound{Round: "concern", About: "9", Messages: []record.MailMessage{
		{Account: accountOf(access.GP, "QAA"), Kind: record.MailConcern, About: "G-2026-1/answered/noted/1"}, {Account: accountOf(access.QualityLead, "QAA"), Kind: record.MailWeekly, About: "2026-W47"},
	}})
	b.no(err)
	b.no(b.store.EndMail(b.ctx, "mail", ids[0], 550, "the mail server refused the address"))
	got := admin.get("/administration/mail")
	rows := parse(t, got).all("tr")
	if len(rows) != 3 || !strings.Contains(text(rows[1]), "G-2026-1") || strings.Contains(text(rows[1]), "noted") || !strings.Contains(text(rows[1]), "reply 550") || !strings.Contains(text(rows[2]), "waits for its first try") {
		t.Errorf("outbox: %s", got.Body)
	}
	if body := b.as(access.Administrator, "QBB").get("/administration/mail").Body.String(); strings.Contains(body, "G-2026-1") {
		t.Error("another commissioner sees the outbox")
	}
}

func TestNewsOfAConcernIsMarkedUntilItWasShown(t *testing.T) {
	t.Parallel()
	b := peopled(t).practised()
	gp := b.as(access.GP, "QAA")
	if got := gp.post("/concerns/new", filledConcern()...); got.Code != http.StatusSeeOther {
		t.Fatalf("gave %d: %s", got.Code, got.Body)
	}
	const mark = "has news since you last looked"
	if strings.Contains(gp.get("/concerns").Body.String(), mark) {
		t.Error("a receipt is no news")
	}
	b.tell(access.QualityLead, "G-2026-1", signal.Answered{Message: "The ward has a new rule."})
	for _, path := range []string{"/concerns", "/concerns"} { // recorded at the next tick only
		if body := gp.get(path).Body.String(); !strings.Contains(body, "1 concern "+mark) || !strings.Contains(body, ">News<") {
			t.Errorf("%s doesn’t mark it", path)
		}
	}
	b.no(b.server.sights.flush(b.ctx))
	if strings.Contains(gp.get("/concerns").Body.String(), mark) {
		t.Error("it is marked although it was shown")
	}
	gp.post("/concerns/G-2026-1/not-resolved", "version", "2", "message", "Still the same.")
	if strings.Contains(gp.get("/concerns").Body.String(), mark) {
		t.Error("their own word is marked")
	}
}

func TestClocksAndDigestHoldInABrowser(t *testing.T) {
	t.Parallel()
	b := browsertest.Start(t)
	m := filled(t)
	m.complain("Late already", 10*24*time.Hour)
	m.complain("Half a year is nearly over", 176*24*time.Hour)
	server := httptest.NewServer(m.server)
	t.Cleanup(server.Close)
	cookie := map[string]string{"candour": m.as(access.QualityLead, "QAA").cookie.Value}
	admin := map[string]string{"candour": m.as(access.Administrator, "QAA").cookie.Value}
	for name, page := range map[string]struct {
		path, says string
		cookie     map[string]string
	}{
		"signals-due": {"/signals/due", "Due soon", cookie},
		"digest":      {"/digest?week=2026-W48", "minutes to read", cookie},
		"account":     {"/account", "What you get by e-mail", cookie},
		"outbox":      {"/administration/mail", "E-mail is off", admin},
	} {
		t.Run(name, func(t *testing.T) {
			b.Check(t, server.URL+page.path, browsertest.Expect{Name: name, Cookies: page.cookie, Says: []string{page.says}})
		})
	}
}
