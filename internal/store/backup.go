package store

import (
	"context"
	"database/sql"
	"errors"
	"os"

	"candour/internal/fault"
)

// backupTables is everything that a backup carries, in an order in which it can
// be restored: the memory, the keys and passwords, then the projections. Signed-in
// sessions and sign-in links are left out on purpose.
func backupTables() []string {
	tables := []string{"entry", "entry_body", "tree_hash", "checkpoint", "archive", "archive_part", "secret", "credential", "sealed", "client_key", "once", "sealed_file"}
	for _, t := range projectionTables {
		tables = append(tables, t.name)
	}
	return tables
}

// Backup writes everything to a new file while the store stays in use, and
// verifies what it wrote. The file is a SQLite store of its own, whichever
// engine it comes from, so either engine can be restored from it, and ends with a seal
// over every byte. It holds the keys: it must be kept as safe as the store.
func (s *Store) Backup(ctx context.Context, file string) (v Verified, err error) {
	if _, err := os.Stat(file); err == nil {
		return v, fault.New(fault.Conflict, "the file to write is there already; choose another name")
	}
	part := file + ".part"
	if err := removeStore(part); err != nil {
		return v, err
	}
	if v, err = s.backupTo(ctx, part); err == nil {
		err = sealBackup(part)
	}
	if err != nil {
		return v, errors.Join(err, removeStore(part))
	}
	if err := os.Rename(part, file); err != nil {
		return v, fault.Wrap(fault.Unavailable, err, "name the backup")
	}
	return v, removeStore(part)
}

func (s *Store) backupTo(ctx context.Context, file string) (v Verified, err error) {
	to, err := Open(ctx, Config{File: file, Now: s.now, Random: s.random})
	if err != nil {
		return v, err
	}
	if err := copyTables(ctx, s, to); err != nil {
		return v, errors.Join(err, to.Close())
	}
	to.verify, to.signer, to.publicKey = s.verify, s.signer, s.publicKey
	if v, err = to.Verify(ctx, nil); err != nil {
		return v, errors.Join(err, to.Close())
	}
	// One file without a log beside it, written through to the disk; that needs
	// the only connection.
	if err := to.read.Close(); err != nil {
		return v, errors.Join(sqlite.fault(err, "finish the backup"), to.Close())
	}
	to.read = pool{DB: to.write}
	if _, err := to.write.ExecContext(ctx, "PRAGMA journal_mode = delete"); err != nil {
		return v, errors.Join(sqlite.fault(err, "finish the backup"), to.Close())
	}
	return v, to.Close()
}

func removeStore(file string) error {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(file + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fault.Wrap(fault.Unavailable, err, "remove an unfinished backup")
		}
	}
	return nil
}

// Restore fills an empty store from a backup file, which is verified before and
// after, and not changed. A store that holds anything is left as it is.
func (s *Store) Restore(ctx context.Context, file string) (err error) {
	if _, err := os.Stat(file); err != nil {
		return fault.Wrap(fault.NotFound, err, "open the backup")
	}
	head, _, err := s.Head(ctx)
	if err != nil {
		return err
	}
	if head >= 0 {
		return fault.New(fault.Conflict, "the store to restore into already holds a memory; restore into an empty one")
	}
	plain, err := unsealBackup(file, s.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, removeStore(plain)) }()
	from, err := Open(ctx, Config{File: plain, Now: s.now, Random: s.random})
	if err != nil {
		return fault.Wrap(fault.Damaged, err, "%s is not a whole backup of Candour; take another copy of it, or an earlier backup", file)
	}
	defer from.Close() //nolint:errcheck // it was only read
	if _, err := from.Verify(ctx, nil); err != nil {
		return err
	}
	if err := copyTables(ctx, from, s); err != nil {
		return err
	}
	if err := s.openKeys(ctx, ""); err != nil {
		return err
	}
	_, err = s.Verify(ctx, nil)
	return err
}

// copyTables copies every table of a backup from one moment of from into to, in
// one transaction. The keys replace those that to was opened with.
func copyTables(ctx context.Context, from, to *Store) error {
	read, err := from.read.BeginTx(ctx, from.engine.snapshot)
	if err != nil {
		return from.engine.fault(err, "begin reading for the copy")
	}
	defer read.Rollback() //nolint:errcheck // it only read
	return to.Change(ctx, func(w *Writer) error {
		if _, err := w.tx.ExecContext(w.ctx, "DELETE FROM secret"); err != nil {
			return to.engine.fault(err, "replace the keys")
		}
		for _, table := range backupTables() {
			if err := copyTable(w.ctx, from.engine, read, to.engine, w.tx, table); err != nil {
				return err
			}
		}
		return nil
	})
}

// copyRows bounds the memory of the copy.
const copyRows = 500

func copyTable(ctx context.Context, from engine, read querier, to engine, tx *sql.Tx, table string) error {
	rows, err := read.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return from.fault(err, "read "+table)
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what matters
	columns, err := rows.Columns()
	if err != nil {
		return from.fault(err, "read "+table)
	}
	var batch [][]any
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return from.fault(err, "read "+table)
		}
		if batch = append(batch, row); len(batch) == copyRows {
			if err := to.insert(ctx, tx, table, columns, batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	if err := rows.Err(); err != nil {
		return from.fault(err, "read "+table)
	}
	return to.insert(ctx, tx, table, columns, batch)
}
