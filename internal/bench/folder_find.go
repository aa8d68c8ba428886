package bench

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"candour/internal/fault"
)

// folderFiles are the files of an economy in the order in which they are read:
// each names things that the next ones speak of.
var folderFiles = []string{fileEconomy, fileProviders, fileStreams, fileObservations, fileReports, fileTruth}

// Folders lists the economies under dir: dir itself when it holds economy.csv,
// else its sub-folders that do, by name. A folder that holds other files of an
// economy and not that one is refused: its economy would be missing unseen.
func Folders(dir string) ([]string, error) {
	if dir == "" {
		return nil, fault.New(fault.Invalid, "the folder of economies has no name: the one at hand is called .")
	}
	own, err := holdsEconomy(dir)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fault.Wrap(fault.NotFound, err, "look for economies")
	}
	var found []string
	for _, entry := range entries { // by name
		sub := filepath.Join(dir, entry.Name())
		if info, err := os.Stat(sub); err != nil || !info.IsDir() {
			continue
		}
		holds, err := holdsEconomy(sub)
		if err != nil {
			return nil, err
		}
		if holds {
			found = append(found, sub)
		}
	}
	switch {
	case own && len(found) > 0:
		return nil, fault.New(fault.Invalid, "%s holds an economy, and so does its sub-folder %s: give the folder of one economy, or one that holds nothing but folders of economies", dir, filepath.Base(found[0]))
	case own:
		return []string{dir}, nil
	case len(found) == 0:
		return nil, fault.New(fault.NotFound, "no economy in %s: neither it nor a folder in it holds %s", dir, fileEconomy)
	}
	return found, nil
}

// holdsEconomy reports whether dir holds economy.csv, and refuses other files of
// an economy without it.
func holdsEconomy(dir string) (bool, error) {
	var others []string
	for _, name := range folderFiles {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			continue
		}
		if name == fileEconomy {
			return true, nil
		}
		others = append(others, name)
	}
	if len(others) > 0 {
		return false, fault.New(fault.Invalid, "%s holds %s and no %s: an economy begins with that file", dir, strings.Join(others, ", "), fileEconomy)
	}
	return false, nil
}

// ReadFolder reads an economy from a folder of the documented form. Every fault
// names file and line; what was passed over or left out is in its Notes.
func ReadFolder(dir string) (*Economy, error) {
	r := newReader(filepath.Base(dir))
	lines := map[string]func(c []string) error{
		fileEconomy: r.economy, fileProviders: r.providers, fileStreams: r.streams,
		fileObservations: r.observations, fileReports: r.reports, fileTruth: r.truth,
	}
	for _, name := range folderFiles {
		there, err := isFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		r.absent[name] = !there
	}
	for _, name := range folderFiles {
		path := filepath.Join(dir, name)
		var err error
		if r.absent[name] {
			err = r.without(name)
		} else {
			err = r.read(path, name, lines[name])
		}
		if err == nil {
			err = r.after(name)
		}
		if err != nil {
			return nil, fault.Wrap(fault.Invalid, err, "%s", path)
		}
	}
	e := r.eco
	slices.SortStableFunc(e.Rows, func(a, b Row) int { return cmp.Compare(a.Available, b.Available) })
	slices.SortStableFunc(e.Received, func(a, b Receipt) int { return cmp.Compare(a.Received, b.Received) })
	return e, nil
}

// isFile reports whether path is a file that can be read line by line.
func isFile(path string) (bool, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fault.Wrap(fault.NotFound, err, "open economy")
	case !info.Mode().IsRegular():
		return false, fault.New(fault.Invalid, "%s is not a file: a file with one header line must stand there", path)
	}
	return true, nil
}

func (r *reader) read(path, name string, line func(c []string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	unknown, err := readLines(f, headers[name], optional[name], line)
	for _, column := range unknown {
		r.note("%s: the column %q is not known and was passed over", name, column)
	}
	return errors.Join(err, f.Close())
}

// without says whether an economy can do without a file: indicators need no
// reports, voices no observations. Streams without their file are left out by
// afterStreams.
func (r *reader) without(name string) error {
	if name == fileReports || name == fileObservations {
		return nil
	}
	return fmt.Errorf("there is no such file: an economy needs %s, %s, %s and %s, and its observations, its reports or both", fileEconomy, fileProviders, fileStreams, fileTruth)
}
