package watch

import (
	"context"
	"errors"
	"testing"
	"time"

	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/record"
)

func TestWhatPeopleSayIsJudgedWithoutAFileAndNothingTwice(t *testing.T) {
	t.Parallel()
	w, m := alarming(t)
	follow := func(want bool, read int, what string) {
		t.Helper()
		before := m.read
		judged, err := w.Follow(t.Context())
		if err != nil || judged != want || m.read-before != read {
			t.Errorf("%s: judged %v, everything read %d times, %v", what, judged, m.read-before, err)
		}
	}
	follow(true, 1, "nothing was judged on this day")
	follow(false, 0, "nothing was said since")
	m.told = map[org.Code]int64{"QZZ": 3}
	follow(false, 0, "something was said where nobody holds a role")
	m.told["QAA"] = 7
	m.Overrides = []concern.Override{{Kind: concern.WhistleBlowing, Provider: "RBA", Known: concern.NewMonth(2026, 11), Words: "Whistle-blowing."}}
	n := len(m.entries)
	follow(true, 1, "a member of staff spoke up")
	if len(m.entries) != n+1 || m.entries[n].Kind != record.ConcernJudged || m.entries[n].Tenant != "QAA" {
		t.Fatalf("%d entries more", len(m.entries)-n)
	}
	follow(false, 0, "that has been judged")
	m.now = m.now.AddDate(0, 0, 1)
	follow(true, 1, "another day")
	follow(false, 0, "the same day")
	m.told["QAA"] = 9
	m.refuse = record.ConcernJudged
	if judged, err := w.Follow(t.Context()); err == nil || !judged {
		t.Error("what could not be recorded is taken for judged")
	}
	follow(true, 1, "it is tried again")
}

func TestADayOnWhichJudgingFailedIsJudgedAgain(t *testing.T) {
	t.Parallel()
	w, m := alarming(t)
	w.Memory = failing{memoryOf{m}}
	if _, err := w.Follow(t.Context()); err == nil {
		t.Fatal("no error")
	}
	w.Memory = memoryOf{m}
	m.now = m.now.Add(time.Minute)
	if judged, err := w.Follow(t.Context()); err != nil || !judged {
		t.Errorf("judged %v, %v", judged, err)
	}
}

// failing can't be written to.
type failing struct{ memoryOf }

func (failing) Record(context.Context, ...record.Event) error { return errors.New("the disk is full") }
