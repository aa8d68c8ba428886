package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
)

var organisationColumns = []string{
	"code", "name", "role", "ods_role", "parent", "region", "system", "legal_from", "legal_to", "open_from", "open_to",
	"postcode", "latitude", "longitude", "beds", "type",
}

const organisationSelect = `SELECT o.code, o.name, o.role, o.ods_role, o.parent, o.region, o.system, o.legal_from, o.legal_to,
	o.open_from, o.open_to, o.postcode, o.latitude, o.longitude, o.beds, o.type FROM organisation o`

func scanOrganisation(rows interface{ Scan(...any) error }) (o org.Organisation, err error) {
	var lf, lt, of, ot instant
	err = rows.Scan(&o.Code, &o.Name, &o.Role, &o.OdsRole, &o.Parent, &o.Region, &o.System, &lf, &lt, &of, &ot,
		&o.Postcode, &o.Latitude, &o.Longitude, &o.Beds, &o.Type)
	o.LegalFrom, o.LegalTo, o.OpenFrom, o.OpenTo = lf.Time, lt.Time, of.Time, ot.Time
	return o, err
}

// projectOrganisation sets what is known of an organisation. What a file merely
// mentions (role unknown) fills gaps; what a register states replaces.
func projectOrganisation(p *projection, e ledger.Entry, o org.Organisation) error {
	held, err := scanOrganisation(p.tx.QueryRowContext(p.ctx, organisationSelect+" WHERE o.code = $1 AND o.until_pos = $2", o.Code, open))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return p.store.engine.fault(err, "read organisation "+string(o.Code))
	}
	known := err == nil
	if known {
		o = merge(held, o)
		if o == held {
			return nil
		}
		if err := p.end("organisation", e, "code = $3", o.Code); err != nil {
			return err
		}
	}
	if err := p.insert(e, "organisation", organisationColumns, o.Code, o.Name, o.Role, o.OdsRole, o.Parent, o.Region, o.System,
		at(o.LegalFrom), at(o.LegalTo), at(o.OpenFrom), at(o.OpenTo), o.Postcode, o.Latitude, o.Longitude, o.Beds, o.Type); err != nil {
		return err
	}
	return p.keepSystem(e, held, o)
}

// merge lays what is newly stated over what is held. A blank states nothing.
func merge(held, stated org.Organisation) org.Organisation {
	out := held
	mention := stated.Role == org.Unknown && held.Role != org.Unknown
	text := func(to *string, from string) {
		if from != "" && (!mention || *to == "") {
			*to = from
		}
	}
	day := func(to *time.Time, from time.Time) {
		if !from.IsZero() {
			*to = from
		}
	}
	text(&out.Name, stated.Name)
	text(&out.OdsRole, stated.OdsRole)
	text((*string)(&out.Parent), string(stated.Parent))
	text((*string)(&out.Region), string(stated.Region))
	text((*string)(&out.System), string(stated.System))
	text(&out.Postcode, stated.Postcode)
	text(&out.Type, stated.Type)
	if stated.Role != org.Unknown && stated.Role != "" {
		out.Role = stated.Role
	}
	day(&out.LegalFrom, stated.LegalFrom)
	day(&out.LegalTo, stated.LegalTo)
	day(&out.OpenFrom, stated.OpenFrom)
	day(&out.OpenTo, stated.OpenTo)
	if stated.Latitude != 0 || stated.Longitude != 0 {
		out.Latitude, out.Longitude = stated.Latitude, stated.Longitude
	}
	if stated.Beds > 0 {
		out.Beds = stated.Beds
	}
	return out
}

// keepSystem keeps the purview of a commissioner in step with the register: a
// provider whose system is X is in X's purview because the register says so.
func (p *projection) keepSystem(e ledger.Entry, held, now org.Organisation) error {
	if !now.Role.Provider() || held.System == now.System && held.Role.Provider() {
		return nil
	}
	if held.System != "" {
		if err := p.end("purview", e, "tenant = $3 AND org = $4 AND because = 'register'", held.System, now.Code); err != nil {
			return err
		}
	}
	if now.System == "" {
		return nil
	}
	return p.addPurview(e, now.System, now.Code, "register")
}

func (p *projection) addPurview(e ledger.Entry, tenant, code org.Code, because string) error {
	return p.exec("set purview", `INSERT INTO purview (tenant, org, because, from_pos, until_pos)
		SELECT CAST($1 AS codetext), CAST($2 AS codetext), CAST($3 AS codetext), CAST($4 AS BIGINT), CAST($5 AS BIGINT)
		WHERE NOT EXISTS (SELECT 1 FROM purview WHERE tenant = $1 AND org = $2 AND until_pos = $5)
		ON CONFLICT DO NOTHING`, tenant, code, because, int64(e.Position), open)
}

// end closes the rows of a table that hold and meet the condition, whose
// parameters begin at $3. Rows that this same entry began are removed instead:
// they never held.
func (p *projection) end(table string, e ledger.Entry, condition string, args ...any) error {
	args = append([]any{int64(e.Position), open}, args...)
	// The plus signs keep the planner off indexes on positions: the condition names
	// a thing by its key, and open rows are nearly all rows.
	if err := p.exec("end rows of "+table, "DELETE FROM "+table+" WHERE +from_pos = $1 AND +until_pos = $2 AND "+condition, args...); err != nil {
		return err
	}
	return p.exec("end rows of "+table, "UPDATE "+table+" SET until_pos = $1 WHERE +until_pos = $2 AND "+condition, args...)
}

