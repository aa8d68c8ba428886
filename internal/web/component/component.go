// Package component is what the pages are made of: each component of the design
// system, and each of our own, as a Go struct with one template.
//
// A page holds components as fields and places them in its template:
//
//	type watchListPage struct {
//		Crumbs component.Breadcrumbs
//		Filter component.Select
//	}
//
//	{{component .Crumbs}}
//	<form class="cd-filters">{{component .Filter}}</form>
//
// after adding [FuncMap] to its template set. Values are escaped for the place
// where they stand, by html/template; a string is always text. Markup is given
// only as [html/template.HTML], by code that made it, or as another Component:
// see [Content].
//
// Components of the NHS design system (button, input, radios, table …) give the
// markup that nhsuk-frontend gives for the same options; the tests render every
// example that it publishes and compare element by element. Ours (score meter,
// gap cell, clock …) are ours and have the classes cd-….
//
// No component needs a script, and none has a style attribute: the content
// policy refuses both.
package component

import (
	"embed"
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"candour/internal/web/assets"
)

// Component is a piece of a page that knows its template. Only this package
// makes them.
type Component interface {
	// templateName is the name of the component's template in the set.
	templateName() string
}

// Content is what stands inside a component: a string, which is escaped; a
// number; [html/template.HTML], which is trusted to be markup that we made; or a
// Component. Nil and "" are no content.
type Content any

// Attributes are further attributes of an element: data-…, aria-…, hx-… and
// plain ones such as autocomplete. Those that could run a script, style, or send
// the reader elsewhere are refused when the component is rendered, since a policy
// or an escaping rule would be passed by.
type Attributes map[string]string

// Markup is markup that we made, as a Component, for where a page lists parts of
// several kinds. Like [html/template.HTML] it is trusted: no text of a user may be
// in it that wasn't escaped.
type Markup template.HTML

func (Markup) templateName() string { return "markup" }

// HTML is the markup itself.
func (m Markup) HTML() template.HTML { return template.HTML(m) }

//go:embed templates/*.gohtml
var templateFiles embed.FS

// set holds every component's template. It is filled by init and not by its
// declaration, because the templates call Render, which uses it.
var set *template.Template

func init() {
	set = template.Must(template.New("").Funcs(FuncMap()).ParseFS(templateFiles, "templates/*.gohtml"))
}

// FuncMap is what page templates need to use components:
//
//	component  renders a Component
//	content    renders a Content
//	attributes renders Attributes inside a start tag
//	icon       renders an icon by name and label, 12 px: {{icon "k-hard" "hard finding"}}
//	asset      is the address of an asset: {{asset "candour.css"}}
func FuncMap() template.FuncMap {
	return template.FuncMap{
		"component":    Render,
		"content":      renderContent,
		"attributes":   renderAttributes,
		"icon":         func(name, label string) (template.HTML, error) { return Render(Icon{Name: name, Label: label}) },
		"asset":        assetURL,
		"openHeading":  openHeading,
		"closeHeading": closeHeading,
	}
}

// Render gives the component's markup.
func Render(c Component) (template.HTML, error) {
	switch c := c.(type) {
	case nil:
		return "", nil
	case Markup:
		return c.HTML(), nil
	case Icon, IconPair, Gap, Kind, Severity:
		return drawnIcons.render(c)
	}
	return render(c)
}

func render(c Component) (template.HTML, error) {
	var b strings.Builder
	if err := set.ExecuteTemplate(&b, c.templateName(), c); err != nil {
		return "", fmt.Errorf("render %s: %w", c.templateName(), err)
	}
	return template.HTML(b.String()), nil //nolint:gosec // the output of html/template is escaped
}

// drawnIcons keeps the markup of icons, of which a matrix repeats a dozen in
// hundreds of cells. What is kept depends on the icon alone.
var drawnIcons iconMarkup

type iconMarkup struct {
	sync.RWMutex
	markup map[Component]template.HTML
}

// mostIcons bounds what is kept: labels may name limits, and so come in any number.
const mostIcons = 1000

func (m *iconMarkup) render(c Component) (template.HTML, error) {
	m.RLock()
	html, ok := m.markup[c]
	m.RUnlock()
	if ok {
		return html, nil
	}
	html, err := render(c)
	if err != nil {
		return "", err
	}
	m.Lock()
	defer m.Unlock()
	if m.markup == nil || len(m.markup) >= mostIcons {
		m.markup = map[Component]template.HTML{}
	}
	m.markup[c] = html
	return html, nil
}

// renderContent passes text and numbers on to be escaped where they stand, and
// renders components.
func renderContent(c Content) (any, error) {
	if component, ok := c.(Component); ok {
		return Render(component)
	}
	if c == nil {
		return "", nil
	}
	return c, nil
}

var attributeName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// refusedAttributes are addresses and styles. Event handlers are refused by
// their prefix.
var refusedAttributes = map[string]bool{
	"style": true, "href": true, "src": true, "srcset": true, "srcdoc": true, "action": true, "formaction": true,
	"data": true, "ping": true, "poster": true, "background": true, "xmlns": true, "class": true,
}

// renderAttributes writes the attributes in order of name. A value "" is still
// written, which makes a boolean attribute true.
func renderAttributes(a Attributes) (template.HTMLAttr, error) {
	var b strings.Builder
	for i, name := range slices.Sorted(maps.Keys(a)) {
		if !attributeName.MatchString(name) || refusedAttributes[name] || strings.HasPrefix(name, "on") || strings.HasPrefix(name, "hx-on") {
			return "", fmt.Errorf("attribute %q is not allowed", name)
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, `%s="%s"`, name, template.HTMLEscapeString(a[name]))
	}
	return template.HTMLAttr(b.String()), nil //nolint:gosec // names are checked and values escaped above
}

func assetURL(name string) (string, error) {
	if !assets.Exists(name) {
		return "", fmt.Errorf("there is no asset %q", name)
	}
	return assets.URL(name), nil
}

// openHeading and closeHeading write a heading's tags: html/template cannot know
// the context of a tag whose name is a value. Level nought is no heading.
func openHeading(level int, class, id string) template.HTML {
	if level < 1 || level > 6 {
		return ""
	}
	if id != "" {
		id = ` id="` + template.HTMLEscapeString(id) + `"`
	}
	//nolint:gosec // escaped here
	return template.HTML(fmt.Sprintf(`<h%d class="%s"%s>`, level, template.HTMLEscapeString(class), id))
}

func closeHeading(level int) template.HTML {
	if level < 1 || level > 6 {
		return ""
	}
	return template.HTML(fmt.Sprintf(`</h%d>`, level)) //nolint:gosec // a number
}
