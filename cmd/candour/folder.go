package main

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/intake"
	"candour/internal/org"
)

// folderEvery is how often a watched folder is looked at. A file is loaded at the
// second look that finds it unchanged.
const folderEvery = 5 * time.Second

// watchFolder loads what is put into a folder and tests what it brings, until ctx
// ends; wait returns when what was begun is finished.
func (h *House) watchFolder(ctx context.Context, dir, tenant string, log *slog.Logger, ticks <-chan time.Time) (wait func(), err error) {
	if !isDir(dir) {
		return nil, fault.New(fault.Invalid, "the folder to watch %s is not there", dir)
	}
	if _, err := org.ParseCode(tenant); tenant != "" && err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "--folder-tenant names no commissioner")
	}
	var taken atomic.Bool
	looks := make(chan time.Time)
	tell := func(r intake.Report, err error) {
		if err != nil {
			log.Error("watched folder", "error", err.Error())
			return
		}
		log.Info("loaded from the watched folder", "delivery", r.Delivery.ID, "source", r.Source, "status", r.Status,
			"accepted", r.Accepted, "quarantined", r.Quarantined)
		if r.Status != delivery.Known && r.Accepted > 0 {
			taken.Store(true)
		}
	}
	var both sync.WaitGroup
	loader := *h.Loader
	loader.Signals = h.sorter(TenantFlag{tenant}.scope())
	both.Go(func() {
		loader.WatchFolder(ctx, dir, looks, intake.Options{By: string(operator), Via: "folder"}, tell)
	})
	both.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case t := <-ticks:
				select {
				case looks <- t: // taken only when the look before has ended
				case <-ctx.Done():
					return
				}
			}
			if taken.Swap(false) {
				if _, _, err := h.Watcher.Run(ctx); err != nil {
					log.Error("watch after the folder", "error", err.Error())
				}
			}
		}
	})
	return both.Wait, nil
}
