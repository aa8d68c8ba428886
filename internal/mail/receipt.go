package mail

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/digest"
	"candour/internal/fault"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal/eml"
	"candour/internal/store"
)

// Acknowledge records that whoever sent an e-mail is to be sent a receipt for each
// of the signals that came of it, which must be durable. It may be called again: a
// signal has one receipt, whatever happens between. What a machine sent, and what
// was recorded so long ago that a receipt would only puzzle, gets none.
//
// The sender's address is in no record of ours. It is read again, when the receipt
// is sent, from the e-mail itself, which is kept encrypted under a key of its own;
// so it goes where the first copy came from, also when somebody sends another
// message with the same Message-ID to learn the reference.
func (p *Postman) Acknowledge(ctx context.Context, tenant org.Code, receipts ...store.SignalReceipt) error {
	sc := access.Scope{Viewer: access.Operator(actor), Tenant: tenant, AsOf: access.Head}
	for _, r := range receipts {
		if p.Store.Now().Sub(r.Recorded) > newsFor {
			p.Log.Info("no receipt is sent", "signal", r.Reference, "why", "it was recorded long ago")
			continue
		}
		_, _, why, err := p.sender(ctx, sc, r.Reference)
		if err != nil {
			return err
		}
		if why != "" {
			p.Log.Info("no receipt is sent", "signal", r.Reference, "why", why)
			continue
		}
		about := r.Reference + "/" + strconv.FormatInt(r.Position, 10)
		if err := p.round(ctx, sc, roundReceipt, r.Reference, []record.MailMessage{{Kind: record.MailReceipt, About: about}}); err != nil {
			return err
		}
	}
	return nil
}

// sender is who sent the e-mail of which a signal came; why is that nobody is to be
// answered.
func (p *Postman) sender(ctx context.Context, sc access.Scope, ref string) (s eml.Sender, h store.HeldSignal, why string, err error) {
	if h, err = p.Store.Signal(ctx, sc, ref); err != nil {
		return s, h, "", err
	}
	parts, err := p.Store.SealedParts(ctx, sc, ref)
	if err != nil {
		return s, h, "", err
	}
	for _, part := range parts {
		if part.Purpose == listen.SenderPurpose && part.Erased {
			return s, h, "the sender’s address was erased", nil
		}
	}
	if h.Delivery == "" {
		return s, h, "its e-mail is not kept", nil
	}
	text, err := p.Store.SealedFile(ctx, sc, h.Delivery)
	if fault.Is(err, fault.NotFound) {
		return s, h, "its e-mail can’t be opened any more", nil
	}
	if err != nil {
		return s, h, "", err
	}
	if listen.FormOf(text) != listen.FormMessage {
		return s, h, "it did not come by e-mail", nil
	}
	if s, err = eml.ReadSender(text); err != nil {
		return s, h, "its e-mail can’t be read", nil //nolint:nilerr // the words of the error may hold the header's
	}
	switch {
	case s.Automatic != "":
		why = s.Automatic
	case s.Address == "":
		why = "the sender’s address can’t be read"
	case p.own(s):
		why = "it came from our own address"
	}
	return s, h, why, nil
}

// own reports whether a message came from the address that we send from, or from
// the mailbox into which it was delivered.
func (p *Postman) own(s eml.Sender) bool {
	for _, ours := range append([]string{p.Sender.From.Address}, s.Mailboxes...) {
		if strings.EqualFold(ours, s.Address) {
			return true
		}
	}
	return false
}

// receipt makes the letter to the sender of an e-mail.
func (p *Postman) receipt(ctx context.Context, m *store.HeldMail) (l Letter, why string, err error) {
	ref, position, _ := strings.Cut(m.About, "/")
	sc := access.Scope{Viewer: access.Operator(actor), Tenant: m.Tenant, AsOf: access.Head}
	to, h, why, err := p.sender(ctx, sc, ref)
	if err != nil || why != "" {
		return l, why, err
	}
	whose, err := p.whose(ctx, m.Tenant)
	if err != nil {
		return l, "", err
	}
	received := h.Received.In(calendar.London).Format("2 January 2006, 15:04") + " London time"
	if l, err = p.write(receiptOf(ref, position, received, whose), m, whose); err != nil {
		return l, "", err
	}
	l.To, l.Answer, l.Answers = to.Address, true, to.MessageID
	return l, "", nil
}

// receiptOf says that a message is kept, and nothing of it: neither its subject and
// words nor of which provider it is, for a mailbox is read by others too.
func receiptOf(ref, position, received, whose string) digest.Digest {
	return digest.Digest{
		Title: "Receipt " + ref,
		Lead:  fmt.Sprintf("%s has your message. Its reference is %s.", whose, ref),
		Parts: []digest.Part{
			{Heading: "What is recorded", Sentence: "Your message is recorded. What is recorded is added to, and never changed.", Items: []digest.Item{
				{Text: "Reference: " + ref}, {Text: "Position in the ledger: " + position}, {Text: "Received: " + received},
			}},
			{Heading: "How to ask about it", Sentence: "Write again to the address that you wrote to, and give the reference."},
			{Heading: "Who can see that you wrote", Sentence: "The name and address from which you wrote are sealed: only people who are named on the seal can open them, and each opening is recorded. This receipt repeats nothing of what you said."},
		},
	}
}
