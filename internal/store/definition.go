package store

import (
	"context"
	"database/sql"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/record"
)

func projectDefinition(p *projection, e ledger.Entry, d record.Definition) error {
	if err := p.end("definition", e, "sort = $3 AND id = $4", d.Sort, d.ID); err != nil {
		return err
	}
	return p.insert(e, "definition", []string{"sort", "id", "version", "body"}, d.Sort, d.ID, d.Version, d.Text)
}

// InstallDefinitions records the definitions whose version is not the one in
// force, and returns how many those were.
func (s *Store) InstallDefinitions(ctx context.Context, actor string, list []record.Definition) (installed int, err error) {
	type key struct{ sort, id string }
	inForce := map[key]string{}
	rows, err := s.read.QueryContext(ctx, "SELECT sort, id, version FROM definition WHERE until_pos = $1", open)
	if err != nil {
		return 0, s.engine.fault(err, "read the definitions in force")
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what matters
	for rows.Next() {
		var k key
		var version string
		if err := rows.Scan(&k.sort, &k.id, &version); err != nil {
			return 0, s.engine.fault(err, "read the definitions in force")
		}
		inForce[k] = version
	}
	if err := rows.Err(); err != nil {
		return 0, s.engine.fault(err, "read the definitions in force")
	}
	var events []record.Event
	for _, d := range list {
		if inForce[key{d.Sort, d.ID}] == d.Version {
			continue
		}
		e := record.Event{Stream: "definition/" + d.Sort + "/" + d.ID, Kind: record.DefinitionInstalled}
		if e, err = record.New(e.Kind, e.Stream, "", "", d); err != nil {
			return 0, err
		}
		e.Actor = actorID(actor)
		events = append(events, e)
	}
	if len(events) == 0 {
		return 0, nil
	}
	_, err = s.Record(ctx, events...)
	return len(events), err
}

// Sorts of definitions: what says what an indicator is, and what makes a channel of an
// installation's own.
const (
	IndicatorSort = "indicator"
	ChannelSort   = "channel"
)

// DefinedIDs is the ids of the definitions of a sort that the memory holds, sorted, also of
// those whose file is gone.
func (s *Store) DefinedIDs(ctx context.Context, sort string) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id FROM definition WHERE sort = $1 AND until_pos = $2 ORDER BY id", sort, open)
	return collect(s.engine, rows, err, "list what is defined", func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
}

// ReplacedDefinitions is the texts of the definitions of a sort, by id, that held at the
// scope's moment and that others have taken the place of since.
func (s *Store) ReplacedDefinitions(ctx context.Context, sc access.Scope, sort string) (map[string]string, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, body FROM definition WHERE sort = $1 AND from_pos <= $2 AND until_pos > $2 AND until_pos < $3",
		sort, position(sc), open)
	if err != nil {
		return nil, s.engine.fault(err, "read the definitions of then")
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what matters
	texts := map[string]string{}
	for rows.Next() {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, s.engine.fault(err, "read the definitions of then")
		}
		texts[id] = text
	}
	return texts, s.engine.fault(rows.Err(), "read the definitions of then")
}

// DefinitionText is the text of one version of a definition, for a finding that
// was made by it.
func (s *Store) DefinitionText(ctx context.Context, sort, id, version string) (string, error) {
	var text string
	err := s.read.QueryRowContext(ctx, "SELECT body FROM definition WHERE sort = $1 AND id = $2 AND version = $3 ORDER BY from_pos LIMIT 1",
		sort, id, version).Scan(&text)
	if err = s.engine.fault(err, "read a definition"); fault.Is(err, fault.NotFound) {
		return "", fault.New(fault.NotFound, "version %s of %s %s was never installed here", version, sort, id)
	}
	return text, err
}
