package store

import (
	"context"
	"database/sql"
	"math"
	"sync"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/search"
	"candour/internal/signal"
)

// Card is what a search must know of a thing to narrow and count by it, and to put it
// in order. A field that its sort hasn't is empty.
type Card struct {
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

	day      calendar.Date // of When, as is its year
	year     int
	confined bool // has named readers, and shows to others only once an embargo has ended
}

// thing names what can be found.
type thing struct {
	sort   string
	tenant org.Code
	ref    string
}

func (c *Card) thing() thing { return thing{c.Sort, c.Tenant, c.Ref} }

// cards is a card for each signal that has words to find, as it stands now, by the number
// of its document in the index: a search finds thousands of documents, and reading the
// signal of each took nine tenths of its time. They are those of one state of the index,
// and when it has read on only those of the signals that changed are drawn again. A card
// never changes, so whoever has picked one may keep it.
type cards struct {
	mu       sync.Mutex
	at       indexed
	byDoc    []*Card          // nil where the wording is no signal's, or no longer holds
	ofTenant map[org.Code]int // how many cards each commissioner has
}

// indexed is a state of the index: how often it was made anew, and how far it has read.
type indexed struct{ made, place int64 }

// draw brings the cards to a state of the index, or leaves them where they are beyond it.
func (s *Store) draw(ctx context.Context, to indexed) error {
	c := &s.cards
	c.mu.Lock()
	defer c.mu.Unlock()
	from := c.at
	if c.byDoc == nil || from.made != to.made {
		from.place = -1
	}
	if to.place <= from.place {
		return nil
	}
	drawn, err := s.readCards(ctx, from.place, to.place)
	if err != nil {
		return err
	}
	if from.place < 0 {
		c.byDoc, c.ofTenant = nil, map[org.Code]int{}
	}
	for _, d := range drawn {
		c.put(d.doc, d.card)
	}
	c.at = to
	return nil
}

// drawn is the card of a document; nil where its wording has ended.
type drawn struct {
	doc  int64
	card *Card
}

// changedSignals is the versions s, of signals that changed after the position $2, which
// entries up to $1 made.
const changedSignals = `entry n JOIN signal s ON s.tenant = n.tenant AND s.ref = substr(n.stream, length(n.tenant) + 9) AND s.from_pos = n.position
	AND n.position > $2 AND n.position <= $1 AND n.kind IN ($3, $4)`

// cardQueries is the questions after the signals as they stand at a position, and after
// their wordings: of those that changed after another, or of all, which are read one after
// the other as they lie in the store.
func cardQueries(after, upTo int64) (signals, wordings string, args []any) {
	signals, wordings, args = "signal s", "search_doc d", []any{upTo}
	if after >= 0 {
		signals, wordings = changedSignals, changedSignals+" JOIN search_doc d ON d.tenant = s.tenant AND d.ref = s.ref"
		args = append(args, after, string(record.SignalReceived), string(record.SignalChanged))
	}
	return "SELECT s.tenant, s.ref, s.kind, s.provider, s.theme, s.severity, s.pile, s.received, s.readers <> '' FROM " + signals + " WHERE " + holds("s", "$1"),
		"SELECT d.doc, d.tenant, d.ref, d.from_pos, d.until_pos > $1 FROM " + wordings + " WHERE d.sort = 'signal' AND d.sealed = 0 AND d.from_pos <= $1", args
}

// readCards draws the cards as of a position of what changed after another; −1 is of all.
func (s *Store) readCards(ctx context.Context, after, upTo int64) ([]drawn, error) {
	signals, wordings, args := cardQueries(after, upTo)
	shared := map[string]string{} // the few codes that all cards hold
	code := func(text string) string {
		if _, ok := shared[text]; !ok {
			shared[text] = text
		}
		return shared[text]
	}
	of := map[thing]*Card{}
	rows, err := s.read.QueryContext(ctx, signals, args...)
	_, err = collect(s.engine, rows, err, "draw the cards of signals", func(r *sql.Rows) (struct{}, error) {
		var tenant, provider string
		var received instant
		c := Card{Sort: FoundSignal}
		err := r.Scan(&tenant, &c.Ref, &c.Kind, &provider, &c.Theme, &c.Severity, &c.Pile, &received, &c.confined)
		c.Tenant, c.Kind, c.Provider, c.Theme, c.Pile = org.Code(code(tenant)), code(c.Kind), org.Code(code(provider)), code(c.Theme), code(c.Pile)
		c.dated(received)
		of[c.thing()] = &c
		return struct{}{}, err
	})
	if err != nil {
		return nil, err
	}
	rows, err = s.read.QueryContext(ctx, wordings, args...)
	return collect(s.engine, rows, err, "draw the cards of wordings", func(r *sql.Rows) (d drawn, err error) {
		var position int64
		var stands bool
		t := thing{sort: FoundSignal}
		if err = r.Scan(&d.doc, &t.tenant, &t.ref, &position, &stands); stands && of[t] != nil { // one of each signal's stands
			d.card = of[t]
			d.card.Position = position
		}
		return d, err
	})
}

