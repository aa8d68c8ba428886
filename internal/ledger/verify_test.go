package ledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"candour/internal/fault"
)

// verifyAll feeds all records and closes.
func verifyAll(records []Record, checkpoints ...Checkpoint) (*Verifier, error) {
	v := NewVerifier(checkpoints...)
	for _, r := range records {
		if err := v.Add(r); err != nil {
			return v, err
		}
	}
	return v, v.Close()
}

// problemOf demands that err names a problem.
func problemOf(t interface {
	Helper()
	Fatalf(string, ...any)
}, err error,
) *Problem {
	t.Helper()
	var p *Problem
	if !errors.As(err, &p) || !fault.Is(err, fault.Damaged) {
		t.Fatalf("error %v names no problem", err)
	}
	return p
}

// copyRecords copies deeply enough to change the copy.
func copyRecords(records []Record) []Record {
	out := slices.Clone(records)
	for i := range out {
		out[i].Hashes = slices.Clone(out[i].Hashes)
		body := *out[i].Body
		body.Bytes = slices.Clone(body.Bytes)
		out[i].Body = &body
	}
	return out
}

func TestAWholeLedgerVerifies(t *testing.T) {
	t.Parallel()
	l := newTestLog(t, 200)
	middle := newTestLog(t, 120).checkpoint()
	v, err := verifyAll(l.records, l.checkpoint(), middle, Checkpoint{Root: emptyRoot})
	if err != nil {
		t.Fatal(err)
	}
	if v.Size() != 200 || v.Root() != l.frontier.Root() || v.Bodies() != 200 || len(v.Streams()) != len(l.numbers) {
		t.Errorf("size %d, %d bodies, %d streams", v.Size(), v.Bodies(), len(v.Streams()))
	}
	erased := copyRecords(l.records)
	for i := range erased {
		erased[i].Body = nil
	}
	if v, err := verifyAll(erased, l.checkpoint()); err != nil || v.Bodies() != 0 {
		t.Errorf("with every body erased: %v", err)
	}
	if _, err := verifyAll(nil); err != nil {
		t.Errorf("an empty ledger: %v", err)
	}
}

func TestTheFirstThingThatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	l := newTestLog(t, 100)
	other := newTestLog(t, 101).checkpoint()
	wrongRoot := newTestLog(t, 60).checkpoint()
	wrongRoot.Root[0] ^= 1
	for name, c := range map[string]struct {
		change      func([]Record) []Record
		checkpoints []Checkpoint
		position    Position
		finding     Finding
	}{
		"an entry removed":           {func(r []Record) []Record { return slices.Delete(r, 50, 51) }, nil, 50, WrongPosition},
		"an entry twice":             {func(r []Record) []Record { return slices.Insert(r, 50, r[49]) }, nil, 50, WrongPosition},
		"two entries swapped":        {func(r []Record) []Record { r[50], r[60] = r[60], r[50]; return r }, nil, 50, WrongPosition},
		"a gap in a stream":          {func(r []Record) []Record { r[50].Entry.Number++; return r }, nil, 50, WrongNumber},
		"an entry of a new stream":   {func(r []Record) []Record { r[50].Entry.Stream += "x"; return r }, nil, 50, WrongNumber},
		"an earlier instant":         {func(r []Record) []Record { r[50].Entry.Instant = began; return r }, nil, 50, WrongInstant},
		"fields out of range":        {func(r []Record) []Record { r[50].Entry.Actor = ""; return r }, nil, 50, WrongEntry},
		"a byte of a body":           {func(r []Record) []Record { r[50].Body.Bytes[0] ^= 1; return r }, nil, 50, WrongBody},
		"a salt":                     {func(r []Record) []Record { r[50].Body.Salt[0] ^= 1; return r }, nil, 50, WrongBody},
		"a body hash, body erased":   {func(r []Record) []Record { r[50].Entry.BodyHash[0] ^= 1; r[50].Body = nil; return r }, nil, 50, WrongHash},
		"an actor":                   {func(r []Record) []Record { r[50].Entry.Actor = "account/8"; return r }, nil, 50, WrongHash},
		"a kind":                     {func(r []Record) []Record { r[50].Entry.Kind = "x"; return r }, nil, 50, WrongHash},
		"a stored hash":              {func(r []Record) []Record { r[51].Hashes[1][3] ^= 1; return r }, nil, 51, WrongHash},
		"a stored hash missing":      {func(r []Record) []Record { r[51].Hashes = r[51].Hashes[:1]; return r }, nil, 51, WrongHash},
		"a stored hash too many":     {func(r []Record) []Record { r[50].Hashes = append(r[50].Hashes, Hash{}); return r }, nil, 50, WrongHash},
		"entries lost at the end":    {func(r []Record) []Record { return r[:90] }, []Checkpoint{l.checkpoint()}, 100, WrongCheckpoint},
		"a checkpoint of elsewhere":  {func(r []Record) []Record { return r }, []Checkpoint{l.checkpoint(), wrongRoot}, 60, WrongCheckpoint},
		"a checkpoint of the future": {func(r []Record) []Record { return r }, []Checkpoint{other, l.checkpoint()}, 101, WrongCheckpoint},
		"an actor, and no stored hashes": {func(r []Record) []Record {
			r[50].Entry.Actor = "account/8"
			for i := range r {
				r[i].Hashes = nil
			}
			return r
		}, []Checkpoint{l.checkpoint()}, 100, WrongCheckpoint},
		"heads that leave out a stream": {func(r []Record) []Record { return withHeads(t, r, 79, -1) }, nil, 79, WrongHeads},
		"heads that are no heads":       {func(r []Record) []Record { return withBody(r, 79, []byte("x")) }, nil, 79, WrongHeads},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := verifyAll(c.change(copyRecords(l.records)), c.checkpoints...)
			p := problemOf(t, err)
			if p.Position != c.position || p.Finding != c.finding || p.Found == "" || p.Expected == "" {
				t.Errorf("got %+v; want position %d, %s", p, c.position, c.finding)
			}
			if !strings.Contains(err.Error(), fmt.Sprint(c.position)) {
				t.Errorf("%q does not say where", err)
			}
			if again := v.Close(); again == nil || v.Add(l.records[0]) == nil {
				t.Error("after a problem the verifier goes on as if there were none")
			}
		})
	}
}

// withBody gives the record at position another body, its hash put right.
func withBody(r []Record, position int, body []byte) []Record {
	r[position].Body.Bytes = body
	r[position].Entry.BodyHash = BodyHash(r[position].Body.Salt, body)
	return r
}

