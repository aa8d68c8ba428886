// Package store holds all SQL of Candour. One body of queries serves SQLite and
// PostgreSQL; where they must differ, the difference is a named field of engine
// (engine.go), one for each, side by side.
//
// Writing: Change runs a function inside the one writing transaction; what the
// function appends to the ledger and the projections that follow from it are
// durable together, or not at all. Changes that wait at the same moment are
// committed in one group, so that many small ones cost one sync.
//
// Reading: every read takes an access.Scope, which names the viewer, the
// commissioner and the ledger position as of which it reads. A projection row
// holds from from_pos until until_pos; see visible and holds.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/ledger"
)

// Config says where the store is and what it takes from the outside world.
type Config struct {
	// File is a SQLite file elsewhere than in Dir, such as a backup; "" is Dir/candour.db.
	File    string
	Dir     string           // folder of the SQLite file; ignored when URL is set
	URL     string           // postgres://…; empty for SQLite
	Now     func() time.Time // the clock
	Random  io.Reader        // salts, keys and tokens
	Origin  string           // name of the log in its checkpoints; "" is "candour"
	Reparse Reparse          // what an archived delivery yields; needed by Rebuild only
}

// Store is an open store. It is safe for use by many goroutines.
type Store struct {
	engine    engine
	dir       string  // Config.Dir, where there is room for large temporary files; "" is the system's folder
	write     *sql.DB // one connection on SQLite
	read      pool    // refuses writes on SQLite
	now       func() time.Time
	random    io.Reader
	signer    note.Signer
	verify    note.Verifier
	publicKey string

	reparse Reparse
	small   atomic.Pointer[SmallNumbers] // nil: nothing is suppressed

	assessed assessments
	moved    moved
	spans    spans
	cards    cards

	jobs    chan job
	closing chan struct{}
	done    sync.WaitGroup
}

// Open opens the store, creates and migrates it where needed, and starts its
// writer.
func Open(ctx context.Context, c Config) (*Store, error) {
	s := &Store{dir: c.Dir, now: c.Now, random: c.Random, reparse: c.Reparse, jobs: make(chan job, 4096), closing: make(chan struct{})}
	var err error
	if c.URL != "" {
		s.engine, s.dir = postgres, ""
	} else {
		s.engine, s.read.prepared = sqlite, &preparedTexts{}
	}
	if s.write, s.read.DB, err = s.engine.open(ctx, c); err != nil {
		return nil, err
	}
	if err := s.engine.migrate(ctx, s.write); err != nil {
		return nil, errors.Join(err, s.closePools())
	}
	origin := c.Origin
	if origin == "" {
		origin = "candour"
	}
	if err := s.openKeys(ctx, origin); err != nil {
		return nil, errors.Join(err, s.closePools())
	}
	s.done.Add(1)
	go s.commitGroups()
	return s, nil
}

// Close finishes the changes that have been handed in and closes the store.
func (s *Store) Close() error {
	close(s.closing)
	s.done.Wait()
	return s.closePools()
}

func (s *Store) closePools() error {
	err := s.write.Close()
	if s.read.DB != s.write {
		if e := s.read.Close(); err == nil {
			err = e
		}
	}
	return err
}

// Now is the store's clock, UTC to the microsecond.
func (s *Store) Now() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// Ready reports whether the store answers.
func (s *Store) Ready(ctx context.Context) error {
	var one int
	return s.engine.fault(s.read.QueryRowContext(ctx, "SELECT 1").Scan(&one), "ask the store whether it is there")
}

// Engine is the name of the engine: "sqlite" or "postgres".
func (s *Store) Engine() string { return s.engine.name }

// openKeys reads the log's keys, making them on first use: the signing key and
// the public one, a line each.
func (s *Store) openKeys(ctx context.Context, origin string) error {
	keys, err := s.secret(ctx, "ledger-keys", func() ([]byte, error) {
		signing, verifying, err := ledger.GenerateKey(origin, s.random)
		return []byte(signing + "\n" + verifying), err
	})
	if err != nil {
		return err
	}
	signing, verifying, _ := strings.Cut(string(keys), "\n")
	if s.signer, err = ledger.NewSigner(signing); err != nil {
		return fault.Wrap(fault.Damaged, err, "read the log's signing key")
	}
	s.publicKey = verifying
	s.verify, err = ledger.NewVerifierKey(verifying)
	return err
}

// secret is the named secret, made on first use. Two nodes which make it at once
// both end with the one that was stored first.
func (s *Store) secret(ctx context.Context, name string, generate func() ([]byte, error)) ([]byte, error) {
	read := func() (value []byte, err error) {
		err = s.write.QueryRowContext(ctx, "SELECT value FROM secret WHERE name = $1", name).Scan(&value)
		return value, err
	}
	value, err := read()
	if err == nil {
		return value, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, s.engine.fault(err, "read secret "+name)
	}
	if value, err = generate(); err != nil {
		return nil, fmt.Errorf("make secret %s: %w", name, err)
	}
	if _, err := s.write.ExecContext(ctx, "INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, value); err != nil {
		return nil, s.engine.fault(err, "store secret "+name)
	}
	value, err = read()
	return value, s.engine.fault(err, "read secret "+name)
}

// PublicKey is the verifier key of the log, to be given to whoever checks it.
func (s *Store) PublicKey() string { return s.publicKey }

// holds is the condition that a projection row holds as of a scope's position,
// which must be bound as the parameter named.
func holds(alias, position string) string {
	return "(" + alias + ".from_pos <= " + position + " AND " + alias + ".until_pos > " + position + ")"
}

// position is the parameter for holds: the scope's as-of position. The head is
// one below the largest number, so that until_pos > position keeps open rows.
func position(sc access.Scope) int64 {
	if sc.AsOf == access.Head {
		return open - 1
	}
	return sc.AsOf
}

// open is until_pos of a row that still holds.
const open = int64(access.Head)

// current is the condition that a row still holds. It stands in the query as a
// number, not as a parameter, so that indexes over such rows alone can serve it.
func current(alias string) string { return alias + ".until_pos = " + strconv.FormatInt(open, 10) }

// Reparse gives again what an archived delivery's file yields, from the source
// definition recorded with it.
type Reparse func(ctx context.Context, d delivery.Delivery) iter.Seq2[delivery.Item, error]
