package main

import (
	"crypto/rand"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/demo"
	"candour/internal/intake"
	"candour/internal/web"
)

var (
	countedLink = regexp.MustCompile(`<a href="([^"]*counted=[^"]*)">([^<]*)</a>([^<]*)`)
	countedHead = regexp.MustCompile(`(?i)<h2 class="cd-inbox__grp">([^<]*counted in the concern[^<]*) <span class="cd-src">([0-9,]+)</span>`)
	wholeNumber = regexp.MustCompile(`[0-9][0-9,]*`)
	sameEvents  = regexp.MustCompile(`, without [0-9,]+ (?:more about|that only)`)
)

// countsLeadToWhatTheyCount is that every count in a sentence on a provider's page leads to
// a list of as many signals.
func countsLeadToWhatTheyCount(t *testing.T, d *begunDemo) {
	h := d.house
	pages, err := web.New(web.Config{
		Store: h.Store, Catalogue: h.Catalogue, Sources: h.Sources, Watcher: h.Watcher, Desk: h.Desk, Log: slog.New(slog.DiscardHandler), Version: "test", Random: rand.Reader,
		LoaderFor: func(sc access.Scope) web.Loader {
			return &intake.Loader{Sources: h.Sources, Memory: held{h.Store, sc}, Limits: intake.DefaultLimits, Now: h.Store.Now}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := pages.Close(d.env.Ctx); err != nil {
			t.Error(err)
		}
	}()
	lead := slices.IndexFunc(d.users, func(u user) bool { return u.name == demo.Greeted })
	viewer, err := h.Store.Viewer(d.env.Ctx, d.users[lead].id)
	if err != nil {
		t.Fatal(err)
	}
	tenant := viewer.Tenants()[0]
	token, err := h.Store.SignIn(d.env.Ctx, viewer.Account, tenant, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	page := func(path string) string {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.AddCookie(&http.Cookie{Name: "candour", Value: token})
		w := httptest.NewRecorder()
		if pages.ServeHTTP(w, r); w.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, w.Code)
		}
		return w.Body.String()
	}
	concerns, err := h.Store.Concerns(d.env.Ctx, access.For(viewer, tenant), "")
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for i := range concerns {
		code := string(concerns[i].Org)
		for _, link := range countedLink.FindAllStringSubmatch(page("/providers/"+code), -1) {
			href, words := html.UnescapeString(link[1]), html.UnescapeString(link[2])
			said := wholeNumber.FindAllString(words, -1)
			kind := "compared"
			if len(said) == 0 { // the name leads there, and the count follows
				said, kind = wholeNumber.FindAllString(link[3], 1), "reports"
			}
			if strings.Contains(href, "counted=visits") {
				kind = "visits"
			}
			head := countedHead.FindStringSubmatch(page(href))
			if len(said) == 0 || head == nil || said[len(said)-1] != head[2] && !sameEvents.MatchString(head[1]) {
				t.Errorf("%s: %q%s leads to %q", code, words, link[3], head)
				continue
			}
			kinds[kind]++
		}
	}
	if kinds["reports"] < 20 || kinds["compared"] < 3 || kinds["visits"] < 1 {
		t.Errorf("counts that lead to their reports: %v", kinds)
	}
}
