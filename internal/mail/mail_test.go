package mail

import (
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/record"
)

func TestTheAddressOfTheMailServerSaysWhereAndHow(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Server{
		"smtp://mail.example.org":                        {Host: "mail.example.org", Port: 587, Security: StartTLS},
		"smtps://mail.example.org":                       {Host: "mail.example.org", Port: 465, Security: Implicit},
		"smtp://candour@mail.example.org:25":             {Host: "mail.example.org", Port: 25, Security: StartTLS, User: "candour"},
		"smtp://a%40b.org@mail.example.org?tls=implicit": {Host: "mail.example.org", Port: 587, Security: Implicit, User: "a@b.org"},
		"smtp://localhost:1025?tls=none":                 {Host: "localhost", Port: 1025, Security: Plain},
		"smtp://u@[::1]:1025/?tls=none":                  {Host: "::1", Port: 1025, Security: Plain, User: "u"},
	} {
		if got, err := ParseServer(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for text, why := range map[string]string{
		"":                                     "begins with",
		"mail.example.org:587":                 "begins with",
		"http://mail.example.org":              "begins with",
		"smtp://":                              "no host",
		"smtp://u:secret@mail.example.org":     "leave the password out",
		"smtp://mail.example.org:99999":        "port",
		"smtp://mail.example.org?tls=maybe":    "tls is",
		"smtps://mail.example.org?tls=none":    "tls is",
		"smtp://mail.example.org?starttls=yes": "not known",
		"smtp://u@mail.example.org?tls=none":   "cross the network open",
		"smtp://mail.example.org/inbox":        "path",
		"smtp://mail.example.org:%zz":          "can't be read",
	} {
		_, err := ParseServer(text)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", text, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("the error tells the password: %v", err)
		}
	}
}

func FuzzParseServer(f *testing.F) {
	for _, s := range []string{"smtp://u@h:587?tls=none", "smtps://h", "smtp://[::1]:25", "smtp://h?tls=starttls&x=y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseServer(text)
		if err != nil {
			return
		}
		if s.Host == "" || s.Port < 1 || s.Port > 65535 || s.Password != "" {
			t.Errorf("%q was taken as %+v", text, s)
		}
		if s.Security == Plain && s.User != "" && !s.Local() {
			t.Errorf("%q sends a password open", text)
		}
	})
}

func TestLinksAndSendersAreWholeAddresses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"https://candour.example.nhs.uk/": "https://candour.example.nhs.uk", "http://127.0.0.1:8080": "http://127.0.0.1:8080"} {
		if got, err := ParseSite(text); err != nil || got != want {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "candour.example", "ftp://x.example", "https://x.example/pages", "https://u:p@x.example", "javascript:alert(1)"} {
		if _, err := ParseSite(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if a, err := ParseFrom("candour@icb.example"); err != nil || a.Name != "Candour" {
		t.Errorf("%+v, %v", a, err)
	}
	for _, text := range []string{"", "nobody", "a@b.example\r\nBcc: c@d.example"} {
		if _, err := ParseFrom(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestRolesSayWhatOneGetsUntilOneChooses(t *testing.T) {
	t.Parallel()
	want := map[access.Role]string{
		access.GP: "concern", access.Visitor: "concern", access.QualityLead: "clocks weekly", access.ClinicalReviewer: "alert weekly", access.BoardMember: "alert",
	}
	all := record.MailChoice{Kinds: record.MailKinds}
	for _, role := range access.Roles {
		v := access.Viewer{Account: "u-1", Memberships: []access.Membership{{Tenant: "QAA", Role: role}}}
		var usual []string
		for _, k := range record.MailKinds {
			if Wants(v, "QAA", k, record.MailChoice{}, false) {
				usual = append(usual, string(k))
			}
			if Wants(v, "QAA", k, record.MailChoice{}, true) {
				t.Errorf("%s chose nothing and gets %s", role, k)
			}
			if Wants(v, "QAA", k, all, true) != May(v, "QAA", k) || Wants(v, "QBB", k, all, true) {
				t.Errorf("%s gets %s where they may not, or not where they may", role, k)
			}
		}
		if got := strings.Join(usual, " "); got != want[role] {
			t.Errorf("%s gets %q, expected %q", role, got, want[role])
		}
	}
}

func FuzzParseFrom(f *testing.F) {
	for _, s := range []string{"Candour <candour@example.org>", "a@b", "a@b\r\nBcc: x@y", "=?utf-8?q?a=0d=0aBcc:?= <a@b>", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseFrom(text)
		if err == nil && (a.Name == "" || !strings.Contains(a.Address, "@") || strings.ContainsAny(a.String(), "\r\n")) {
			t.Errorf("%q was taken as %q", text, a.String())
		}
	})
}

func FuzzParseSite(f *testing.F) {
	for _, s := range []string{"https://candour.example.nhs.uk", "http://h:8080/", "https://u:p@h", "javascript:alert(1)", "https://h\r\nx", "https://h/p?q#f", "https://h\"x", "https://<h>", "https://[::1]:8080"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		site, err := ParseSite(text)
		if err == nil && (!strings.HasPrefix(site, "http") || strings.ContainsAny(site, "\r\n \"<>@")) {
			t.Errorf("%q was taken as %q", text, site)
		}
	})
}
