package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// upload sends files as the Data page's form does.
func (w *browser) upload(files map[string]string, pairs ...string) *httptest.ResponseRecorder {
	w.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		w.no(form.WriteField(pairs[i], pairs[i+1]))
	}
	for name, text := range files {
		part, err := form.CreateFormFile("up", name)
		w.no(err)
		_, err = part.Write([]byte(text))
		w.no(err)
	}
	w.no(form.Close())
	r := httptest.NewRequest(http.MethodPost, "/data/loads", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return w.do(r)
}

// settle waits for the loads that go on.
func (b *bundle) settle() { b.server.work.Wait() }

func TestAFileIsLookedAtFirstThenLoaded(t *testing.T) {
	t.Parallel()
	b := setup(t).peopled()
	w := b.as("analyst", "QAA")
	got := w.upload(map[string]string{"unknown.csv": "a,b\n1,2\n"})
	if got.Code != 303 {
		t.Fatalf("upload gave %d %s", got.Code, got.Body)
	}
	t.Log(got.Header())
	got = w.get(got.Header().Get("Location"))
	if got.Code != 200 || !strings.Contains(got.Body.String(), "unknown.csv") {
		t.Fatalf("page of the load: %d %s", got.Code, got.Body)
	}
}
