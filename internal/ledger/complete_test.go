package ledger

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"candour/internal/fault"
)

func TestTheRootOfTheHeadsDependsOnEveryHeadAndNotOnOrder(t *testing.T) {
	t.Parallel()
	heads := newTestLog(t, 100).heads()
	root, err := HeadsRoot(heads)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		shuffled := slices.Clone(heads)
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 0)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got, err := HeadsRoot(shuffled); err != nil || got != root {
			t.Fatalf("in another order: %v, %v", got, err)
		}
		i := rapid.IntRange(0, len(shuffled)-1).Draw(t, "head")
		changed := slices.Clone(shuffled)
		changed[i].Number++
		if got, _ := HeadsRoot(changed); got == root {
			t.Fatal("another number gives the same root")
		}
		if got, _ := HeadsRoot(slices.Delete(slices.Clone(shuffled), i, i+1)); got == root {
			t.Fatal("a missing stream gives the same root")
		}
	})
	if got, err := HeadsRoot(nil); err != nil || got != emptyRoot {
		t.Errorf("no streams: %v, %v", got, err)
	}
	for name, bad := range map[string][]Head{
		"a stream twice":   append(slices.Clone(heads), heads[0]),
		"number 0":         {{"north", "a", 0}},
		"no stream":        {{"north", "", 1}},
		"a tenant of text": {{"the north", "a", 1}},
	} {
		if _, err := HeadsRoot(bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := NewHeads(1, bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := ProveHeads(bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheRootOfTheHeadsIsThatOfTheFormatPage(t *testing.T) {
	t.Parallel()
	// Computed outside this program by sha256sum:
	// node(leaf("H" 0000 000c "ledger/heads" 1), leaf("H" 0005 "north" 000a "delivery/1" 3)).
	got, err := HeadsRoot([]Head{{"north", "delivery/1", 3}, {"", "ledger/heads", 1}})
	if want := "PszSexYWtd9cATj21VGS+pByAXQkdS0yAPwiTa/8BR0="; err != nil || got.String() != want {
		t.Errorf("got %v, %v; want %s", got, err, want)
	}
}

func TestAHeadIsProvenAndNoOtherNumberPasses(t *testing.T) {
	t.Parallel()
	l := newTestLog(t, 100)
	heads := l.heads()
	h, err := NewHeads(100, heads)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range heads {
		head, p, err := ProveHead(heads, want.StreamID())
		if err != nil || head != want {
			t.Fatalf("%+v, %v", head, err)
		}
		if err := VerifyHead(h, head, p); err != nil {
			t.Error(err)
		}
		for _, n := range []int64{head.Number - 1, head.Number + 1} {
			head.Number = n
			if VerifyHead(h, head, p) == nil {
				t.Errorf("number %d passes", n)
			}
		}
		p.Index = -1
		mustBe(t, VerifyHead(h, want, p), fault.Damaged)
	}
	_, _, err = ProveHead(heads, StreamID{"north", "unknown"})
	mustBe(t, err, fault.NotFound)
}

func FuzzParseHeads(f *testing.F) {
	f.Add(Heads{Size: 12, Streams: 3, Root: emptyRoot}.Marshal())
	f.Add([]byte(`{"size":1, "streams":1,"root":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		h, err := ParseHeads(body)
		if err != nil {
			mustBe(t, err, fault.Damaged)
			return
		}
		if string(h.Marshal()) != string(body) {
			t.Fatalf("%q is read as %+v", body, h)
		}
	})
}

// pack is what a hand-over of one stream carries.
type pack struct {
	checkpoint Checkpoint
	heads      ProvenHeads
	stream     ProvenStream
}

// newPack hands over north's stream delivery/1 from a log that went on after
// the heads entry.
func newPack(t testing.TB) (*testLog, pack) {
	t.Helper()
	l := newTestLog(t, 79)
	headsEntry, heads := l.addHeads(t)
	body := *l.records[headsEntry.Position].Body
	for range 30 {
		l.add(t, "north", "delivery/1", "delivery.accepted", nil)
	}
	c := l.checkpoint()
	proven, err := ProveHeads(heads, StreamID{"north", "delivery/1"})
	if err != nil {
		t.Fatal(err)
	}
	var entries []Entry
	for _, r := range l.records[:headsEntry.Position] {
		if r.Entry.StreamID() == (StreamID{"north", "delivery/1"}) {
			entries = append(entries, r.Entry)
		}
	}
	stream, err := ProveStream(c.Size, entries, proven[0], l.hashes)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := ProveEntry(c.Size, headsEntry, l.hashes)
	if err != nil {
		t.Fatal(err)
	}
	return l, pack{c, ProvenHeads{entry, body}, stream}
}

func TestAWholeStreamIsAccepted(t *testing.T) {
	t.Parallel()
	_, p := newPack(t)
	entries, err := VerifyComplete(p.checkpoint, p.heads, p.stream)
	if err != nil || len(entries) != len(p.stream.Entries) || len(entries) < 5 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
}

func TestNothingCanBeLeftOutOfOrAddedToAStream(t *testing.T) {
	t.Parallel()
	l, whole := newPack(t)
	later, err := ProveEntry(whole.checkpoint.Size, l.records[80].Entry, l.hashes)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := ProveEntry(whole.checkpoint.Size, l.records[1].Entry, l.hashes)
	if err != nil {
		t.Fatal(err)
	}
	last := len(whole.stream.Entries) - 1
	for name, change := range map[string]func(*pack){
		"the first entry left out": func(p *pack) { p.stream.Entries = p.stream.Entries[1:] },
		"the last entry left out":  func(p *pack) { p.stream.Entries = p.stream.Entries[:last] },
		"one in between left out":  func(p *pack) { p.stream.Entries = slices.Delete(p.stream.Entries, 2, 3) },
		"all left out":             func(p *pack) { p.stream.Entries = nil },
		"an entry twice":           func(p *pack) { p.stream.Entries = slices.Insert(p.stream.Entries, 2, p.stream.Entries[2]) },
		"two in another order": func(p *pack) {
			p.stream.Entries[0], p.stream.Entries[1] = p.stream.Entries[1], p.stream.Entries[0]
		},
		"an entry after the heads":   func(p *pack) { p.stream.Entries = append(p.stream.Entries, later) },
		"an entry of another stream": func(p *pack) { p.stream.Entries[0] = foreign },
		"a changed byte": func(p *pack) {
			p.stream.Entries[3].Leaf = slices.Clone(p.stream.Entries[3].Leaf)
			p.stream.Entries[3].Leaf[60] ^= 1
		},
		"no proof":                         func(p *pack) { p.stream.Entries[3].Proof = nil },
		"another stream's name":            func(p *pack) { p.stream.Stream = "delivery/2" },
		"another tenant's name":            func(p *pack) { p.stream.Tenant = "south" },
		"another head's place":             func(p *pack) { p.stream.Head.Index++ },
		"heads of another body":            func(p *pack) { p.heads.Body.Bytes = []byte("x") },
		"heads of another salt":            func(p *pack) { p.heads.Body.Salt[0] ^= 1 },
		"an ordinary entry as heads":       func(p *pack) { p.heads.Entry = p.stream.Entries[0] },
		"another checkpoint":               func(p *pack) { p.checkpoint.Root[0] ^= 1 },
		"heads that were never in the log": func(p *pack) { p.heads.Entry.Proof = nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := whole
			p.stream.Entries = slices.Clone(whole.stream.Entries)
			change(&p)
			_, err := VerifyComplete(p.checkpoint, p.heads, p.stream)
			mustBe(t, err, fault.Damaged)
		})
	}
}

func TestHeadsThatDoNotCoverAllBeforeThemAreRefused(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int64{"fewer": 2, "more": 9} {
		l := newTestLog(t, 5)
		h, err := NewHeads(size, l.heads())
		if err != nil {
			t.Fatal(err)
		}
		e := l.add(t, "", "ledger/heads", KindHeads, h.Marshal())
		entry, err := ProveEntry(l.frontier.Size(), e, l.hashes)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ProvenHeads{entry, *l.records[5].Body}.Verify(l.checkpoint())
		if !fault.Is(err, fault.Damaged) {
			t.Errorf("heads over %s entries than stand before them: %v", name, err)
		}
	}
}

func TestAStreamIsNotProvenFromTheWrongEntries(t *testing.T) {
	t.Parallel()
	l := newTestLog(t, 20)
	head := ProvenHead{Head: Head{"north", "delivery/1", 3}}
	_, err := ProveStream(20, nil, head, l.hashes)
	mustBe(t, err, fault.Invalid)
	_, err = ProveEntry(20, Entry{}, l.hashes)
	mustBe(t, err, fault.Invalid)
	outside := l.records[3].Entry
	outside.Position = 20
	_, err = ProveStream(20, []Entry{outside, outside, outside}, head, l.hashes)
	mustBe(t, err, fault.NotFound)
}
