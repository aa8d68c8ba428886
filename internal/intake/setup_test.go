package intake

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/intake/intaketest"
	"candour/internal/org"
)

var embedded = sync.OnceValues(func() (*Sources, error) { return LoadSources(definitions.Files) })

func sourcesOf(t testing.TB) *Sources {
	t.Helper()
	s, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// public is the path of a published file; the test is skipped without it.
func public(t testing.TB, name string) string {
	t.Helper()
	p := filepath.Join("..", "..", "..", "shared", "data", "public", filepath.FromSlash(name))
	if _, err := os.Stat(p); err != nil {
		t.Skipf("the published file %s is not beside the repository", name)
	}
	return p
}

var received = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func newLoader(t testing.TB) (*Loader, *intaketest.Memory) {
	m := intaketest.New()
	return &Loader{Sources: sourcesOf(t), Memory: m, Limits: DefaultLimits, Now: func() time.Time { return received }}, m
}

// loadPublic loads one published file and gives its only report.
func loadPublic(t testing.TB, l *Loader, name string, o Options) Report {
	t.Helper()
	b, err := os.ReadFile(public(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return loadBytes(t, l, filepath.Base(name), b, o)
}

func loadBytes(t testing.TB, l *Loader, name string, b []byte, o Options) Report {
	t.Helper()
	reports, err := l.LoadFile(context.Background(), name, bytes.NewReader(b), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(reports) != 1 {
		t.Fatalf("%d reports for one file", len(reports))
	}
	return reports[0]
}

func month(s string) calendar.Period {
	p, err := calendar.ParsePeriod(s)
	if err != nil {
		panic(err)
	}
	return p
}

// newest is the last vintage of a value, and false when there is none.
func newest(m *intaketest.Memory, id indicator.ID, code org.Code, period string) (indicator.Reading, bool) {
	v := m.Values[intaketest.Key{Indicator: id, Org: code, Period: month(period)}]
	if len(v) == 0 {
		return indicator.Reading{}, false
	}
	return v[len(v)-1], true
}

// wantValue checks numerator, denominator and row of the newest value.
func wantValue(t *testing.T, m *intaketest.Memory, id indicator.ID, code org.Code, period string, num, den float64, rows string) {
	t.Helper()
	r, ok := newest(m, id, code, period)
	if !ok || r.Presence != indicator.Valued || !near(r.Numerator, num) || !near(r.Denominator, den) || rows != "" && r.Rows != rows {
		t.Errorf("%s of %s in %s: got %+v (held: %v), want %g of %g from row %s", id, code, period, r, ok, num, den, rows)
	}
}

func wantPresence(t *testing.T, m *intaketest.Memory, id indicator.ID, code org.Code, period string, want indicator.Presence) {
	t.Helper()
	if r, ok := newest(m, id, code, period); !ok || r.Presence != want {
		t.Errorf("%s of %s in %s: got %q (held: %v), want %q", id, code, period, r.Presence, ok, want)
	}
}

func near(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 }

// itemsOf reads a file without a memory.
func itemsOf(t testing.TB, name string, b []byte) ([]delivery.Item, error) {
	t.Helper()
	found, err := sourcesOf(t).Recognise(context.Background(), File{name, int64(len(b)), bytes.NewReader(b)}, Said{}, DefaultLimits)
	if err != nil {
		return nil, err
	}
	var out []delivery.Item
	for item, err := range found.Parse(context.Background()) {
		if err != nil {
			return out, err
		}
		out = append(out, item)
	}
	return out, nil
}
