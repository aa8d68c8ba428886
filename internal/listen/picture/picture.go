// Package picture makes photographs fit to be kept. A telephone's photograph says
// where and when it was taken, by which device, and may carry a smaller copy of what
// was cut away. So a photograph is read into points and written anew: nothing but
// the points remains.
package picture

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	_ "image/png" // photographs of screens

	xdraw "golang.org/x/image/draw"

	"candour/internal/fault"
)

// Limits of what is taken and what is kept.
const (
	MostBytes  = 12 << 20   // of a file that is sent
	mostPoints = 64_000_000 // of a picture, so that a small file can't fill the memory
	LongSide   = 1600       // points of the longer side, as kept: a page of print can be read
	quality    = 75
)

// Clean is the photograph as JPEG, turned as the camera said, at most LongSide
// points long, without anything that the file said beside its points.
func Clean(file []byte) ([]byte, error) {
	if len(file) > MostBytes {
		return nil, fault.New(fault.Invalid, "the photograph is larger than %d MB; take it at a lower resolution", MostBytes>>20)
	}
	size, format, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil || format != "jpeg" && format != "png" {
		return nil, fault.New(fault.Invalid, "the photograph is neither JPEG nor PNG; set the camera to “most compatible”")
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width > mostPoints/size.Height {
		return nil, fault.New(fault.Invalid, "the photograph has more points than can be kept; take it at a lower resolution")
	}
	img, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fault.New(fault.Invalid, "the photograph is damaged; take it again")
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, turn(shrink(img), orientation(file)), &jpeg.Options{Quality: quality}); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "write the photograph")
	}
	return out.Bytes(), nil
}

// shrink is the picture on white, its longer side at most LongSide points.
func shrink(img image.Image) *image.RGBA {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if long := max(w, h); long > LongSide {
		w, h = max(1, w*LongSide/long), max(1, h*LongSide/long)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	xdraw.ApproxBiLinear.Scale(out, out.Bounds(), img, img.Bounds(), xdraw.Over, nil)
	return out
}

// turn is the picture the right way up by its orientation, 1 to 8 (TIFF 6.0, tag
// 274, as EXIF uses it).
func turn(img *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return img
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			var to image.Point
			switch orientation {
			case 2:
				to = image.Pt(w-1-x, y)
			case 3:
				to = image.Pt(w-1-x, h-1-y)
			case 4:
				to = image.Pt(x, h-1-y)
			case 5:
				to = image.Pt(y, x)
			case 6:
				to = image.Pt(h-1-y, x)
			case 7:
				to = image.Pt(h-1-y, w-1-x)
			case 8:
				to = image.Pt(y, w-1-x)
			}
			out.SetRGBA(to.X, to.Y, img.RGBAAt(x, y))
		}
	}
	return out
}
