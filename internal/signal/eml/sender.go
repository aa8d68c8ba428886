package eml

import (
	"bytes"
	"mime"
	"net/mail"
	"strings"

	"candour/internal/fault"
)

// Sender is to whom a message may be answered by a machine, read from its header
// alone. It is identity: for whoever sends the answer, never to be recorded.
type Sender struct {
	Address   string // of the first author; empty when it can't be read
	MessageID string // to be named by the answer, without its brackets; empty when it can't be
	// Automatic is why no machine may answer, in words; empty when one may (RFC 3834
	// section 2: two machines that answer one another never end).
	Automatic string
	// Mailboxes are the addresses to which the message was delivered, as the mail
	// server noted them. One that writes to itself gets no answer.
	Mailboxes []string
}

// ReadSender reads the header of a message.
func ReadSender(text []byte) (s Sender, err error) {
	parsed, err := mail.ReadMessage(bytes.NewReader(text))
	if err != nil {
		return s, fault.Wrap(fault.Invalid, err, "read the header of an e-mail")
	}
	decoder := mime.WordDecoder{CharsetReader: charsetReader}
	parser := mail.AddressParser{WordDecoder: &decoder}
	if from, err := parser.ParseList(parsed.Header.Get("From")); err == nil && len(from) > 0 {
		s.Address = from[0].Address
	}
	if id := strings.Trim(strings.TrimSpace(parsed.Header.Get("Message-Id")), "<>"); nameable(id) {
		s.MessageID = id
	}
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To"} {
		for _, value := range parsed.Header[name] {
			s.Mailboxes = append(s.Mailboxes, strings.Trim(strings.TrimSpace(value), "<>"))
		}
	}
	s.Automatic = automatic(parsed.Header, s.Address)
	return s, nil
}

// longestID bounds a Message-ID that is repeated in an answer's header.
const longestID = 250

// nameable reports whether a Message-ID may stand in another message's header.
func nameable(id string) bool {
	return strings.Count(id, "@") == 1 && len(id) <= longestID && !strings.ContainsFunc(id, func(c rune) bool { return c <= ' ' || c > '~' || c == '<' || c == '>' })
}

// automatic is why no machine may answer a message.
func automatic(h mail.Header, address string) string {
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	switch {
	case anyOf(h["Auto-Submitted"], func(v string) bool { return v != "no" }):
		return "a machine wrote the message (Auto-Submitted)"
	case anyOf(h["Precedence"], func(v string) bool { return v == "bulk" || v == "list" || v == "junk" }):
		return "the message went to many (Precedence)"
	case len(h["List-Id"])+len(h["List-Unsubscribe"]) > 0:
		return "the message came by a mailing list"
	case anyOf(h["Return-Path"], func(v string) bool { return strings.Trim(v, "<> ") == "" }):
		return "the message has no return path"
	case anyOf(h["X-Auto-Response-Suppress"], func(v string) bool { return strings.Contains(v, "all") || strings.Contains(v, "autoreply") }):
		return "the message asks for no answer by a machine"
	case kind == "multipart/report":
		return "the message reports on another message"
	case robot(address):
		return "the address is a machine’s"
	}
	return ""
}

// anyOf reports whether some value of a header field, without its parameters, fits.
func anyOf(values []string, fits func(string) bool) bool {
	for _, v := range values {
		v, _, _ = strings.Cut(v, ";")
		if fits(strings.ToLower(strings.TrimSpace(v))) {
			return true
		}
	}
	return false
}

// robot reports whether an address is one at which nobody reads answers: those of
// RFC 3834 section 2, and the names by which programs say so.
func robot(address string) bool {
	local := strings.ToLower(address[:max(0, strings.LastIndexByte(address, '@'))])
	if strings.HasPrefix(local, "owner-") || strings.HasSuffix(local, "-request") || strings.HasPrefix(local, "bounce-") || strings.HasPrefix(local, "bounces+") {
		return true
	}
	plain := strings.NewReplacer("-", "", "_", "", ".", "").Replace(local)
	switch plain {
	case "mailerdaemon", "postmaster", "bounce", "bounces", "listserv", "majordomo":
		return true
	}
	return strings.HasPrefix(plain, "noreply") || strings.HasPrefix(plain, "donotreply")
}
