package intake

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"candour/internal/fault"
)

// unpack takes an archive of several files apart; nil means that s is to be read
// as it is: no archive, an archive of one text file, or one that can't be opened
// (which reading it will say).
func (l *Loader) unpack(ctx context.Context, s *staged, o Options) ([]*staged, error) {
	members, err := Members(s.File, l.Limits)
	if err != nil {
		var r *refused
		if errors.As(err, &r) {
			return nil, nil
		}
		return nil, err
	}
	if len(members) == 0 || len(members) == 1 && isText(members[0]) {
		return nil, nil
	}
	var out []*staged
	for _, m := range members {
		inside, err := l.stageMember(ctx, s.Name, m, o)
		if err != nil {
			for _, done := range out {
				_ = done.close()
			}
			return nil, err
		}
		out = append(out, inside)
	}
	return out, l.arrange(ctx, out, o)
}

func (l *Loader) stageMember(ctx context.Context, archive string, m *zip.File, o Options) (*staged, error) {
	r, err := openMember(m, l.Limits)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "can't open %s in %s", m.Name, archive)
	}
	defer r.Close()
	s, err := l.stage(ctx, path.Join(archive, path.Join("/", m.Name)), r, int64(min(m.UncompressedSize64, math.MaxInt64)), o) // "../" leads nowhere in an archive
	if err != nil || s.over {
		return s, err
	}
	kind, err := sniff(s.File, l.Limits)
	s.nested = err == nil && kind == archiveFile
	return s, nil
}

// isText reports whether an archive's member is text and not a workbook or an
// archive of its own.
func isText(m *zip.File) bool {
	r, err := m.Open()
	if err != nil {
		return false
	}
	defer r.Close()
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		return true // shorter than any workbook
	}
	return string(head) != "PK\x03\x04" && string(head) != "\xd0\xcf\x11\xe0"
}

// arrange sorts files that were given together into the order in which they
// were published, as far as that can be known: a restated file must come after
// what it restates. By source and by layout as the definition lists them (first
// publications first), then by the day of publication where one is stated, then
// by name, in which "-revised" follows the plain name.
func (l *Loader) arrange(ctx context.Context, files []*staged, o Options) error {
	keys := map[*staged]orderKey{}
	for _, f := range files {
		k, err := l.orderOf(ctx, f.File, o)
		if err != nil {
			return err
		}
		keys[f] = k
	}
	slices.SortStableFunc(files, func(a, b *staged) int { return keys[a].compare(keys[b]) })
	return nil
}

type orderKey struct {
	source    string
	layout    int
	published time.Time
	name      string
}

func (k orderKey) compare(o orderKey) int {
	if c := cmp.Or(cmp.Compare(k.source, o.source), cmp.Compare(k.layout, o.layout)); c != 0 {
		return c
	}
	if k.published.IsZero() != o.published.IsZero() {
		if k.published.IsZero() {
			return 1
		}
		return -1
	}
	return cmp.Or(k.published.Compare(o.published), cmp.Compare(k.name, o.name))
}

// orderOf looks at a file's head only.
func (l *Loader) orderOf(ctx context.Context, f File, o Options) (orderKey, error) {
	k := orderKey{source: "~", name: stem(f.Name)}
	found, err := l.Sources.Recognise(ctx, f, Said{o.Source, o.Period}, l.Limits)
	if err != nil {
		var why *Unrecognised
		if errors.As(err, &why) {
			return k, nil
		}
		return k, err
	}
	k.source, k.published = found.Source.ID, found.Published
	k.layout = len(found.Source.Layouts)
	for i := range found.Source.Layouts {
		for _, t := range found.Tables {
			if t.Layout == &found.Source.Layouts[i] {
				k.layout = min(k.layout, i)
			}
		}
	}
	return k, nil
}

// LoadPaths loads files and folders, in the order of publication within each
// folder, and yields a report per file as it is done. A name that leads to no file
// that can be opened yields an error beside a report with the status Unread, and the
// others go on.
func (l *Loader) LoadPaths(ctx context.Context, paths []string, o Options) iter.Seq2[Report, error] {
	return func(yield func(Report, error) bool) {
		for _, p := range paths {
			files, err := l.list(ctx, p, o)
			if err != nil && !yield(unread(p, err), err) {
				return
			}
			for _, f := range files {
				reports, err := l.loadPath(ctx, f, o)
				for _, r := range reports {
					if !yield(r, nil) {
						return
					}
				}
				if err != nil && !yield(unread(f, err), err) {
					return
				}
			}
		}
	}
}

