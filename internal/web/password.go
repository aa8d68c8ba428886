package web

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"candour/internal/fault"
)

// Argon2 is what hashing one password costs. The encoded hash carries it, so
// that it can be raised without touching what is stored.
type Argon2 struct {
	Time    uint32 // passes over the memory
	Memory  uint32 // KiB
	Threads uint8
}

// DefaultArgon2 is the second recommended option of RFC 9106, section 4: argon2id
// with 3 passes over 64 MiB and 4 lanes.
var DefaultArgon2 = Argon2{Time: 3, Memory: 64 << 10, Threads: 4}

// Salt and hash lengths as RFC 9106, section 4, recommends.
const (
	saltBytes = 16
	hashBytes = 32
)

// hash encodes a password in the form that argon2's own tool writes:
// $argon2id$v=19$m=65536,t=3,p=4$salt$hash.
func (a Argon2) hash(password string, random io.Reader) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fault.Wrap(fault.Internal, err, "draw a salt")
	}
	return a.encode(salt, argon2.IDKey([]byte(password), salt, a.Time, a.Memory, a.Threads, hashBytes)), nil
}

func (a Argon2) encode(salt, hash []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, a.Memory, a.Time, a.Threads, b64.EncodeToString(salt), b64.EncodeToString(hash))
}

// matches reports whether password is the one behind an encoded hash. Its time
// doesn't depend on how much of the hash agrees.
func matches(encoded, password string) (bool, error) {
	parts := strings.Split(encoded, "$")
	var version int
	var a Argon2
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" {
		return false, fault.New(fault.Damaged, "a stored password is not an argon2id hash")
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, fault.New(fault.Damaged, "a stored password has argon2 version %q, expected v=%d", parts[2], argon2.Version)
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &a.Memory, &a.Time, &a.Threads); err != nil || a.Time == 0 || a.Threads == 0 || a.Memory > 1<<21 {
		return false, fault.New(fault.Damaged, "a stored password has cost %q", parts[3])
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fault.Wrap(fault.Damaged, err, "read the salt of a stored password")
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) == 0 {
		return false, fault.New(fault.Damaged, "the hash of a stored password can't be read")
	}
	got := argon2.IDKey([]byte(password), salt, a.Time, a.Memory, a.Threads, uint32(len(want))) //nolint:gosec // length of a stored hash
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// The length of passwords, in characters. Length is asked for, not signs: three
// words do (National Cyber Security Centre).
const (
	shortestPassword = 12
	longestPassword  = 200
)

// passwordWrong says what is wrong with a new password; "" is nothing.
func passwordWrong(password, again, login string) string {
	n := utf8.RuneCountInString(password)
	switch {
	case n < shortestPassword:
		return fmt.Sprintf("Enter a password of at least %d characters; three words do", shortestPassword)
	case n > longestPassword:
		return fmt.Sprintf("Enter a password of at most %d characters", longestPassword)
	case strings.Count(password, password[:1]) == len(password):
		return "Enter a password that is not one character again and again"
	case login != "" && strings.EqualFold(password, login):
		return "Enter a password that is not your sign-in name"
	case password != again:
		return "Enter the same password twice"
	}
	return ""
}

// hashing waits for its turn and hashes a password: each takes much memory.
func (s *Server) hashPassword(password string) (string, error) {
	s.hashing <- struct{}{}
	defer func() { <-s.hashing }()
	return s.Password.hash(password, s.Random)
}

// samePassword waits for its turn and compares. Without a stored hash the same
// work is done, so that the time doesn't tell whether there is an account.
func (s *Server) samePassword(encoded, password string) (bool, error) {
	s.hashing <- struct{}{}
	defer func() { <-s.hashing }()
	if encoded == "" {
		_ = argon2.IDKey([]byte(password), make([]byte, saltBytes), s.Password.Time, s.Password.Memory, s.Password.Threads, hashBytes)
		return false, nil
	}
	return matches(encoded, password)
}
