package ledger

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"candour/internal/fault"
)

// Finding says what kind of thing is wrong with a ledger.
type Finding string

// What a [Verifier] can find. Each is a fact about one position.
const (
	WrongPosition   Finding = "position"   // an entry is missing, repeated or out of order
	WrongEntry      Finding = "entry"      // the fields of the entry cannot be encoded
	WrongNumber     Finding = "number"     // the numbers of a stream have a gap or a repetition
	WrongInstant    Finding = "instant"    // it is earlier than the entry before it
	WrongBody       Finding = "body"       // the body does not have the hash that the entry holds
	WrongHeads      Finding = "heads"      // a heads entry does not state the streams as they stand
	WrongHash       Finding = "hash"       // a stored hash is not that of the entries
	WrongCheckpoint Finding = "checkpoint" // the root or the size is not what was signed
)

// Problem is the first thing that is wrong with a ledger.
type Problem struct {
	Position Position // where it was found; for a checkpoint, its size
	Stream   StreamID // stream of the entry there; empty for a checkpoint
	Finding  Finding  // what kind of thing
	Found    string   // what is there
	Expected string   // what should be there
}

// Error says where, what was found, and what was expected.
func (p *Problem) Error() string {
	where := fmt.Sprintf("position %d", p.Position)
	switch {
	case p.Finding == WrongCheckpoint:
		where = fmt.Sprintf("checkpoint of size %d", p.Position)
	case p.Stream.Stream != "":
		where += fmt.Sprintf(" (stream %s of tenant %q)", p.Stream.Stream, p.Stream.Tenant)
	}
	return fmt.Sprintf("%s: wrong %s: found %s, expected %s", where, p.Finding, p.Found, p.Expected)
}

// Body is what an entry's body hash was made from, when it is there to be
// checked.
type Body struct {
	Salt  [32]byte
	Bytes []byte
}

// Record is an entry as a store holds it, to be verified.
type Record struct {
	Entry Entry

	// Body is nil when it was lawfully erased or is not at hand; then only its
	// hash in the entry is covered.
	Body *Body

	// Hashes are the stored hashes of this position (those that Frontier.Append
	// gave). Nil leaves them unchecked. Where they are given, a changed entry is
	// named by its own position and not only by the next checkpoint.
	Hashes []Hash
}

// Verifier checks a whole ledger in one pass, in memory proportional to the
// number of streams. Feed it every entry in order with [Verifier.Add], then call
// [Verifier.Close]. After the first problem it answers only with that problem.
// It is not safe for use by several goroutines at once.
type Verifier struct {
	frontier    Frontier
	checkpoints []Checkpoint // not yet reached, by size
	streams     map[StreamID]int64
	last        time.Time
	leaf        []byte // reused
	bodies      int64
	err         error
}

// NewVerifier prepares a check against the given checkpoints, in any order.
// Their signatures have been verified already ([VerifyCheckpoint]).
func NewVerifier(checkpoints ...Checkpoint) *Verifier {
	sorted := slices.Clone(checkpoints)
	slices.SortStableFunc(sorted, func(a, b Checkpoint) int { return cmp.Compare(a.Size, b.Size) })
	return &Verifier{checkpoints: sorted, streams: map[StreamID]int64{}}
}

// Size is the number of entries found right so far.
func (v *Verifier) Size() int64 { return v.frontier.Size() }

// Root is the root of the tree of the entries found right so far.
func (v *Verifier) Root() Hash { return v.frontier.Root() }

// Bodies is the number of entries whose body was given and matched its hash.
func (v *Verifier) Bodies() int64 { return v.bodies }

// Streams is the latest number of every stream so far, in no order.
func (v *Verifier) Streams() []Head {
	heads := make([]Head, 0, len(v.streams))
	for id, number := range v.streams {
		heads = append(heads, Head{Tenant: id.Tenant, Stream: id.Stream, Number: number})
	}
	return heads
}

// fail keeps the first problem.
func (v *Verifier) fail(p *Problem) error {
	v.err = fault.Wrap(fault.Damaged, p, "the ledger does not verify")
	return v.err
}

