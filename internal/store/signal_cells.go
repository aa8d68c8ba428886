package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/signal"
)

// cellsOf is the condition on signals s that may count in a cell, and the one that finds
// among them those that are tied to another now.
func cellsOf(sc access.Scope, args *[]any) (counting, joined string) {
	*args = append(*args, position(sc))
	at := "$" + strconv.Itoa(len(*args))
	counting = everySignal(sc, "s", args) + ` AND (s.readers = '' OR (s.tenant, s.provider) IN (SELECT c.tenant, c.provider FROM signal c
		WHERE c.readers <> '' AND c.channel <> '' AND ` + holds("c", at) + ` GROUP BY c.tenant, c.provider
		HAVING COUNT(DISTINCT CASE WHEN c.event <> '' THEN 'e/' || c.event ELSE c.id END) >= ` + strconv.Itoa(signal.CellAtLeast) + `))`
	joined = "(s.event <> '' OR s.duplicate_of <> '' OR s.tenant || '.' || s.id IN (SELECT d.tenant || '.' || d.duplicate_of FROM signal d WHERE d.duplicate_of <> '' AND " + holds("d", at) + "))"
	return counting, joined
}

// SignalCells is how many events each provider of the scope's commissioner was
// reported for, as signal.Count counts them. What stands alone is counted in the
// database; only items joined to others are read. Of a kind under strict access those
// of a provider count, for whoever asks, once there are signal.CellAtLeast: fewer
// could tell of one person. Nothing under embargo has a channel. Of an installation's own
// channels, which are few, each item is read.
func (s *Store) SignalCells(ctx context.Context, sc access.Scope, own ...signal.OwnChannel) ([]signal.Cell, error) {
	var args []any
	condition, joined := cellsOf(sc, &args)
	rows, err := s.read.QueryContext(ctx, `SELECT s.provider, s.channel, s.severe, s.event_month, s.received_month, COUNT(*) FROM signal s
		WHERE s.channel <> '' AND `+condition+" AND NOT "+joined+" GROUP BY s.provider, s.channel, s.severe, s.event_month, s.received_month", args...)
	cells, err := collect(s.engine, rows, err, "count signals", scanCell)
	if err != nil {
		return nil, err
	}
	further := joined
	if len(own) > 0 {
		kinds := make([]string, len(own))
		for i := range own {
			kinds[i] = "'" + string(own[i].Kind) + "'"
		}
		further = "(" + joined + " OR s.channel = '' AND s.counts = 1 AND s.kind IN (" + strings.Join(kinds, ", ") + "))"
	}
	together, err := s.wholeSignals(ctx, condition+" AND "+further, args)
	if err != nil {
		return nil, err
	}
	return signal.SumCells(cells, signal.Count(together, signal.CountSettings{Own: own})), nil
}

// SignalCorrections is what makes SignalCells the counts that were known in each month,
// where senders revised what they had sent and where reports were tied to one event
// (signal.Corrections). It reads what was ever revised or tied, under the conditions by
// which SignalCells counts.
func (s *Store) SignalCorrections(ctx context.Context, sc access.Scope, own ...signal.OwnChannel) ([]signal.Cell, error) {
	var args []any
	condition, joined := cellsOf(sc, &args)
	list, err := s.wholeSignals(ctx, condition+" AND (s.restated = 1 OR "+joined+")", args)
	if err != nil {
		return nil, err
	}
	for refs := range slices.Chunk(signal.FormerCopies(list), mostAskedFor) {
		asked := slices.Clone(args)
		bind := binder(&asked)
		named := make([]string, len(refs))
		for i, id := range refs {
			named[i] = bind(string(id))
		}
		former, err := s.wholeSignals(ctx, condition+" AND s.id IN ("+strings.Join(named, ", ")+")", asked)
		if err != nil {
			return nil, err
		}
		list = append(list, former...)
	}
	return signal.Corrections(list, signal.CountSettings{Own: own}), nil
}

// mostAskedFor bounds the names that one question holds.
const mostAskedFor = 500

// wholeSignals is the signals that a condition chooses, in full.
func (s *Store) wholeSignals(ctx context.Context, condition string, args []any) ([]signal.Signal, error) {
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+condition, args...)
	return collect(s.engine, rows, err, "read signals to be counted", func(r *sql.Rows) (signal.Signal, error) {
		h, err := scanHeldSignal(r)
		return h.Signal, err
	})
}

func scanCell(r *sql.Rows) (c signal.Cell, err error) {
	var severe int
	var event, received string
	if err = r.Scan(&c.Provider, &c.Channel, &severe, &event, &received, &c.N); err != nil {
		return c, err
	}
	c.Severe = severe != 0
	if c.EventMonth, err = calendar.ParsePeriod(event); err != nil {
		return c, err
	}
	c.ReceivedMonth, err = calendar.ParsePeriod(received)
	return c, err
}
