package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"candour/internal/fault"
)

// Checkpoint is the head of a log: so many entries, with this root. Signed, it
// commits the log to every entry before it (C2SP tlog-checkpoint).
type Checkpoint struct {
	Origin     string   // the log's name, such as "candour.example.nhs.uk/north"; no space, no "+"
	Size       int64    // number of entries
	Root       Hash     // root hash of the tree of Size entries
	Extensions []string // further lines, which Candour never writes but keeps when it reads them

	// Cosignatures are those of known witnesses that were verified. It is empty
	// in a checkpoint that was not read by VerifyCheckpoint.
	Cosignatures []Cosignature
}

// Cosignature is a witness's statement that it has seen the log grow to the
// checkpoint without losing or changing anything (C2SP tlog-cosignature).
type Cosignature struct {
	Witness string    // the witness's name
	Instant time.Time // when it signed, to the second
}

// Text is the body that is signed: origin, size in decimal and root in base64,
// one a line.
func (c Checkpoint) Text() (string, error) {
	if err := validateOrigin(c.Origin); err != nil {
		return "", err
	}
	if c.Size < 0 {
		return "", fault.New(fault.Invalid, "size %d of a checkpoint is negative", c.Size)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%d\n%s\n", c.Origin, c.Size, c.Root)
	for _, line := range c.Extensions {
		if line == "" || strings.Contains(line, "\n") {
			return "", fault.New(fault.Invalid, "an extension of a checkpoint is empty or has more than one line")
		}
		b.WriteString(line + "\n")
	}
	return b.String(), nil
}

// validateOrigin holds to what both the note format and its keys accept as a
// name.
func validateOrigin(origin string) error {
	if origin == "" || !utf8.ValidString(origin) || strings.Contains(origin, "+") ||
		strings.ContainsFunc(origin, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return fault.New(fault.Invalid, "the name %q of a log is empty or has a space, a control character or a \"+\"", origin)
	}
	return nil
}

// ParseCheckpoint reads the body of a checkpoint and checks no signature: use
// [VerifyCheckpoint] for one that came from elsewhere.
func ParseCheckpoint(text string) (Checkpoint, error) {
	body, ok := strings.CutSuffix(text, "\n")
	lines := strings.Split(body, "\n")
	if !ok || len(lines) < 3 {
		return Checkpoint{}, fault.New(fault.Invalid, "a checkpoint has %d lines; at least three whole lines are needed", len(lines))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fault.New(fault.Invalid, "the size %q of a checkpoint is not a decimal number", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil || root.String() != lines[2] {
		return Checkpoint{}, fault.New(fault.Invalid, "the root %q of a checkpoint is not 32 bytes in base64", lines[2])
	}
	c := Checkpoint{Origin: lines[0], Size: size, Root: root}
	if len(lines) > 3 {
		c.Extensions = lines[3:]
	}
	if _, err := c.Text(); err != nil {
		return Checkpoint{}, err
	}
	return c, nil
}

// GenerateKey makes the key pair of the log named origin from 32 bytes of
// random. The signing key is secret; the verifying key is given to everybody.
func GenerateKey(origin string, random io.Reader) (signing, verifying string, err error) {
	if err := validateOrigin(origin); err != nil {
		return "", "", err
	}
	signing, verifying, err = note.GenerateKey(random, origin)
	return signing, verifying, fault.Wrap(fault.Internal, err, "make a key")
}

// NewSigner reads a signing key. Its name is the log's origin.
func NewSigner(signing string) (note.Signer, error) {
	s, err := note.NewSigner(signing)
	return s, fault.Wrap(fault.Invalid, err, "read the signing key")
}

// NewVerifierKey reads a verifying key. Its name is the log's origin.
func NewVerifierKey(verifying string) (note.Verifier, error) {
	v, err := note.NewVerifier(verifying)
	return v, fault.Wrap(fault.Invalid, err, "read the verifying key")
}

// SignCheckpoint signs c. The first signer's name must be the origin; further
// signers may hold older or newer keys of the same log.
func SignCheckpoint(c Checkpoint, log note.Signer, others ...note.Signer) ([]byte, error) {
	text, err := c.Text()
	if err != nil {
		return nil, err
	}
	if log.Name() != c.Origin {
		return nil, fault.New(fault.Invalid, "the key of %q cannot sign a checkpoint of %q", log.Name(), c.Origin)
	}
	signed, err := note.Sign(&note.Note{Text: text}, append([]note.Signer{log}, others...)...)
	return signed, fault.Wrap(fault.Internal, err, "sign the checkpoint")
}

// VerifyCheckpoint reads a signed checkpoint. It fails unless the log's own key
// signed it under the log's name, and when the signature of any given key is
// wrong. Signatures of keys that are not given are ignored, as the format asks.
// Cosignatures of the given witnesses ([NewWitness]) are listed in the result;
// how many are enough is for the caller to say.
func VerifyCheckpoint(signed []byte, log note.Verifier, witnesses ...note.Verifier) (Checkpoint, error) {
	opened, err := openCheckpoint(signed, log, witnesses)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := ParseCheckpoint(opened.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != log.Name() {
		return Checkpoint{}, fault.New(fault.Damaged, "the checkpoint is of %q and not of %q", c.Origin, log.Name())
	}
	for _, sig := range opened.Sigs {
		for _, w := range witnesses {
			if sig.Name == w.Name() && sig.Hash == w.KeyHash() {
				c.Cosignatures = append(c.Cosignatures, Cosignature{Witness: sig.Name, Instant: cosignedAt(sig)})
			}
		}
	}
	return c, nil
}

// openCheckpoint checks every signature of a known key and demands the log's.
func openCheckpoint(signed []byte, log note.Verifier, witnesses []note.Verifier) (*note.Note, error) {
	known := note.VerifierList(append([]note.Verifier{log}, witnesses...)...)
	opened, err := note.Open(signed, known)
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		return nil, fault.New(fault.Damaged, "the checkpoint is not signed by %q", log.Name())
	}
	if err != nil {
		return nil, fault.Wrap(fault.Damaged, err, "read the signed checkpoint")
	}
	for _, sig := range opened.Sigs {
		if sig.Name == log.Name() && sig.Hash == log.KeyHash() {
			// The decoder of the note format ignores the last unused bits of base64;
			// a checkpoint shall have one spelling.
			if raw, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil || len(raw) == 0 {
				return nil, fault.New(fault.Damaged, "the signature of %q is not in strict base64", log.Name())
			}
			return opened, nil
		}
	}
	return nil, fault.New(fault.Damaged, "the checkpoint is not signed by %q", log.Name())
}
