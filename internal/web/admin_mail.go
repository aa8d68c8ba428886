package web

import (
	"strings"

	"candour/internal/access"
	"candour/internal/record"
	"candour/internal/store"
	"candour/internal/web/component"
)

// adminMailPath is the outbox.
const adminMailPath = adminPath + "/mail"

// mailsShown is how many messages the outbox lists.
const mailsShown = 100

// outboxPage lists the commissioner's messages and what became of them. It shows
// references, never what a message says.
type outboxPage struct {
	base
	Lead  string
	How   string
	Mails component.Region
	None  bool
}

func (*outboxPage) template() string { return "administration-mail" }

func (s *Server) adminMail(r *request) (answer, error) {
	list, err := s.store.Mails(r.Context(), r.scope, mailsShown)
	if err != nil {
		return nil, err
	}
	accounts, err := s.store.Accounts(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	names := map[access.AccountID]string{}
	for _, a := range accounts {
		names[a.ID] = a.Name
	}
	p := &outboxPage{
		base: base{Title: "E-mail", Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Administration", Href: adminPath}}}}, None: len(list) == 0,
	}
	p.How = "E-mail is off: the program was started without a mail server (candour serve --smtp), so nothing is decided or sent. Everything is on the pages."
	if s.Mail.On() {
		p.How = "E-mail goes by " + s.Mail.Server + ", from " + s.Mail.From + "."
	}
	n := map[store.MailState]int{}
	t := component.Table{
		Caption: "Newest messages", Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "Message"}, {Heading: "Decided"}, {Heading: "To"}, {Heading: "What"}, {Heading: "About"}, {Heading: "State"}, {Heading: "Tries", Numeric: true}, {Heading: "Because"}},
	}
	for i := range list {
		m := &list[i]
		n[m.State]++
		name := names[m.Account]
		switch {
		case m.Kind == record.MailReceipt:
			name = "whoever sent the message"
		case name == "":
			name = "an account that has no role here now"
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: m.ID}, {Body: momentOf(m.Decided)}, {Body: name}, {Body: m.Kind.Words()}, {Body: aboutOf(m)}, {Body: mailStateWords(m)}, {Body: number(m.Attempts)}, {Body: mailBecause(m)},
		})
	}
	p.Mails = component.Region{Name: "Newest messages", Body: t}
	switch {
	case p.None:
		p.Lead = "No message has been decided yet."
	case n[store.MailGivenUp]+n[store.MailWaiting] == 0:
		p.Lead = "Every one of the newest " + count(len(list), "message", "messages") + " was taken by the mail server."
	default:
		p.Lead = "Of the newest " + count(len(list), "message", "messages") + ", " + number(n[store.MailTaken]) + " were taken by the mail server, " +
			number(n[store.MailWaiting]) + " wait and " + number(n[store.MailGivenUp]) + " were given up."
	}
	return p, nil
}

// aboutOf is what a message is about, without what its reader was told.
func aboutOf(m *store.HeldMail) string {
	about, _, _ := strings.Cut(m.About, "/")
	if m.Kind == record.MailConcern || m.Kind == record.MailAlert || m.Kind == record.MailReceipt {
		return about
	}
	return m.About
}

func mailStateWords(m *store.HeldMail) string {
	switch m.State {
	case store.MailTaken:
		return "taken by the mail server " + momentOf(m.Ended)
	case store.MailGivenUp:
		return "given up " + momentOf(m.Ended)
	}
	if m.Attempts == 0 {
		return "waits for its first try"
	}
	return "waits; next try from " + momentOf(m.Next)
}

func mailBecause(m *store.HeldMail) string {
	switch {
	case m.Why == "":
		return "–"
	case m.Code > 0:
		return m.Why + " (reply " + number(m.Code) + ")"
	}
	return m.Why
}
