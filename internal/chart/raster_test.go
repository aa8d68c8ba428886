package chart

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
)

func painted(t *testing.T, s Scene, scale float64) image.Image {
	t.Helper()
	var b bytes.Buffer
	if err := s.PNG(&b, scale); err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

func TestThePictureShowsWhatTheSceneSays(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{1, 2} {
		img := painted(t, falls().Scene(), scale)
		if got := img.Bounds().Dx(); got != int(980*scale) {
			t.Errorf("width %d at scale %v", got, scale)
		}
		for what, at := range map[string]struct {
			x, y   float64
			colour string
		}{
			"ground":                 {20, 250, "#ffffff"},
			"band between limits":    {500.5, 330, "#f0f4f5"},
			"concern, last month":    {848, 164.9, "#b85300"},
			"common cause, May 2024": {66, 212.3, "#5b6b77"},
		} {
			if got := hex(img.At(int(at.x*scale), int(at.y*scale))); got != at.colour {
				t.Errorf("%s at scale %v: %s, want %s", what, scale, got, at.colour)
			}
		}
		if !hasInk(img, image.Rect(int(870*scale), int(228*scale), int(960*scale), int(242*scale))) {
			t.Errorf("no words of the standard at scale %v", scale)
		}
	}
}

func hasInk(img image.Image, in image.Rectangle) bool {
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			if r, _, _, _ := img.At(x, y).RGBA(); r < 0x6000 {
				return true
			}
		}
	}
	return false
}

// A grey-scale picture of each chart still tells concern from improvement. Colours are
// thrown away altogether here: what is left is the outline of what is darker than the ground.
func TestMarksDifferInShapeAndNotOnlyInColour(t *testing.T) {
	t.Parallel()
	for _, size := range []float64{4.8, pointSize} {
		shapes := map[Mark]map[image.Point]bool{}
		for m := Common; m <= Ghost; m++ {
			s := Scene{Width: 24, Height: 24}
			s.add(m.at(12, 12, size, ""))
			img := painted(t, s, 2)
			ink := map[image.Point]bool{}
			for y := range 48 {
				for x := range 48 {
					if g, ok := color.GrayModel.Convert(img.At(x, y)).(color.Gray); ok && g.Y < 160 {
						ink[image.Pt(x, y)] = true
					}
				}
			}
			if len(ink) == 0 {
				t.Fatalf("%s isn't visible in grey", m.Words())
			}
			shapes[m] = ink
		}
		for a := Common; a <= Ghost; a++ {
			for b := a + 1; b <= Ghost; b++ {
				differ := 0
				for y := range 48 {
					for x := range 48 {
						if p := image.Pt(x, y); shapes[a][p] != shapes[b][p] {
							differ++
						}
					}
				}
				if share := float64(differ) / float64(min(len(shapes[a]), len(shapes[b]))); share < 0.15 {
					t.Errorf("size %v: %s and %s differ in %.0f%% of their ink only", size, a.Words(), b.Words(), 100*share)
				}
			}
		}
	}
}

func TestEverySymbolIsPaintedAndDrawn(t *testing.T) {
	t.Parallel()
	if n := len(SymbolNames()); n < 25 {
		t.Errorf("%d symbols, pages use 25", n)
	}
	for _, name := range SymbolNames() {
		s := Scene{Width: 28, Height: 28}
		s.symbol(name, 0, 0, 28, "")
		img := painted(t, s, 2)
		dark := 0
		for y := range 56 {
			for x := range 56 {
				if g, ok := color.GrayModel.Convert(img.At(x, y)).(color.Gray); ok && g.Y < 200 {
					dark++
				}
			}
		}
		if dark < 40 {
			t.Errorf("%s: only %d dark pixels", name, dark)
		}
		if svg := s.SVG(Standalone); !strings.Contains(svg, `<symbol id="`+name+`"`) || !strings.Contains(svg, `href="#`+name+`"`) {
			t.Errorf("%s isn't in a picture that stands alone", name)
		}
		if strings.Contains(s.SVG(InPage), "<symbol") || !strings.Contains(Sprite(), `<symbol id="`+name+`"`) {
			t.Errorf("%s belongs into the page's sprite only", name)
		}
	}
}

func TestAPictureIsNeverTooLarge(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{0, -1, 1000} {
		if err := falls().Scene().PNG(&bytes.Buffer{}, scale); err == nil {
			t.Errorf("scale %v was accepted", scale)
		}
	}
}

func BenchmarkSVG(b *testing.B) {
	for name, d := range map[string]Drawing{"spc": falls(), "funnel": peers(), "timeline": aldermoor(ByHappened), "spark": Sparkline{Points: fallsValues}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = d.Scene().SVG(InPage)
			}
		})
	}
}

func BenchmarkPNG(b *testing.B) {
	for name, d := range map[string]Drawing{"spc": falls(), "timeline": aldermoor(ByHappened)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := d.Scene().PNG(&bytes.Buffer{}, 2); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
