package api

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"candour/internal/fault"
)

// FuzzBody gives the reader of bodies what programs may send. What it takes is one
// JSON value of the type asked for, whole; what it refuses has its reason and gives
// nothing back of what was sent.
func FuzzBody(f *testing.F) {
	for _, text := range []string{
		`{"signal":{"kind":"complaint","title":"Late","place":{"provider":"RAA"}}}`, `{"identifiers":"refuse","signals":[{},{"sealed":[{"purpose":"patient","text":"x"}]}]}`,
		`{"signals":[{"kind":"poem","colour":"red"}]}`, `{} {}`, `{"signals":`, `[`, "", "null", "\xff\xfe", `{"signals":[` + "\x00" + `]}`,
	} {
		f.Add([]byte(text), int64(1<<10))
	}
	f.Fuzz(func(t *testing.T, text []byte, limit int64) {
		limit = max(1, min(limit, 1<<16))
		r := httptest.NewRequest(http.MethodPost, groupPath, bytes.NewReader(text))
		r.Header.Set("Content-Type", "application/json")
		body, err := readBody(&caller{request: r, writer: httptest.NewRecorder()}, limit)
		if err != nil {
			if int64(len(text)) <= limit {
				t.Fatalf("a body within the limit was refused: %v", err)
			}
			return
		}
		if !bytes.Equal(body, text) {
			t.Fatal("the body was changed")
		}
		var g struct {
			Identifiers string            `json:"identifiers"`
			Signals     []json.RawMessage `json:"signals"`
		}
		if err := strict(body, &g); err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("refused for a reason that isn’t the sender’s: %v", err)
			}
			return
		}
		var any json.RawMessage
		d := json.NewDecoder(bytes.NewReader(body))
		if err := d.Decode(&any); err != nil {
			t.Fatalf("what is no JSON was taken: %v", err)
		}
		if _, err := d.Token(); err != io.EOF { //nolint:errorlint // Token returns it bare
			t.Fatal("something follows what was taken")
		}
		for _, one := range g.Signals {
			var s Sent
			if err := strict(one, &s); err != nil && !fault.Is(err, fault.Invalid) {
				t.Fatalf("a signal was refused for a reason that isn’t the sender’s: %v", err)
			}
		}
	})
}
