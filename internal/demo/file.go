package demo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/fault"
)

// Months is how many months the economy spans.
const Months = 48

// File is one file of the economy as its publisher would publish it.
type File struct {
	Name   string // below the folder of the files, with /
	Body   []byte
	Period calendar.Period // what the person who loads it must say, because the file doesn't
	Tenant string          // commissioner to whom the figures are private; "" for published ones
	Rows   int             // rows that go to quarantine
	Stage  int             // of Moments, at which it is loaded
}

// Economy is what the files and everything else are drawn from.
type Economy struct {
	Seed uint64
	Day  time.Time // the day on which it is looked at: nothing is newer
}

// Newest is the last whole month before the day.
func (e Economy) Newest() calendar.Period { return calendar.MonthOf(e.Day).Add(-1) }

// month is the month that lies back before the newest.
func (e Economy) month(back int) calendar.Period { return e.Newest().Add(-back) }

// newestOut is how far back the newest month lies that is published on the day,
// so many days after a month ends.
func (e Economy) newestOut(lagDays int) int {
	back := 0
	for e.month(back).End().AddDate(0, 0, lagDays).After(e.Day) {
		back++
	}
	return back
}

// Files is every file, in the order in which they are to be loaded: stage by stage,
// registers first, then publications, each in the order of publication.
func (e Economy) Files() []File {
	var out []File
	for _, group := range []func() []File{
		e.registers, e.emergency, e.waiting, e.cancer, e.infections, e.mortality, e.survey, e.ratings, e.returns, e.homes,
	} {
		out = append(out, group()...)
	}
	slices.SortStableFunc(out, func(a, b File) int { return a.Stage - b.Stage })
	return out
}

// Write puts files into a folder, whole or not at all.
func Write(dir string, files []File) error {
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fault.Wrap(fault.Unavailable, err, "make the folder of %s", f.Name)
		}
		if err := os.WriteFile(path, f.Body, 0o600); err != nil {
			return fault.Wrap(fault.Unavailable, err, "write %s", f.Name)
		}
	}
	return nil
}

// table is a CSV that is being written.
type table struct {
	buffer bytes.Buffer
	csv    *csv.Writer
}

// newTable begins a CSV; header may be empty.
func newTable(comma rune, header ...string) *table {
	t := &table{}
	t.csv = csv.NewWriter(&t.buffer)
	t.csv.Comma, t.csv.UseCRLF = comma, true
	if len(header) > 0 {
		t.row(header...)
	}
	return t
}

func (t *table) row(cells ...string) {
	_ = t.csv.Write(cells) // into memory: it can't fail
}

func (t *table) body() []byte {
	t.csv.Flush()
	return t.buffer.Bytes()
}

func whole(n int) string { return strconv.Itoa(n) }

// figures writes numbers as cells.
func figures(list ...int) []string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = strconv.Itoa(n)
	}
	return out
}

// fixed writes v with so many decimals.
func fixed(v float64, decimals int) string { return strconv.FormatFloat(v, 'f', decimals, 64) }

// fullMonth is "OCTOBER-2026".
func fullMonth(p calendar.Period) string { return strings.ToUpper(p.Start().Format("January-2006")) }

func named(format string, args ...any) string { return fmt.Sprintf(format, args...) }
