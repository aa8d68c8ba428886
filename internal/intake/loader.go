package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"
	"time"

	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/indicator"
)

// Loader takes files into the memory. Its fields are set once.
type Loader struct {
	Sources *Sources
	Memory  Memory
	Limits  Limits           // DefaultLimits unless there is a reason
	Now     func() time.Time // when a file is received
	// Indicators are those defined; nil takes every name.
	Indicators *indicator.Catalogue
	// Signals takes what holds signals instead of figures; nil takes none.
	Signals Signals
}

// Options are what a person says of the files that are loaded.
type Options struct {
	Source string          // --as: id of the source; empty leaves it to recognition
	Period calendar.Period // --period: zero leaves it to the file
	Dry    bool            // --dry-run: keep nothing, say what would have been
	Tenant string          // whose private data it is; "" for published national data
	By     string          // account
	Via    string          // load, page, folder, demo
}

// staged is a file whose bytes are safe (or, in a dry run, at hand) and hashed.
type staged struct {
	File
	sha256  string
	nested  bool // an archive inside an archive
	signals bool // it holds signals, and is not archived here
	whole   bool // an archive of files, not archived yet
	over    bool // larger than Limits.File: only its hash and size are known
	close   func() error
}

// LoadFile loads one file that was handed over as a stream: an upload, a
// generated file. An archive of several files gives a report for each.
func (l *Loader) LoadFile(ctx context.Context, name string, r io.Reader, o Options) ([]Report, error) {
	s, err := l.stage(ctx, name, r, sizeOf(r), o)
	if err != nil {
		return nil, err
	}
	defer s.close()
	return l.load(ctx, s, o)
}

// readerAt gives random access to a seekable stream.
func readerAt(r io.ReadSeeker) io.ReaderAt {
	if at, ok := r.(io.ReaderAt); ok {
		return at
	}
	return &seekingReaderAt{r: r}
}

type seekingReaderAt struct {
	mu sync.Mutex
	r  io.ReadSeeker
}

