package web

import (
	"context"
	"fmt"

	"candour/internal/access"
	"candour/internal/store"
)

// listing gives what lists of providers read of values, verdicts and findings, as it
// stands at the request's position. Over a region reading it is most of the work of a
// page, and it changes only when the watch has run or the purview is another
// (store.Moved): until then it is kept, for those of the same rights. The key holds all
// that an answer depends on, and nobody writes to what is kept.
//
// It is read as of the entry by which it is kept, so that what came while it was read
// can't be in it.
func listing[T any](s *Server, w *worked, r *request, what string, read func(context.Context, access.Scope) (T, error)) (T, error) {
	var none T
	upTo := r.head
	if r.scope.Past() {
		upTo = r.scope.AsOf
	}
	ctx := context.WithoutCancel(r.Context()) // others wait for the same
	version, err := s.store.Moved(ctx, upTo)
	if err != nil {
		return none, err
	}
	key := workedKey{what: what, tenant: r.scope.Tenant, version: version, with: fmt.Sprint(r.scope.All, r.scope.Viewer.Memberships)}
	return workOut(w, key, func() (T, error) { return read(ctx, r.scope.At(version)) })
}

// measured is the indicators of which the scope sees values.
func (s *Server) measured(r *request) ([]store.Measured, error) {
	return listing(s, s.listed, r, "measured", s.store.Measured)
}

// telling is the newest findings that lists tell of.
func (s *Server) telling(r *request) ([]store.HeldFinding, error) {
	return listing(s, s.listed, r, "telling", s.store.Telling)
}

// stale is the findings that say that data is late.
func (s *Server) stale(r *request) ([]store.HeldFinding, error) {
	return listing(s, s.listed, r, "stale", s.store.Stale)
}
