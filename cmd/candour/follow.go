package main

import (
	"context"
	"log/slog"
	"time"
)

// How often what people said is looked for, and for how long, in durations of the last
// judgement, none follows another: a large memory is judged less often, so that pages
// stay quick.
const (
	followEvery = 20 * time.Second
	followRest  = 10
)

// follow judges concern anew where something was said or decided, and everything once a
// day, at each tick until ctx ends; the function that it returns waits for that.
func (h *House) follow(ctx context.Context, log *slog.Logger, tick <-chan time.Time) (wait func()) {
	inner, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		var rests time.Time // until then
		for {
			select {
			case at := <-tick:
				if at.Before(rests) {
					continue
				}
				began := time.Now()
				judged, err := h.Watcher.Follow(inner)
				if err != nil && inner.Err() == nil {
					log.Error("concern was not judged anew; it is tried again", "error", err)
				}
				if judged || err != nil {
					rests = at.Add(followRest * time.Since(began))
				}
			case <-inner.Done():
				return
			}
		}
	}()
	return func() {
		stop()
		<-done
	}
}
