// Package mail sends e-mail: news of a concern to whoever raised it, an alert that went
// up to those whom it came to, each working day's list of clocks, and the weekly digest.
//
// # What a message is
//
// A message is recorded before it is sent: to which account, of which kind, about
// what (a day, a week, a concern's reference). No address, name or text is
// recorded. When it is sent, the [Postman] looks up the account's address, asks
// again whether the person may still see what it is about, makes the text as of
// the ledger position at which it was decided, and hands it to the mail server
// ([Server]). What became of it is recorded too.
//
// # Once, as far as SMTP allows
//
// A round ([Postman.Tick] decides which are due) and its messages are one ledger
// entry, so a restart neither loses nor repeats one. A try is claimed in the store
// before it is made, for the time of a lease; a process that dies while it sends
// leaves its claim to lapse, and another tries again. Between the mail server's
// reply that it has the message and our record of that reply lie a few
// milliseconds: a crash in them sends the message a second time. SMTP has no way to
// close this gap. Both copies bear the same Message-ID, by which most mailboxes show
// one. The other order (record first, then send) would lose messages instead.
//
// # What leaves
//
// E-mail holds references, providers' points and links, never sealed text, patients'
// data, or the words of a signal or an answer (package digest says more).
package mail

import (
	"cmp"
	"net/mail"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/record"
)

// Security is how the connection to the mail server is protected.
type Security string

// The ways.
const (
	StartTLS Security = "starttls" // begins open and must turn to TLS; the default of smtp://
	Implicit Security = "implicit" // TLS from the first byte; smtps://
	Plain    Security = "none"     // not protected: only to this machine, or within a network that is trusted
)

// Server is a mail server that takes our messages.
type Server struct {
	Host     string
	Port     int
	Security Security
	User     string // empty: no signing in
	Password string // never in the address, which other programs of the machine can see
}

// ParseServer reads smtp://user@host:587?tls=starttls or smtps://user@host.
func ParseServer(address string) (s Server, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return s, fault.New(fault.Invalid, "the address of the mail server can't be read, expected one such as smtp://user@mail.example.org:587")
	}
	if _, given := u.User.Password(); given {
		return s, fault.New(fault.Invalid, "leave the password out of the mail server's address: give it in a file or in CANDOUR_SMTP_PASSWORD")
	}
	s = Server{Host: u.Hostname(), User: u.User.Username()}
	port := map[string]int{"smtp": 587, "smtps": 465}[u.Scheme]
	usual := map[string]Security{"smtp": StartTLS, "smtps": Implicit}[u.Scheme]
	switch {
	case port == 0:
		return s, fault.New(fault.Invalid, "the mail server's address begins with smtp:// or smtps://, not %q", u.Scheme)
	case s.Host == "":
		return s, fault.New(fault.Invalid, "the mail server's address names no host")
	case u.Path != "" && u.Path != "/":
		return s, fault.New(fault.Invalid, "the mail server's address has a path, which means nothing")
	}
	s.Port = port
	if text := u.Port(); text != "" {
		if s.Port, err = strconv.Atoi(text); err != nil || s.Port < 1 || s.Port > 65535 {
			return s, fault.New(fault.Invalid, "the mail server's port %q is no number from 1 to 65535", text)
		}
	}
	query := u.Query()
	s.Security = Security(cmp.Or(query.Get("tls"), string(usual)))
	if !slices.Contains([]Security{StartTLS, Implicit, Plain}, s.Security) || u.Scheme == "smtps" && s.Security != Implicit {
		return s, fault.New(fault.Invalid, "tls is starttls, implicit or none, and with smtps:// only implicit")
	}
	query.Del("tls")
	for name := range query {
		return s, fault.New(fault.Invalid, "the mail server's address has a setting %q that is not known; only tls is", name)
	}
	if s.Security == Plain && s.User != "" && !s.Local() {
		return s, fault.New(fault.Invalid, "a password would cross the network open: use tls=starttls or tls=implicit, or leave the user out")
	}
	return s, nil
}

// Local reports whether the server is on this machine.
func (s Server) Local() bool {
	ip, err := netip.ParseAddr(s.Host)
	return s.Host == "localhost" || err == nil && ip.IsLoopback()
}

// ParseFrom reads whom messages come from: "Candour <candour@example.org>" or an
// address alone.
func ParseFrom(text string) (mail.Address, error) {
	a, err := mail.ParseAddress(text)
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return mail.Address{}, fault.New(fault.Invalid, "%q is no e-mail address to send from", text)
	}
	if a.Name == "" {
		a.Name = "Candour"
	}
	return *a, nil
}

// siteHost is a name or address with or without a port; url.Parse lets quotes and
// angle brackets through, and links of letters are made of it.
var siteHost = regexp.MustCompile(`^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$`)

// ParseSite reads the address at which people reach the pages: an http or https
// address without a path.
func ParseSite(text string) (string, error) {
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !siteHost.MatchString(u.Host) || u.Path != "" || u.RawQuery != "" || u.User != nil || u.Fragment != "" {
		return "", fault.New(fault.Invalid, "%q is no address for links, expected one such as https://candour.example.nhs.uk", text)
	}
	return u.String(), nil
}

// needs is what a person must be allowed to do to be sent a kind of message.
var needs = map[record.MailKind]access.Action{
	record.MailClocks: access.SeeSignals, record.MailWeekly: access.SeeWatchList, record.MailConcern: access.SeeOwnConcerns,
	record.MailAlert: access.SeeWatchList,
}

// usual is the roles that get a kind unless they choose otherwise: those who raise
// concerns hear what became of them, and those who judge get the week's digest and,
// where there is anything in it, the day's clocks. Everybody else asks for it.
var usual = map[record.MailKind][]access.Role{
	record.MailConcern: {access.GP, access.Visitor},
	record.MailClocks:  {access.QualityLead},
	record.MailWeekly:  {access.QualityLead, access.ClinicalReviewer},
	record.MailAlert:   climbsTo,
}

// climbsTo is the roles to which an alert goes up (alert.Level); quality leads are asked
// from the beginning, so that nothing comes up to them.
var climbsTo = []access.Role{access.ClinicalReviewer, access.BoardMember}

// May reports whether the viewer may be sent the kind of message at a commissioner.
func May(v access.Viewer, tenant org.Code, kind record.MailKind) bool {
	need, known := needs[kind]
	if kind == record.MailAlert && !asked(v, tenant, climbsTo) {
		return false
	}
	return known && access.Allows(v, tenant, need, access.Resource{Tenant: tenant})
}

// Wants reports whether the viewer gets the kind of message at a commissioner: when
// they may, and by what they chose, or by their roles where they chose nothing.
func Wants(v access.Viewer, tenant org.Code, kind record.MailKind, choice record.MailChoice, chosen bool) bool {
	if !May(v, tenant, kind) {
		return false
	}
	if chosen {
		return slices.Contains(choice.Kinds, kind)
	}
	return asked(v, tenant, usual[kind])
}

// asked reports whether the viewer holds one of the roles at a commissioner.
func asked(v access.Viewer, tenant org.Code, roles []access.Role) bool {
	return slices.ContainsFunc(v.RolesAt(tenant), func(r access.Role) bool { return slices.Contains(roles, r) })
}