// withHeads makes the heads entry at position state one stream more or fewer.
func withHeads(t *testing.T, r []Record, position int, more int64) []Record {
	h, err := ParseHeads(r[position].Body.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	h.Streams += more
	return withBody(r, position, h.Marshal())
}

// TestEveryChangeIsDetected makes one change of any sort to any entry of a
// ledger whose forger recomputes all that can be recomputed without the log's
// key: only the signed checkpoint is beyond reach.
func TestEveryChangeIsDetected(t *testing.T) {
	t.Parallel()
	l := newTestLog(t, 90)
	signed := l.checkpoint()
	rapid.Check(t, func(t *rapid.T) {
		records := copyRecords(l.records)
		i := rapid.IntRange(0, len(records)-1).Draw(t, "position")
		erased := rapid.Bool().Draw(t, "bodies erased")
		switch change := rapid.SampledFrom([]string{"field", "remove", "swap", "insert", "truncate", "body"}).Draw(t, "change"); change {
		case "field":
			changeField(t, &records[i].Entry)
		case "remove":
			records = slices.Delete(records, i, i+1)
		case "swap":
			j := rapid.IntRange(0, len(records)-1).Filter(func(j int) bool { return j != i }).Draw(t, "other")
			records[i], records[j] = records[j], records[i]
		case "insert":
			records = slices.Insert(records, i, Record{Entry: anyEntry().Draw(t, "inserted")})
		case "truncate":
			records = records[:i]
		case "body":
			if erased {
				return
			}
			b := rapid.IntRange(0, len(records[i].Body.Bytes)-1).Draw(t, "byte")
			records[i].Body.Bytes[b] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		}
		renumber := rapid.Bool().Draw(t, "renumbered")
		forge(records, renumber)
		if slices.EqualFunc(records, l.records, func(a, b Record) bool {
			return a.Entry == b.Entry && a.Body != nil && bytes.Equal(a.Body.Bytes, b.Body.Bytes)
		}) {
			t.Skip("renumbering undid the change")
		}
		if erased {
			for i := range records {
				records[i].Body = nil
			}
		}
		_, err := verifyAll(records, signed)
		problemOf(t, err)
	})
}

// changeField changes one field of e to something else.
func changeField(t *rapid.T, e *Entry) {
	was, other := *e, anyEntry().Draw(t, "other entry")
	switch rapid.IntRange(0, 7).Draw(t, "field") {
	case 0:
		e.Position = other.Position
	case 1:
		e.Instant = other.Instant
	case 2:
		e.Tenant = other.Tenant
	case 3:
		e.Stream = other.Stream
	case 4:
		e.Number = other.Number
	case 5:
		e.Kind = other.Kind
	case 6:
		e.Actor = other.Actor
	case 7:
		e.BodyHash = other.BodyHash
	}
	if *e == was {
		t.Skip("nothing was changed")
	}
}

// forge drops the stored hashes and, when asked, puts positions, numbers and
// instants in order again.
func forge(records []Record, renumber bool) {
	numbers := map[StreamID]int64{}
	last := time.Time{}
	for i := range records {
		records[i].Hashes = nil
		if !renumber {
			continue
		}
		e := &records[i].Entry
		e.Position = Position(i)
		numbers[e.StreamID()]++
		e.Number = numbers[e.StreamID()]
		if e.Instant.Before(last) {
			e.Instant = last
		}
		last = e.Instant
	}
}

func BenchmarkVerifierMillionEntries(b *testing.B) {
	const n, streams = 1_000_000, 5_000
	body := []byte(`{"indicator":"shmi","org":"RBT","period":"2025-04","numerator":104,"denominator":98.2,"row":1841}`)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		next := recordsOf(n, streams, body)
		b.StartTimer()
		v := NewVerifier()
		for range n {
			if err := v.Add(next()); err != nil {
				b.Fatal(err)
			}
		}
		if err := v.Close(); err != nil || v.Bodies() != n {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

// recordsOf gives the records of a large ledger one by one, stored hashes and
// bodies included. The entries are prepared first, so that only verifying is
// timed.
func recordsOf(n, streams int, body []byte) func() Record {
	names := make([]string, streams)
	for i := range names {
		names[i] = fmt.Sprintf("delivery/0198c1d2-%04d", i)
	}
	records := make([]Record, n)
	bodies := make([]Body, n)
	hashes := make([]Hash, 0, 2*n)
	var f Frontier
	for i := range n {
		binary.BigEndian.PutUint64(bodies[i].Salt[:], uint64(i))
		bodies[i].Bytes = body
		e := Entry{
			Position: Position(i), Instant: began.Add(time.Duration(i) * time.Millisecond), Tenant: "north",
			Stream: names[i%streams], Number: int64(i/streams) + 1, Kind: "observation.accepted", Actor: "account/7",
			BodyHash: BodyHash(bodies[i].Salt, body),
		}
		h, err := e.LeafHash()
		if err != nil {
			panic(err)
		}
		first := len(hashes)
		f.add(h, func(s StoredHash) { hashes = append(hashes, s.Hash) })
		records[i] = Record{Entry: e, Body: &bodies[i], Hashes: hashes[first:len(hashes):len(hashes)]}
	}
	i := -1
	return func() Record { i++; return records[i] }
}
