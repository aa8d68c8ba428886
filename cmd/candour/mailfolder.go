package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/listen"
	"candour/internal/mail"
	"candour/internal/org"
)

// MailFolderFlags name the folder into which mail (or any file of signals) of one
// commissioner is put.
type MailFolderFlags struct {
	MailFolder   string `name:"mail-folder" help:"Take in e-mails (.eml) and other files of signals that are put into this folder." placeholder:"DIR"`
	MailTenant   string `name:"mail-tenant" help:"The commissioner whose signals they are." placeholder:"CODE"`
	MailProvider string `name:"mail-provider" help:"The provider of items that don't name one, such as e-mails." placeholder:"CODE"`
}

// mailFolder takes files of signals out of a folder. What was taken is moved into
// "taken" below it with a receipt beside it, what was refused or waits into "refused".
type mailFolder struct {
	house *House
	flags MailFolderFlags
	post  *mail.Postman // sends receipts to those who wrote; nil without a mail server
	log   *slog.Logger
	seen  map[string]fileState
}

// fileState tells whether a file has changed since the look before.
type fileState struct {
	size    int64
	changed time.Time
}

// newMailFolder makes the folders that are needed.
func newMailFolder(h *House, f MailFolderFlags, post *mail.Postman, log *slog.Logger) (*mailFolder, error) {
	if !isDir(f.MailFolder) {
		return nil, fault.New(fault.Invalid, "the folder of mail %s is not there", f.MailFolder)
	}
	if _, err := org.ParseCode(f.MailTenant); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "--mail-folder needs --mail-tenant, the commissioner whose mail it is")
	}
	for _, sub := range []string{"taken", "refused"} {
		if err := os.MkdirAll(filepath.Join(f.MailFolder, sub), 0o700); err != nil {
			return nil, fault.Wrap(fault.Unavailable, err, "make the folder %s", sub)
		}
	}
	return &mailFolder{h, f, post, log, map[string]fileState{}}, nil
}

// begin looks every few seconds until ctx ends or the function that it returns is
// called, which waits for a look that has begun.
func (m *mailFolder) begin(ctx context.Context) (end func()) {
	looks := time.NewTicker(folderEvery)
	looking, stop := context.WithCancel(ctx)
	var taking sync.WaitGroup
	taking.Go(func() { m.run(looking, looks.C) })
	return func() {
		stop()
		taking.Wait()
		looks.Stop()
	}
}

// run looks at each tick until ctx ends.
func (m *mailFolder) run(ctx context.Context, ticks <-chan time.Time) {
	for {
		select {
		case <-ctx.Done():
			return
		case _, open := <-ticks:
			if !open {
				return
			}
			m.look(ctx)
		}
	}
}

// scope is that of the commissioner whose mail it is.
func (m *mailFolder) scope() access.Scope {
	return access.Scope{Viewer: access.Operator(operator), Tenant: org.Code(m.flags.MailTenant), AsOf: access.Head}
}

// look takes the files that have not changed since the look before.
func (m *mailFolder) look(ctx context.Context) {
	entries, err := os.ReadDir(m.flags.MailFolder)
	if err != nil {
		m.log.Error("mail folder", "error", err.Error())
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || strings.HasPrefix(e.Name(), ".") || strings.HasSuffix(e.Name(), ".part") {
			continue
		}
		now := fileState{info.Size(), info.ModTime()}
		if before, had := m.seen[e.Name()]; !had || before != now {
			m.seen[e.Name()] = now
			continue
		}
		if err := m.take(ctx, e.Name()); err != nil {
			m.log.Error("mail folder", "error", err.Error()) // the file stays, and is tried at the next look
			continue
		}
		delete(m.seen, e.Name())
	}
}

// take takes one file in, writes its receipt, and moves it. The receipt is written
// once all is durable, and so is the order to send the sender theirs: a program that
// stops in between finds the file where it was, knows it, and goes on from there.
func (m *mailFolder) take(ctx context.Context, name string) error {
	sc := m.scope()
	from := filepath.Join(m.flags.MailFolder, name)
	r, err := m.house.loadSignals(ctx, sc, from, nil, listen.LoadOptions{Received: m.house.Store.Now(), Provider: org.Code(m.flags.MailProvider)}, "mail")
	if err != nil {
		return err
	}
	if m.post != nil && r.Mail() {
		if err := m.post.Acknowledge(ctx, sc.Tenant, r.Receipts...); err != nil {
			return err
		}
	}
	r.File = name
	sub := "taken"
	if len(r.Refusals) > 0 {
		sub = "refused"
	}
	to := filepath.Join(m.flags.MailFolder, sub, string(r.Delivery.ID)+"-"+name)
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fault.Wrap(fault.Internal, err, "write the receipt")
	}
	if err := os.WriteFile(to+".receipt.json", append(text, '\n'), 0o600); err != nil {
		return fault.Wrap(fault.Unavailable, err, "write the receipt")
	}
	if err := os.Rename(from, to); err != nil {
		return fault.Wrap(fault.Unavailable, err, "move the file")
	}
	m.log.Info("taken from the mail folder", "delivery", r.Delivery.ID, "status", r.Delivery.Status, "taken", r.Taken, "known", r.Known, "refusals", len(r.Refusals))
	return nil
}
