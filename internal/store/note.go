package store

import (
	"context"
	"database/sql"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
)

// Annotation is a note on a chart, or limits set anew, with who signed it.
type Annotation struct {
	ID        string
	Limits    bool // process limits are set anew from Period; else a note at Period
	Tenant    org.Code
	Indicator indicator.ID
	Org       org.Code
	Period    calendar.Period
	Text      string // the note, or the reason for the new limits
	Account   access.AccountID
	Role      access.Role
	Signed    time.Time
}

var noteColumns = []string{"id", "sort", "tenant", "indicator", "org", "period", "body", "signed_by", "signed_role", "signed"}

func projectNote(p *projection, e ledger.Entry, n record.Note) error {
	return p.insert(e, "note", noteColumns, n.ID, "note", n.Tenant, n.Indicator, n.Org, n.Period.String(), n.Text, e.Actor, n.Role, at(e.Instant))
}

func projectLimits(p *projection, e ledger.Entry, l record.Limits) error {
	return p.insert(e, "note", noteColumns, l.ID, "limits", l.Tenant, l.Indicator, l.Org, l.From.String(), l.Because, e.Actor, l.Role, at(e.Instant))
}

func projectRemoval(p *projection, e ledger.Entry, r record.Removal) error {
	return p.end("note", e, "id = $3", r.ID)
}

// Annotations is the notes and limits of the scope's commissioner on the charts
// of one organisation, by period; "" as indicator asks for all of its charts and
// "" as organisation for all organisations.
func (s *Store) Annotations(ctx context.Context, sc access.Scope, code org.Code, id indicator.ID) ([]Annotation, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT n.id, n.sort, n.tenant, n.indicator, n.org, n.period, n.body, n.signed_by, n.signed_role, n.signed
		FROM note n WHERE `+holds("n", "$1")+" AND "+mine(sc, "n.tenant", "$2")+` AND (n.org = $3 OR CAST($3 AS codetext) = '')
		AND (n.indicator = $4 OR CAST($4 AS codetext) = '') ORDER BY n.org, n.indicator, n.period, n.id`, position(sc), sc.Tenant, code, id)
	return collect(s.engine, rows, err, "list notes", scanAnnotation)
}

// Annotation is one of them by id, for taking it back.
func (s *Store) Annotation(ctx context.Context, sc access.Scope, id string) (Annotation, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT n.id, n.sort, n.tenant, n.indicator, n.org, n.period, n.body, n.signed_by, n.signed_role, n.signed
		FROM note n WHERE n.id = $3 AND `+holds("n", "$1")+" AND "+mine(sc, "n.tenant", "$2"), position(sc), sc.Tenant, id)
	list, err := collect(s.engine, rows, err, "read a note", scanAnnotation)
	if err == nil && len(list) == 0 {
		return Annotation{}, fault.New(fault.NotFound, "no note or limits %q are held that you may see", id)
	}
	if err != nil {
		return Annotation{}, err
	}
	return list[0], nil
}

func scanAnnotation(r *sql.Rows) (a Annotation, err error) {
	var sort, period string
	var signed instant
	if err = r.Scan(&a.ID, &sort, &a.Tenant, &a.Indicator, &a.Org, &period, &a.Text, &a.Account, &a.Role, &signed); err != nil {
		return a, err
	}
	a.Limits, a.Signed = sort == "limits", signed.Time
	a.Period, err = calendar.ParsePeriod(period)
	return a, err
}
