package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/seal"
	"candour/internal/signal"
)

// SealedText is a text to be sealed with a signal: what it is of (patient,
// complainant, whistle_blower, …) and who may read it, by name.
type SealedText struct {
	Purpose string
	Text    string
	Readers []access.AccountID
}

// SealedPart is a sealed text as a page may show it: that it is there, for whom,
// and who read it. The text itself comes from ReadSealed only.
type SealedPart struct {
	Ref     string
	Purpose string
	Readers []access.AccountID
	Erased  bool // its key was destroyed; nobody can read it any more
	Earlier bool // it came with an earlier version of its sender, or with one that was taken back
	Acts    []SealedAct
}

// SealedAct is one reading, or the destruction of the key.
type SealedAct struct {
	Position int64
	Erased   bool
	Account  access.AccountID
	At       time.Time
	Because  string
}

// masterKey is the key under which the keys of sealed texts are kept.
type masterKey struct{ key seal.Key }

// masterKey reads the master key, made on first use, when it is needed.
func (s *Store) masterKey(ctx context.Context, needed bool) (*masterKey, error) {
	if !needed {
		return nil, nil
	}
	raw, err := s.secret(ctx, "sealing-master", func() ([]byte, error) {
		k, err := seal.NewKey(s.random)
		return k[:], err
	})
	if err != nil {
		return nil, err
	}
	if len(raw) != len(seal.Key{}) {
		return nil, fault.New(fault.Damaged, "the master key of sealed texts is not of %d bytes", len(seal.Key{}))
	}
	return &masterKey{seal.Key(raw)}, nil
}

// associated binds a sealed text to its place: it does not open elsewhere.
func associated(tenant org.Code, ref string) []byte {
	return []byte(string(tenant) + "\n" + ref)
}

// seal encrypts the texts under keys of their own, adds them to the signal as
// parts, and gives what the ledger may know of them.
func (w *Writer) seal(tenant org.Code, s *signal.Signal, texts []SealedText, master *masterKey) (seals []record.Seal, err error) {
	for _, t := range texts {
		var id [8]byte
		if _, err := io.ReadFull(w.store.random, id[:]); err != nil {
			return nil, fault.Wrap(fault.Internal, err, "draw the id of a sealed text")
		}
		ref := "x-" + hex.EncodeToString(id[:])
		key, err := seal.NewKey(w.store.random)
		if err != nil {
			return nil, err
		}
		sealed, err := seal.Seal(w.store.random, key, []byte(t.Text), associated(tenant, ref))
		if err != nil {
			return nil, err
		}
		wrapped, err := seal.Wrap(w.store.random, master.key, key, associated(tenant, ref))
		key.Erase()
		if err != nil {
			return nil, err
		}
		readers := slices.Compact(slices.Sorted(slices.Values(t.Readers)))
		names := make([]string, len(readers))
		for i, r := range readers {
			names[i] = string(r)
		}
		if err := w.store.engine.insert(w.ctx, w.tx, "sealed", []string{"ref", "tenant", "signal", "purpose", "readers", "text", "wrapped"},
			[][]any{{ref, tenant, s.ID, t.Purpose, strings.Join(names, ","), sealed, wrapped}}); err != nil {
			return nil, err
		}
		sum := sha256.Sum256(sealed)
		seals = append(seals, record.Seal{Ref: ref, Purpose: t.Purpose, Readers: readers, SHA256: hex.EncodeToString(sum[:])})
		s.Sealed = append(s.Sealed[:len(s.Sealed):len(s.Sealed)], signal.SealedPart{Purpose: t.Purpose, Ref: ref})
	}
	return seals, nil
}

// heldSeal is a row of sealed.
type heldSeal struct {
	tenant  org.Code
	signal  signal.ID
	purpose string
	readers []access.AccountID
	text    []byte
	wrapped []byte
}

