package chart

import (
	"fmt"
	"strings"
)

// style is how a shape looks: the same as its class in candour.css, for use
// outside of a page. A test holds the two together.
type style struct {
	fill   string // "" is black, as in SVG; "none"
	stroke string // "" is none
	width  float64
	dash   []float64
	size   float64 // of type, px
	bold   bool
	halo   bool // the stroke is painted beneath the fill
}

// hatchClass fills with hatching: measured, but not published; or a gap.
const hatchClass = "cd-g-nodata"

// styles is each class's look. What a class leaves unsaid stays as it was, so
// that "cd-g-t cd-g-b" is small and bold.
var styles = map[string]style{
	"cd-g-t":          {size: 12.5, fill: "#4c6272"},
	"cd-g-b":          {bold: true, fill: "#212b32"},
	"cd-g-c":          {bold: true, fill: "#a04600"},
	"cd-gap-t":        {fill: "#7c2855"},
	"cd-tl-lane":      {size: 14, bold: true, fill: "#212b32"},
	"cd-tl-name":      {}, // no look of its own
	"cd-g-halo":       {halo: true, stroke: "#fff", width: 5},
	"cd-g-grid":       {stroke: "#e8edee", width: 1, fill: "none"},
	"cd-g-rule":       {stroke: "#d8dde0", width: 1, fill: "none"},
	"cd-g-tick":       {stroke: "#768692"},
	"cd-g-band":       {fill: "#f0f4f5"},
	"cd-g-limit":      {stroke: "#768692", width: 1, dash: []float64{5, 4}, fill: "none"},
	"cd-g-mean":       {stroke: "#4c6272", width: 1.2, fill: "none"},
	"cd-g-target":     {stroke: "#212b32", width: 1.6, dash: []float64{1.5, 3.5}, fill: "none"},
	"cd-g-series":     {stroke: "#768692", width: 1.4, fill: "none"},
	"cd-g-line":       {stroke: "#212b32", width: 1.4, fill: "none"},
	"cd-g-step":       {width: 1.8},
	"cd-g-dot":        {fill: "#212b32"},
	"cd-g-rebase":     {stroke: "#212b32", width: 1, dash: []float64{8, 3, 2, 3}},
	"cd-g-annot":      {stroke: "#aeb7bd", width: 1},
	"cd-g-since":      {fill: "#fff3d1"},
	"cd-g-axis":       {fill: "#f0f4f5"},
	"cd-g-heavy":      {stroke: "#212b32", width: 1.2, fill: "none"},
	"cd-g-mark":       {stroke: "#212b32", width: 2, fill: "none"},
	"cd-g-over":       {stroke: "#b85300", width: 3, fill: "none"},
	"cd-g-now":        {stroke: "#212b32", width: 1.5, fill: "none"},
	"cd-g-ring":       {stroke: "#212b32", width: 1.5, fill: "none"},
	"cd-g-disc":       {stroke: "#212b32", fill: "#fff"},
	"cd-g-add":        {fill: "#b85300"},
	"cd-g-off":        {fill: "#005eb8"},
	"cd-g-total":      {fill: "#212b32"},
	"cd-g-join":       {stroke: "#768692", fill: "none"},
	"cd-g-cut":        {stroke: "#fff", width: 1, dash: []float64{2, 2}, fill: "none"},
	"cd-g-hatch":      {fill: "#fff"},
	"cd-g-hatch-line": {stroke: "#d8dde0", width: 2, fill: "none"},
	"cd-tl-moment":    {stroke: "#aeb7bd", width: 1, fill: "none"},
	"cd-tl-case1":     {fill: "#768692"},
	"cd-tl-case2":     {fill: "#212b32"},
	"cd-p-common":     {fill: "#5b6b77", stroke: "#fff", width: 1},
	"cd-p-concern":    {fill: "#b85300", stroke: "#fff", width: 1},
	"cd-p-improve":    {fill: "#005eb8", stroke: "#fff", width: 1},
	"cd-p-neither":    {fill: "#fff", stroke: "#330072", width: 2.4},
	"cd-p-ghost":      {fill: "#fff", stroke: "#5b6b77", width: 1.4},
	hatchClass:        {fill: "#fff"},
}

// styleOf lays the classes over one another, in order.
func styleOf(classes string) style {
	var out style
	for _, c := range strings.Fields(classes) {
		s := styles[c]
		if s.fill != "" {
			out.fill = s.fill
		}
		if s.stroke != "" {
			out.stroke = s.stroke
		}
		if s.width > 0 {
			out.width = s.width
		}
		if s.dash != nil {
			out.dash = s.dash
		}
		if s.size > 0 {
			out.size = s.size
		}
		out.bold = out.bold || s.bold
		out.halo = out.halo || s.halo
	}
	return out
}

// strokeWidth is the width of the stroke: 1 unless said, as in SVG.
func (s style) strokeWidth() float64 {
	if s.width > 0 {
		return s.width
	}
	return 1
}

// attributes writes the style as attributes of an SVG element that stands alone.
// In a page the class says it all.
func (s style) attributes(mode Mode) string {
	if mode == InPage {
		return ""
	}
	var b strings.Builder
	if s.fill != "" {
		fmt.Fprintf(&b, ` fill="%s"`, s.fill)
	}
	if s.stroke != "" {
		fmt.Fprintf(&b, ` stroke="%s" stroke-width="%s"`, s.stroke, num(s.strokeWidth()))
	}
	if s.dash != nil {
		parts := make([]string, len(s.dash))
		for i, d := range s.dash {
			parts[i] = num(d)
		}
		fmt.Fprintf(&b, ` stroke-dasharray="%s"`, strings.Join(parts, " "))
	}
	if s.size > 0 {
		fmt.Fprintf(&b, ` font-size="%s"`, num(s.size))
	}
	if s.bold {
		b.WriteString(` font-weight="600"`)
	}
	if s.halo {
		b.WriteString(` paint-order="stroke"`)
	}
	return b.String()
}
