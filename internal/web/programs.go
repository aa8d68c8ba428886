package web

import (
	"net/http"

	"candour/internal/api"
)

// programs is the API, under /api/. It has keys and addresses of its own (package
// api); here it gets the headers and the counters that every answer has. A session
// means nothing to it, so another site's page can't use one.
func (s *Server) programs() http.Handler {
	calls := api.New(api.Config{Store: s.store, Catalogue: s.Catalogue, Desk: s.Desk, Log: s.Log, Random: s.Random})
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w, began := &api.Responding{ResponseWriter: rw}, s.now()
		secure(w.Header(), s.Secure)
		calls.ServeHTTP(w, r)
		s.metrics.count(&route{Method: r.Method, Pattern: r.Pattern}, r.Method, max(w.Status, http.StatusOK), s.now().Sub(began))
	})
}
