package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/signal"
)

func projectSubmission(p *projection, e ledger.Entry, sub signal.Submission) error {
	body, err := json.Marshal(sub)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the submission")
	}
	var year, serial int
	if _, err := fmt.Sscanf(sub.ID, submissionID, &year, &serial); err != nil {
		return fault.Wrap(fault.Damaged, err, "the reference %q can't be read", sub.ID)
	}
	if err := p.end("submission", e, "tenant = $3 AND id = $4", e.Tenant, sub.ID); err != nil {
		return err
	}
	return p.insert(e, "submission", []string{"tenant", "id", "ref_year", "serial", "version", "provider", "received", "account", "body"},
		e.Tenant, sub.ID, year, serial, sub.Version, sub.Provider, at(sub.Received), e.Actor, string(body))
}

func projectContradiction(p *projection, e ledger.Entry, c signal.Contradiction) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the contradiction")
	}
	return p.insert(e, "contradiction", []string{"tenant", "id", "submission", "version", "statement", "provider", "body"},
		e.Tenant, c.ID, c.Submission, c.Version, c.Statement, c.Provider, string(body))
}

func projectContradictionUndone(p *projection, e ledger.Entry, r record.Removal) error {
	return p.end("contradiction", e, "tenant = $3 AND id = $4", e.Tenant, r.ID)
}

// submissionID is the form of references of submissions: AS-2026-3.
const submissionID = "AS-%d-%d"

// HeldSubmission is one version of a submission.
type HeldSubmission struct {
	signal.Submission
	Newest   bool
	Account  access.AccountID // who recorded it
	Position int64
}

// Submit records a submission of a provider, or with an ID a corrected version of
// one: its number follows the newest version, which stays readable. The caller has
// validated it; it is durable when this returns.
func (s *Store) Submit(ctx context.Context, sc access.Scope, sub signal.Submission) (held HeldSubmission, err error) {
	if sc.Tenant == "" || sc.Past() {
		return held, fault.New(fault.Invalid, "a submission is recorded for one commissioner, now")
	}
	err = s.Change(ctx, func(w *Writer) error {
		got := sub
		if got.ID == "" {
			year, _, _ := calendar.DateOf(got.Received).YMD()
			serial := 0
			if err := w.scan("SELECT COALESCE(MAX(serial), 0) + 1 FROM submission WHERE tenant = $1 AND ref_year = $2", []any{sc.Tenant, year}, &serial); err != nil {
				return s.engine.fault(err, "number the submission")
			}
			got.ID, got.Version = fmt.Sprintf(submissionID, year, serial), 1
		} else {
			newest, err := s.submissionIn(w.ctx, w.tx, sc, got.ID)
			if err != nil {
				return err
			}
			if newest[0].Version+1 != got.Version {
				return fault.New(fault.Conflict, "version %d of %s is the newest; look at it before you correct it", newest[0].Version, got.ID)
			}
			if newest[0].Provider != got.Provider {
				return fault.New(fault.Invalid, "a correction keeps the provider, which is %s", newest[0].Provider)
			}
		}
		e, err := record.New(record.SubmissionReceived, "submission/"+got.ID, sc.Tenant, sc.Viewer.Account, got)
		if err != nil {
			return err
		}
		entry, err := w.Append(e)
		held = HeldSubmission{Submission: got, Newest: true, Account: sc.Viewer.Account, Position: int64(entry.Position)}
		return err
	})
	return held, err
}

const submissionSelect = "SELECT u.body, u.account, u.from_pos, u.until_pos FROM submission u WHERE u.tenant = $2 AND u.from_pos <= $1"

func scanSubmission(sc access.Scope) func(*sql.Rows) (HeldSubmission, error) {
	return func(r *sql.Rows) (h HeldSubmission, err error) {
		var body string
		var until int64
		if err = r.Scan(&body, &h.Account, &h.Position, &until); err != nil {
			return h, err
		}
		h.Newest = until > position(sc)
		return h, fault.Wrap(fault.Damaged, json.Unmarshal([]byte(body), &h.Submission), "a submission can't be read")
	}
}

// Submission is every version of one submission as of the scope's position, the
// newest first.
func (s *Store) Submission(ctx context.Context, sc access.Scope, id string) ([]HeldSubmission, error) {
	return s.submissionIn(ctx, s.read, sc, id)
}

func (s *Store) submissionIn(ctx context.Context, q querier, sc access.Scope, id string) ([]HeldSubmission, error) {
	rows, err := q.QueryContext(ctx, submissionSelect+" AND u.id = $3 ORDER BY u.version DESC", position(sc), sc.Tenant, id)
	versions, err := collect(s.engine, rows, err, "read a submission", scanSubmission(sc))
	if err == nil && len(versions) == 0 {
		return nil, fault.New(fault.NotFound, "no submission %q is held that you may see", id)
	}
	return versions, err
}

// Submissions is the newest version of every submission of one provider of the
// scope's commissioner, or of all with "", the newest received first.
func (s *Store) Submissions(ctx context.Context, sc access.Scope, provider org.Code) ([]HeldSubmission, error) {
	rows, err := s.read.QueryContext(ctx, submissionSelect+" AND u.until_pos > $1 AND (u.provider = $3 OR CAST($3 AS codetext) = '') ORDER BY u.received DESC, u.id DESC",
		position(sc), sc.Tenant, provider)
	return collect(s.engine, rows, err, "list submissions", scanSubmission(sc))
}

