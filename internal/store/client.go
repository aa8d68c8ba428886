package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/record"
	"candour/internal/signal"
)

// Client is a program that a commissioner lets use the API, with what its keys tell.
type Client struct {
	record.Client
	Made time.Time // when it was first recorded
	Keys int       // that open the API now
	Used time.Time // when one of its keys was last used, to the minute; zero is never
}

// clientKeyPrefix begins each key, so that scanners for secrets know one.
const clientKeyPrefix = "candour_"

// keyOverlap is for how long the older keys of a client go on when it gets a new one.
const keyOverlap = 24 * time.Hour

func projectClient(p *projection, e ledger.Entry, c record.Client) error {
	if err := p.end("client", e, "id = $3", c.ID); err != nil {
		return err
	}
	may := make([]string, len(c.May))
	for i, a := range c.May {
		may[i] = string(a)
	}
	kinds := make([]string, len(c.Kinds))
	for i, k := range c.Kinds {
		kinds[i] = string(k)
	}
	return p.insert(e, "client", []string{"id", "tenant", "name", "may", "kinds", "revoked", "because"},
		c.ID, c.Tenant, c.Name, strings.Join(may, ","), strings.Join(kinds, ","), bit(c.Revoked), c.Because)
}

// SetClient records a client of the scope's commissioner as it now stands. With
// newKey it gets one, which is returned and nowhere kept; older keys go on for a
// day. A client that is revoked loses its keys at once.
func (s *Store) SetClient(ctx context.Context, sc access.Scope, c record.Client, newKey bool) (key string, err error) {
	if c.Tenant != sc.Tenant || c.ID == "" || c.Name == "" || sc.Past() {
		return "", fault.New(fault.Invalid, "a client needs an id, a name and its commissioner")
	}
	token, hash, err := s.token()
	if err != nil {
		return "", err
	}
	hash = tokenHash(clientKeyPrefix + token)
	event, err := record.New(record.ClientSet, "client/"+string(c.ID), c.Tenant, sc.Viewer.Account, c)
	if err != nil {
		return "", err
	}
	err = s.Change(ctx, func(w *Writer) error {
		if _, err := w.Append(event); err != nil {
			return err
		}
		if c.Revoked {
			return w.exec("remove the keys of a client", "DELETE FROM client_key WHERE client = $1", c.ID)
		}
		if !newKey {
			return nil
		}
		if err := w.exec("end the older keys", "UPDATE client_key SET expires = $2 WHERE client = $1 AND (expires = '' OR expires > $2)",
			c.ID, at(w.moment.Add(keyOverlap))); err != nil {
			return err
		}
		return w.exec("make a key", "INSERT INTO client_key (key_hash, client, made, expires, used) VALUES ($1, $2, $3, '', '')", hash, c.ID, at(w.moment))
	})
	if err != nil || c.Revoked || !newKey {
		return "", err
	}
	return clientKeyPrefix + token, nil
}

const clientSelect = `SELECT c.id, c.tenant, c.name, c.may, c.kinds, c.revoked, c.because,
	(SELECT MIN(n.instant) FROM entry n WHERE n.tenant = c.tenant AND n.stream = 'client/' || c.id AND n.number = 1),
	(SELECT COUNT(*) FROM client_key k WHERE k.client = c.id AND (k.expires = '' OR k.expires > $1)),
	(SELECT MAX(k.used) FROM client_key k WHERE k.client = c.id) FROM client c `

func scanClient(r interface{ Scan(...any) error }) (c Client, err error) {
	var may, kinds string
	var made, used instant
	var revoked int
	if err = r.Scan(&c.ID, &c.Tenant, &c.Name, &may, &kinds, &revoked, &c.Because, &made, &c.Keys, &used); err != nil {
		return c, err
	}
	c.Revoked, c.Made, c.Used = revoked != 0, made.Time, used.Time
	for name := range strings.SplitSeq(may, ",") {
		if name != "" {
			c.May = append(c.May, access.Action(name))
		}
	}
	for name := range strings.SplitSeq(kinds, ",") {
		if name != "" {
			c.Kinds = append(c.Kinds, signal.Kind(name))
		}
	}
	return c, nil
}

// Clients is the clients of the scope's commissioner (of all, for an operator's
// scope of everything), by name.
func (s *Store) Clients(ctx context.Context, sc access.Scope) ([]Client, error) {
	rows, err := s.read.QueryContext(ctx, clientSelect+"WHERE c.until_pos = $2 AND "+within(sc, "c.tenant", "$3")+" ORDER BY c.tenant, c.name, c.id", at(s.Now()), open, sc.Tenant)
	return collect(s.engine, rows, err, "list clients", func(r *sql.Rows) (Client, error) { return scanClient(r) })
}

// ClientByID is one client of the scope's commissioner.
func (s *Store) ClientByID(ctx context.Context, sc access.Scope, id access.AccountID) (Client, error) {
	list, err := s.Clients(ctx, sc)
	if i := slices.IndexFunc(list, func(c Client) bool { return c.ID == id }); i >= 0 {
		return list[i], err
	}
	if err == nil {
		err = fault.New(fault.NotFound, "no such client is recorded here")
	}
	return Client{}, err
}

// usedEvery is how exactly the last use of a key is kept: writing each would make
// every read of the API a write.
const usedEvery = time.Minute

// ClientByKey is the client behind a key. It fails as signed out when the key was
// never made, has ended, or its client was revoked. That the key was used is kept to
// the minute.
func (s *Store) ClientByKey(ctx context.Context, key string) (Client, error) {
	hash, now := tokenHash(key), s.Now()
	c, err := scanClient(s.read.QueryRowContext(ctx, clientSelect+`WHERE c.until_pos = $2 AND c.revoked = 0
		AND c.id = (SELECT k.client FROM client_key k WHERE k.key_hash = $3 AND (k.expires = '' OR k.expires > $1))`, at(now), open, hash))
	if errors.Is(err, sql.ErrNoRows) {
		return c, fault.New(fault.SignedOut, "this key opens nothing: it was never made, was replaced, or was revoked")
	}
	if err != nil {
		return c, s.engine.fault(err, "look for a client")
	}
	if now.Sub(c.Used) < usedEvery {
		return c, nil
	}
	return c, s.state(ctx, "note the use of a key", func(tx *sql.Tx, now time.Time) error {
		_, err := tx.ExecContext(ctx, "UPDATE client_key SET used = $2 WHERE key_hash = $1", hash, at(now))
		return err
	})
}
