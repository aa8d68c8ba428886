package classify

import "strconv"

// Question is what a coder answers about a text.
type Question string

// The questions.
const (
	AskTheme    Question = "theme"
	AskHCAT     Question = "hcat"
	AskSeverity Question = "severity"
)

// fewestTried is how many of an installation's own codings must be set aside before
// a measure of them says anything.
const fewestTried = 30

// Trial is how well a coder answers a question on codings of the installation's
// own that it hadn't seen.
type Trial struct {
	Measures
	Own int // codings of the installation's own on this question
}

// Tried reports whether there were enough codings to say.
func (t Trial) Tried() bool { return t.Texts >= fewestTried }

// Speaks reports whether the coder may answer: tried, and right more often than
// always naming the most frequent code would be.
func (t Trial) Speaks() bool { return t.Tried() && t.Accuracy > t.MajorityAccuracy }

// Try measures, for each question, a coder that learned from the seeds and four
// fifths of the installation's own codings on the last fifth (Split). The order of
// codings doesn't matter.
func Try(seeds, own []Coded, options Options) map[Question]Trial {
	trials := map[Question]Trial{}
	for _, q := range []Question{AskTheme, AskHCAT, AskSeverity} {
		examples := examplesOf(q, own)
		t := Trial{Own: len(examples)}
		train, test := Split(examples, 5)
		train = append(examplesOf(q, seeds), train...)
		if len(test) >= fewestTried {
			if m, err := Train(train, options); err == nil { // codings of one code alone teach nothing, and are not tried
				t.Measures = Measure(m, test, Majority(train))
			}
		}
		trials[q] = t
	}
	return trials
}

// examplesOf is the codings that answer a question.
func examplesOf(q Question, list []Coded) (examples []Example) {
	for _, c := range list {
		label := map[Question]string{AskTheme: c.Theme, AskHCAT: c.HCAT}[q]
		if q == AskSeverity && c.Severity > 0 {
			label = strconv.Itoa(c.Severity)
		}
		if label != "" {
			examples = append(examples, Example{c.Text, label})
		}
	}
	return examples
}
