package mail

import (
	"bytes"
	"context"
	"embed"
	htmltemplate "html/template"
	"net/url"
	"strings"
	texttemplate "text/template"
	"time"

	"candour/internal/access"
	"candour/internal/digest"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

//go:embed templates
var templates embed.FS

// The two forms of every letter. Mail programs show the second where they can.
var (
	textForm = texttemplate.Must(texttemplate.ParseFS(templates, "templates/letter.txt"))
	htmlForm = htmltemplate.Must(htmltemplate.ParseFS(templates, "templates/letter.html"))
)

// letter is what the forms are filled in with.
type letter struct {
	digest.Digest
	Minutes int
	Whose   string // the commissioner
	Open    string // what following the link opens
	Link    string // its whole address; empty: there is none
	Site    string // before every path
	Why     string // one gets this
	Account string // address of the page on which that is changed; empty: it can't be
	ID      string
}

// paths are the page that each kind of message leads to, and what it is called.
func (p *Postman) page(m *store.HeldMail) (path, words string) {
	switch m.Kind {
	case record.MailClocks:
		return digest.DuePath, "Open the clocks"
	case record.MailWeekly:
		return WeekPath(m.About), "Open the digest"
	case record.MailAlert:
		ref, _, _ := climbOf(m.About)
		return "/alerts/" + url.PathEscape(string(ref)), "Open the alert"
	default:
		return "/concerns", "See what became of it"
	}
}

// WeekPath is the page of a week's digest.
func WeekPath(week string) string { return "/digest?week=" + url.QueryEscape(week) }

// whys are why one gets a kind of message.
var whys = map[record.MailKind]string{
	record.MailClocks:  "You get this on working days when a clock is overdue or due soon.",
	record.MailWeekly:  "You get this every Monday.",
	record.MailConcern: "You get this because you raised the concern.",
	record.MailAlert:   "You get this because an alert went up to a role that you hold.",
	record.MailReceipt: "You get this because a message came from your address.",
}

// write puts a digest into both forms.
func (p *Postman) write(d digest.Digest, m *store.HeldMail, whose string) (Letter, error) {
	path, open := p.page(m)
	l := letter{
		Digest: d, Minutes: d.Minutes(), Whose: whose, Open: open, Link: p.Site + path, Site: p.Site, Why: whys[m.Kind], Account: p.Site + "/account", ID: m.ID,
	}
	if m.Kind == record.MailReceipt { // who wrote to us need have no account, and no page to open
		l.Link, l.Account = "", ""
	}
	var text, html bytes.Buffer
	if err := textForm.Execute(&text, l); err != nil {
		return Letter{}, fault.Wrap(fault.Internal, err, "write an e-mail as text")
	}
	if err := htmlForm.Execute(&html, l); err != nil {
		return Letter{}, fault.Wrap(fault.Internal, err, "write an e-mail as HTML")
	}
	return Letter{ID: "candour." + m.ID, Subject: "Candour: " + d.Title, Text: text.String(), HTML: html.String(), Date: m.Decided}, nil
}

// Compose makes a message as of the position at which it was decided, for its
// reader as they now are.
func (p *Postman) Compose(ctx context.Context, v access.Viewer, m *store.HeldMail) (Letter, error) {
	sc := access.For(v, m.Tenant).At(m.UpTo)
	d, whose, err := p.digest(ctx, sc, m)
	if err != nil {
		return Letter{}, err
	}
	return p.write(d, m, whose)
}

func (p *Postman) digest(ctx context.Context, sc access.Scope, m *store.HeldMail) (d digest.Digest, whose string, err error) {
	if whose, err = p.whose(ctx, m.Tenant); err != nil {
		return d, whose, err
	}
	switch m.Kind {
	case record.MailClocks:
		c, err := p.Digests.Clocks(ctx, sc, m.Decided, digest.Place{})
		if err != nil {
			return d, whose, err
		}
		d, _ = digest.Daily(&c, whose, m.Decided)
	case record.MailWeekly:
		week, err := digest.ParseWeek(m.About)
		if err != nil {
			return d, whose, err
		}
		d, err = p.weekly(ctx, sc, week, m.Decided)
		return d, whose, err
	case record.MailConcern:
		ref, _, _ := strings.Cut(m.About, "/")
		d = concernNews(ref, whose)
	case record.MailAlert:
		d, err = p.climbed(ctx, sc, m.About, whose)
	default:
		err = fault.New(fault.Internal, "no letter is written for %q", m.Kind)
	}
	return d, whose, err
}

// weekly is a week's digest as it may leave.
func (p *Postman) weekly(ctx context.Context, sc access.Scope, week digest.Week, moment time.Time) (digest.Digest, error) {
	made, err := p.Digests.Week(ctx, sc, week, moment, true)
	if err != nil {
		return digest.Digest{}, err
	}
	return digest.Weekly(&made), nil
}

// whose is the name of a commissioner.
func (p *Postman) whose(ctx context.Context, tenant org.Code) (string, error) {
	names, err := p.Store.Tenants(ctx, []org.Code{tenant})
	return org.Organisation{Code: tenant, Name: names[tenant]}.Called(), err
}

// concernNews says that there is news, and nothing of it: what a concern is about,
// and what was answered, is read on the page.
func concernNews(ref, whose string) digest.Digest {
	return digest.Digest{
		Title: "News of your concern " + ref,
		Lead:  "There is news of the concern " + ref + " that you raised with " + whose + ".",
		Parts: []digest.Part{{
			Heading:  "What you can do",
			Sentence: "Read the answer on the page. If it doesn’t resolve the concern, say so there: that opens it again.",
		}},
	}
}
