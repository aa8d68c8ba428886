package seal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"
	"pgregory.net/rapid"

	"candour/internal/fault"
)

// source is random bytes that are the same at every run.
func source(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

func key(t testing.TB, seed byte) Key {
	t.Helper()
	k, err := NewKey(source(seed))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestASealedTextOpensOnlyWithItsKeyInItsPlace(t *testing.T) {
	t.Parallel()
	random := source(9)
	rapid.Check(t, func(t *rapid.T) {
		k := Key(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key"))
		text := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "text")
		place := rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(t, "associated")
		sealed, err := Seal(random, k, text, place)
		if err != nil {
			t.Fatal(err)
		}
		if len(sealed) > len(text)+Overhead || (len(sealed)-header-chacha20poly1305.Overhead)%padding != 0 {
			t.Fatalf("%d bytes became %d", len(text), len(sealed))
		}
		got, err := Open(k, sealed, place)
		if err != nil || !bytes.Equal(got, text) {
			t.Fatalf("sealed %x, opened %x, %v", text, got, err)
		}
		other := k
		other[rapid.IntRange(0, 31).Draw(t, "byte of the key")] ^= 1
		changed := bytes.Clone(sealed)
		changed[rapid.IntRange(0, len(sealed)-1).Draw(t, "byte")] ^= 1
		for name, try := range map[string]func() ([]byte, error){
			"another key":   func() ([]byte, error) { return Open(other, sealed, place) },
			"another place": func() ([]byte, error) { return Open(k, sealed, append(bytes.Clone(place), 'x')) },
			"a changed bit": func() ([]byte, error) { return Open(k, changed, place) },
			"a cut text":    func() ([]byte, error) { return Open(k, sealed[:len(sealed)-1], place) },
			"nothing":       func() ([]byte, error) { return Open(k, nil, place) },
		} {
			if got, err := try(); !fault.Is(err, fault.Damaged) || got != nil {
				t.Fatalf("%s: %x, %v", name, got, err)
			}
		}
	})
}

func TestTheSameTextIsSealedDifferentlyEachTime(t *testing.T) {
	t.Parallel()
	random := source(1)
	a, errA := Seal(random, key(t, 1), []byte("Nurse A"), nil)
	b, errB := Seal(random, key(t, 1), []byte("Nurse A"), nil)
	if errA != nil || errB != nil || bytes.Equal(a, b) {
		t.Errorf("sealed twice alike: %v, %v", errA, errB)
	}
	if bytes.Contains(a, []byte("Nurse")) {
		t.Error("the text can be read")
	}
}

func TestShortTextsHaveOneLength(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]int{0: 64, 1: 64, 63: 64, 64: 128, 127: 128, 128: 192} {
		sealed, err := Seal(source(1), key(t, 1), make([]byte, n), nil)
		if err != nil || len(sealed) != header+want+chacha20poly1305.Overhead {
			t.Errorf("%d bytes are sealed in %d, %v", n, len(sealed), err)
		}
	}
}

func TestAKeyIsWrappedAndMovedToANewMaster(t *testing.T) {
	t.Parallel()
	k, old, fresh := key(t, 1), key(t, 2), key(t, 3)
	place := []byte("signal/7")
	wrapped, err := Wrap(source(4), old, k, place)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Unwrap(old, wrapped, place); err != nil || got != k {
		t.Errorf("unwrapped %v, %v", got, err)
	}
	moved, err := Rewrap(source(5), old, fresh, wrapped, place)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := Unwrap(fresh, moved, place); err != nil || got != k {
		t.Errorf("after the move: %v", err)
	}
	for name, err := range map[string]error{
		"the old master":          second(Unwrap(old, moved, place)),
		"another place":           second(Unwrap(fresh, moved, []byte("signal/8"))),
		"a wrapped key as text":   second(Open(old, wrapped, place)),
		"moved from wrong master": second(Rewrap(source(5), fresh, old, wrapped, place)),
	} {
		if !fault.Is(err, fault.Damaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	sealed, err := Seal(source(6), old, make([]byte, 31), place)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Unwrap(old, sealed, place); !fault.Is(err, fault.Damaged) {
		t.Errorf("a text as a wrapped key: %v", err)
	}
	short, err := encrypt(source(6), old, make([]byte, 31), forKey, place)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Unwrap(old, short, place); !fault.Is(err, fault.Damaged) {
		t.Errorf("a key of 31 bytes: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestBadPaddingIsDamage(t *testing.T) {
	t.Parallel()
	k := key(t, 1)
	for name, plain := range map[string][]byte{
		"none":               make([]byte, 64),
		"not a multiple":     {0x80},
		"bytes after it":     append([]byte{0x80}, bytes.Repeat([]byte{1}, 63)...),
		"longer than needed": append([]byte{0x80}, make([]byte, 127)...),
		"nothing":            {},
	} {
		sealed, err := encrypt(source(1), k, plain, forText, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Open(k, sealed, nil); !fault.Is(err, fault.Damaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAKeyIsNeverShown(t *testing.T) {
	t.Parallel()
	k := Key(bytes.Repeat([]byte{0xab}, 32))
	shown := []string{}
	for _, verb := range []string{"%v", "%s", "%+v", "%#v", "%d", "%x", "%q"} {
		shown = append(shown, fmt.Sprintf(verb, k), fmt.Sprintf(verb, struct{ Key Key }{k}))
	}
	text, err := json.Marshal(k)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range append(shown, string(text)) {
		if strings.Contains(got, "ab") || strings.Contains(got, "171") {
			t.Errorf("the key is shown as %s", got)
		}
	}
	k.Erase()
	if k != (Key{}) {
		t.Error("an erased key is still there")
	}
}

func TestWithoutRandomBytesNothingIsSealed(t *testing.T) {
	t.Parallel()
	empty := bytes.NewReader(nil)
	if _, err := NewKey(empty); err == nil {
		t.Error("a key of nothing")
	}
	if _, err := Seal(empty, Key{}, nil, nil); err == nil {
		t.Error("a nonce of nothing")
	}
}

func FuzzOpen(f *testing.F) {
	k := key(f, 1)
	sealed, err := Seal(source(2), k, []byte("Nurse A"), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add(sealed[:30])
	f.Fuzz(func(t *testing.T, data []byte) {
		if text, err := Open(k, data, nil); err == nil && !bytes.Equal(text, []byte("Nurse A")) {
			t.Fatalf("forged %x", text)
		}
	})
}
