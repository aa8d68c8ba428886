package intake

import (
	"slices"
	"strings"
	"testing"

	"candour/internal/fault"
)

func TestAGridIsReadInTheDelimiterAndEncodingOfTheFile(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"commas": "Ref,Words\n1,Café\n", "semicolons": "Ref;Words\n1;Café\n", "tabs": "Ref\tWords\n1\tCafé\n",
		"Windows-1252": "Ref;Words\r\n1;Caf\xe9\r\n", "a byte order mark": "\xef\xbb\xbfRef,Words\n1,Café\n",
	} {
		g, err := ReadGrid("log.csv", []byte(text), DefaultLimits)
		if err != nil || len(g.Rows) != 2 || !slices.Equal(g.Rows[1], []string{"1", "Café"}) {
			t.Errorf("%s: %q, %v", name, g.Rows, err)
		}
	}
	g, err := ReadGrid("log.csv", []byte("Ref,Words\n1,a\x00b\n2,"+strings.Repeat("Fall ", 40)+"\n"), DefaultLimits)
	if err != nil || len(g.Bad) != 1 || g.Bad[0].Number != 2 || len(g.Rows) != 3 || g.Rows[2][0] != "2" {
		t.Errorf("a bad row cost more than itself: %+v, %v", g, err)
	}
	if _, err := ReadGrid("log.csv", []byte("\xff\xfeR\x00e\x00f\x00"), DefaultLimits); !fault.Is(err, fault.Invalid) {
		t.Errorf("UTF-16: %v", err)
	}
}

// FuzzReadGrid reads any bytes as a grid: it refuses them with a kind, or gives rows of
// which each stands in its place of the file.
func FuzzReadGrid(f *testing.F) {
	for _, text := range []string{"Ref;Words\n1;Caf\xe9\n", "a,b\n\"open\n", "\n\nx\ty\n1\t2\n", "PK\x03\x04", "\xd0\xcf\x11\xe0", "a\x00b\n", ""} {
		f.Add([]byte(text))
	}
	limits := DefaultLimits
	limits.File, limits.Unzipped = 1<<20, 4<<20
	f.Fuzz(func(t *testing.T, text []byte) {
		g, err := ReadGrid("log.csv", text, limits)
		if err != nil {
			if k := fault.KindOf(err); k != fault.Invalid && k != fault.TooLarge {
				t.Fatalf("refused without its kind: %v", err)
			}
			return
		}
		if len(g.Rows) == 0 || g.First < 1 {
			t.Fatalf("taken without rows: %+v", g)
		}
		for _, bad := range g.Bad {
			if bad.Number <= g.First || bad.Advice == "" {
				t.Fatalf("a bad row without its place or advice: %+v", bad)
			}
		}
	})
}
