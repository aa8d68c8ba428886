package web

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"candour/internal/fault"
)

// metrics is what is counted, by route and never by person.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "candour_http_requests_total", Help: "Requests answered, by route, method and status.",
		}, []string{"route", "method", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "candour_http_request_seconds", Help: "Time taken to answer, by route.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60},
		}, []string{"route"}),
	}
	waiting := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "candour_first_sights_waiting", Help: "First sights not yet recorded.",
	}, func() float64 {
		s.sights.mu.Lock()
		defer s.sights.mu.Unlock()
		return float64(len(s.sights.waiting))
	})
	m.registry.MustRegister(m.requests, m.took, waiting, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// count counts one answer. Methods that no route has are one, lest anybody fill
// the registry with inventions.
func (m *metrics) count(rt *route, method string, status int, took time.Duration) {
	if rt.Method == "" {
		method = "other"
	}
	m.requests.WithLabelValues(rt.Pattern, method, strconv.Itoa(status)).Inc()
	m.took.WithLabelValues(rt.Pattern).Observe(took.Seconds())
}

// metricsShow answers this machine, and others when the installation says so.
func (s *Server) metricsShow(r *request) (answer, error) {
	if !s.Metrics && !fromHere(r.Request) {
		return nil, fault.New(fault.NotFound, "there is no page at this address")
	}
	return handled{promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{})}, nil
}

// fromHere reports whether the request comes from this machine itself, and not
// through a proxy on it.
func fromHere(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}

// healthPatience is how long the store may take to answer before the server counts as not
// ready: whoever asks, such as a proxy, has others to send people to.
const healthPatience = 3 * time.Second

// health answers 200 when the store does and 503 otherwise.
func (s *Server) health(r *request) (answer, error) {
	ctx, done := context.WithTimeout(r.Context(), healthPatience)
	defer done()
	if err := s.store.Ready(ctx); err != nil {
		s.Log.Error("not ready", "error", err.Error())
		return plain{http.StatusServiceUnavailable, "the store does not answer\n"}, nil
	}
	return plain{http.StatusOK, "ready\n"}, nil
}