// list is the files under a path, arranged.
func (l *Loader) list(ctx context.Context, root string, o Options) ([]string, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, unopened(root, err)
	}
	switch {
	case info.Mode().IsRegular():
		return []string{root}, nil
	case !info.IsDir(): // reading a pipe or a device may never end
		return nil, fault.Wrap(fault.Invalid, &fs.PathError{Op: "load", Path: root, Err: errNoFile}, "can't load %s", root)
	}
	var files []string
	err = filepath.WalkDir(root, func(p string, e fs.DirEntry, err error) error {
		if err != nil { // loading it will say why
			files = append(files, p)
			return fs.SkipDir
		}
		hidden := strings.HasPrefix(e.Name(), ".") && p != root
		if e.IsDir() && hidden {
			return fs.SkipDir
		}
		if (e.Type().IsRegular() || linksToFile(p, e)) && !hidden {
			files = append(files, p)
		}
		return nil
	})
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, err, "can't list %s", root)
	}
	return files, l.arrangePaths(ctx, files, o)
}

// errNoFile is what is wrong with a pipe, a socket or a device.
var errNoFile = errors.New("it is neither a file nor a folder")

// linksToFile reports whether an entry of a folder is a link to a file, or one that
// leads nowhere, which loading it will say.
func linksToFile(path string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return false
	}
	info, err := os.Stat(path)
	return err != nil || info.Mode().IsRegular()
}

func (l *Loader) arrangePaths(ctx context.Context, files []string, o Options) error {
	keys := map[string]orderKey{}
	for _, p := range files {
		k, err := l.pathOrder(ctx, p, o)
		if err != nil {
			return err
		}
		keys[p] = k
	}
	slices.SortStableFunc(files, func(a, b string) int { return keys[a].compare(keys[b]) })
	return nil
}

func (l *Loader) pathOrder(ctx context.Context, p string, o Options) (orderKey, error) {
	f, err := os.Open(p)
	if err != nil {
		return orderKey{source: "~", name: stem(p)}, nil // loading it will say why
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return orderKey{}, fmt.Errorf("look at %s: %w", p, err)
	}
	return l.orderOf(ctx, File{p, info.Size(), f}, o)
}

func (l *Loader) loadPath(ctx context.Context, p string, o Options) ([]Report, error) {
	f, err := os.Open(p)
	if err != nil {
		return nil, unopened(p, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	return l.LoadFile(ctx, filepath.Base(p), f, o)
}

// unopened is why a name can't be opened, by one rule wherever it comes from, the command
// line or a folder: one that leads to no file, itself or by the link that it is, can't be
// found (exit code 2); a file that is there and can't be opened is unavailable (3).
func unopened(p string, err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ELOOP) {
		return fault.Wrap(fault.NotFound, err, "can't find %s", p)
	}
	return fault.Wrap(fault.Unavailable, err, "can't open %s", p)
}

// settled is what was seen of a file at the last look.
type settled struct {
	size    int64
	changed time.Time
	done    bool
}

// WatchFolder loads files that are put into a folder, until ctx ends. It looks
// at each tick. A file counts as whole when neither its size nor its time of
// change has moved since the look before; one that changes later is loaded again
// (its old bytes stay). Files are left where they are. Reports and errors go to
// tell.
func (l *Loader) WatchFolder(ctx context.Context, dir string, ticks <-chan time.Time, o Options, tell func(Report, error)) {
	seen := map[string]settled{}
	for {
		select {
		case <-ctx.Done():
			return
		case _, open := <-ticks:
			if !open {
				return
			}
			l.look(ctx, dir, seen, o, tell)
		}
	}
}

// look loads the files that have settled since the last look.
func (l *Loader) look(ctx context.Context, dir string, seen map[string]settled, o Options, tell func(Report, error)) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		tell(Report{File: dir}, fault.Wrap(fault.Unavailable, err, "can't look into the watched folder"))
		return
	}
	var ready []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || strings.HasPrefix(e.Name(), ".") || strings.HasSuffix(e.Name(), ".part") || strings.HasSuffix(e.Name(), ".crdownload") {
			continue
		}
		p := filepath.Join(dir, e.Name())
		now := settled{size: info.Size(), changed: info.ModTime()}
		before, had := seen[p]
		same := had && before.size == now.size && before.changed.Equal(now.changed)
		if same && before.done {
			continue
		}
		now.done = same
		seen[p] = now
		if same {
			ready = append(ready, p)
		}
	}
	if err := l.arrangePaths(ctx, ready, o); err != nil {
		tell(Report{File: dir}, err)
		return
	}
	for _, p := range ready {
		reports, err := l.loadPath(ctx, p, o)
		for _, r := range reports {
			tell(r, nil)
		}
		if err != nil {
			tell(Report{File: filepath.Base(p)}, err)
		}
	}
}
