package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net/mail"
	"time"

	gomail "github.com/wneessen/go-mail"

	"candour/internal/fault"
)

// Letter is one e-mail, ready to be sent.
type Letter struct {
	ID      string // of its Message-ID, before the @
	To      string // address
	Subject string
	Text    string
	HTML    string
	Date    time.Time
	Answer  bool   // to a message that came in
	Answers string // the Message-ID of that message, without brackets; empty when it had none
}

// Failure is why the mail server did not take a letter, in our own words: a server's
// words may name the address, and are not kept.
type Failure struct {
	Code  int    // the server's reply; 0 is none
	Why   string // "the mail server can't be reached"
	Final bool   // it will not be taken later either
}

// Error is the reason.
func (f *Failure) Error() string { return f.Why }

// Sender hands letters to a mail server.
type Sender struct {
	Server  Server
	From    mail.Address
	Timeout time.Duration // for each try; zero is 30 seconds
	Trust   *tls.Config   // nil: the machine's own roots
}

// sendTime bounds a try.
const sendTime = 30 * time.Second

// Send hands a letter over, and returns nil once the server has said that it has
// it. What goes wrong after that is no failure: the letter would be sent twice.
func (s *Sender) Send(ctx context.Context, l Letter) error {
	m, err := s.compose(l)
	if err != nil {
		return &Failure{Why: "its address is no e-mail address", Final: true}
	}
	client, err := s.client()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout())
	defer cancel()
	if err = client.DialAndSendWithContext(ctx, m); err == nil || m.IsDelivered() {
		return nil
	}
	return failure(err)
}

func (s *Sender) timeout() time.Duration {
	if s.Timeout > 0 {
		return s.Timeout
	}
	return sendTime
}

// compose makes the message. The headers say that no person wrote it, so that no
// machine answers it (RFC 3834).
func (s *Sender) compose(l Letter) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := m.FromFormat(s.From.Name, s.From.Address); err != nil {
		return nil, err
	}
	if err := m.To(l.To); err != nil {
		return nil, err
	}
	m.Subject(l.Subject)
	m.SetMessageIDWithValue(l.ID + "@" + domainOf(s.From.Address))
	m.SetDateWithValue(l.Date)
	submitted := "auto-generated"
	if l.Answer {
		submitted = "auto-replied"
	}
	m.SetGenHeader("Auto-Submitted", submitted)
	if l.Answers != "" {
		m.SetGenHeader("In-Reply-To", "<"+l.Answers+">")
		m.SetGenHeader("References", "<"+l.Answers+">")
	}
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	return m, nil
}

func domainOf(address string) string {
	for i := len(address) - 1; i >= 0; i-- {
		if address[i] == '@' {
			return address[i+1:]
		}
	}
	return "localhost"
}

func (s *Sender) client() (*gomail.Client, error) {
	o := []gomail.Option{gomail.WithPort(s.Server.Port), gomail.WithTimeout(s.timeout()), gomail.WithHELO(domainOf(s.From.Address))}
	if s.Trust != nil {
		trust := s.Trust.Clone()
		trust.ServerName = s.Server.Host
		o = append(o, gomail.WithTLSConfig(trust))
	}
	auth := gomail.SMTPAuthAutoDiscover
	switch s.Server.Security {
	case Implicit:
		o = append(o, gomail.WithSSL())
	case Plain:
		o = append(o, gomail.WithTLSPolicy(gomail.NoTLS))
		auth = gomail.SMTPAuthPlainNoEnc // ParseServer allows it to this machine only
	default:
		o = append(o, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.Server.User != "" {
		o = append(o, gomail.WithSMTPAuth(auth), gomail.WithUsername(s.Server.User), gomail.WithPassword(s.Server.Password))
	}
	c, err := gomail.NewClient(s.Server.Host, o...)
	return c, fault.Wrap(fault.Internal, err, "make a mail client")
}

// failure puts an error of go-mail into our words. Final is only what the server
// said about this address or this letter; what it said about us (the sender, the
// password) can be put right while messages wait.
func failure(err error) *Failure {
	var sent *gomail.SendError
	if !errors.As(err, &sent) {
		return &Failure{Why: "the mail server can’t be reached, or doesn’t let us in"}
	}
	f := &Failure{Code: sent.ErrorCode()}
	permanent := f.Code >= 500
	switch sent.Reason {
	case gomail.ErrSMTPRcptTo:
		f.Why, f.Final = "the mail server refused the address", permanent
	case gomail.ErrSMTPMailFrom:
		f.Why = "the mail server refused us as sender"
	case gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
		f.Why, f.Final = "the mail server refused the message", permanent
	default:
		f.Why = "the connection to the mail server broke"
	}
	if f.Code == 0 && !f.Final {
		f.Why = "the connection to the mail server broke"
	}
	return f
}
