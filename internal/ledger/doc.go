// Package ledger is the arithmetic of Candour's memory: it says what an entry
// is to the byte, how entries are joined in a Merkle tree, how the head of the
// tree is signed, and how anyone can prove or check that nothing was changed
// and nothing left out. It holds no SQL, opens no file and reads no clock; the
// store feeds it and keeps what it answers.
//
// # Words
//
// An [Entry] is one fact recorded once. Its [Position] is its index in the log,
// from 0. It belongs to a stream, the thing that it is about, within a tenant;
// entries of a stream are numbered 1, 2, 3 … without gaps. The entry holds a
// salted hash of its body ([BodyHash]) and never the body, so that a body can
// lawfully be erased while the log still verifies.
//
// A leaf is the canonical bytes of an entry ([Entry.Marshal]). The tree over
// all leaves is that of RFC 6962, by golang.org/x/mod/sumdb/tlog: a leaf hashes
// to SHA-256(0x00 ‖ leaf) and an inner node to SHA-256(0x01 ‖ left ‖ right).
// The stored hashes are those of complete subtrees, in the order of
// [tlog.StoredHashIndex].
//
// # Writing
//
// A [Frontier] holds the right edge of the tree in memory. Appending a leaf
// gives the hashes to be stored with it and needs no read, so a group of many
// entries costs one read of the edge ([NewFrontier]) and one write. [Append]
// does a single entry from a store's hashes.
//
// A [Checkpoint] is the tree's size and root under the log's name, signed
// ([SignCheckpoint]) as a C2SP checkpoint. Witnesses may co-sign it
// ([NewWitness], [AddCosignatures]).
//
// # Proving
//
// [ProveInclusion] shows that an entry is in the tree of a checkpoint,
// [ProveConsistency] that an older tree is a prefix of a newer one. [ReadTile]
// gives the tree and its leaves in the C2SP tlog-tiles layout for public tools.
//
// A heads entry holds the Merkle root over the latest number of every stream
// ([Heads], [HeadsRoot]). With it, [VerifyComplete] checks that the entries of
// a stream in a hand-over pack are all that there were.
//
// # Checking
//
// A [Verifier] is fed every entry in order and names the first thing that is
// wrong as a [Problem]: where, what was found, what was expected.
//
// The formats are described to the byte in docs/formats/ledger.md.
package ledger