func projectPurview(p *projection, e ledger.Entry, v record.Purview) error {
	for _, code := range v.Remove {
		if err := p.end("purview", e, "tenant = $3 AND org = $4", v.Tenant, code); err != nil {
			return err
		}
	}
	for _, code := range v.Add {
		if err := p.addPurview(e, v.Tenant, code, v.Because); err != nil {
			return err
		}
	}
	return nil
}

func projectSuccession(p *projection, e ledger.Entry, x org.Succession) error {
	var legal instant
	var share float64
	err := p.tx.QueryRowContext(p.ctx, "SELECT legal_date, share FROM succession WHERE predecessor = $1 AND successor = $2 AND until_pos = $3",
		x.Predecessor, x.Successor, open).Scan(&legal, &share)
	switch {
	case err == nil && legal.Equal(x.On) && (x.Share <= 0 || sameFloat(share, x.Share)):
		return nil
	case err == nil:
		if x.Share <= 0 {
			x.Share = share
		}
		if err := p.end("succession", e, "predecessor = $3 AND successor = $4", x.Predecessor, x.Successor); err != nil {
			return err
		}
	case !errors.Is(err, sql.ErrNoRows):
		return p.store.engine.fault(err, "read a succession")
	}
	return p.insert(e, "succession", []string{"predecessor", "successor", "legal_date", "share", "source"},
		x.Predecessor, x.Successor, at(x.On), x.Share, x.Source)
}

// Organisation is one organisation that the scope may see, by code.
func (s *Store) Organisation(ctx context.Context, sc access.Scope, code org.Code) (org.Organisation, error) {
	o, err := scanOrganisation(s.read.QueryRowContext(ctx, organisationSelect+` WHERE o.code = $1 AND `+holds("o", "$2")+` AND `+visible(sc, "o.code", "$3", "$2"),
		code, position(sc), sc.Tenant))
	if errors.Is(err, sql.ErrNoRows) {
		return o, fault.New(fault.NotFound, "no organisation %q is held that you may see", code)
	}
	return o, s.engine.fault(err, "read an organisation")
}

// Organisations is every organisation that the scope may see, by code. With
// roles, only those.
func (s *Store) Organisations(ctx context.Context, sc access.Scope, roles ...org.Role) ([]org.Organisation, error) {
	query := organisationSelect + ` WHERE ` + holds("o", "$1") + ` AND ` + visible(sc, "o.code", "$2", "$1")
	args := []any{position(sc), sc.Tenant}
	if len(roles) > 0 {
		query += " AND o.role IN (" + marks(3, len(roles)) + ")"
		for _, r := range roles {
			args = append(args, r)
		}
	}
	rows, err := s.read.QueryContext(ctx, query+" ORDER BY o.code", args...)
	return collect(s.engine, rows, err, "list organisations", func(r *sql.Rows) (org.Organisation, error) { return scanOrganisation(r) })
}

// Tenants is the names of commissioners by code, for a viewer's own choice of
// commissioner: only those asked for are given.
func (s *Store) Tenants(ctx context.Context, codes []org.Code) (map[org.Code]string, error) {
	out := map[org.Code]string{}
	for _, code := range codes {
		var name string
		err := s.read.QueryRowContext(ctx, "SELECT name FROM organisation WHERE code = $1 AND until_pos = $2", code, open).Scan(&name)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, s.engine.fault(err, "read a commissioner's name")
		}
		if name == "" {
			name = string(code)
		}
		out[code] = name
	}
	return out, nil
}

// Successions is every succession recorded as of the scope's position.
// Successions are published facts; naming an organisation outside the scope is
// left to the caller's lookup of its name, which the scope decides.
func (s *Store) Successions(ctx context.Context, sc access.Scope) (org.Successions, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT x.predecessor, x.successor, x.legal_date, x.share, x.source FROM succession x WHERE "+holds("x", "$1")+
		" ORDER BY x.predecessor, x.successor", position(sc))
	list, err := collect(s.engine, rows, err, "list successions", func(r *sql.Rows) (x org.Succession, err error) {
		var on instant
		err = r.Scan(&x.Predecessor, &x.Successor, &on, &x.Share, &x.Source)
		x.On = on.Time
		return x, err
	})
	return org.NewSuccessions(list), err
}

// visible is the condition that the scope may see the organisation in column: it
// is in the commissioner's purview as of the position, or it is a predecessor,
// at any remove, of one that is (R-ORG-9: a successor's page shows its
// predecessors' history), or the commissioner itself.
func visible(sc access.Scope, column, tenant, position string) string {
	if sc.All {
		// The parameter is named so that both forms bind alike.
		return "CAST(" + tenant + " AS codetext) IS NOT NULL"
	}
	return column + ` IN (WITH RECURSIVE seen (code) AS (
		SELECT pv.org FROM purview pv WHERE pv.tenant = ` + tenant + ` AND ` + holds("pv", position) + `
		UNION SELECT CAST(` + tenant + ` AS codetext)
		UNION SELECT part.code FROM seen JOIN (
			SELECT sx.predecessor AS code, sx.successor AS whole FROM succession sx WHERE ` + holds("sx", position) + `
			UNION ALL SELECT so.code, so.parent FROM organisation so WHERE so.role IN ('site', 'ward') AND ` + holds("so", position) + `
		) part ON part.whole = seen.code)
		SELECT code FROM seen)`
}

// collect reads all rows through scan and closes them.
func collect[T any](e engine, rows *sql.Rows, err error, doing string, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, e.fault(err, doing)
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what matters
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, e.fault(err, doing)
		}
		out = append(out, v)
	}
	return out, e.fault(rows.Err(), doing)
}
