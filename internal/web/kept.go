package web

import (
	"bytes"
	linked "container/list"
	"html/template"
	"net/http"
	"sync"
	"time"

	"candour/internal/web/component"
)

// keptPages is the last good version of pages, so that a page which fails by our
// fault shows what it said before (docs/rules.md, pages). A version belongs to the
// person, the commissioner and the roles for which it was made, and to nobody else.
// It lives in memory alone, and the least recently made goes first.
type keptPages struct {
	sync.Mutex
	byKey map[keptKey]*linked.Element
	order linked.List // of *keptPage, newest first
	size  int
}

type keptKey struct{ account, tenant, roles, address string }

type keptPage struct {
	key  keptKey
	body []byte
	made time.Time
}

// mostKept bounds the memory that kept pages take.
const mostKept = 32 << 20

// keyOf is the key of a request's page; ok is false for what is not kept: anything
// but looking, and pages of people who are not signed in.
func (r *request) keptKey() (k keptKey, ok bool) {
	if !r.signedIn() || r.Method != http.MethodGet {
		return k, false
	}
	return keptKey{string(r.viewer.Account), string(r.tenant), r.rolesInWords(), r.URL.RequestURI()}, true
}

// keep keeps a page that was made whole.
func (k *keptPages) keep(key keptKey, body []byte, made time.Time) {
	k.Lock()
	defer k.Unlock()
	if k.byKey == nil {
		k.byKey = map[keptKey]*linked.Element{}
	}
	if e := k.byKey[key]; e != nil {
		k.drop(e)
	}
	k.byKey[key] = k.order.PushFront(&keptPage{key, body, made})
	k.size += cap(body)
	for k.size > mostKept {
		k.drop(k.order.Back())
	}
}

func (k *keptPages) drop(e *linked.Element) {
	p := k.order.Remove(e).(*keptPage) //nolint:errcheck // nothing else is in the list
	delete(k.byKey, p.key)
	k.size -= cap(p.body)
}

// last is the last good version of a page.
func (k *keptPages) last(key keptKey) (keptPage, bool) {
	k.Lock()
	defer k.Unlock()
	e := k.byKey[key]
	if e == nil {
		return keptPage{}, false
	}
	return *e.Value.(*keptPage), true //nolint:errcheck // nothing else is in the list
}

// content is what stands in the page between its header and its foot.
func (p *keptPage) content() template.HTML {
	_, rest, ok := bytes.Cut(p.body, []byte(`<main id="maincontent">`))
	if !ok {
		return ""
	}
	inside, _, _ := bytes.Cut(rest, []byte("</main>"))
	// The page below a problem isn't the page's own subject: its heading is second.
	inside = bytes.ReplaceAll(bytes.ReplaceAll(inside, []byte("<h1"), []byte("<h2")), []byte("</h1>"), []byte("</h2>"))
	return template.HTML(inside) //nolint:gosec // we rendered it, escaped, and for this very person
}

// showKept lays the last good version of the page that failed under the problem, in
// the past-date frame, as of its time.
func (s *Server) showKept(r *request, p *problemPage) {
	key, ok := r.keptKey()
	if !ok || p.Reference == "" {
		return
	}
	last, ok := s.kept.last(key)
	if !ok {
		return
	}
	p.Kept, p.KeptAt = last.content(), longMoment(last.made)
	p.Past = &component.PastDate{When: p.KeptAt, NowHref: r.here()}
}
