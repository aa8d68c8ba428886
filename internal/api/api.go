// Package api lets programs talk to Candour: send signals, read what became of
// those that they sent, and read what their commissioner lets them see.
//
// A call carries a key, "Authorization: Bearer candour_…", that an administrator of
// one commissioner made for one client. What the client may do is what it was
// granted, decided by the Cedar policies (package access), and what it sees is that
// commissioner's, decided by the Scope in every read of the store: the API has no
// rules of its own about either.
//
// Every address stands in one function, Server.register, with the action that it
// needs. The description that programs read, /api/openapi.json (OpenAPI 3.1), is made
// from the same types that requests are read into. docs/api.md is made from it, and a
// test fails when it isn't current.
//
// Sending, step by step (send.go): the body is read into Sent, each item by itself;
// what is wrong with one is told with the place, the rule and what to do, and stops no
// other. What could tell who a patient is is taken out of free text and the receipt
// says so (package listen). Signals and the answer are recorded in one transaction under
// the call's idempotency key, so a call whose answer was lost can be sent again.
//
// What goes wrong is told as application/problem+json (problem.go). No answer and no
// line of the log holds a value that the caller sent: it may be somebody's.
package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/listen"
	"candour/internal/store"
)

// Prefix is where the API begins.
const Prefix = "/api/"

// Version is that of the addresses: what is sent to /api/v1 today is understood there
// tomorrow.
const Version = "1"

// Config is what the API is made from.
type Config struct {
	Store     *store.Store
	Catalogue *indicator.Catalogue
	Desk      *listen.Desk // takes signals in
	Log       *slog.Logger
	Random    io.Reader // reference numbers of failures
	Limits    Limits    // zero is DefaultLimits
}

// Server is the API as an http.Handler.
type Server struct {
	Config
	api   huma.API
	mux   *http.ServeMux
	paces paces
	sent  *huma.Schema
}

// New makes the API.
func New(c Config) *Server {
	if c.Limits == (Limits{}) {
		c.Limits = DefaultLimits
	}
	s := &Server{Config: c, mux: http.NewServeMux()}
	s.paces.of = map[string]*pace{}
	config := huma.DefaultConfig("Candour", Version)
	config.CreateHooks = nil // no "$schema" in answers
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = Prefix+"openapi", "", ""
	config.Info.Description = "Sends signals to a health-care commissioner’s quality surveillance, and reads what became of them."
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"key": {Type: "http", Scheme: "bearer", Description: "The key of a client, made in Administration and shown once."}}
	config.Security = []map[string][]string{{"key": {}}}
	describeTypes(config.Components.Schemas)
	s.api = humago.New(s.mux, config)
	s.api.UseMiddleware(s.admit)
	s.register()
	s.mux.HandleFunc(Prefix, func(w http.ResponseWriter, r *http.Request) {
		s.write(w, r, s.problem(r.Context(), fault.New(fault.NotFound, "there is nothing at this address, or not by this method; /api/openapi.json lists what there is")))
	})
	return s
}

