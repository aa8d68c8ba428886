package ledger

import (
	"testing"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"candour/internal/fault"
)

func TestTheFrontierAgreesWithTlogAndWithAnIndependentTree(t *testing.T) {
	t.Parallel()
	l := &testLog{}
	factory := compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}
	other := factory.NewEmptyRange(0)
	if root := l.frontier.Root(); root != Hash(rfc6962.DefaultHasher.EmptyRoot()) {
		t.Errorf("the empty tree has root %v", root)
	}
	for i := range 300 {
		before := len(l.hashes)
		old := append(HashSlice(nil), l.hashes...)
		l.add(t, "north", "delivery/1", "delivery.accepted", []byte{byte(i)})
		stored, err := Append(int64(i), l.leaves[i], old)
		if err != nil || len(stored) != len(l.hashes)-before {
			t.Fatalf("Append(%d) gives %d hashes, %v; the frontier gives %d", i, len(stored), err, len(l.hashes)-before)
		}
		for j, h := range stored {
			if h != l.hashes[before+j] {
				t.Fatalf("Append(%d) and the frontier differ at hash %d", i, j)
			}
		}
		if err := other.Append(rfc6962.DefaultHasher.HashLeaf(l.leaves[i]), nil); err != nil {
			t.Fatal(err)
		}
		want, err := other.GetRootHash(nil)
		if err != nil {
			t.Fatal(err)
		}
		if l.frontier.Root() != Hash(want) {
			t.Fatalf("at size %d the root is %v; the independent tree has %x", i+1, l.frontier.Root(), want)
		}
		if root, err := tlog.TreeHash(int64(i+1), l.hashes); err != nil || root != l.frontier.Root() {
			t.Fatalf("at size %d tlog has root %v, %v", i+1, root, err)
		}
	}
}

func TestAFrontierReadBackGoesOnAsIfNeverClosed(t *testing.T) {
	t.Parallel()
	l := newTestLog(t, 260)
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(0, 260).Draw(t, "size")
		reads := 0
		counted := tlog.HashReaderFunc(func(indexes []int64) ([]Hash, error) {
			reads++
			return l.hashes.ReadHashes(indexes)
		})
		f, err := NewFrontier(size, counted)
		if err != nil || reads > 1 {
			t.Fatalf("error %v after %d reads", err, reads)
		}
		kept := f.Clone()
		for _, leaf := range l.leaves[size:] {
			stored, err := f.Append(leaf)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range stored {
				if l.hashes[s.Index] != s.Hash {
					t.Fatalf("stored hash %d differs", s.Index)
				}
			}
		}
		if f.Root() != l.frontier.Root() || f.Size() != 260 || kept.Size() != size {
			t.Fatalf("size %d, root %v; want 260, %v", f.Size(), f.Root(), l.frontier.Root())
		}
	})
}

func TestBadCallsAreRefused(t *testing.T) {
	t.Parallel()
	_, err := NewFrontier(-1, HashSlice{})
	mustBe(t, err, fault.Invalid)
	_, err = NewFrontier(3, HashSlice{})
	mustBe(t, err, fault.NotFound)
	_, err = NewFrontier(3, tlog.HashReaderFunc(func([]int64) ([]Hash, error) { return nil, nil }))
	mustBe(t, err, fault.Internal)
	_, err = Append(-1, nil, HashSlice{})
	mustBe(t, err, fault.Invalid)
	_, err = Append(0, make([]byte, MaxLeaf+1), HashSlice{})
	mustBe(t, err, fault.TooLarge)
	_, err = Append(1, nil, HashSlice{})
	mustBe(t, err, fault.NotFound)
	var f Frontier
	_, err = f.Append(make([]byte, MaxLeaf+1))
	mustBe(t, err, fault.TooLarge)
}

func BenchmarkFrontierAppend(b *testing.B) {
	leaf, err := workedEntry.Marshal()
	if err != nil {
		b.Fatal(err)
	}
	var f Frontier
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Append(leaf); err != nil {
			b.Fatal(err)
		}
	}
}
