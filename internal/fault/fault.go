// Package fault gives every error of Candour a kind, and maps each kind to one
// HTTP status and one exit code. Domain code makes errors with New or Wrap;
// edges ask KindOf, Status and ExitCode and never look at words.
package fault

import (
	"errors"
	"fmt"
	"net/http"
)

// Kind says what sort of failure an error is, which decides what its reader can
// do about it.
type Kind uint8

// The kinds. Internal is the zero value: an error nobody gave a kind is ours.
const (
	Internal    Kind = iota // our fault; the user gets a reference, the log the chain
	Invalid                 // what was given breaks a rule; the message says which
	NotFound                // no such thing, or the viewer may not know that it exists
	Refused                 // the viewer may not do this
	SignedOut               // nobody is signed in
	Conflict                // it has changed since it was read, or exists already
	TooLarge                // beyond a size limit
	TooMany                 // beyond a rate limit; try later
	Unavailable             // a store, disk or service is not there; try later
	Damaged                 // stored bytes do not match their hashes
)

var kinds = map[Kind]struct {
	name   string
	status int
	exit   int
}{
	Internal:    {"internal", http.StatusInternalServerError, ExitFailed},
	Invalid:     {"invalid", http.StatusUnprocessableEntity, ExitRefused},
	NotFound:    {"not found", http.StatusNotFound, ExitRefused},
	Refused:     {"refused", http.StatusForbidden, ExitRefused},
	SignedOut:   {"signed out", http.StatusUnauthorized, ExitRefused},
	Conflict:    {"conflict", http.StatusConflict, ExitRefused},
	TooLarge:    {"too large", http.StatusRequestEntityTooLarge, ExitRefused},
	TooMany:     {"too many", http.StatusTooManyRequests, ExitRefused},
	Unavailable: {"unavailable", http.StatusServiceUnavailable, ExitFailed},
	Damaged:     {"damaged", http.StatusInternalServerError, ExitFailed},
}

// String is the kind in words.
func (k Kind) String() string { return kinds[k].name }

// Error is an error with a kind and a message fit for the person who caused it:
// no patient, name or free text in it.
type Error struct {
	Kind    Kind
	Message string // plain British English, whole sentence without the full stop
	Err     error  // cause; nil when there is none
}

// Error is the message, then the cause.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ": " + e.Err.Error()
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes an error of kind with a formatted message.
func New(kind Kind, format string, args ...any) error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Wrap gives err a kind and says what was being done. It is nil when err is.
func Wrap(kind Kind, err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), Err: err}
}

// KindOf is the kind of the outermost Error in err's chain, Internal without one.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Status is the HTTP status for err, 200 for nil.
func Status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return kinds[KindOf(err)].status
}

// Exit codes of every command.
const (
	ExitDone        = 0 // all done
	ExitQuarantined = 1 // done, but something was quarantined
	ExitRefused     = 2 // refused, or wrong usage
	ExitFailed      = 3 // failed
)

// Exit is an error which only sets the exit code: everything to be said has
// been said.
type Exit int

// Error names the code.
func (e Exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// ExitCode is the exit code for err.
func ExitCode(err error) int {
	if err == nil {
		return ExitDone
	}
	var e Exit
	if errors.As(err, &e) {
		return int(e)
	}
	return kinds[KindOf(err)].exit
}
