package eml

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"candour/internal/fault"
	"candour/internal/signal"
)

func read(t *testing.T, name string) Message {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Read([]byte(strings.ReplaceAll(string(text), "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAMessageWithAttachmentsIsReadWhole(t *testing.T) {
	t.Parallel()
	m := read(t, "nested-with-attachments.eml")
	if m.Subject != "Ward 7 – café notes" || m.FromAddress != "gp@example.org" || m.ID != "abc@example.org" || m.Date.IsZero() {
		t.Errorf("got %+v", m)
	}
	if m.Text != "Sent home at night.\nNo letter – none at all." {
		t.Errorf("text %q", m.Text)
	}
	if len(m.Attachments) != 3 || len(m.Problems) != 0 {
		t.Fatalf("attachments %+v, problems %v", m.Attachments, m.Problems)
	}
	for i, want := range []string{"letter.txt", "passwd", "part-7.eml"} {
		if m.Attachments[i].Name != want {
			t.Errorf("attachment %d is called %q, expected %q", i, m.Attachments[i].Name, want)
		}
	}
	if string(m.Attachments[0].Bytes) != "Dear doctor" || m.Attachments[0].SHA256 == "" {
		t.Errorf("got %q", m.Attachments[0].Bytes)
	}
}

func TestOfHTMLOnlyItsWordsAreTaken(t *testing.T) {
	t.Parallel()
	m := read(t, "html-only-windows-1252.eml")
	if m.Text != "Waited 9 hours & nobody came.\n\n£5 for parking" {
		t.Errorf("got %q", m.Text)
	}
}

func TestDamagedPartsAreToldAndNotLost(t *testing.T) {
	t.Parallel()
	m := read(t, "truncated-base64-and-boundary.eml")
	if m.Text != "The text." || len(m.Attachments) != 1 || len(m.Problems) != 2 {
		t.Errorf("text %q, %d attachments, problems %v", m.Text, len(m.Attachments), m.Problems)
	}
}

func TestLimitsHold(t *testing.T) {
	t.Parallel()
	if _, err := Read(make([]byte, MaxBytes+1)); !fault.Is(err, fault.TooLarge) {
		t.Errorf("too large: %v", err)
	}
	if _, err := Read([]byte("no header at all")); !fault.Is(err, fault.Invalid) {
		t.Errorf("no e-mail: %v", err)
	}
	long, err := Read([]byte("From: a@example.org\r\n\r\n" + strings.Repeat("é", MaxTextBytes)))
	if err != nil || !long.Cut || len(long.Text) > MaxTextBytes || len(long.Problems) != 1 {
		t.Errorf("a long text: cut %v, %d bytes, %v", long.Cut, len(long.Text), err)
	}
	var many strings.Builder
	many.WriteString("From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n")
	for range maxParts + 50 {
		many.WriteString("--b\r\nContent-Type: text/csv; name=x.csv\r\n\r\n1\r\n")
	}
	many.WriteString("--b--\r\n")
	if m, err := Read([]byte(many.String())); err != nil || len(m.Attachments) >= maxParts || len(m.Problems) != 1 {
		t.Errorf("many parts: %d, %v, %v", len(m.Attachments), m.Problems, err)
	}
	deep := "From: a@example.org\r\n"
	for n := range maxDepth + 3 {
		deep += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%dx\r\n\r\n--b%dx\r\n", n, n)
	}
	if m, err := Read([]byte(deep)); err != nil || len(m.Problems) == 0 {
		t.Errorf("deep nesting: %v, %v", m.Problems, err)
	}
}

func TestASignalOfAMessageKnowsNoSender(t *testing.T) {
	t.Parallel()
	received := time.Date(2024, 4, 2, 9, 0, 0, 0, time.UTC)
	s := read(t, "nested-with-attachments.eml").Signal(received, received)
	if s.Kind != signal.KindMessage || len(s.Attachments) != 3 || !s.Received.Equal(received) || s.Correspondence == nil {
		t.Errorf("got %+v", s)
	}
	for _, text := range []string{s.Title, s.Narrative, s.Source.Role, s.Source.Token, string(s.Source.Organisation)} {
		if strings.Contains(text, "gp@example.org") || strings.Contains(text, "Invented") {
			t.Errorf("the sender came through in %q", text)
		}
	}
}

func TestNamesOfFilesAreMadeSafe(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"../../etc/passwd": "passwd", `C:\temp\a.doc`: "a.doc", "..": "", ".htaccess": "htaccess", "a\nb.txt": "a b.txt", "": "",
		strings.Repeat("x", 300) + ".pdf": strings.Repeat("x", 116) + ".pdf",
	} {
		if got := safeName(given); got != want {
			t.Errorf("%q became %q, expected %q", given, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.eml")
	for _, name := range files {
		if text, err := os.ReadFile(name); err == nil {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := Read(text)
		if err != nil {
			return
		}
		if len(m.Text) > MaxTextBytes || strings.ContainsAny(m.Subject, "\r\n\x00") {
			t.Errorf("text of %d bytes, subject %q", len(m.Text), m.Subject)
		}
		for _, a := range m.Attachments {
			if a.Name == "" || strings.ContainsAny(a.Name, "/\\\x00\n") || strings.HasPrefix(a.Name, ".") {
				t.Errorf("an attachment is called %q", a.Name)
			}
		}
	})
}
