package web

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/api"
	"candour/internal/definition"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/assets"
	"candour/internal/web/component"
)

// mount puts the table before the mux.
func (s *Server) mount() {
	s.table = s.routes()
	s.byPattern = map[string]*route{}
	mux := http.NewServeMux()
	for i := range s.table {
		rt := &s.table[i]
		if rt.Method == http.MethodGet {
			s.byPattern[rt.Pattern] = rt
		}
		mux.Handle(rt.Method+" "+rt.Pattern, s.answering(rt))
	}
	mux.Handle("GET "+assets.Prefix, assets.Handler())
	mux.Handle(api.Prefix, s.programs())
	mux.Handle("/", s.answering(&route{Pattern: "none", Action: anybody, Handle: func(*request) (answer, error) {
		return nil, fault.New(fault.NotFound, "there is no page at this address")
	}}))
	s.handler = mux
}

// answering is the middleware of one route: protection, session, policy, handler,
// sending, log.
func (s *Server) answering(rt *route) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, hr *http.Request) {
		w := &api.Responding{ResponseWriter: rw}
		r := &request{Request: hr, server: s, route: rt, writer: w, head: -1}
		began := s.now()
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
					panic(p)
				}
				s.fail(w, r, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
			}
			s.logRequest(w, r, began)
		}()
		secure(w.Header(), s.Secure)
		a, err := s.handle(r)
		if err == nil {
			err = s.send(w, r, a)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if w.Status < http.StatusBadRequest {
			s.sights.add(r)
		}
	})
}

// secure sets the headers that every answer has.
func secure(h http.Header, https bool) {
	h.Set("Content-Security-Policy", assets.ContentSecurityPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
	if https {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// handle finds out who asks, asks the policies, and runs the handler.
func (s *Server) handle(r *request) (answer, error) {
	if err := s.protect(r); err != nil {
		return nil, err
	}
	if err := s.resolve(r); err != nil {
		return nil, err
	}
	if r.route.Action != anybody {
		if a, err := s.admit(r); a != nil || err != nil {
			return a, err
		}
	}
	return r.route.Handle(r)
}

// protect refuses what another site sent, and bounds the body. A browser names
// the origin of every POST; one that carries our cookie and names none is refused.
func (s *Server) protect(r *request) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	foreign := s.guard.Check(r.Request) != nil
	if r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" {
		foreign = true
	}
	if foreign {
		return fault.New(fault.Refused, "this form was sent from another site, so nothing was done")
	}
	if r.URL.Query().Has("asof") {
		return fault.New(fault.Conflict, "nothing can be changed on a page of the past; return to now first")
	}
	limit := r.route.Body
	if limit <= 0 {
		limit = smallBody
	}
	r.Body = http.MaxBytesReader(r.writer, r.Body, limit)
	return nil
}

// resolve finds session, viewer, commissioner, scope and moment.
func (s *Server) resolve(r *request) error {
	r.moment = s.now()
	cookie, err := r.Cookie(s.cookieName())
	if err != nil || r.route.Pattern == "/healthz" || r.route.Pattern == "/metrics" {
		return nil
	}
	session, err := s.store.Session(r.Context(), cookie.Value)
	if fault.Is(err, fault.SignedOut) {
		return nil
	}
	if err != nil {
		return err
	}
	r.session, r.viewer = cookie.Value, session.Viewer
	if r.names, err = s.store.Tenants(r.Context(), r.viewer.Tenants()); err != nil {
		return err
	}
	r.tenant = chosenTenant(r.viewer, session.Tenant)
	r.scope = access.For(r.viewer, r.tenant)
	if r.head, r.headAt, err = s.store.Head(r.Context()); err != nil {
		return err
	}
	return s.turnBack(r)
}

// chosenTenant is the commissioner that a session shows: the one chosen while the
// viewer holds a role there, else their only one.
func chosenTenant(v access.Viewer, chosen org.Code) org.Code {
	if len(v.RolesAt(chosen)) > 0 {
		return chosen
	}
	if all := v.Tenants(); len(all) == 1 {
		return all[0]
	}
	return ""
}

// turnBack sets the scope's moment from ?asof=.
func (s *Server) turnBack(r *request) error {
	text := r.query("asof")
	if text == "" {
		return nil
	}
	if !r.route.Past {
		return fault.New(fault.Invalid, "this page has no past to be looked at")
	}
	position, moment, err := s.parseAsOf(r.Context(), text, r.head)
	if err != nil {
		return err
	}
	r.asof, r.moment, r.scope = text, moment, r.scope.At(position)
	texts, err := s.store.ReplacedDefinitions(r.Context(), r.scope, store.IndicatorSort)
	if err != nil || len(texts) == 0 {
		return err
	}
	r.defined, err = s.Catalogue.Then(texts)
	r.asDefined = definition.Version([]byte(fmt.Sprint(texts)))
	return err
}

// admit is whether the viewer may use the route: nil and no error when so.
func (s *Server) admit(r *request) (answer, error) {
	if !r.signedIn() {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			return nil, fault.New(fault.SignedOut, "you are signed out, so nothing was done. Sign in in another tab, come back to this form and send it again; what you typed is still in it")
		}
		to := "/sign-in"
		if r.URL.Path != "/" {
			to += "?next=" + url.QueryEscape(r.URL.RequestURI())
		}
		return redirect{to}, nil
	}
	if r.route.Action == access.UseOwnAccount {
		return nil, nil
	}
	if r.tenant == "" {
		if len(r.viewer.Tenants()) > 1 && r.Method == http.MethodGet {
			return redirect{"/account/commissioner?next=" + url.QueryEscape(r.URL.RequestURI())}, nil
		}
		return nil, fault.New(fault.Refused, "you hold no role at any commissioner; an administrator can give you one")
	}
	if !r.may(r.route.Action) {
		return nil, fault.New(fault.Refused, "you can't open this. It isn't part of what %s may see or do here", r.rolesInWords())
	}
	return nil, nil
}

