package intake

import (
	"math"

	"candour/internal/indicator"
)

// digest folds text and figures into 8 bytes (FNV-1a), so that remembering every
// reading of a long file stays small. That two readings of one file agree in all
// 64 bits by chance is one in ten million even among a million.
type digest uint64

const newDigest digest = 14695981039346656037

func (h digest) text(s string) digest {
	for i := 0; i < len(s); i++ {
		h = (h ^ digest(s[i])) * 1099511628211
	}
	return (h ^ 0xFF) * 1099511628211 // an end: "ab" and "c" differ from "a" and "bc"
}

func (h digest) figure(v float64) digest {
	for b := math.Float64bits(v); ; b >>= 8 {
		h = (h ^ digest(b&0xFF)) * 1099511628211
		if b == 0 {
			return h
		}
	}
}

// digests are those of what a reading is a value of, and of its value.
func digests(r *indicator.Reading) (key, value uint64) {
	k := newDigest.text(string(r.Indicator)).text(string(r.Org)).text(r.Period.String())
	v := newDigest.text(string(r.Presence)).figure(r.Numerator).figure(r.Denominator).figure(r.Value)
	return uint64(k), uint64(v)
}