// Add checks the next entry. The error, if any, is of kind Damaged and holds a
// [*Problem].
func (v *Verifier) Add(r Record) error {
	if v.err != nil {
		return v.err
	}
	if err := v.reachCheckpoints(); err != nil {
		return err
	}
	e, next := r.Entry, v.frontier.Next()
	problem := func(f Finding, found, expected string) error {
		return v.fail(&Problem{Position: next, Stream: e.StreamID(), Finding: f, Found: found, Expected: expected})
	}
	if e.Position != next {
		return problem(WrongPosition, fmt.Sprint(e.Position), fmt.Sprint(next))
	}
	var err error
	if v.leaf, err = e.appendTo(v.leaf[:0]); err != nil {
		return problem(WrongEntry, err.Error(), "fields in range")
	}
	if want := v.streams[e.StreamID()] + 1; e.Number != want {
		return problem(WrongNumber, fmt.Sprint(e.Number), fmt.Sprint(want))
	}
	if e.Instant.Before(v.last) {
		return problem(WrongInstant, e.Instant.UTC().Format(time.RFC3339Nano), "not before "+v.last.UTC().Format(time.RFC3339Nano))
	}
	if f, found, expected := v.checkBody(r); f != "" {
		return problem(f, found, expected)
	}
	if found, expected := v.addLeaf(r.Hashes); expected != "" {
		return problem(WrongHash, found, expected)
	}
	v.streams[e.StreamID()] = e.Number
	v.last = e.Instant
	return nil
}

// checkBody compares the body with its hash, and what a heads entry states with
// the streams as they stood before it.
func (v *Verifier) checkBody(r Record) (f Finding, found, expected string) {
	if r.Body == nil {
		return "", "", ""
	}
	if got := BodyHash(r.Body.Salt, r.Body.Bytes); got != r.Entry.BodyHash {
		return WrongBody, got.String(), r.Entry.BodyHash.String()
	}
	v.bodies++
	if r.Entry.Kind != KindHeads {
		return "", "", ""
	}
	want, err := NewHeads(v.frontier.Size(), v.Streams())
	if err != nil {
		return WrongHeads, err.Error(), "streams that can be listed"
	}
	if got, err := ParseHeads(r.Body.Bytes); err != nil {
		return WrongHeads, err.Error(), want.String()
	} else if got != want {
		return WrongHeads, got.String(), want.String()
	}
	return "", "", ""
}

// addLeaf appends the leaf and compares the hashes that it makes with those
// stored. expected is empty when all agree.
func (v *Verifier) addLeaf(stored []Hash) (found, expected string) {
	if stored == nil {
		v.frontier.add(leafHash(v.leaf), nil)
		return "", ""
	}
	// Each trailing one bit of the position is a subtree that the leaf completes.
	if want := 1 + bits.TrailingZeros64(uint64(v.frontier.size)+1); len(stored) != want {
		return fmt.Sprintf("%d stored hashes", len(stored)), fmt.Sprint(want)
	}
	n := 0
	v.frontier.add(leafHash(v.leaf), func(s StoredHash) {
		if stored[n] != s.Hash && expected == "" {
			found, expected = fmt.Sprintf("stored hash %d is %s", s.Index, stored[n]), s.Hash.String()
		}
		n++
	})
	return found, expected
}

// reachCheckpoints compares the root with every checkpoint of the present size.
func (v *Verifier) reachCheckpoints() error {
	for len(v.checkpoints) > 0 && v.checkpoints[0].Size <= v.frontier.Size() {
		c := v.checkpoints[0]
		v.checkpoints = v.checkpoints[1:]
		root := v.frontier.Root()
		if c.Size < 0 || c.Root != root {
			return v.fail(&Problem{Position: Position(c.Size), Finding: WrongCheckpoint, Found: "root " + root.String(), Expected: "root " + c.Root.String() + ", as signed"})
		}
	}
	return nil
}

// Close says that there are no more entries. A checkpoint that was not reached
// is a problem: entries are missing at the end.
func (v *Verifier) Close() error {
	if v.err != nil {
		return v.err
	}
	if err := v.reachCheckpoints(); err != nil {
		return err
	}
	if len(v.checkpoints) > 0 {
		c := v.checkpoints[0]
		return v.fail(&Problem{
			Position: Position(c.Size), Finding: WrongCheckpoint,
			Found: fmt.Sprintf("%d entries", v.frontier.Size()), Expected: fmt.Sprintf("at least %d, as signed", c.Size),
		})
	}
	return nil
}
