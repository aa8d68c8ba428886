package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
)

func projectConcern(p *projection, e ledger.Entry, c record.Concern) error {
	for _, code := range c.Dropped {
		if err := p.end("concern", e, "tenant = $3 AND org = $4", c.Tenant, code); err != nil {
			return err
		}
	}
	rows := make([][]any, 0, len(c.Judged))
	for i := range c.Judged {
		j := &c.Judged[i]
		if err := p.end("concern", e, "tenant = $3 AND org = $4", c.Tenant, j.Org); err != nil {
			return err
		}
		above, err := factsAbove(j.Assessment)
		if err != nil {
			return fault.Wrap(fault.Damaged, err, "the assessment of %s can't be read", j.Org)
		}
		rows = append(rows, []any{
			c.Tenant, j.Org, c.Month.String(), c.Params, bit(j.Judged), j.Rank, j.Points, j.Word, j.Ranking,
			string(j.Assessment), string(j.Explanation), above, int64(e.Position), open,
		})
	}
	return p.store.engine.insert(p.ctx, p.tx, "concern", []string{
		"tenant", "org", "month", "params", "judged", "place", "points", "word", "ranking", "assessment", "explanation", "above", "from_pos", "until_pos",
	}, rows)
}

// factsAbove is the facts above any score in an assessment, "" without any.
func factsAbove(assessment json.RawMessage) (string, error) {
	var part struct{ Overrides []concern.Override }
	if err := json.Unmarshal(assessment, &part); err != nil || len(part.Overrides) == 0 {
		return "", err
	}
	text, err := json.Marshal(part.Overrides)
	return string(text), err
}

// Concern is the concern about one provider as one commissioner's evidence has it.
type Concern struct {
	Tenant      org.Code
	Org         org.Code
	Month       calendar.Period
	Judged      bool
	Place       int // in the list, from 1; 0 where nothing is judged
	Points      int
	Word        concern.Word
	Assessment  concern.Assessment
	Explanation concern.Explanation
	Position    int64     // entry that recorded it
	Since       time.Time // when that was
}

// Concerns is the concerns of the scope's commissioner as of its position:
// judged ones by rank, then those that can't be judged, by code. An operator's
// scope reads those judged on published data alone. With code, only that
// provider's. Counts of signals are withheld from whoever may not open the signals.
// What an assessment or explanation points at is shared and not to be written to.
func (s *Store) Concerns(ctx context.Context, sc access.Scope, code org.Code) ([]Concern, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT c.tenant, c.org, c.month, c.judged, c.place, c.points, c.word, c.from_pos, n.instant
		FROM concern c JOIN entry n ON n.position = c.from_pos WHERE c.tenant = $2 AND (c.org = $3 OR CAST($3 AS codetext) = '') AND `+holds("c", "$1")+
		` ORDER BY c.judged DESC, c.place, c.org`, position(sc), sc.Tenant, code)
	list, err := collect(s.engine, rows, err, "list concerns", scanConcern)
	if err != nil {
		return nil, err
	}
	judged, err := s.judgements(ctx, sc.Tenant, code, list)
	if err != nil {
		return nil, err
	}
	withheld := !seesCounts(sc)
	for i := range list {
		c := &list[i]
		a := judged[assessedKey{c.Tenant, c.Org, c.Position}]
		if a == nil {
			return nil, fault.New(fault.Unavailable, "the assessment of %s was written afresh while it was read; ask again", c.Org)
		}
		if c.Assessment, c.Explanation = a.assessment, a.explanation; withheld {
			c.Assessment.Withhold()
			c.Explanation.Withhold(&c.Assessment)
		}
	}
	return list, nil
}

// Places is Concerns without their assessments, but for the facts above any score,
// and explanations: who stands where, for lists that say no more.
func (s *Store) Places(ctx context.Context, sc access.Scope) ([]Concern, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT c.tenant, c.org, c.month, c.judged, c.place, c.points, c.word, c.above, c.from_pos
		FROM concern c WHERE c.tenant = $2 AND `+holds("c", "$1")+` ORDER BY c.judged DESC, c.place, c.org`, position(sc), sc.Tenant)
	return collect(s.engine, rows, err, "list who stands where", func(r *sql.Rows) (c Concern, err error) {
		var month, above string
		var judged int
		err = r.Scan(&c.Tenant, &c.Org, &month, &judged, &c.Place, &c.Points, &c.Word, &above, &c.Position)
		if err != nil {
			return c, err
		}
		c.Judged = judged != 0
		if above != "" {
			if err := json.Unmarshal([]byte(above), &c.Assessment.Overrides); err != nil {
				return c, fault.Wrap(fault.Damaged, err, "the facts about %s can't be read", c.Org)
			}
		}
		return c, c.Month.UnmarshalText([]byte(month))
	})
}

func scanConcern(r *sql.Rows) (c Concern, err error) {
	var month string
	var judged int
	var since instant
	if err = r.Scan(&c.Tenant, &c.Org, &month, &judged, &c.Place, &c.Points, &c.Word, &c.Position, &since); err != nil {
		return c, err
	}
	c.Judged, c.Since = judged != 0, since.Time
	return c, c.Month.UnmarshalText([]byte(month))
}

// HeldAssessments is the recorded assessments of one commissioner as they were
// written, by provider: what a new judgement is compared with.
func (s *Store) HeldAssessments(ctx context.Context, sc access.Scope) (map[org.Code]string, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT c.org, c.assessment FROM concern c WHERE c.tenant = $2 AND "+holds("c", "$1"), position(sc), sc.Tenant)
	out := map[org.Code]string{}
	_, err = collect(s.engine, rows, err, "read held assessments", func(r *sql.Rows) (struct{}, error) {
		var code org.Code
		var text string
		err := r.Scan(&code, &text)
		out[code] = text
		return struct{}{}, err
	})
	return out, err
}

// ActiveTenants is the commissioners at which somebody holds a role, sorted:
// those for whom concern is judged. Only an operator may ask.
func (s *Store) ActiveTenants(ctx context.Context, sc access.Scope) ([]org.Code, error) {
	if !sc.All {
		return nil, fault.New(fault.Refused, "only background work lists all commissioners")
	}
	rows, err := s.read.QueryContext(ctx, "SELECT DISTINCT m.tenant FROM membership m WHERE "+holds("m", "$1")+" ORDER BY m.tenant", position(sc))
	return collect(s.engine, rows, err, "list commissioners", func(r *sql.Rows) (c org.Code, err error) { return c, r.Scan(&c) })
}
