package main

import (
	"sync"
	"time"
)

// setClock is a clock that somebody sets: while it is set it stands, and once it is
// let go it is the machine's. The demonstration's past is loaded by it, so that the
// memory holds when each thing would have become known.
type setClock struct {
	mu sync.Mutex
	at time.Time // zero is let go
}

// Now is the moment set, or the machine's.
func (c *setClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return time.Now()
	}
	return c.at
}

// set makes the clock stand at a moment; the zero moment lets it go.
func (c *setClock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}
