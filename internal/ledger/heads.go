package ledger

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"candour/internal/fault"
)

// KindHeads is the kind of the entry whose body is [Heads].
const KindHeads = "heads.stated"

// Head is the latest number of a stream: it has the entries 1 to Number.
type Head struct {
	Tenant string
	Stream string
	Number int64
}

// StreamID is the stream of the head.
func (h Head) StreamID() StreamID { return StreamID{h.Tenant, h.Stream} }

// headVersion is the first byte of a head's leaf. It differs from every version
// of an entry, so that a leaf of one tree never passes for one of the other.
const headVersion = 'H'

// marshal is the leaf of a head: "H", tenant and stream with 16-bit lengths,
// and the number in 8 bytes, all big-endian.
func (h Head) marshal() ([]byte, error) {
	if h.Tenant != "" {
		if err := validateText("tenant", h.Tenant); err != nil {
			return nil, err
		}
	}
	if err := validateText("stream", h.Stream); err != nil {
		return nil, err
	}
	if h.Number < 1 {
		return nil, fault.New(fault.Invalid, "number %d of a head is below 1", h.Number)
	}
	leaf := appendText(appendText([]byte{headVersion}, h.Tenant), h.Stream)
	return binary.BigEndian.AppendUint64(leaf, uint64(h.Number)), nil
}

// compareHeads orders by the bytes of tenant, then stream.
func compareHeads(a, b Head) int {
	return cmp.Or(strings.Compare(a.Tenant, b.Tenant), strings.Compare(a.Stream, b.Stream))
}

// headTree gives the heads in order and the stored hashes of their tree. A
// stream that occurs twice is refused.
func headTree(heads []Head) ([]Head, HashSlice, *Frontier, error) {
	sorted := slices.Clone(heads)
	slices.SortFunc(sorted, compareHeads)
	var f Frontier
	hashes := make(HashSlice, 0, 2*len(sorted))
	for i, h := range sorted {
		if i > 0 && compareHeads(sorted[i-1], h) == 0 {
			return nil, nil, nil, fault.New(fault.Invalid, "stream %s of tenant %q is listed twice", h.Stream, h.Tenant)
		}
		leaf, err := h.marshal()
		if err != nil {
			return nil, nil, nil, err
		}
		f.add(leafHash(leaf), func(s StoredHash) { hashes = append(hashes, s.Hash) })
	}
	return sorted, hashes, &f, nil
}

// HeadsRoot is the RFC 6962 root over the heads, ordered by the bytes of tenant
// and then stream. The order in which they are given does not matter.
func HeadsRoot(heads []Head) (Hash, error) {
	_, _, f, err := headTree(heads)
	if err != nil {
		return Hash{}, err
	}
	return f.Root(), nil
}

// Heads is the body of a heads entry: it fixes how many entries every stream
// has, of all the entries before it. It names no stream, so it may be shown to
// any tenant.
type Heads struct {
	Size    int64 // entries of the log that it covers, 0 to Size-1: the position of the heads entry itself
	Streams int64 // number of streams
	Root    Hash  // HeadsRoot of their heads
}

// NewHeads states the heads of all streams when the log has size entries.
func NewHeads(size int64, heads []Head) (Heads, error) {
	root, err := HeadsRoot(heads)
	if err != nil {
		return Heads{}, err
	}
	return Heads{Size: size, Streams: int64(len(heads)), Root: root}, nil
}

// String is the body in words, for messages.
func (h Heads) String() string {
	return fmt.Sprintf("%d streams over %d entries with root %x", h.Streams, h.Size, h.Root[:])
}

// Marshal is the body of the heads entry: JSON with the members size, streams
// and root (in hexadecimal), in this order and without spaces.
func (h Heads) Marshal() []byte {
	return fmt.Appendf(nil, `{"size":%d,"streams":%d,"root":"%x"}`, h.Size, h.Streams, h.Root[:])
}

// ParseHeads reads the body of a heads entry. It accepts exactly what
// [Heads.Marshal] writes.
func ParseHeads(body []byte) (Heads, error) {
	var read struct {
		Size    int64  `json:"size"`
		Streams int64  `json:"streams"`
		Root    string `json:"root"`
	}
	bad := fault.New(fault.Damaged, "the body of a heads entry is not as it should be")
	if err := json.Unmarshal(body, &read); err != nil {
		return Heads{}, bad
	}
	root, err := hex.DecodeString(read.Root)
	if err != nil || len(root) != tlog.HashSize {
		return Heads{}, bad
	}
	h := Heads{Size: read.Size, Streams: read.Streams, Root: Hash(root)}
	if h.Size < 0 || h.Streams < 0 || string(h.Marshal()) != string(body) {
		return Heads{}, bad
	}
	return h, nil
}

// HeadProof shows that a head is among those of a heads entry.
type HeadProof struct {
	Index  int64            // place of the head in the order of all heads
	Hashes tlog.RecordProof // RFC 6962 audit path, from the leaf up
}

// ProveHead proves the head of stream id among heads.
func ProveHead(heads []Head, id StreamID) (Head, HeadProof, error) {
	proofs, err := ProveHeads(heads, id)
	if err != nil {
		return Head{}, HeadProof{}, err
	}
	return proofs[0].Head, proofs[0].Proof, nil
}

// ProvenHead is a head and its proof.
type ProvenHead struct {
	Head  Head
	Proof HeadProof
}

// ProveHeads proves the heads of several streams, building the tree once.
func ProveHeads(heads []Head, ids ...StreamID) ([]ProvenHead, error) {
	sorted, hashes, _, err := headTree(heads)
	if err != nil {
		return nil, err
	}
	out := make([]ProvenHead, 0, len(ids))
	for _, id := range ids {
		i, ok := slices.BinarySearchFunc(sorted, Head{Tenant: id.Tenant, Stream: id.Stream}, compareHeads)
		if !ok {
			return nil, fault.New(fault.NotFound, "stream %s of tenant %q has no head", id.Stream, id.Tenant)
		}
		path, err := tlog.ProveRecord(int64(len(sorted)), int64(i), hashes)
		if err != nil {
			return nil, fault.Wrap(fault.Internal, err, "prove head %d", i)
		}
		out = append(out, ProvenHead{Head: sorted[i], Proof: HeadProof{Index: int64(i), Hashes: path}})
	}
	return out, nil
}

// VerifyHead checks that head is among those of heads.
func VerifyHead(heads Heads, head Head, proof HeadProof) error {
	leaf, err := head.marshal()
	if err != nil {
		return fault.Wrap(fault.Damaged, err, "no stream has this head")
	}
	err = tlog.CheckRecord(proof.Hashes, heads.Streams, heads.Root, proof.Index, leafHash(leaf))
	return fault.Wrap(fault.Damaged, err, "stream %s of tenant %q with %d entries is not among the heads", head.Stream, head.Tenant, head.Number)
}
