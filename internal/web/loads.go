package web

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/intake"
)

// loads is the uploads and releases that go on in the background, or ended lately.
// They are progress, not memory: what a load took is in the ledger, and a load
// that dies with the program leaves nothing half done.
type loads struct {
	mu   sync.Mutex
	list []*load    // oldest first
	turn sync.Mutex // one load reads at a time; there is one writer anyway
}

// load is one upload or release.
type load struct {
	id      string
	account access.AccountID
	scope   access.Scope
	made    time.Time
	dir     string // of the files, until they are loaded or put aside; "" when there are none
	options intake.Options
	release func(context.Context, Loader) (intake.Report, error) // nil for an upload

	mu    sync.Mutex
	state loadState
	files []loadFile
	diff  string // what the watch found
	fault string // why it stopped, for the reader
}

// loadState is how far a load has come.
type loadState string

const (
	loadReading  loadState = "reading"  // it is being looked at, or loaded
	loadLooked   loadState = "looked"   // looked at; a person is to say whether to load it
	loadWatching loadState = "watching" // loaded; the series that it touched are being tested
	loadDone     loadState = "done"
	loadStopped  loadState = "stopped"
	loadAside    loadState = "aside" // put aside by the person
)

// loadFile is one file of a load.
type loadFile struct {
	name    string
	size    int64
	path    string
	reports []intake.Report // empty while it waits
	done    bool
}

// Bounds on what is remembered, and on what one person may have going.
const (
	loadsKept   = 100
	loadsAtOnce = 4
	filesAtOnce = 200
	lookedLives = time.Hour // files that were looked at and not loaded are then put aside
	nameBytes   = 200
	fieldBytes  = 64 << 10
)

func newLoads() *loads { return &loads{} }

// add remembers a load, or refuses it when its account has too many going.
func (l *loads) add(x *load, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	going := 0
	for _, y := range l.list {
		y.expire(now)
		if y.account == x.account && !y.ended() {
			going++
		}
	}
	if going >= loadsAtOnce {
		return fault.New(fault.TooMany, "%d of your loads have not ended; wait for one of them", going)
	}
	l.list = append(l.list, x)
	if over := len(l.list) - loadsKept; over > 0 {
		l.list = slices.DeleteFunc(l.list, func(y *load) bool {
			if over > 0 && y.ended() {
				over--
				return true
			}
			return false
		})
	}
	return nil
}

// find is a load of the viewer's own.
func (l *loads) find(r *request, id string) (*load, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.list {
		if x.id == id && x.account == r.viewer.Account && x.scope.Tenant == r.tenant {
			return x, nil
		}
	}
	return nil, fault.New(fault.NotFound, "this load is not known any more; what it took stands under deliveries")
}

// mine is the viewer's loads, newest first.
func (l *loads) mine(r *request) (out []*load) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range slices.Backward(l.list) {
		if x.account == r.viewer.Account && x.scope.Tenant == r.tenant {
			out = append(out, x)
		}
	}
	return out
}

func (x *load) ended() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.state == loadDone || x.state == loadStopped || x.state == loadAside
}

// expire puts aside what was looked at long ago.
func (x *load) expire(now time.Time) {
	x.mu.Lock()
	old := x.state == loadLooked && now.Sub(x.made) > lookedLives
	x.mu.Unlock()
	if old {
		x.putAside()
	}
}

// putAside removes the files of a load that was looked at; it reports whether
// there was anything to put aside.
func (x *load) putAside() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.state != loadLooked {
		return false
	}
	x.state = loadAside
	x.clear()
	return true
}

// putAside removes the files of every load that was only looked at.
func (l *loads) putAside() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.list {
		x.putAside()
	}
}

// clear removes the files. x.mu is held.
func (x *load) clear() {
	if x.dir != "" {
		_ = os.RemoveAll(x.dir) // the system clears its temporary folder
		x.dir = ""
	}
}

// take begins loading what was looked at; it reports whether it was its turn.
func (x *load) take() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.state != loadLooked {
		return false
	}
	x.state = loadReading
	for i := range x.files {
		x.files[i].done, x.files[i].reports = false, nil
	}
	return true
}

// snapshot is the load as it stands, safe to read.
type snapshot struct {
	state       loadState
	files       []loadFile
	diff, fault string
	looking     bool
}

func (x *load) snapshot() snapshot {
	x.mu.Lock()
	defer x.mu.Unlock()
	return snapshot{x.state, slices.Clone(x.files), x.diff, x.fault, x.options.Dry}
}