// Contradict records that a statement was disproved. sub is the version that
// holds it; the contradiction's id is given by the store.
func (s *Store) Contradict(ctx context.Context, sc access.Scope, c signal.Contradiction) (signal.Contradiction, error) {
	if sc.Tenant == "" || sc.Past() {
		return c, fault.New(fault.Invalid, "a contradiction is recorded for one commissioner, now")
	}
	err := s.Change(ctx, func(w *Writer) error {
		versions, err := s.submissionIn(w.ctx, w.tx, sc, c.Submission)
		if err != nil {
			return err
		}
		var of *HeldSubmission
		for i := range versions {
			if versions[i].Version == c.Version {
				of = &versions[i]
			}
		}
		if of == nil {
			return fault.New(fault.NotFound, "%s has no version %d", c.Submission, c.Version)
		}
		made, err := signal.Contradict(of.Submission, c.Statement, c.Evidence, c.Ref, c.Because, string(sc.Viewer.Account), w.moment)
		if err != nil {
			return err
		}
		n := 0
		if err := w.scan("SELECT COUNT(*) + 1 FROM contradiction WHERE tenant = $1 AND submission = $2", []any{sc.Tenant, c.Submission}, &n); err != nil {
			return s.engine.fault(err, "number the contradiction")
		}
		made.ID, made.Says = c.Submission+".c"+strconv.Itoa(n), c.Says
		c = made
		e, err := record.New(record.StatementContradicted, "submission/"+c.Submission, sc.Tenant, sc.Viewer.Account, c)
		if err != nil {
			return err
		}
		_, err = w.Append(e)
		return err
	})
	return c, err
}

// UndoContradiction takes a contradiction back; it stays readable in the past.
func (s *Store) UndoContradiction(ctx context.Context, sc access.Scope, id, because string) error {
	if because == "" || sc.Past() {
		return fault.New(fault.Invalid, "an undoing is recorded now, with a reason")
	}
	list, err := s.Contradictions(ctx, sc, "")
	if err != nil {
		return err
	}
	for _, c := range list {
		if c.ID == id {
			e, err := record.New(record.ContradictionUndone, "submission/"+c.Submission, sc.Tenant, sc.Viewer.Account, record.Removal{ID: id, Because: because})
			if err != nil {
				return err
			}
			_, err = s.Record(ctx, e)
			return err
		}
	}
	return fault.New(fault.NotFound, "no contradiction %q holds", id)
}

// Contradictions is every contradiction that holds at the scope's position, of one
// provider or with "" of all, oldest first.
func (s *Store) Contradictions(ctx context.Context, sc access.Scope, provider org.Code) ([]signal.Contradiction, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT c.body FROM contradiction c WHERE c.tenant = $2 AND "+holds("c", "$1")+
		" AND (c.provider = $3 OR CAST($3 AS codetext) = '') ORDER BY c.from_pos", position(sc), sc.Tenant, provider)
	return collect(s.engine, rows, err, "list contradictions", func(r *sql.Rows) (c signal.Contradiction, err error) {
		var body string
		if err = r.Scan(&body); err != nil {
			return c, err
		}
		return c, fault.Wrap(fault.Damaged, json.Unmarshal([]byte(body), &c), "a contradiction can't be read")
	})
}

// Release is a paper of counts that left the team.
type Release struct {
	record.Release
	Account access.AccountID
	At      time.Time
}

func projectRelease(p *projection, e ledger.Entry, r record.Release) error {
	body, err := json.Marshal(r)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the paper")
	}
	var serial int
	if _, err := fmt.Sscanf(r.ID, releaseID, &serial); err != nil {
		return fault.Wrap(fault.Damaged, err, "the reference %q can't be read", r.ID)
	}
	return p.insert(e, "released", []string{"tenant", "id", "serial", "account", "instant", "body"}, e.Tenant, r.ID, serial, e.Actor, at(e.Instant), string(body))
}

// releaseID is the form of references of papers of counts.
const releaseID = "CT-%d"

// Release records a paper of counts, made by f from those that are out already
// while nobody else can release one, so that two papers can't together give away
// what each of them hides (R-SDC-4).
func (s *Store) Release(ctx context.Context, sc access.Scope, f func(id string, out []Release) (record.Release, error)) (made Release, err error) {
	if sc.Tenant == "" || sc.Past() {
		return made, fault.New(fault.Invalid, "counts are released for one commissioner, now")
	}
	err = s.Change(ctx, func(w *Writer) error {
		out, err := s.releasesIn(w.ctx, w.tx, sc)
		if err != nil {
			return err
		}
		body, err := f(fmt.Sprintf(releaseID, len(out)+1), out)
		if err != nil {
			return err
		}
		e, err := record.New(record.CountsReleased, "released/"+body.ID, sc.Tenant, sc.Viewer.Account, body)
		if err != nil {
			return err
		}
		_, err = w.Append(e)
		made = Release{Release: body, Account: sc.Viewer.Account, At: w.moment}
		return err
	})
	return made, err
}

// Releases is the papers of counts that had left the team at the scope's position,
// the newest first.
func (s *Store) Releases(ctx context.Context, sc access.Scope) ([]Release, error) {
	return s.releasesIn(ctx, s.read, sc)
}

func (s *Store) releasesIn(ctx context.Context, q querier, sc access.Scope) ([]Release, error) {
	rows, err := q.QueryContext(ctx, "SELECT r.body, r.account, r.instant FROM released r WHERE r.tenant = $2 AND "+holds("r", "$1")+" ORDER BY r.serial DESC", position(sc), sc.Tenant)
	return collect(s.engine, rows, err, "list papers of counts", func(r *sql.Rows) (x Release, err error) {
		var body string
		var when instant
		if err = r.Scan(&body, &x.Account, &when); err != nil {
			return x, err
		}
		x.At = when.Time
		return x, fault.Wrap(fault.Damaged, json.Unmarshal([]byte(body), &x.Release), "a paper of counts can't be read")
	})
}