// register names every address with the action that it needs. Nothing is registered
// elsewhere.
func (s *Server) register() {
	const get, post = http.MethodGet, http.MethodPost
	add(s, access.SendSignal, huma.Operation{
		OperationID: "send-signal", Method: post, Path: Prefix + "v1/signals", Summary: "Send one signal", DefaultStatus: http.StatusCreated,
		Description: "Answers 201 once the signal is durable. A signal that can’t be taken is refused with every field that is wrong.",
	}, s.sendOne)
	add(s, access.SendSignal, huma.Operation{
		OperationID: "send-signals", Method: post, Path: Prefix + "v1/signals/group", Summary: "Send many signals in one call",
		Description: fmt.Sprintf("Up to %d signals. Each has its own receipt or its own refusal, in the order sent; those that can be taken are durable together when the call answers 200.", mostSignals),
	}, s.sendMany)
	add(s, access.SeeSent, huma.Operation{
		OperationID: "list-sent", Method: get, Path: Prefix + "v1/signals", Summary: "List what this client sent", Description: "Newest received first, a page at a time.",
	}, s.listSent)
	add(s, access.SeeSent, huma.Operation{
		OperationID: "read-sent", Method: get, Path: Prefix + "v1/signals/{reference}", Summary: "Read what became of a signal that this client sent",
		Description: "State, outcome, answers, and each reading of what was sealed. The words that were sent are not given back.",
	}, s.readSent)
	add(s, access.SeeCodes, huma.Operation{OperationID: "list-taxonomies", Method: get, Path: Prefix + "v1/taxonomies", Summary: "List the taxonomies"}, s.listTaxonomies)
	add(s, access.SeeCodes, huma.Operation{OperationID: "read-taxonomy", Method: get, Path: Prefix + "v1/taxonomies/{id}", Summary: "List the codes of a taxonomy that are in force on a day"}, s.readTaxonomy)
	add(s, access.SeeProvider, huma.Operation{OperationID: "list-providers", Method: get, Path: Prefix + "v1/providers", Summary: "List the providers from which the commissioner buys"}, s.listProviders)
	add(s, access.SeeWatchList, huma.Operation{OperationID: "read-watch-list", Method: get, Path: Prefix + "v1/watch-list", Summary: "Read the watch list: providers by concern, with the reasons"}, s.readWatchList)
	add(s, access.SeeIndicator, huma.Operation{
		OperationID: "list-findings", Method: get, Path: Prefix + "v1/findings", Summary: "List what the statistics say",
		Description: "Of indicators whose figures are published without suppression. Others leave the team on its pages and papers only, where small numbers are suppressed.",
	}, s.listFindings)
	add(s, access.SeeIndicator, huma.Operation{
		OperationID: "list-observations", Method: get, Path: Prefix + "v1/observations", Summary: "List the values of one indicator",
		Description: "Of an indicator whose figures are published without suppression.",
	}, s.listObservations)
	s.describeBodies()
}

// add registers one operation. The handler gets the caller; its error becomes a
// problem.
func add[I, O any](s *Server, action access.Action, op huma.Operation, handle func(context.Context, *caller, *I) (*O, error)) {
	op.Metadata = map[string]any{actionOf: action}
	op.Errors = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusServiceUnavailable}
	switch op.Method {
	case http.MethodPost:
		op.Errors = append(op.Errors, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	case http.MethodGet:
		op.Errors = append(op.Errors, http.StatusNotFound)
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, callerOf(ctx), in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

// OpenAPI is the description of the API.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.api.OpenAPI() }

// ServeHTTP answers one call, and writes one line to the log: the pattern of the
// address, never the address, and the client, never its key.
func (s *Server) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w, began := &Responding{ResponseWriter: rw}, s.Store.Now()
	who := &caller{}
	given := r
	r = r.WithContext(context.WithValue(r.Context(), callerKey{}, who))
	defer func() {
		given.Pattern = r.Pattern // whoever called counts by it
		if p := recover(); p != nil {
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			problem := s.problem(r.Context(), fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			if w.Status == 0 {
				s.write(w, r, problem)
			}
		}
		level := slog.LevelInfo
		if w.Status >= http.StatusInternalServerError {
			level = slog.LevelError
		}
		s.Log.LogAttrs(context.WithoutCancel(r.Context()), level, "api", slog.String("method", methodOf(r)), slog.String("route", r.Pattern), slog.Int("status", w.Status),
			slog.Duration("took", s.Store.Now().Sub(began)), slog.String("client", string(who.client.ID)), slog.String("tenant", string(who.client.Tenant)),
			slog.Int("signals", who.signals), slog.Int("refused", who.refused))
	}()
	s.mux.ServeHTTP(w, r)
}

// methodOf is the method, where it is one that there is: a log takes no inventions.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}
