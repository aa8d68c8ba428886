package web

import (
	"cmp"
	"sync"

	"candour/internal/calendar"
	"candour/internal/org"
)

// workedKey names what was worked out of a commissioner's signals: of which, as they
// stood at the newest change of any, on which day, and with what else.
type workedKey struct {
	what    string
	tenant  org.Code
	version int64
	day     calendar.Date
	with    string
}

// mostWorked bounds what is kept where nothing else is said: the pages of a few
// commissioners.
const mostWorked = 24

// worked keeps what is costly to work out of many signals until one of them changes.
// Nothing in it is written to after it was made.
type worked struct {
	most  int // results kept; nought is mostWorked
	mu    sync.Mutex
	held  map[workedKey]*workedOnce
	order []workedKey // oldest first
}

// workedOnce is one result; those who ask while it is made wait for it.
type workedOnce struct {
	once  sync.Once
	value any
	err   error
}

// workOut gives the result for a key, made once. An error is told to those who waited
// and kept from nobody else.
func workOut[T any](w *worked, key workedKey, make func() (T, error)) (T, error) {
	entry := w.entry(key)
	entry.once.Do(func() { entry.value, entry.err = make() })
	if entry.err != nil {
		w.drop(key, entry)
		var none T
		return none, entry.err
	}
	return entry.value.(T), nil //nolint:forcetypeassert // a key's result is of one type
}

func (w *worked) entry(key workedKey) *workedOnce {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held == nil {
		w.held = map[workedKey]*workedOnce{}
	}
	entry, ok := w.held[key]
	if !ok {
		entry = &workedOnce{}
		w.held[key], w.order = entry, append(w.order, key)
		if len(w.order) > cmp.Or(w.most, mostWorked) {
			delete(w.held, w.order[0])
			w.order = append([]workedKey(nil), w.order[1:]...)
		}
	}
	return entry
}

func (w *worked) drop(key workedKey, entry *workedOnce) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.held[key] != entry {
		return
	}
	delete(w.held, key)
	for i := range w.order {
		if w.order[i] == key {
			w.order = append(w.order[:i:i], w.order[i+1:]...)
			return
		}
	}
}
