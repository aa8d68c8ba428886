package main

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"candour/internal/concern"
	"candour/internal/digest"
	"candour/internal/fault"
	"candour/internal/mail"
	"candour/internal/web"
)

// MailFlags say by which mail server messages are sent, and to where they link.
// Without a server no e-mail is sent, and the pages say so.
type MailFlags struct {
	SMTP             string `name:"smtp" help:"Mail server to send by: smtp://user@host:587?tls=starttls, smtps://user@host; tls is starttls, implicit or none. Without one no e-mail is sent." placeholder:"URL"`
	SMTPPasswordFile string `name:"smtp-password-file" help:"File with the mail server's password; or set CANDOUR_SMTP_PASSWORD." placeholder:"FILE"`
	MailFrom         string `name:"mail-from" help:"Whom e-mail comes from." placeholder:"ADDRESS"`
	SiteAddress      string `name:"site-address" help:"Address at which people reach the pages, for links in e-mail." placeholder:"URL"`
}

// passwordVariable holds the mail server's password where no file does. It is no
// flag, because other programs of the machine can see a program's flags.
const passwordVariable = "CANDOUR_SMTP_PASSWORD"

// sendEvery is how often the postman looks for what is due.
const sendEvery = 30 * time.Second

// sender is what the flags say; nil without a mail server.
func (f MailFlags) sender() (s *mail.Sender, site string, err error) {
	if f.SMTP == "" {
		if f.SMTPPasswordFile != "" || f.MailFrom != "" {
			return nil, "", fault.New(fault.Invalid, "--mail-from and --smtp-password-file need a mail server: give --smtp as well")
		}
		return nil, "", nil
	}
	if f.MailFrom == "" || f.SiteAddress == "" {
		return nil, "", fault.New(fault.Invalid, "to send e-mail give --mail-from and --site-address beside --smtp")
	}
	s = &mail.Sender{}
	if s.Server, err = mail.ParseServer(f.SMTP); err != nil {
		return nil, "", err
	}
	if s.From, err = mail.ParseFrom(f.MailFrom); err != nil {
		return nil, "", err
	}
	if site, err = mail.ParseSite(f.SiteAddress); err != nil {
		return nil, "", err
	}
	if s.Server.Password, err = f.password(); err != nil {
		return nil, "", err
	}
	if s.Server.User != "" && s.Server.Password == "" {
		return nil, "", fault.New(fault.Invalid, "the mail server's address names a user and there is no password: give --smtp-password-file or set %s", passwordVariable)
	}
	return s, site, nil
}

// password is what the file or the environment holds.
func (f MailFlags) password() (string, error) {
	if f.SMTPPasswordFile == "" {
		return os.Getenv(passwordVariable), nil
	}
	text, err := os.ReadFile(f.SMTPPasswordFile)
	if err != nil {
		return "", fault.New(fault.Invalid, "the file with the mail server's password, %s, can't be read", f.SMTPPasswordFile)
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

// postman sends by the mail server of the flags; nil without one.
func (h *House) postman(f MailFlags, log *slog.Logger) (*mail.Postman, error) {
	sender, site, err := f.sender()
	if err != nil || sender == nil {
		return nil, err
	}
	return &mail.Postman{Store: h.Store, Digests: h.digests(), Sender: sender, Site: site, Log: log}, nil
}

// digests reads what digests are made from.
func (h *House) digests() *digest.Reader {
	return &digest.Reader{Store: h.Store, Catalogue: h.Catalogue, Rulebook: h.Desk.Rulebook, Params: concern.Default()}
}

// mailStatus is what pages say of e-mail.
func mailStatus(p *mail.Postman) web.MailStatus {
	if p == nil {
		return web.MailStatus{}
	}
	return web.MailStatus{Server: p.Sender.Server.Host, From: p.Sender.From.Address}
}

// deliverMail runs the postman beside the pages; end stops it and returns when what
// it had begun is finished. Without a mail server there is none.
func deliverMail(ctx context.Context, p *mail.Postman) (end func()) {
	if p == nil {
		return func() {}
	}
	ctx, stop := context.WithCancel(ctx)
	ticks := time.NewTicker(sendEvery)
	var work sync.WaitGroup
	work.Go(func() { p.Run(ctx, ticks.C) })
	return func() {
		stop()
		work.Wait()
		ticks.Stop()
	}
}
