// Package web serves the pages of Candour.
//
// Every address stands in one table, Server.routes (routes.go): method, pattern,
// what the viewer must be allowed to do, whether a past date may be looked at,
// and the handler. A handler answers a request with a page, a redirect or a
// download, or with an error; it never writes to the response itself:
//
//	func (s *Server) deliveryShow(r *request) (answer, error) {
//		d, err := s.store.Delivery(r.Context(), r.scope, delivery.ID(r.PathValue("id")))
//		if err != nil {
//			return nil, err
//		}
//		return &deliveryPage{base: base{Title: string(d.ID), Place: placeData}, …}, nil
//	}
//
// A page is a struct that embeds base and names its template,
// templates/<name>.gohtml, which defines "content"; it is listed in pages
// (page.go). Before the handler runs, the middleware (dispatch.go) has found the
// session, the viewer, the commissioner and the [access.Scope] with its as-of
// position, and has asked the policies. After it, the page gets its frame
// (frame.go: header, places, past-date strip, foot with the memory entry and
// checkpoint), is rendered to memory and then sent, so that an error is an error
// page (problem.go).
//
// Every page is made on the server, works without scripts, and has a strict
// content policy. Nothing that may be personal stands in an address or a log.
package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/intake"
	"candour/internal/listen"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/watch"
)

// Loader takes files into the memory. It is bound to one viewer and scope, so
// that the ledger names who gave the file.
type Loader interface {
	// LoadFile loads one file, or each file in an archive.
	LoadFile(ctx context.Context, name string, r io.Reader, o intake.Options) ([]intake.Report, error)
	// Release reads a held file again with what a person has corrected.
	Release(ctx context.Context, held delivery.Delivery, c intake.Correction) (intake.Report, error)
}

// Watcher tests everything again after a delivery. It is called by one load at a
// time, or by several at once.
type Watcher interface {
	Run(ctx context.Context) (record.Watch, watch.Outcome, error)
}

// Config is what the pages are made from.
type Config struct {
	Store     *store.Store
	Catalogue *indicator.Catalogue
	Sources   *intake.Sources
	LoaderFor func(access.Scope) Loader // a loader that acts for the scope's viewer
	Watcher   Watcher
	Desk      *listen.Desk        // takes signals in
	Channels  []signal.OwnChannel // of the installation
	Log       *slog.Logger
	Version   string           // of the program, for the foot
	Notice    string           // said in the foot of every page: what a reader of this store must know
	Secure    bool             // served over https: the cookie is __Host-, and browsers are told to insist
	Proxied   bool             // behind a proxy whose X-Forwarded-For names the browser's address
	Metrics   bool             // /metrics answers others than this machine too
	Random    io.Reader        // salts and reference numbers
	Tick      <-chan time.Time // writes out first sights; nil writes only on Close
	Mail      MailStatus       // what sends e-mail; zero is nothing
	Password  Argon2           // cost of a password's hash; zero is DefaultArgon2
}

// Server is the pages as an http.Handler.
type Server struct {
	Config
	store     *store.Store
	handler   http.Handler
	templates map[string]*pageTemplate
	table     []route
	byPattern map[string]*route
	sights    *sights
	coders    coders
	loads     *loads
	verifying verifying
	kept      keptPages
	worked    *worked // of signals
	listed    *worked // of values and findings, as of an entry
	stood     *worked // where every series stands, as of an entry
	provider  *worked // the parts of single providers' pages
	judged    *worked // the concerns about all providers, as of an entry
	metrics   *metrics
	guard     *http.CrossOriginProtection
	hashing   chan struct{} // bounds the memory that hashing passwords takes
	background
}

// background is the work that goes on after an answer was sent.
type background struct {
	ctx  context.Context
	stop context.CancelFunc
	work sync.WaitGroup
}

// New makes the pages. Close must be called before the store is closed.
func New(c Config) (*Server, error) {
	if c.Store == nil || c.Catalogue == nil || c.Sources == nil || c.LoaderFor == nil || c.Watcher == nil || c.Desk == nil || c.Log == nil || c.Random == nil {
		return nil, fault.New(fault.Internal, "the pages lack something that they are made from")
	}
	if c.Password == (Argon2{}) {
		c.Password = DefaultArgon2
	}
	s := &Server{Config: c, store: c.Store, guard: http.NewCrossOriginProtection(), hashing: make(chan struct{}, 2)}
	s.ctx, s.stop = context.WithCancel(context.Background()) // of loads: they go on when the request that began them has ended, until Close
	var err error
	if s.templates, err = templates(); err != nil {
		return nil, err
	}
	if err := s.keepSmall(); err != nil {
		return nil, err
	}
	s.worked, s.listed, s.stood, s.judged, s.provider = &worked{}, &worked{}, &worked{most: mostStandings}, &worked{}, &worked{most: mostProviders * providerParts}
	s.sights = newSights(s)
	s.loads = newLoads()
	s.metrics = newMetrics(s)
	s.mount()
	go s.sights.run()
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close waits for loads that go on, and writes the first sights that wait. It
// gives up when ctx ends: what a load has not finished by then leaves nothing. Files
// that wait for somebody to say whether to load them are removed: they may name people.
func (s *Server) Close(ctx context.Context) error {
	s.sights.end()
	done := make(chan struct{})
	go func() {
		s.work.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		s.stop()
		<-done
	}
	s.stop()
	s.loads.putAside()
	return s.sights.flush(context.WithoutCancel(ctx))
}

// now is the moment, by the store's clock.
func (s *Server) now() time.Time { return s.store.Now() }
