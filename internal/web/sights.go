package web

import (
	"context"
	"slices"
	"sync"

	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/record"
)

// sights gathers what people are shown and records each person's first sight of
// each thing, in groups: looking must stay fast, and the memory must not fill with
// what is known already.
type sights struct {
	server  *Server
	mu      sync.Mutex
	waiting []record.View
	known   map[sight]bool // recorded, or waiting to be
	loaded  map[sight]bool // by person and commissioner, without a thing: what was recorded before is in known
	closing chan struct{}
	done    chan struct{} // closed when run has ended
	once    sync.Once
}

// sight is one person's sight of one thing.
type sight struct {
	account access.AccountID
	tenant  org.Code
	thing   string
}

// knownLimit bounds the memory that known takes; beyond it, what is known is read
// again from the store.
const knownLimit = 500_000

func newSights(s *Server) *sights {
	return &sights{server: s, known: map[sight]bool{}, loaded: map[sight]bool{}, closing: make(chan struct{}), done: make(chan struct{})}
}

// run writes at every tick until end, and brings the index of words and the lists of
// codes up to date.
func (s *sights) run() {
	defer close(s.done)
	for {
		select {
		case <-s.server.Tick:
			if err := s.flush(s.server.ctx); err != nil {
				s.server.Log.Error("first sights not yet recorded", "error", err.Error())
			}
			if err := s.server.store.CatchUp(s.server.ctx); err != nil {
				s.server.Log.Error("what came lately is not yet in the search; a search will try again", "error", err.Error())
			}
			if _, err := s.server.Desk.LayLists(s.server.ctx); err != nil {
				s.server.Log.Error("lists that another node took are not yet in force here", "error", err.Error())
			}
		case <-s.closing:
			return
		}
	}
}

// end stops run and waits until it has ended.
func (s *sights) end() {
	s.once.Do(func() { close(s.closing) })
	<-s.done
}

// add takes what a request showed.
func (s *sights) add(r *request) {
	if !r.signedIn() || len(r.seen) == 0 {
		return
	}
	view := record.View{Account: r.viewer.Account, Tenant: r.tenant, At: s.server.now()}
	if r.scope.Past() {
		view.AsOf = r.scope.AsOf
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, thing := range r.seen {
		key := sight{view.Account, view.Tenant, thing}
		if !s.known[key] {
			s.known[key] = true
			view.Thing = thing
			s.waiting = append(s.waiting, view)
		}
	}
}

// has reports whether the viewer's sight of a thing waits to be recorded, or is
// known to be.
func (s *sights) has(r *request, thing string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known[sight{r.viewer.Account, r.tenant, thing}]
}

// flush records what waits, one event a commissioner. What can't be recorded waits
// for the next time.
func (s *sights) flush(ctx context.Context) error {
	s.mu.Lock()
	waiting := s.waiting
	s.waiting = nil
	s.mu.Unlock()
	if len(waiting) == 0 {
		return nil
	}
	fresh, err := s.unrecorded(ctx, waiting)
	if err == nil {
		err = s.record(ctx, fresh)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.waiting = append(waiting, s.waiting...)
		return err
	}
	if len(s.known) > knownLimit {
		s.known, s.loaded = map[sight]bool{}, map[sight]bool{}
		for _, v := range s.waiting {
			s.known[sight{v.Account, v.Tenant, v.Thing}] = true
		}
	}
	return nil
}

// unrecorded leaves out what was recorded before this program began. It is read
// once for each person and commissioner.
func (s *sights) unrecorded(ctx context.Context, waiting []record.View) ([]record.View, error) {
	before := map[sight]bool{}
	for _, v := range waiting {
		who := sight{v.Account, v.Tenant, ""}
		s.mu.Lock()
		done := s.loaded[who]
		s.loaded[who] = true
		s.mu.Unlock()
		if done {
			continue
		}
		sc := access.For(access.Viewer{Account: v.Account, Memberships: []access.Membership{{Tenant: v.Tenant, Role: access.Auditor}}}, v.Tenant)
		held, err := s.server.store.Sights(ctx, sc, "", v.Account)
		if err != nil {
			s.mu.Lock()
			delete(s.loaded, who)
			s.mu.Unlock()
			return nil, err
		}
		s.mu.Lock()
		for _, h := range held {
			before[sight{v.Account, v.Tenant, h.Thing}] = true
			s.known[sight{v.Account, v.Tenant, h.Thing}] = true
		}
		s.mu.Unlock()
	}
	return slices.DeleteFunc(slices.Clone(waiting), func(v record.View) bool { return before[sight{v.Account, v.Tenant, v.Thing}] }), nil
}

// record appends one event for each commissioner.
func (s *sights) record(ctx context.Context, views []record.View) error {
	byTenant := map[org.Code][]record.View{}
	var tenants []org.Code
	for _, v := range views {
		if byTenant[v.Tenant] == nil {
			tenants = append(tenants, v.Tenant)
		}
		byTenant[v.Tenant] = append(byTenant[v.Tenant], v)
	}
	slices.Sort(tenants)
	var events []record.Event
	for _, tenant := range tenants {
		e, err := record.New(record.FirstShown, "shown", tenant, "pages", record.Shown{Views: byTenant[tenant]})
		if err != nil {
			return err
		}
		events = append(events, e)
	}
	if len(events) == 0 {
		return nil
	}
	_, err := s.server.store.Record(ctx, events...)
	return err
}
