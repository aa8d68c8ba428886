package api

import (
	"context"
	"math"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"golang.org/x/time/rate"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/store"
)

// actionOf is the name under which an operation keeps the action that it needs.
const actionOf = "action"

// caller is who calls. It is filled by the middleware; before that it is nobody.
type caller struct {
	client           store.Client
	scope            access.Scope
	request          *http.Request
	writer           http.ResponseWriter
	signals, refused int // for the log
}

type callerKey struct{}

func callerOf(ctx context.Context) *caller {
	c, _ := ctx.Value(callerKey{}).(*caller) // ServeHTTP puts one into each request
	return c
}

// Limits bound what one client may ask, on each node by itself.
type Limits struct {
	Calls int // a second, in the long run
	Burst int // calls at once after a rest
	Wrong int // wrong keys from one address at once; then one a second
}

// DefaultLimits let a client send some thousands of signals a second in groups, and
// no client keep the others waiting.
var DefaultLimits = Limits{Calls: 20, Burst: 40, Wrong: 20}

// pace is one client's, or one address's, bucket.
type pace struct{ *rate.Limiter }

// paces is the buckets in use. What is full again is forgotten.
type paces struct {
	mu sync.Mutex
	of map[string]*pace
}

// mostPaces bounds how many buckets are remembered.
const mostPaces = 10_000

// take takes one from the bucket of a name, or says how long to wait for it.
func (p *paces) take(name string, each rate.Limit, burst int, now time.Time) (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.of[name]
	if b == nil {
		if len(p.of) >= mostPaces {
			for other, full := range p.of {
				if full.TokensAt(now) >= float64(full.Burst()) {
					delete(p.of, other)
				}
			}
		}
		b = &pace{rate.NewLimiter(each, burst)}
		p.of[name] = b
	}
	r := b.ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

// admit finds out who calls, asks whether they may, and keeps their pace.
func (s *Server) admit(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	c := callerOf(r.Context())
	c.request, c.writer = r, w
	if err := s.allow(r, w, c, ctx.Operation()); err != nil {
		s.write(w, r, s.problem(r.Context(), err))
		return
	}
	next(ctx)
}

func (s *Server) allow(r *http.Request, w http.ResponseWriter, c *caller, op *huma.Operation) error {
	key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		w.Header().Set("WWW-Authenticate", "Bearer")
		return fault.New(fault.SignedOut, "the call carries no key; send it as the header Authorization: Bearer candour_…")
	}
	now := s.Store.Now()
	client, err := s.Store.ClientByKey(r.Context(), strings.TrimSpace(key))
	if fault.Is(err, fault.SignedOut) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		host, _, _ := net.SplitHostPort(r.RemoteAddr) // what can't be split shares the bucket of ""
		if wait := s.paces.take("address "+host, 1, s.Limits.Wrong, now); wait > 0 {
			return slow(w, wait, "too many wrong keys came from this address")
		}
	}
	if err != nil {
		return err
	}
	viewer := client.Viewer()
	c.client, c.scope = client, access.For(viewer, client.Tenant)
	if wait := s.paces.take(string(client.ID), rate.Limit(s.Limits.Calls), s.Limits.Burst, now); wait > 0 {
		return slow(w, wait, "this client calls too often, so nothing was done: at most "+strconv.Itoa(s.Limits.Calls)+" calls a second, "+strconv.Itoa(s.Limits.Burst)+" at once; many signals go in one call")
	}
	action, ok := op.Metadata[actionOf].(access.Action)
	if !ok || !c.may(action) {
		return fault.New(fault.Refused, "this client was not granted %q; an administrator of %s can grant it", action, client.Tenant)
	}
	return nil
}

// may reports whether the policies let the caller do an action at all. A signal is
// sent by kind; whether one of a kind may be sent is asked again for each.
func (c *caller) may(a access.Action) bool {
	if a == access.SendSignal {
		return slices.ContainsFunc(c.scope.Viewer.Client.Kinds, c.maySend)
	}
	return access.Allows(c.scope.Viewer, c.scope.Tenant, a, access.Resource{Tenant: c.scope.Tenant})
}

// maySend reports whether the caller may send signals of a kind.
func (c *caller) maySend(kind string) bool {
	return access.Allows(c.scope.Viewer, c.scope.Tenant, access.SendSignal, access.Resource{Tenant: c.scope.Tenant, Kind: kind})
}

// slow says when to try again.
func slow(w http.ResponseWriter, wait time.Duration, why string) error {
	seconds := strconv.Itoa(int(math.Ceil(wait.Seconds())))
	w.Header().Set("Retry-After", seconds)
	return fault.New(fault.TooMany, "%s; try again in %s s", why, seconds)
}
