package ledger

import (
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"

	"candour/internal/fault"
)

// Hashes reads the stored hashes of the log by their index
// ([tlog.StoredHashIndex]). It answers with as many hashes as were asked for, in
// the same order, or with an error. The store has one; [HashSlice] is another.
type Hashes interface {
	tlog.HashReader
}

// HashSlice holds the stored hashes of a whole log in memory, at their indexes.
type HashSlice []Hash

// ReadHashes gives the hashes at indexes.
func (s HashSlice) ReadHashes(indexes []int64) ([]Hash, error) {
	out := make([]Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(s)) {
			return nil, fault.New(fault.NotFound, "no stored hash at index %d; there are %d", index, len(s))
		}
		out[i] = s[index]
	}
	return out, nil
}

// StoredHash is a hash of a complete subtree and the index at which the store
// keeps it.
type StoredHash struct {
	Index int64
	Hash  Hash
}

// Append gives the hashes to store when the entry at position n is appended:
// the leaf's own and those of every subtree that it completes. They belong at
// consecutive indexes from tlog.StoredHashIndex(0, n). It reads up to log₂ n
// hashes from r. Whoever appends many uses a [Frontier].
func Append(n int64, leaf []byte, r tlog.HashReader) ([]tlog.Hash, error) {
	if n < 0 {
		return nil, fault.New(fault.Invalid, "position %d is negative", n)
	}
	if err := validateLeaf(leaf); err != nil {
		return nil, err
	}
	hashes, err := tlog.StoredHashes(n, leaf, r)
	if err != nil {
		return nil, fault.Wrap(fault.KindOf(err), err, "read the hashes beside position %d", n)
	}
	return hashes, nil
}

// validateLeaf refuses a leaf that no entry bundle could carry.
func validateLeaf(leaf []byte) error {
	if len(leaf) > MaxLeaf {
		return fault.New(fault.TooLarge, "a leaf of %d bytes is longer than %d", len(leaf), MaxLeaf)
	}
	return nil
}

// Frontier is the right edge of a tree: the hashes of the complete subtrees
// that make it up, largest first. It is all that appending needs. The zero
// value is the frontier of the empty tree. It is not safe for use by several
// goroutines at once.
type Frontier struct {
	size int64
	edge []Hash // one for each bit set in size, highest bit first
}

// NewFrontier reads the right edge of the tree of size entries from r in one
// call for at most log₂ size + 1 hashes.
func NewFrontier(size int64, r tlog.HashReader) (*Frontier, error) {
	if size < 0 {
		return nil, fault.New(fault.Invalid, "size %d of a tree is negative", size)
	}
	var indexes []int64
	start := int64(0)
	for level := bits.Len64(uint64(size)) - 1; level >= 0; level-- {
		if size&(1<<level) != 0 {
			indexes = append(indexes, tlog.StoredHashIndex(level, start>>level))
			start += 1 << level
		}
	}
	if len(indexes) == 0 {
		return &Frontier{}, nil
	}
	edge, err := r.ReadHashes(indexes)
	if err != nil {
		return nil, fault.Wrap(fault.KindOf(err), err, "read the edge of the tree of size %d", size)
	}
	if len(edge) != len(indexes) {
		return nil, fault.New(fault.Internal, "%d hashes were asked for and %d given", len(indexes), len(edge))
	}
	return &Frontier{size: size, edge: append([]Hash(nil), edge...)}, nil
}

// Size is the number of entries in the tree.
func (f *Frontier) Size() int64 { return f.size }

// Next is the position of the entry to be appended next.
func (f *Frontier) Next() Position { return Position(f.size) }

// Clone is an independent copy, to be kept until a transaction has committed.
func (f *Frontier) Clone() *Frontier {
	return &Frontier{size: f.size, edge: append([]Hash(nil), f.edge...)}
}

// Append adds a leaf and gives the hashes to store with it: the leaf's own,
// then those of the subtrees that it completes, at consecutive indexes.
func (f *Frontier) Append(leaf []byte) ([]StoredHash, error) {
	if err := validateLeaf(leaf); err != nil {
		return nil, err
	}
	out := make([]StoredHash, 0, 2)
	f.add(leafHash(leaf), func(s StoredHash) { out = append(out, s) })
	return out, nil
}

// add appends the leaf hash h, calling visit for each hash to be stored.
func (f *Frontier) add(h Hash, visit func(StoredHash)) {
	index := tlog.StoredHashIndex(0, f.size)
	if visit != nil {
		visit(StoredHash{index, h})
	}
	for bit := f.size; bit&1 != 0; bit >>= 1 {
		last := len(f.edge) - 1
		h = tlog.NodeHash(f.edge[last], h)
		f.edge = f.edge[:last]
		if index++; visit != nil {
			visit(StoredHash{index, h})
		}
	}
	f.edge = append(f.edge, h)
	f.size++
}

// Root is the hash of the whole tree (RFC 6962 section 2.1); for the empty tree
// it is the hash of nothing.
func (f *Frontier) Root() Hash {
	if f.size == 0 {
		return emptyRoot
	}
	last := len(f.edge) - 1
	h := f.edge[last]
	for i := last - 1; i >= 0; i-- {
		h = tlog.NodeHash(f.edge[i], h)
	}
	return h
}

// emptyRoot is the root of a tree without leaves: SHA-256 of the empty string.
var emptyRoot = must(tlog.TreeHash(0, nil))

func must(h Hash, err error) Hash {
	if err != nil {
		panic(err)
	}
	return h
}
