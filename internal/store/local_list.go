package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/record"
	"candour/internal/signal"
)

func projectLocalList(p *projection, e ledger.Entry, l record.LocalList) error {
	if err := p.end("local_list", e, "sort = $3 AND id = $4", l.Sort, l.ID); err != nil {
		return err
	}
	return p.insert(e, "local_list", []string{"sort", "id", "body", "because", "account", "instant"}, l.Sort, l.ID, l.Text, l.Because, e.Actor, at(e.Instant))
}

// LocalList is a list as it was given once.
type LocalList struct {
	record.LocalList
	Account  access.AccountID
	At       time.Time
	Position int64 // of its entry in the ledger
}

// LocalLists is every list that was ever given, oldest first: of each the last holds.
func (s *Store) LocalLists(ctx context.Context) ([]LocalList, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT sort, id, body, because, account, instant, from_pos FROM local_list ORDER BY from_pos")
	return collect(s.engine, rows, err, "list the lists that were given", func(r *sql.Rows) (l LocalList, err error) {
		var given instant
		err = r.Scan(&l.Sort, &l.ID, &l.Text, &l.Because, &l.Account, &given, &l.Position)
		l.At = given.Time
		return l, err
	})
}

// SetLocalList records a list that was checked before, with the reason for it.
func (s *Store) SetLocalList(ctx context.Context, sc access.Scope, l record.LocalList) error {
	if sc.Past() || strings.TrimSpace(l.Because) == "" {
		return fault.New(fault.Invalid, "a list is given now, and with a reason")
	}
	e, err := record.New(record.LocalListSet, "list/"+string(l.Sort)+"/"+l.ID, "", sc.Viewer.Account, l)
	if err != nil {
		return err
	}
	_, err = s.Record(ctx, e)
	return err
}

// Given is the list as signal.Taxonomies.Lay takes it.
func (l *LocalList) Given() signal.Given {
	return signal.Given{Sort: l.Sort, ID: l.ID, Text: l.Text, Day: calendar.DateOf(l.At)}
}
