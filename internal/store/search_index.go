package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"candour/internal/fault"
	"candour/internal/record"
	"candour/internal/search"
	"candour/internal/signal"
)

// The sorts of what can be found by its words.
const (
	FoundSignal   = "signal"
	FoundNote     = "note"
	FoundDelivery = "delivery"
)

// indexedKinds are the entries after which something may be found by other words.
var indexedKinds = []string{
	string(record.SignalReceived), string(record.SignalChanged), string(record.DeliveryReceived),
	string(record.NoteAdded), string(record.NoteRemoved), string(record.LimitsSet), string(record.LimitsRemoved),
}

// The index is brought up to date this many entries at a time, so that others
// write between; and its place is written down, though nothing was to be read,
// after so many entries passed over.
const (
	indexedAtOnce = 2_000
	passedOver    = 5_000
)

// CatchUp brings the index of words up to the head of the ledger. Whoever records
// doesn't wait for it: it is done at every tick, and before a search what is still
// lacking. It reads the projections in the ledger's order, so the same ledger gives
// the same index, however often and when it was called. The cards that searches count by
// follow it.
func (s *Store) CatchUp(ctx context.Context) error {
	for {
		at, behind, err := s.searchBehind(ctx)
		if err != nil {
			return err
		}
		if !behind {
			return s.draw(ctx, at)
		}
		if err := s.Change(ctx, func(w *Writer) error { return w.index(indexedAtOnce) }); err != nil {
			return err
		}
	}
}

// indexed is the state of the index of words: how often it was made anew, and how far it
// has read the ledger; −1 is nothing yet.
func (e engine) indexed(ctx context.Context, q querier) (at indexed, err error) {
	err = q.QueryRowContext(ctx, "SELECT made, position FROM search_state WHERE one = 1").Scan(&at.made, &at.place)
	if errors.Is(err, sql.ErrNoRows) {
		return indexed{place: -1}, nil
	}
	return at, e.fault(err, "find how far the index has read")
}