func (w *Writer) heldSeal(sc access.Scope, ref string) (h heldSeal, err error) {
	var readers string
	err = w.tx.QueryRowContext(w.ctx, "SELECT tenant, signal, purpose, readers, text, wrapped FROM sealed WHERE ref = $1 AND "+within(sc, "tenant", "$2"),
		ref, sc.Tenant).Scan(&h.tenant, &h.signal, &h.purpose, &readers, &h.text, &h.wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return h, fault.New(fault.NotFound, "there is no such sealed text that you may know of")
	}
	h.readers = accountsOf(readers)
	return h, w.store.engine.fault(err, "read a sealed text")
}

func accountsOf(joined string) (out []access.AccountID) {
	for name := range strings.SplitSeq(joined, ",") {
		if name != "" {
			out = append(out, access.AccountID(name))
		}
	}
	return out
}

// ReadSealed opens a sealed text for one of its named readers (R-FTSU-1). That it
// was read, by whom and why is durable before the text is given.
func (s *Store) ReadSealed(ctx context.Context, sc access.Scope, ref, because string) (text string, err error) {
	if strings.TrimSpace(because) == "" {
		return "", fault.New(fault.Invalid, "sealed text is opened for a reason; write it down")
	}
	master, err := s.masterKey(ctx, true)
	if err != nil {
		return "", err
	}
	err = s.Change(ctx, func(w *Writer) error {
		h, err := w.heldSeal(sc, ref)
		if err != nil {
			return err
		}
		if !access.Allows(sc.Viewer, sc.Tenant, access.ReadSealed, access.Resource{Tenant: h.tenant, Readers: h.readers}) {
			return fault.New(fault.Refused, "you are not one of those who are named on this seal")
		}
		if h.wrapped == nil {
			return fault.New(fault.NotFound, "the key of this text was destroyed; nobody can open it")
		}
		if text, err = openSealed(master, h, ref); err != nil {
			return err
		}
		return w.sealedAct(sc, record.SealedRead, h, ref, because)
	})
	if err != nil {
		return "", err
	}
	return text, nil
}

// openSealed opens one text with its key.
func openSealed(master *masterKey, h heldSeal, ref string) (string, error) {
	key, err := seal.Unwrap(master.key, h.wrapped, associated(h.tenant, ref))
	if err != nil {
		return "", err
	}
	defer key.Erase()
	text, err := seal.Open(key, h.text, associated(h.tenant, ref))
	return string(text), err
}

// EraseSealed destroys the key of a sealed text, which nobody can then open; that
// it was there, and who read it, stays. Only the operator of the installation may.
func (s *Store) EraseSealed(ctx context.Context, sc access.Scope, ref, because string) error {
	if !sc.Viewer.Operator {
		return fault.New(fault.Refused, "only the operator of the installation erases")
	}
	if strings.TrimSpace(because) == "" {
		return fault.New(fault.Invalid, "an erasure needs its lawful reason")
	}
	return s.Change(ctx, func(w *Writer) error {
		h, err := w.heldSeal(sc, ref)
		if err != nil {
			return err
		}
		if h.wrapped == nil {
			return fault.New(fault.Conflict, "its key was destroyed already")
		}
		if _, err := w.tx.ExecContext(w.ctx, "UPDATE sealed SET wrapped = NULL WHERE ref = $1", ref); err != nil {
			return s.engine.fault(err, "destroy a key")
		}
		return w.sealedAct(sc, record.SealedErased, h, ref, because)
	})
}

func (w *Writer) sealedAct(sc access.Scope, kind record.Kind, h heldSeal, ref, because string) error {
	e, err := record.New(kind, "sealed/"+ref, h.tenant, sc.Viewer.Account, record.SealedAct{Signal: h.signal, Ref: ref, Purpose: h.purpose, Because: because})
	if err != nil {
		return err
	}
	_, err = w.Append(e)
	return err
}

func projectSealedAct(p *projection, e ledger.Entry, a record.SealedAct) error {
	return p.store.engine.insert(p.ctx, p.tx, "sealed_act", []string{"position", "tenant", "signal", "ref", "purpose", "act", "account", "instant", "because"},
		[][]any{{int64(e.Position), e.Tenant, a.Signal, a.Ref, a.Purpose, e.Kind, e.Actor, at(e.Instant), a.Because}})
}

