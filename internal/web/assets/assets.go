// Package assets holds the style sheets and scripts that the pages are made
// with, inside the binary, and serves them.
//
// No page of Candour asks another server for anything: the design system and
// htmx are vendored (scripts/vendor-assets, vendor/MANIFEST.tsv), our own layer
// lies beside them. Every asset's address carries a hash of the whole set,
//
//	/assets/<hash>/candour.css
//	/assets/<hash>/vendor/htmx/htmx.min.js
//
// so that a browser may keep each for a year and still sees a new release at
// once. One hash for the set, rather than one a file, lets style sheets and
// script modules name their neighbours by relative address.
//
// Scripts only speed things up: they are modules of their own, never inline, and
// every page works without them. [ContentSecurityPolicy] is the policy that the
// assets are written for; it allows no inline script and no inline style.
package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// Names of the assets that every page's head refers to.
const (
	DesignSystemCSS = "vendor/nhsuk-frontend/nhsuk-frontend.min.css" // NHS.UK frontend, without its fonts
	CandourCSS      = "candour.css"                                  // our layer, prefix cd-
	CandourJS       = "candour.js"                                   // a module: starts the design system's scripts and ours
	WorkerJS        = "worker.js"                                    // stands between pages and network; see Worker
	HTMX            = "vendor/htmx/htmx.min.js"
	Favicon         = "favicon.svg"
)

// ContentSecurityPolicy is the policy under which every page works: nothing from
// elsewhere, nothing inline, no plug-in, no framing. htmx is told to match by
// HTMXConfig.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// HTMXConfig is the content of the page's htmx-config element. No style element
// is added and nothing evaluated (the policy would refuse both), requests stay on
// our own server, and no page is kept in the browser's storage, where it would
// outlive the session.
const HTMXConfig = `{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true,"historyCacheSize":0}`

// Prefix is where Handler is mounted.
const Prefix = "/assets/"

//go:embed *.css *.js *.svg vendor
var files embed.FS

// hash names the whole set: the first 16 hexadecimal digits of the SHA-256 of
// every file's name and bytes in order of name.
var hash = sync.OnceValue(func() string {
	h := sha256.New()
	// Walking an embedded file system has no way to fail but a broken binary.
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := files.ReadFile(name)
		fmt.Fprintf(h, "%s %d\n", name, len(b))
		h.Write(b)
		return err
	})
	if err != nil {
		panic(fmt.Sprintf("assets: embedded files: %v", err))
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
})

// URL is the address of the asset called name, such as [CandourCSS].
func URL(name string) string { return Prefix + hash() + "/" + name }

// Exists reports whether there is an asset called name.
func Exists(name string) bool {
	info, err := fs.Stat(files, name)
	return err == nil && !info.IsDir()
}

// offlineFiles is what a page needs that opens without a network.
var offlineFiles = []string{
	DesignSystemCSS, CandourCSS, CandourJS, HTMX, Favicon, "shortcuts.js", "drafts.js", "offline.js", "vendor/nhsuk-frontend/nhsuk-frontend.min.js",
}

// Worker is the service worker's text, which must be served at the root so that it
// stands before every page: it names the release, so that browsers take a new one.
func Worker() ([]byte, error) {
	body, err := files.ReadFile(WorkerJS)
	if err != nil {
		return nil, fmt.Errorf("read the worker: %w", err)
	}
	addresses := make([]string, len(offlineFiles))
	for i, name := range offlineFiles {
		addresses[i] = URL(name)
	}
	list, err := json.Marshal(addresses)
	if err != nil {
		return nil, fmt.Errorf("list the worker's files: %w", err)
	}
	return fmt.Appendf(nil, "const release = %q\nconst files = %s\n%s", hash(), list, body), nil
}

// Handler serves the assets under [Prefix]. Under the present hash they may be
// kept for a year; under any other (a page made by the release before, a second
// server during an upgrade) the present file is served and is not to be kept.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "This address can only be read.", http.StatusMethodNotAllowed)
			return
		}
		given, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
		if !Exists(name) {
			http.NotFound(w, r)
			return
		}
		serve(w, r, given, name)
	})
}

// serve sends the asset called name, compressed where the browser takes it.
func serve(w http.ResponseWriter, r *http.Request, given, name string) {
	h := w.Header()
	h.Set("Content-Type", contentType(name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	if given == hash() {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	body, packed := content(name)
	tag := hash()
	if packed != nil && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body, tag = packed, tag+"-gzip"
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

// acceptsGzip reports whether the browser takes gzip. A quality of nought, which
// refuses it, is honoured.
func acceptsGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(coding) == "gzip" {
			q := strings.TrimSpace(quality)
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}

// contentType is by suffix; the table of the operating system is asked last, as
// it differs between machines.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".tsv", "":
		return "text/plain; charset=utf-8"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// packedFiles keeps each asset's compressed form once it has been asked for.
var packedFiles sync.Map

// content is an asset's bytes, and its compressed form where that is smaller.
func content(name string) (plain, packed []byte) {
	plain, err := files.ReadFile(name)
	if err != nil {
		return nil, nil // not reached: Exists was asked first
	}
	if kept, ok := packedFiles.Load(name); ok {
		packed, _ = kept.([]byte)
		return plain, packed
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err == nil {
		_, err = z.Write(plain)
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil && b.Len() < len(plain) {
		packed = b.Bytes()
	}
	packedFiles.Store(name, packed)
	return plain, packed
}
