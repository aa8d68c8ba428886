package mail

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"candour/internal/access"
	"candour/internal/digest"
	"candour/internal/fault"
	"candour/internal/record"
	"candour/internal/store"
)

// actor is whom the ledger names for what the postman does.
const actor access.AccountID = "mail"

// Postman decides which messages are due, records them, and sends them. Its clock
// is the store's.
type Postman struct {
	Store   *store.Store
	Digests *digest.Reader
	Sender  *Sender
	Site    string // address of the pages, without a slash at its end
	Log     *slog.Logger

	scanned map[scan]int64 // news looked for up to here, beside what rounds say
}

// Run ticks until ctx ends, beginning at once. What goes wrong is logged and tried
// again at the next tick.
func (p *Postman) Run(ctx context.Context, ticks <-chan time.Time) {
	for {
		if err := p.Tick(ctx); err != nil && ctx.Err() == nil {
			p.Log.Error("e-mail", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

// Tick decides what is due and sends what may be tried.
func (p *Postman) Tick(ctx context.Context) error {
	return errors.Join(p.decide(ctx), p.Deliver(ctx))
}

// lease is for how long a message is claimed: longer than any try takes.
const lease = 2*sendTime + time.Minute

// Deliver sends every message that may be tried now. It stops where the mail server
// can't be reached: the rest would fail as well.
func (p *Postman) Deliver(ctx context.Context) error {
	for ctx.Err() == nil {
		claimed, err := p.Store.ClaimMail(ctx, lease, 1)
		if err != nil || len(claimed) == 0 {
			return err
		}
		reached, err := p.deliver(ctx, &claimed[0])
		if err != nil || !reached {
			return err
		}
	}
	return nil
}

// deliver sends one message and records what became of it.
func (p *Postman) deliver(ctx context.Context, m *store.HeldMail) (reached bool, err error) {
	l, why, err := p.prepare(ctx, m)
	if err != nil {
		return false, err // ours: the claim lapses, and it is tried again
	}
	if why != "" {
		p.Log.Info("e-mail not sent", "message", m.ID, "kind", m.Kind, "why", why)
		return true, p.Store.EndMail(ctx, actor, m.ID, 0, why)
	}
	err = p.Sender.Send(ctx, l)
	if err == nil {
		p.Log.Info("e-mail sent", "message", m.ID, "kind", m.Kind, "attempt", m.Attempts)
		// The server has it: that must be recorded also when we are being stopped.
		return true, p.Store.EndMail(context.WithoutCancel(ctx), actor, m.ID, 0, "")
	}
	var f *Failure
	if !errors.As(err, &f) {
		return false, err
	}
	next := p.Store.Now().Add(backOff(m.Attempts))
	over := next.Sub(m.Decided) > keepFor(m.Kind)
	p.Log.Warn("e-mail not taken", "message", m.ID, "kind", m.Kind, "attempt", m.Attempts, "code", f.Code, "why", f.Why, "final", f.Final || over)
	if f.Final || over {
		return f.Code != 0, p.Store.EndMail(context.WithoutCancel(ctx), actor, m.ID, f.Code, f.Why)
	}
	return f.Code != 0, p.Store.PutOffMail(context.WithoutCancel(ctx), m.ID, next, f.Code, f.Why)
}

// prepare makes the letter; why is that it is not to be sent.
func (p *Postman) prepare(ctx context.Context, m *store.HeldMail) (l Letter, why string, err error) {
	if m.Kind == record.MailReceipt {
		return p.receipt(ctx, m)
	}
	v, err := p.Store.Viewer(ctx, m.Account)
	if fault.Is(err, fault.NotFound) {
		return l, "the account is closed", nil
	}
	if err != nil {
		return l, "", err
	}
	if !May(v, m.Tenant, m.Kind) {
		return l, "the person may no longer see this", nil
	}
	if l, err = p.Compose(ctx, v, m); err != nil {
		return l, "", err
	}
	l.To, err = p.Store.MailAddress(ctx, m.Account)
	return l, "", err
}

// waits are the times between tries; the last holds from then on.
var waits = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour}

// backOff is the wait after so many tries.
func backOff(attempts int) time.Duration { return waits[min(max(attempts, 1), len(waits))-1] }

// keepFor is how long a message is worth sending: a day's list until the next day's.
func keepFor(k record.MailKind) time.Duration {
	if k == record.MailClocks {
		return 20 * time.Hour
	}
	return 5 * 24 * time.Hour
}