// send writes an answer.
func (s *Server) send(w http.ResponseWriter, r *request, a answer) error {
	switch a := a.(type) {
	case page:
		return s.sendPage(w, r, a)
	case redirect:
		http.Redirect(w, r.Request, a.To, http.StatusSeeOther)
	case *download:
		return s.sendDownload(w, r, a)
	case plain:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(a.Status)
		_, err := w.Write([]byte(a.Text))
		return err
	case handled:
		a.ServeHTTP(w, r.Request)
	default:
		return fault.New(fault.Internal, "a handler answered with %T", a)
	}
	return nil
}

func (s *Server) sendPage(w http.ResponseWriter, r *request, p page) error {
	if err := s.frame(r, p.page()); err != nil {
		return err
	}
	if problem, ok := p.(*problemPage); ok && problem.Past != nil {
		f := &p.page().Frame
		f.Past = problem.Past
		f.Class += " " + component.PastDateClass
	}
	body, err := s.render(p)
	if err != nil {
		return err
	}
	if key, ok := r.keptKey(); ok && p.page().Status == 0 {
		s.kept.keep(key, body, s.now())
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if status := p.page().Status; status != 0 {
		w.WriteHeader(status)
	} else if len(p.page().Errors) > 0 {
		w.WriteHeader(http.StatusUnprocessableEntity)
	}
	_, err = w.Write(body)
	return ended(err)
}

func (s *Server) sendDownload(w http.ResponseWriter, r *request, d *download) error {
	h := w.Header()
	h.Set("Content-Type", d.Type)
	if d.Name != "" {
		h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(d.Name))
	}
	if d.ETag != "" {
		h.Set("ETag", `"`+d.ETag+`"`)
		h.Set("Cache-Control", "private, no-cache")
		if strings.Contains(r.Header.Get("If-None-Match"), `"`+d.ETag+`"`) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	if r.Method == http.MethodHead {
		return nil
	}
	return ended(d.Write(w))
}

// ended hides that the browser has gone: nobody is left to be told.
func ended(err error) error {
	if _, gone := err.(net.Error); gone { //nolint:errorlint // the outermost error says who gave up
		return nil
	}
	return err
}

// logRequest writes one line: never an address's values, never a name.
func (s *Server) logRequest(w *api.Responding, r *request, began time.Time) {
	status := max(w.Status, http.StatusOK)
	took := s.now().Sub(began)
	s.metrics.count(r.route, r.Method, status, took)
	s.Log.LogAttrs(context.WithoutCancel(r.Context()), levelOf(status), "request", logFields(r, status, took)...)
}
