package chart

import (
	"cmp"
	"strings"
)

// NameClass marks what stands in the column of names, so that a page can hide it
// where it shows Names in its place.
const NameClass = "cd-tl-name"

// namesWidth is the width of the names beside a time line that scrolls: on a
// telephone, two fifths of the screen.
const namesWidth = 172

// marked adds NameClass to everything in the column of names.
func (p *timelinePlot) marked() {
	for i := range p.Shapes {
		s := &p.Shapes[i]
		if (s.Form == Text || s.Form == Symbol) && s.X < timeLeft && !strings.HasSuffix(s.Class, "cd-g-halo") {
			s.Class = strings.TrimSpace(s.Class + " " + NameClass)
		}
	}
}

// PlacedTimeline is a time line whose lanes have their places: the whole, and the
// column of names beside it, are drawn of the same.
type PlacedTimeline struct{ whole Scene }

// Place gives every lane its place.
func (t Timeline) Place() PlacedTimeline { return PlacedTimeline{t.Scene()} }

// Scene is the whole time line.
func (t PlacedTimeline) Scene() Scene { return t.whole }

// Names is the column of names as a drawing of its own, as high as the time line:
// it stays where it is while the time line scrolls sideways beneath it. Names that
// are too long for it end in an ellipsis; headings lose what stands after the comma.
// The time line says all of it to those who listen, so this one is hidden from them.
func (t PlacedTimeline) Names() Scene {
	whole := t.Scene()
	p := &timelinePlot{Scene: Scene{Class: "cd-tl-names", Width: namesWidth, Height: whole.Height, Hidden: true}}
	for _, s := range whole.Shapes {
		class, named := strings.CutSuffix(s.Class, NameClass)
		class = strings.TrimSpace(class)
		switch {
		case s.Form == Path && class == "cd-g-heavy":
			p.add(s)
		case s.Form == Rect && class == "cd-g-axis":
			p.rect(class, 0, s.Y, namesWidth, s.H)
		case !named:
		case s.Form == Symbol:
			s.X, s.Class = min(s.X, namesWidth-20), class
			p.add(s)
		case s.Anchor == End:
			p.text(class, namesWidth-6, s.Y, End, s.Words)
		case class == "cd-tl-lane":
			words, _, _ := strings.Cut(s.Words, ",")
			p.fit(class, 0, s.Y, namesWidth-6, words)
		default:
			room := float64(namesWidth - 6)
			if s.Y > concernTop && s.Y < concernBase {
				room -= 20 // the figures of the rules stand there
			}
			p.fit(class, 0, s.Y, room, cmp.Or(s.Tip, s.Words))
		}
	}
	return p.Scene
}
