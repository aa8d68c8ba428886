package store

import (
	"context"
	"database/sql"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/ledger"
)

// rereads is the earlier deliveries of the same bytes for the same commissioner that
// still need somebody and that d, with its counts and status settled, reads again. One
// of which rows were taken keeps its place until its rows can be read again: a later
// delivery that nobody could read, such as one said to be of the wrong source, does not
// stand for it. A table that waits for a commissioner, because it might have held signals,
// and turns out to be published figures is read by that delivery, which is everybody's.
func (w *Writer) rereads(d delivery.Delivery) ([]delivery.ID, error) {
	rows, err := w.tx.QueryContext(w.ctx, `SELECT d.id, d.status, d.quarantined, d.tenant FROM delivery d
		WHERE d.sha256 = $1 AND (d.tenant = $2 OR $2 = '') AND d.until_pos = $3 AND d.status <> 'accepted'
		AND NOT EXISTS (SELECT 1 FROM reread g WHERE g.delivery = d.id AND g.until_pos = $3) ORDER BY d.number`, d.SHA256, d.Tenant, open)
	earlier, err := collect(w.store.engine, rows, err, "look for earlier readings of the same bytes", func(r *sql.Rows) (e delivery.Delivery, err error) {
		return e, r.Scan(&e.ID, &e.Status, &e.Quarantined, &e.Tenant)
	})
	var out []delivery.ID
	for _, e := range earlier {
		read := !d.Unread()
		if e.Tenant == d.Tenant && (e.Unread() || read) || e.Tenant != d.Tenant && e.Unread() && read {
			out = append(out, e.ID)
		}
	}
	return out, err
}

// projectRereads says of each earlier delivery that d reads again which one did.
func projectRereads(p *projection, e ledger.Entry, d delivery.Delivery) error {
	for _, id := range d.Rereads {
		if err := p.insert(e, "reread", []string{"delivery", "again"}, id, d.ID); err != nil {
			return err
		}
	}
	return nil
}

// Rereads is the earlier deliveries that one read again, oldest first.
func (s *Store) Rereads(ctx context.Context, sc access.Scope, id delivery.ID) ([]delivery.ID, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT d.id FROM reread g JOIN delivery d ON d.id = g.delivery WHERE g.again = $3 AND "+holds("g", "$1")+
		" AND "+holds("d", "$1")+" AND "+mine(sc, "d.tenant", "$2")+" ORDER BY d.number", position(sc), sc.Tenant, id)
	return collect(s.engine, rows, err, "list what a delivery read again", func(r *sql.Rows) (x delivery.ID, err error) { return x, r.Scan(&x) })
}
