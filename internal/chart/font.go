package chart

import (
	"fmt"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
)

// Letters are Liberation Sans, whose widths are those of Arial: a text measured
// here takes the same room in a browser, and pictures look as the page does.

var (
	regular = sync.OnceValue(func() *opentype.Font { return mustFont(liberationsansregular.TTF) })
	bold    = sync.OnceValue(func() *opentype.Font { return mustFont(liberationsansbold.TTF) })
)

func mustFont(ttf []byte) *opentype.Font {
	f, err := opentype.Parse(ttf)
	if err != nil {
		panic(fmt.Sprintf("chart: embedded font: %v", err))
	}
	return f
}

// faceKey is a face's size in px and weight.
type faceKey struct {
	size float64
	bold bool
}

// newFace is the letters at a size in px.
func newFace(k faceKey) font.Face {
	f := regular()
	if k.bold {
		f = bold()
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: k.size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		panic(fmt.Sprintf("chart: face of %v px: %v", k.size, err)) // not reached: the options are always good
	}
	return face
}

// measuring guards the faces that widths are taken from: a face is not safe for
// use by several goroutines.
var measuring = struct {
	sync.Mutex
	faces map[faceKey]font.Face
}{faces: map[faceKey]font.Face{}}

// textWidth is how wide the words are in the style of the classes, in px.
func textWidth(classes, words string) float64 {
	s := styleOf(classes)
	if s.size <= 0 {
		s.size = 12.5
	}
	k := faceKey{s.size, s.bold}
	measuring.Lock()
	defer measuring.Unlock()
	face, ok := measuring.faces[k]
	if !ok {
		face = newFace(k)
		measuring.faces[k] = face
	}
	return float64(font.MeasureString(face, words)) / 64
}
