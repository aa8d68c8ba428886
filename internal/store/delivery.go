package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
)

// Accept records a delivery with everything that its file yields, in one
// transaction: the ledger entry, the observations with their vintages, the
// organisations and the refusals. The delivery comes back with its id, counts
// and status. With dry the same work is done and undone, so that the counts say
// what would happen. items must be repeatable: rebuild asks for them again.
func (s *Store) Accept(ctx context.Context, actor access.AccountID, d delivery.Delivery, items iter.Seq2[delivery.Item, error], dry bool) (delivery.Delivery, error) {
	err := s.Change(ctx, func(w *Writer) error {
		var number int
		if err := w.tx.QueryRowContext(w.ctx, "SELECT COALESCE(MAX(number), 0) + 1 FROM delivery").Scan(&number); err != nil {
			return s.engine.fault(err, "number the delivery")
		}
		if d.ID == "" {
			d.ID = delivery.ID(fmt.Sprintf("D-%06d", number))
		}
		d.Received, d.By = w.moment, string(actor)
		d.Counts = delivery.Counts{}
		entry := ledger.Entry{Position: w.front.Next(), Instant: w.moment}
		take := &taking{projection: projection{w.ctx, s, w.tx, w.stmts}, entry: entry, d: &d}
		if items != nil {
			if err := take.all(items); err != nil {
				return err
			}
		}
		if whole := d.Status == delivery.Quarantined || d.Status == delivery.Waiting; whole {
			d.Refusals = take.whole
		} else {
			d.Status = d.Counts.Status()
		}
		d.Periods = take.periods()
		var err error
		if d.Rereads, err = w.rereads(d); err != nil {
			return err
		}
		event, err := record.New(record.DeliveryReceived, "delivery/"+string(d.ID), org.Code(d.Tenant), actor, d)
		if err != nil {
			return err
		}
		written, err := w.enter(event)
		if err != nil {
			return err
		}
		if err := projectDeliveryRow(&take.projection, written, d); err != nil {
			return err
		}
		if dry {
			return errDry
		}
		return nil
	})
	if errors.Is(err, errDry) {
		d.Status, d.ID, d.Rereads, err = delivery.Tried, "", nil, nil
	}
	return d, err
}

// errDry undoes a dry run.
var errDry = fault.New(fault.Conflict, "dry run")

// projectDelivery replays a delivery: what its archived file yields, then its row.
func projectDelivery(p *projection, e ledger.Entry, d delivery.Delivery) error {
	if d.Shape == delivery.Signals {
		return projectSignalDelivery(p, e, d)
	}
	if d.Status != delivery.Known {
		replayed, yields := d, refusals(d.Refusals)
		if len(d.Refusals) == 0 {
			yields = p.store.reparse(p.ctx, d)
		}
		replayed.Counts = delivery.Counts{}
		take := &taking{projection: *p, entry: e, d: &replayed}
		if err := take.all(yields); err != nil {
			return err
		}
		if replayed.Counts != d.Counts {
			return fault.New(fault.Damaged, "delivery %s was recorded with counts %+v, and its archived file now gives %+v", d.ID, d.Counts, replayed.Counts)
		}
	}
	return projectDeliveryRow(p, e, d)
}

// refusals yields what is wrong with a file that could not be read as a whole.
func refusals(list []delivery.Refusal) iter.Seq2[delivery.Item, error] {
	return func(yield func(delivery.Item, error) bool) {
		for i := range list {
			if !yield(delivery.Item{Refusal: &list[i]}, nil) {
				return
			}
		}
	}
}

func projectDeliveryRow(p *projection, e ledger.Entry, d delivery.Delivery) error {
	if err := p.end("delivery", e, "id = $3", d.ID); err != nil {
		return err
	}
	var number int
	if _, err := fmt.Sscanf(string(d.ID), "D-%d", &number); err != nil {
		return fault.New(fault.Invalid, "delivery id %q is not D- and a number", d.ID)
	}
	undefined := ""
	if len(d.Undefined) > 0 {
		text, err := json.Marshal(d.Undefined)
		if err != nil {
			return fault.Wrap(fault.Internal, err, "write what delivery %s names", d.ID)
		}
		undefined = string(text)
	}
	if err := projectRereads(p, e, d); err != nil {
		return err
	}
	return p.insert(e, "delivery", deliveryColumns, d.ID, number, d.File, d.SHA256, d.Size, d.Source, d.Version, d.Shape,
		d.Period.String(), d.Periods, d.Status, d.Tenant, d.By, d.Via, at(d.Published), at(e.Instant), d.SaidSource,
		d.SaidPeriod.String(), d.Mapping, d.Accepted, d.Quarantined, d.Skipped, d.New, d.Unchanged, d.Superseding, d.Earlier, d.Held, undefined)
}

var deliveryColumns = []string{
	"id", "number", "file", "sha256", "size", "source", "version", "shape", "period", "periods", "status", "tenant", "given_by", "via",
	"published", "received", "said_source", "said_period", "mapping", "accepted", "quarantined", "skipped", "added",
	"unchanged", "superseding", "earlier", "held", "undefined",
}

