package org

import (
	"testing"
	"time"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

var history = []Succession{
	{Predecessor: "RGC", Successor: "R1H", On: day("2012-04-01")},
	{Predecessor: "RNH", Successor: "R1H", On: day("2012-04-01")},
	{Predecessor: "RNJ", Successor: "R1H", On: day("2012-04-01")},
	{Predecessor: "5QT", Successor: "R1F", On: day("2012-04-01")},
	{Predecessor: "RJD", Successor: "RJE", On: day("2014-11-01")},
	{Predecessor: "RJD", Successor: "RL4", On: day("2014-11-01")},
	{Predecessor: "RL4", Successor: "RL4X", On: day("2020-01-01")},
	{Predecessor: "A11", Successor: "B11", On: day("2015-01-01")},
	{Predecessor: "B11", Successor: "A11", On: day("2016-01-01")},
}

func TestThreeTrustsBecomeOne(t *testing.T) {
	t.Parallel()
	s := NewSuccessions(history)
	got := s.Current("RNJ", day("2013-01-01"))
	if len(got) != 1 || got[0].Code != "R1H" || got[0].Unsaid {
		t.Fatalf("got %+v", got)
	}
	if got := s.Current("RNJ", day("2012-03-31")); len(got) != 1 || got[0].Code != "RNJ" {
		t.Fatalf("before the legal date it is itself, got %+v", got)
	}
	if got := s.Predecessors("R1H", day("2020-01-01")); len(got) != 3 {
		t.Fatalf("got %+v", got)
	}
}

func TestASplitWithoutSharesAsks(t *testing.T) {
	t.Parallel()
	s := NewSuccessions(history)
	got := s.Current("RJD", day("2021-01-01"))
	if len(got) != 2 || got[0].Code != "RJE" || got[1].Code != "RL4X" || !got[0].Unsaid || !got[1].Unsaid {
		t.Fatalf("got %+v", got)
	}
	stated := append([]Succession{}, history...)
	stated[4].Share, stated[5].Share = 0.75, 0.25
	for i, now := range NewSuccessions(stated).Current("RJD", day("2021-01-01")) {
		if now.Unsaid || now.Share != []float64{0.75, 0.25}[i] {
			t.Errorf("got %+v", now)
		}
	}
}

func TestACycleEnds(t *testing.T) {
	t.Parallel()
	s := NewSuccessions(history)
	if got := s.Current("A11", day("2020-01-01")); len(got) != 1 {
		t.Fatalf("got %+v", got)
	}
	if got := s.Predecessors("A11", day("2020-01-01")); len(got) != 1 {
		t.Fatalf("got %+v", got)
	}
}

func TestCodesAreTrimmedAndCheckedLoosely(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Code{" rje ": "RJE", "5QT": "5QT", "Y00751": "Y00751", "A81001001": "A81001001"} {
		if got, err := ParseCode(in); err != nil || got != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "-", "RJ", "R/E", "ABCDEFGHIJ"} {
		if got, err := ParseCode(in); err == nil {
			t.Errorf("%q was read as %q", in, got)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"rja", " A81001 ", "1-123456789", "1-1", "RJ€", "\u212a81001", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		code, err := ParseCode(text)
		if err != nil {
			return
		}
		if again, err := ParseCode(string(code)); err != nil || again != code || len(code) < 3 || len(code) > 14 {
			t.Errorf("%q was taken as %q, which reads as %q, %v", text, code, again, err)
		}
	})
}