func (s *seekingReaderAt) ReadAt(p []byte, at int64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.r.Seek(at, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(s.r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}

// load loads one staged file, or each file inside it.
func (l *Loader) load(ctx context.Context, s *staged, o Options) ([]Report, error) {
	inside, err := l.unpack(ctx, s, o)
	if err != nil {
		return nil, err
	}
	if err := l.keepWhole(ctx, s, inside); err != nil {
		return nil, err
	}
	if inside == nil {
		r, err := l.one(ctx, s, o)
		if err != nil {
			return nil, err
		}
		return []Report{r}, nil
	}
	defer func() {
		for _, m := range inside {
			_ = m.close()
		}
	}()
	var out []Report
	for _, m := range inside {
		r, err := l.one(ctx, m, o)
		if err != nil {
			return out, err
		}
		out = append(out, r)
	}
	return out, nil
}

// one recognises and reads one file and gives it to the memory.
func (l *Loader) one(ctx context.Context, s *staged, o Options) (Report, error) {
	if s.signals {
		return l.takeSignals(ctx, s, o)
	}
	earlier, known, err := l.Memory.Delivered(ctx, s.sha256)
	if err != nil {
		return Report{}, fmt.Errorf("look for an earlier delivery of %s: %w", s.Name, err)
	}
	if known && (o.Source == "" || o.Source == earlier.Source) && (o.Period.IsZero() || o.Period == earlier.Period) {
		earlier.File, earlier.Status = s.Name, delivery.Known
		held := earlier.New + earlier.Superseding + earlier.Unchanged + earlier.Earlier
		earlier.Counts = delivery.Counts{Skipped: earlier.Accepted + earlier.Skipped, Unchanged: held}
		return (&listening{}).report(earlier), nil
	}
	d := delivery.Delivery{
		File: s.Name, SHA256: s.sha256, Size: s.Size, Tenant: o.Tenant, By: o.By, Via: o.Via,
		Received: l.Now(), SaidSource: o.Source, SaidPeriod: o.Period,
	}
	if s.over {
		return l.quarantine(ctx, d, unrecognised(tooLarge(s.Size, l.Limits)), o.Dry)
	}
	if s.nested {
		r := refuse(CodeNested, "an archive inside an archive", "files inside an archive", "unpack the inner archive and load its files")
		return l.quarantine(ctx, d, unrecognised(r), o.Dry)
	}
	return l.accept(ctx, l.Sources, s.File, d, o.Dry)
}

// accept recognises, parses and hands over. What can't be read is handed over
// too, as a delivery in quarantine.
func (l *Loader) accept(ctx context.Context, sources *Sources, f File, d delivery.Delivery, dry bool) (Report, error) {
	found, err := sources.Recognise(ctx, f, Said{d.SaidSource, d.SaidPeriod}, l.Limits)
	if err != nil {
		return l.quarantine(ctx, d, err, dry)
	}
	d.Source, d.Version, d.Shape = found.Source.ID, found.Source.Version, found.Shape()
	d.Period, d.Published, d.Mapping = found.Period, found.Published, found.Source.Text
	if l.Indicators != nil {
		d.Undefined = map[indicator.ID][]indicator.ID{} // filled while the file is read, before the delivery is recorded
		found.Undefined = undefinedIn(l.Indicators, d.Undefined)
		d.Forms = map[indicator.ID]indicator.Form{} // likewise
		found.Form = formsIn(l.Indicators, d.Forms)
	}
	ears := &listening{now: l.Now()}
	done, err := l.Memory.Accept(ctx, d, ears.to(found.Parse(ctx)), dry)
	if err != nil {
		return l.quarantine(ctx, d, err, dry)
	}
	return ears.report(done), nil
}

// quarantine keeps a file which could not be read, with the reasons. Errors that
// aren't about the file are returned.
func (l *Loader) quarantine(ctx context.Context, d delivery.Delivery, err error, dry bool) (Report, error) {
	var why *Unrecognised
	if !errors.As(err, &why) {
		return Report{}, fmt.Errorf("load %s: %w", d.File, err)
	}
	d.Status = why.Status
	if d.Source == "" {
		d.Source = why.Source
	}
	ears := &listening{}
	done, err := l.Memory.Accept(ctx, d, ears.to(refusalsOnly(why.Refusals)), dry)
	if err != nil {
		return Report{}, fmt.Errorf("keep %s in quarantine: %w", d.File, err)
	}
	if dry {
		done.Status = why.Status
	}
	return ears.report(done), nil
}

// Correction is what releases a delivery from quarantine or waiting.
type Correction struct {
	Mapping []byte          // a corrected source definition, YAML; nil keeps those in force
	Source  string          // or the source that it is
	Period  calendar.Period // or the period that it is for
	By      string
	Dry     bool
}

// Release reads a file from the archive again with what a person has
// corrected. The new delivery has the same bytes; the old one stays as it was.
func (l *Loader) Release(ctx context.Context, held delivery.Delivery, c Correction) (Report, error) {
	sources, source := l.Sources, c.Source
	if c.Mapping != nil {
		s, err := parseMapping(c.Mapping)
		if err != nil {
			return Report{}, err
		}
		sources, source = &Sources{list: []*Source{s}, byID: map[string]*Source{s.ID: s}}, s.ID
	}
	body, err := l.Memory.OpenArchived(ctx, held.SHA256)
	if err != nil {
		return Report{}, fmt.Errorf("open the archived %s: %w", held.File, err)
	}
	defer body.Close()
	d := delivery.Delivery{
		File: held.File, SHA256: held.SHA256, Size: held.Size, Tenant: held.Tenant, By: c.By, Via: held.Via,
		Received: l.Now(), SaidSource: source, SaidPeriod: c.Period,
	}
	if d.SaidPeriod.IsZero() {
		d.SaidPeriod = held.SaidPeriod
	}
	if d.SaidSource == "" {
		d.SaidSource = held.SaidSource
	}
	return l.accept(ctx, sources, File{held.File, held.Size, readerAt(body)}, d, c.Dry)
}

// parseMapping reads a source definition that came without a file name.
func parseMapping(text []byte) (*Source, error) {
	id, err := sourceID(text)
	if err != nil {
		return nil, err
	}
	return ParseSource(id+".yaml", text)
}

// Reparse gives the items of a delivery again, identical to those that were
// accepted: from its bytes, the definition kept with it, and what was said.
func Reparse(ctx context.Context, d delivery.Delivery, body io.ReadSeeker) iter.Seq2[delivery.Item, error] {
	return func(yield func(delivery.Item, error) bool) {
		s, err := parseMapping(d.Mapping)
		if err == nil && s.Version != d.Version {
			err = fault.New(fault.Damaged, "delivery %s was read with version %s of %s, but %s is kept with it", d.ID, d.Version, d.Source, s.Version)
		}
		if err != nil {
			yield(delivery.Item{}, err)
			return
		}
		sources := &Sources{list: []*Source{s}, byID: map[string]*Source{s.ID: s}}
		found, err := sources.Recognise(ctx, File{d.File, d.Size, readerAt(body)}, Said{s.ID, d.SaidPeriod}, DefaultLimits)
		if err != nil {
			yield(delivery.Item{}, fault.Wrap(fault.Damaged, err, "delivery %s can't be read again", d.ID))
			return
		}
		found.Undefined = func(id indicator.ID) ([]indicator.ID, bool) {
			near, undefined := d.Undefined[id]
			return near, undefined
		}
		found.Form = func(id indicator.ID) (indicator.Form, bool) {
			f, ok := d.Forms[id]
			return f, ok
		}
		for item, err := range found.Parse(ctx) {
			if !yield(item, err) {
				return
			}
		}
	}
}
