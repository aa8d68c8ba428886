package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"candour/internal/fault"
)

// ProvenEntry is a leaf and the proof that it is in the log.
type ProvenEntry struct {
	Leaf  []byte
	Proof tlog.RecordProof
}

// ProvenHeads is a heads entry with its body and the proof that it is in the
// log. One serves for all streams of a pack.
type ProvenHeads struct {
	Entry ProvenEntry
	Body  Body
}

// ProvenStream is everything that a hand-over pack says about one stream: all
// its entries up to the heads entry, each proven, and the proof of its head.
type ProvenStream struct {
	Tenant  string
	Stream  string
	Entries []ProvenEntry // numbers 1 to the head's
	Head    HeadProof
}

// ProveEntry proves e in the tree of size entries.
func ProveEntry(size int64, e Entry, r tlog.HashReader) (ProvenEntry, error) {
	leaf, err := e.Marshal()
	if err != nil {
		return ProvenEntry{}, err
	}
	proof, err := ProveInclusion(size, e.Position, r)
	if err != nil {
		return ProvenEntry{}, err
	}
	return ProvenEntry{Leaf: leaf, Proof: proof}, nil
}

// ProveStream gathers the proofs of a stream. entries are those numbered from 1
// to head.Number, in order; size is that of the checkpoint in the pack.
func ProveStream(size int64, entries []Entry, head ProvenHead, r tlog.HashReader) (ProvenStream, error) {
	if int64(len(entries)) != head.Head.Number {
		return ProvenStream{}, fault.New(fault.Invalid, "stream %s has %d entries at its head; %d were given", head.Head.Stream, head.Head.Number, len(entries))
	}
	s := ProvenStream{Tenant: head.Head.Tenant, Stream: head.Head.Stream, Head: head.Proof}
	for _, e := range entries {
		p, err := ProveEntry(size, e, r)
		if err != nil {
			return ProvenStream{}, err
		}
		s.Entries = append(s.Entries, p)
	}
	return s, nil
}

// Verify checks that the entry is in the log of c and gives it.
func (p ProvenEntry) Verify(c Checkpoint) (Entry, error) {
	var e Entry
	if err := e.Unmarshal(p.Leaf); err != nil {
		return Entry{}, err
	}
	if err := VerifyInclusion(c, e.Position, p.Leaf, p.Proof); err != nil {
		return Entry{}, err
	}
	return e, nil
}

// Verify checks that the heads entry is in the log of c, that the body is its
// own, and that it covers every entry before it. It gives the heads.
func (p ProvenHeads) Verify(c Checkpoint) (Heads, error) {
	e, err := p.Entry.Verify(c)
	if err != nil {
		return Heads{}, err
	}
	if e.Kind != KindHeads {
		return Heads{}, fault.New(fault.Damaged, "the entry at position %d is %s and not %s", e.Position, e.Kind, KindHeads)
	}
	if got := BodyHash(p.Body.Salt, p.Body.Bytes); got != e.BodyHash {
		return Heads{}, fault.Wrap(fault.Damaged, &Problem{Position: e.Position, Stream: e.StreamID(), Finding: WrongBody, Found: got.String(), Expected: e.BodyHash.String()}, "the heads do not verify")
	}
	h, err := ParseHeads(p.Body.Bytes)
	if err != nil {
		return Heads{}, err
	}
	if h.Size != int64(e.Position) {
		return Heads{}, fault.New(fault.Damaged, "the heads at position %d cover %d entries and not all before them", e.Position, h.Size)
	}
	return h, nil
}

// VerifyComplete checks that the entries of s are all that its stream had when
// the heads entry was written, that none was changed, and that all are in the
// log of c. It gives them in order.
//
// It rests on two things that it cannot see: that c was signed by the log
// ([VerifyCheckpoint]), and that the heads entry is true. A full pass by a
// [Verifier] recomputes every heads entry whose body is at hand; a witness's
// cosignature shows that the log was not forked.
func VerifyComplete(c Checkpoint, heads ProvenHeads, s ProvenStream) ([]Entry, error) {
	h, err := heads.Verify(c)
	if err != nil {
		return nil, err
	}
	wrong := func(position Position, f Finding, found, expected string) error {
		p := &Problem{Position: position, Stream: StreamID{s.Tenant, s.Stream}, Finding: f, Found: found, Expected: expected}
		return fault.Wrap(fault.Damaged, p, "the stream is not complete")
	}
	entries := make([]Entry, 0, len(s.Entries))
	last := Position(-1)
	for i, p := range s.Entries {
		e, err := p.Verify(c)
		if err != nil {
			return nil, err
		}
		switch want := int64(i) + 1; {
		case e.StreamID() != (StreamID{s.Tenant, s.Stream}):
			return nil, wrong(e.Position, WrongEntry, "an entry of stream "+e.Stream, "one of stream "+s.Stream)
		case e.Number != want:
			return nil, wrong(e.Position, WrongNumber, fmt.Sprint(e.Number), fmt.Sprint(want))
		case e.Position <= last || int64(e.Position) >= h.Size:
			return nil, wrong(e.Position, WrongPosition, fmt.Sprint(e.Position), fmt.Sprintf("after %d and before %d", last, h.Size))
		}
		last = e.Position
		entries = append(entries, e)
	}
	head := Head{Tenant: s.Tenant, Stream: s.Stream, Number: int64(len(entries))}
	if err := VerifyHead(h, head, s.Head); err != nil {
		return nil, err
	}
	return entries, nil
}