// deliverySelect binds the scope's position as $1: a delivery that was read again later
// than that still waits.
const deliverySelect = `SELECT d.id, d.file, d.sha256, d.size, d.source, d.version, d.shape, d.period, d.periods, d.status, d.tenant,
	d.given_by, d.via, d.published, d.received, d.said_source, d.said_period, d.mapping, d.accepted, d.quarantined, d.skipped,
	d.added, d.unchanged, d.superseding, d.earlier, d.held, d.undefined, COALESCE(g.again, '')
	FROM delivery d LEFT JOIN reread g ON g.delivery = d.id AND g.from_pos <= $1 AND g.until_pos > $1`

func scanDelivery(r interface{ Scan(...any) error }) (d delivery.Delivery, err error) {
	var period, said, undefined string
	var published, received instant
	if err = r.Scan(&d.ID, &d.File, &d.SHA256, &d.Size, &d.Source, &d.Version, &d.Shape, &period, &d.Periods, &d.Status, &d.Tenant,
		&d.By, &d.Via, &published, &received, &d.SaidSource, &said, &d.Mapping, &d.Accepted, &d.Quarantined, &d.Skipped,
		&d.New, &d.Unchanged, &d.Superseding, &d.Earlier, &d.Held, &undefined, &d.RereadAs); err != nil {
		return d, err
	}
	if undefined != "" {
		if err = json.Unmarshal([]byte(undefined), &d.Undefined); err != nil {
			return d, fault.Wrap(fault.Damaged, err, "what delivery %s names can't be read", d.ID)
		}
	}
	d.Published, d.Received = published.Time, received.Time
	if err = d.Period.UnmarshalText([]byte(period)); err != nil {
		return d, err
	}
	return d, d.SaidPeriod.UnmarshalText([]byte(said))
}

// mine is the condition that a delivery is published data or the scope's own.
func mine(sc access.Scope, column, tenant string) string {
	if sc.All {
		return "CAST(" + tenant + " AS codetext) IS NOT NULL"
	}
	return "(" + column + " = '' OR " + column + " = " + tenant + ")"
}

// Deliveries is the newest deliveries that the scope may see, newest first, at
// most limit.
func (s *Store) Deliveries(ctx context.Context, sc access.Scope, limit int) ([]delivery.Delivery, error) {
	rows, err := s.read.QueryContext(ctx, deliverySelect+" WHERE "+holds("d", "$1")+" AND "+mine(sc, "d.tenant", "$2")+" ORDER BY d.number DESC LIMIT $3",
		position(sc), sc.Tenant, limit)
	return collect(s.engine, rows, err, "list deliveries", func(r *sql.Rows) (delivery.Delivery, error) { return scanDelivery(r) })
}

// Delivery is one delivery.
func (s *Store) Delivery(ctx context.Context, sc access.Scope, id delivery.ID) (delivery.Delivery, error) {
	d, err := scanDelivery(s.read.QueryRowContext(ctx, deliverySelect+" WHERE d.id = $3 AND "+holds("d", "$1")+" AND "+mine(sc, "d.tenant", "$2"),
		position(sc), sc.Tenant, id))
	if errors.Is(err, sql.ErrNoRows) {
		return d, fault.New(fault.NotFound, "no delivery %q is held that you may see", id)
	}
	return d, s.engine.fault(err, "read a delivery")
}

// Delivered is the first delivery of the same bytes that was taken or is in
// quarantine, and whether there is one. It is asked before anything is parsed.
func (s *Store) Delivered(ctx context.Context, sc access.Scope, sha256 string) (delivery.Delivery, bool, error) {
	d, err := scanDelivery(s.read.QueryRowContext(ctx, deliverySelect+` WHERE d.sha256 = $3 AND d.status IN ('accepted', 'partly') AND `+
		holds("d", "$1")+" AND "+mine(sc, "d.tenant", "$2")+" ORDER BY d.number LIMIT 1", position(sc), sc.Tenant, sha256))
	if errors.Is(err, sql.ErrNoRows) {
		return d, false, nil
	}
	return d, err == nil, s.engine.fault(err, "look for the same bytes")
}

// Refusals is what a delivery's file held that was not taken, in file order,
// from n on, at most limit.
func (s *Store) Refusals(ctx context.Context, sc access.Scope, id delivery.ID, n, limit int) ([]delivery.Refusal, error) {
	if _, err := s.Delivery(ctx, sc, id); err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, `SELECT q.sheet, q.row_number, q.column_name, q.code, q.found, q.expected, q.advice, q.raw
		FROM refusal q WHERE q.delivery = $2 AND q.n >= $3 AND `+holds("q", "$1")+" ORDER BY q.n LIMIT $4", position(sc), id, n, limit)
	return collect(s.engine, rows, err, "list refusals", func(r *sql.Rows) (q delivery.Refusal, err error) {
		return q, r.Scan(&q.Sheet, &q.Row, &q.Column, &q.Code, &q.Found, &q.Expected, &q.Advice, &q.Raw)
	})
}
