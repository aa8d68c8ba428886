package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/record"
	"candour/internal/signal"
)

// Arrival is a signal to be recorded, validated and screened already. Its id,
// reference and instant of recording are given by the store.
type Arrival struct {
	Signal signal.Signal
	Origin string // by which the same item is known again; empty is never known again
	Theirs string // the sender's own reference
	// Revises says that another version may come under the same origin, and is recorded
	// where it is a later one; otherwise whatever comes again is the same item.
	Revises bool
	Sealed  []SealedText
	Then    []signal.Change // what is known of it already, such as the outcome of an item of long ago
}

// SignalReceipt is what whoever gave a signal gets: that it is durable, where.
type SignalReceipt struct {
	ID        signal.ID `json:"id"`
	Reference string    `json:"reference"`
	Position  int64     `json:"position"` // of its entry in the memory
	Recorded  time.Time `json:"recorded"`
	Known     bool      `json:"known,omitempty"` // the same item was received before; this is its receipt
	// Again is what the item was when it was known: the same, a later version that was
	// recorded, or one that replaces nothing and why. Empty for one that is new.
	Again signal.Again `json:"again,omitempty"`
	// Revised is the entry by which a later version was recorded; 0 where none was.
	Revised int64 `json:"revised,omitempty"`
	// Erased says that text to be sealed came whose like was erased here: it was not taken.
	Erased bool `json:"erased,omitempty"`
}

// NextDue is the running clock of a signal that is due first; zero when none runs.
// It is asked from several goroutines at once.
type NextDue func(*signal.Signal) record.Due

// ReceiveSignals records signals for the scope's commissioner, all or none, and
// returns once they are durable. The same origin twice gives the first's receipt; where
// versions may come, a later one under it is recorded (signal.CameAgain). Each signal has
// an entry of its own, which also holds what is known of it already.
//
// A group costs one commit, so groups of some hundreds go in many times faster than
// as many calls with one signal.
func (s *Store) ReceiveSignals(ctx context.Context, sc access.Scope, due NextDue, list ...Arrival) ([]SignalReceipt, error) {
	receipts, err := s.receiveSignals(ctx, sc, due, list, nil)
	if err != nil {
		return nil, err
	}
	return receipts, nil
}

// TrySignals is what ReceiveSignals would say of signals; nothing is kept. References and
// positions are those of what is held already: what is new has none.
func (s *Store) TrySignals(ctx context.Context, sc access.Scope, due NextDue, list ...Arrival) ([]SignalReceipt, error) {
	receipts, err := s.receiveSignals(ctx, sc, due, list, errDry)
	if !errors.Is(err, errDry) {
		return nil, err
	}
	fresh := map[string]bool{} // named by the trial alone
	for i := range receipts {
		if r := &receipts[i]; !r.Known {
			fresh[r.Reference] = true
		}
	}
	for i := range receipts {
		r := &receipts[i]
		if r.Revised = 0; fresh[r.Reference] {
			r.ID, r.Reference, r.Position = "", "", 0
		}
	}
	return receipts, nil
}

// receiveSignals records signals in one change that ends with the error given; with one,
// nothing of it is kept.
func (s *Store) receiveSignals(ctx context.Context, sc access.Scope, due NextDue, list []Arrival, end error) (receipts []SignalReceipt, err error) {
	if sc.Tenant == "" || sc.Past() {
		return nil, fault.New(fault.Invalid, "a signal is recorded for one commissioner, now")
	}
	master, err := s.masterKey(ctx, anySealed(list))
	if err != nil {
		return nil, err
	}
	err = s.Change(ctx, func(w *Writer) error {
		if receipts, err = w.receiveAll(sc, due, list, master); err != nil {
			return err
		}
		return end
	})
	return receipts, err
}

// anySealed reports whether something of the list is to be sealed.
func anySealed(list []Arrival) bool {
	return slices.ContainsFunc(list, func(a Arrival) bool { return len(a.Sealed) > 0 })
}