// searchBehind is the state of the index, and whether entries wait to be indexed.
func (s *Store) searchBehind(ctx context.Context) (at indexed, behind bool, err error) {
	at, err = s.engine.indexed(ctx, s.read)
	if err != nil {
		return at, false, err
	}
	args := []any{at.place, at.place + passedOver}
	for _, k := range indexedKinds {
		args = append(args, k)
	}
	var n int
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM entry n WHERE n.position > $1 AND n.position <= $2 AND n.kind IN (`+marks(3, len(indexedKinds))+`) LIMIT 1) one`, args...).Scan(&n)
	if err != nil || n > 0 {
		return at, n > 0, s.engine.fault(err, "look for what is to be indexed")
	}
	head, _, err := s.Head(ctx)
	return at, head > at.place+passedOver, err
}

// wording is how a thing is to be found from an entry on.
type wording struct {
	pos           int64
	tenant        string
	sort, ref     string
	said, remarks []string
	sealed        bool
	ended         bool // from here on it is not to be found
}

// index reads the next entries, at most limit of them, and indexes what they
// changed.
func (w *Writer) index(limit int64) error {
	e := w.store.engine
	at, err := e.indexed(w.ctx, w.tx)
	if err != nil {
		return err
	}
	upTo := min(at.place+limit, int64(w.front.Size())-1)
	var all []wording
	for _, read := range []func(after, upTo int64) ([]wording, error){w.signalWordings, w.noteWordings, w.deliveryWordings} {
		list, err := read(at.place, upTo)
		if err != nil {
			return err
		}
		all = append(all, list...)
	}
	slices.SortStableFunc(all, func(a, b wording) int { return int(a.pos - b.pos) })
	if err := w.indexWordings(all); err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, "INSERT INTO search_state (one, position) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET position = $1", upTo)
	return e.fault(err, "write down how far the index has read")
}

// indexWordings adds what differs from how each thing is found so far.
func (w *Writer) indexWordings(all []wording) error {
	var doc int64
	if err := w.scan("SELECT COALESCE(MAX(doc), 0) FROM search_doc", nil, &doc); err != nil {
		return w.store.engine.fault(err, "number the index")
	}
	find := w.store.engine.searching
	var docs, texts [][]any
	held := map[string]string{} // wording by thing, of this round
	flush := func() error {
		columns := []string{"doc", "tenant", "sort", "ref", "sealed", "wording", "from_pos", "until_pos"}
		if err := w.store.engine.insert(w.ctx, w.tx, "search_doc", columns, docs); err != nil {
			return err
		}
		err := w.store.engine.insert(w.ctx, w.tx, "search_text", find.columns, texts)
		docs, texts = nil, nil
		return err
	}
	for i := range all {
		g := &all[i]
		key, now := g.tenant+"\x00"+g.sort+"\x00"+g.ref, g.digest()
		before, seen := held[key]
		if !seen {
			err := w.scan("SELECT wording FROM search_doc WHERE tenant = $1 AND sort = $2 AND ref = $3 AND until_pos = $4", []any{g.tenant, g.sort, g.ref, open}, &before)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return w.store.engine.fault(err, "read the index")
			}
		}
		if before == now {
			held[key] = now
			continue
		}
		if before != "" || g.sealed {
			if err := flush(); err != nil { // what was added in this round may be what ends
				return err
			}
			if err := w.endWording(g); err != nil {
				return err
			}
		}
		if held[key] = now; g.ended {
			continue
		}
		doc++
		docs = append(docs, []any{doc, g.tenant, g.sort, g.ref, bit(g.sealed), now, g.pos, open})
		if !g.sealed {
			texts = append(texts, find.row(doc, whose{g.tenant, g.sort}, g.said, g.remarks))
		}
	}
	return flush()
}

// endWording ends how a thing was found. What has come under seal is not found as
// of the past either.
func (w *Writer) endWording(g *wording) error {
	if g.sealed {
		return w.exec("end a wording", "UPDATE search_doc SET until_pos = from_pos WHERE tenant = $1 AND sort = $2 AND ref = $3", g.tenant, g.sort, g.ref)
	}
	return w.exec("end a wording", "UPDATE search_doc SET until_pos = $5 WHERE tenant = $1 AND sort = $2 AND ref = $3 AND until_pos = $4", g.tenant, g.sort, g.ref, open, g.pos)
}

// digest tells wordings apart.
func (g *wording) digest() string {
	if g.ended {
		return ""
	}
	h := sha256.New()
	for _, part := range [][]string{g.said, g.remarks, {map[bool]string{true: "sealed"}[g.sealed]}} {
		h.Write([]byte(strings.Join(part, " ") + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// between stands between texts: a word that no query holds, so that no phrase
// reaches from one text into the next.
const between = "\u241e"

// stemsOf is the words of several texts, at most limit.
func stemsOf(limit int, texts ...string) []string {
	var out []string
	for _, text := range texts {
		stems := search.Stems(text)
		if len(stems) == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, between)
		}
		if out = append(out, stems...); len(out) > limit {
			return out[:limit]
		}
	}
	return out
}

// signalWordings is the versions of signals that entries made. The name of the
// provider is that of the moment, as people look for it too.
func (w *Writer) signalWordings(after, upTo int64) ([]wording, error) {
	rows, err := w.tx.QueryContext(w.ctx, `SELECT s.tenant, s.ref, s.theirs, s.body, s.from_pos, s.provider, COALESCE(o.name, '') FROM entry n
		JOIN signal s ON s.tenant = n.tenant AND s.ref = substr(n.stream, length(n.tenant) + 9) AND s.from_pos = n.position
		LEFT JOIN organisation o ON o.code = s.provider AND o.from_pos <= s.from_pos AND o.until_pos > s.from_pos
		WHERE n.position > $1 AND n.position <= $2 AND n.kind IN ($3, $4) ORDER BY n.position`, after, upTo, string(record.SignalReceived), string(record.SignalChanged))
	return collect(w.store.engine, rows, err, "read signals to index", func(r *sql.Rows) (wording, error) {
		g := wording{sort: FoundSignal}
		var theirs, body, provider, name string
		if err := r.Scan(&g.tenant, &g.ref, &theirs, &body, &g.pos, &provider, &name); err != nil {
			return g, err
		}
		var s signal.Signal
		if err := json.Unmarshal([]byte(body), &s); err != nil {
			return g, fault.Wrap(fault.Damaged, err, "the signal %s can't be read", g.ref)
		}
		g.ended = s.Kind.Strict() // nobody finds it by its words, and it is not counted as sealed
		if g.sealed = s.WordsSealed() || g.ended; g.sealed {
			return g, nil
		}
		g.said = stemsOf(mostSaid, append(s.Said(), g.ref, theirs, name, provider)...)
		g.remarks = stemsOf(mostRemarks, s.Remarks()...)
		return g, nil
	})
}

// noteWordings is the notes and limits that entries made or ended.
func (w *Writer) noteWordings(after, upTo int64) ([]wording, error) {
	rows, err := w.tx.QueryContext(w.ctx, `SELECT n.tenant, n.id, n.body, n.from_pos, 0 FROM note n WHERE n.from_pos > $1 AND n.from_pos <= $2
		UNION ALL SELECT n.tenant, n.id, '', n.until_pos, 1 FROM note n WHERE n.until_pos > $1 AND n.until_pos <= $2`, after, upTo)
	return collect(w.store.engine, rows, err, "read notes to index", func(r *sql.Rows) (wording, error) {
		g := wording{sort: FoundNote}
		var text string
		err := r.Scan(&g.tenant, &g.ref, &text, &g.pos, &g.ended)
		g.said = stemsOf(mostSaid, text)
		return g, err
	})
}

// deliveryWordings is the deliveries that entries recorded, by their names.
func (w *Writer) deliveryWordings(after, upTo int64) ([]wording, error) {
	rows, err := w.tx.QueryContext(w.ctx, `SELECT d.tenant, d.id, d.file, d.source, d.from_pos FROM delivery d WHERE d.from_pos > $1 AND d.from_pos <= $2`, after, upTo)
	return collect(w.store.engine, rows, err, "read deliveries to index", func(r *sql.Rows) (wording, error) {
		g := wording{sort: FoundDelivery}
		var file, source string
		err := r.Scan(&g.tenant, &g.ref, &file, &source, &g.pos)
		g.said = stemsOf(mostSaid, file, g.ref, source)
		return g, err
	})
}

// reindex empties the index and makes it again.
func (w *Writer) reindex() error {
	const anew = "INSERT INTO search_state (one, position, made) VALUES (1, -1, 1) ON CONFLICT (one) DO UPDATE SET position = -1, made = search_state.made + 1"
	for _, statement := range append(w.store.engine.searching.empty, "DELETE FROM search_doc", anew) {
		if _, err := w.tx.ExecContext(w.ctx, statement); err != nil {
			return w.store.engine.fault(err, "empty the index")
		}
	}
	for place := int64(-1); place < w.front.Size()-1; place += indexedAtOnce {
		if err := w.index(indexedAtOnce); err != nil {
			return err
		}
	}
	return nil
}
