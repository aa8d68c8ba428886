package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/seal"
)

// ArchiveSealed keeps the bytes of a file of signals for the scope's commissioner:
// encrypted under a key of their own, since they may name people and must be
// erasable. What the archive holds, and verifies, are the encrypted bytes. They are
// durable when it returns the hash of the bytes as given. The same bytes are kept once.
func (s *Store) ArchiveSealed(ctx context.Context, sc access.Scope, text []byte) (sum string, err error) {
	hash := sha256.Sum256(text)
	sum = hex.EncodeToString(hash[:])
	master, err := s.masterKey(ctx, true)
	if err != nil {
		return "", err
	}
	place := associated(sc.Tenant, "file/"+sum)
	key, err := seal.NewKey(s.random)
	if err != nil {
		return "", err
	}
	defer key.Erase()
	sealed, err := seal.Seal(s.random, key, text, place)
	if err != nil {
		return "", err
	}
	wrapped, err := seal.Wrap(s.random, master.key, key, place)
	if err != nil {
		return "", err
	}
	var there int
	err = s.read.QueryRowContext(ctx, "SELECT 1 FROM sealed_file WHERE tenant = $1 AND sha256 = $2 AND wrapped IS NOT NULL", sc.Tenant, sum).Scan(&there)
	if err == nil {
		return sum, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return "", s.engine.fault(err, "look for the same file")
	}
	cipher, _, err := s.Archive(ctx, bytes.NewReader(sealed))
	if err != nil {
		return "", err
	}
	return sum, s.Change(ctx, func(w *Writer) error {
		return w.exec("keep the key of a file", `INSERT INTO sealed_file (tenant, sha256, cipher, wrapped) VALUES ($1, $2, $3, $4)
			ON CONFLICT (tenant, sha256) DO UPDATE SET cipher = excluded.cipher, wrapped = excluded.wrapped WHERE sealed_file.wrapped IS NULL`, sc.Tenant, sum, cipher, wrapped)
	})
}

// SealedFile is the bytes of a file that ArchiveSealed kept, to be read again by a
// corrected mapping. Only the scope's commissioner's, and not after its key was
// destroyed.
func (s *Store) SealedFile(ctx context.Context, sc access.Scope, sum string) ([]byte, error) {
	var cipher string
	var wrapped []byte
	err := s.read.QueryRowContext(ctx, "SELECT cipher, wrapped FROM sealed_file WHERE tenant = $1 AND sha256 = $2", sc.Tenant, sum).Scan(&cipher, &wrapped)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, fault.New(fault.NotFound, "no such file is kept here")
	case err != nil:
		return nil, s.engine.fault(err, "look for a file")
	case wrapped == nil:
		return nil, fault.New(fault.NotFound, "the key of this file was destroyed; nobody can read it")
	}
	master, err := s.masterKey(ctx, true)
	if err != nil {
		return nil, err
	}
	place := associated(sc.Tenant, "file/"+sum)
	key, err := seal.Unwrap(master.key, wrapped, place)
	if err != nil {
		return nil, err
	}
	defer key.Erase()
	body, err := s.OpenArchived(ctx, cipher)
	if err != nil {
		return nil, err
	}
	defer body.Close() //nolint:errcheck // it was only read
	sealed, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	return seal.Open(key, sealed, place)
}

// EraseSealedFile destroys the key of a file of signals; what was taken from it
// stays. Only the operator of the installation may.
func (s *Store) EraseSealedFile(ctx context.Context, sc access.Scope, sum, because string) error {
	if !sc.Viewer.Operator {
		return fault.New(fault.Refused, "only the operator of the installation erases")
	}
	if strings.TrimSpace(because) == "" {
		return fault.New(fault.Invalid, "an erasure needs its lawful reason")
	}
	return s.Change(ctx, func(w *Writer) error {
		result, err := w.tx.ExecContext(w.ctx, "UPDATE sealed_file SET wrapped = NULL WHERE tenant = $1 AND sha256 = $2 AND wrapped IS NOT NULL", sc.Tenant, sum)
		if err != nil {
			return s.engine.fault(err, "destroy a key")
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return fault.New(fault.NotFound, "no such file is kept here, or its key was destroyed already")
		}
		return w.sealedAct(sc, record.SealedErased, heldSeal{tenant: sc.Tenant, purpose: "file"}, "file/"+sum, because)
	})
}

// RecordSignalDelivery records what became of a file of signals: its counts and
// refusals, which stand in the entry since the file can't be read again once its key
// is destroyed. The delivery comes back with its id.
func (s *Store) RecordSignalDelivery(ctx context.Context, sc access.Scope, d delivery.Delivery) (delivery.Delivery, error) {
	err := s.Change(ctx, func(w *Writer) error {
		var number int
		if err := w.tx.QueryRowContext(w.ctx, "SELECT COALESCE(MAX(number), 0) + 1 FROM delivery").Scan(&number); err != nil {
			return s.engine.fault(err, "number the delivery")
		}
		d.ID, d.Shape, d.Tenant = delivery.ID(fmt.Sprintf("D-%06d", number)), delivery.Signals, string(sc.Tenant)
		d.Received, d.By = w.moment, string(sc.Viewer.Account)
		var err error
		if d.Rereads, err = w.rereads(d); err != nil {
			return err
		}
		e, err := record.New(record.DeliveryReceived, "delivery/"+string(d.ID), sc.Tenant, sc.Viewer.Account, d)
		if err != nil {
			return err
		}
		_, err = w.Append(e)
		return err
	})
	return d, err
}

// projectSignalDelivery puts the refusals of a file of signals, then its row.
func projectSignalDelivery(p *projection, e ledger.Entry, d delivery.Delivery) error {
	take := &taking{projection: *p, entry: e, d: &d}
	if err := take.all(refusals(slices.Clone(d.Refusals))); err != nil {
		return err
	}
	return projectDeliveryRow(p, e, d)
}

// mappingSort is the sort of definition that a saved column mapping is.
const mappingSort = "mapping"

// SaveMapping records a column mapping of the scope's commissioner, by its id.
func (s *Store) SaveMapping(ctx context.Context, sc access.Scope, id, version, text string) error {
	d := record.Definition{Sort: mappingSort, ID: string(sc.Tenant) + "/" + id, Version: version, Text: text}
	e, err := record.New(record.DefinitionInstalled, "definition/"+mappingSort+"/"+d.ID, sc.Tenant, sc.Viewer.Account, d)
	if err != nil {
		return err
	}
	_, err = s.Record(ctx, e)
	return err
}

// Mappings is the texts of the scope's commissioner's column mappings, by id.
func (s *Store) Mappings(ctx context.Context, sc access.Scope) ([]string, error) {
	prefix := string(sc.Tenant) + "/"
	rows, err := s.read.QueryContext(ctx, "SELECT id, body FROM definition d WHERE d.sort = $2 AND "+holds("d", "$1")+" ORDER BY d.id", position(sc), mappingSort)
	type row struct{ id, text string }
	list, err := collect(s.engine, rows, err, "list mappings", func(r *sql.Rows) (x row, err error) { return x, r.Scan(&x.id, &x.text) })
	var out []string
	for _, x := range list {
		if strings.HasPrefix(x.id, prefix) && sc.Tenant != org.Code("") {
			out = append(out, x.text)
		}
	}
	return out, err
}
