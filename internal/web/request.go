package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/indicator"
	"candour/internal/org"
)

// request is one request, with who asks, whose data, and as of when. Handlers get
// it ready made.
type request struct {
	*http.Request
	server *Server
	route  *route
	writer http.ResponseWriter // for cookies and deadlines; never written to by a handler

	session   string                 // token of the session; "" is not signed in
	viewer    access.Viewer          // zero is nobody
	tenant    org.Code               // the commissioner whose pages are shown; "" is none
	scope     access.Scope           // of the viewer at tenant, as of the moment asked for
	asof      string                 // the ?asof= as given; "" is now
	moment    time.Time              // the moment of the scope: of its last entry in the past, else now
	head      int64                  // position of the newest entry when the request began; -1 is none
	headAt    time.Time              // when that was recorded
	seen      []string               // things shown, see shown
	names     map[org.Code]string    // of the viewer's commissioners
	defined   *indicator.Catalogue   // the definitions of the moment, where they are not those of now
	asDefined string                 // which those are, for what is kept; "" is those of now
	asked     map[access.Action]bool // what the policies answered, see may
}

// catalogue is the definitions by which the page is drawn: those that held at its moment, so
// that a past page says of a chart what was said then.
func (r *request) catalogue() *indicator.Catalogue { return cmp.Or(r.defined, r.server.Catalogue) }

// signedIn reports whether somebody is.
func (r *request) signedIn() bool { return r.viewer.Account != "" }

// may reports whether the policies let the viewer do a here. They are asked once: the
// lines of a list ask the same of each, and neither viewer nor commissioner becomes
// another while a request is answered; a paper’s copy, which has the eyes of another, asks anew.
func (r *request) may(a access.Action) bool {
	if !r.signedIn() {
		return false
	}
	may, known := r.asked[a]
	if !known {
		may = access.Allows(r.viewer, r.tenant, a, access.Resource{Tenant: r.tenant})
		if r.asked == nil {
			r.asked = map[access.Action]bool{}
		}
		r.asked[a] = may
	}
	return may
}

// changes reports whether the viewer may do a and the page is of now: forms are
// absent on pages of the past.
func (r *request) changes(a access.Action) bool { return !r.scope.Past() && r.may(a) }

// link is the address of another page, at the moment that this one shows.
func (r *request) link(path string) string {
	if r.asof == "" {
		return path
	}
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	fragment := ""
	if i := strings.IndexByte(path, '#'); i >= 0 {
		path, fragment = path[:i], path[i:]
	}
	return path + sep + "asof=" + url.QueryEscape(r.asof) + fragment
}

// here is this page's own address with other values in its query; an empty value
// takes the name out.
func (r *request) here(pairs ...string) string {
	q := r.URL.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	u := url.URL{Path: r.URL.Path, RawQuery: q.Encode()}
	return u.String()
}

// query is a trimmed value of the address.
func (r *request) query(name string) string { return strings.TrimSpace(r.URL.Query().Get(name)) }

// field is a trimmed value of the form that was sent.
func (r *request) field(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }

// shown says that the page shows these things about providers ("provider/RJE",
// "finding/…"). The first time that a person is shown a thing is recorded, since
// "who knew what, and when" is asked of us as well.
func (r *request) shown(things ...string) { r.seen = append(r.seen, things...) }

// answer is what a handler gives back: a page, a redirect, a download or plain
// bytes.
type answer interface{ answers() }

// redirect sends the browser to another address by GET.
type redirect struct{ To string }

func (redirect) answers() {}

// download is bytes that are not a page. Write is called once the headers are
// sent, so it must not fail for a reason that could be known before.
type download struct {
	Name  string // of the file; empty is shown in place
	Type  string
	ETag  string // of content that never changes; empty is not kept
	Write func(w http.ResponseWriter) error
}

func (*download) answers() {}

// plain is an answer for machines.
type plain struct {
	Status int
	Text   string
}

func (plain) answers() {}

// handled is the answer of a handler that lets another write the response.
type handled struct{ http.Handler }

func (handled) answers() {}
