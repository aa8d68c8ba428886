package intake

import (
	"context"
	"errors"
	"fmt"
	"io"

	"candour/internal/delivery"
	"candour/internal/fault"
)

// Signals takes the files that hold no figures but signals: complaints logs, incident
// exports, e-mails. They name people, so they are never archived as files of figures
// are, and are never published data.
type Signals interface {
	// Holds reports whether a file that no source recognised is one of signals. strange
	// says that no source comes near it either: a table of which nobody knows what it
	// is may name people.
	Holds(ctx context.Context, name string, text []byte, strange bool, o Options) (bool, error)
	// Take archives such a file encrypted and takes it in; a dry run keeps nothing.
	Take(ctx context.Context, name string, text []byte, o Options) (Report, error)
}

// Receipt is what the sender of a signal gets: the reference of its own, and its entry
// in the memory.
type Receipt struct {
	Reference string `json:"reference"`
	Position  int64  `json:"position"`
}

// LargestSignals bounds one file of signals, which is read into memory, in bytes.
const LargestSignals = 256 << 20

// ofSignals reports whether a staged file is one of signals. Where the person has said
// of which source it is, it is not.
func (l *Loader) ofSignals(ctx context.Context, f File, o Options) (bool, error) {
	if l.Signals == nil || o.Source != "" || f.Size > LargestSignals || f.Size == 0 {
		return false, nil
	}
	_, err := l.Sources.Recognise(ctx, f, Said{}, l.Limits)
	var why *Unrecognised
	switch {
	case err == nil:
		return false, nil
	case !errors.As(err, &why):
		return false, err
	}
	text, err := l.plain(f)
	if err != nil {
		return false, err
	}
	return l.Signals.Holds(ctx, f.Name, text, why.Source == "" && why.Status == delivery.Quarantined, o)
}

// takeSignals hands a file of signals over.
func (l *Loader) takeSignals(ctx context.Context, s *staged, o Options) (Report, error) {
	text, err := l.plain(s.File)
	if err != nil {
		return Report{}, err
	}
	return l.Signals.Take(ctx, s.Name, text, o)
}

// plain is the bytes of a file, or of the one file of an archive.
func (l *Loader) plain(f File) ([]byte, error) {
	r := io.NopCloser(io.Reader(f.reader()))
	if members, err := Members(f, l.Limits); err == nil && len(members) == 1 {
		if r, err = openMember(members[0], l.Limits); err != nil {
			return nil, fmt.Errorf("open what is in %s: %w", f.Name, err)
		}
	}
	defer r.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(io.LimitReader(r, LargestSignals+1))
	if err == nil && len(text) > LargestSignals {
		err = fault.New(fault.TooLarge, "%s holds more than %d bytes; load it in parts", f.Name, LargestSignals)
	}
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", f.Name, err)
	}
	return text, nil
}
