package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
)

func actorID(s string) access.AccountID { return access.AccountID(s) }

func projectAccount(p *projection, e ledger.Entry, a record.Account) error {
	if err := p.end("account", e, "id = $3", a.ID); err != nil {
		return err
	}
	if err := p.end("membership", e, "account = $3", a.ID); err != nil {
		return err
	}
	closed := 0
	if a.Closed {
		closed = 1
	}
	if err := p.insert(e, "account", []string{"id", "login", "name", "closed"}, a.ID, strings.ToLower(a.Login), a.Name, closed); err != nil {
		return err
	}
	for _, m := range a.Memberships {
		if err := p.insert(e, "membership", []string{"account", "tenant", "role", "practice", "agreement"},
			a.ID, m.Tenant, m.Role, m.Practice, m.Agreement); err != nil {
			return err
		}
	}
	return nil
}

func projectAgreement(p *projection, e ledger.Entry, g record.Agreement) error {
	if err := p.end("agreement", e, "id = $3", g.ID); err != nil {
		return err
	}
	return p.insert(e, "agreement", []string{"id", "support_unit", "tenant", "services", "starts", "ends"},
		g.ID, g.SupportUnit, g.Tenant, strings.Join(g.Services, ","), at(g.From), at(g.To))
}

// viewer reads an account with the memberships that hold now. A membership held
// through a service agreement counts only between the agreement's dates.
func (s *Store) viewer(ctx context.Context, q querier, condition string, arg any) (access.Viewer, error) {
	rows, err := q.QueryContext(ctx, `SELECT a.id, a.name, COALESCE(m.tenant, ''), COALESCE(m.role, ''), COALESCE(m.practice, ''), COALESCE(m.agreement, '')
		FROM account a LEFT JOIN membership m ON m.account = a.id AND m.until_pos = $1
			AND (m.agreement = '' OR EXISTS (SELECT 1 FROM agreement g WHERE g.id = m.agreement AND g.tenant = m.tenant AND g.until_pos = $1
				AND g.starts <= $2 AND (g.ends = '' OR g.ends > $2)))
		WHERE a.until_pos = $1 AND a.closed = 0 AND `+condition+` ORDER BY m.tenant, m.role`, open, at(s.Now()), arg)
	var v access.Viewer
	_, err = collect(s.engine, rows, err, "read an account", func(r *sql.Rows) (struct{}, error) {
		var m access.Membership
		err := r.Scan(&v.Account, &v.Name, &m.Tenant, &m.Role, &m.Practice, &m.Agreement)
		if m.Tenant != "" {
			v.Memberships = append(v.Memberships, m)
		}
		return struct{}{}, err
	})
	if err == nil && v.Account == "" {
		err = fault.New(fault.NotFound, "no open account")
	}
	return v, err
}

// Viewer is the viewer behind an account id.
func (s *Store) Viewer(ctx context.Context, id access.AccountID) (access.Viewer, error) {
	return s.viewer(ctx, s.read, "a.id = $3", id)
}

// ViewerByLogin is the viewer behind a sign-in name.
func (s *Store) ViewerByLogin(ctx context.Context, login string) (access.Viewer, error) {
	return s.viewer(ctx, s.read, "a.login = $3", strings.ToLower(strings.TrimSpace(login)))
}

// Accounts is every account with a role at the scope's commissioner (all of them
// for an operator), by sign-in name, with its memberships there.
func (s *Store) Accounts(ctx context.Context, sc access.Scope) ([]record.Account, error) {
	condition := "m.tenant = $2"
	if sc.All {
		condition = "CAST($2 AS codetext) IS NOT NULL"
	}
	rows, err := s.read.QueryContext(ctx, `SELECT a.id, a.login, a.name, a.closed, COALESCE(m.tenant, ''), COALESCE(m.role, ''), COALESCE(m.practice, ''), COALESCE(m.agreement, '')
		FROM account a LEFT JOIN membership m ON m.account = a.id AND `+holds("m", "$1")+`
		WHERE `+holds("a", "$1")+` AND `+condition+` ORDER BY a.login, a.id, m.tenant, m.role`, position(sc), sc.Tenant)
	type row struct {
		record.Account
		m access.Membership
	}
	list, err := collect(s.engine, rows, err, "list accounts", func(r *sql.Rows) (x row, err error) {
		var closed int
		err = r.Scan(&x.ID, &x.Login, &x.Name, &closed, &x.m.Tenant, &x.m.Role, &x.m.Practice, &x.m.Agreement)
		x.Closed = closed != 0
		return x, err
	})
	var out []record.Account
	for _, x := range list {
		if n := len(out); n == 0 || out[n-1].ID != x.ID {
			out = append(out, x.Account)
		}
		if last := &out[len(out)-1]; x.m.Tenant != "" {
			last.Memberships = append(last.Memberships, x.m)
		}
	}
	return out, err
}

