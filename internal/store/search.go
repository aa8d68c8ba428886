package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

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

// Hit is one thing that was found, with its text.
type Hit struct {
	Card
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
	kept := q.narrow(all, &out.Facets)
	if out.Total = len(kept); q.Limit == 0 {
		q.Limit = 25
	}
	page := newest(kept, q.Offset+q.Limit)
	var hits []Hit
	for _, c := range page[min(q.Offset, len(page)):] {
		hits = append(hits, Hit{Card: *c})
	}
	out.Hits, err = s.fill(ctx, sc, hits)
	return out, err
}

// newest is the n newest of some cards, the newest first. They are few as a rule, and most
// cards are older than all of them, so that one comparison is enough for each.
func newest(cards []*Card, n int) []*Card {
	first := make([]*Card, 0, min(n, len(cards))+1)
	for _, c := range cards {
		if len(first) == n && newestFirst(c, first[n-1]) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(first, c, newestFirst)
		first = slices.Insert(first, at, c)
		first = first[:min(n, len(first))]
	}
	return first
}

// newestFirst is the order of what is found.
func newestFirst(a, b *Card) int {
	if c := b.When.Compare(a.When); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.Sort, b.Sort), cmp.Compare(b.Ref, a.Ref))
}

// find is everything that the words find; of signals those worded last, one more than
// are counted.
func (s *Store) find(ctx context.Context, sc access.Scope, words search.Query) ([]*Card, error) {
	signals := s.findNow
	if sc.Past() {
		signals = s.findThen
	}
	found, err := signals(ctx, sc, words)
	if err != nil {
		return nil, err
	}
	if may(sc, access.SeeIndicator) {
		list, err := s.findOthers(ctx, sc, words, FoundNote, "note x ON x.id = d.ref", "x.signed, x.org")
		if err != nil {
			return nil, err
		}
		found = append(found, list...)
	}
	if may(sc, access.SeeData) {
		list, err := s.findOthers(ctx, sc, words, FoundDelivery, "delivery x ON x.id = d.ref", "x.received, ''")
		if err != nil {
			return nil, err
		}
		found = append(found, list...)
	}
	return found, nil
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

// findThen finds the signals worded last as of the scope's position.
func (s *Store) findThen(ctx context.Context, sc access.Scope, words search.Query) ([]*Card, error) {
	statement, args := s.findingSignals(sc, words)
	rows, err := s.read.QueryContext(ctx, statement, args...)
	return collect(s.engine, rows, err, "search signals", func(r *sql.Rows) (*Card, error) {
		var received instant
		c := Card{Sort: FoundSignal}
		err := r.Scan(&c.Tenant, &c.Ref, &c.Kind, &c.Provider, &c.Theme, &c.Severity, &c.Pile, &received, &c.Position)
		c.dated(received)
		return &c, err
	})
}

// findingSignals is its statement. Where the viewer sees all of the commissioner's, the
// limit can stand before the signals are looked up: each wording that holds is then of a
// signal that they may see. SQLite takes the tables of a cross join in their order:
// left to itself it asks of each signal that somebody may see whether it bears the words,
// which took seconds for those who see only their own.
func (s *Store) findingSignals(sc access.Scope, words search.Query) (statement string, args []any) {
	find, all := s.engine.searching, may(sc, access.SeeSignals)
	args = []any{find.query(words, ofScope(sc, FoundSignal), all), position(sc), MostFound + 1}
	condition, early := byKey(s.heard(sc, "s", &args), "s"), ""
	if all {
		early = " ORDER BY t.late DESC LIMIT $3"
	}
	return `SELECT s.tenant, s.ref, s.kind, s.provider, s.theme, s.severity, s.pile, s.received, m.from_pos
		FROM (SELECT d.doc, d.tenant, d.ref, d.from_pos FROM ` + find.lastFirst("$1") + ` CROSS JOIN search_doc d
			WHERE d.doc = t.doc AND d.sort = 'signal' AND d.sealed = 0 AND ` + holds("d", "$2") + early + `) m
		CROSS JOIN signal s WHERE s.tenant = m.tenant AND s.ref = m.ref AND ` + condition + " ORDER BY m.doc DESC LIMIT $3", args
}

// findOthers finds what is published or the commissioner's own. The table and the
// columns are constants of the calling code.
func (s *Store) findOthers(ctx context.Context, sc access.Scope, words search.Query, sort, table, columns string) ([]*Card, error) {
	find := s.engine.searching
	rows, err := s.read.QueryContext(ctx, `SELECT d.tenant, d.ref, d.from_pos, `+columns+` FROM search_text t JOIN search_doc d ON d.doc = `+find.key+" JOIN "+table+`
		WHERE `+find.match("$1")+" AND d.sort = $4 AND "+holds("d", "$2")+" AND "+holds("x", "$2")+" AND "+mine(sc, "d.tenant", "$3"),
		find.query(words, whose{"", sort}, true), position(sc), sc.Tenant, sort)
	return collect(s.engine, rows, err, "search by name", func(r *sql.Rows) (*Card, error) {
		var when instant
		c := Card{Sort: sort, Kind: sort}
		err := r.Scan(&c.Tenant, &c.Ref, &c.Position, &when, &c.Provider)
		c.dated(when)
		return &c, err
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

// narrow keeps what the quest's facets choose and counts each facet over what all the
// others choose.
func (q *Quest) narrow(all []*Card, f *Facets) (kept []*Card) {
	*f = Facets{map[string]int{}, map[org.Code]int{}, map[string]int{}, map[signal.Severity]int{}, map[string]int{}, map[int]int{}}
	for _, c := range all {
		fails := [facets]bool{
			byKind: q.Kind != "" && c.Kind != q.Kind, byProvider: q.Provider != "" && c.Provider != q.Provider, byTheme: q.Theme != "" && c.Theme != q.Theme,
			bySeverity: q.Severity != 0 && c.Severity != q.Severity, byPile: q.Pile != "" && c.Pile != q.Pile,
			byPeriod: !q.Since.IsZero() && c.day < q.Since || !q.Until.IsZero() && c.day > q.Until,
		}
		failed, which := 0, facets
		for k, fail := range fails {
			if fail {
				failed, which = failed+1, facet(k)
			}
		}
		if failed == 0 {
			kept = append(kept, c)
		}
		if failed > 1 {
			continue
		}
		for k := range facets {
			if failed == 0 || k == which {
				f.count(k, c)
			}
		}
	}
	return kept
}

func (f *Facets) count(k facet, c *Card) {
	switch k {
	case byKind:
		f.Kind[c.Kind]++
	case byProvider:
		if c.Provider != "" {
			f.Provider[c.Provider]++
		}
	case byTheme:
		if c.Theme != "" {
			f.Theme[c.Theme]++
		}
	case bySeverity:
		if c.Severity != 0 {
			f.Severity[c.Severity]++
		}
	case byPile:
		if c.Pile != "" {
			f.Pile[c.Pile]++
		}
	case byPeriod:
		f.Year[c.year]++
	}
}

// fill reads the texts of a page's hits, as far as the scope may see them. What can't be
// read, since it changed after it was found, is left out.
func (s *Store) fill(ctx context.Context, sc access.Scope, hits []Hit) (filled []Hit, err error) {
	texts := map[thing]Hit{}
	for _, one := range []struct {
		sort string
		read func(context.Context, access.Scope, []thing, map[thing]Hit) error
	}{{FoundSignal, s.signalTexts}, {FoundNote, s.noteTexts}, {FoundDelivery, s.deliveryTexts}} {
		var of []thing
		for i := range hits {
			if hits[i].Sort == one.sort {
				of = append(of, hits[i].thing())
			}
		}
		if len(of) == 0 {
			continue
		}
		if err := one.read(ctx, sc, of, texts); err != nil {
			return nil, err
		}
	}
	for i := range hits {
		if h, ok := texts[hits[i].thing()]; ok {
			h.Card, h.Score = hits[i].Card, hits[i].Score
			filled = append(filled, h)
		}
	}
	return filled, nil
}

// signalsNamed is the question after signals in full, by their keys.
func (s *Store) signalsNamed(sc access.Scope, of []thing) (query string, args []any) {
	var keys []string
	bind := binder(&args)
	for _, t := range of {
		keys = append(keys, "("+bind(t.tenant)+", "+bind(t.ref)+")")
	}
	condition := byKey(s.heard(sc, "s", &args), "s")
	return heldSignalColumns + "(VALUES " + strings.Join(keys, ", ") + ") k CROSS JOIN signal s WHERE s.tenant = k.column1 AND s.ref = k.column2 AND " + condition, args
}

func (s *Store) signalTexts(ctx context.Context, sc access.Scope, of []thing, into map[thing]Hit) error {
	query, args := s.signalsNamed(sc, of)
	rows, err := s.read.QueryContext(ctx, query, args...)
	remarks := may(sc, access.SeeSignals)
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
		into[thing{FoundSignal, held.Tenant, held.Reference}] = h
		return struct{}{}, err
	})
	return err
}

func (s *Store) noteTexts(ctx context.Context, sc access.Scope, of []thing, into map[thing]Hit) error {
	args := []any{position(sc), sc.Tenant}
	for _, t := range of {
		args = append(args, t.ref)
	}
	rows, err := s.read.QueryContext(ctx, `SELECT n.tenant, n.id, n.body, n.indicator FROM note n WHERE `+holds("n", "$1")+" AND "+mine(sc, "n.tenant", "$2")+
		" AND n.id IN ("+marks(3, len(of))+")", args...)
	_, err = collect(s.engine, rows, err, "read what was found", func(r *sql.Rows) (struct{}, error) {
		t := thing{sort: FoundNote}
		var h Hit
		err := r.Scan(&t.tenant, &t.ref, &h.Text, &h.Indicator)
		into[t] = h
		return struct{}{}, err
	})
	return err
}

func (s *Store) deliveryTexts(ctx context.Context, sc access.Scope, of []thing, into map[thing]Hit) error {
	for _, t := range of {
		d, err := s.Delivery(ctx, sc, delivery.ID(t.ref))
		if err != nil {
			return err
		}
		into[t] = Hit{Title: d.File, Text: "Delivery " + string(d.ID) + ", rows taken: " + strconv.Itoa(d.Accepted)}
	}
	return nil
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
