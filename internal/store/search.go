package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/org"
	"candour/internal/search"
	"candour/internal/signal"
)

// Quest is what is looked for, and how what is found is narrowed. Empty fields
// narrow nothing.
type Quest struct {
	Words    search.Query
	Kind     string // a signal.Kind, FoundNote or FoundDelivery
	Provider org.Code
	Theme    string
	Severity signal.Severity
	Pile     string        // PileToDo, PileWaiting or PileDone
	Since    calendar.Date // received, signed or delivered on this day or later
	Until    calendar.Date // or up to this day
	Offset   int
	Limit    int // nought is 25
}

// Hit is one thing that was found. A field that its sort hasn't is empty.
type Hit struct {
	Sort     string // FoundSignal, FoundNote or FoundDelivery
	Ref      string
	Tenant   org.Code
	Kind     string // what Quest.Kind narrows by
	When     time.Time
	Position int64 // entry from which on it is worded so
	Provider org.Code
	Theme    string
	Severity signal.Severity
	Pile     string

	Title     string // signal: its line; note: none; delivery: name of the file
	Text      string // what was said, for an excerpt
	Remarks   string // what the team wrote, where the viewer may see it
	Indicator string // of a note
	Score     float64
}

// Facets is how many of what was found have each value, each narrowed by the others
// only: what choosing that value would show.
type Facets struct {
	Kind     map[string]int
	Provider map[org.Code]int
	Theme    map[string]int
	Severity map[signal.Severity]int
	Pile     map[string]int
	Year     map[int]int // of receipt
}

// Found is the answer to a quest.
type Found struct {
	Hits   []Hit // a page, newest first
	Total  int   // on all pages
	Capped bool  // more was found than is counted: only the newest MostFound are
	Facets Facets
}

// MostFound bounds how many hits are counted: the newest.
const MostFound = 5_000

// Search finds signals by their words, notes and limits by their reasons and
// deliveries by the names of their files: all that the scope's viewer may see, as
// of its position, and nothing of what others hold. Signals are those that Signals
// lists; whoever sees only their own finds only these, and by what was said alone.
// What is under seal is never found.
func (s *Store) Search(ctx context.Context, sc access.Scope, q Quest) (Found, error) {
	var out Found
	if q.Words.Empty() {
		return out, nil
	}
	if err := s.CatchUp(ctx); err != nil {
		return out, err
	}
	all, err := s.find(ctx, sc, q.Words)
	if err != nil {
		return out, err
	}
	if out.Capped = len(all) > MostFound; out.Capped {
		all = all[:MostFound]
	}
	hits := q.narrow(all, &out.Facets)
	slices.SortFunc(hits, func(a, b *Hit) int {
		return cmp.Or(b.When.Compare(a.When), cmp.Compare(a.Sort, b.Sort), cmp.Compare(b.Ref, a.Ref))
	})
	if out.Total = len(hits); q.Limit == 0 {
		q.Limit = 25
	}
	for _, h := range hits[min(q.Offset, len(hits)):min(q.Offset+q.Limit, len(hits))] {
		out.Hits = append(out.Hits, *h)
	}
	return out, s.fill(ctx, sc, out.Hits)
}

// find is everything that the words find, without its text; of signals those worded
// last, one more than are counted.
func (s *Store) find(ctx context.Context, sc access.Scope, words search.Query) ([]Hit, error) {
	hits, err := s.findSignals(ctx, sc, words)
	if err != nil {
		return nil, err
	}
	if may(sc, access.SeeIndicator) {
		list, err := s.findOthers(ctx, sc, words, FoundNote, "note x ON x.id = d.ref", "x.signed, x.org")
		if err != nil {
			return nil, err
		}
		hits = append(hits, list...)
	}
	if may(sc, access.SeeData) {
		list, err := s.findOthers(ctx, sc, words, FoundDelivery, "delivery x ON x.id = d.ref", "x.received, ''")
		if err != nil {
			return nil, err
		}
		hits = append(hits, list...)
	}
	return hits, nil
}

// may reports whether the policies let the scope's viewer do a to what is its
// commissioner's.
func may(sc access.Scope, a access.Action) bool {
	return access.Allows(sc.Viewer, sc.Tenant, a, access.Resource{Tenant: sc.Tenant})
}

// ofScope is the marks of what may be in the scope.
func ofScope(sc access.Scope, sort string) whose {
	if sc.All {
		return whose{"", sort}
	}
	return whose{string(sc.Tenant), sort}
}

