package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
)

// MailState is where a message stands.
type MailState string

// The states. A message ends once, and stays.
const (
	MailWaiting MailState = "waiting" // to be tried, or tried and to be tried again
	MailTaken   MailState = "sent"    // the mail server took it
	MailGivenUp MailState = "failed"
)

// HeldMail is one message of the outbox. It holds no address and no text: both are
// looked up when it is sent.
type HeldMail struct {
	ID       string // "412.1": position of its round, number within it
	Tenant   org.Code
	Account  access.AccountID // empty of a receipt to the sender of an e-mail
	Kind     record.MailKind
	About    string
	UpTo     int64     // the memory as the round read it: the message is made as of then
	Decided  time.Time // when it was recorded
	State    MailState
	Ended    time.Time // zero while it waits
	Attempts int
	Code     int       // the mail server's last reply; 0 is none
	Why      string    // it has not been taken, in our words
	Next     time.Time // of the next try; zero before the first and after the end
}

func projectMailChoice(p *projection, e ledger.Entry, c record.MailChoice) error {
	if err := p.end("mail_choice", e, "account = $3", c.Account); err != nil {
		return err
	}
	kinds := make([]string, len(c.Kinds))
	for i, k := range c.Kinds {
		kinds[i] = string(k)
	}
	return p.insert(e, "mail_choice", []string{"account", "kinds"}, c.Account, strings.Join(kinds, ","))
}

func projectMailRound(p *projection, e ledger.Entry, r record.MailRound) error {
	if err := p.store.engine.insert(p.ctx, p.tx, "mail_round", []string{"tenant", "round", "about", "up_to", "instant", "position"},
		[][]any{{e.Tenant, r.Round, r.About, r.UpTo, at(e.Instant), int64(e.Position)}}); err != nil {
		return err
	}
	rows := make([][]any, len(r.Messages))
	for i, m := range r.Messages {
		rows[i] = []any{mailID(int64(e.Position), i), e.Tenant, m.Account, m.Kind, m.About, r.UpTo, at(e.Instant), MailWaiting, at(time.Time{}), 0, 0, "", int64(e.Position)}
	}
	return p.store.engine.insert(p.ctx, p.tx, "mail", []string{
		"id", "tenant", "account", "kind", "about", "up_to", "decided", "state", "ended", "attempts", "code", "why", "position",
	}, rows)
}

func mailID(position int64, n int) string { return fmt.Sprintf("%d.%d", position, n+1) }

func projectMailEnd(p *projection, e ledger.Entry, m record.MailEnd) error {
	state := MailTaken
	if record.Kind(e.Kind) == record.MailFailed {
		state = MailGivenUp
	}
	return p.exec("end a message", "UPDATE mail SET state = $1, ended = $2, attempts = $3, code = $4, why = $5 WHERE id = $6",
		state, at(e.Instant), m.Attempts, m.Code, m.Why, m.Message)
}

// MailChoice is what a person chose to get by e-mail; chosen is false when they
// never did, so that what their roles give them holds.
func (s *Store) MailChoice(ctx context.Context, account access.AccountID) (c record.MailChoice, chosen bool, err error) {
	var kinds string
	err = s.read.QueryRowContext(ctx, "SELECT kinds FROM mail_choice WHERE account = $1 AND until_pos = $2", account, open).Scan(&kinds)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	c.Account = account
	for k := range strings.SplitSeq(kinds, ",") {
		if k != "" {
			c.Kinds = append(c.Kinds, record.MailKind(k))
		}
	}
	return c, err == nil, s.engine.fault(err, "read what somebody gets by e-mail")
}

// SetMailChoice records what the scope's viewer wants by e-mail.
func (s *Store) SetMailChoice(ctx context.Context, sc access.Scope, kinds []record.MailKind) error {
	for _, k := range kinds {
		if !slices.Contains(record.MailKinds, k) {
			return fault.New(fault.Invalid, "there is no e-mail of the kind %q", k)
		}
	}
	account := sc.Viewer.Account
	e, err := record.New(record.MailChosen, "account/"+string(account), "", account, record.MailChoice{Account: account, Kinds: kinds})
	if err != nil {
		return err
	}
	_, err = s.Record(ctx, e)
	return err
}

