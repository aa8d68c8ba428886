package ledger

import (
	"golang.org/x/mod/sumdb/tlog"

	"candour/internal/fault"
)

// ProveInclusion gives the RFC 6962 audit path which shows that the entry at
// position is in the tree of size entries.
func ProveInclusion(size int64, position Position, r tlog.HashReader) (tlog.RecordProof, error) {
	if position < 0 || int64(position) >= size {
		return nil, fault.New(fault.NotFound, "no position %d in a tree of size %d", position, size)
	}
	p, err := tlog.ProveRecord(size, int64(position), r)
	if err != nil {
		return nil, fault.Wrap(fault.KindOf(err), err, "prove position %d in a tree of size %d", position, size)
	}
	return p, nil
}

// VerifyInclusion checks that leaf is at position in the tree of c.
func VerifyInclusion(c Checkpoint, position Position, leaf []byte, proof tlog.RecordProof) error {
	err := tlog.CheckRecord(proof, c.Size, c.Root, int64(position), leafHash(leaf))
	return fault.Wrap(fault.Damaged, err, "the entry at position %d is not in the checkpoint of size %d", position, c.Size)
}

// ProveConsistency gives the RFC 6962 consistency proof which shows that the
// tree of older entries is a prefix of the tree of size entries. It is empty
// when older is 0 or size.
func ProveConsistency(size, older int64, r tlog.HashReader) (tlog.TreeProof, error) {
	if older < 0 || older > size {
		return nil, fault.New(fault.Invalid, "a tree of size %d has no prefix of size %d", size, older)
	}
	if older == 0 {
		return tlog.TreeProof{}, nil
	}
	p, err := tlog.ProveTree(size, older, r)
	if err != nil {
		return nil, fault.Wrap(fault.KindOf(err), err, "prove size %d within size %d", older, size)
	}
	return p, nil
}

// VerifyConsistency checks that the tree of older is a prefix of that of newer,
// both being checkpoints of one log whose signatures were verified.
func VerifyConsistency(newer, older Checkpoint, proof tlog.TreeProof) error {
	if newer.Origin != older.Origin {
		return fault.New(fault.Invalid, "checkpoints of two logs, %q and %q, cannot be compared", newer.Origin, older.Origin)
	}
	if older.Size == 0 {
		if len(proof) > 0 || older.Root != emptyRoot || newer.Size == 0 && newer.Root != emptyRoot {
			return fault.New(fault.Damaged, "the checkpoint of size %d does not continue that of size 0", newer.Size)
		}
		return nil
	}
	err := tlog.CheckTree(proof, newer.Size, newer.Root, older.Size, older.Root)
	return fault.Wrap(fault.Damaged, err, "the checkpoint of size %d does not continue that of size %d", newer.Size, older.Size)
}
