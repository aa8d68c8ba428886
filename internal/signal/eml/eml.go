// Package eml reads one e-mail message (RFC 5322 with MIME) into a message and
// its attachments, and makes a signal of it that waits to be sorted.
//
// What the sender wrote as plain text is taken; of a message with HTML only, its
// text. Every file and every message attached is an attachment. Sizes, parts and
// depth are limited. The sender's name and address are returned apart from the
// signal, to be sealed by the caller; they are never part of it.
package eml

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding/htmlindex"

	"candour/internal/fault"
	"candour/internal/signal"
)

// Limits of one message.
const (
	MaxBytes           = 25 << 20 // of the message as received
	MaxTextBytes       = 1 << 20  // of the text taken; the rest is cut and said so
	MaxAttachmentBytes = 20 << 20 // of one attachment, decoded
	maxParts           = 200
	maxDepth           = 10
)

// Message is one e-mail as read.
type Message struct {
	ID          string    // Message-ID, by which a second copy is known
	Subject     string    // decoded
	FromName    string    // to be sealed
	FromAddress string    // to be sealed
	Date        time.Time // as the sender's machine says; zero when unreadable
	Text        string
	Cut         bool // Text was longer than MaxTextBytes
	Attachments []Attachment
	Problems    []string // what couldn't be read, in words for the receiver
}

// Attachment is one file that came with the message.
type Attachment struct {
	Name   string // base name as given, made safe; never empty
	Type   string
	Bytes  []byte
	SHA256 string
}

// Read reads a message. The error is of the message as a whole; a part that can't
// be read is a problem, and its bytes as they stand are kept as an attachment.
func Read(text []byte) (Message, error) {
	if len(text) > MaxBytes {
		return Message{}, fault.New(fault.TooLarge, "a message of %d bytes, expected at most %d", len(text), MaxBytes)
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(text))
	if err != nil {
		return Message{}, fault.Wrap(fault.Invalid, err, "read e-mail")
	}
	r := reader{}
	decoder := mime.WordDecoder{CharsetReader: charsetReader}
	r.out.ID = strings.Trim(strings.TrimSpace(parsed.Header.Get("Message-Id")), "<>")
	r.out.Subject = cleanLine(decodeHeader(decoder, parsed.Header.Get("Subject")))
	parser := mail.AddressParser{WordDecoder: &decoder}
	if from, err := parser.ParseList(parsed.Header.Get("From")); err == nil && len(from) > 0 {
		r.out.FromName, r.out.FromAddress = cleanLine(from[0].Name), from[0].Address
	} else {
		r.problem("the sender's address can't be read")
	}
	if date, err := parsed.Header.Date(); err == nil {
		r.out.Date = date
	}
	header := partHeader{
		kind: parsed.Header.Get("Content-Type"), encoding: parsed.Header.Get("Content-Transfer-Encoding"), disposition: parsed.Header.Get("Content-Disposition"),
	}
	r.part(header, parsed.Body, 0)
	r.finish()
	return r.out, nil
}

// reader collects the parts of one message.
type reader struct {
	out   Message
	plain strings.Builder
	html  strings.Builder
	parts int
}

type partHeader struct{ kind, encoding, disposition string }

func (r *reader) problem(format string, args ...any) {
	r.out.Problems = append(r.out.Problems, fmt.Sprintf(format, args...))
}

// part reads one part of the message, and the parts in it.
func (r *reader) part(h partHeader, body io.Reader, depth int) {
	r.parts++
	switch {
	case r.parts > maxParts:
		if r.parts == maxParts+1 {
			r.problem("the message has more than %d parts; the rest was not read", maxParts)
		}
		return
	case depth > maxDepth:
		r.problem("the message is nested more than %d deep; what lies deeper was not read", maxDepth)
		return
	}
	kind, params, err := mime.ParseMediaType(h.kind)
	if err != nil || kind == "" {
		kind, params = "text/plain", map[string]string{}
		if h.kind != "" {
			r.problem("a part has the unreadable type; it was read as plain text")
		}
	}
	if strings.HasPrefix(kind, "multipart/") {
		r.multipart(body, params["boundary"], depth)
		return
	}
	bytes, err := io.ReadAll(io.LimitReader(decoded(body, h.encoding), MaxAttachmentBytes+1))
	if err != nil {
		r.problem("part %d is damaged; what could be read of it was kept", r.parts)
	}
	if len(bytes) > MaxAttachmentBytes {
		r.problem("part %d is larger than %d bytes and was not kept", r.parts, MaxAttachmentBytes)
		return
	}
	disposition, dparams, _ := mime.ParseMediaType(h.disposition)
	name := firstOf(dparams["filename"], params["name"])
	isText := (kind == "text/plain" || kind == "text/html") && disposition != "attachment" && name == ""
	switch {
	case isText && kind == "text/plain":
		appendText(&r.plain, inUTF8(bytes, params["charset"]))
	case isText:
		appendText(&r.html, inUTF8(bytes, params["charset"]))
	default:
		r.attach(name, kind, bytes)
	}
}

func (r *reader) multipart(body io.Reader, boundary string, depth int) {
	if boundary == "" {
		r.problem("a group of parts has no boundary and was not read")
		return
	}
	parts := multipart.NewReader(body, boundary)
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			if err != io.EOF { //nolint:errorlint // bare at the end; wrapped when the message is cut short
				r.problem("the message ends in the middle of its parts")
			}
			return
		}
		r.part(partHeader{
			kind: p.Header.Get("Content-Type"), encoding: p.Header.Get("Content-Transfer-Encoding"), disposition: p.Header.Get("Content-Disposition"),
		}, p, depth+1)
		if r.parts > maxParts {
			return
		}
	}
}