// MailAddress is the e-mail address of an open account: the name by which its
// person signs in. It is for whoever sends, and is never recorded.
func (s *Store) MailAddress(ctx context.Context, account access.AccountID) (address string, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT login FROM account WHERE id = $1 AND until_pos = $2 AND closed = 0", account, open).Scan(&address)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fault.New(fault.NotFound, "no open account")
	}
	return address, s.engine.fault(err, "read an e-mail address")
}

// LastMailRound is the newest round of a name for the scope's commissioner.
func (s *Store) LastMailRound(ctx context.Context, sc access.Scope, round string) (r record.MailRound, when time.Time, ok bool, err error) {
	r.Round = round
	var decided instant
	err = s.read.QueryRowContext(ctx, "SELECT about, up_to, instant FROM mail_round WHERE tenant = $1 AND round = $2 ORDER BY position DESC LIMIT 1", sc.Tenant, round).
		Scan(&r.About, &r.UpTo, &decided)
	if errors.Is(err, sql.ErrNoRows) {
		return r, when, false, nil
	}
	return r, decided.Time, err == nil, s.engine.fault(err, "read the last round of e-mail")
}

// DecideMail records a round and its messages as one, and returns the ids of the
// messages. A round that was recorded before is left as it is: decided is false. A
// message that was recorded before, by whichever round, is left out.
func (s *Store) DecideMail(ctx context.Context, sc access.Scope, r record.MailRound) (ids []string, decided bool, err error) {
	if sc.Tenant == "" || sc.All {
		return nil, false, fault.New(fault.Invalid, "a round of e-mail is of one commissioner")
	}
	err = s.Change(ctx, func(w *Writer) error {
		ids, decided = nil, false
		var n int
		if err := w.tx.QueryRowContext(w.ctx, "SELECT COUNT(*) FROM mail_round WHERE tenant = $1 AND round = $2 AND about = $3", sc.Tenant, r.Round, r.About).Scan(&n); err != nil || n > 0 {
			return s.engine.fault(err, "look for the round")
		}
		fresh := r
		fresh.Messages = nil
		for _, m := range r.Messages {
			if err := w.tx.QueryRowContext(w.ctx, "SELECT COUNT(*) FROM mail WHERE tenant = $1 AND account = $2 AND kind = $3 AND about = $4",
				sc.Tenant, m.Account, m.Kind, m.About).Scan(&n); err != nil {
				return s.engine.fault(err, "look for the message")
			}
			if n == 0 && !slices.Contains(fresh.Messages, m) {
				fresh.Messages = append(fresh.Messages, m)
			}
		}
		e, err := record.New(record.MailDecided, "mail/"+r.Round, sc.Tenant, sc.Viewer.Account, fresh)
		if err != nil {
			return err
		}
		entry, err := w.Append(e)
		if err != nil {
			return err
		}
		for i := range fresh.Messages {
			ids = append(ids, mailID(int64(entry.Position), i))
		}
		decided = true
		return nil
	})
	return ids, decided, err
}

const mailSelect = `SELECT m.id, m.tenant, m.account, m.kind, m.about, m.up_to, m.decided, m.state, m.ended,
	CASE m.state WHEN 'waiting' THEN COALESCE(t.attempts, 0) ELSE m.attempts END, CASE m.state WHEN 'waiting' THEN COALESCE(t.code, 0) ELSE m.code END,
	CASE m.state WHEN 'waiting' THEN COALESCE(t.why, '') ELSE m.why END, COALESCE(t.not_before, '')
	FROM mail m LEFT JOIN mail_try t ON t.message = m.id`

func scanMail(r *sql.Rows) (m HeldMail, err error) {
	var decided, ended, next instant
	err = r.Scan(&m.ID, &m.Tenant, &m.Account, &m.Kind, &m.About, &m.UpTo, &decided, &m.State, &ended, &m.Attempts, &m.Code, &m.Why, &next)
	m.Decided, m.Ended, m.Next = decided.Time, ended.Time, next.Time
	return m, err
}

