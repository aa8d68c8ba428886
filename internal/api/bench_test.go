package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"candour/internal/access"
)

// BenchmarkGroups sends signals over HTTP as programs do: eight clients at once, in
// groups. Each call has answered, so all is durable, when it is counted. The bar is
// 3,000 signals a second on SQLite.
//
//	go test ./internal/api -run - -bench Groups -benchtime 5s
func BenchmarkGroups(b *testing.B) {
	for _, size := range []int{100, 500} {
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			x := setup(b).peopled()
			x.api.Limits = Limits{Calls: 1 << 20, Burst: 1 << 20, Wrong: 1}
			server := httptest.NewServer(x.api)
			defer server.Close()
			const clients = 8
			var keys [clients]string
			for i := range keys {
				keys[i] = x.client("QAA", fmt.Sprintf("c-%d", i), access.SendSignal).key
			}
			words := strings.Repeat("She came home at night without a letter or her medicines. ", 8)
			b.ResetTimer()
			var all sync.WaitGroup
			for i := range clients {
				all.Go(func() {
					for n := i; n < b.N; n += clients {
						list := make([]string, size)
						for j := range list {
							list[j] = gpConcern("RAA", fmt.Sprintf("No letter %d", n), fmt.Sprintf(`"your_reference":"W-%d-%d"`, n, j))
							list[j] = strings.Replace(list[j], `"narrative":"`, `"narrative":"`+words, 1)
						}
						if err := deliver(server.URL, keys[i], fmt.Sprintf("key-%08d", n), group(list...)); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "signals/s")
		})
	}
}

func deliver(server, key, once, body string) error {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, server+groupPath, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", once)
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer w.Body.Close() //nolint:errcheck // it was only read
	got, err := io.ReadAll(w.Body)
	if err == nil && (w.StatusCode != http.StatusOK || !bytes.Contains(got, []byte(`"refused":0`))) {
		err = fmt.Errorf("%d: %.300s", w.StatusCode, got)
	}
	return err
}
