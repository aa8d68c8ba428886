// Package seal encrypts the texts that only named readers may see: the identity
// of a whistle-blower, a complainant, a patient.
//
// Each sealed text has a [Key] of its own ([NewKey]). The text is kept as
// [Seal] gives it; its key is kept apart, itself sealed under the installation's
// master key ([Wrap], [Unwrap]). To erase a text lawfully, destroy its wrapped
// key: then the stored text cannot be opened again, while every hash of the
// ledger still holds. A backup made before still has the wrapped key; it is
// reached when it expires, or by moving all other keys to a new master key
// ([Rewrap]) and destroying the old one.
//
// The cipher is XChaCha20-Poly1305 (golang.org/x/crypto) with a random nonce of
// 24 bytes. What is sealed is, to the byte:
//
//	offset  bytes  field
//	0       1      version, 1
//	1       24     nonce
//	25      n+16   ciphertext and authentication tag
//
// A text is padded before it is encrypted, with the byte 0x80 and then zeros up
// to the next multiple of 64 bytes, so that the length stored tells less of a
// short name. A key is not padded.
//
// Associated data is authenticated and not stored: the caller gives the same
// bytes to open, usually the identifier of what the text belongs to, so that a
// sealed text moved to another record does not open there. The program puts
// "candour seal v1\n" before it for a text and "candour wrap v1\n" for a key.
//
// Sealing does not hide that a text exists, roughly how long it is, or when it
// was written; it does not protect against whoever holds the master key and the
// store; and it does not reach copies that a reader made.
package seal

import (
	"bytes"
	"crypto/cipher"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"

	"candour/internal/fault"
)

// Key is a secret of 32 bytes.
type Key [chacha20poly1305.KeySize]byte

const (
	version   = 1
	padding   = 64
	header    = 1 + chacha20poly1305.NonceSizeX
	forText   = "candour seal v1\n"
	forKey    = "candour wrap v1\n"
	unopened  = "the sealed text does not open: it was changed, belongs elsewhere, or this is not its key"
	hidden    = "(key)"
	badFormat = "the bytes are not a sealed text of version 1"
)

// Overhead is how much longer than the text the sealed bytes are at most.
const Overhead = header + padding + chacha20poly1305.Overhead

// NewKey draws a key from random.
func NewKey(random io.Reader) (Key, error) {
	var k Key
	if _, err := io.ReadFull(random, k[:]); err != nil {
		return Key{}, fault.Wrap(fault.Internal, err, "draw a key")
	}
	return k, nil
}

// Erase overwrites the key in memory.
func (k *Key) Erase() { clear(k[:]) }

// Format hides the key from every verb, so that no log or message can show it.
func (Key) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, hidden) }

// MarshalText hides the key from JSON and its like. There is no way back.
func (Key) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Seal encrypts text under key, bound to associated. The nonce is drawn from
// random, so sealing the same text twice gives different bytes.
func Seal(random io.Reader, key Key, text, associated []byte) ([]byte, error) {
	padded := make([]byte, (len(text)/padding+1)*padding)
	copy(padded, text)
	padded[len(text)] = 0x80
	return encrypt(random, key, padded, forText, associated)
}

// Open decrypts what [Seal] gave for the same key and associated bytes. A
// failure is of kind Damaged and tells nothing of the text.
func Open(key Key, sealed, associated []byte) ([]byte, error) {
	padded, err := decrypt(key, sealed, forText, associated)
	if err != nil {
		return nil, err
	}
	end := bytes.LastIndexByte(padded, 0x80)
	if end < 0 || len(padded)%padding != 0 || len(padded)-end > padding || len(bytes.Trim(padded[end+1:], "\x00")) > 0 {
		return nil, fault.New(fault.Damaged, badFormat)
	}
	return padded[:end], nil
}

// Wrap encrypts key under the master key, bound to associated.
func Wrap(random io.Reader, master, key Key, associated []byte) ([]byte, error) {
	return encrypt(random, master, key[:], forKey, associated)
}

// Unwrap decrypts what [Wrap] gave.
func Unwrap(master Key, wrapped, associated []byte) (Key, error) {
	raw, err := decrypt(master, wrapped, forKey, associated)
	if err != nil {
		return Key{}, err
	}
	defer clear(raw)
	if len(raw) != len(Key{}) {
		return Key{}, fault.New(fault.Damaged, badFormat)
	}
	return Key(raw), nil
}

// Rewrap moves a wrapped key from an old master key to a new one. The text
// sealed under it stays as it is.
func Rewrap(random io.Reader, from, to Key, wrapped, associated []byte) ([]byte, error) {
	key, err := Unwrap(from, wrapped, associated)
	if err != nil {
		return nil, err
	}
	defer key.Erase()
	return Wrap(random, to, key, associated)
}

func newCipher(key Key) cipher.AEAD {
	aead, err := chacha20poly1305.NewX(key[:])
	if err != nil {
		panic(err) // the length of a Key is right
	}
	return aead
}

func encrypt(random io.Reader, key Key, plain []byte, purpose string, associated []byte) ([]byte, error) {
	out := make([]byte, header, header+len(plain)+chacha20poly1305.Overhead)
	out[0] = version
	if _, err := io.ReadFull(random, out[1:]); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "draw a nonce")
	}
	return newCipher(key).Seal(out, out[1:header], plain, append([]byte(purpose), associated...)), nil
}

func decrypt(key Key, sealed []byte, purpose string, associated []byte) ([]byte, error) {
	if len(sealed) < header+chacha20poly1305.Overhead || sealed[0] != version {
		return nil, fault.New(fault.Damaged, badFormat)
	}
	plain, err := newCipher(key).Open(nil, sealed[1:header], sealed[header:], append([]byte(purpose), associated...))
	if err != nil {
		return nil, fault.New(fault.Damaged, unopened)
	}
	return plain, nil
}
