package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"candour/internal/fault"
)

// keyCosignature is the type byte before the material of a witness's key:
// Ed25519 cosignature/v1. The log's own key has type 1, plain Ed25519.
const keyCosignature = 0x04

// cosignatureLength is a 64-bit timestamp and an Ed25519 signature.
const cosignatureLength = 8 + ed25519.SignatureSize

// witness checks cosignatures of type cosignature/v1 (C2SP tlog-cosignature).
type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.id }

// Verify checks the signature over "cosignature/v1", the time and the text.
func (w *witness) Verify(text, sig []byte) bool {
	if len(sig) != cosignatureLength {
		return false
	}
	seconds := binary.BigEndian.Uint64(sig)
	if seconds > 1<<63-1 {
		return false
	}
	return ed25519.Verify(w.key, cosignedMessage(seconds, text), sig[8:])
}

// cosignedMessage is what a witness signs.
func cosignedMessage(seconds uint64, text []byte) []byte {
	return fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", seconds, text)
}

// keyID is the 32-bit key identifier of the signed-note format: the first four
// bytes of SHA-256(name ‖ "\n" ‖ type ‖ public key).
func keyID(name string, kind byte, public ed25519.PublicKey) uint32 {
	sum := sha256.Sum256(append([]byte(name+"\n"+string([]byte{kind})), public...))
	return binary.BigEndian.Uint32(sum[:])
}

// splitKey reads "name+id+base64" and gives the type byte and the material.
func splitKey(key string) (name string, id uint32, kind byte, material []byte, err error) {
	name, rest, _ := strings.Cut(key, "+")
	hex, encoded, _ := strings.Cut(rest, "+")
	data, err64 := base64.StdEncoding.DecodeString(encoded)
	id64, errHex := strconv.ParseUint(hex, 16, 32)
	if validateOrigin(name) != nil || err64 != nil || errHex != nil || len(hex) != 8 || len(data) != 33 {
		return "", 0, 0, nil, fault.New(fault.Invalid, "the key is not of the form name+identifier+base64")
	}
	return name, uint32(id64), data[0], data[1:], nil
}

// NewWitness reads the verifying key of a witness. It takes the type
// cosignature/v1, which witnesses use, whose signatures carry the time.
func NewWitness(verifying string) (note.Verifier, error) {
	name, id, kind, public, err := splitKey(verifying)
	if err != nil {
		return nil, err
	}
	if kind != keyCosignature {
		return nil, fault.New(fault.Invalid, "the key of %q has type %d; a witness's has type %d", name, kind, keyCosignature)
	}
	if keyID(name, kind, public) != id {
		return nil, fault.New(fault.Invalid, "the key of witness %q does not match its identifier", name)
	}
	return &witness{name: name, id: id, key: public}, nil
}

// GenerateWitnessKey makes the key pair of a witness, from 32 bytes of random.
func GenerateWitnessKey(name string, random io.Reader) (signing, verifying string, err error) {
	if err := validateOrigin(name); err != nil {
		return "", "", err
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(random, seed); err != nil {
		return "", "", fault.Wrap(fault.Internal, err, "make a key")
	}
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	id := keyID(name, keyCosignature, public)
	encode := func(material []byte) string {
		return base64.StdEncoding.EncodeToString(append([]byte{keyCosignature}, material...))
	}
	return fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, id, encode(seed)), fmt.Sprintf("%s+%08x+%s", name, id, encode(public)), nil
}

// cosigner signs as a witness at one instant.
type cosigner struct {
	name    string
	id      uint32
	key     ed25519.PrivateKey
	seconds uint64
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.id }

// Sign signs the text with the time before it.
func (c *cosigner) Sign(text []byte) ([]byte, error) {
	sig := binary.BigEndian.AppendUint64(nil, c.seconds)
	return append(sig, ed25519.Sign(c.key, cosignedMessage(c.seconds, text))...), nil
}

// NewCosigner reads the signing key of a witness and signs as of the instant
// at: with it, one commissioner's installation can be the witness of another's.
func NewCosigner(signing string, at time.Time) (note.Signer, error) {
	rest, ok := strings.CutPrefix(signing, "PRIVATE+KEY+")
	if !ok {
		return nil, fault.New(fault.Invalid, "the key is not a signing key")
	}
	name, id, kind, seed, err := splitKey(rest)
	if err != nil {
		return nil, err
	}
	if kind != keyCosignature {
		return nil, fault.New(fault.Invalid, "the key of %q has type %d; a witness's has type %d", name, kind, keyCosignature)
	}
	if at.Unix() < 0 {
		return nil, fault.New(fault.Invalid, "a witness cannot sign before 1970")
	}
	key := ed25519.NewKeyFromSeed(seed)
	if keyID(name, kind, key.Public().(ed25519.PublicKey)) != id {
		return nil, fault.New(fault.Invalid, "the key of witness %q does not match its identifier", name)
	}
	return &cosigner{name: name, id: id, key: key, seconds: uint64(at.Unix())}, nil
}

// cosignedAt is the instant in a verified cosignature.
func cosignedAt(sig note.Signature) time.Time {
	raw, err := base64.StdEncoding.DecodeString(sig.Base64)
	if err != nil || len(raw) < 12 {
		return time.Time{}
	}
	return time.Unix(int64(binary.BigEndian.Uint64(raw[4:])), 0).UTC()
}

// AddCosignatures adds signature lines, as a witness answers them (C2SP
// tlog-witness), to a signed checkpoint. Signatures that are there already stay,
// known or not. Each new line must be of a given witness and verify.
func AddCosignatures(signed, lines []byte, log note.Verifier, witnesses ...note.Verifier) ([]byte, error) {
	old, err := openCheckpoint(signed, log, witnesses)
	if err != nil {
		return nil, err
	}
	answer := append(append([]byte(old.Text), '\n'), lines...)
	added, err := note.Open(answer, note.VerifierList(witnesses...))
	if err != nil {
		return nil, fault.Wrap(fault.Damaged, err, "read the witness's answer")
	}
	if added.Text != old.Text {
		return nil, fault.New(fault.Damaged, "the witness's answer has more than signature lines")
	}
	if n := len(added.UnverifiedSigs); n > 0 {
		return nil, fault.New(fault.Refused, "%q is not a known witness", added.UnverifiedSigs[0].Name)
	}
	return mergeSignatures(old, added.Sigs), nil
}

// mergeSignatures writes the note with the signatures that it has, those of
// known keys first, and then those added; a newer one replaces that of the same
// key.
func mergeSignatures(old *note.Note, added []note.Signature) []byte {
	type key struct {
		name string
		hash uint32
	}
	replaced := map[key]bool{}
	for _, sig := range added {
		replaced[key{sig.Name, sig.Hash}] = true
	}
	var out bytes.Buffer
	out.WriteString(old.Text + "\n")
	for _, list := range [][]note.Signature{old.Sigs, old.UnverifiedSigs} {
		for _, sig := range list {
			if !replaced[key{sig.Name, sig.Hash}] {
				fmt.Fprintf(&out, "— %s %s\n", sig.Name, sig.Base64)
			}
		}
	}
	for _, sig := range added {
		fmt.Fprintf(&out, "— %s %s\n", sig.Name, sig.Base64)
	}
	return out.Bytes()
}
