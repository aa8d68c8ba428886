package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/store"
)

// VerifyCmd checks the whole memory and archive.
type VerifyCmd struct{ StoreFlags }

// Help shows examples.
func (VerifyCmd) Help() string {
	return `Reads every entry, body, tree hash, checkpoint and archived file, and names the
first thing that is wrong. Exit code 0: all as recorded; 3: damaged.

Examples:

  candour verify
  candour verify --data /srv/candour
`
}

// filesTold is after how many archived files verify says how far it has come.
const filesTold = 100

// Run verifies and says what it went through. It writes nothing: an entry appended to a
// damaged memory would be signed, and hide what is wrong.
func (c *VerifyCmd) Run(env *Env) error {
	s, err := openHeldBare(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	v, err := s.Verify(env.Ctx, func(v store.Verified) {
		if v.Files%filesTold == 0 {
			progress(env.Stderr, "verified %d entries, %d files", v.Entries, v.Files)
		}
	})
	if err == nil {
		fmt.Fprintf(env.Stdout, "All as recorded: %d entries, %d bodies, %d checkpoints, %d files of %d bytes. Root %s.\nPublic key %s\n",
			v.Entries, v.Bodies, v.Checkpoints, v.Files, v.Bytes, v.Root, s.PublicKey())
	}
	return closing(s, err)
}

// progress says how far long work has come, on the error stream so that output
// stays clean.
func progress(w io.Writer, format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// RebuildCmd makes all projections again from the memory.
type RebuildCmd struct {
	StoreFlags
	Force bool `help:"Keep the rebuilt projections even where they differ from those that were there."`
}

// Help shows examples.
func (RebuildCmd) Help() string {
	return `Empties every table that pages read and fills it again from the ledger and the
archived files, in one transaction, and compares the result byte for byte.

Example:

  candour rebuild
`
}

// Run rebuilds and says whether the result is the same.
func (c *RebuildCmd) Run(env *Env) error {
	s, err := openHeldBare(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	r, err := s.Rebuild(env.Ctx, c.Force, func(done, of int64) { progress(env.Stderr, "replayed %d of %d entries", done, of) })
	if err == nil {
		same := "the same, byte for byte"
		if r.Before != r.After {
			same = "different from those before, and kept as --force asked"
		}
		fmt.Fprintf(env.Stdout, "Replayed %d entries; the projections are %s. Digest %s.\n", r.Entries, same, r.After)
	}
	return closing(s, err)
}

// BackupCmd writes everything to one file.
type BackupCmd struct {
	StoreFlags
	File string `arg:"" help:"File to write; it must not exist."`
}

// Help shows examples.
func (BackupCmd) Help() string {
	return `The store stays in use meanwhile. The file is verified after writing. It holds
the keys and passwords of the store: keep it as safe.

Example:

  candour backup /backups/candour-2026-11-23.candour
`
}

// Run backs up.
func (c *BackupCmd) Run(env *Env) error {
	s, err := openHeldBare(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	v, err := s.Backup(env.Ctx, c.File)
	if err == nil {
		fmt.Fprintf(env.Stdout, "Backed up and verified: %d entries, %d files. Root %s.\n", v.Entries, v.Files, v.Root)
	}
	return closing(s, err)
}

// RestoreCmd fills an empty store from a backup.
type RestoreCmd struct {
	StoreFlags
	File string `arg:"" help:"Backup file to read."`
}

// Help shows examples.
func (RestoreCmd) Help() string {
	return `The store must be empty; the backup is verified before and after. A backup of
an embedded store restores into PostgreSQL and the other way round. When it fails,
no store is left behind where none was.

Examples:

  candour restore /backups/candour-2026-11-23.candour --data ./restored
  candour restore candour.backup --store postgres://candour@db/candour
`
}

// Run restores. The store is opened bare: installing definitions would fill it.
func (c *RestoreCmd) Run(env *Env) error {
	if _, err := os.Stat(c.File); err != nil {
		return fault.Wrap(fault.NotFound, err, "there is no backup %s", c.File)
	}
	made := c.absent()
	s, err := openBare(env.Ctx, c.StoreFlags)
	if err != nil {
		return errors.Join(err, removeMade(made))
	}
	err = s.Restore(env.Ctx, c.File)
	head, when, e := s.Head(env.Ctx)
	if err == nil {
		err = e
		fmt.Fprintf(env.Stdout, "Restored and verified: the memory ends with entry %d of %s.\n", head, moment(when))
	} else if c.Store != "" && !fault.Is(err, fault.Conflict) {
		left := "Nothing was restored: the database has Candour's tables, empty, and can be restored into again."
		if e != nil || head >= 0 {
			left = "The database may hold what was restored before that: empty it, or name another, before restoring again."
		}
		fmt.Fprintln(env.Stderr, left)
	}
	if e := s.Close(); err == nil {
		err = e
	}
	if err != nil {
		return errors.Join(err, removeMade(made))
	}
	return nil
}

// absent is what restoring would make of files and folders, innermost first: what isn't
// there yet. It is taken away again when restoring fails, since an empty store that
// nobody asked for would look like one that lost everything.
func (f StoreFlags) absent() (out []string) {
	if f.Store != "" {
		return nil
	}
	db := filepath.Join(f.Data, store.SQLiteFile)
	if _, err := os.Lstat(db); err == nil {
		return nil
	}
	out = []string{db + "-wal", db + "-shm", db}
	for dir := filepath.Clean(f.Data); !isDir(dir); dir = filepath.Dir(dir) {
		out = append(out, dir)
	}
	return out
}

// removeMade removes what absent listed. A folder that something else has been put into
// meanwhile stays.
func removeMade(list []string) (err error) {
	for _, p := range list {
		e := os.Remove(p)
		if e != nil && !errors.Is(e, os.ErrNotExist) && !errors.Is(e, syscall.ENOTEMPTY) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// CheckCmd checks every definition.
type CheckCmd struct {
	Definitions string `help:"Folder with your own definitions, checked with those that come with Candour." placeholder:"DIR"`
}

// Help shows examples.
func (CheckCmd) Help() string {
	return `Reads every definition file and lists what there is; a file that breaks a rule
is named with every rule that it breaks.

Examples:

  candour check
  candour check --definitions ./our-definitions
`
}

// Run checks and lists.
func (c *CheckCmd) Run(env *Env) error {
	places, err := definitionPlaces(c.Definitions)
	if err != nil {
		return err
	}
	catalogue, wrongIndicators := indicator.Load(places...)
	sources, wrong, wrongSources := checkSources(places, catalogue)
	lists, wrongLists := checkLists(places)
	if err := errors.Join(wrongIndicators, wrongSources, wrongLists); err != nil {
		return err
	}
	for _, id := range catalogue.IDs() {
		d := catalogue.Get(id)
		fmt.Fprintf(env.Stdout, "indicator  %-34s %s  %s; %s%s\n", id, d.Version, d.Name, heardAs(d), replaced(places, "indicators/"+string(id)+".yaml"))
	}
	for _, line := range sources {
		fmt.Fprintln(env.Stdout, line)
	}
	for _, line := range lists {
		fmt.Fprintln(env.Stdout, line)
	}
	if len(wrong) > 0 {
		for _, w := range wrong {
			fmt.Fprintln(env.Stderr, w)
		}
		return fault.New(fault.Invalid, "%d definitions are wrong", len(wrong))
	}
	fmt.Fprintf(env.Stdout, "%d indicators and %d sources are well formed.\n", len(catalogue.IDs()), len(sources))
	return nil
}
