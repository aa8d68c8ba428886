package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"candour/internal/fault"
)

// Position is the index of an entry in the log, from 0. A tree of size n holds
// the positions 0 to n-1.
type Position int64

// Hash is a SHA-256 hash: of a leaf, a node of the tree, or a salted body.
type Hash = tlog.Hash

// Entry is one recorded fact as the log holds it. It holds no personal data:
// the actor is an opaque account identifier and the stream names a thing by its
// identifier.
type Entry struct {
	Position Position  // index in the log, from 0
	Instant  time.Time // when it was recorded, to the microsecond, UTC
	Tenant   string    // the commissioner whose fact it is; empty for the installation itself
	Stream   string    // the thing that it is about, such as "delivery/0198c1"
	Number   int64     // number within the stream of the tenant, from 1 without gaps
	Kind     string    // what happened, such as "delivery.accepted"
	Actor    string    // opaque account identifier, or the name of background work
	BodyHash Hash      // salted hash of the body, by BodyHash
}

// StreamID identifies a stream: two tenants may both keep a stream about the
// same thing, and each is numbered on its own.
type StreamID struct {
	Tenant string
	Stream string
}

// StreamID is the stream to which the entry belongs.
func (e Entry) StreamID() StreamID { return StreamID{e.Tenant, e.Stream} }

const (
	// entryVersion is the first byte of every leaf. Readers refuse any other.
	entryVersion = 1

	// entryFixed is the length of the part before the texts: version, position,
	// instant, number and body hash.
	entryFixed = 1 + 8 + 8 + 8 + tlog.HashSize

	// MaxText is the longest tenant, stream, kind or actor in bytes. Four of
	// them and the fixed part stay far below the 65,535 bytes that an entry
	// bundle allows for a leaf.
	MaxText = 1024

	// MaxLeaf is the longest leaf in bytes that an entry bundle can carry (C2SP
	// tlog-tiles: 16-bit lengths).
	MaxLeaf = 1<<16 - 1
)

// Marshal is the canonical encoding of the entry, its leaf:
//
//	offset  bytes  field
//	0       1      version, 1
//	1       8      position, unsigned big-endian
//	9       8      instant, microseconds since 1970-01-01T00:00:00Z, unsigned big-endian
//	17      8      number, unsigned big-endian
//	25      32     body hash
//	57      2+n    tenant, then stream, kind and actor: each a 16-bit big-endian
//	               length and that many bytes
//
// An entry has exactly one encoding. It is refused when a field is out of
// range: see [Entry.Validate].
func (e Entry) Marshal() ([]byte, error) { return e.appendTo(nil) }

// appendTo appends the leaf to buffer, so that reading a million entries does
// not allocate a million leaves.
func (e Entry) appendTo(buffer []byte) ([]byte, error) {
	if err := e.Validate(); err != nil {
		return nil, err
	}
	buffer = append(buffer, entryVersion)
	buffer = binary.BigEndian.AppendUint64(buffer, uint64(e.Position))
	buffer = binary.BigEndian.AppendUint64(buffer, uint64(e.Instant.UnixMicro()))
	buffer = binary.BigEndian.AppendUint64(buffer, uint64(e.Number))
	buffer = append(buffer, e.BodyHash[:]...)
	for _, text := range [...]string{e.Tenant, e.Stream, e.Kind, e.Actor} {
		buffer = appendText(buffer, text)
	}
	return buffer, nil
}

// appendText appends a 16-bit length and the text.
func appendText(buffer []byte, text string) []byte {
	buffer = binary.BigEndian.AppendUint16(buffer, uint16(len(text)))
	return append(buffer, text...)
}

// cutText splits a 16-bit length and that many bytes from data.
func cutText(data []byte) (text string, rest []byte, err error) {
	if len(data) < 2 {
		return "", nil, fault.New(fault.Damaged, "%d bytes are left where the 2 bytes of a length should be", len(data))
	}
	n := int(binary.BigEndian.Uint16(data))
	data = data[2:]
	if len(data) < n {
		return "", nil, fault.New(fault.Damaged, "%d bytes are left where a text of %d bytes should be", len(data), n)
	}
	return string(data[:n]), data[n:], nil
}