// Mails is the newest messages of the scope's commissioner, newest first.
func (s *Store) Mails(ctx context.Context, sc access.Scope, limit int) ([]HeldMail, error) {
	rows, err := s.read.QueryContext(ctx, mailSelect+" WHERE "+within(sc, "m.tenant", "$1")+" ORDER BY m.position DESC, m.id LIMIT $2", sc.Tenant, limit)
	return collect(s.engine, rows, err, "list e-mail", scanMail)
}

// MailOf is the message of a kind about a thing to an account.
func (s *Store) MailOf(ctx context.Context, sc access.Scope, account access.AccountID, kind record.MailKind, about string) (m HeldMail, ok bool, err error) {
	rows, err := s.read.QueryContext(ctx, mailSelect+" WHERE m.tenant = $1 AND m.account = $2 AND m.kind = $3 AND m.about = $4", sc.Tenant, account, kind, about)
	list, err := collect(s.engine, rows, err, "read a message", scanMail)
	if err != nil || len(list) == 0 {
		return m, false, err
	}
	return list[0], true, nil
}

// ClaimMail takes up to limit messages that may be tried now, of all commissioners,
// oldest first, for as long as lease: nobody else is given them until then. Each
// claim counts as an attempt before it is made, so that a process which dies while
// it sends does not try without end.
func (s *Store) ClaimMail(ctx context.Context, lease time.Duration, limit int) (list []HeldMail, err error) {
	const due = " WHERE m.state = 'waiting' AND COALESCE(t.not_before, '') <= $1 ORDER BY m.position, m.id LIMIT $2"
	rows, err := s.read.QueryContext(ctx, mailSelect+due, at(s.Now()), limit)
	if list, err = collect(s.engine, rows, err, "look for e-mail to send", scanMail); err != nil || len(list) == 0 {
		return nil, err
	}
	err = s.state(ctx, "claim e-mail", func(tx *sql.Tx, now time.Time) error {
		rows, err := tx.QueryContext(ctx, mailSelect+due, at(now), limit)
		if list, err = collect(s.engine, rows, err, "claim e-mail", scanMail); err != nil {
			return err
		}
		for i := range list {
			m := &list[i]
			m.Attempts++
			m.Next = now.Add(lease)
			if _, err := tx.ExecContext(ctx, `INSERT INTO mail_try (message, attempts, not_before, code, why) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (message) DO UPDATE SET attempts = excluded.attempts, not_before = excluded.not_before`, m.ID, m.Attempts, at(m.Next), m.Code, m.Why); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// PutOffMail says that a try failed, and when the next may be.
func (s *Store) PutOffMail(ctx context.Context, id string, until time.Time, code int, why string) error {
	return s.state(ctx, "put off e-mail", func(tx *sql.Tx, _ time.Time) error {
		_, err := tx.ExecContext(ctx, "UPDATE mail_try SET not_before = $1, code = $2, why = $3 WHERE message = $4", at(until), code, why, id)
		return err
	})
}

// EndMail records that the mail server took a message (why is empty), or that it
// was given up and why. A message that has ended stays as it is.
func (s *Store) EndMail(ctx context.Context, by access.AccountID, id string, code int, why string) error {
	return s.Change(ctx, func(w *Writer) error {
		var tenant, state string
		err := w.tx.QueryRowContext(w.ctx, "SELECT tenant, state FROM mail WHERE id = $1", id).Scan(&tenant, &state)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.NotFound, "there is no message %q", id)
		}
		if err != nil || state != string(MailWaiting) {
			return s.engine.fault(err, "read a message")
		}
		end := record.MailEnd{Message: id, Code: code, Why: why}
		err = w.tx.QueryRowContext(w.ctx, "SELECT attempts FROM mail_try WHERE message = $1", id).Scan(&end.Attempts)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return s.engine.fault(err, "count the tries")
		}
		kind := record.MailSent
		if why != "" {
			kind = record.MailFailed
		}
		e, err := record.New(kind, "mail/"+id, org.Code(tenant), by, end)
		if err != nil {
			return err
		}
		if _, err := w.Append(e); err != nil {
			return err
		}
		_, err = w.tx.ExecContext(w.ctx, "DELETE FROM mail_try WHERE message = $1", id)
		return s.engine.fault(err, "forget the tries")
	})
}
