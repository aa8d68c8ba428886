package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"candour/internal/fault"
)

// photograph is a JPEG, left half red and right half blue, that says where it was
// taken and how the camera was held.
func photograph(t testing.TB, w, h int, orientation byte) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{R: 255, A: 255}
			if x >= w/2 {
				c = color.RGBA{B: 255, A: 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	tiff := append([]byte("MM\x00*\x00\x00\x00\x08\x00\x01"), 1, 18, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0)
	exif := append(append([]byte("Exif\x00\x00"), tiff...), "GPS 51.5N taken by Nurse Brown"...)
	file := append([]byte{0xFF, 0xD8, 0xFF, 0xE1, 0, byte(len(exif) + 2)}, exif...)
	return append(file, b.Bytes()[2:]...)
}

func TestNothingButThePointsOfAPhotographIsKept(t *testing.T) {
	t.Parallel()
	clean, err := Clean(photograph(t, 64, 32, 1))
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range []string{"Exif", "GPS", "Brown"} {
		if bytes.Contains(clean, []byte(left)) {
			t.Errorf("the photograph still says %q", left)
		}
	}
}

func TestAPhotographStandsTheRightWayUp(t *testing.T) {
	t.Parallel()
	// Where the red half lies after turning: x, y of a point within it.
	for orientation, red := range map[byte]image.Point{1: {4, 16}, 2: {60, 16}, 3: {60, 16}, 4: {4, 16}, 5: {16, 4}, 6: {16, 4}, 7: {16, 60}, 8: {16, 60}} {
		clean, err := Clean(photograph(t, 64, 32, orientation))
		if err != nil {
			t.Fatal(err)
		}
		img, err := jpeg.Decode(bytes.NewReader(clean))
		if err != nil {
			t.Fatal(err)
		}
		if r, _, b, _ := img.At(red.X, red.Y).RGBA(); r < 0x8000 || b > 0x8000 {
			t.Errorf("orientation %d: at %v is red %x, blue %x", orientation, red, r, b)
		}
		if tall := img.Bounds().Dy() > img.Bounds().Dx(); tall != (orientation >= 5) {
			t.Errorf("orientation %d: the picture measures %v", orientation, img.Bounds())
		}
	}
}

func TestALargePhotographIsMadeSmaller(t *testing.T) {
	t.Parallel()
	clean, err := Clean(photograph(t, 3200, 400, 1))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := jpeg.DecodeConfig(bytes.NewReader(clean)); err != nil || c.Width != LongSide || c.Height != 200 {
		t.Errorf("it measures %d by %d, %v", c.Width, c.Height, err)
	}
}

func TestWhatIsNoPhotographIsRefusedWithAReason(t *testing.T) {
	t.Parallel()
	// A PNG whose header claims more points than can be held.
	var bomb bytes.Buffer
	if err := png.Encode(&bomb, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	claim := bomb.Bytes()
	copy(claim[16:], []byte{0x00, 0x0F, 0x42, 0x40, 0x00, 0x0F, 0x42, 0x40})
	for name, file := range map[string][]byte{
		"nothing": nil, "a text": []byte("<svg onload=alert(1)>"), "too large": make([]byte, MostBytes+1), "half a photograph": photograph(t, 64, 32, 1)[:120], "a claim of many points": claim,
	} {
		if _, err := Clean(file); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add(photograph(f, 8, 8, 6))
	f.Add([]byte("\xFF\xD8\xFF\xE1\x00\x10Exif\x00\x00II*\x00\xFF\xFF\xFF\xFF"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if size, _, err := image.DecodeConfig(bytes.NewReader(file)); err == nil && size.Width*size.Height > 1<<20 {
			t.Skip() // slow, and tested above
		}
		clean, err := Clean(file)
		if err == nil && bytes.Contains(clean, []byte("Exif")) {
			t.Error("metadata are left")
		}
	})
}
