package store

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
)

// Once is a call that its sender may send again when no answer came: the second
// does nothing and gets the first's answer.
type Once struct {
	Key   string        // the sender's; only its hash is kept
	Body  [32]byte      // hash of what was sent, which must be the same again
	Lives time.Duration // for how long the answer is kept
	// Answer makes the answer to be kept, from the receipts in the order of the list.
	Answer func([]SignalReceipt) ([]byte, error)
}

// expiredAtOnce bounds how many answers that have expired one call removes.
const expiredAtOnce = 100

// ReceiveOnce is ReceiveSignals for a call that may be sent again: signals and
// answer become durable together. again is whether the answer is an earlier call's.
// The same key with another body is a conflict, and nothing is done.
func (s *Store) ReceiveOnce(ctx context.Context, sc access.Scope, due NextDue, once Once, list ...Arrival) (answer []byte, again bool, err error) {
	if sc.Tenant == "" || sc.Past() {
		return nil, false, fault.New(fault.Invalid, "a signal is recorded for one commissioner, now")
	}
	master, err := s.masterKey(ctx, anySealed(list))
	if err != nil {
		return nil, false, err
	}
	err = s.Change(ctx, func(w *Writer) error {
		if answer, err = w.answered(sc.Viewer.Account, once); answer != nil || err != nil {
			again = err == nil
			return err
		}
		again = false
		receipts, err := w.receiveAll(sc, due, list, master)
		if err != nil {
			return err
		}
		if answer, err = once.Answer(receipts); err != nil {
			return err
		}
		return w.keep(sc.Viewer.Account, once, answer)
	})
	if err != nil {
		return nil, false, err
	}
	return answer, again, nil
}

// answered is the answer that an earlier call of the same key got; nil when there
// was none, or it has expired.
func (w *Writer) answered(client access.AccountID, once Once) ([]byte, error) {
	var body, answer []byte
	err := w.scan("SELECT body_hash, answer FROM once WHERE client = $1 AND key_hash = $2 AND expires > $3",
		[]any{client, tokenHash(once.Key), at(w.moment)}, &body, &answer)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, w.store.engine.fault(err, "look for an earlier call")
	case subtle.ConstantTimeCompare(body, once.Body[:]) != 1:
		return nil, fault.New(fault.Conflict, "this idempotency key was used before with another body, so nothing was done; use a new key for what is new, and send the same bytes when you try again")
	}
	return answer, nil
}

// keep keeps an answer, in place of one that has expired, and removes some others
// that have.
func (w *Writer) keep(client access.AccountID, once Once, answer []byte) error {
	if err := w.exec("remove expired answers", "DELETE FROM once WHERE (client, key_hash) IN (SELECT client, key_hash FROM once WHERE expires <= $1 ORDER BY expires LIMIT $2)",
		at(w.moment), expiredAtOnce); err != nil {
		return err
	}
	return w.exec("keep the answer", `INSERT INTO once (client, key_hash, body_hash, answer, expires) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (client, key_hash) DO UPDATE SET body_hash = excluded.body_hash, answer = excluded.answer, expires = excluded.expires`,
		client, tokenHash(once.Key), once.Body[:], answer, at(w.moment.Add(once.Lives)))
}