// decoded undoes the transfer encoding. An unknown one leaves the bytes as they are.
func decoded(body io.Reader, encoding string) io.Reader {
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}

func (r *reader) attach(name, kind string, content []byte) {
	decoder := mime.WordDecoder{CharsetReader: charsetReader}
	name = safeName(decodeHeader(decoder, name))
	if name == "" {
		name = fmt.Sprintf("part-%d%s", r.parts, endings[kind])
	}
	sum := sha256.Sum256(content)
	r.out.Attachments = append(r.out.Attachments, Attachment{Name: name, Type: kind, Bytes: content, SHA256: hex.EncodeToString(sum[:])})
}

// endings are those given to nameless attachments. The table is ours, because that
// of the machine differs from machine to machine.
var endings = map[string]string{
	"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "text/html": ".html", "text/plain": ".txt",
	"text/csv": ".csv", "message/rfc822": ".eml", "text/calendar": ".ics",
}

// finish settles which text is taken and cuts it to size.
func (r *reader) finish() {
	text := r.plain.String()
	if strings.TrimSpace(text) == "" && r.html.Len() > 0 {
		text = textOfHTML(r.html.String())
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\x00", "")
	if len(text) > MaxTextBytes {
		text, r.out.Cut = strings.ToValidUTF8(text[:MaxTextBytes], ""), true
		r.problem("the text is longer than %d bytes and was cut", MaxTextBytes)
	}
	r.out.Text = strings.TrimSpace(text)
}

func appendText(b *strings.Builder, s string) {
	if b.Len() > 0 {
		b.WriteString("\n\n")
	}
	b.WriteString(s)
}

// inUTF8 is b read in its charset; what can't be read becomes the replacement sign.
func inUTF8(b []byte, charset string) string {
	if charset == "" || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "us-ascii") {
		if utf8.Valid(b) {
			return string(b)
		}
		charset = "windows-1252" // what mislabelled mail mostly is
	}
	encoding, err := htmlindex.Get(charset)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	text, err := encoding.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(text)
}

func charsetReader(charset string, input io.Reader) (io.Reader, error) {
	encoding, err := htmlindex.Get(charset)
	if err != nil {
		return nil, err
	}
	return encoding.NewDecoder().Reader(input), nil
}

// decodeHeader reads encoded words; a header that can't be decoded stays as it is.
func decodeHeader(d mime.WordDecoder, s string) string {
	if text, err := d.DecodeHeader(s); err == nil {
		return text
	}
	return s
}

// cleanLine is s on one line without control signs.
func cleanLine(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c == utf8.RuneError {
			return ' '
		}
		return c
	}, s)), " ")
}

// safeName is the base name of a file without path, control signs or leading dots,
// at most 120 bytes.
func safeName(s string) string {
	s = cleanLine(path.Base("/" + strings.ReplaceAll(s, `\`, "/")))
	s = strings.TrimLeft(strings.Trim(s, " /"), ".")
	if len(s) > 120 {
		ext := path.Ext(s)
		if len(ext) > 10 {
			ext = ""
		}
		s = strings.ToValidUTF8(s[:120-len(ext)], "") + ext
	}
	return s
}

// textOfHTML is the words of an HTML text, a line a block, without scripts and styles.
func textOfHTML(text string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(text))
	skip := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return squeeze(b.String())
		case html.TextToken:
			if skip == 0 {
				b.Write(z.Text())
			}
		case html.StartTagToken:
			if name, _ := z.TagName(); string(name) == "script" || string(name) == "style" {
				skip++
			} else if blockTags[string(name)] {
				b.WriteByte('\n')
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); (string(name) == "script" || string(name) == "style") && skip > 0 {
				skip--
			} else if blockTags[string(name)] {
				b.WriteByte('\n')
			}
		case html.SelfClosingTagToken:
			if name, _ := z.TagName(); blockTags[string(name)] {
				b.WriteByte('\n')
			}
		}
	}
}

var blockTags = map[string]bool{"p": true, "div": true, "br": true, "li": true, "tr": true, "h1": true, "h2": true, "h3": true, "blockquote": true, "table": true}

// squeeze trims lines and keeps at most one empty line.
func squeeze(s string) string {
	var lines []string
	for line := range strings.Lines(html.UnescapeString(s)) {
		line = strings.Join(strings.Fields(line), " ")
		if line != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// Signal makes a message that waits to be sorted (Francis 109: nobody must call it
// a complaint). Its provider, and all else, is for a person to say: until then it
// isn't valid. The instant of receipt is ours, never the sender's.
func (m Message) Signal(received, recorded time.Time) signal.Signal {
	s := signal.Signal{
		Kind: signal.KindMessage, Title: firstOf(m.Subject, "Message without a subject"), Narrative: m.Text,
		Received: received, Recorded: recorded, Source: signal.Source{Channel: "email"},
		Correspondence: &signal.Correspondence{Type: "letter"},
	}
	if r := []rune(s.Title); len(r) > 200 {
		s.Title = string(r[:199]) + "…"
	}
	for _, a := range m.Attachments {
		s.Attachments = append(s.Attachments, signal.Attachment{Name: a.Name, Type: a.Type, SHA256: a.SHA256, Size: len(a.Bytes)})
	}
	return s
}
