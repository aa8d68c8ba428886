package api

import (
	"context"
	"encoding/hex"
	"io"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

// nameLimit is the longest name of a client, in characters.
const nameLimit = 80

// MakeClient makes a client of the scope's commissioner with a key, which is given
// this once and nowhere kept. Errors are signal.FieldErrors, of name, may, kinds and
// because.
func MakeClient(ctx context.Context, s *store.Store, random io.Reader, sc access.Scope, c record.Client) (made record.Client, key string, err error) {
	if err := checkClient(&c).Err(); err != nil {
		return c, "", err
	}
	var b [8]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return c, "", fault.Wrap(fault.Internal, err, "draw a client's id")
	}
	c.ID, c.Tenant, c.Revoked = access.AccountID("c-"+hex.EncodeToString(b[:])), sc.Tenant, false
	key, err = s.SetClient(ctx, sc, c, true)
	return c, key, err
}

func checkClient(c *record.Client) (errs signal.FieldErrors) {
	c.Name, c.Because = strings.TrimSpace(c.Name), strings.TrimSpace(c.Because)
	add := func(bad bool, field, expected, advice string) {
		if bad {
			errs = append(errs, signal.FieldError{Field: field, Expected: expected, Advice: advice})
		}
	}
	add(c.Name == "" || len([]rune(c.Name)) > nameLimit, "name", "a name of at most 80 characters", "Enter the name of the system, such as Datix at Larchford.")
	add(len(c.May) == 0, "may", "at least one thing that it may do", "Choose what the program may do.")
	for _, a := range c.May {
		add(!slices.Contains(access.ClientActions, a), "may", "what a program can be granted", "Choose among those shown.")
	}
	sends := slices.Contains(c.May, access.SendSignal)
	add(sends && len(c.Kinds) == 0, "kinds", "at least one kind of signal", "Choose the kinds that it may send.")
	if !sends {
		c.Kinds = nil
	}
	for _, k := range c.Kinds {
		add(!k.Known(), "kinds", "kinds of signal", "Choose among those shown.")
	}
	add(c.Because == "", "because", "a reason", "Say why it gets access: who asked for it, under what agreement. It is recorded.")
	return errs
}

// GrantWords is what a program may be granted, as administrators read it.
func GrantWords(a access.Action) string {
	switch a {
	case access.SendSignal:
		return "Send signals"
	case access.SeeSent:
		return "Read what became of the signals that it sent"
	case access.SeeProvider:
		return "List the providers"
	case access.SeeWatchList:
		return "Read the watch list"
	case access.SeeIndicator:
		return "Read values and findings of published indicators"
	}
	return string(a)
}
