package api

import (
	"context"
	"encoding/base64"
	"strings"
	"time"

	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
)

// Became is what became of a signal. The words that were sent are not among it.
type Became struct {
	Reference string         `json:"reference"`
	Yours     string         `json:"your_reference,omitempty"`
	Kind      signal.Kind    `json:"kind"`
	Provider  org.Code       `json:"provider"`
	Received  time.Time      `json:"received"`
	Recorded  time.Time      `json:"recorded"`
	Position  int64          `json:"position" doc:"Of the entry that last changed it"`
	State     signal.State   `json:"state" doc:"Of its kind; empty where the kind has none"`
	Outcome   signal.Outcome `json:"outcome,omitempty" doc:"Left out until somebody has dealt with it"`
	InWords   string         `json:"outcome_in_words,omitempty"`
	OutcomeAt time.Time      `json:"outcome_at,omitzero"`
	Withdrawn bool           `json:"withdrawn,omitempty"`
	Answers   []Answer       `json:"answers,omitempty"`
	Next      *Next          `json:"next,omitempty" doc:"The clock that is due first"`
	Sealed    []SealedState  `json:"sealed,omitempty"`
}

// Answer is a message to whoever raised the signal, or their word back.
type Answer struct {
	At          time.Time `json:"at"`
	Message     string    `json:"message"`
	FromYou     bool      `json:"from_you,omitempty"`
	NotResolved bool      `json:"not_resolved,omitempty"`
}

// Next is a step that is due.
type Next struct {
	What string    `json:"what"`
	Due  time.Time `json:"due" doc:"First instant that is too late"`
}

// SealedState is what is known of a sealed text: never the text.
type SealedState struct {
	Purpose  string      `json:"purpose"`
	Erased   bool        `json:"erased,omitempty" doc:"Its key was destroyed: nobody can open it"`
	Readings []time.Time `json:"readings,omitempty" doc:"When somebody opened it"`
}

// SentLine is one line of a list.
type SentLine struct {
	Reference string         `json:"reference"`
	Kind      signal.Kind    `json:"kind"`
	Provider  org.Code       `json:"provider"`
	Received  time.Time      `json:"received"`
	State     signal.State   `json:"state"`
	Outcome   signal.Outcome `json:"outcome,omitempty"`
	Version   int            `json:"version" doc:"Grows with each change: what is unchanged need not be read again"`
}

type listInput struct {
	After string `query:"after" maxLength:"200" doc:"next of the page before"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
	Kind  string `query:"kind" maxLength:"40" pattern:"^[a-z_]*$" doc:"Only this kind"`
}

type listOutput struct {
	Body struct {
		Signals []SentLine `json:"signals"`
		Next    string     `json:"next,omitempty" doc:"To be given as after for the next page; left out on the last"`
	}
}

func (s *Server) listSent(ctx context.Context, c *caller, in *listInput) (*listOutput, error) {
	after, err := parseCursor(in.After)
	if err != nil {
		return nil, err
	}
	lines, err := s.Store.Signals(ctx, c.scope, store.SignalFilter{Own: true, Newest: true, Kind: signal.Kind(in.Kind), After: after, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	if len(lines) > in.Limit {
		lines = lines[:in.Limit]
		last := lines[in.Limit-1]
		out.Body.Next = cursor(last.Key(true))
	}
	out.Body.Signals = make([]SentLine, len(lines))
	for i, l := range lines {
		out.Body.Signals[i] = SentLine{Reference: l.Ref, Kind: l.Kind, Provider: l.Provider, Received: l.Received, State: l.State, Outcome: l.Outcome, Version: l.Version}
	}
	return out, nil
}

// cursor is a place in a list as one word.
func cursor(k store.SignalKey) string {
	return base64.RawURLEncoding.EncodeToString([]byte(k.At.UTC().Format(time.RFC3339Nano) + " " + k.Ref))
}

func parseCursor(text string) (k store.SignalKey, err error) {
	if text == "" {
		return k, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	at, ref, ok := strings.Cut(string(raw), " ")
	if err == nil && ok {
		if k.At, err = time.Parse(time.RFC3339Nano, at); err == nil {
			k.Ref = ref
			return k, nil
		}
	}
	return k, fault.New(fault.Invalid, "after is not what next of an earlier page was")
}

type readInput struct {
	Reference string `path:"reference" maxLength:"24" pattern:"^[A-Z]{1,3}-[0-9]{4}-[0-9]{1,9}$" doc:"Of the receipt"`
}

type readOutput struct{ Body Became }

func (s *Server) readSent(ctx context.Context, c *caller, in *readInput) (*readOutput, error) {
	h, err := s.Store.Signal(ctx, c.scope, in.Reference)
	if err != nil {
		return nil, err
	}
	parts, err := s.Store.SealedParts(ctx, c.scope, in.Reference)
	if err != nil {
		return nil, err
	}
	t := &h.Triage
	b := Became{
		Reference: h.Reference, Yours: h.Theirs, Kind: h.Kind, Provider: h.Place.Provider, Received: h.Received, Recorded: h.Recorded, Position: h.Position,
		State: t.State, Outcome: t.Outcome, InWords: t.Outcome.Words(), OutcomeAt: t.OutcomeAt, Withdrawn: t.Withdrawn != "",
	}
	for _, a := range t.Answers {
		b.Answers = append(b.Answers, Answer{At: a.At, Message: a.Message, FromYou: a.FromThem, NotResolved: a.NotResolved})
	}
	if !h.Due.IsZero() {
		b.Next = &Next{What: h.DueName, Due: h.Due}
	}
	for _, p := range parts {
		x := SealedState{Purpose: p.Purpose, Erased: p.Erased}
		for _, act := range p.Acts {
			if !act.Erased {
				x.Readings = append(x.Readings, act.At)
			}
		}
		b.Sealed = append(b.Sealed, x)
	}
	return &readOutput{b}, nil
}
