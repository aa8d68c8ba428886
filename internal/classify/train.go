package classify

import (
	"cmp"
	"crypto/sha256"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/optimize"

	"candour/internal/fault"
)

// Train fits a model. The order of examples doesn't matter. It refuses examples of
// fewer than two labels.
func Train(examples []Example, options Options) (*Model, error) {
	sorted := slices.Clone(examples)
	slices.SortFunc(sorted, func(a, b Example) int { return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Text, b.Text)) })
	if options.Lambda <= 0 || options.MinTexts < 1 {
		return nil, fault.New(fault.Invalid, "a training needs a positive lambda and a smallest number of texts from 1")
	}
	m, err := fit(sorted, options)
	if err != nil {
		return nil, err
	}
	m.Temperature = temperature(sorted, options)
	return m, nil
}

// fit fits words and weights at temperature 1.
func fit(examples []Example, options Options) (*Model, error) {
	m := &Model{Temperature: 1, Texts: len(examples)}
	for _, e := range examples {
		m.Classes = append(m.Classes, e.Label)
	}
	slices.Sort(m.Classes)
	m.Classes = slices.Compact(m.Classes)
	if len(m.Classes) < 2 {
		return nil, fault.New(fault.Invalid, "a classifier needs examples of at least two codes, got %d", len(m.Classes))
	}
	m.vocabulary(examples, options.MinTexts)
	p := &problem{model: m, lambda: options.Lambda}
	for _, e := range examples {
		p.x = append(p.x, m.vector(e.Text))
		label, _ := slices.BinarySearch(m.Classes, e.Label)
		p.label = append(p.label, label)
	}
	if err := p.minimise(); err != nil {
		return nil, err
	}
	return m, nil
}

// vocabulary chooses the words and their weights by rarity.
func (m *Model) vocabulary(examples []Example, minTexts int) {
	texts := map[string]int{}
	for _, e := range examples {
		for gram := range grams(e.Text) {
			texts[gram]++
		}
	}
	for gram, n := range texts {
		if n >= minTexts {
			m.Words = append(m.Words, gram)
		}
	}
	slices.Sort(m.Words)
	m.IDF = make([]float64, len(m.Words))
	m.index = make(map[string]int, len(m.Words))
	for j, gram := range m.Words {
		m.IDF[j] = math.Log(float64(1+len(examples))/float64(1+texts[gram])) + 1
		m.index[gram] = j
	}
}

// problem is the convex function that a training minimises. Its point is the
// weights class by class, each with its bias at the end.
type problem struct {
	model  *Model
	lambda float64
	x      [][]feature
	label  []int
}

func (p *problem) width() int { return len(p.model.Words) + 1 }

// value is the mean loss with its penalty at the point; grad, unless nil, becomes
// its gradient.
func (p *problem) value(grad, at []float64) float64 {
	width, classes, n := p.width(), len(p.model.Classes), float64(len(p.x))
	loss := 0.0
	for i := range grad {
		grad[i] = 0
	}
	z := make([]float64, classes)
	for i, x := range p.x {
		for c := range z {
			row := at[c*width:]
			z[c] = row[width-1]
			for _, f := range x {
				z[c] += f.value * row[f.word]
			}
		}
		lse := floats.LogSumExp(z)
		loss += (lse - z[p.label[i]]) / n
		if grad == nil {
			continue
		}
		for c := range z {
			d := math.Exp(z[c]-lse) / n
			if c == p.label[i] {
				d -= 1 / n
			}
			row := grad[c*width:]
			row[width-1] += d
			for _, f := range x {
				row[f.word] += d * f.value
			}
		}
	}
	for c := range classes {
		for j := range width - 1 { // biases are not penalised
			w := at[c*width+j]
			loss += p.lambda / 2 * w * w
			if grad != nil {
				grad[c*width+j] += p.lambda * w
			}
		}
	}
	return loss
}

// minimise fits the model by L-BFGS. Reaching the limit of iterations near the
// optimum is no failure: the loss is convex and the point is used as it is.
func (p *problem) minimise() error {
	width, classes := p.width(), len(p.model.Classes)
	result, err := optimize.Minimize(optimize.Problem{
		Func: func(at []float64) float64 { return p.value(nil, at) },
		Grad: func(grad, at []float64) { p.value(grad, at) },
	}, make([]float64, width*classes), &optimize.Settings{GradientThreshold: 1e-4, MajorIterations: 100}, &optimize.LBFGS{})
	if result == nil || result.X == nil || math.IsNaN(result.F) {
		return fault.Wrap(fault.Internal, err, "fit classifier")
	}
	p.model.Bias = make([]float64, classes)
	p.model.Weights = make([][]float64, classes)
	for c := range classes {
		row := result.X[c*width : (c+1)*width]
		p.model.Weights[c], p.model.Bias[c] = slices.Clone(row[:width-1]), row[width-1]
	}
	return nil
}

// fold is which of parts a text belongs to, from 0. It depends on the text alone,
// so the same text is never on both sides of a division.
func fold(text, purpose string, parts int) int {
	sum := sha256.Sum256([]byte(purpose + "\x00" + text))
	return (int(sum[0])*256 + int(sum[1])) % parts
}

// Fitting the temperature: with few examples every fold is held out in turn, with
// many one is enough.
const (
	temperatureFolds = 5
	fewExamples      = 2_000
	fewestHeldOut    = 20 // below which a temperature is worth nothing
)

// temperature fits T on examples held out from a fit of the others. With too few
// examples it is 1.
func temperature(examples []Example, options Options) float64 {
	turns := 1
	if len(examples) < fewExamples {
		turns = temperatureFolds
	}
	var scores [][]float64
	var labels []int
	for turn := range turns {
		var fitted, held []Example
		for _, e := range examples {
			if fold(e.Text, "temperature", temperatureFolds) == turn {
				held = append(held, e)
			} else {
				fitted = append(fitted, e)
			}
		}
		m, err := fit(fitted, options)
		if err != nil {
			continue // a fold without two codes teaches nothing
		}
		for _, e := range held {
			label, known := slices.BinarySearch(m.Classes, e.Label)
			if x := m.vector(e.Text); known && len(x) > 0 {
				scores, labels = append(scores, m.scores(x)), append(labels, label)
			}
		}
	}
	if len(scores) < fewestHeldOut {
		return 1
	}
	return bestTemperature(scores, labels)
}

// bestTemperature is the T of a grid in steps of 2% at which the mean of −ln p of
// the right classes is least.
func bestTemperature(scores [][]float64, labels []int) float64 {
	best, bestLoss := 1.0, math.Inf(1)
	scaled := []float64{}
	for t := 0.3; t <= 6; t *= 1.02 {
		loss := 0.0
		for i, z := range scores {
			scaled = append(scaled[:0], z...)
			floats.Scale(1/t, scaled)
			loss += floats.LogSumExp(scaled) - scaled[labels[i]]
		}
		if loss < bestLoss {
			best, bestLoss = t, loss
		}
	}
	return best
}