// findSignals finds the signals worded last. Where the viewer sees all of the
// commissioner's, the limit can stand before the signals are looked up: each wording
// that holds is then of a signal that they may see.
func (s *Store) findSignals(ctx context.Context, sc access.Scope, words search.Query) ([]Hit, error) {
	statement, args := s.findingSignals(sc, words)
	rows, err := s.read.QueryContext(ctx, statement, args...)
	return collect(s.engine, rows, err, "search signals", func(r *sql.Rows) (h Hit, err error) {
		var received instant
		err = r.Scan(&h.Tenant, &h.Ref, &h.Kind, &h.Provider, &h.Theme, &h.Severity, &h.Pile, &received, &h.Position)
		h.Sort, h.When = FoundSignal, received.Time
		return h, err
	})
}

// findingSignals is its statement. SQLite takes the tables of a cross join in their order:
// left to itself it asks of each signal that somebody may see whether it bears the words,
// which took seconds for those who see only their own.
func (s *Store) findingSignals(sc access.Scope, words search.Query) (statement string, args []any) {
	find, all := s.engine.searching, may(sc, access.SeeSignals)
	args = []any{find.query(words, ofScope(sc, FoundSignal), all), position(sc), MostFound + 1}
	condition, early := byKey(s.heard(sc, "s", &args), "s"), ""
	if all {
		early = " ORDER BY " + find.newest + " LIMIT $3"
	}
	return `SELECT s.tenant, s.ref, s.kind, s.provider, s.theme, s.severity, s.pile, s.received, m.from_pos
		FROM (SELECT d.doc, d.tenant, d.ref, d.from_pos FROM ` + find.lastFirst("$1") + ` AND d.sort = 'signal' AND d.sealed = 0 AND ` + holds("d", "$2") + early + `) m
		CROSS JOIN signal s WHERE s.tenant = m.tenant AND s.ref = m.ref AND ` + condition + " ORDER BY m.doc DESC LIMIT $3", args
}

// findOthers finds what is published or the commissioner's own. The table and the
// columns are constants of the calling code.
func (s *Store) findOthers(ctx context.Context, sc access.Scope, words search.Query, sort, table, columns string) ([]Hit, error) {
	find := s.engine.searching
	rows, err := s.read.QueryContext(ctx, `SELECT d.tenant, d.ref, d.from_pos, `+columns+` FROM search_text t JOIN search_doc d ON d.doc = `+find.key+" JOIN "+table+`
		WHERE `+find.match("$1")+" AND d.sort = $4 AND "+holds("d", "$2")+" AND "+holds("x", "$2")+" AND "+mine(sc, "d.tenant", "$3"),
		find.query(words, whose{"", sort}, true), position(sc), sc.Tenant, sort)
	return collect(s.engine, rows, err, "search by name", func(r *sql.Rows) (h Hit, err error) {
		var when instant
		err = r.Scan(&h.Tenant, &h.Ref, &h.Position, &when, &h.Provider)
		h.Sort, h.Kind, h.When = sort, sort, when.Time
		return h, err
	})
}

// facet is one way of narrowing.
type facet int

const (
	byKind facet = iota
	byProvider
	byTheme
	bySeverity
	byPile
	byPeriod
	facets
)

// narrow keeps the hits that the quest's facets choose and counts each facet over
// those that all the others choose.
func (q *Quest) narrow(all []Hit, f *Facets) (kept []*Hit) {
	*f = Facets{map[string]int{}, map[org.Code]int{}, map[string]int{}, map[signal.Severity]int{}, map[string]int{}, map[int]int{}}
	for i := range all {
		h := &all[i]
		day := calendar.DateOf(h.When)
		fails := [facets]bool{
			byKind: q.Kind != "" && h.Kind != q.Kind, byProvider: q.Provider != "" && h.Provider != q.Provider, byTheme: q.Theme != "" && h.Theme != q.Theme,
			bySeverity: q.Severity != 0 && h.Severity != q.Severity, byPile: q.Pile != "" && h.Pile != q.Pile,
			byPeriod: !q.Since.IsZero() && day < q.Since || !q.Until.IsZero() && day > q.Until,
		}
		failed, which := 0, facets
		for k, fail := range fails {
			if fail {
				failed, which = failed+1, facet(k)
			}
		}
		if failed == 0 {
			kept = append(kept, h)
		}
		if failed > 1 {
			continue
		}
		for k := range facets {
			if failed == 0 || k == which {
				f.count(k, h, day)
			}
		}
	}
	return kept
}

