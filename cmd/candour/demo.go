package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/demo"
	"candour/internal/fault"
	"candour/internal/intake"
	"candour/internal/web"
)

// DemoCmd starts Candour on a synthetic health economy.
type DemoCmd struct {
	Data      string `help:"Folder of the embedded store; ${default} unless said." default:"./candour-data" placeholder:"DIR"`
	Addr      string `help:"Address to listen on; port 0 picks a free one." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	NoBrowser bool   `help:"Don't open a browser."`
	Seed      uint64 `help:"Another number makes another economy, with the same stories." default:"1"`
}

// Help shows examples.
func (DemoCmd) Help() string {
	return `Makes an invented health economy of three commissioners and some thirty providers,
writes its files as publishers do to DIR/demo-files, loads them as it would load
yours, tests every series, prints a one-time sign-in link for each demonstration
user, and serves the pages until it is interrupted. Run again on the same folder it
serves what is there and prints new links. docs/demo.md tells the stories to find.

A folder that holds anything else is refused.

Examples:

  candour demo
  candour demo --data /tmp/demo --addr 127.0.0.1:0 --no-browser
`
}

// demoLink is how long the printed links can be used.
const demoLink = 24 * time.Hour

// Run makes the economy where there is none, and serves it.
func (c *DemoCmd) Run(env *Env) error {
	d, err := c.begin(env)
	if err != nil {
		return err
	}
	return closing(d.house, c.run(env, d.house, d.users))
}

func (c *DemoCmd) run(env *Env, h *House, users []user) error {
	log := slog.New(slog.NewTextHandler(env.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	return h.serve(env.Ctx, ServeFlags{Addr: c.Addr}, log, func(address string, _ *web.Server) error {
		first, err := c.sayLinks(env, h, address, users)
		if err == nil && !c.NoBrowser {
			openBrowser(env.Ctx, env.Stderr, first)
		}
		return err
	})
}

// user is somebody to sign in as.
type user struct {
	id   access.AccountID
	name string
}

// begun is a demonstration that is open: the store by a clock that can be set, what
// it is filled with, and who can sign in.
type begun struct {
	house   *House
	clock   *setClock
	economy demo.Economy
	users   []user
}

// begin opens the store and fills it where that has not been done.
func (c *DemoCmd) begin(env *Env) (*begun, error) {
	d := &begun{clock: &setClock{}}
	d.economy = demo.Economy{Seed: c.Seed, Day: d.clock.Now().UTC().Truncate(time.Microsecond)}
	if err := c.recall(&d.economy); err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(c.Data, "candour.db")); os.IsNotExist(err) {
		d.clock.set(d.economy.Moments()[0]) // from the first entry on
	}
	var err error
	if d.house, err = openHouseBy(env.Ctx, StoreFlags{Data: c.Data}, d.clock.Now); err != nil {
		return nil, err
	}
	if err := c.prepare(env, d); err != nil {
		return nil, closing(d.house, err)
	}
	return d, nil
}

// prepare fills the store where that has not been done, and lets its clock go.
func (c *DemoCmd) prepare(env *Env, d *begun) error {
	defer d.clock.set(time.Time{})
	accounts, err := d.house.Store.HasAccounts(env.Ctx)
	if err != nil {
		return err
	}
	if err := c.recall(&d.economy); err != nil {
		return err
	}
	list := d.economy.Accounts()
	if accounts {
		if _, err := d.house.Store.Viewer(env.Ctx, list[0].ID); err != nil {
			return c.foreign()
		}
	}
	last, _, err := d.house.Store.LastWatch(env.Ctx, everything())
	if err != nil {
		return err
	}
	if last.Instant.Before(d.economy.Day) {
		if err := c.fill(env, d, last.Instant, accounts); err != nil {
			return err
		}
	}
	d.users = make([]user, len(list))
	for i, a := range list {
		d.users[i] = user{a.ID, a.Name}
	}
	return nil
}

// notice is what the memory says of itself where it is a demonstration.
func (h *House) notice(ctx context.Context) (string, error) {
	text, err := h.Store.DefinitionText(ctx, demo.NoticeSort, demo.NoticeID, demo.NoticeVersion)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return text, err
}

func (c *DemoCmd) foreign() error {
	return fault.New(fault.Refused, "%s holds something other than a demonstration; name another folder with --data", c.Data)
}

// files is the folder in which the economy's files are written.
func (c *DemoCmd) files() string { return filepath.Join(c.Data, "demo-files") }

// recall gives the economy the seed and day with which it was begun, so that a
// start that was broken off goes on with the same files.
func (c *DemoCmd) recall(e *demo.Economy) error {
	name := filepath.Join(c.files(), "economy.json")
	text, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(text, e)
	}
	return fault.Wrap(fault.Unavailable, err, "read %s", name)
}

// load loads one file as a person would, and holds the quarantine against what the
// file was made to have.
func (c *DemoCmd) load(ctx context.Context, h *House, f demo.File) error {
	o := intake.Options{Period: f.Period, Tenant: f.Tenant, By: string(operator), Via: "demo"}
	for report, err := range h.Loader.LoadPaths(ctx, []string{filepath.Join(c.files(), filepath.FromSlash(f.Name))}, o) {
		if err != nil {
			return err
		}
		made := delivery.Accepted
		if f.Rows > 0 {
			made = delivery.Partly
		}
		if report.Status != delivery.Known && (report.Quarantined != f.Rows || report.Status != made) {
			return fault.New(fault.Internal, "%s is %s with %d rows in quarantine, and was made to be %s with %d: %v", f.Name, report.Status, report.Quarantined, made, f.Rows, report.Messages)
		}
	}
	return nil
}

// sayLinks prints where the pages are and a new one-time link for each user. It
// gives the first, which is whom the browser is opened for.
func (c *DemoCmd) sayLinks(env *Env, h *House, address string, users []user) (string, error) {
	fmt.Fprintf(env.Stdout, "Candour serves %s with an invented health economy; docs/demo.md tells its stories.\nSign in as (each link works once, for 24 hours):\n", address)
	first := ""
	for _, u := range users {
		token, err := h.Store.MakeLink(env.Ctx, u.id, demoLink)
		if err != nil {
			return "", err
		}
		link := address + "/sign-in/link/" + token
		if u.name == demo.Greeted {
			first = link
		}
		fmt.Fprintf(env.Stdout, "  %-34s %s\n", u.name, link)
	}
	return first, nil
}

// isTerminal reports whether a person watches w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// openBrowser opens a page in the user's browser. Where there is none it says so;
// the link is printed anyway.
func openBrowser(ctx context.Context, say io.Writer, link string) {
	name, args := "xdg-open", []string{link}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", link}
	}
	if err := exec.CommandContext(ctx, name, args...).Start(); err != nil {
		fmt.Fprintf(say, "No browser could be opened (%v): open one of the links yourself.\n", err)
	}
}
