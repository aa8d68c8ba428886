package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"io"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/org"
)

// Session is one signed-in browser.
type Session struct {
	Viewer  access.Viewer
	Tenant  org.Code // commissioner chosen for the pages
	Made    time.Time
	Expires time.Time
}

// token draws 256 random bits; only their hash is stored.
func (s *Store) token() (token string, hash []byte, err error) {
	var b [32]byte
	if _, err := io.ReadFull(s.random, b[:]); err != nil {
		return "", nil, fault.Wrap(fault.Internal, err, "draw a token")
	}
	token = base64.RawURLEncoding.EncodeToString(b[:])
	return token, tokenHash(token), nil
}

func tokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// state runs a statement on running state, which is not memory: it waits for its
// turn with the writer, so that it never meets a locked store.
func (s *Store) state(ctx context.Context, doing string, f func(tx *sql.Tx, now time.Time) error) error {
	return s.Change(ctx, func(w *Writer) error { return s.engine.fault(f(w.tx, w.moment), doing) })
}

// MakeLink makes a one-time sign-in link for an account and returns its token.
func (s *Store) MakeLink(ctx context.Context, account access.AccountID, lives time.Duration) (string, error) {
	token, hash, err := s.token()
	if err != nil {
		return "", err
	}
	return token, s.state(ctx, "make a sign-in link", func(tx *sql.Tx, now time.Time) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO sign_in_link (token_hash, account, made, expires) VALUES ($1, $2, $3, $4)", hash, account, at(now), at(now.Add(lives)))
		return err
	})
}

// UseLink spends a one-time link and returns the account that it was made for.
func (s *Store) UseLink(ctx context.Context, token string) (account access.AccountID, err error) {
	err = s.state(ctx, "use a sign-in link", func(tx *sql.Tx, now time.Time) error {
		err := tx.QueryRowContext(ctx, "UPDATE sign_in_link SET used = $2 WHERE token_hash = $1 AND used IS NULL AND expires > $2 RETURNING account",
			tokenHash(token), at(now)).Scan(&account)
		if errors.Is(err, sql.ErrNoRows) {
			return fault.New(fault.Refused, "this sign-in link was used already, has expired, or was never made; ask for a new one")
		}
		return err
	})
	return account, err
}

// SetPassword stores the encoded hash of an account's password and ends its
// sessions.
func (s *Store) SetPassword(ctx context.Context, account access.AccountID, encoded string) error {
	return s.state(ctx, "set a password", func(tx *sql.Tx, now time.Time) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO credential (account, password, changed) VALUES ($1, $2, $3)
			ON CONFLICT (account) DO UPDATE SET password = excluded.password, changed = excluded.changed`, account, encoded, at(now)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE session SET revoked = $2 WHERE account = $1 AND revoked IS NULL", account, at(now))
		return err
	})
}

// Password is the encoded hash of an account's password; "" when none is set.
func (s *Store) Password(ctx context.Context, account access.AccountID) (encoded string, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT password FROM credential WHERE account = $1", account).Scan(&encoded)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return encoded, s.engine.fault(err, "read a password")
}

// SignIn makes a session and returns its token.
func (s *Store) SignIn(ctx context.Context, account access.AccountID, tenant org.Code, lives time.Duration) (string, error) {
	token, hash, err := s.token()
	if err != nil {
		return "", err
	}
	return token, s.state(ctx, "sign in", func(tx *sql.Tx, now time.Time) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO session (token_hash, account, tenant, made, seen, expires) VALUES ($1, $2, $3, $4, $4, $5)",
			hash, account, tenant, at(now), at(now.Add(lives)))
		return err
	})
}

// Session is the session behind a token. It fails as signed out when the session
// has expired or was revoked, or its account was closed.
func (s *Store) Session(ctx context.Context, token string) (Session, error) {
	var x Session
	var account access.AccountID
	var made, expires instant
	err := s.read.QueryRowContext(ctx, "SELECT account, tenant, made, expires FROM session WHERE token_hash = $1 AND revoked IS NULL AND expires > $2",
		tokenHash(token), at(s.Now())).Scan(&account, &x.Tenant, &made, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return x, fault.New(fault.SignedOut, "you are signed out")
	}
	if err != nil {
		return x, s.engine.fault(err, "read a session")
	}
	x.Made, x.Expires = made.Time, expires.Time
	if x.Viewer, err = s.Viewer(ctx, account); fault.Is(err, fault.NotFound) {
		return x, fault.New(fault.SignedOut, "your account is closed")
	}
	return x, err
}

// ChooseTenant sets the commissioner whose pages a session shows.
func (s *Store) ChooseTenant(ctx context.Context, token string, tenant org.Code) error {
	return s.state(ctx, "choose a commissioner", func(tx *sql.Tx, _ time.Time) error {
		_, err := tx.ExecContext(ctx, "UPDATE session SET tenant = $2 WHERE token_hash = $1", tokenHash(token), tenant)
		return err
	})
}

// SignOut revokes one session.
func (s *Store) SignOut(ctx context.Context, token string) error {
	return s.state(ctx, "sign out", func(tx *sql.Tx, now time.Time) error {
		_, err := tx.ExecContext(ctx, "UPDATE session SET revoked = $2 WHERE token_hash = $1 AND revoked IS NULL", tokenHash(token), at(now))
		return err
	})
}

// RevokeSessions ends all sessions of an account.
func (s *Store) RevokeSessions(ctx context.Context, account access.AccountID) error {
	return s.state(ctx, "revoke sessions", func(tx *sql.Tx, now time.Time) error {
		_, err := tx.ExecContext(ctx, "UPDATE session SET revoked = $2 WHERE account = $1 AND revoked IS NULL", account, at(now))
		return err
	})
}

// Throttle counts a failed sign-in under key (a hash of a name or an address is
// stored, never the thing itself) and Throttled how many there were lately.
func (s *Store) Throttle(ctx context.Context, key string) error {
	return s.state(ctx, "count a failed sign-in", func(tx *sql.Tx, now time.Time) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM sign_in_failure WHERE instant < $1", at(now.Add(-24*time.Hour))); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO sign_in_failure (key_hash, instant) VALUES ($1, $2)", tokenHash(key), at(now))
		return err
	})
}

// Throttled is the number of failed sign-ins under key within the time given.
func (s *Store) Throttled(ctx context.Context, key string, within time.Duration) (n int, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM sign_in_failure WHERE key_hash = $1 AND instant > $2", tokenHash(key), at(s.Now().Add(-within))).Scan(&n)
	return n, s.engine.fault(err, "count failed sign-ins")
}