func (f *Facets) count(k facet, h *Hit, day calendar.Date) {
	switch k {
	case byKind:
		f.Kind[h.Kind]++
	case byProvider:
		if h.Provider != "" {
			f.Provider[h.Provider]++
		}
	case byTheme:
		if h.Theme != "" {
			f.Theme[h.Theme]++
		}
	case bySeverity:
		if h.Severity != 0 {
			f.Severity[h.Severity]++
		}
	case byPile:
		if h.Pile != "" {
			f.Pile[h.Pile]++
		}
	case byPeriod:
		year, _, _ := day.YMD()
		f.Year[year]++
	}
}

// fill reads the texts of a page's hits.
func (s *Store) fill(ctx context.Context, sc access.Scope, hits []Hit) error {
	for _, one := range []struct {
		sort string
		read func(context.Context, access.Scope, []any) (map[string]Hit, error)
	}{{FoundSignal, s.signalTexts}, {FoundNote, s.noteTexts}, {FoundDelivery, s.deliveryTexts}} {
		var refs []any
		for i := range hits {
			if hits[i].Sort == one.sort {
				refs = append(refs, hits[i].Ref)
			}
		}
		if len(refs) == 0 {
			continue
		}
		texts, err := one.read(ctx, sc, refs)
		if err != nil {
			return err
		}
		for i := range hits {
			if h := &hits[i]; h.Sort == one.sort {
				t := texts[string(h.Tenant)+" "+h.Ref]
				h.Title, h.Text, h.Remarks, h.Indicator = t.Title, t.Text, t.Remarks, t.Indicator
			}
		}
	}
	return nil
}

func (s *Store) signalTexts(ctx context.Context, sc access.Scope, refs []any) (map[string]Hit, error) {
	args := slices.Clone(refs)
	condition := s.heard(sc, "s", &args)
	rows, err := s.read.QueryContext(ctx, heldSignalSelect+"s.ref IN ("+marks(1, len(refs))+") AND "+condition, args...)
	out, remarks := map[string]Hit{}, may(sc, access.SeeSignals)
	_, err = collect(s.engine, rows, err, "read what was found", func(r *sql.Rows) (struct{}, error) {
		held, err := scanHeldSignal(r)
		h := Hit{Title: held.Title}
		for _, text := range held.Said() {
			if text != held.Title {
				h.Text += text + " "
			}
		}
		if remarks {
			h.Remarks = strings.Join(held.Remarks(), " ")
		}
		out[string(held.Tenant)+" "+held.Reference] = h
		return struct{}{}, err
	})
	return out, err
}

func (s *Store) noteTexts(ctx context.Context, sc access.Scope, refs []any) (map[string]Hit, error) {
	args := append([]any{position(sc), sc.Tenant}, refs...)
	rows, err := s.read.QueryContext(ctx, `SELECT n.tenant, n.id, n.body, n.indicator FROM note n WHERE `+holds("n", "$1")+" AND "+mine(sc, "n.tenant", "$2")+
		" AND n.id IN ("+marks(3, len(refs))+")", args...)
	out := map[string]Hit{}
	_, err = collect(s.engine, rows, err, "read what was found", func(r *sql.Rows) (struct{}, error) {
		var tenant, id string
		var h Hit
		err := r.Scan(&tenant, &id, &h.Text, &h.Indicator)
		out[tenant+" "+id] = h
		return struct{}{}, err
	})
	return out, err
}

func (s *Store) deliveryTexts(ctx context.Context, sc access.Scope, refs []any) (map[string]Hit, error) {
	out := map[string]Hit{}
	for _, ref := range refs {
		d, err := s.Delivery(ctx, sc, delivery.ID(ref.(string)))
		if err != nil {
			return nil, err
		}
		out[d.Tenant+" "+string(d.ID)] = Hit{Title: d.File, Text: "Delivery " + string(d.ID) + ", rows taken: " + strconv.Itoa(d.Accepted)}
	}
	return out, nil
}

// CountSealed is how many signals of the scope's commissioner have their words
// under seal, as of its position: what no search finds. What of it may be told is
// for the page to decide; whoever may not see the signals gets nought.
func (s *Store) CountSealed(ctx context.Context, sc access.Scope) (n int, err error) {
	if !may(sc, access.SeeSignals) {
		return 0, nil
	}
	if err := s.CatchUp(ctx); err != nil {
		return 0, err
	}
	// Whoever gets here sees every signal of the commissioner, so that each wording
	// that holds is of one that they see, and signals need not be looked up.
	args := []any{position(sc)}
	condition := "d.sort = 'signal' AND d.sealed = 1 AND " + holds("d", "$1")
	if !sc.All {
		args = append(args, sc.Tenant)
		condition += " AND d.tenant = $2"
	}
	err = s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM search_doc d WHERE "+condition, args...).Scan(&n)
	return n, s.engine.fault(err, "count what is sealed")
}
