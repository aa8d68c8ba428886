package api

import "net/http"

// Responding is a response on its way that remembers which status was sent: what the log
// says of it, and whether a problem can still be told. Pages and API share it.
type Responding struct {
	http.ResponseWriter
	Status int // nought is nothing sent yet
}

// WriteHeader sends the status, once: what is said of a failure after that comes too
// late.
func (w *Responding) WriteHeader(status int) {
	if w.Status == 0 {
		w.Status = status
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write sends the body, after the status of a success where none was sent.
func (w *Responding) Write(b []byte) (int, error) {
	if w.Status == 0 {
		w.Status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (w *Responding) Unwrap() http.ResponseWriter { return w.ResponseWriter }
