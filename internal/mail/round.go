package mail

import (
	"context"
	"errors"
	"strconv"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/digest"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// The rounds, by which the ledger knows what was decided. asked is a message that
// somebody asked for by the command line.
const (
	roundClocks  = "clocks"
	roundWeekly  = "weekly"
	roundConcern = "concern"
	roundAlert   = "alert"
	roundReceipt = "receipt"
	roundAsked   = "asked"
)

// firstHour is the hour, London time, from which the day's rounds go.
const firstHour = 7

// newsFor is how old news of a concern may be to be sent: what changed while
// e-mail was off is on the page, and not sent by the dozen when it is turned on.
const newsFor = 7 * 24 * time.Hour

// decide decides, for every commissioner, which rounds are due.
func (p *Postman) decide(ctx context.Context) error {
	tenants, err := p.Store.ActiveTenants(ctx, access.Everything(access.Operator(actor)))
	if err != nil {
		return err
	}
	var errs []error
	for _, tenant := range tenants {
		if tenant == "" {
			continue
		}
		sc := access.Scope{Viewer: access.Operator(actor), Tenant: tenant, AsOf: access.Head}
		errs = append(errs, p.clocksRound(ctx, sc), p.weeklyRound(ctx, sc), p.concernRound(ctx, sc), p.alertRound(ctx, sc))
	}
	return errors.Join(errs...)
}

// due reports whether a round about a thing has not been decided.
func (p *Postman) due(ctx context.Context, sc access.Scope, round, about string) (bool, error) {
	last, _, ok, err := p.Store.LastMailRound(ctx, sc, round)
	return err == nil && (!ok || last.About != about), err
}

// clocksRound is each working day's list, for those who want it, when there is
// anything in it.
func (p *Postman) clocksRound(ctx context.Context, sc access.Scope) error {
	now := p.Store.Now().In(calendar.London)
	today := calendar.DateOf(now)
	working, err := p.Digests.Rulebook.Calendar().Counts(calendar.WorkingDays, today)
	if err != nil || !working || now.Hour() < firstHour {
		return err
	}
	about := today.String()
	if due, err := p.due(ctx, sc, roundClocks, about); err != nil || !due {
		return err
	}
	readers, err := p.readers(ctx, sc, record.MailClocks)
	if err != nil {
		return err
	}
	var wanting []access.Viewer
	for _, reader := range readers { // what is under strict access or embargo is not everybody's
		c, err := p.Digests.Clocks(ctx, access.For(reader, sc.Tenant), now, digest.Place{})
		if err != nil {
			return err
		}
		if _, empty := digest.Daily(&c, "", now); !empty {
			wanting = append(wanting, reader)
		}
	}
	return p.round(ctx, sc, roundClocks, about, messagesTo(wanting, record.MailClocks, about))
}

// weeklyRound is the digest of the week that ended, from Monday morning on.
func (p *Postman) weeklyRound(ctx context.Context, sc access.Scope) error {
	now := p.Store.Now().In(calendar.London)
	this := digest.WeekOf(now)
	if now.Before(this.Begins().Add(firstHour * time.Hour)) {
		return nil
	}
	about := this.Before().String()
	if due, err := p.due(ctx, sc, roundWeekly, about); err != nil || !due {
		return err
	}
	readers, err := p.readers(ctx, sc, record.MailWeekly)
	if err != nil {
		return err
	}
	return p.round(ctx, sc, roundWeekly, about, messagesTo(readers, record.MailWeekly, about))
}

// newsRound looks for news between its last round and now and sends it as soon as there
// is any. The first round only marks where to begin.
func (p *Postman) newsRound(ctx context.Context, sc access.Scope, round string, look func(now access.Scope, after int64) ([]record.MailMessage, error)) error {
	head, _, err := p.Store.Head(ctx)
	if err != nil || head < 0 {
		return err
	}
	last, _, ok, err := p.Store.LastMailRound(ctx, sc, round)
	if err != nil {
		return err
	}
	if !ok {
		return p.round(ctx, sc, round, strconv.FormatInt(head, 10), nil)
	}
	of := scan{round, sc.Tenant}
	after := max(last.UpTo, p.scanned[of])
	if after >= head {
		return nil
	}
	old, err := p.Store.PositionAt(ctx, p.Store.Now().Add(-newsFor))
	if err != nil {
		return err
	}
	messages, err := look(sc.At(head), max(after, old))
	if err != nil {
		return err
	}
	if len(messages) > 0 {
		err = p.roundUpTo(ctx, sc, record.MailRound{Round: round, About: strconv.FormatInt(head, 10), UpTo: head, Messages: messages})
	}
	if err == nil {
		if p.scanned == nil {
			p.scanned = map[scan]int64{}
		}
		p.scanned[of] = head
	}
	return err
}

// scan names what news is looked for.
type scan struct {
	round  string
	tenant org.Code
}

// concernRound is news for whoever raised a concern.
func (p *Postman) concernRound(ctx context.Context, sc access.Scope) error {
	return p.newsRound(ctx, sc, roundConcern, func(now access.Scope, after int64) (messages []record.MailMessage, err error) {
		news, err := p.Store.ConcernNews(ctx, now, after)
		if err != nil {
			return nil, err
		}
		for _, n := range news {
			wanted, err := p.wanted(ctx, sc.Tenant, n.RaisedBy, record.MailConcern)
			if err != nil {
				return nil, err
			}
			if wanted {
				messages = append(messages, record.MailMessage{Account: n.RaisedBy, Kind: record.MailConcern, About: n.Ref + "/" + n.Told})
			}
		}
		return messages, nil
	})
}

// wanted reports whether an account gets the kind of message at a commissioner.
// What is no open account (a file, a program) gets none.
func (p *Postman) wanted(ctx context.Context, tenant org.Code, account access.AccountID, kind record.MailKind) (bool, error) {
	v, err := p.Store.Viewer(ctx, account)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	choice, chosen, err := p.Store.MailChoice(ctx, account)
	return err == nil && Wants(v, tenant, kind, choice, chosen), err
}

// readers is who gets the kind of message at the scope's commissioner.
func (p *Postman) readers(ctx context.Context, sc access.Scope, kind record.MailKind) (out []access.Viewer, err error) {
	accounts, err := p.Store.Accounts(ctx, sc)
	if err != nil {
		return nil, err
	}
	for i := range accounts {
		wanted, err := p.wanted(ctx, sc.Tenant, accounts[i].ID, kind)
		if err != nil {
			return nil, err
		}
		if !wanted {
			continue
		}
		v, err := p.Store.Viewer(ctx, accounts[i].ID)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func messagesTo(readers []access.Viewer, kind record.MailKind, about string) (out []record.MailMessage) {
	for _, v := range readers {
		out = append(out, record.MailMessage{Account: v.Account, Kind: kind, About: about})
	}
	return out
}

// round records a round as of now.
func (p *Postman) round(ctx context.Context, sc access.Scope, round, about string, messages []record.MailMessage) error {
	head, _, err := p.Store.Head(ctx)
	if err != nil {
		return err
	}
	return p.roundUpTo(ctx, sc, record.MailRound{Round: round, About: about, UpTo: head, Messages: messages})
}

func (p *Postman) roundUpTo(ctx context.Context, sc access.Scope, r record.MailRound) error {
	ids, decided, err := p.Store.DecideMail(ctx, sc, r)
	if err == nil && decided {
		p.Log.Info("e-mail decided", "round", r.Round, "tenant", sc.Tenant, "about", r.About, "messages", len(ids))
	}
	return err
}

// Ask records that one account is to be sent a kind of message about a thing, by
// whoever runs the command line. A message that was recorded before is given as it
// stands: it is not sent twice.
func (p *Postman) Ask(ctx context.Context, tenant org.Code, account access.AccountID, kind record.MailKind, about string) (m store.HeldMail, before bool, err error) {
	sc := access.Scope{Viewer: access.Operator(actor), Tenant: tenant, AsOf: access.Head}
	if m, before, err = p.Store.MailOf(ctx, sc, account, kind, about); err != nil || before {
		return m, before, err
	}
	if err := p.round(ctx, sc, roundAsked, string(kind)+"/"+about+"/"+string(account), []record.MailMessage{{Account: account, Kind: kind, About: about}}); err != nil {
		return m, false, err
	}
	m, _, err = p.Store.MailOf(ctx, sc, account, kind, about)
	return m, false, err
}
