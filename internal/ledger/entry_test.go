package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"candour/internal/fault"
)

// workedEntry is the example of docs/formats/ledger.md.
var workedEntry = Entry{
	Position: 41, Instant: time.Date(2025, 4, 10, 8, 30, 0, 250000000, time.UTC), Tenant: "north",
	Stream: "delivery/0198c1", Number: 2, Kind: "delivery.accepted", Actor: "account/7",
	BodyHash: BodyHash([32]byte{}, []byte(`{"rows":1}`)),
}

// workedLeafHash was computed outside this program, by sha256sum.
const workedLeafHash = "c51e80eef131803007add91edccd5115e599632e81b08a30104f8e030ddcd926"

func TestTheWorkedExampleOfTheFormatPage(t *testing.T) {
	t.Parallel()
	leaf, err := workedEntry.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte("candour ledger body v1\n" + strings.Repeat("\x00", 32) + `{"rows":1}`))
	want := "01" + "0000000000000029" + "0006326864414290" + "0000000000000002" + hex.EncodeToString(sum[:])
	for _, text := range []string{"\x00\x05north", "\x00\x0fdelivery/0198c1", "\x00\x11delivery.accepted", "\x00\x09account/7"} {
		want += hex.EncodeToString([]byte(text))
	}
	if got := hex.EncodeToString(leaf); got != want {
		t.Errorf("leaf\n got %s\nwant %s", got, want)
	}
	hash, err := workedEntry.LeafHash()
	if err != nil || hash != tlog.RecordHash(leaf) {
		t.Errorf("leaf hash %v, %v; RFC 6962 has %v", hash, err, tlog.RecordHash(leaf))
	}
	if got := hex.EncodeToString(hash[:]); got != workedLeafHash {
		t.Errorf("leaf hash %s; the page has %s", got, workedLeafHash)
	}
}

func TestAnEntryOutOfRangeHasNoLeaf(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Entry){
		"a negative position":              func(e *Entry) { e.Position = -1 },
		"number 0 in a stream":             func(e *Entry) { e.Number = 0 },
		"an instant of nanoseconds":        func(e *Entry) { e.Instant = e.Instant.Add(1) },
		"the zero instant":                 func(e *Entry) { e.Instant = time.Time{} },
		"an instant after the year 9999":   func(e *Entry) { e.Instant = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"no stream":                        func(e *Entry) { e.Stream = "" },
		"no kind":                          func(e *Entry) { e.Kind = "" },
		"no actor":                         func(e *Entry) { e.Actor = "" },
		"an e-mail address as actor":       func(e *Entry) { e.Actor = "jane@example.org" },
		"a name with a space as actor":     func(e *Entry) { e.Actor = "Jane Smith" },
		"a line feed in the stream":        func(e *Entry) { e.Stream = "a\nb" },
		"a letter beyond ASCII":            func(e *Entry) { e.Tenant = "nörth" },
		"a kind longer than 1,024 bytes":   func(e *Entry) { e.Kind = strings.Repeat("k", 1025) },
		"a tenant longer than 1,024 bytes": func(e *Entry) { e.Tenant = strings.Repeat("t", 1025) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := workedEntry
			change(&e)
			_, err := e.Marshal()
			mustBe(t, err, fault.Invalid)
		})
	}
	e := workedEntry
	e.Tenant = ""
	if _, err := e.Marshal(); err != nil {
		t.Errorf("an entry of the installation itself has no tenant: %v", err)
	}
	e.Tenant = strings.Repeat("t", MaxText)
	e.Stream, e.Kind, e.Actor = e.Tenant, e.Tenant, e.Tenant
	if leaf, err := e.Marshal(); err != nil || len(leaf) > MaxLeaf {
		t.Errorf("the longest entry has %d bytes: %v", len(leaf), err)
	}
}

func TestTheBodyHashSeparatesSaltAndBody(t *testing.T) {
	t.Parallel()
	salt := [32]byte{31: 'a'}
	if BodyHash(salt, []byte("b")) == BodyHash([32]byte{31: 'b'}, []byte("b")) {
		t.Error("another salt gives the same hash")
	}
	if BodyHash(salt, []byte("b")) == BodyHash(salt, []byte("c")) {
		t.Error("another body gives the same hash")
	}
	if BodyHash(salt, nil) != BodyHash(salt, []byte{}) {
		t.Error("a body without bytes has one hash")
	}
}

// anyEntry draws an entry in range.
func anyEntry() *rapid.Generator[Entry] {
	text := rapid.StringMatching(`[!-?A-~]{1,40}`)
	return rapid.Custom(func(t *rapid.T) Entry {
		return Entry{
			Position: Position(rapid.Int64Min(0).Draw(t, "position")),
			Instant:  time.UnixMicro(rapid.Int64Range(0, 253402300799999999).Draw(t, "micro")).UTC(),
			Tenant:   rapid.OneOf(text, rapid.Just("")).Draw(t, "tenant"),
			Stream:   text.Draw(t, "stream"),
			Number:   rapid.Int64Min(1).Draw(t, "number"),
			Kind:     text.Draw(t, "kind"),
			Actor:    text.Draw(t, "actor"),
			BodyHash: Hash(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "hash")),
		}
	})
}

func TestEveryEntryIsReadBackAsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := anyEntry().Draw(t, "entry")
		leaf, err := e.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		var back Entry
		if err := back.Unmarshal(leaf); err != nil || back != e {
			t.Fatalf("read %+v, %v; wrote %+v", back, err, e)
		}
	})
}

func TestADifferentEntryHasADifferentLeaf(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyEntry().Draw(t, "a"), anyEntry().Draw(t, "b")
		la, _ := a.Marshal()
		lb, _ := b.Marshal()
		if (a == b) != bytes.Equal(la, lb) {
			t.Fatalf("%+v and %+v have leaves %x and %x", a, b, la, lb)
		}
	})
}

func FuzzEntryUnmarshal(f *testing.F) {
	leaf, err := workedEntry.Marshal()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(leaf)
	f.Add(leaf[:60])
	f.Add(append(bytes.Clone(leaf), 0))
	f.Add([]byte{2})
	f.Fuzz(func(t *testing.T, data []byte) {
		var e Entry
		if err := e.Unmarshal(data); err != nil {
			if !fault.Is(err, fault.Damaged) {
				t.Fatalf("error %v is not of kind damaged", err)
			}
			if e != (Entry{}) {
				t.Fatal("an entry that could not be read was changed")
			}
			return
		}
		back, err := e.Marshal()
		if err != nil || !bytes.Equal(back, data) {
			t.Fatalf("%x was read as %+v, which is written as %x, %v", data, e, back, err)
		}
	})
}

func FuzzEntryMarshal(f *testing.F) {
	f.Add(int64(41), int64(1744273800250000), "north", "delivery/1", int64(2), "kind", "actor")
	f.Fuzz(func(t *testing.T, position, micro int64, tenant, stream string, number int64, kind, actor string) {
		e := Entry{
			Position: Position(position), Instant: time.UnixMicro(micro).UTC(), Tenant: tenant, Stream: stream,
			Number: number, Kind: kind, Actor: actor,
		}
		leaf, err := e.Marshal()
		if err != nil {
			mustBe(t, err, fault.Invalid)
			return
		}
		var back Entry
		if err := back.Unmarshal(leaf); err != nil || back != e {
			t.Fatalf("wrote %+v, read %+v, %v", e, back, err)
		}
	})
}
