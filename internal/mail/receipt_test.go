package mail

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/listen"
	"candour/internal/record"
	"candour/internal/store"
)

// nurse writes from her own address, which stays sealed.
const nurse = "nurse.joy@home.example"

// mailFrom is an e-mail with more header lines.
func mailFrom(from, more string) string {
	return "From: Joy Nurse <" + from + ">\r\nTo: in@icb.example\r\nDelivered-To: in@icb.example\r\nSubject: " + title + "\r\nMessage-ID: <7@home.example>\r\n" + more + "\r\n" + story + "\r\n"
}

// arrive is what the mail folder does of an e-mail, up to the order for the receipt.
func (o *office) arrive(text string) store.SignalReceipt {
	o.Helper()
	sc := access.Scope{Viewer: access.Operator("operator"), Tenant: "QAA", AsOf: access.Head}
	sorter := &listen.Sorter{Desk: o.desk, Store: o.store, Scope: sc}
	r, err := sorter.Import(o.ctx, []byte(text), nil, listen.LoadOptions{Name: "one.eml", Received: o.store.Now(), Provider: "RA1"}, "mail")
	o.ok(err)
	if !r.Mail() || len(r.Receipts) != 1 {
		o.Fatalf("imported %+v", r)
	}
	return r.Receipts[0]
}

// acknowledged takes an e-mail in and orders its receipt.
func (o *office) acknowledged(text string) store.SignalReceipt {
	o.Helper()
	r := o.arrive(text)
	o.ok(o.post.Acknowledge(o.ctx, "QAA", r))
	return r
}

func TestWhoeverWroteAnEMailIsSentAReceiptThatTellsNothingOfIt(t *testing.T) {
	t.Parallel()
	o := setup(t)
	o.quiet()
	r := o.acknowledged(mailFrom(nurse, ""))
	o.tick()
	o.expect(nurse + ": Candour: Receipt " + r.Reference)
	head, parts := opened(t, o.server.Got()[0].Data)
	if head.Get("Auto-Submitted") != "auto-replied" || head.Get("In-Reply-To") != "<7@home.example>" || !strings.Contains(head.Get("From"), "candour@icb.example") {
		t.Errorf("header %v", head)
	}
	for kind, text := range parts {
		for _, want := range []string{r.Reference, fmt.Sprintf("Position in the ledger: %d\n", r.Position), "Received: 23 November 2026, 08:40 London time", "NHS Qaa has your message", "Write again to the address"} {
			if !strings.Contains(strings.NewReplacer("\r\n", "\n", "</li>", "").Replace(text), want) {
				t.Errorf("%s lacks %q:\n%s", kind, want, text)
			}
		}
		for _, secret := range []string{"Joy", "nurse", "RA1", "Aldermoor", "/account", "/concerns", "href"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %q:\n%s", kind, secret, text)
			}
		}
	}
}

func TestAReceiptGoesOnceWhateverComesTwiceOrRestarts(t *testing.T) {
	t.Parallel()
	o := setup(t)
	o.quiet()
	r := o.arrive(mailFrom(nurse, "")) // and the process dies: the file is still in the folder
	o.restart()
	o.tick()
	o.expect()
	if again := o.acknowledged(mailFrom(nurse, "")); !again.Known || again.Reference != r.Reference || again.Position != r.Position {
		t.Fatalf("taken again: %+v, first %+v", again, r)
	}
	o.restart()
	want := nurse + ": Candour: Receipt " + r.Reference
	o.server.Reply("RCPT", "451 later")
	o.tick() // put off by the server
	o.restart()
	o.clock.Step(2 * time.Minute)
	o.tick()
	o.expect(want)
	o.acknowledged(mailFrom(nurse, ""))                             // the file could not be moved
	o.acknowledged(mailFrom(nurse, "Received: by another way\r\n")) // the second of two mailboxes
	o.restart()
	o.clock.Step(time.Hour)
	o.tick()
	o.expect(want)
}

func TestWhoForgesTheIDOfAMessageLearnsNothingOfIt(t *testing.T) {
	t.Parallel()
	o := setup(t)
	o.quiet()
	r := o.arrive(mailFrom(nurse, ""))
	if forged := o.acknowledged(mailFrom("curious@trust.example", "")); forged.Reference != r.Reference {
		t.Fatalf("%+v is not known as %+v", forged, r)
	}
	o.tick()
	o.expect(nurse + ": Candour: Receipt " + r.Reference)
}

