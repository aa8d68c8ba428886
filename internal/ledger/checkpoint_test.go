package ledger

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"candour/internal/fault"
)

const origin = "candour.example/north"

// keys makes the key pair of name from a fixed seed.
func keys(t testing.TB, name string, seed byte) (note.Signer, note.Verifier) {
	t.Helper()
	signing, verifying, err := GenerateKey(name, bytes.NewReader(bytes.Repeat([]byte{seed}, 64)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewSigner(signing)
	if err != nil {
		t.Fatal(err)
	}
	v, err := NewVerifierKey(verifying)
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

// witnessKeys makes the key pair of a witness that signs at an instant.
func witnessKeys(t testing.TB, name string, seed byte, at time.Time) (note.Signer, note.Verifier) {
	t.Helper()
	signing, verifying, err := GenerateWitnessKey(name, bytes.NewReader(bytes.Repeat([]byte{seed}, 64)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewCosigner(signing, at)
	if err != nil {
		t.Fatal(err)
	}
	v, err := NewWitness(verifying)
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

func TestTheTextOfACheckpointIsThatOfTheSpecification(t *testing.T) {
	t.Parallel()
	// The example of C2SP tlog-checkpoint.
	const text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
	c, err := ParseCheckpoint(text)
	if err != nil || c.Origin != "example.com/behind-the-sofa" || c.Size != 20852163 {
		t.Fatalf("read %+v, %v", c, err)
	}
	if back, err := c.Text(); err != nil || back != text {
		t.Errorf("written again as %q, %v", back, err)
	}
	c, err = ParseCheckpoint(text + "extension\n")
	if err != nil || len(c.Extensions) != 1 {
		t.Fatalf("with an extension: %+v, %v", c, err)
	}
	if back, _ := c.Text(); back != text+"extension\n" {
		t.Errorf("an extension is lost: %q", back)
	}
}

func TestATextThatIsNoCheckpointIsRefused(t *testing.T) {
	t.Parallel()
	const root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
	for name, text := range map[string]string{
		"nothing":                "",
		"two lines":              "a\n1\n",
		"no last line feed":      "a\n1\n" + root,
		"an empty origin":        "\n1\n" + root + "\n",
		"a space in the origin":  "a b\n1\n" + root + "\n",
		"a plus in the origin":   "a+b\n1\n" + root + "\n",
		"a size with a zero":     "a\n01\n" + root + "\n",
		"a negative size":        "a\n-1\n" + root + "\n",
		"a size too large":       "a\n9223372036854775808\n" + root + "\n",
		"a short root":           "a\n1\nAAAA\n",
		"a root with loose bits": "a\n1\n" + root[:42] + "J=\n",
		"an empty extension":     "a\n1\n" + root + "\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseCheckpoint(text)
			mustBe(t, err, fault.Invalid)
		})
	}
}

func TestASignedCheckpointVerifiesOnlyUnderItsOwnKeyAndName(t *testing.T) {
	t.Parallel()
	signer, verifier := keys(t, origin, 1)
	_, sameName := keys(t, origin, 2)
	_, otherName := keys(t, "candour.example/south", 1)
	c := newTestLog(t, 50).checkpoint()
	c.Origin = origin
	signed, err := SignCheckpoint(c, signer)
	if err != nil {
		t.Fatal(err)
	}
	got, err := VerifyCheckpoint(signed, verifier)
	if err != nil || got.Size != 50 || got.Root != c.Root || len(got.Cosignatures) != 0 {
		t.Fatalf("got %+v, %v", got, err)
	}
	for i := range signed {
		changed := bytes.Clone(signed)
		changed[i] ^= 1
		if _, err := VerifyCheckpoint(changed, verifier); err == nil {
			t.Fatalf("byte %d changed and not noticed", i)
		}
	}
	for _, v := range []note.Verifier{sameName, otherName} {
		_, err = VerifyCheckpoint(signed, v)
		mustBe(t, err, fault.Damaged)
	}
	c.Origin = "candour.example/south"
	_, err = SignCheckpoint(c, signer)
	mustBe(t, err, fault.Invalid)
}

func TestACheckpointOfAnotherLogSignedByThisKeyIsRefused(t *testing.T) {
	t.Parallel()
	signer, verifier := keys(t, origin, 1)
	c := Checkpoint{Origin: "candour.example/south", Size: 0, Root: emptyRoot}
	text, err := c.Text()
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		t.Fatal(err)
	}
	_, err = VerifyCheckpoint(signed, verifier)
	mustBe(t, err, fault.Damaged)
}

func TestCosignaturesAreKeptAndVerified(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 4, 10, 8, 30, 0, 0, time.UTC)
	signer, verifier := keys(t, origin, 1)
	oneSigner, one := witnessKeys(t, "witness.example/one", 3, at)
	twoSigner, two := witnessKeys(t, "witness.example/two", 4, at.Add(time.Second))
	c := newTestLog(t, 5).checkpoint()
	c.Origin = origin
	signed, err := SignCheckpoint(c, signer)
	if err != nil {
		t.Fatal(err)
	}
	answer := func(s note.Signer) []byte {
		text, _ := c.Text()
		full, err := note.Sign(&note.Note{Text: text}, s)
		if err != nil {
			t.Fatal(err)
		}
		return full[len(text)+1:]
	}
	both, err := AddCosignatures(signed, answer(oneSigner), verifier, one)
	if err != nil {
		t.Fatal(err)
	}
	// The first witness is unknown to whoever adds the second, and stays.
	both, err = AddCosignatures(both, answer(twoSigner), verifier, two)
	if err != nil {
		t.Fatal(err)
	}
	got, err := VerifyCheckpoint(both, verifier, one, two)
	if err != nil || len(got.Cosignatures) != 2 {
		t.Fatalf("got %+v, %v", got, err)
	}
	for _, co := range got.Cosignatures {
		want := at
		if co.Witness == two.Name() {
			want = at.Add(time.Second)
		}
		if !co.Instant.Equal(want) {
			t.Errorf("%s signed at %v; want %v", co.Witness, co.Instant, want)
		}
	}
	if got, err := VerifyCheckpoint(both, verifier); err != nil || len(got.Cosignatures) != 0 {
		t.Errorf("unknown witnesses are ignored: %+v, %v", got, err)
	}
	// A witness signing again replaces its older cosignature.
	later, _ := witnessKeys(t, "witness.example/one", 3, at.Add(time.Hour))
	again, err := AddCosignatures(both, answer(later), verifier, one, two)
	if err != nil || bytes.Count(again, []byte("witness.example/one")) != 1 {
		t.Errorf("signed again: %s, %v", again, err)
	}
	// A witness alone does not make a checkpoint of the log.
	text, _ := c.Text()
	alone := append([]byte(text+"\n"), answer(oneSigner)...)
	_, err = VerifyCheckpoint(alone, verifier, one)
	mustBe(t, err, fault.Damaged)
	// A witness of a changed checkpoint, an unknown one, and text smuggled in.
	for name, lines := range map[string][]byte{
		"another key":    answer(signer),
		"no signature":   []byte("nonsense\n"),
		"smuggled text":  append([]byte("x\n\n"), answer(oneSigner)...),
		"another's time": bytes.Replace(answer(oneSigner), []byte("AAAA"), []byte("AAAB"), 1),
	} {
		if _, err := AddCosignatures(signed, lines, verifier, one); err == nil {
			t.Errorf("%s is accepted as a cosignature", name)
		}
	}
}

func TestTheCosignatureOfTheSpecificationIsReadToItsTime(t *testing.T) {
	t.Parallel()
	// The example of C2SP tlog-cosignature, signed at 1679315147.
	sig := note.Signature{Base64: "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=="}
	if got := cosignedAt(sig).Unix(); got != 1679315147 {
		t.Errorf("signed at %d", got)
	}
	raw, err := base64.StdEncoding.DecodeString(sig.Base64)
	if err != nil || len(raw) != 4+cosignatureLength {
		t.Errorf("its signature has %d bytes after the key identifier; ours %d", len(raw)-4, cosignatureLength)
	}
	const message = "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
	text := message[strings.Index(message, "example"):]
	if got := string(cosignedMessage(1679315147, []byte(text))); got != message {
		t.Errorf("message %q", got)
	}
}

func TestKeysOfTheWrongSortAreRefused(t *testing.T) {
	t.Parallel()
	random := func() *bytes.Reader { return bytes.NewReader(make([]byte, 64)) }
	logSigning, logVerifying, err := GenerateKey(origin, random())
	if err != nil {
		t.Fatal(err)
	}
	signing, verifying, err := GenerateWitnessKey("witness.example", random())
	if err != nil {
		t.Fatal(err)
	}
	again, _, _ := GenerateKey(origin, random())
	if again != logSigning {
		t.Error("the same random bytes give another key")
	}
	now := time.Unix(0, 0)
	for name, try := range map[string]func() error{
		"a log's key as a witness's":         func() error { _, err := NewWitness(logVerifying); return err },
		"a log's signing key as a witness's": func() error { _, err := NewCosigner(logSigning, now); return err },
		"a witness's key as a log's":         func() error { _, err := NewVerifierKey(verifying); return err },
		"a witness's signing key as a log's": func() error { _, err := NewSigner(signing); return err },
		"a verifying key to sign":            func() error { _, err := NewCosigner(verifying, now); return err },
		"an identifier that does not match":  func() error { _, err := NewWitness("x" + verifying); return err },
		"a signing identifier likewise": func() error {
			_, err := NewCosigner(strings.Replace(signing, "+witness", "+xwitness", 1), now)
			return err
		},
		"before 1970":         func() error { _, err := NewCosigner(signing, time.Unix(-1, 0)); return err },
		"a name with a space": func() error { _, _, err := GenerateKey("a b", random()); return err },
		"an empty name":       func() error { _, _, err := GenerateWitnessKey("", random()); return err },
	} {
		if err := try(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := GenerateWitnessKey("w", bytes.NewReader(nil)); err == nil {
		t.Error("a key was made of no random bytes")
	}
}

func FuzzParseCheckpoint(f *testing.F) {
	f.Add("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n")
	f.Add("a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nx\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCheckpoint(text)
		if err != nil {
			return
		}
		if back, err := c.Text(); err != nil || back != text {
			t.Fatalf("%q was read as %+v, which is written as %q, %v", text, c, back, err)
		}
	})
}
