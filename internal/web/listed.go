package web

import (
	"context"
	"fmt"
	"slices"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/delivery"
	"candour/internal/org"
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
	version, err := s.store.Moved(r.Context(), r.upTo(r.scope.AsOf))
	if err != nil {
		var none T
		return none, err
	}
	return keptAsOf(w, r, what, version, read)
}

// keptAsOf gives what is read as of an entry, since which it can't have changed.
func keptAsOf[T any](w *worked, r *request, what string, version int64, read func(context.Context, access.Scope) (T, error)) (T, error) {
	key := workedKey{what: what, tenant: r.scope.Tenant, version: version, with: fmt.Sprint(r.scope.All, r.scope.Viewer.Memberships, r.asDefined)}
	ctx := context.WithoutCancel(r.Context()) // others wait for the same
	return workOut(w, key, func() (T, error) { return read(ctx, r.scope.At(version)) })
}

// upTo is the newest entry that counts at a position.
func (r *request) upTo(position int64) int64 {
	if position == access.Head {
		return r.head
	}
	return position
}

// concernsKept gives what is read of the concerns about all providers as of a position.
// It is kept until concern is judged anew.
func concernsKept[T any](s *Server, r *request, what string, position int64, read func(context.Context, access.Scope) (T, error)) (T, error) {
	version, err := s.store.LastJudged(r.Context(), r.scope.At(r.upTo(position)))
	if err != nil {
		var none T
		return none, err
	}
	return keptAsOf(s.judged, r, what, version, read)
}

// measured is the indicators of which the scope sees values.
func (s *Server) measured(r *request) ([]store.Measured, error) {
	return listing(s, s.listed, r, "measured", s.store.Measured)
}

// telling is the newest findings that lists tell of, by provider; not to be written to.
func (s *Server) telling(r *request) (map[org.Code][]store.HeldFinding, error) {
	return listing(s, s.listed, r, "telling", func(ctx context.Context, sc access.Scope) (map[org.Code][]store.HeldFinding, error) {
		list, err := s.store.Telling(ctx, sc)
		out := map[org.Code][]store.HeldFinding{}
		for i := range list {
			out[list[i].Org] = append(out[list[i].Org], list[i])
		}
		return out, err
	})
}

// stale is the findings that say that data is late.
func (s *Server) stale(r *request) ([]store.HeldFinding, error) {
	return listing(s, s.listed, r, "stale", s.store.Stale)
}

// organisations is what the scope sees of organisations; not to be written to.
func (s *Server) organisations(r *request) ([]org.Organisation, error) {
	return listing(s, s.listed, r, "organisations", func(ctx context.Context, sc access.Scope) ([]org.Organisation, error) {
		return s.store.Organisations(ctx, sc)
	})
}

// successions is who became whom; not to be written to.
func (s *Server) successions(r *request) (org.Successions, error) {
	return listing(s, s.listed, r, "successions", s.store.Successions)
}

// deliveries is the newest deliveries that the scope sees; not to be written to.
func (s *Server) deliveries(r *request) ([]delivery.Delivery, error) {
	return listing(s, s.listed, r, "deliveries", func(ctx context.Context, sc access.Scope) ([]delivery.Delivery, error) {
		return s.store.Deliveries(ctx, sc, deliveriesLooked)
	})
}

// heardKept gives what is read of a commissioner's signals. It is kept for whoever looks
// until one comes in or changes, and for the day, since embargoes end with days. What may
// be seen of the past is asked each time, since it depends on what is confined by now.
func heardKept[T any](s *Server, w *worked, r *request, what string, read func(context.Context) (T, error)) (T, error) {
	if r.scope.Past() {
		return read(r.Context())
	}
	version, err := s.store.HeardChanged(r.Context(), r.scope)
	if err != nil {
		var none T
		return none, err
	}
	key := workedKey{what: what, tenant: r.scope.Tenant, version: version, day: calendar.DateOf(r.moment), with: fmt.Sprint(r.viewer.Account, r.scope.Viewer.Memberships)}
	return workOut(w, key, func() (T, error) { return read(context.WithoutCancel(r.Context())) })
}

// complaintThemes is how many complaints about one theme each provider had since a day.
func (s *Server) complaintThemes(r *request, since calendar.Date) (map[store.ThemeKey]int, error) {
	return heardKept(s, s.worked, r, fmt.Sprint("themes ", since), func(ctx context.Context) (map[store.ThemeKey]int, error) {
		return s.store.ComplaintThemes(ctx, r.scope, since)
	})
}

// providersInScope is the providers in the commissioner's purview, by code.
func (s *Server) providersInScope(r *request) ([]org.Organisation, error) {
	list, err := listing(s, s.listed, r, "providers", func(ctx context.Context, sc access.Scope) ([]org.Organisation, error) {
		purview, err := s.store.Purview(ctx, sc)
		if err != nil {
			return nil, err
		}
		all, err := s.store.Organisations(ctx, sc)
		if err != nil {
			return nil, err
		}
		return slices.DeleteFunc(all, func(o org.Organisation) bool {
			return !slices.Contains(purview, o.Code) || !o.Role.Provider() && o.Role != org.Unknown
		}), nil
	})
	return slices.Clone(list), err // pages sort and shorten it
}

// concernsBy is the concerns as of a position, by provider; with code, only that one's.
// The map is not to be written to: others get the same.
func (s *Server) concernsBy(r *request, position int64, code org.Code) (map[org.Code]store.Concern, error) {
	if code != "" {
		list, err := s.store.Concerns(r.Context(), r.scope.At(position), code)
		return byProvider(list), err
	}
	all, err := s.judgements(r, position)
	return all.concerns, err
}

// judgements is the concerns about all providers, and the contributions to each that a
// reader can go and look at; not to be written to.
type judgements struct {
	concerns map[org.Code]store.Concern
	reasons  map[org.Code][]concern.Contribution
}

func (s *Server) judgements(r *request, position int64) (judgements, error) {
	return concernsKept(s, r, "concerns", position, func(ctx context.Context, sc access.Scope) (judgements, error) {
		list, err := s.store.Concerns(ctx, sc, "")
		out := judgements{byProvider(list), map[org.Code][]concern.Contribution{}}
		for i := range list {
			if list[i].Judged {
				out.reasons[list[i].Org] = tangible(&list[i])
			}
		}
		return out, err
	})
}

// placesBy is who stands where as of the scope's position, by provider. The map is not
// to be written to: others get the same.
func (s *Server) placesBy(r *request) (map[org.Code]store.Concern, error) {
	return concernsKept(s, r, "places", r.scope.AsOf, func(ctx context.Context, sc access.Scope) (map[org.Code]store.Concern, error) {
		list, err := s.store.Places(ctx, sc)
		return byProvider(list), err
	})
}

func byProvider(list []store.Concern) map[org.Code]store.Concern {
	out := map[org.Code]store.Concern{}
	for _, c := range list {
		out[c.Org] = c
	}
	return out
}