func TestMachinesAndOurselvesAreSentNoReceipt(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"an absence":                 mailFrom(nurse, "Auto-Submitted: auto-replied\r\n"),
		"a circular":                 mailFrom(nurse, "Precedence: bulk\r\n"),
		"a bounce":                   mailFrom(nurse, "Return-Path: <>\r\n"),
		"a machine":                  mailFrom("no-reply@trust.example", ""),
		"our own address":            mailFrom("Candour@ICB.example", ""),
		"the mailbox itself":         mailFrom("in@icb.example", ""),
		"an address nobody can read": strings.Replace(mailFrom(nurse, ""), "<"+nurse+">", "<<>", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := setup(t)
			o.quiet()
			o.acknowledged(text)
			o.tick()
			o.expect()
			if !strings.Contains(o.log.String(), "no receipt is sent") {
				t.Errorf("the log does not say why:\n%s", o.log)
			}
		})
	}
	t.Run("what came long ago", func(t *testing.T) {
		t.Parallel()
		o := setup(t)
		o.quiet()
		r := o.arrive(mailFrom(nurse, ""))
		o.clock.Step(8 * 24 * time.Hour)
		o.ok(o.post.Acknowledge(o.ctx, "QAA", r))
		if list, err := o.store.Mails(o.ctx, o.scope("u-lead", "QAA"), 10); err != nil || len(list) != 0 {
			t.Errorf("decided %+v, %v", list, err)
		}
	})
}

func TestTheSendersAddressStandsNowhereInClear(t *testing.T) {
	t.Parallel()
	o := setup(t)
	o.quiet()
	r := o.acknowledged(mailFrom(nurse, ""))
	o.server.Reply("RCPT", "451 <"+nurse+"> is busy")
	o.tick() // put off: the order waits in the outbox
	list, err := o.store.Mails(o.ctx, o.scope("u-lead", "QAA"), 10)
	o.ok(err)
	if len(list) != 1 || list[0].Kind != record.MailReceipt || list[0].Account != "" || !strings.HasPrefix(list[0].About, r.Reference+"/") {
		t.Errorf("the outbox holds %+v", list)
	}
	o.clock.Step(2 * time.Minute)
	o.tick()
	if len(o.server.Got()) != 1 {
		t.Fatalf("sent %+v\n%s", o.server.Got(), o.log)
	}
	if strings.Contains(o.log.String(), "nurse") {
		t.Errorf("the log names the sender:\n%s", o.log)
	}
	files, err := filepath.Glob(filepath.Join(o.dir, "*"))
	o.ok(err)
	seen := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		o.ok(err)
		seen += len(text)
		for _, secret := range []string{nurse, "home.example", "Joy Nurse"} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s holds %q in clear", filepath.Base(name), secret)
			}
		}
	}
	if seen == 0 {
		t.Error("no file of the store was read")
	}
}

func TestAReceiptThatWaitsIsNotSentOnceTheSenderIsErased(t *testing.T) {
	t.Parallel()
	o := setup(t)
	o.quiet()
	r := o.acknowledged(mailFrom(nurse, ""))
	sc := access.Scope{Viewer: access.Operator("operator"), Tenant: "QAA", AsOf: access.Head}
	parts, err := o.store.SealedParts(o.ctx, sc, r.Reference)
	o.ok(err)
	for _, p := range parts {
		if p.Purpose == listen.SenderPurpose {
			o.ok(o.store.EraseSealed(o.ctx, sc, p.Ref, "asked by the sender"))
		}
	}
	o.tick()
	o.expect()
	if list, err := o.store.Mails(o.ctx, o.scope("u-lead", "QAA"), 10); err != nil || len(list) != 1 || list[0].State != store.MailGivenUp || list[0].Why != "the sender’s address was erased" {
		t.Errorf("recorded %+v, %v", list, err)
	}
}

func TestAReceiptOfWhichTheServerSaidNothingGoesAgainWithTheSameID(t *testing.T) {
	t.Parallel()
	o := setup(t)
	o.quiet()
	o.acknowledged(mailFrom(nurse, ""))
	o.handOver() // the server has it, and the process dies before our record
	o.restart()
	o.clock.Step(lease + time.Second)
	o.tick()
	got := o.server.Got()
	if len(got) != 2 {
		t.Fatalf("%d copies, expected 2", len(got))
	}
	first, _ := opened(t, got[0].Data)
	second, _ := opened(t, got[1].Data)
	if first.Get("Message-Id") == "" || first.Get("Message-Id") != second.Get("Message-Id") {
		t.Error("copies bear different ids")
	}
}
