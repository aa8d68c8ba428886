package classify

import "slices"

// Measures say how well a model does on examples that it hasn't seen, beside what
// always naming the most frequent code of the training would do.
type Measures struct {
	Texts            int                `json:"texts"`
	Accuracy         float64            `json:"accuracy"`
	MacroF1          float64            `json:"macro_f1"` // mean of F1 over the classes of the test
	ECE              float64            `json:"ece"`      // expected calibration error, 10 equal bins
	Silent           int                `json:"silent"`   // texts with no known word: no suggestion, counted as wrong
	MajorityAccuracy float64            `json:"majority_accuracy"`
	MajorityMacroF1  float64            `json:"majority_macro_f1"`
	F1               map[string]float64 `json:"f1"`
	TopThree         float64            `json:"top_three"` // the right code is among the first three
}

// Measure tries m on the examples. majority is the most frequent label of the
// training (see Majority).
func Measure(m *Model, examples []Example, majority string) Measures {
	out := Measures{Texts: len(examples), F1: map[string]float64{}}
	if len(examples) == 0 {
		return out
	}
	hit, named, is := map[string]int{}, map[string]int{}, map[string]int{}
	var bins [10]struct{ n, right, sure float64 }
	right, three, majorityRight := 0, 0, 0
	for _, e := range examples {
		is[e.Label]++
		if e.Label == majority {
			majorityRight++
		}
		s := m.Suggest(e.Text, 3)
		if len(s) == 0 {
			out.Silent++
			continue
		}
		named[s[0].Code]++
		bin := &bins[min(9, int(s[0].Probability*10))]
		bin.n++
		bin.sure += s[0].Probability
		if s[0].Code == e.Label {
			right++
			bin.right++
			hit[e.Label]++
		}
		if slices.ContainsFunc(s, func(s Suggestion) bool { return s.Code == e.Label }) {
			three++
		}
	}
	n := float64(len(examples))
	out.Accuracy, out.TopThree, out.MajorityAccuracy = float64(right)/n, float64(three)/n, float64(majorityRight)/n
	spoken := n - float64(out.Silent)
	for _, b := range bins {
		if b.n > 0 {
			out.ECE += abs(b.right-b.sure) / spoken
		}
	}
	for label, count := range is {
		out.F1[label] = f1(hit[label], named[label], count)
		out.MacroF1 += out.F1[label] / float64(len(is))
	}
	out.MajorityMacroF1 = f1(majorityRight, len(examples), is[majority]) / float64(len(is))
	return out
}

// f1 is the harmonic mean of precision and recall.
func f1(hit, named, is int) float64 {
	if named+is == 0 {
		return 0
	}
	return 2 * float64(hit) / float64(named+is)
}

func abs(v float64) float64 {
	if v < 0 {
		return -v
	}
	return v
}

// Majority is the most frequent label, of equal ones the first by name.
func Majority(examples []Example) string {
	counts := map[string]int{}
	for _, e := range examples {
		counts[e.Label]++
	}
	best := ""
	for label, n := range counts {
		if best == "" || n > counts[best] || n == counts[best] && label < best {
			best = label
		}
	}
	return best
}

// Split puts one text in parts aside for testing, by a hash of the text, so that a
// text that stands twice is on one side only.
func Split(examples []Example, parts int) (train, test []Example) {
	for _, e := range examples {
		if fold(e.Text, "test", parts) == 0 {
			test = append(test, e)
		} else {
			train = append(train, e)
		}
	}
	return train, test
}
