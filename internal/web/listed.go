package web

import (
	"context"
	"fmt"

	"candour/internal/store"
)

// listedKey names what every list of providers reads, as it stood at one entry of the
// memory: nothing of it can change until the next entry, and over a region reading it is
// most of the work of a page. The key holds all that an answer depends on, and nobody
// writes to what is kept.
func (r *request) listedKey(what string) workedKey {
	version := r.head
	if r.scope.Past() {
		version = r.scope.AsOf
	}
	return workedKey{what: what, tenant: r.scope.Tenant, version: version, with: fmt.Sprint(r.scope.All, r.scope.Viewer.Memberships)}
}

// measured is the indicators of which the scope sees values.
func (s *Server) measured(r *request) ([]store.Measured, error) {
	return workOut(s.listed, r.listedKey("measured"), func() ([]store.Measured, error) {
		return s.store.Measured(context.WithoutCancel(r.Context()), r.scope)
	})
}

// telling is the newest findings that lists tell of.
func (s *Server) telling(r *request) ([]store.HeldFinding, error) {
	return workOut(s.listed, r.listedKey("telling"), func() ([]store.HeldFinding, error) {
		return s.store.Telling(context.WithoutCancel(r.Context()), r.scope)
	})
}