// receiveAll records signals in order.
func (w *Writer) receiveAll(sc access.Scope, due NextDue, list []Arrival, master *masterKey) ([]SignalReceipt, error) {
	g := &reception{Writer: w, scope: sc, due: due, serials: map[serialKey]int{}, origins: map[string]bool{}}
	return g.receive(list, master)
}

// reception is a group of signals on its way in. Names are given one after the
// other; what must be computed of each signal is then computed on all processors;
// what must be written is written in order.
type reception struct {
	*Writer
	scope   access.Scope
	due     NextDue
	serials map[serialKey]int // the last given in this group
	origins map[string]bool   // seen in this group
	fresh   []*newcomer
}

// serialKey is what references are numbered within.
type serialKey struct {
	prefix string
	year   int
}

// newcomer is one signal that is not known yet.
type newcomer struct {
	arrival *Arrival
	signal  signal.Signal
	row     signalRow
	salt    [32]byte
	body    []byte
	leaf    []byte
}

func (g *reception) receive(list []Arrival, master *masterKey) ([]SignalReceipt, error) {
	receipts := make([]SignalReceipt, len(list))
	var known []int // of the list, in its order: looked at once what is new is written
	for i := range list {
		a := &list[i]
		if a.Origin != "" {
			if g.origins[a.Origin] {
				known = append(known, i)
				continue
			}
			g.origins[a.Origin] = true
			held, err := g.known(a.Origin, &receipts[i], nil)
			if err != nil {
				return nil, err
			}
			if held {
				known = append(known, i)
				continue
			}
		}
		if err := g.admit(a, master); err != nil {
			return nil, err
		}
		n := g.fresh[len(g.fresh)-1]
		receipts[i] = SignalReceipt{ID: n.signal.ID, Reference: n.signal.Reference, Position: int64(n.row.entry.Position), Recorded: g.moment}
	}
	if err := inParallel(len(g.fresh), func(i int) error { return g.compute(g.fresh[i]) }); err != nil {
		return nil, err
	}
	if err := g.write(); err != nil {
		return nil, err
	}
	for _, i := range known {
		if err := g.again(&list[i], &receipts[i], master); err != nil {
			return nil, err
		}
	}
	return receipts, nil
}

// admit gives a signal its name, seals what is to be sealed, and its place in the
// ledger.
func (g *reception) admit(a *Arrival, master *masterKey) error {
	n := &newcomer{arrival: a, signal: a.Signal}
	if err := g.name(&n.signal); err != nil {
		return err
	}
	n.row.recorded = record.Signal{Origin: a.Origin, Theirs: a.Theirs}
	var err error
	if n.row.recorded.Seals, err = g.seal(g.scope.Tenant, &n.signal, a.Sealed, master); err != nil {
		return err
	}
	if _, err := io.ReadFull(g.store.random, n.salt[:]); err != nil {
		return fault.Wrap(fault.Internal, err, "draw a salt")
	}
	n.row.entry = ledger.Entry{
		Position: g.front.Next() + ledger.Position(len(g.fresh)), Instant: g.moment, Tenant: string(g.scope.Tenant), Stream: signalStream(n.signal.ID),
		Number: 1, Kind: string(record.SignalReceived), Actor: string(g.scope.Viewer.Account),
	}
	g.fresh = append(g.fresh, n)
	return nil
}

// name gives a signal its reference (kind, year of receipt, number within both)
// and its id, which is the reference beside the commissioner's code.
func (g *reception) name(s *signal.Signal) error {
	year, _, _ := calendar.DateOf(s.Received).YMD()
	key := serialKey{s.Kind.Prefix(), year}
	if g.serials[key] == 0 {
		var last int
		if err := g.scan("SELECT COALESCE(MAX(serial), 0) FROM signal WHERE tenant = $1 AND prefix = $2 AND ref_year = $3",
			[]any{g.scope.Tenant, key.prefix, year}, &last); err != nil {
			return g.store.engine.fault(err, "number the signal")
		}
		g.serials[key] = last
	}
	g.serials[key]++
	s.Reference = fmt.Sprintf("%s-%d-%d", key.prefix, year, g.serials[key])
	s.ID = signal.ID(string(g.scope.Tenant) + "." + s.Reference)
	s.Recorded = g.moment
	return nil
}

