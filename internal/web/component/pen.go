package component

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
)

// pen writes the cells of tables, of which a page has thousands. A template walks
// each field of each cell by reflection and finds out anew how to escape it, some
// ten times as slow as writing; so the frames of tables are templates and what is in
// them is written here, escaped as html/template would have (the tests compare).
//
// What is not given to markup is escaped: text for text and quoted attributes alike,
// addresses as addresses first.
type pen struct {
	strings.Builder
	err error // the first of a component inside
}

// markup writes parts of tags, which are constants of this package.
func (p *pen) markup(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
}

// text writes text, as such or inside of a quoted attribute.
func (p *pen) text(s string) {
	if strings.ContainsAny(s, "<>&\"'\x00") {
		s = template.HTMLEscapeString(s)
	}
	p.WriteString(s)
}

// attribute writes one attribute, with the space before it.
func (p *pen) attribute(name, value string) {
	p.markup(" ", name, `="`)
	p.text(value)
	p.WriteByte('"')
}

// attributes writes checked attributes in order of name.
func (p *pen) attributes(a Attributes) {
	if len(a) == 0 {
		return
	}
	written, err := renderAttributes(a)
	if err != nil {
		p.fail(err)
		return
	}
	p.markup(" ", string(written))
}

// address writes the attribute href.
func (p *pen) address(s string) { p.attribute("href", safeAddress(s)) }

// hidden writes what is said and not shown, after what it belongs to.
func (p *pen) hidden(s string) {
	if s == "" {
		return
	}
	p.markup(`<span class="nhsuk-u-visually-hidden"> `)
	p.text(s)
	p.markup("</span>")
}

// content writes a Content.
func (p *pen) content(c Content) {
	switch c := c.(type) {
	case nil:
	case string:
		p.text(c)
	case template.HTML:
		p.WriteString(string(c))
	case Markup:
		p.WriteString(string(c))
	case int:
		p.WriteString(strconv.Itoa(c))
	case Component:
		written, err := Render(c)
		p.fail(err)
		p.WriteString(string(written))
	default:
		p.text(fmt.Sprint(c))
	}
}

func (p *pen) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// done is all that was written.
func (p *pen) done() (template.HTML, error) {
	return template.HTML(p.String()), p.err //nolint:gosec // all that is not a constant was escaped when it was written
}

// safeAddress is an address as html/template writes one: a scheme that could run
// something is replaced, and bytes that may not stand in an address are encoded.
func safeAddress(s string) string {
	if scheme, _, ok := strings.Cut(s, ":"); ok && !strings.Contains(scheme, "/") &&
		!strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") && !strings.EqualFold(scheme, "mailto") {
		return "#ZgotmplZ"
	}
	plain := func(i int) bool {
		c := s[i]
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~!#$&*+,/:;=?@[]", c) >= 0 ||
			c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
	}
	for i := range len(s) {
		if plain(i) {
			continue
		}
		var b strings.Builder
		for i := range len(s) {
			if plain(i) {
				b.WriteByte(s[i])
			} else {
				fmt.Fprintf(&b, "%%%02x", s[i])
			}
		}
		return b.String()
	}
	return s
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
