package definition

import (
	"testing"

	"candour/internal/fault"
)

type sample struct {
	ID    string   `yaml:"id"`
	Stops []string `yaml:"stops"`
}

func TestAKnownFileIsRead(t *testing.T) {
	t.Parallel()
	var v sample
	if err := Decode([]byte("id: x\nstops: [a, b]\n"), &v); err != nil || v.ID != "x" || len(v.Stops) != 2 {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestMistakesAreRefusedAndNeverPanic(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"an unknown key":                     "id: x\nstop: [a]\n",
		"a doubled key":                      "id: x\nid: y\n",
		"a wrong type":                       "id: [x]\n",
		"an empty tag which panics upstream": "id: 0\nstops: !00\n000000000:0000000000000000000000000000000",
	} {
		var v sample
		if err := Decode([]byte(text), &v); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var v sample
	if err := Decode(make([]byte, maxBytes+1), &v); !fault.Is(err, fault.TooLarge) {
		t.Errorf("too large: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("id: x\nstops: [a, b]\n"))
	f.Add([]byte("id: &a x\nstops: [*a]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var v sample
		if err := Decode(text, &v); err != nil && fault.KindOf(err) == fault.Internal {
			t.Error(err)
		}
	})
}
