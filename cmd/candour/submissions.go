package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/listen"
	"candour/internal/org"
)

// SubmissionsCmd is what providers assured their commissioner of.
type SubmissionsCmd struct {
	Load SubmissionsLoadCmd `cmd:"" help:"Load submissions from CSV files."`
}

// SubmissionsLoadCmd loads files of submissions.
type SubmissionsLoadCmd struct {
	StoreFlags
	TenantFlag
	Paths []string `arg:"" name:"path" help:"CSV files to load." type:"existingfile"`
	JSON  bool     `name:"json" help:"Write one JSON object a file instead of words."`
}

// Help shows examples and exit codes.
func (SubmissionsLoadCmd) Help() string {
	return `A row of the file is a statement; rows with the same provider, subject and day of
receipt are one submission, with who declared it to be true (docs/formats/submissions.md).
A submission one of whose rows can't be taken is not taken at all; each such row is named
with its reason. The same submission twice is known.

Exit codes: 0 all taken; 1 done, but rows were refused; 2 refused; 3 failed.

Examples:

  candour submissions load --tenant QHL assurances-2026-11.csv
  candour submissions load --tenant QHL assurances-*.csv --json
`
}

// largestSubmissions bounds one file of submissions, as the page does.
const largestSubmissions = 4 << 20

// submissionReport is what became of one file.
type submissionReport struct {
	File     string           `json:"file"`
	Taken    int              `json:"taken"`
	Known    int              `json:"known"`
	Refusals []listen.Refusal `json:"refusals,omitempty"`
}

// Run loads and says what became of each file.
func (c *SubmissionsLoadCmd) Run(env *Env) error {
	h, err := openHouse(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	return closing(h, c.load(env, h))
}

func (c *SubmissionsLoadCmd) load(env *Env, h *House) error {
	refused := false
	for _, name := range c.Paths {
		r, err := h.loadSubmissions(env.Ctx, c.scope(), name)
		if err != nil {
			return fault.Wrap(fault.KindOf(err), err, "load submissions from %s", name)
		}
		refused = refused || len(r.Refusals) > 0
		if err := c.say(env, r); err != nil {
			return err
		}
	}
	if refused {
		return fault.Exit(fault.ExitQuarantined)
	}
	return nil
}

// loadSubmissions loads one file for the scope's commissioner.
func (h *House) loadSubmissions(ctx context.Context, sc access.Scope, name string) (r submissionReport, err error) {
	r.File = name
	text, err := os.ReadFile(name)
	if err != nil {
		return r, fault.Wrap(fault.Unavailable, err, "read the file")
	}
	if len(text) > largestSubmissions {
		return r, fault.New(fault.TooLarge, "it has %d bytes, expected at most %d", len(text), largestSubmissions)
	}
	orgs, err := h.Store.Organisations(ctx, sc)
	if err != nil {
		return r, err
	}
	o := listen.LoadOptions{Received: h.Store.Now(), Known: func(c org.Code) bool {
		return slices.ContainsFunc(orgs, func(x org.Organisation) bool { return x.Code == c })
	}}
	list, refusals, err := h.Desk.ReadSubmissions(text, o)
	if err != nil {
		return r, err
	}
	r.Refusals = refusals
	held, err := h.Store.Submissions(ctx, sc, "")
	if err != nil {
		return r, err
	}
	r.Taken, r.Known, err = h.Desk.TakeSubmissions(ctx, sc, held, list)
	return r, err
}

func (c *SubmissionsLoadCmd) say(env *Env, r submissionReport) error {
	if c.JSON {
		return json.NewEncoder(env.Stdout).Encode(r)
	}
	_, err := fmt.Fprintf(env.Stdout, "%s\n  %s taken, %d known already, %s\n", r.File, plural(r.Taken, "submission", "submissions"), r.Known, plural(len(r.Refusals), "refusal", "refusals"))
	for i, x := range r.Refusals {
		if i == spoken {
			fmt.Fprintf(env.Stdout, "  and %d more; --json lists them\n", len(r.Refusals)-spoken)
			break
		}
		fmt.Fprintf(env.Stdout, "  row %d, %s: found %q; expected %s. %s\n", x.Row, x.Field.Field, x.Field.Found, x.Field.Expected, x.Field.Advice)
	}
	return err
}
