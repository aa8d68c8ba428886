package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"candour/internal/delivery"
)

// counting counts what is read of it, and says nothing of its size.
type counting struct {
	io.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

// Of a file that is larger than one may be no copy is made, and it is on record all the
// same: by its name, size and hash.
func TestAFileThatIsTooLargeIsOnRecordAndNoCopyIsMade(t *testing.T) {
	t.Parallel()
	text := []byte(aeHeader + strings.Repeat(aeRow, 100))
	sum := sha256.Sum256(text)
	file := filepath.Join(t.TempDir(), "large.csv")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() (io.Reader, error){
		"a file":                   func() (io.Reader, error) { return os.Open(file) },
		"a stream of unknown size": func() (io.Reader, error) { return &counting{Reader: bytes.NewReader(text)}, nil },
	} {
		for _, dry := range []bool{false, true} {
			l, m := newLoader(t)
			l.Limits.File = 1000
			r, err := open()
			if err != nil {
				t.Fatal(err)
			}
			reports, err := l.LoadFile(context.Background(), "large.csv", r, Options{Dry: dry})
			if err != nil || len(reports) != 1 {
				t.Fatalf("%s: %v, %v", name, reports, err)
			}
			got := reports[0]
			if got.Status != delivery.Quarantined || got.SHA256 != hex.EncodeToString(sum[:]) || got.Delivery.Size != int64(len(text)) {
				t.Errorf("%s: %s, %s, %d bytes", name, got.Status, got.SHA256, got.Delivery.Size)
			}
			if len(got.Messages) != 1 || got.Messages[0].Code != CodeTooLarge || got.Messages[0].Expected != "at most 1000 bytes" || !strings.Contains(got.Messages[0].Advice, "keep the file") {
				t.Errorf("%s: %+v", name, got.Messages)
			}
			if len(m.Archived) > 0 || dry == (len(m.Deliveries) == 1) {
				t.Errorf("%s, dry %v: %d files archived, %d deliveries", name, dry, len(m.Archived), len(m.Deliveries))
			}
		}
	}
}

// A member of an archive stays in the archive, which is kept.
func TestAMemberThatIsTooLargeStaysInItsArchive(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	text := zipOf(t, "a.csv", aeHeader+strings.Repeat(aeRow, 100), "b.csv", aeHeader+aeRow)
	l.Limits.File, l.Limits.Ratio = int64(len(text))+100, 1000
	l.Signals = nobody{}
	reports, err := l.LoadFile(context.Background(), "all.zip", bytes.NewReader(text), Options{})
	if err != nil || len(reports) != 2 {
		t.Fatalf("%v, %v", reports, err)
	}
	for _, r := range reports {
		want := delivery.Accepted
		if r.File == "all.zip/a.csv" {
			want = delivery.Quarantined
		}
		if r.Status != want {
			t.Errorf("%s: %s %+v", r.File, r.Status, r.Messages)
		}
	}
	whole := sha256.Sum256(text)
	if len(m.Archived) != 2 || m.Archived[hex.EncodeToString(whole[:])] == nil {
		t.Errorf("%d files archived, expected the archive and its smaller member", len(m.Archived))
	}
}

// nobody finds signals in no file.
type nobody struct{}

func (nobody) Holds(context.Context, string, []byte, bool, Options) (bool, error) { return false, nil }

func (nobody) Take(context.Context, string, []byte, Options) (Report, error) {
	return Report{}, errors.New("nothing was to be taken")
}

func TestReadingALargeFileEndsWhenItsCallerHasGone(t *testing.T) {
	t.Parallel()
	l, _ := newLoader(t)
	l.Limits.File = 10
	ctx, stop := context.WithCancel(context.Background())
	stop()
	r := &counting{Reader: strings.NewReader(strings.Repeat("x", 100))}
	if _, err := l.LoadFile(ctx, "x", r, Options{}); !errors.Is(err, context.Canceled) || r.n > 0 {
		t.Errorf("%v after %d bytes", err, r.n)
	}
}
