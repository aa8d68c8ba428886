package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"sync"

	"candour/internal/access"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/org"
)

// assessedKey names a recorded judgement: what stands under it never changes.
type assessedKey struct {
	tenant, org org.Code
	position    int64
}

// assessed is a judgement as read from its text. Whoever gets one shares it, and
// must not write to what it points at.
type assessed struct {
	assessment  concern.Assessment
	explanation concern.Explanation
}

// mostAssessed bounds what is kept, about 60 KB each: two moments of a region of 220
// providers, and some of a second one.
const mostAssessed = 600

// assessments keeps judgements once they were read: reading their text took half of
// the time of the watch list.
type assessments struct {
	mu    sync.Mutex
	held  map[assessedKey]*assessed
	order []assessedKey // oldest first
}

func (k *assessments) get(key assessedKey) (*assessed, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	a, ok := k.held[key]
	return a, ok
}

func (k *assessments) put(key assessedKey, a *assessed) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.held[key]; ok {
		return
	}
	if k.held == nil {
		k.held = map[assessedKey]*assessed{}
	}
	if len(k.order) >= mostAssessed {
		delete(k.held, k.order[0])
		k.order = append(k.order[:0:0], k.order[1:]...)
	}
	k.held[key], k.order = a, append(k.order, key)
}

// judgements gives the judgements that a list of concerns rests on: from what is
// kept, and by one query from the tables where any isn't.
func (s *Store) judgements(ctx context.Context, tenant, code org.Code, list []Concern) (map[assessedKey]*assessed, error) {
	out := make(map[assessedKey]*assessed, len(list))
	var first, last int64
	for i := range list {
		c := &list[i]
		key := assessedKey{c.Tenant, c.Org, c.Position}
		a, ok := s.assessed.get(key)
		if ok {
			out[key] = a
			continue
		}
		if out[key] = nil; first == 0 || c.Position < first {
			first = c.Position
		}
		last = max(last, c.Position)
	}
	if last == 0 {
		return out, nil
	}
	rows, err := s.read.QueryContext(ctx, `SELECT org, from_pos, assessment, explanation FROM concern
		WHERE tenant = $1 AND (org = $2 OR CAST($2 AS codetext) = '') AND from_pos >= $3 AND from_pos <= $4`, tenant, code, first, last)
	_, err = collect(s.engine, rows, err, "read assessments", func(r *sql.Rows) (struct{}, error) {
		var assessment, explanation sql.RawBytes
		key := assessedKey{tenant: tenant}
		if err := r.Scan(&key.org, &key.position, &assessment, &explanation); err != nil {
			return struct{}{}, err
		}
		if a, wanted := out[key]; !wanted || a != nil {
			return struct{}{}, nil
		}
		a, err := readAssessed(key.org, assessment, explanation)
		if err == nil {
			s.assessed.put(key, a)
		}
		out[key] = a
		return struct{}{}, err
	})
	return out, err
}

func readAssessed(code org.Code, assessment, explanation []byte) (*assessed, error) {
	a := &assessed{}
	if err := json.Unmarshal(assessment, &a.assessment); err != nil {
		return nil, fault.Wrap(fault.Damaged, err, "the assessment of %s can't be read", code)
	}
	return a, fault.Wrap(fault.Damaged, json.Unmarshal(explanation, &a.explanation), "the explanation of %s can't be read", code)
}

// seesCounts reports whether the scope's viewer has a duty to act on signals and so
// sees true counts of them (docs/rules.md, what leaves the team): whoever may open them.
func seesCounts(sc access.Scope) bool {
	return access.Allows(sc.Viewer, sc.Tenant, access.SeeSignals, access.Resource{Tenant: sc.Tenant})
}
