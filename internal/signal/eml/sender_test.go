package eml

import (
	"strings"
	"testing"
)

func TestAMachineMayAnswerAPersonOnly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header string
		says   string // of Automatic; empty: may be answered
	}{
		"a person":                           {"From: Ann Other <ann@example.org>", ""},
		"a person whose program says so":     {"From: ann@example.org\r\nAuto-Submitted: no", ""},
		"a person with a return path":        {"Return-Path: <ann@example.org>\r\nFrom: ann@example.org", ""},
		"first class":                        {"From: ann@example.org\r\nPrecedence: first-class", ""},
		"a person whose name begins so":      {"From: bouncer@example.org", ""},
		"an absence":                         {"From: ann@example.org\r\nAuto-Submitted: auto-replied", "Auto-Submitted"},
		"an absence with a parameter":        {"From: ann@example.org\r\nAuto-Submitted: Auto-Generated; owner-email=\"x@y\"", "Auto-Submitted"},
		"one of two fields":                  {"From: ann@example.org\r\nAuto-Submitted: no\r\nAuto-Submitted: auto-generated", "Auto-Submitted"},
		"a circular":                         {"From: ann@example.org\r\nPrecedence: BULK", "Precedence"},
		"a list":                             {"From: ann@example.org\r\nPrecedence: list", "Precedence"},
		"junk":                               {"From: ann@example.org\r\nPrecedence: junk", "Precedence"},
		"a list by its name":                 {"From: ann@example.org\r\nList-Id: <x.example.org>", "mailing list"},
		"a bounce":                           {"Return-Path: <>\r\nFrom: ann@example.org", "return path"},
		"a report":                           {"From: ann@example.org\r\nContent-Type: multipart/report; boundary=b", "reports on"},
		"one that asks for none":             {"From: ann@example.org\r\nX-Auto-Response-Suppress: DR, AutoReply", "asks for no answer"},
		"the mailer":                         {"From: MAILER-DAEMON@example.org", "a machine’s"},
		"the postmaster":                     {"From: Postmaster <postmaster@example.org>", "a machine’s"},
		"no-reply":                           {"From: No-Reply@example.org", "a machine’s"},
		"no reply of a department":           {"From: noreply.orders@example.org", "a machine’s"},
		"do not reply":                       {"From: do_not_reply@example.org", "a machine’s"},
		"the owner of a list":                {"From: owner-x@example.org", "a machine’s"},
		"an address whose host says noreply": {"From: ann@noreply.example.org", ""},
	} {
		s, err := ReadSender([]byte(c.header + "\r\nSubject: Ward 7\r\n\r\nwords\r\n"))
		if err != nil || (c.says == "") != (s.Automatic == "") || !strings.Contains(s.Automatic, c.says) {
			t.Errorf("%s: %q, %v; expected %q", name, s.Automatic, err, c.says)
		}
	}
}

func TestOnlyAWellFormedMessageIDIsNamedInAnAnswer(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"<1.a@example.org>": "1.a@example.org", "<1>": "", "": "", "<a b@example.org>": "", "<a@b> <c@d>": "", "<é@example.org>": "", "<" + strings.Repeat("a", 300) + "@b>": "",
	} {
		s, err := ReadSender([]byte("From: ann@example.org\r\nMessage-ID: " + id + "\r\nDelivered-To: <in@icb.example>\r\n\r\nx"))
		if err != nil || s.MessageID != want || s.Address != "ann@example.org" || len(s.Mailboxes) != 1 || s.Mailboxes[0] != "in@icb.example" {
			t.Errorf("%.40q: %+v, %v; expected %q", id, s, err, want)
		}
	}
	if _, err := ReadSender([]byte("{}")); err == nil {
		t.Error("what is no message was read")
	}
}

func FuzzReadSender(f *testing.F) {
	f.Add([]byte("From: ann@example.org\r\nMessage-ID: <1@x>\r\nAuto-Submitted: no\r\n\r\nx"))
	f.Add([]byte("From: =?utf-8?q?a?= <a@b>, c@d\nReturn-Path: <>\n\n"))
	f.Add([]byte("From: @\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := ReadSender(text)
		if err == nil && strings.ContainsAny(s.MessageID, "\r\n<> ") {
			t.Errorf("%q may not stand in a header", s.MessageID)
		}
	})
}