// Unmarshal reads a leaf. It accepts exactly the bytes that [Entry.Marshal]
// writes, so Marshal of the result gives leaf again.
func (e *Entry) Unmarshal(leaf []byte) error {
	if len(leaf) < entryFixed {
		return fault.New(fault.Damaged, "a leaf of %d bytes is too short; the shortest has %d", len(leaf), entryFixed+8)
	}
	if leaf[0] != entryVersion {
		return fault.New(fault.Damaged, "the leaf has version %d; this program reads version %d", leaf[0], entryVersion)
	}
	out := Entry{
		Position: Position(binary.BigEndian.Uint64(leaf[1:])),
		Instant:  time.UnixMicro(int64(binary.BigEndian.Uint64(leaf[9:]))).UTC(),
		Number:   int64(binary.BigEndian.Uint64(leaf[17:])),
		BodyHash: Hash(leaf[25:entryFixed]),
	}
	rest := leaf[entryFixed:]
	for _, field := range [...]*string{&out.Tenant, &out.Stream, &out.Kind, &out.Actor} {
		var err error
		if *field, rest, err = cutText(rest); err != nil {
			return err
		}
	}
	if len(rest) > 0 {
		return fault.New(fault.Damaged, "%d bytes follow the end of the leaf", len(rest))
	}
	if err := out.Validate(); err != nil {
		return fault.Wrap(fault.Damaged, err, "read leaf")
	}
	*e = out
	return nil
}

// Validate says why the entry has no leaf: a negative position, a number below
// 1, an instant finer than a microsecond or outside the years 1970 to 9999, or a
// text that is not an identifier.
func (e Entry) Validate() error {
	switch year := e.Instant.UTC().Year(); {
	case e.Position < 0:
		return fault.New(fault.Invalid, "position %d is negative", e.Position)
	case e.Number < 1:
		return fault.New(fault.Invalid, "number %d in a stream is below 1", e.Number)
	case e.Instant.Nanosecond()%1000 != 0:
		return fault.New(fault.Invalid, "an instant is finer than a microsecond")
	case year < 1970 || year > 9999:
		return fault.New(fault.Invalid, "an instant is in the year %d; 1970 to 9999 are allowed", year)
	}
	if e.Tenant != "" {
		if err := validateText("tenant", e.Tenant); err != nil {
			return err
		}
	}
	if err := validateText("stream", e.Stream); err != nil {
		return err
	}
	if err := validateText("kind", e.Kind); err != nil {
		return err
	}
	return validateText("actor", e.Actor)
}

// validateText accepts 1 to MaxText printable ASCII characters without space
// and without "@": an identifier, and neither a sentence nor an e-mail address,
// since a leaf can never be erased. The message does not repeat the text.
func validateText(field, text string) error {
	if text == "" {
		return fault.New(fault.Invalid, "the %s is empty", field)
	}
	if len(text) > MaxText {
		return fault.New(fault.Invalid, "the %s has %d bytes; at most %d are allowed", field, len(text), MaxText)
	}
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' || c == '@' {
			return fault.New(fault.Invalid, "byte %d of the %s is %#02x; only printable ASCII without space and \"@\" is allowed", i, field, c)
		}
	}
	return nil
}

// LeafHash is the hash of the entry in the tree: SHA-256(0x00 ‖ leaf), RFC 6962
// section 2.1.
func (e Entry) LeafHash() (Hash, error) {
	leaf, err := e.Marshal()
	if err != nil {
		return Hash{}, err
	}
	return leafHash(leaf), nil
}

// leafHash is tlog.RecordHash without its allocation for a leaf of usual size.
func leafHash(leaf []byte) Hash {
	var room [512]byte
	return sha256.Sum256(append(room[:1], leaf...))
}

// bodyPrefix begins every hashed body, so that the hash of a body can never be
// taken for any other hash of the program.
const bodyPrefix = "candour ledger body v1\n"

// BodyHash is the salted hash of an entry's body:
//
//	SHA-256("candour ledger body v1\n" ‖ salt ‖ body)
//
// The salt is 32 random bytes, drawn for each entry and kept beside the body.
// When both are destroyed, the hash tells nothing of the body, not even to
// somebody who can guess it.
func BodyHash(salt [32]byte, body []byte) Hash {
	h := sha256.New()
	h.Write([]byte(bodyPrefix))
	h.Write(salt[:])
	h.Write(body)
	var out Hash
	h.Sum(out[:0])
	return out
}