// newLoad is a load of the viewer's with an id that can't be guessed.
func (s *Server) newLoad(r *request) (*load, error) {
	var b [8]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "draw the id of a load")
	}
	return &load{id: hex.EncodeToString(b[:]), account: r.viewer.Account, scope: r.scope, made: s.now(), state: loadReading}, nil
}

// start runs a load in the background.
func (s *Server) start(x *load) {
	s.work.Go(func() {
		s.loads.turn.Lock()
		defer s.loads.turn.Unlock()
		defer func() {
			if p := recover(); p != nil {
				s.stopLoad(x, fmt.Errorf("panic: %v", p))
			}
		}()
		taken, err := s.readAll(x)
		if err != nil {
			s.stopLoad(x, err)
			return
		}
		if x.snapshot().looking {
			x.set(loadLooked)
			return
		}
		x.set(loadWatching)
		if err := s.watchAfter(x, taken); err != nil {
			s.stopLoad(x, err)
			return
		}
		x.mu.Lock()
		x.clear()
		x.state = loadDone
		x.mu.Unlock()
	})
}

func (x *load) set(state loadState) {
	x.mu.Lock()
	x.state = state
	x.mu.Unlock()
}

// readAll reads the files of a load, one after the other, and reports whether
// anything was taken.
func (s *Server) readAll(x *load) (taken bool, err error) {
	loader := s.LoaderFor(x.scope)
	x.mu.Lock()
	n, options := len(x.files), x.options
	x.mu.Unlock()
	for i := range n {
		x.mu.Lock()
		f := x.files[i]
		x.mu.Unlock()
		var reports []intake.Report
		if x.release != nil {
			var report intake.Report
			report, err = x.release(s.ctx, loader)
			reports = []intake.Report{report}
		} else {
			reports, err = loadOne(s.ctx, loader, f, options)
		}
		if err != nil {
			return taken, err
		}
		for _, r := range reports {
			taken = taken || r.Accepted > 0 && r.Status != delivery.Known
		}
		x.mu.Lock()
		x.files[i].reports, x.files[i].done = reports, true
		x.mu.Unlock()
	}
	return taken, nil
}

func loadOne(ctx context.Context, loader Loader, f loadFile, o intake.Options) ([]intake.Report, error) {
	file, err := os.Open(f.path)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "open what was sent")
	}
	defer file.Close() //nolint:errcheck // it was only read
	return loader.LoadFile(ctx, f.name, file, o)
}

// watchAfter tests what a load may have changed.
func (s *Server) watchAfter(x *load, taken bool) error {
	words := "Nothing new was taken, so nothing was tested."
	if taken {
		diff, _, err := s.Watcher.Run(s.ctx)
		if err != nil {
			return err
		}
		words = fmt.Sprintf("Every series was tested again: %s began, %s ended.", count(len(diff.Began), "finding", "findings"), number(len(diff.Ended)))
	}
	x.mu.Lock()
	x.diff = words
	x.mu.Unlock()
	return nil
}

// stopLoad ends a load that failed. What it took before stays.
func (s *Server) stopLoad(x *load, err error) {
	message := messageOf(err)
	switch fault.KindOf(err) {
	case fault.Internal, fault.Damaged, fault.Unavailable:
		reference := s.reference()
		s.Log.Error("load stopped", "reference", reference, "error", err.Error())
		message = "This file couldn’t be read to its end for a reason of ours. Files before it are loaded; of this one nothing was. Reference " + reference + "."
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.clear()
	x.state, x.fault = loadStopped, message
}

// spool writes one part of an upload to the load's folder.
func (x *load) spool(name string, r io.Reader) error {
	if x.dir == "" {
		dir, err := os.MkdirTemp("", "candour-page-*")
		if err != nil {
			return fault.Wrap(fault.Unavailable, err, "make a temporary folder")
		}
		x.dir = dir
	}
	if len(x.files) == filesAtOnce {
		return fault.New(fault.TooLarge, "at most %d files can be sent at once; put them into a zip", filesAtOnce)
	}
	path := filepath.Join(x.dir, fmt.Sprintf("%04d", len(x.files)))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "keep what was sent")
	}
	n, err := io.Copy(f, r)
	if e := f.Close(); err == nil && e != nil {
		err = fault.Wrap(fault.Unavailable, e, "keep what was sent")
	}
	if err != nil {
		return err
	}
	x.files = append(x.files, loadFile{name: name, size: n, path: path})
	return nil
}
