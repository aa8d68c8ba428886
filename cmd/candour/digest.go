package main

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/digest"
	"candour/internal/fault"
	"candour/internal/mail"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// DigestCmd prints or sends somebody's digest.
type DigestCmd struct {
	StoreFlags
	MailFlags
	For    string `required:"" help:"Whose: the e-mail address or the id of an account." placeholder:"ACCOUNT"`
	Tenant string `help:"The commissioner, where the account has roles at several." placeholder:"CODE"`
	Week   string `help:"The week, such as 2026-W47; the last whole week without one." placeholder:"WEEK"`
	Clocks bool   `help:"The list of clocks of now instead of the week's digest."`
	Format string `env:"CANDOUR_DIGEST_FORMAT" help:"text, or html as the e-mail shows it." enum:"text,html" default:"text"`
	Send   bool   `help:"Send it to the account's e-mail address by --smtp, once."`
}

// Help shows examples.
func (DigestCmd) Help() string {
	return `Prints the weekly digest as one account would be sent it: what changed on the watch
list, alerts, clocks, late and restated data. With --send it is sent as well, through
the same outbox as "candour serve" sends: what was sent before isn't sent again.

Examples:

  candour digest --for ann@example.org
  candour digest --for ann@example.org --week 2026-W47 --format html
  candour digest --for ann@example.org --clocks
  candour digest --for ann@example.org --send --smtp smtp://mail.example.org --mail-from candour@example.org --site-address https://candour.example.org
`
}

// Run prints, or sends.
func (c *DigestCmd) Run(env *Env) error {
	h, err := openHouse(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	return closing(h, c.run(env, h))
}

func (c *DigestCmd) run(env *Env, h *House) error {
	v, tenant, err := c.reader(env, h)
	if err != nil {
		return err
	}
	kind, about, err := c.what(h.Store.Now())
	if err != nil {
		return err
	}
	if !mail.May(v, tenant, kind) {
		return fault.New(fault.Refused, "that account may not see what the %s at %s is made from", strings.ToLower(kind.Words()), tenant)
	}
	post, err := h.postman(c.MailFlags, newLog(env.Stderr, "text"))
	if err != nil {
		return err
	}
	if c.Send {
		if week, err := digest.ParseWeek(about); kind == record.MailWeekly && err == nil && week.Ends().After(h.Store.Now()) {
			return fault.New(fault.Invalid, "the week %s has not ended: its digest is sent once, so it is sent when the week is whole", week)
		}
		return c.send(env, post, v.Account, tenant, kind, about)
	}
	if post == nil {
		site := "http://127.0.0.1:8080"
		if c.SiteAddress != "" {
			if site, err = mail.ParseSite(c.SiteAddress); err != nil {
				return err
			}
		}
		post = &mail.Postman{Store: h.Store, Digests: h.digests(), Site: site, Log: slog.New(slog.DiscardHandler)}
	}
	head, _, err := h.Store.Head(env.Ctx)
	if err != nil {
		return err
	}
	l, err := post.Compose(env.Ctx, v, &store.HeldMail{ID: "not sent", Tenant: tenant, Account: v.Account, Kind: kind, About: about, UpTo: head, Decided: h.Store.Now()})
	if err != nil {
		return err
	}
	text := l.Text
	if c.Format == "html" {
		text = l.HTML
	}
	_, err = io.WriteString(env.Stdout, text)
	return err
}

// reader is the account and the commissioner.
func (c *DigestCmd) reader(env *Env, h *House) (v access.Viewer, tenant org.Code, err error) {
	v, err = h.Store.ViewerByLogin(env.Ctx, c.For)
	if fault.Is(err, fault.NotFound) {
		v, err = h.Store.Viewer(env.Ctx, access.AccountID(c.For))
	}
	if err != nil {
		return v, "", fault.Wrap(fault.KindOf(err), err, "find the account to make a digest for")
	}
	tenants := v.Tenants()
	switch {
	case c.Tenant != "":
		tenant = org.Code(strings.ToUpper(c.Tenant))
	case len(tenants) == 1:
		tenant = tenants[0]
	default:
		return v, "", fault.New(fault.Invalid, "the account has roles at %d commissioners; name one with --tenant", len(tenants))
	}
	return v, tenant, nil
}

// what is the kind of message, and about which day or week it is.
func (c *DigestCmd) what(now time.Time) (record.MailKind, string, error) {
	if c.Clocks {
		if c.Week != "" {
			return "", "", fault.New(fault.Invalid, "--clocks is the list of now; it takes no --week")
		}
		return record.MailClocks, calendar.DateOf(now).String(), nil
	}
	week := digest.WeekOf(now).Before()
	if c.Week != "" {
		var err error
		if week, err = digest.ParseWeek(c.Week); err != nil {
			return "", "", err
		}
		if week.Begins().After(now) {
			return "", "", fault.New(fault.Invalid, "the week %s has not begun", week)
		}
	}
	return record.MailWeekly, week.String(), nil
}

// send records the message and sends it, unless that was done before.
func (c *DigestCmd) send(env *Env, post *mail.Postman, account access.AccountID, tenant org.Code, kind record.MailKind, about string) error {
	if post == nil {
		return fault.New(fault.Invalid, "to send, give --smtp, --mail-from and --site-address")
	}
	m, before, err := post.Ask(env.Ctx, tenant, account, kind, about)
	if err != nil {
		return err
	}
	if before && m.State != store.MailWaiting {
		fmt.Fprintf(env.Stdout, "The %s of %s was %s on %s (message %s); it is not sent again.\n", strings.ToLower(kind.Words()), about, m.State, moment(m.Ended), m.ID)
		return nil
	}
	if err := post.Deliver(env.Ctx); err != nil {
		return err
	}
	if m, _, err = post.Ask(env.Ctx, tenant, account, kind, about); err != nil {
		return err
	}
	switch m.State {
	case store.MailTaken:
		fmt.Fprintf(env.Stdout, "Sent: the mail server has message %s.\n", m.ID)
		return nil
	case store.MailGivenUp:
		return fault.New(fault.Unavailable, "message %s was given up, because %s (reply %d)", m.ID, m.Why, m.Code)
	}
	return fault.New(fault.Unavailable, "message %s waits, because %s (reply %d); it is tried again by \"candour serve\" or by this command", m.ID, m.Why, m.Code)
}
