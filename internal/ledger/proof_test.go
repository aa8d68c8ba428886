package ledger

import (
	"bytes"
	"slices"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"pgregory.net/rapid"

	"candour/internal/fault"
)

// slicesOf is a proof in the form of transparency-dev/merkle.
func slicesOf(hashes []Hash) [][]byte {
	out := make([][]byte, len(hashes))
	for i, h := range hashes {
		out[i] = bytes.Clone(h[:])
	}
	return out
}

func TestInclusionIsProvenToAnIndependentReader(t *testing.T) {
	t.Parallel()
	l := newTestLog(t, 130)
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 130).Draw(t, "size")
		position := rapid.Int64Range(0, size-1).Draw(t, "position")
		f, err := NewFrontier(size, l.hashes)
		if err != nil {
			t.Fatal(err)
		}
		c := Checkpoint{Size: size, Root: f.Root()}
		p, err := ProveInclusion(size, Position(position), l.hashes)
		if err != nil {
			t.Fatal(err)
		}
		leaf := l.leaves[position]
		if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(position), uint64(size), rfc6962.DefaultHasher.HashLeaf(leaf), slicesOf(p), c.Root[:]); err != nil {
			t.Fatalf("the independent reader refuses: %v", err)
		}
		if err := VerifyInclusion(c, Position(position), leaf, p); err != nil {
			t.Fatal(err)
		}
		other := l.leaves[(position+1)%130]
		mustBeDamaged(t, VerifyInclusion(c, Position(position), other, p))
		mustBeDamaged(t, VerifyInclusion(c, Position(position+1), leaf, p))
		mustBeDamaged(t, VerifyInclusion(c, -1, leaf, p))
		if len(p) > 0 {
			changed := slices.Clone(p)
			changed[rapid.IntRange(0, len(p)-1).Draw(t, "hash")][0] ^= 1
			mustBeDamaged(t, VerifyInclusion(c, Position(position), leaf, changed))
			mustBeDamaged(t, VerifyInclusion(c, Position(position), leaf, p[:len(p)-1]))
		}
		mustBeDamaged(t, VerifyInclusion(c, Position(position), leaf, append(slices.Clone(p), Hash{})))
	})
}

func mustBeDamaged(t *rapid.T, err error) {
	t.Helper()
	if !fault.Is(err, fault.Damaged) {
		t.Fatalf("error %v is not of kind damaged", err)
	}
}

func TestConsistencyIsProvenToAnIndependentReader(t *testing.T) {
	t.Parallel()
	l := newTestLog(t, 130)
	at := func(t *rapid.T, size int64) Checkpoint {
		f, err := NewFrontier(size, l.hashes)
		if err != nil {
			t.Fatal(err)
		}
		return Checkpoint{Origin: origin, Size: size, Root: f.Root()}
	}
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, 130).Draw(t, "size")
		older := at(t, rapid.Int64Range(0, size).Draw(t, "older"))
		newer := at(t, size)
		p, err := ProveConsistency(size, older.Size, l.hashes)
		if err != nil {
			t.Fatal(err)
		}
		if err := proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(older.Size), uint64(size), slicesOf(p), older.Root[:], newer.Root[:]); err != nil {
			t.Fatalf("the independent reader refuses: %v", err)
		}
		if err := VerifyConsistency(newer, older, p); err != nil {
			t.Fatal(err)
		}
		forked := older
		forked.Root[5] ^= 1
		mustBeDamaged(t, VerifyConsistency(newer, forked, p))
		mustBeDamaged(t, VerifyConsistency(newer, older, append(slices.Clone(p), Hash{})))
		if older.Size < size {
			mustBeDamaged(t, VerifyConsistency(older, newer, p))
		}
	})
}

func TestImpossibleProofsAreRefused(t *testing.T) {
	t.Parallel()
	l := newTestLog(t, 10)
	_, err := ProveInclusion(10, 10, l.hashes)
	mustBe(t, err, fault.NotFound)
	_, err = ProveInclusion(10, -1, l.hashes)
	mustBe(t, err, fault.NotFound)
	_, err = ProveInclusion(10, 3, HashSlice{})
	mustBe(t, err, fault.NotFound)
	_, err = ProveConsistency(10, 11, l.hashes)
	mustBe(t, err, fault.Invalid)
	_, err = ProveConsistency(10, 7, HashSlice{})
	mustBe(t, err, fault.NotFound)
	a, b := l.checkpoint(), l.checkpoint()
	b.Origin = "elsewhere"
	mustBe(t, VerifyConsistency(a, b, nil), fault.Invalid)
	empty := Checkpoint{Origin: a.Origin, Root: Hash{1}}
	mustBe(t, VerifyConsistency(a, empty, nil), fault.Damaged)
}
