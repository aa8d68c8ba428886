package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"
)

func TestAClockBehindTheMemoryIsWarnedOfAndOneThatIsRightIsNot(t *testing.T) {
	t.Parallel()
	in := installed(t)
	for what, c := range map[string]struct {
		ahead time.Duration
		warns bool
	}{"two hours behind": {-2 * time.Hour, true}, "right": {0, false}, "a day ahead": {24 * time.Hour, false}} {
		h, err := openHouseBy(context.Background(), StoreFlags{Data: in.data}, func() time.Time { return time.Now().Add(c.ahead) })
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		if err := closing(h, h.warnOfClock(context.Background(), newLog(&log, "text"))); err != nil {
			t.Fatal(err)
		}
		if said := log.String(); strings.Contains(said, "set it. Nothing is lost") != c.warns {
			t.Errorf("a clock %s: %q", what, said)
		}
	}
}
