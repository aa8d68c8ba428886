package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"candour/internal/indicator"
	"candour/internal/signal"
	"candour/internal/store"
)

// undefined says in words what the memory holds and no definition here says how to judge:
// values of indicators, and channels of reports, whose file is gone, or lies in a folder that
// wasn't named. Concern would fall for want of them, and nobody would know why. It is ""
// where there is nothing of the kind.
func (h *House) undefined(ctx context.Context) (string, error) {
	var lost []string
	ids, err := h.Store.DefinedIDs(ctx, store.IndicatorSort)
	if err != nil {
		return "", err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return h.Catalogue.Get(indicator.ID(id)) != nil })
	if len(ids) > 0 {
		for _, id := range ids {
			held, err := h.Store.Observations(ctx, everything(), store.Wanted{Indicators: []indicator.ID{indicator.ID(id)}})
			if err != nil {
				return "", err
			}
			if len(held) > 0 {
				lost = append(lost, "indicators/"+id+".yaml")
			}
		}
	}
	ids, err = h.Store.DefinedIDs(ctx, store.ChannelSort)
	for _, id := range ids {
		if !slices.ContainsFunc(h.Channels, func(c signal.OwnChannel) bool { return string(c.ID) == id }) {
			lost = append(lost, "channels/"+id+".yaml")
		}
	}
	if err != nil || len(lost) == 0 {
		return "", err
	}
	return "definitions are gone by which the memory was judged: " + strings.Join(lost, ", ") +
		". What was received is kept, and is neither charted nor judged until they are back: name their folder with --definitions", nil
}

// sayUndefined warns of definitions that are gone.
func (h *House) sayUndefined(env *Env) error {
	words, err := h.undefined(env.Ctx)
	if err == nil && words != "" {
		_, err = fmt.Fprintln(env.Stderr, "candour: "+words+".")
	}
	return err
}

// warnOfUndefined warns of definitions that are gone in the log of a server.
func (h *House) warnOfUndefined(ctx context.Context, log *slog.Logger) error {
	words, err := h.undefined(ctx)
	if err == nil && words != "" {
		log.Warn(words)
	}
	return err
}
