package storetest

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"candour/internal/fault"
	"candour/internal/store"
)

func testBackup(b *bundle) {
	b.deliver("", reading("RAA", "2025-04", 90, 100))
	_, _, err := b.store.Archive(b.ctx, strings.NewReader("a file"))
	b.ok(err)
	digest, err := b.store.Digest(b.ctx)
	b.ok(err)
	file := filepath.Join(b.TempDir(), "backup.candour")
	v, err := b.store.Backup(b.ctx, file)
	b.ok(err)
	if v.Entries != 1 || v.Files != 1 {
		b.Errorf("the backup verified %+v", v)
	}
	if _, err := b.store.Backup(b.ctx, file); !fault.Is(err, fault.Conflict) {
		b.Errorf("a backup over another: %v", err)
	}
	if err := b.store.Restore(b.ctx, file); !fault.Is(err, fault.Conflict) {
		b.Errorf("a restore over a memory: %v", err)
	}
	whole, err := os.ReadFile(file)
	b.ok(err)
	dir := b.TempDir()
	other, err := store.Open(b.ctx, store.Config{Dir: dir, Now: b.clock.Now, Random: rand.Reader})
	b.ok(err)
	defer other.Close() //nolint:errcheck // nothing was written that matters
	b.ok(other.Restore(b.ctx, file))
	restored, err := other.Digest(b.ctx)
	b.ok(err)
	if restored != digest {
		b.Error("the restored projections differ")
	}
	_, err = other.Verify(b.ctx, nil)
	b.ok(err)
	if other.PublicKey() != b.store.PublicKey() {
		b.Error("the restored log has another key")
	}
	after, err := os.ReadFile(file)
	b.ok(err)
	if !bytes.Equal(whole, after) {
		b.Error("restoring changed the backup")
	}
}

// testBackupSeal wants no bit of a backup to go into a store unlike it was written: not
// of the tables that pages read either, which have no hashes of their own.
func testBackupSeal(b *bundle) {
	b.deliver("", reading("RAA", "2025-04", 90, 100))
	file := filepath.Join(b.TempDir(), "backup.candour")
	_, err := b.store.Backup(b.ctx, file)
	b.ok(err)
	whole, err := os.ReadFile(file)
	b.ok(err)
	for i, c := range []struct {
		name   string
		change func([]byte) []byte
	}{
		{"a bit in the middle", func(x []byte) []byte { x[len(x)/2] ^= 1; return x }},
		{"a bit of a figure", func(x []byte) []byte { x[bytes.LastIndex(x, []byte("2025-04"))+6] ^= 1; return x }},
		{"a bit of the seal", func(x []byte) []byte { x[len(x)-3] ^= 1; return x }},
		{"an end that is cut off", func(x []byte) []byte { return x[:len(x)-4096] }},
		{"something behind it", func(x []byte) []byte { return append(x, '\n') }},
		{"another file", func([]byte) []byte { return []byte("Period,Org Code\n") }},
		{"an empty file", func([]byte) []byte { return nil }},
	} {
		dir := b.TempDir()
		changed := filepath.Join(dir, fmt.Sprint(i))
		b.ok(os.WriteFile(changed, c.change(bytes.Clone(whole)), 0o600))
		other, err := store.Open(b.ctx, store.Config{Dir: filepath.Join(dir, "store"), Now: b.clock.Now, Random: rand.Reader})
		b.ok(err)
		if err := other.Restore(b.ctx, changed); !fault.Is(err, fault.Damaged) {
			b.Errorf("%s: got %v", c.name, err)
		}
		if left, err := filepath.Glob(filepath.Join(dir, "store", "candour-restore-*")); err != nil || len(left) > 0 {
			b.Errorf("%s: left behind %v", c.name, left)
		}
		b.ok(other.Close())
	}
}
