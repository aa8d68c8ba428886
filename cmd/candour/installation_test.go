package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candour/internal/org"
	"candour/internal/record"
)

// installation is a data folder whose commissioner QAA buys from the trust RAA, and
// a folder for files, as a person at the command line has them.
type installation struct {
	t    *testing.T
	dir  string
	data string
}

func installed(t *testing.T) installation {
	t.Helper()
	in := installation{t: t, dir: t.TempDir()}
	in.data = filepath.Join(in.dir, "data")
	h, err := openHouse(context.Background(), StoreFlags{Data: in.data})
	if err != nil {
		t.Fatal(err)
	}
	if err := closing(h, recordAlpha(context.Background(), h)); err != nil {
		t.Fatal(err)
	}
	return in
}

// recordAlpha records the trust RAA, which QAA buys from.
func recordAlpha(ctx context.Context, h *House) error {
	e, err := record.New(record.OrganisationRecorded, "organisation/RAA", "", operator, org.Organisation{Code: "RAA", Name: "Alpha", Role: org.Trust, System: "QAA"})
	if err != nil {
		return err
	}
	_, err = h.Store.Record(ctx, e)
	return err
}

// write puts a file into the folder and returns its path.
func (in installation) write(name, text string) string {
	in.t.Helper()
	file := filepath.Join(in.dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		in.t.Fatal(err)
	}
	return file
}

// command runs a command on the data folder, and returns its exit code and all it said.
func (in installation) command(args ...string) (code int, said string) {
	var out bytes.Buffer
	code = run(&Env{Ctx: context.Background(), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}, append(args, "--data", in.data))
	return code, out.String()
}
