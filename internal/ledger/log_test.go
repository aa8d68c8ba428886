package ledger

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"candour/internal/fault"
)

// testLog is a whole log in memory, as a store would hold it.
type testLog struct {
	records  []Record
	leaves   [][]byte
	hashes   HashSlice
	frontier Frontier
	numbers  map[StreamID]int64
}

var began = time.Date(2025, 4, 1, 9, 0, 0, 0, time.UTC)

// add appends an entry with a body.
func (l *testLog) add(t testing.TB, tenant, stream, kind string, body []byte) Entry {
	t.Helper()
	if l.numbers == nil {
		l.numbers = map[StreamID]int64{}
	}
	id := StreamID{tenant, stream}
	l.numbers[id]++
	n := l.frontier.Next()
	var salt [32]byte
	binary.BigEndian.PutUint64(salt[:], uint64(n))
	e := Entry{
		Position: n, Instant: began.Add(time.Duration(n) * time.Millisecond), Tenant: tenant, Stream: stream,
		Number: l.numbers[id], Kind: kind, Actor: "account/7", BodyHash: BodyHash(salt, body),
	}
	leaf, err := e.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := l.frontier.Append(leaf)
	if err != nil {
		t.Fatal(err)
	}
	var own []Hash
	for _, s := range stored {
		if s.Index != int64(len(l.hashes)) {
			t.Fatalf("stored hash of position %d belongs at %d; got index %d", n, len(l.hashes), s.Index)
		}
		l.hashes = append(l.hashes, s.Hash)
		own = append(own, s.Hash)
	}
	l.leaves = append(l.leaves, leaf)
	l.records = append(l.records, Record{Entry: e, Body: &Body{Salt: salt, Bytes: body}, Hashes: own})
	return e
}

// heads is the latest number of every stream.
func (l *testLog) heads() []Head {
	var out []Head
	for id, n := range l.numbers {
		out = append(out, Head{id.Tenant, id.Stream, n})
	}
	return out
}

// addHeads appends a heads entry and gives the heads that it states.
func (l *testLog) addHeads(t testing.TB) (Entry, []Head) {
	t.Helper()
	heads := l.heads()
	h, err := NewHeads(l.frontier.Size(), heads)
	if err != nil {
		t.Fatal(err)
	}
	return l.add(t, "", "ledger/heads", KindHeads, h.Marshal()), heads
}

func (l *testLog) checkpoint() Checkpoint {
	return Checkpoint{Origin: "candour.example/test", Size: l.frontier.Size(), Root: l.frontier.Root()}
}

// newTestLog has n entries over seven streams of two tenants, with a heads
// entry after every fortieth.
func newTestLog(t testing.TB, n int) *testLog {
	t.Helper()
	l := &testLog{}
	for i := range n {
		if i%40 == 39 {
			l.addHeads(t)
			continue
		}
		tenant := []string{"north", "south"}[i%2]
		l.add(t, tenant, fmt.Sprintf("delivery/%d", i*i%7), "delivery.accepted", fmt.Appendf(nil, "body %d", i))
	}
	return l
}

// mustBe fails unless err is of kind.
func mustBe(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("got error %v, want one of kind %q", err, kind)
	}
}
