// Command candour is the quality-surveillance system of health-care
// commissioners: one binary which loads published and local data, watches every
// indicator of every provider, serves the pages, and proves its own memory.
//
// Run "candour --help" for the commands; each command's --help has examples.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"candour/internal/fault"
)

// CLI is the command line of candour: one field per command.
type CLI struct {
	Demo         DemoCmd         `cmd:"" help:"Start on an invented health economy, to look around."`
	Serve        ServeCmd        `cmd:"" help:"Serve the pages."`
	Invite       InviteCmd       `cmd:"" help:"Give somebody a role and print a one-time link."`
	Load         LoadCmd         `cmd:"" help:"Load files, folders and zips: recognise, archive, take or quarantine each row."`
	Watch        WatchCmd        `cmd:"" help:"Test everything again and print what changed."`
	Observations ObservationsCmd `cmd:"" help:"Write the values of one indicator, with their lineage."`
	Watchlist    WatchListCmd    `cmd:"" help:"Write who should worry you, ranked, with why."`
	Alerts       AlertsCmd       `cmd:"" help:"Write the alerts and what became of them."`
	Findings     FindingsCmd     `cmd:"" help:"Write what the statistics say."`
	Signals      SignalsCmd      `cmd:"" help:"Soft intelligence: list, load, erase."`
	Submissions  SubmissionsCmd  `cmd:"" help:"What providers assured us of: load."`
	Digest       DigestCmd       `cmd:"" help:"Print or send somebody's weekly digest or list of clocks."`
	Client       ClientCmd       `cmd:"" help:"Programs that may use the API: list, add, revoke."`
	Verify       VerifyCmd       `cmd:"" help:"Check the whole memory and archive."`
	Rebuild      RebuildCmd      `cmd:"" help:"Make all tables that pages read again from the memory."`
	Backup       BackupCmd       `cmd:"" help:"Write everything to one file, verified."`
	Restore      RestoreCmd      `cmd:"" help:"Fill an empty store from a backup."`
	Check        CheckCmd        `cmd:"" help:"Check every definition file."`

	Bench   BenchCmd   `cmd:"" help:"Measure the ranking of concern on simulated economies and on history."`
	Stat    StatCmd    `cmd:"" help:"Statistics as filters over CSV: SPC, funnels, CUSUM."`
	Version VersionCmd `cmd:"" help:"Print version, commit and build."`
}

// Env is what a command may touch of the outside world: its streams, and a
// context which ends on interrupt. Tests give their own.
type Env struct {
	Ctx    context.Context
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(&Env{Ctx: ctx, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}

// run parses args, runs the command that they name and returns the exit code:
// 0 all done, 1 done but something was quarantined, 2 refused or wrong usage,
// 3 failed.
func run(env *Env, args []string) (code int) {
	var cli CLI
	exited := -1
	parser, err := kong.New(&cli,
		kong.Name("candour"),
		kong.Description("Quality surveillance for health-care commissioners."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.PostBuild(nameVariables),
		kong.Writers(env.Stdout, env.Stderr),
		kong.Exit(func(c int) { exited = c }),
		kong.Bind(env),
	)
	if err != nil {
		fmt.Fprintf(env.Stderr, "candour: %v\n", err)
		return fault.ExitFailed
	}
	kctx, err := parser.Parse(args)
	if exited >= 0 { // --help has printed and asked to leave
		return exited
	}
	if err != nil {
		fmt.Fprintf(env.Stderr, "candour: %v\n", err)
		var wrong *kong.ParseError
		if errors.As(err, &wrong) {
			tellEnvironment(env.Stderr, wrong.Context)
		}
		fmt.Fprintln(env.Stderr, "Run \"candour --help\" for usage.")
		return fault.ExitRefused
	}
	if strings.HasPrefix(kctx.Command(), "stat ") {
		tellEnvironment(env.Stderr, kctx)
	}
	if err := kctx.Run(env); err != nil {
		var quiet fault.Exit
		if errors.As(err, &quiet) {
			return int(quiet)
		}
		if env.Ctx.Err() != nil {
			fmt.Fprintln(env.Stderr, "candour: stopped on request before all was done; what was said to be accepted is kept whole, the rest is as it was")
			return fault.ExitFailed
		}
		fmt.Fprintf(env.Stderr, "candour: %v\n", err)
		tellEnvironment(env.Stderr, kctx)
		if fault.Is(err, fault.Unavailable) {
			fmt.Fprintln(env.Stderr, "Nothing that was said to be done is lost, and nothing is half done. Put right what did not answer (the disk, the database), and run the command again.")
		}
		return fault.ExitCode(err)
	}
	return fault.ExitDone
}
