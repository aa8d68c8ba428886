// Package classify suggests codes for a text: its theme, its HCAT category and its
// severity, each with the words that made the suggestion. It never decides: a
// person accepts, changes or ignores what it says, and nothing counts before that.
//
// A Model is multinomial logistic regression over single words and pairs of words:
//
//	x(w)  = (1 + ln n(w)) · (ln((1 + N) / (1 + d(w))) + 1), scaled so that |x| = 1
//	p(c)  = exp(z(c)/T) / Σ exp(z(k)/T),   z(c) = b(c) + Σ x(w) v(c,w)
//
// n(w) is how often w stands in the text, d(w) in how many of the N texts of the
// training it stands, b and v are fitted by minimising the mean of −ln p of the
// right class plus λ/2 Σ v², a convex problem with one answer, so that the same
// examples give the same model. T is fitted on examples kept apart from the fit, so
// that "70%" is right about 7 times in 10 (Guo et al. 2017).
//
// Because z is a sum, each word's part in it can be shown: Suggestion.Words lists
// x(w) · (v(c,w) − mean over classes of v(k,w)), the pull of the word toward the
// class beyond its pull toward all. docs/methods/classifier.md has the measures.
package classify

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"gonum.org/v1/gonum/floats"

	"candour/internal/fault"
)

// Example is a text with its right code.
type Example struct {
	Text  string
	Label string
}

// Options of a training.
type Options struct {
	Lambda   float64 // strength of the penalty on weights
	MinTexts int     // a word must stand in at least so many texts
}

// DefaultOptions were chosen on training data only (docs/methods/classifier.md).
func DefaultOptions() Options { return Options{Lambda: 3e-5, MinTexts: 2} }

// Model is a fitted classifier for one question. Its fields are a stored form.
type Model struct {
	Classes     []string    `json:"classes"` // sorted
	Words       []string    `json:"words"`   // sorted; single words and pairs joined by a space
	IDF         []float64   `json:"idf"`     // by word
	Bias        []float64   `json:"bias"`    // by class
	Weights     [][]float64 `json:"weights"` // by class, then word
	Temperature float64     `json:"temperature"`
	Texts       int         `json:"texts"` // how many texts it learned from

	index map[string]int
}

// Word is one word's or pair's part in a suggestion.
type Word struct {
	Word   string  `json:"word"`
	Weight float64 `json:"weight"` // positive: speaks for the code; negative: against it
}

// Suggestion is one code with its probability and the words that made it.
type Suggestion struct {
	Code        string  `json:"code"`
	Probability float64 `json:"probability"` // 0 to 1, calibrated
	Words       []Word  `json:"words"`       // the weightiest first, at most shownWords
}

// shownWords is how many words a suggestion shows.
const shownWords = 6

// maxTokens bounds the words read of one text.
const maxTokens = 5_000

// tokens is the words of a text in lower case: letters and digits, with an
// apostrophe inside a word ("didn't").
func tokens(text string) []string {
	text = strings.ToLower(strings.ReplaceAll(text, "’", "'"))
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
	kept := words[:0]
	for _, w := range words {
		if w = strings.Trim(w, "'"); w != "" && len(w) <= 40 && len(kept) < maxTokens {
			kept = append(kept, w)
		}
	}
	return kept
}

// grams is the single words and pairs of neighbours of a text, with how often each
// stands in it.
func grams(text string) map[string]int {
	words := tokens(text)
	counts := make(map[string]int, 2*len(words))
	for i, w := range words {
		counts[w]++
		if i > 0 {
			counts[words[i-1]+" "+w]++
		}
	}
	return counts
}

// feature is one entry of a sparse vector.
type feature struct {
	word  int
	value float64
}

// vector is the scaled features of a text, ascending by word; empty when no word
// of it is known.
func (m *Model) vector(text string) []feature {
	var x []feature
	for gram, n := range grams(text) {
		if j, known := m.index[gram]; known {
			x = append(x, feature{j, (1 + math.Log(float64(n))) * m.IDF[j]})
		}
	}
	slices.SortFunc(x, func(a, b feature) int { return cmp.Compare(a.word, b.word) })
	norm := 0.0
	for _, f := range x {
		norm += f.value * f.value
	}
	norm = math.Sqrt(norm)
	for i := range x {
		x[i].value /= norm
	}
	return x
}

// scores is z by class.
func (m *Model) scores(x []feature) []float64 {
	z := slices.Clone(m.Bias)
	for c := range z {
		for _, f := range x {
			z[c] += f.value * m.Weights[c][f.word]
		}
	}
	return z
}

// softmax turns scores into probabilities in place, at temperature t.
func softmax(z []float64, t float64) {
	floats.Scale(1/t, z)
	lse := floats.LogSumExp(z)
	for c := range z {
		z[c] = math.Exp(z[c] - lse)
	}
}

// Suggest is the codes for a text, the most probable first, at most limit. It is
// nil when no word of the text is known: then there is nothing to go by, and the
// most frequent code would only look like a suggestion.
func (m *Model) Suggest(text string, limit int) []Suggestion {
	x := m.vector(text)
	if len(x) == 0 {
		return nil
	}
	p := m.scores(x)
	softmax(p, m.Temperature)
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(-cmp.Compare(p[a], p[b]), cmp.Compare(a, b)) })
	suggestions := make([]Suggestion, 0, min(limit, len(order)))
	for _, c := range order[:max(0, min(limit, len(order)))] {
		suggestions = append(suggestions, Suggestion{Code: m.Classes[c], Probability: p[c], Words: m.because(x, c)})
	}
	return suggestions
}

// because is the words that speak for or against class c, the weightiest first.
func (m *Model) because(x []feature, c int) []Word {
	words := make([]Word, 0, len(x))
	for _, f := range x {
		mean := 0.0
		for k := range m.Weights {
			mean += m.Weights[k][f.word]
		}
		mean /= float64(len(m.Weights))
		words = append(words, Word{m.Words[f.word], f.value * (m.Weights[c][f.word] - mean)})
	}
	slices.SortFunc(words, func(a, b Word) int {
		return cmp.Or(-cmp.Compare(math.Abs(a.Weight), math.Abs(b.Weight)), cmp.Compare(a.Word, b.Word))
	})
	return words[:min(shownWords, len(words))]
}

// Restore makes a stored model ready, or says that it isn't one.
func (m *Model) Restore() error {
	if len(m.Classes) < 2 || len(m.Bias) != len(m.Classes) || len(m.Weights) != len(m.Classes) || len(m.IDF) != len(m.Words) || !(m.Temperature > 0) {
		return fault.New(fault.Damaged, "the stored classifier is not whole")
	}
	for _, weights := range m.Weights {
		if len(weights) != len(m.Words) {
			return fault.New(fault.Damaged, "the stored classifier is not whole")
		}
	}
	m.index = make(map[string]int, len(m.Words))
	for j, w := range m.Words {
		m.index[w] = j
	}
	return nil
}
