package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, url string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, url, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestHandler(t *testing.T) {
	t.Parallel()
	t.Run("an asset under the present hash may be kept for a year", func(t *testing.T) {
		t.Parallel()
		res := get(t, URL(CandourCSS))
		if res.StatusCode != http.StatusOK || res.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("status %d, Cache-Control %q", res.StatusCode, res.Header.Get("Cache-Control"))
		}
		if got := res.Header.Get("Content-Type"); got != "text/css; charset=utf-8" {
			t.Errorf("Content-Type %q", got)
		}
	})
	t.Run("under another hash the present file is served and not kept", func(t *testing.T) {
		t.Parallel()
		res := get(t, Prefix+"0123456789abcdef/"+CandourCSS)
		if res.StatusCode != http.StatusOK || res.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("status %d, Cache-Control %q", res.StatusCode, res.Header.Get("Cache-Control"))
		}
	})
	t.Run("a browser that has it is told so", func(t *testing.T) {
		t.Parallel()
		res := get(t, URL(CandourJS))
		again := get(t, URL(CandourJS), "If-None-Match", res.Header.Get("ETag"))
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("status %d, want 304", again.StatusCode)
		}
	})
	t.Run("compressed bytes are the plain ones", func(t *testing.T) {
		t.Parallel()
		res := get(t, URL(DesignSystemCSS), "Accept-Encoding", "br, gzip;q=0.8")
		if res.Header.Get("Content-Encoding") != "gzip" {
			t.Fatal("not compressed")
		}
		z, err := gzip.NewReader(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		want, err := files.ReadFile(DesignSystemCSS)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Error("differ")
		}
	})
	t.Run("a browser that refuses gzip gets plain bytes", func(t *testing.T) {
		t.Parallel()
		if got := get(t, URL(CandourCSS), "Accept-Encoding", "gzip;q=0").Header.Get("Content-Encoding"); got != "" {
			t.Errorf("Content-Encoding %q", got)
		}
	})
	for _, name := range []string{"", "vendor", "assets.go", "../assets.go", "candour.css/", "%2e%2e/x"} {
		t.Run("there is no asset "+name, func(t *testing.T) {
			t.Parallel()
			if res := get(t, URL(name)); res.StatusCode != http.StatusNotFound {
				t.Errorf("status %d, want 404", res.StatusCode)
			}
		})
	}
	t.Run("nothing can be written", func(t *testing.T) {
		t.Parallel()
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, URL(CandourCSS), nil))
		if w.Code != http.StatusMethodNotAllowed {
			t.Errorf("status %d, want 405", w.Code)
		}
	})
}

func TestEveryNamedAssetExists(t *testing.T) {
	t.Parallel()
	for _, name := range []string{DesignSystemCSS, CandourCSS, CandourJS, HTMX, Favicon, "shortcuts.js"} {
		if !Exists(name) {
			t.Errorf("%s is missing", name)
		}
	}
}

// The manifest is also checked by scripts/vendor-assets --check; here it guards the bytes that are in the binary.
func TestVendoredFilesAreAsInTheManifest(t *testing.T) {
	t.Parallel()
	manifest, err := files.ReadFile("vendor/MANIFEST.tsv")
	if err != nil {
		t.Fatal(err)
	}
	recorded := map[string]bool{"vendor/MANIFEST.tsv": true}
	for line := range strings.Lines(string(manifest)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 5 {
			t.Fatalf("manifest line %q has %d columns, want 5", line, len(f))
		}
		name, ok := strings.CutPrefix(f[0], "internal/web/assets/")
		if !ok {
			continue // test data, not in the binary
		}
		recorded[name] = true
		b, err := files.ReadFile(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != f[4] {
			t.Errorf("%s differs from %s %s", name, f[1], f[2])
		}
	}
	err = fs.WalkDir(files, "vendor", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !recorded[name] {
			t.Errorf("%s is not in the manifest", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

var cssURL = regexp.MustCompile(`url\(["']?([^)"']+)`)

func TestStyleSheetsAskNoOtherServerAndFindTheirNeighbours(t *testing.T) {
	t.Parallel()
	for _, name := range []string{DesignSystemCSS, CandourCSS} {
		b, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("@font-face")) || bytes.Contains(b, []byte("@import")) {
			t.Errorf("%s has @font-face or @import", name)
		}
		for _, m := range cssURL.FindAllSubmatch(b, -1) {
			target := string(m[1])
			if strings.HasPrefix(target, "#") {
				continue
			}
			if strings.Contains(target, ":") || !Exists(path.Join(path.Dir(name), target)) {
				t.Errorf("%s refers to %s", name, target)
			}
		}
	}
}

var jsImport = regexp.MustCompile(`from '([^']+)'`)

func TestScriptModulesFindTheirNeighbours(t *testing.T) {
	t.Parallel()
	for _, name := range []string{CandourJS, "shortcuts.js"} {
		b, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range jsImport.FindAllSubmatch(b, -1) {
			if !Exists(path.Join(path.Dir(name), string(m[1]))) {
				t.Errorf("%s imports %s", name, m[1])
			}
		}
	}
}

func TestHTMXConfigIsJSON(t *testing.T) {
	t.Parallel()
	var c map[string]any
	if err := json.Unmarshal([]byte(HTMXConfig), &c); err != nil {
		t.Fatal(err)
	}
	if c["allowEval"] != false || c["includeIndicatorStyles"] != false {
		t.Errorf("config %v loosens the content policy", c)
	}
}
