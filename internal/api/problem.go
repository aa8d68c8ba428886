package api

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"candour/internal/fault"
	"candour/internal/signal"
)

// Problem is what went wrong (RFC 9457, application/problem+json).
type Problem struct {
	Title     string  `json:"title" doc:"What sort of problem it is, in a few words"`
	Status    int     `json:"status" doc:"The HTTP status"`
	Detail    string  `json:"detail" doc:"What happened, and what to do about it"`
	Errors    []Wrong `json:"errors,omitempty" doc:"Each field that is wrong"`
	Reference string  `json:"reference,omitempty" doc:"Names the line of the log, where the failure is ours: tell it to the operator"`
}

// Wrong is one field that is wrong. What was sent is not given back: it may be
// somebody's.
type Wrong struct {
	Where string `json:"where" doc:"The field: place.provider, themes[1], query.limit"`
	What  string `json:"what" doc:"What is expected there"`
	Do    string `json:"do,omitempty" doc:"What to do about it"`
}

// Error is the detail.
func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// Problems that huma itself finds, in parameters, become ours: its own would give back
// what was sent. Its hook is a variable of its package, so it is set once, before
// anything runs.
func init() {
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		p := &Problem{Title: http.StatusText(status), Status: status, Detail: "A parameter of the call is wrong; errors says which."}
		for _, err := range errs {
			var detailed huma.ErrorDetailer
			if errors.As(err, &detailed) {
				p.Errors = append(p.Errors, wrongOf(detailed.ErrorDetail(), ""))
			}
		}
		return p
	}
}

// plainName is a name that may be given back: it can't hold anything of anybody.
var plainName = regexp.MustCompile(`^[A-Za-z_.\[\]-]*([0-9]{1,3}\][A-Za-z_.\[\]-]*)*$`)

// wrongOf is a finding of huma's validator without the value.
func wrongOf(d *huma.ErrorDetail, prefix string) Wrong {
	where := strings.TrimPrefix(strings.TrimPrefix(d.Location, prefix), ".")
	w := Wrong{Where: where, What: d.Message, Do: "Look the field up in /api/openapi.json and correct it."}
	if !plainName.MatchString(where) {
		w.Where = "a field whose name is not repeated here"
	}
	return w
}

// titles say what sort of problem each kind is.
var titles = map[fault.Kind]string{
	fault.Invalid: "Refused: something in it is wrong", fault.NotFound: "Not found", fault.Refused: "Not granted", fault.SignedOut: "No valid key",
	fault.Conflict: "Conflict", fault.TooLarge: "Too large", fault.TooMany: "Too often", fault.Unavailable: "Not available just now",
	fault.Internal: "Failed", fault.Damaged: "Failed",
}

// problem is an error as callers read it. What is our fault is logged whole and told
// by a reference alone.
func (s *Server) problem(ctx context.Context, err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var fields signal.FieldErrors
	if errors.As(err, &fields) {
		return refusal(wrongs(fields))
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		err = fault.New(fault.TooLarge, "the body is larger than the %d bytes that are read here; send it in parts", large.Limit)
	}
	kind := fault.KindOf(err)
	p = &Problem{Title: titles[kind], Status: fault.Status(err)}
	switch kind {
	case fault.Internal, fault.Damaged, fault.Unavailable:
		p.Reference = s.reference()
		p.Detail = "It failed on our side. Send the call again with the same idempotency key: what was done already is not done twice."
		s.Log.ErrorContext(context.WithoutCancel(ctx), "api failed", "reference", p.Reference, "kind", kind.String(), "error", err.Error())
	default:
		var known *fault.Error
		if errors.As(err, &known) {
			p.Detail = strings.ToUpper(known.Message[:1]) + known.Message[1:] + "."
		}
	}
	return p
}

// refusal is the problem of one signal that can't be taken.
func refusal(list []Wrong) *Problem {
	return &Problem{
		Title: titles[fault.Invalid], Status: http.StatusUnprocessableEntity, Errors: list,
		Detail: "The signal was not taken, and nothing of it is kept. Correct what errors lists and send it again.",
	}
}

// wrongs is field errors without what was found.
func wrongs(list signal.FieldErrors) []Wrong {
	out := make([]Wrong, len(list))
	for i, f := range list {
		out[i] = Wrong{Where: f.Field, What: "expected " + f.Expected, Do: f.Advice}
	}
	return out
}

// reference draws the name of a line of the log.
func (s *Server) reference() string {
	var b [5]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "none" // the answer must go out all the same
	}
	return hex.EncodeToString(b[:])
}

// write sends a problem.
func (s *Server) write(w http.ResponseWriter, r *http.Request, p *Problem) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		s.Log.DebugContext(r.Context(), "the caller has gone", "error", err.Error())
	}
}
