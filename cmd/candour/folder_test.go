package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/internal/fault"
)

func TestAFilePutIntoTheWatchedFolderIsLoadedOnceItHasSettled(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	h, err := openHouse(ctx, StoreFlags{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := h.watchFolder(ctx, filepath.Join(t.TempDir(), "none"), "", slog.Default(), nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("a folder that is not there: %v", err)
	}
	dir, ticks, said := t.TempDir(), make(chan time.Time), make(lines, 100)
	wait, err := h.watchFolder(ctx, dir, "", slog.New(slog.NewTextHandler(said, nil)), ticks)
	if err != nil {
		t.Fatal(err)
	}
	writeMonths(t, dir, 1)
	for range 4 { // first seen, settled and loaded, tested, and once more
		ticks <- time.Now()
	}
	for range monthFiles {
		if line := <-said; !strings.Contains(line, "status=accepted") {
			t.Errorf("said %s", line)
		}
	}
	stop()
	wait()
	if list, err := h.Store.Deliveries(context.Background(), everything(), 10); err != nil || len(list) != monthFiles || list[0].Via != "folder" {
		t.Errorf("%d deliveries, %v", len(list), err)
	}
	if _, ran, err := h.Store.LastWatch(context.Background(), everything()); err != nil || !ran {
		t.Errorf("what came was not tested: %v", err)
	}
}

// lines hands each line written on.
type lines chan string

// Write gives one line.
func (l lines) Write(b []byte) (int, error) {
	l <- string(b)
	return len(b), nil
}