// sealedWith is the signal whose seals are asked for. The operator, who erases, is told
// of seals of confined signals too, and opens none.
func (s *Store) sealedWith(ctx context.Context, sc access.Scope, ref string) (HeldSignal, error) {
	if !sc.Viewer.Operator {
		return s.Signal(ctx, sc, ref)
	}
	args := []any{ref}
	h, err := scanHeldSignal(s.read.QueryRowContext(ctx, heldSignalSelect+"s.ref = $1 AND "+everySignal(sc, "s", &args), args...))
	if errors.Is(err, sql.ErrNoRows) {
		return h, fault.New(fault.NotFound, "no signal %q is held", ref)
	}
	return h, s.engine.fault(err, "read a signal")
}

// SealedParts is what is sealed with a signal that the scope may see, and who read
// it: the readings are shown to everybody who sees the signal, also to the practice
// that gave the text.
func (s *Store) SealedParts(ctx context.Context, sc access.Scope, ref string) ([]SealedPart, error) {
	h, err := s.sealedWith(ctx, sc, ref)
	if err != nil || len(h.Sealed) == 0 {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, "SELECT ref, purpose, readers, wrapped IS NULL FROM sealed WHERE tenant = $1 AND signal = $2 ORDER BY ref", h.Tenant, h.ID)
	parts, err := collect(s.engine, rows, err, "list sealed texts", func(r *sql.Rows) (p SealedPart, err error) {
		var readers string
		err = r.Scan(&p.Ref, &p.Purpose, &readers, &p.Erased)
		p.Readers = accountsOf(readers)
		return p, err
	})
	if err == nil {
		parts, err = s.partsThen(ctx, &h, parts)
	}
	if err != nil {
		return nil, err
	}
	rows, err = s.read.QueryContext(ctx, "SELECT ref, position, act, account, instant, because FROM sealed_act WHERE tenant = $1 AND signal = $2 AND position <= $3 AND ref <> '' ORDER BY position",
		h.Tenant, h.ID, position(sc))
	_, err = collect(s.engine, rows, err, "list readings", func(r *sql.Rows) (struct{}, error) {
		var of, act string
		var a SealedAct
		var when instant
		if err := r.Scan(&of, &a.Position, &act, &a.Account, &when, &a.Because); err != nil {
			return struct{}{}, err
		}
		a.At, a.Erased = when.Time, act == string(record.SealedErased)
		i := slices.IndexFunc(parts, func(p SealedPart) bool { return p.Ref == of })
		if i < 0 {
			return struct{}{}, fault.New(fault.Damaged, "a reading is recorded of a sealed text that is not held")
		}
		parts[i].Acts = append(parts[i].Acts, a)
		return struct{}{}, nil
	})
	return parts, err
}

// partsThen marks the parts that the version held doesn't have: those of earlier ones. Those
// that came after it are left out.
func (s *Store) partsThen(ctx context.Context, h *HeldSignal, parts []SealedPart) ([]SealedPart, error) {
	holds := func(list []signal.SealedPart, ref string) bool {
		return slices.ContainsFunc(list, func(p signal.SealedPart) bool { return p.Ref == ref })
	}
	if !slices.ContainsFunc(parts, func(p SealedPart) bool { return !holds(h.Sealed, p.Ref) }) {
		return parts, nil
	}
	events, err := signalEventsIn(ctx, s.engine, s.read, h.Tenant, h.ID, h.Triage.Version)
	var came []signal.SealedPart
	for _, e := range events {
		switch c := e.Change.(type) {
		case signal.Received:
			came = append(came, c.Signal.Sealed...)
		case signal.Revised:
			came = append(came, c.Signal.Sealed...)
		}
	}
	parts = slices.DeleteFunc(parts, func(p SealedPart) bool { return !holds(came, p.Ref) })
	for i := range parts {
		parts[i].Earlier = !holds(h.Sealed, parts[i].Ref)
	}
	return parts, err
}
