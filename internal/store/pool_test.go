package store

import (
	"crypto/rand"
	"strconv"
	"sync"
	"testing"
	"time"
)

// TestMoreTextsThanAreKeptAreAnswered asks more different questions than are kept
// prepared, several people at once, and each again after the table has changed.
func TestMoreTextsThanAreKeptAreAnswered(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), Config{Dir: t.TempDir(), Random: rand.Reader, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	ask := func(held int) {
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for i := range mostPrepared + 20 {
					var n, count int
					err := s.read.QueryRowContext(t.Context(), "SELECT "+strconv.Itoa(i)+" + $1, (SELECT COUNT(*) FROM definition)", 1).Scan(&n, &count)
					if err != nil || n != i+1 || count != held {
						t.Errorf("question %d: %d, %d, %v; expected %d, %d", i, n, count, err, i+1, held)
					}
				}
			})
		}
		wg.Wait()
	}
	ask(0)
	if n := len(s.read.prepared.byText); n != mostPrepared {
		t.Errorf("%d questions are kept, expected %d", n, mostPrepared)
	}
	if _, err := s.write.ExecContext(t.Context(), "INSERT INTO definition (sort, id, version, body, from_pos, until_pos) VALUES ('a', 'b', '1', '', 1, 2)"); err != nil {
		t.Fatal(err)
	}
	ask(1)
	if err := s.read.QueryRowContext(t.Context(), "SELECT nothing FROM nowhere").Err(); err == nil {
		t.Error("a question that makes no sense was answered")
	}
}
