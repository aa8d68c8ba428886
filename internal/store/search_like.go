package store

import (
	"cmp"
	"context"
	"database/sql"
	"math"
	"slices"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/search"
)

// The bounds of likeness: how many words of a signal are weighed, how many of the
// weightiest are then looked for, and how many must be shared.
const (
	weighedWords = 16
	likeWords    = 10
	fewestShared = 2
)

// weighed is a word of a signal with its weight.
type weighed struct {
	stem   string
	weight float64
}

// Like is the signals most like one that the scope may see, by the words that they
// share, the most like first. A word w that stands n(w) times in the signal and in
// d(w) of the commissioner's D signals weighs
//
//	(1 + ln n(w)) · ln(D / d(w))
//
// and a signal's score is the sum over the ten weightiest words that it holds too,
// of which it must hold two. Little words, words that no other signal holds and
// words that more than half of them hold don't count. Weights go by all wordings held today, also on a page of the past;
// what is listed is only what stood then. A signal whose words are sealed is like
// none, and none is like it.
func (s *Store) Like(ctx context.Context, sc access.Scope, ref string, limit int) ([]Hit, error) {
	h, err := s.Signal(ctx, sc, ref)
	if err != nil || h.WordsSealed() {
		return nil, err
	}
	if err := s.CatchUp(ctx); err != nil {
		return nil, err
	}
	words, err := s.weigh(ctx, access.Scope{Viewer: sc.Viewer, Tenant: h.Tenant, AsOf: sc.AsOf}, h.Said())
	if err != nil || len(words) < fewestShared {
		return nil, err
	}
	find := s.engine.searching
	args := []any{position(sc), h.Ref(), limit, fewestShared}
	condition, early := byKey(s.heard(sc, "s", &args), "s"), ""
	if may(sc, access.SeeSignals) {
		early = " ORDER BY l.score DESC, l.doc DESC LIMIT $3" // all may be seen: only those that are listed are looked up
	}
	var parts []string
	for _, w := range words {
		args = append(args, find.query(oneWord(w.stem), whose{string(h.Tenant), FoundSignal}, false))
		parts = append(parts, "SELECT "+find.key+" AS doc, CAST("+strconv.FormatFloat(w.weight, 'f', 6, 64)+" AS DOUBLE PRECISION) AS weight FROM search_text t WHERE "+find.match("$"+strconv.Itoa(len(args))))
	}
	rows, err := s.read.QueryContext(ctx, `SELECT s.tenant, s.ref, s.kind, s.provider, s.theme, s.severity, s.pile, s.received, m.from_pos, m.score
		FROM (SELECT d.tenant, d.ref, d.from_pos, l.score
			FROM (SELECT doc, SUM(weight) AS score FROM (`+strings.Join(parts, " UNION ALL ")+`) each_word GROUP BY doc HAVING COUNT(*) >= $4) l
			JOIN search_doc d ON d.doc = l.doc WHERE d.ref <> $2 AND `+holds("d", "$1")+early+`) m
		CROSS JOIN signal s WHERE s.tenant = m.tenant AND s.ref = m.ref AND `+condition+" ORDER BY m.score DESC, s.received DESC, s.ref DESC LIMIT $3", args...)
	hits, err := collect(s.engine, rows, err, "look for what is alike", func(r *sql.Rows) (h Hit, err error) {
		var received instant
		h.Sort = FoundSignal
		err = r.Scan(&h.Tenant, &h.Ref, &h.Kind, &h.Provider, &h.Theme, &h.Severity, &h.Pile, &received, &h.Position, &h.Score)
		h.dated(received)
		return h, err
	})
	if err != nil {
		return nil, err
	}
	return s.fill(ctx, sc, hits)
}

// Ref is the signal's reference: its stream's name, which never changes.
func (h *HeldSignal) Ref() string { return strings.TrimPrefix(string(h.ID), string(h.Tenant)+".") }

// oneWord is the query for a stem.
func oneWord(stem string) search.Query {
	return search.Query{All: []search.Term{{Stems: []string{stem}}}}
}

// weigh gives words their weights and keeps the weightiest.
func (s *Store) weigh(ctx context.Context, sc access.Scope, texts []string) ([]weighed, error) {
	times := search.Times(texts)
	words := search.Weighty(texts)
	if len(words) == 0 {
		return nil, nil
	}
	words = words[:min(weighedWords, len(words))]
	find, of := s.engine.searching, whose{string(sc.Tenant), FoundSignal}
	args := []any{sc.Tenant}
	counts := []string{"(SELECT COUNT(*) FROM search_doc d WHERE d.tenant = $1 AND d.sort = '" + FoundSignal + "' AND d.sealed = 0)"}
	for _, w := range words {
		args = append(args, find.query(oneWord(w), of, false))
		counts = append(counts, "(SELECT COUNT(*) FROM search_text t WHERE "+find.match("$"+strconv.Itoa(len(args)))+")")
	}
	held := make([]int, len(counts))
	into := make([]any, len(counts))
	for i := range held {
		into[i] = &held[i]
	}
	if err := s.read.QueryRowContext(ctx, "SELECT "+strings.Join(counts, ", "), args...).Scan(into...); err != nil {
		return nil, s.engine.fault(err, "weigh words")
	}
	var out []weighed
	for i, w := range words {
		if n := held[i+1]; n > 1 && 2*n <= held[0]+1 {
			out = append(out, weighed{w, (1 + math.Log(float64(times[w]))) * math.Log(float64(held[0]+1)/float64(n))})
		}
	}
	slices.SortStableFunc(out, func(a, b weighed) int { return cmp.Compare(b.weight, a.weight) })
	return out[:min(likeWords, len(out))], nil
}
