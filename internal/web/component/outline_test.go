package component

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// outline is markup as one line per element or text, indented by depth, with attributes and classes in order.
func outline(t *testing.T, markup string) []string {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(markup), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		indent := strings.Repeat("  ", depth)
		switch n.Type {
		case html.TextNode:
			if s := strings.Join(strings.Fields(n.Data), " "); s != "" {
				out = append(out, indent+s)
			}
		case html.ElementNode:
			var attrs []string
			for _, a := range n.Attr {
				v := a.Val
				if a.Key == "class" {
					c := strings.Fields(v)
					slices.Sort(c)
					v = strings.Join(c, " ")
				}
				attrs = append(attrs, fmt.Sprintf(" %s=%q", a.Key, v))
			}
			sort.Strings(attrs)
			out = append(out, indent+"<"+n.Data+strings.Join(attrs, "")+">")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	for _, n := range nodes {
		walk(n, 0)
	}
	return out
}

func firstDifference(got, want []string) string {
	for i := range max(len(got), len(want)) {
		g, w := "(nothing)", "(nothing)"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			return fmt.Sprintf("line %d\n got  %s\n want %s", i+1, g, w)
		}
	}
	return ""
}
