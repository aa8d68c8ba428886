package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/ledger"
	"candour/internal/search"
)

// EntryFilter chooses entries of the memory. Empty fields choose all.
type EntryFilter struct {
	Stream string       // what the stream begins with: "delivery/D-000012", "signal/"
	Kind   string       // a record.Kind
	Words  search.Query // entries that made what these words find
	Before int64        // positions below; nought is from the newest
	Limit  int          // nought is 50
}

// FindEntries is the newest entries that the filter chooses of those that Entries
// lists, newest first. By words it finds what Search finds for the same viewer.
func (s *Store) FindEntries(ctx context.Context, sc access.Scope, f EntryFilter) ([]ledger.Entry, error) {
	if f.Before <= 0 {
		f.Before = open
	}
	if f.Limit == 0 {
		f.Limit = 50
	}
	if !f.Words.Empty() {
		return s.entriesByWords(ctx, sc, f)
	}
	if sc.All {
		return s.entriesOf(ctx, sc, f, "")
	}
	// The installation's own and the commissioner's apart: each is then a stretch of
	// an index, read from its end.
	var all []ledger.Entry
	for _, tenant := range []string{"", string(sc.Tenant)} {
		list, err := s.entriesOf(ctx, sc, f, tenant)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b ledger.Entry) int { return int(b.Position - a.Position) })
	return all[:min(f.Limit, len(all))], nil
}

// entriesOf is the newest of one tenant; of all in the scope of everything.
func (s *Store) entriesOf(ctx context.Context, sc access.Scope, f EntryFilter, tenant string) ([]ledger.Entry, error) {
	args := []any{position(sc), f.Before, f.Limit}
	at := "n.position"
	if sort, id, _ := strings.Cut(f.Stream, "/"); sort != "" && id != "" {
		at = "(n.position + 0)" // one stream is a stretch of its index: all others would be passed over by position
	}
	condition := at + " <= $1 AND " + at + " < $2"
	bind := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	if !sc.All {
		condition += " AND n.tenant = " + bind(tenant)
	}
	if f.Kind != "" {
		condition += " AND n.kind = " + bind(f.Kind)
	}
	if f.Stream != "" {
		column := "n.stream"
		if sort, id, _ := strings.Cut(f.Stream, "/"); sort == "" || id == "" {
			column = "(n.stream || '')" // so many that the index of streams would be read whole: newest first finds them sooner
		}
		condition += " AND " + column + " >= " + bind(f.Stream) + " AND " + column + " < " + bind(f.Stream+"\U0010ffff")
	}
	rows, err := s.read.QueryContext(ctx, entrySelect+" WHERE "+condition+" ORDER BY "+at+" DESC LIMIT $3", args...)
	return collect(s.engine, rows, err, "list entries", func(r *sql.Rows) (ledger.Entry, error) { return scanEntry(r) })
}

// entriesByWords is the entries that made what the words find.
func (s *Store) entriesByWords(ctx context.Context, sc access.Scope, f EntryFilter) ([]ledger.Entry, error) {
	if err := s.CatchUp(ctx); err != nil {
		return nil, err
	}
	hits, err := s.find(ctx, sc, f.Words)
	if err != nil {
		return nil, err
	}
	var positions []any
	for i := range hits {
		if p := hits[i].Position; p < f.Before {
			positions = append(positions, p)
		}
	}
	slices.SortFunc(positions, func(a, b any) int { return int(b.(int64) - a.(int64)) })
	var out []ledger.Entry
	for ; len(positions) > 0 && len(out) < f.Limit; positions = positions[min(insChunk, len(positions)):] {
		chunk := positions[:min(insChunk, len(positions))]
		rows, err := s.read.QueryContext(ctx, entrySelect+" WHERE n.position IN ("+marks(1, len(chunk))+") ORDER BY n.position DESC", chunk...)
		list, err := collect(s.engine, rows, err, "read entries", func(r *sql.Rows) (ledger.Entry, error) { return scanEntry(r) })
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			if (f.Kind == "" || e.Kind == f.Kind) && strings.HasPrefix(e.Stream, f.Stream) && len(out) < f.Limit {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// insChunk bounds the values of one IN.
const insChunk = 200
