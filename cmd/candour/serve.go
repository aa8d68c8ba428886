package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/intake"
	"candour/internal/web"
)

// ServeCmd serves the pages.
type ServeCmd struct {
	StoreFlags
	ServeFlags
	LogFormat string `name:"log-format" help:"How the log is written: text or json." enum:"text,json" default:"text"`
}

// ServeFlags say how the pages are served.
type ServeFlags struct {
	Addr         string `help:"Address to listen on; port 0 picks a free one." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Secure       bool   `help:"Browsers reach the pages over https (a proxy in front holds the certificate): cookies are bound to the host and https."`
	Proxied      bool   `help:"A proxy in front names the browser's address in X-Forwarded-For."`
	Metrics      bool   `help:"Answer /metrics to other machines too, not only to this one."`
	Folder       string `help:"Load files that are put into this folder, and test what they bring." placeholder:"DIR"`
	FolderTenant string `name:"folder-tenant" help:"The commissioner whose signals are taken from that folder; figures there are published data all the same." placeholder:"CODE"`
	MailFolderFlags
	MailFlags
}

// Help shows examples.
func (ServeCmd) Help() string {
	return `Serves the pages until it is interrupted; then it finishes what it has begun. Where
no account exists it prints a one-time link by which the first administrator
begins. GET /healthz answers 200 when ready; GET /metrics is for Prometheus.

Each flag can be set by an environment variable: CANDOUR_ADDR, CANDOUR_DATA, …

Examples:

  candour serve
  candour serve --data /srv/candour --addr 0.0.0.0:8080 --secure --proxied
  candour serve --folder /srv/incoming --folder-tenant QHL
  candour serve --mail-folder /srv/mail-in --mail-tenant QHL --mail-provider RXX
  candour serve --smtp smtp://candour@mail.example.org --smtp-password-file /etc/candour/smtp --mail-from candour@example.org --site-address https://candour.example.org
  CANDOUR_STORE=postgres://candour@db/candour candour serve --log-format json
`
}

// Run serves until the context ends.
func (c *ServeCmd) Run(env *Env) error {
	h, err := openHouse(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	return closing(h, h.serve(env.Ctx, c.ServeFlags, newLog(env.Stderr, c.LogFormat), func(address string, pages *web.Server) error {
		return announce(env, address, pages)
	}))
}

// newLog is a structured log.
func newLog(w io.Writer, format string) *slog.Logger {
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// announce prints where the pages are and, where nobody can sign in yet, the first
// administrator's one-time link.
func announce(env *Env, address string, pages *web.Server) error {
	link, err := pages.FirstLink(env.Ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(env.Stdout, "Candour serves %s\n", address)
	if link != "" {
		fmt.Fprintf(env.Stdout, "There is no account yet. First administrator, within 24 hours and once: %s%s\n", address, link)
	}
	return nil
}

// Limits of the server. A request's headers and an ordinary body must come within
// these times; handlers of uploads lift the limit on theirs.
const (
	headerTime   = 10 * time.Second
	bodyTime     = time.Minute
	answerTime   = 5 * time.Minute
	idleTime     = 2 * time.Minute
	headerBytes  = 64 << 10
	farewellTime = 30 * time.Second // for what was begun before the interrupt
	sightsEvery  = 2 * time.Second
	tendEvery    = 15 * time.Minute // alerts that nobody opened go up a level
)

// clockSlack is how far the machine's clock may be behind the memory without a word.
const clockSlack = time.Minute

// warnOfClock says when the machine's clock is behind the newest entry: it was ahead when
// that was made, or is wrong now. Entries keep their order and the last instant meanwhile.
func (h *House) warnOfClock(ctx context.Context, log *slog.Logger) error {
	_, last, err := h.Store.Head(ctx)
	if behind := last.Sub(h.Store.Now()); err == nil && behind > clockSlack {
		log.Warn("the machine's clock is behind the newest entry of the memory: set it. Nothing is lost; until it has caught up, entries keep that entry's instant",
			"clock", h.Store.Now().Format(time.RFC3339), "newest", last.Format(time.RFC3339), "behind", behind.Round(time.Second).String())
	}
	return err
}

// serve answers requests until ctx ends; ready is called once it listens.
func (h *House) serve(ctx context.Context, f ServeFlags, log *slog.Logger, ready func(address string, pages *web.Server) error) (err error) {
	defer collectSeldom()()
	if err := h.warnOfUndefined(ctx, log); err != nil {
		return err
	}
	if err := h.warnOfClock(ctx, log); err != nil {
		return err
	}
	tick := time.NewTicker(sightsEvery)
	defer tick.Stop()
	post, err := h.postman(f.MailFlags, log)
	if err != nil {
		return err
	}
	notice, err := h.notice(ctx)
	if err != nil {
		return err
	}
	pages, err := web.New(web.Config{
		Store: h.Store, Catalogue: h.Catalogue, Sources: h.Sources, Watcher: h.Watcher, Desk: h.Desk, Channels: h.Channels, Log: log,
		LoaderFor: func(sc access.Scope) web.Loader {
			return &intake.Loader{Sources: h.Sources, Memory: held{h.Store, sc}, Limits: intake.DefaultLimits, Now: h.Store.Now, Indicators: h.Catalogue, Signals: h.sorter(sc)}
		},
		Version: buildVersion(), Secure: f.Secure, Proxied: f.Proxied, Metrics: f.Metrics, Random: rand.Reader, Tick: tick.C, Mail: mailStatus(post),
		Notice: notice,
	})
	if err != nil {
		return err
	}
	defer func() {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewellTime)
		defer cancel()
		err = errors.Join(err, pages.Close(bounded))
	}()
	if f.Folder != "" {
		looks := time.NewTicker(folderEvery)
		defer looks.Stop()
		wait, err := h.watchFolder(ctx, f.Folder, f.FolderTenant, log, looks.C)
		if err != nil {
			return err
		}
		defer wait()
	}
	tends := time.NewTicker(tendEvery)
	defer tends.Stop()
	defer h.tendAlerts(ctx, log, tends.C)()
	follows := time.NewTicker(followEvery)
	defer follows.Stop()
	defer h.follow(ctx, log, follows.C)()
	if f.MailFolder != "" {
		mail, err := newMailFolder(h, f.MailFolderFlags, post, log)
		if err != nil {
			return err
		}
		defer mail.begin(ctx)()
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.Addr)
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "listen on %s", f.Addr)
	}
	defer deliverMail(ctx, post)()
	return answerRequests(ctx, listener, pages, log, func() error { return ready("http://"+listener.Addr().String(), pages) })
}

// answerRequests serves what listens until ctx ends, and then lets what was begun end
// within farewellTime; ready is called once it answers.
func answerRequests(ctx context.Context, listener net.Listener, pages http.Handler, log *slog.Logger, ready func() error) error {
	server := &http.Server{
		Handler: pages, ReadHeaderTimeout: headerTime, ReadTimeout: bodyTime, WriteTimeout: answerTime, IdleTimeout: idleTime,
		MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	if err := ready(); err != nil {
		return errors.Join(err, server.Close())
	}
	select {
	case err := <-failed:
		return fault.Wrap(fault.Unavailable, err, "serve")
	case <-ctx.Done():
	}
	log.Info("stopping")
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewellTime)
	defer cancel()
	if err := server.Shutdown(bounded); err != nil {
		return errors.Join(fault.Wrap(fault.Unavailable, err, "finish what was begun"), server.Close())
	}
	return nil
}

// tendAlerts does what is due of itself about alerts, at once and at each tick, until
// ctx ends; the function that it returns waits for that.
func (h *House) tendAlerts(ctx context.Context, log *slog.Logger, tick <-chan time.Time) (wait func()) {
	inner, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			if err := h.Watcher.Tend(inner); err != nil && inner.Err() == nil {
				log.Error("alerts were not tended; the next try is in a quarter of an hour", "error", err)
			}
			select {
			case <-tick:
			case <-inner.Done():
				return
			}
		}
	}()
	return func() {
		stop()
		<-done
	}
}
