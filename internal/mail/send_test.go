package mail

import (
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"candour/internal/mail/mailtest"
)

// letterTo is a letter as the postman makes it.
func letterTo(to string) Letter {
	return Letter{
		ID: "candour.412.1", To: to, Subject: "Candour: Clocks: 1 overdue – soon", Text: "Clocks\n.\nA line of a dot.\n",
		HTML: "<p>Clocks</p>", Date: time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC),
	}
}

func senderTo(t *testing.T, s *mailtest.Server, user, password string) *Sender {
	t.Helper()
	server, err := ParseServer(s.Address(user))
	if err != nil {
		t.Fatal(err)
	}
	server.Password = password
	var trust *tls.Config
	if server.Security != Plain {
		trust = s.Trust
	}
	return &Sender{Server: server, From: netmail.Address{Name: "Candour", Address: "candour@icb.example"}, Trust: trust, Timeout: 5 * time.Second}
}

// opened is the parts of a message that was taken, by type.
func opened(t *testing.T, data string) (netmail.Header, map[string]string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m.Header, out
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := strings.Cut(part.Header.Get("Content-Type"), ";")
		out[kind] = string(text)
	}
}

func TestALetterArrivesWholeOverEachKindOfConnection(t *testing.T) {
	t.Parallel()
	for _, security := range []string{"starttls", "implicit", "none"} {
		t.Run(security, func(t *testing.T) {
			t.Parallel()
			s := mailtest.Start(t, security)
			s.Admit("candour", "a secret")
			if err := senderTo(t, s, "candour", "a secret").Send(t.Context(), letterTo("ann@icb.example")); err != nil {
				t.Fatal(err)
			}
			got := s.Got()
			if len(got) != 1 {
				t.Fatalf("%d messages", len(got))
			}
			g := got[0]
			if g.To != "ann@icb.example" || g.From != "candour@icb.example" || g.User != "candour" || g.TLS != (security != "none") {
				t.Errorf("taken as %+v", g)
			}
			head, parts := opened(t, g.Data)
			for name, want := range map[string]string{
				"Message-Id": "<candour.412.1@icb.example>", "Auto-Submitted": "auto-generated", "Date": "Mon, 23 Nov 2026 07:00:00 +0000",
				"To": "<ann@icb.example>", "From": `"Candour" <candour@icb.example>`, "User-Agent": "", "X-Mailer": "",
			} {
				if head.Get(name) != want {
					t.Errorf("%s is %q, expected %q", name, head.Get(name), want)
				}
			}
			if subject, err := new(mime.WordDecoder).DecodeHeader(head.Get("Subject")); err != nil || subject != letterTo("").Subject {
				t.Errorf("subject %q, %v", subject, err)
			}
			if text := strings.ReplaceAll(parts["text/plain"], "\r\n", "\n"); text != letterTo("").Text {
				t.Errorf("text %q", text)
			}
			if parts["text/html"] != "<p>Clocks</p>" {
				t.Errorf("HTML %q", parts["text/html"])
			}
		})
	}
}

func TestWhatTheServerSaysDecidesWhetherALetterIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command, reply string
		taken          int
		want           *Failure // nil is taken
	}{
		"the address is unknown":                         {"RCPT", "550 no such person <ann@icb.example>", 0, &Failure{550, "the mail server refused the address", true}},
		"the mailbox is full":                            {"RCPT", "452 full", 0, &Failure{452, "the mail server refused the address", false}},
		"greylisted":                                     {"RCPT", "451 later", 0, &Failure{451, "the mail server refused the address", false}},
		"we are not allowed to send":                     {"MAIL", "550 who are you?", 0, &Failure{550, "the mail server refused us as sender", false}},
		"the message is refused":                         {".", "554 looks bad", 0, &Failure{554, "the mail server refused the message", true}},
		"the server has a bad day at the end":            {".", "451 disk full", 0, &Failure{451, "the mail server refused the message", false}},
		"the connection breaks before the server has it": {".", "drop", 0, &Failure{0, "the connection to the mail server broke", false}},
		"the connection breaks before its reply":         {".", "take-and-drop", 1, &Failure{0, "the connection to the mail server broke", false}},
		"it breaks after the reply, at the reset":        {"RSET", "drop", 1, nil},
		"it breaks after the reply, at the farewell":     {"QUIT", "drop", 1, nil},
		"the reset fails after the reply":                {"RSET", "421 closing", 1, nil},
		"the server is shutting down":                    {"EHLO", "drop", 0, &Failure{0, "the mail server can’t be reached, or doesn’t let us in", false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mailtest.Start(t, "none")
			s.Reply(c.command, c.reply, c.reply)
			err := senderTo(t, s, "", "").Send(t.Context(), letterTo("ann@icb.example"))
			if n := len(s.Got()); n != c.taken {
				t.Errorf("%d were taken, expected %d", n, c.taken)
			}
			if c.want == nil {
				if err != nil {
					t.Errorf("the server has it, and it would be sent again: %v", err)
				}
				return
			}
			var f *Failure
			if !errors.As(err, &f) || *f != *c.want {
				t.Fatalf("got %#v, expected %#v", err, c.want)
			}
			if strings.Contains(f.Error(), "ann@") {
				t.Errorf("the reason names the address: %s", f)
			}
		})
	}
}

func TestAWrongPasswordAnUntrustedServerAndNoServerCanBePutRight(t *testing.T) {
	t.Parallel()
	closed := mailtest.Start(t, "starttls")
	closed.Admit("candour", "a secret")
	wrong := senderTo(t, closed, "candour", "another")
	untrusted := senderTo(t, closed, "candour", "a secret")
	untrusted.Trust = nil
	open := mailtest.Start(t, "none")
	noTLS := senderTo(t, open, "", "")
	noTLS.Server.Security = StartTLS
	nobody := senderTo(t, open, "", "")
	nobody.Server.Port = 1
	for name, s := range map[string]*Sender{"wrong password": wrong, "untrusted certificate": untrusted, "no TLS where it is demanded": noTLS, "nobody answers": nobody} {
		var f *Failure
		if err := s.Send(t.Context(), letterTo("ann@icb.example")); !errors.As(err, &f) || f.Final {
			t.Errorf("%s: %#v", name, err)
		}
	}
	if n := len(closed.Got()) + len(open.Got()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
	var f *Failure
	if err := noTLS.Send(t.Context(), letterTo("operator")); !errors.As(err, &f) || !f.Final {
		t.Errorf("a sign-in name that is no address: %#v", err)
	}
}
