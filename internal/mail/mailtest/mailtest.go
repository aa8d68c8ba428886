// Package mailtest is a mail server for tests: a real one over TCP that speaks as
// much SMTP (RFC 5321) as a client needs, with STARTTLS, TLS from the first byte,
// and signing in by AUTH PLAIN, and that can be told to fail at any step. It keeps
// what it took.
package mailtest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Got is one message that the server took.
type Got struct {
	From, To string
	Data     string // as sent, dots undone
	TLS      bool
	User     string // who signed in; empty is nobody
}

// Server is the mail server.
type Server struct {
	Host string
	Port int
	// Trust is what a client must trust to speak TLS with it.
	Trust *tls.Config

	listener net.Listener
	config   *tls.Config
	security string
	password map[string]string

	mu      sync.Mutex
	more    *sync.Cond // signalled when a message was taken
	got     []Got
	replies map[string][]string // by command, what to say instead, in order
	dials   int
	open    []net.Conn
	work    sync.WaitGroup
}

// Start starts a server: security is starttls, implicit or none. It ends with the test.
func Start(t testing.TB, security string) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	// The certificate of net/http's test server names 127.0.0.1 and example.com.
	certified := httptest.NewTLSServer(nil)
	defer certified.Close()
	s := &Server{
		Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, listener: l, security: security, replies: map[string][]string{}, password: map[string]string{},
		config: &tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12},
		Trust:  &tls.Config{RootCAs: certified.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs, MinVersion: tls.VersionTLS12},
	}
	s.more = sync.NewCond(&s.mu)
	s.work.Go(s.accept)
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		s.mu.Lock()
		for _, c := range s.open { // a client that never says goodbye must not hold the test
			c.Close() //nolint:errcheck // most are closed already
		}
		s.mu.Unlock()
		s.work.Wait()
	})
	return s
}

// Address is the server's address as the program is given it.
func (s *Server) Address(user string) string {
	scheme, at := "smtp", ""
	if s.security == "implicit" {
		scheme = "smtps"
	}
	if user != "" {
		at = user + "@"
	}
	return fmt.Sprintf("%s://%s%s:%d?tls=%s", scheme, at, s.Host, s.Port, s.security)
}

// Admit makes the server demand that clients sign in.
func (s *Server) Admit(user, password string) { s.password[user] = password }

// Reply says what to answer to the next uses of a command (MAIL, RCPT, DATA, . for
// the end of the data, RSET, QUIT, AUTH, EHLO) instead of taking it; "drop" breaks
// the connection instead of answering, "take-and-drop" takes the message first.
func (s *Server) Reply(command string, replies ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies[command] = append(s.replies[command], replies...)
}

// Got is what was taken so far.
func (s *Server) Got() []Got {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Got(nil), s.got...)
}

// Wait waits until the server has taken n messages, and gives them.
func (s *Server) Wait(n int) []Got {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.got) < n {
		s.more.Wait()
	}
	return append([]Got(nil), s.got...)
}

// Dials is how often somebody connected.
func (s *Server) Dials() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dials
}

func (s *Server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.dials++
		s.open = append(s.open, c)
		s.mu.Unlock()
		s.work.Go(func() {
			defer c.Close() //nolint:errcheck // the client sees what went wrong
			if s.security == "implicit" {
				c = tls.Server(c, s.config)
			}
			(&session{server: s, conn: c, text: textproto.NewConn(c), tls: s.security == "implicit"}).run()
		})
	}
}

// instead is what to answer instead; "" is nothing.
func (s *Server) instead(command string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.replies[command]
	if len(list) == 0 {
		return ""
	}
	s.replies[command] = list[1:]
	return list[0]
}

// session is one connection.
type session struct {
	server *Server
	conn   net.Conn
	text   *textproto.Conn
	tls    bool
	now    Got
}

func (c *session) say(line string) bool { return c.text.PrintfLine("%s", line) == nil }

func (c *session) run() {
	if !c.say("220 mailtest ESMTP") {
		return
	}
	for {
		line, err := c.text.ReadLine()
		if err != nil {
			return
		}
		command, rest, _ := strings.Cut(line, " ")
		command = strings.ToUpper(command)
		if reply := c.server.instead(command); reply == "drop" {
			return
		} else if reply != "" {
			if !c.say(reply) {
				return
			}
			continue
		}
		if !c.do(command, rest) {
			return
		}
	}
}

// do answers one command; false ends the connection.
func (c *session) do(command, rest string) bool {
	switch command {
	case "EHLO", "HELO":
		return c.greet()
	case "STARTTLS":
		if !c.say("220 go ahead") {
			return false
		}
		secure := tls.Server(c.conn, c.server.config)
		c.conn, c.text, c.tls = secure, textproto.NewConn(secure), true
		return secure.Handshake() == nil
	case "AUTH":
		return c.signIn(rest)
	case "MAIL":
		if len(c.server.password) > 0 && c.now.User == "" {
			return c.say("530 sign in first")
		}
		c.now = Got{From: address(rest), TLS: c.tls, User: c.now.User}
		return c.say("250 ok")
	case "RCPT":
		c.now.To = address(rest)
		return c.say("250 ok")
	case "DATA":
		return c.data()
	case "RSET", "NOOP":
		return c.say("250 ok")
	case "QUIT":
		c.say("221 bye")
		return false
	}
	return c.say("500 what?")
}

func (c *session) greet() bool {
	lines := []string{"mailtest"}
	if c.server.security == "starttls" && !c.tls {
		lines = append(lines, "STARTTLS")
	}
	if len(c.server.password) > 0 && (c.tls || c.server.security == "none") {
		lines = append(lines, "AUTH PLAIN")
	}
	for i, line := range lines {
		sep := "-"
		if i == len(lines)-1 {
			sep = " "
		}
		if !c.say("250" + sep + line) {
			return false
		}
	}
	return true
}

func (c *session) signIn(rest string) bool {
	_, encoded, _ := strings.Cut(rest, " ")
	text, err := base64.StdEncoding.DecodeString(encoded)
	parts := strings.Split(string(text), "\x00")
	if err != nil || len(parts) != 3 || c.server.password[parts[1]] == "" || c.server.password[parts[1]] != parts[2] {
		return c.say("535 no")
	}
	c.now.User = parts[1]
	return c.say("235 welcome")
}

func (c *session) data() bool {
	if !c.say("354 go on") {
		return false
	}
	body, err := io.ReadAll(bufio.NewReader(c.text.DotReader()))
	if err != nil {
		return false
	}
	reply := c.server.instead(".")
	if reply == "drop" {
		return false
	}
	if reply != "" && reply != "take-and-drop" {
		return c.say(reply)
	}
	c.now.Data = string(body)
	c.server.mu.Lock()
	c.server.got = append(c.server.got, c.now)
	n := len(c.server.got)
	c.server.more.Broadcast()
	c.server.mu.Unlock()
	if reply == "take-and-drop" {
		return false
	}
	return c.say("250 taken as " + strconv.Itoa(n))
}

// address is what stands between the angle brackets.
func address(rest string) string {
	_, after, _ := strings.Cut(rest, "<")
	in, _, _ := strings.Cut(after, ">")
	return in
}
