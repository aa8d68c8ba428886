package store

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/record"
	"candour/internal/store/pgtest"
)

// openForTrouble opens a store whose pools the test may reach.
func openForTrouble(t *testing.T, url string) *Store {
	t.Helper()
	s, err := Open(context.Background(), Config{Dir: t.TempDir(), URL: url, Now: time.Now, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// writeNote records one small change with a body of the size given.
func writeNote(s *Store, size int) error {
	e, err := record.New(record.NoteAdded, "note/N", "QAA", "operator", record.Note{ID: rand.Text(), Tenant: "QAA", Text: string(make([]byte, size))})
	if err != nil {
		return err
	}
	_, err = s.Record(context.Background(), e)
	return err
}

// heldNotes is how many notes there are, in a memory that verifies.
func heldNotes(t *testing.T, s *Store) int {
	t.Helper()
	list, err := s.Annotations(context.Background(), access.Everything(access.Operator("operator")), "", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestAFullDiskRefusesClearlyLosesNothingAndRecovers(t *testing.T) {
	t.Parallel()
	s := openForTrouble(t, "")
	if err := writeNote(s, 10); err != nil {
		t.Fatal(err)
	}
	set := func(pragma string) {
		if _, err := s.write.Exec(pragma); err != nil {
			t.Fatal(err)
		}
	}
	set("PRAGMA max_page_count = 1") // SQLite takes the present size: no page more
	var err error
	for range 50 {
		if err = writeNote(s, 4000); err != nil {
			break
		}
	}
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "free space") {
		t.Fatalf("a full disk gave %v", err)
	}
	before := heldNotes(t, s)
	set("PRAGMA max_page_count = 1000000")
	if err := writeNote(s, 4000); err != nil {
		t.Fatalf("after room was made: %v", err)
	}
	if after := heldNotes(t, s); after != before+1 {
		t.Errorf("%d notes, then %d", before, after)
	}
}

func TestAReadOnlyDiskRefusesClearlyAndPagesStillRead(t *testing.T) {
	t.Parallel()
	s := openForTrouble(t, "")
	if err := writeNote(s, 10); err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.Exec("PRAGMA query_only = 1"); err != nil {
		t.Fatal(err)
	}
	if err := writeNote(s, 10); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "writable") {
		t.Fatalf("a read-only disk gave %v", err)
	}
	if n := heldNotes(t, s); n != 1 {
		t.Errorf("%d notes", n)
	}
	if _, err := s.write.Exec("PRAGMA query_only = 0"); err != nil {
		t.Fatal(err)
	}
	if err := writeNote(s, 10); err != nil {
		t.Fatalf("after it was writable again: %v", err)
	}
}

func TestAFolderThatCannotBeWrittenToIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, SQLiteFile), 0o700); err != nil { // where the file should be
		t.Fatal(err)
	}
	_, err := Open(context.Background(), Config{Dir: dir})
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "--data") {
		t.Errorf("got %v", err)
	}
}

func TestALostConnectionRefusesClearlyAndRecovers(t *testing.T) {
	t.Parallel()
	s := openForTrouble(t, pgtest.Schema(t))
	if err := writeNote(s, 10); err != nil {
		t.Fatal(err)
	}
	// A server that goes in the middle of a change.
	err := s.Change(context.Background(), func(w *Writer) error {
		var pid int
		if err := w.tx.QueryRow("SELECT pg_backend_pid()").Scan(&pid); err != nil {
			return err
		}
		if _, err := s.read.Exec("SELECT pg_terminate_backend($1)", pid); err != nil {
			return err
		}
		e, err := record.New(record.NoteAdded, "note/N", "QAA", "operator", record.Note{ID: "lost", Tenant: "QAA"})
		if err != nil {
			return err
		}
		_, err = w.Append(e)
		return err
	})
	if !fault.Is(err, fault.Unavailable) {
		t.Fatalf("a lost connection gave %v (%v)", err, fault.KindOf(err))
	}
	if err := writeNote(s, 10); err != nil {
		t.Fatalf("after the server was back: %v", err)
	}
	if n := heldNotes(t, s); n != 2 {
		t.Errorf("%d notes, expected the two that were acknowledged", n)
	}
}
