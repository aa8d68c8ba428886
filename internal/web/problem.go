package web

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"time"

	"candour/internal/api"
	"candour/internal/fault"
	"candour/internal/web/component"
)

// problemPage says what went wrong.
type problemPage struct {
	base
	Message   string // plain words for the reader
	Reference string // of the line in the log; empty when the reader can see for herself what is wrong
	SignIn    bool   // signing in would help
	// Kept is the content of the last good version of the page, made at KeptAt; its
	// forms are switched off. Empty is none.
	Kept   template.HTML
	KeptAt string
	Past   *component.PastDate
}

func (*problemPage) template() string { return "problem" }

// fail answers with an error page. The status comes from the kind of the error.
// What is our fault is logged with its whole chain and named to the reader by a
// reference alone; nothing of the error reaches the page.
func (s *Server) fail(w *api.Responding, r *request, err error) {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		err = fault.New(fault.TooLarge, "what you sent is larger than the %s that this page takes", bytesInWords(tooLarge.Limit))
	}
	p := s.problem(r, err)
	s.showKept(r, p)
	if w.Status != 0 { // the answer had begun; cut it off rather than let half a page pass for whole
		s.Log.Error("answer broken off", "error", err.Error(), "pattern", r.route.Pattern)
		panic(http.ErrAbortHandler)
	}
	if s.sendPage(w, r, p) == nil {
		return
	}
	// Even the frame can't be made: the store may be away.
	r.bare()
	if err := s.sendPage(w, r, p); err != nil {
		http.Error(w, p.Message, p.Status)
	}
}

// problem is the error page for err.
func (s *Server) problem(r *request, err error) *problemPage {
	p := &problemPage{base: base{Status: fault.Status(err)}}
	switch kind := fault.KindOf(err); kind {
	case fault.Internal, fault.Damaged, fault.Unavailable:
		p.Reference = s.reference()
		p.Title = "This page couldn’t be made"
		p.Message = "Nothing was lost."
		if kind == fault.Unavailable {
			p.Message = "The store can’t be reached just now. Nothing was lost. Try again in a minute."
			if r.Method == http.MethodPost {
				p.Title = "What you sent couldn’t be recorded"
				p.Message = "The store can’t be reached just now. Nothing that was confirmed before is lost. In a minute go back, where your browser still holds what you wrote, look whether it is there already, and send it again if it isn’t."
			}
		}
		s.Log.Error("page failed", "reference", p.Reference, "kind", kind.String(), "pattern", r.route.Pattern, "error", err.Error())
	case fault.NotFound:
		p.Title, p.Message = "Not found", messageOf(err)
	case fault.SignedOut:
		p.Title, p.Message, p.SignIn = "You are signed out", messageOf(err), true
	case fault.Refused:
		p.Title, p.Message = "You can’t open this", messageOf(err)
	case fault.Conflict:
		p.Title, p.Message = "It was changed meanwhile", messageOf(err)
	case fault.TooMany:
		p.Title, p.Message = "Too many tries", messageOf(err)
	case fault.TooLarge:
		p.Title, p.Message = "Too large", messageOf(err)
	default:
		p.Title, p.Message = "That can’t be done", messageOf(err)
	}
	return p
}

// messageOf is the outermost message as a sentence.
func messageOf(err error) string {
	var e *fault.Error
	if !errors.As(err, &e) {
		return ""
	}
	return sentence(e.Message)
}

// reference draws a number by which a user and an operator speak of one failure:
// K7Q-204. Letters that are taken for others are left out.
func (s *Server) reference() string {
	const letters, digits = "ABCDEFGHJKLMNPQRTUVWXY", "0123456789"
	var b [6]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "none"
	}
	pick := func(set string, i int) byte { return set[int(b[i])%len(set)] }
	return fmt.Sprintf("%c%c%c-%c%c%c", pick(letters, 0), pick(digits, 1), pick(letters, 2), pick(digits, 3), pick(digits, 4), pick(digits, 5))
}

// levelOf is how loud a request is logged.
func levelOf(status int) slog.Level {
	if status >= http.StatusInternalServerError {
		return slog.LevelError
	}
	return slog.LevelInfo
}

// logFields is what is logged of a request: the pattern, never the address.
func logFields(r *request, status int, took time.Duration) []slog.Attr {
	return []slog.Attr{
		slog.String("method", r.Method), slog.String("route", r.route.Pattern), slog.Int("status", status),
		slog.Duration("took", took), slog.String("account", string(r.viewer.Account)), slog.String("tenant", string(r.tenant)),
		slog.Bool("past", r.asof != ""),
	}
}
