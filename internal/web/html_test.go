package web

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// document is an answer's page, read as browsers read it.
type document struct{ *html.Node }

func parse(t testing.TB, got *httptest.ResponseRecorder) document {
	t.Helper()
	n, err := html.Parse(strings.NewReader(got.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	return document{n}
}

// each calls f for every element.
func (d document) each(f func(*html.Node)) {
	for n := range d.Descendants() {
		if n.Type == html.ElementNode {
			f(n)
		}
	}
}

// all is the elements of a name.
func (d document) all(name string) (out []*html.Node) {
	d.each(func(n *html.Node) {
		if n.Data == name {
			out = append(out, n)
		}
	})
	return out
}

// attribute is an attribute's value; "" when there is none.
func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text is the words of an element, one space between.
func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// inner is how we cite our own specification: by a section, or by the number of a rule
// about signals. Readers are told the regulation, or the rule in words.
var inner = regexp.MustCompile(`rules\.md|concern-design|R-(CMP|PSI|FTSU|SOFT|HCAT|SDC|RISK|IND)-[0-9]`)

// sound holds a page to what every page must be: one heading of the first level,
// a title, a language, no inline script or style, every control labelled, every
// id once, no empty table cell, no reference to another site.
func (d document) sound(t testing.TB, where string) {
	t.Helper()
	if h := d.all("h1"); len(h) != 1 {
		t.Errorf("%s: %d headings of level 1", where, len(h))
	}
	if title := d.all("title"); len(title) == 0 || !strings.HasSuffix(text(title[0]), "– Candour") {
		t.Errorf("%s: no title that names the product", where)
	}
	for n := range d.Descendants() {
		if n.Type == html.TextNode && inner.MatchString(n.Data) {
			t.Errorf("%s cites what readers don't have: %s", where, n.Data)
		}
	}
	ids, labels := map[string]int{}, map[string]bool{}
	for _, l := range d.all("label") {
		labels[attribute(l, "for")] = true
	}
	d.each(func(n *html.Node) {
		if id := attribute(n, "id"); id != "" {
			if ids[id]++; ids[id] == 2 {
				t.Errorf("%s: id %s is there twice", where, id)
			}
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s: inline %s on %s", where, a.Key, n.Data)
			}
			if (a.Key == "href" || a.Key == "src" || a.Key == "action") && (strings.HasPrefix(a.Val, "http") || strings.HasPrefix(a.Val, "//")) {
				t.Errorf("%s: %s leads to %s", where, n.Data, a.Val)
			}
		}
		switch n.Data {
		case "script":
			if attribute(n, "src") == "" {
				t.Errorf("%s: a script within the page", where)
			}
		case "style":
			t.Errorf("%s: a style within the page", where)
		case "input", "select", "textarea":
			if kind := attribute(n, "type"); kind != "hidden" && kind != "submit" && !labels[attribute(n, "id")] {
				t.Errorf("%s: %s %s has no label", where, n.Data, attribute(n, "name"))
			}
		case "td", "th":
			if text(n) == "" && !drawn(n) {
				t.Errorf("%s: an empty cell", where)
			}
		}
	})
}

// drawn reports whether a cell holds a mark that has a name.
func drawn(n *html.Node) bool {
	for c := range n.Descendants() {
		if c.Data == "svg" && attribute(c, "aria-label") != "" {
			return true
		}
	}
	return false
}
