package store

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestInstantsAreReadAsTheStandardLibraryReadsThem(t *testing.T) {
	t.Parallel()
	check := func(t rapid.TB, s string) {
		want, err := time.Parse(instantForm, s)
		var got instant
		if ours := got.Scan(s); (ours == nil) != (err == nil) || err == nil && !got.Equal(want) {
			t.Fatalf("%q was read as %v, %v; expected %v, %v", s, got, ours, want, err)
		}
		if fast, ok := readInstant(s); ok && !fast.Equal(want) {
			t.Fatalf("%q was read by its places as %v, expected %v", s, fast, want)
		}
	}
	for _, s := range []string{"2026-02-29T00:00:00.000000Z", "2024-02-29T23:59:59.999999Z", "2024-01-01T24:00:00.000000Z", "2024-00-10T00:00:00.000000Z", "2024-01-01 00:00:00.000000Z", "x"} {
		check(t, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		written, err := at(time.UnixMicro(rapid.Int64Range(-60_000_000_000_000_000, 250_000_000_000_000_000).Draw(t, "microseconds"))).Value()
		if err != nil {
			t.Fatal(err)
		}
		check(t, written.(string))
		check(t, rapid.StringMatching(`[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]\.[0-9]{6}Z`).Draw(t, "any"))
	})
}
