package storetest

import (
	"context"
	"crypto/rand"
	"io/fs"
	"os"
	"sync"
	"testing"
	"testing/fstest"

	"candour/internal/store"
)

// Prepared is a store on SQLite that is made once in a test program and copied
// for each test: migrating an empty store costs more than most tests do with it.
// The copies share the ledger's keys and nothing else.
type Prepared struct {
	once  sync.Once
	files fstest.MapFS
	fill  func(testing.TB, *store.Store)
}

// Prepare gives a store that fill puts something into, nil for an empty one. Fill
// runs when the first copy is asked for, by the clock of NewClock.
func Prepare(fill func(testing.TB, *store.Store)) *Prepared { return &Prepared{fill: fill} }

// Dir is a data directory with a copy of the store, closed.
func (p *Prepared) Dir(t testing.TB) string {
	t.Helper()
	p.once.Do(func() { p.files = p.make(t) })
	if p.files == nil {
		t.Fatal("the store that is copied could not be made: see the test that asked first")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, p.files); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (p *Prepared) make(t testing.TB) fstest.MapFS {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(context.Background(), store.Config{Dir: dir, Now: NewClock().Now, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	if p.fill != nil {
		p.fill(t, s)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	files, held := fstest.MapFS{}, os.DirFS(dir)
	err = fs.WalkDir(held, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(held, path)
		files[path] = &fstest.MapFile{Data: body, Mode: 0o600}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