// compute folds the signal's events and makes body, leaf and row of it. It touches
// nothing but the newcomer.
func (g *reception) compute(n *newcomer) error {
	by := string(g.scope.Viewer.Account)
	row := &n.row
	for i, change := range append([]signal.Change{signal.Received{Signal: n.signal}}, n.arrival.Then...) {
		event := signal.Event{Number: i + 1, At: g.moment, By: by, Change: change}
		if err := row.signal.Apply(event); err != nil {
			return err
		}
		if i == 0 {
			row.recorded.Event = event
		} else {
			row.recorded.Then = append(row.recorded.Then, event)
		}
	}
	row.recorded.Next = g.due(&row.signal)
	row.raisedBy, row.ref = by, n.signal.Reference
	event, err := record.New(record.SignalReceived, row.entry.Stream, g.scope.Tenant, g.scope.Viewer.Account, row.recorded)
	if err != nil {
		return err
	}
	n.body = event.Body
	if bytes.Contains(n.body, []byte(brokenText)) {
		if err := n.reread(); err != nil {
			return err
		}
	}
	row.entry.BodyHash = ledger.BodyHash(n.salt, n.body)
	if n.leaf, err = row.entry.Marshal(); err != nil {
		return err
	}
	return row.write()
}

// brokenText is how JSON writes bytes that are not UTF-8.
const brokenText = `\ufffd`

// reread takes the signal from the body, as a rebuild will: bytes that are not
// UTF-8 were replaced in it.
func (n *newcomer) reread() error {
	n.row.recorded, n.row.signal = record.Signal{}, signal.Signal{}
	if err := json.Unmarshal(n.body, &n.row.recorded); err != nil {
		return fault.Wrap(fault.Internal, err, "read the body again")
	}
	for _, event := range n.row.recorded.Events() {
		if err := n.row.signal.Apply(event); err != nil {
			return err
		}
	}
	return nil
}

// write writes what was computed: entries, bodies, rows, counts.
func (g *reception) write() error {
	rows := make([]*signalRow, len(g.fresh))
	entries, bodies := make([][]any, len(g.fresh)), make([][]any, len(g.fresh))
	for i, n := range g.fresh {
		hashes, err := g.front.Append(n.leaf)
		if err != nil {
			return err
		}
		g.hashes = append(g.hashes, hashes...)
		rows[i], entries[i] = &n.row, entryRow(&n.row.entry)
		bodies[i] = []any{int64(n.row.entry.Position), n.salt[:], n.body}
	}
	p := g.projection()
	if err := p.store.engine.insertPrepared(g.ctx, g.tx, g.stmts, "entry", entryColumns, entries); err != nil {
		return err
	}
	if err := p.store.engine.insertPrepared(g.ctx, g.tx, g.stmts, "entry_body", entryBodyColumns, bodies); err != nil {
		return err
	}
	return p.putSignals(rows, tally{})
}

// inParallel calls f with 0 to n−1 on all processors, and gives the error of the
// first that failed, so that it is the same each time.
func inParallel(n int, f func(int) error) error {
	errs := make([]error, n)
	workers := min(runtime.GOMAXPROCS(0), (n+parallelFrom-1)/parallelFrom)
	var all sync.WaitGroup
	for k := range workers {
		all.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					errs[k*n/workers] = fault.New(fault.Internal, "a change panicked: %v", p)
				}
			}()
			for i := k * n / workers; i < (k+1)*n/workers; i++ {
				if errs[i] = f(i); errs[i] != nil {
					return
				}
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// parallelFrom is how many signals are worth a goroutine.
const parallelFrom = 8
