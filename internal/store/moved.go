package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"sync"

	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/record"
)

// still are the kinds of entries that leave alone which values, verdicts and findings
// of which organisations somebody sees: what people tell, are shown and are sent, and
// what follows from it. A kind that is not named here is taken to change them.
var still = []record.Kind{
	record.FirstShown, record.HeadsStated, record.NoteAdded, record.ConcernJudged,
	record.SignalReceived, record.SignalChanged, record.SignalsTogether, record.SealedRead, record.SealedErased, record.SignalRead,
	record.MailChosen, record.MailDecided, record.MailSent, record.MailFailed,
	record.AlertRaised, record.AlertStepped, record.AlertsEstimated,
	record.ListeningSet, record.PlanRecorded, record.SubmissionReceived, record.StatementContradicted, record.ContradictionUndone, record.CountsReleased,
}

// moved remembers where the memory was last found to have moved, since entries are
// only ever added: what was found for one position holds for the entries before it,
// and only those after it must be looked at.
type moved struct {
	sync.Mutex
	upTo, at int64 // the newest entry up to upTo which moved something is at; none known when upTo is nought
}

// LastJudged is the position of the newest entry by which concern about the providers
// of the scope's commissioner was judged, as of its position, -1 when there is none:
// between two entries for which it is the same Concerns and Places are the same.
func (s *Store) LastJudged(ctx context.Context, sc access.Scope) (int64, error) {
	newest := int64(-1)
	err := s.read.QueryRowContext(ctx, "SELECT position FROM entry WHERE tenant = $2 AND kind = '"+string(record.ConcernJudged)+"' AND position <= $1 ORDER BY position DESC LIMIT 1",
		position(sc), sc.Tenant).Scan(&newest)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, s.engine.fault(err, "find when concern was last judged")
	}
	return newest, nil
}

// Told is the commissioners of whom signals were received, dealt with or counted anew
// after a position, and the position up to which that was looked for. It is asked by
// the watch alone; any other viewer is told of none.
func (s *Store) Told(ctx context.Context, sc access.Scope, after int64) ([]org.Code, int64, error) {
	through, _, err := s.Head(ctx)
	if err != nil || !sc.All || through == after {
		return nil, through, err
	}
	rows, err := s.read.QueryContext(ctx, "SELECT DISTINCT tenant FROM entry WHERE position > $1 AND position <= $2 AND kind IN ('"+
		string(record.SignalReceived)+"', '"+string(record.SignalChanged)+"', '"+string(record.SignalsTogether)+"', '"+string(record.ListeningSet)+"') ORDER BY tenant", after, through)
	told, err := collect(s.engine, rows, err, "find of whom something was said", func(r *sql.Rows) (code org.Code, err error) { return code, r.Scan(&code) })
	return told, through, err
}

// Moved is the position of the newest entry, up to a position, which can have changed
// what values, verdicts and findings anybody sees, the purview and the organisations
// among them: between two entries for which it is the same they are the same. It is -1
// when there is none.
func (s *Store) Moved(ctx context.Context, upTo int64) (int64, error) {
	s.moved.Lock()
	known, at := s.moved.upTo, s.moved.at
	s.moved.Unlock()
	if known == upTo && known > 0 {
		return at, nil
	}
	after := int64(-1)
	if known > 0 && known < upTo {
		after = known
	} else {
		at = -1
	}
	kinds := make([]string, len(still))
	for i, k := range still {
		kinds[i] = "'" + string(k) + "'"
	}
	slices.Sort(kinds)
	newest := at
	err := s.read.QueryRowContext(ctx, "SELECT position FROM entry WHERE position > $1 AND position <= $2 AND kind NOT IN ("+strings.Join(kinds, ", ")+") ORDER BY position DESC LIMIT 1",
		after, upTo).Scan(&newest)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, s.engine.fault(err, "find what moved last")
	}
	s.moved.Lock()
	defer s.moved.Unlock()
	if upTo > s.moved.upTo {
		s.moved.upTo, s.moved.at = upTo, newest
	}
	return newest, nil
}
