package store

import (
	"maps"
	"sync"

	"candour/internal/org"
)

// span is the entries after a position that one commissioner may see.
type span struct {
	tenant org.Code
	all    bool
	after  int64
}

// countedSpan is how many entries of each kind a span has up to a position.
type countedSpan struct {
	upTo  int64
	kinds map[string]int
}

// spans keeps what was counted of the ledger, for pages that say how much it holds.
type spans struct {
	sync.Mutex
	known map[span]countedSpan
}

// mostSpans bounds what is kept: of some commissioners the whole, and some past moments.
const mostSpans = 256

// held is what is known of a span: its counts up to the position known, which is not
// beyond upTo. Nothing is known up to where the span begins.
func (s *spans) held(key span, upTo int64) (kinds map[string]int, known int64) {
	s.Lock()
	defer s.Unlock()
	c, ok := s.known[key]
	if !ok || c.upTo > upTo {
		return nil, key.after
	}
	return maps.Clone(c.kinds), c.upTo
}

// keep keeps the newest count of a span.
func (s *spans) keep(key span, upTo int64, kinds map[string]int) {
	s.Lock()
	defer s.Unlock()
	if s.known == nil || len(s.known) >= mostSpans {
		s.known = map[span]countedSpan{}
	}
	if s.known[key].upTo < upTo {
		s.known[key] = countedSpan{upTo, kinds}
	}
}
