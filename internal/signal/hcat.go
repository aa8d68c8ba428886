package signal

import (
	"crypto/sha256"
	"encoding/binary"
)

// SecondCoding reports whether a complaint belongs to the sample that is coded
// twice (R-HCAT-1: 10%, share 0.1). The choice depends on the id alone, so that
// nobody picks the sample.
func SecondCoding(id ID, share float64) bool {
	sum := sha256.Sum256([]byte("hcat second coding\x00" + string(id)))
	return float64(binary.BigEndian.Uint64(sum[:8]))/(1<<64) < share
}

// HCATLevels is the number of levels of HCAT severity, 0 to 3 (DOMAIN.md 7.4).
const HCATLevels = 4

// WeightedKappa is Cohen's kappa with linear weights between two coders' levels of
// the same items, each 0 to levels−1 (R-HCAT-1: aim at 0.6 or more):
//
//	kappa = 1 − Σ |i−j| observed(i,j) / Σ |i−j| expected(i,j)
//
// It is 1 for full agreement and 0 for agreement by chance. The second result is
// false when it isn't defined: no items, lists of unequal length, a level out of
// range, or both coders using one level only.
func WeightedKappa(a, b []int, levels int) (float64, bool) {
	if len(a) == 0 || len(a) != len(b) || levels < 2 {
		return 0, false
	}
	rows, columns := make([]float64, levels), make([]float64, levels)
	observed := 0.0
	for i := range a {
		if a[i] < 0 || a[i] >= levels || b[i] < 0 || b[i] >= levels {
			return 0, false
		}
		rows[a[i]]++
		columns[b[i]]++
		observed += distance(a[i], b[i])
	}
	expected := 0.0
	for i := range levels {
		for j := range levels {
			expected += distance(i, j) * rows[i] * columns[j] / float64(len(a))
		}
	}
	if expected <= 0 {
		return 0, false
	}
	return 1 - observed/expected, true
}

func distance(i, j int) float64 {
	if i < j {
		return float64(j - i)
	}
	return float64(i - j)
}