// SetAccount records an account as it now stands. A sign-in name belongs to one
// account; memberships at other commissioners than the scope's are kept as they
// are, unless the scope is an operator's.
func (s *Store) SetAccount(ctx context.Context, sc access.Scope, a record.Account) error {
	if a.ID == "" || a.Login == "" {
		return fault.New(fault.Invalid, "an account needs an id and a sign-in name")
	}
	return s.Change(ctx, func(w *Writer) error {
		var other string
		err := w.tx.QueryRowContext(w.ctx, "SELECT id FROM account WHERE login = $1 AND id <> $2 AND until_pos = $3", strings.ToLower(a.Login), a.ID, open).Scan(&other)
		if err == nil {
			return fault.New(fault.Conflict, "that sign-in name belongs to another account")
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return s.engine.fault(err, "look for the sign-in name")
		}
		if !sc.All {
			if a.Memberships, err = w.keepForeign(sc, a); err != nil {
				return err
			}
		}
		e, err := record.New(record.AccountSet, "account/"+string(a.ID), "", sc.Viewer.Account, a)
		if err != nil {
			return err
		}
		_, err = w.Append(e)
		return err
	})
}

// keepForeign is a's memberships at the scope's commissioner, with those held
// elsewhere as they are recorded.
func (w *Writer) keepForeign(sc access.Scope, a record.Account) ([]access.Membership, error) {
	out := slices.DeleteFunc(slices.Clone(a.Memberships), func(m access.Membership) bool { return m.Tenant != sc.Tenant })
	rows, err := w.tx.QueryContext(w.ctx, "SELECT tenant, role, practice, agreement FROM membership WHERE account = $1 AND tenant <> $2 AND until_pos = $3 ORDER BY tenant, role, practice",
		a.ID, sc.Tenant, open)
	foreign, err := collect(w.store.engine, rows, err, "read memberships", func(r *sql.Rows) (m access.Membership, err error) {
		return m, r.Scan(&m.Tenant, &m.Role, &m.Practice, &m.Agreement)
	})
	return append(out, foreign...), err
}

// Agreements is the service agreements of the scope's commissioner.
func (s *Store) Agreements(ctx context.Context, sc access.Scope) ([]record.Agreement, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT g.id, g.support_unit, g.tenant, g.services, g.starts, g.ends FROM agreement g WHERE "+holds("g", "$1")+
		" AND "+mine(sc, "g.tenant", "$2")+" ORDER BY g.id", position(sc), sc.Tenant)
	return collect(s.engine, rows, err, "list agreements", func(r *sql.Rows) (g record.Agreement, err error) {
		var services string
		var from, to instant
		err = r.Scan(&g.ID, &g.SupportUnit, &g.Tenant, &services, &from, &to)
		if services != "" {
			g.Services = strings.Split(services, ",")
		}
		g.From, g.To = from.Time, to.Time
		return g, err
	})
}

// HasAccounts reports whether anybody can sign in yet.
func (s *Store) HasAccounts(ctx context.Context) (bool, error) {
	var n int
	err := s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM account WHERE until_pos = $1", open).Scan(&n)
	return n > 0, s.engine.fault(err, "count accounts")
}

// Purview is the organisations in the purview of the scope's commissioner, by code.
func (s *Store) Purview(ctx context.Context, sc access.Scope) ([]org.Code, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT DISTINCT v.org FROM purview v WHERE "+holds("v", "$1")+" AND "+mine(sc, "v.tenant", "$2")+" ORDER BY v.org", position(sc), sc.Tenant)
	return collect(s.engine, rows, err, "list the purview", func(r *sql.Rows) (c org.Code, err error) { return c, r.Scan(&c) })
}