// dated gives the card its moment.
func (c *Card) dated(when instant) {
	c.When, c.day = when.Time, calendar.DateOf(when.Time)
	c.year, _, _ = c.day.YMD()
}

// put keeps the card of a document in place of what was kept.
func (c *cards) put(doc int64, card *Card) {
	for int64(len(c.byDoc)) <= doc {
		c.byDoc = append(c.byDoc, nil)
	}
	if was := c.byDoc[doc]; was != nil {
		c.ofTenant[was.Tenant]--
	}
	if card != nil {
		c.ofTenant[card.Tenant]++
	}
	c.byDoc[doc] = card
}

// mostly reports whether at least half of the index is of what the scope may see.
func (c *cards) mostly(sc access.Scope) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return sc.All || 2*c.ofTenant[sc.Tenant] >= len(c.byDoc)
}

// pick adds the cards of documents that show to those picked before.
func (c *cards) pick(picked []*Card, docs []int64, shows func(*Card) bool) []*Card {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, doc := range docs {
		if doc < int64(len(c.byDoc)) {
			if card := c.byDoc[doc]; card != nil && shows(card) {
				picked = append(picked, card)
			}
		}
	}
	return picked
}

// findNow finds the signals worded last as they stand now, one more than are counted. The
// index gives its documents in stretches, since among them are wordings that have ended
// and signals that don't show to the viewer.
func (s *Store) findNow(ctx context.Context, sc access.Scope, words search.Query) (found []*Card, err error) {
	shows, err := s.showing(ctx, sc)
	if err != nil {
		return nil, err
	}
	// Where most of the index is the commissioner's, passing over what isn't costs less than
	// reading the list of all that is.
	of := ofScope(sc, FoundSignal)
	if s.cards.mostly(sc) {
		of = whose{}
	}
	find := s.engine.searching
	query := find.query(words, of, may(sc, access.SeeSignals))
	for before, more := int64(math.MaxInt64), true; more && len(found) <= MostFound; {
		rows, err := s.read.QueryContext(ctx, "SELECT t.doc FROM "+find.lastFirst("$1")+" WHERE t.doc < $2 ORDER BY t.late DESC LIMIT $3", query, before, MostFound+1)
		docs, err := collect(s.engine, rows, err, "search signals", func(r *sql.Rows) (doc int64, err error) { return doc, r.Scan(&doc) })
		if err != nil {
			return nil, err
		}
		if more = len(docs) > MostFound; more {
			before = docs[MostFound]
		}
		found = s.cards.pick(found, docs, shows)
	}
	return found[:min(len(found), MostFound+1)], nil
}

// showing tells which cards show to the scope's viewer now.
func (s *Store) showing(ctx context.Context, sc access.Scope) (func(*Card) bool, error) {
	everyone, query, args := s.asked(sc)
	rows, err := s.read.QueryContext(ctx, query, args...)
	named := map[thing]bool{}
	_, err = collect(s.engine, rows, err, "find what shows", func(r *sql.Rows) (struct{}, error) {
		t := thing{sort: FoundSignal}
		err := r.Scan(&t.tenant, &t.ref)
		named[t] = true
		return struct{}{}, err
	})
	return func(c *Card) bool {
		return (sc.All || c.Tenant == sc.Tenant) && (everyone && !c.confined || named[c.thing()])
	}, err
}

// asked is the question which signals show to the scope's viewer, of those of which their
// cards don't tell: where they see everyone's, the few that are confined, whosever they
// are; else the few that are their own.
func (s *Store) asked(sc access.Scope) (everyone bool, query string, args []any) {
	bind := binder(&args)
	if sc.All || seesAll(sc) {
		return true, "SELECT s.tenant, s.ref FROM signal s WHERE s.readers <> '' AND " + current("s") + " AND " + s.opened(sc, "s", bind), args
	}
	query = ownSignals(sc, "o.tenant, o.ref", " AND "+s.opened(sc, "o", bind), bind)
	return false, query, args
}
