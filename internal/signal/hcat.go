package signal

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"candour/internal/fault"
)

// SampleShare is the share of the complaints that is coded twice (R-HCAT-1).
const SampleShare = 0.1

// InSample reports whether an id belongs to a sample of this share. The choice
// depends on the id alone, so that nobody picks the sample.
func InSample(id ID, share float64) bool {
	sum := sha256.Sum256([]byte("hcat second coding\x00" + string(id)))
	return float64(binary.BigEndian.Uint64(sum[:8]))/(1<<64) < share
}

// MainCategory is the HCAT category of the code, also where it names a sub-category:
// coders are compared by category, on which HCAT is reliable.
func (c HCATCode) MainCategory() string {
	category, _, _ := strings.Cut(c.Category, "/")
	return category
}

// hcat is the HCAT codes that hold: the team's, else those that came with the
// complaint.
func (s *Signal) hcat() []HCATCode {
	if codes := s.Triage.Codes.HCAT; len(codes) > 0 || s.Complaint == nil {
		return codes
	}
	return s.Complaint.HCAT
}

// TopHCAT is the gravest HCAT code that holds, the first of several. It is false
// where none is given.
func (s *Signal) TopHCAT() (HCATCode, bool) {
	codes := s.hcat()
	if len(codes) == 0 {
		return HCATCode{}, false
	}
	return slices.MaxFunc(codes, func(a, b HCATCode) int { return a.Severity - b.Severity }), true
}

// DoubleCoding is the codes that two people gave to one complaint, each without
// knowing the other's. The first is kept as it stood when the second was given: what
// is coded anew afterwards changes no agreement.
type DoubleCoding struct {
	First   HCATCode  `json:"first"`
	FirstBy string    `json:"first_by"`
	Second  HCATCode  `json:"second"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Event   int       `json:"event"` // by whose number it is undone
}

// Agrees reports whether both gave the same category and severity.
func (d *DoubleCoding) Agrees() bool {
	return d.First.MainCategory() == d.Second.MainCategory() && d.First.Severity == d.Second.Severity
}

// SecondCoded is the code of a second person, who did not know the first one's
// (R-HCAT-1).
type SecondCoded struct {
	Code HCATCode `json:"code"`
}

func (c SecondCoded) apply(s *Signal, e Event) error {
	first, coded := s.firstCode()
	switch {
	case s.Complaint == nil || !coded:
		return fault.New(fault.Conflict, "only a complaint that was coded once, by category and severity, is coded a second time")
	case s.Triage.DoubleCoding != nil:
		return fault.New(fault.Conflict, "the complaint is coded twice already; undo that first")
	case s.Triage.CodedBy == e.By:
		return fault.New(fault.Conflict, "you coded this complaint first; the second code is another person’s")
	case c.Code.Category == "" || c.Code.Severity < 1 || c.Code.Severity >= HCATLevels:
		return fault.New(fault.Invalid, "a second code needs a category and a severity of 1 to 3")
	}
	s.Triage.DoubleCoding = &DoubleCoding{First: first, FirstBy: s.Triage.CodedBy, Second: c.Code, By: e.By, At: e.At, Event: e.Number}
	return nil
}

// firstCode is the code that a second person's is held against. A category whose
// severity nobody judged is no code yet.
func (s *Signal) firstCode() (HCATCode, bool) {
	top, ok := s.TopHCAT()
	return top, ok && top.Severity > 0
}

// CodingsSealed is what Codings gives for a complaint that its reference would put in
// the sample and that is left out, because its words are sealed: a second coder could
// not read them.
const CodingsSealed = -1

// Codings is how many people coded a complaint of the sample: none, one or two. It is
// none for what is in no sample: other signals, copies and what doesn't count.
func (s *Signal) Codings() int {
	if s.Complaint == nil || s.Triage.DuplicateOf != "" || !s.Counts() || !InSample(s.ID, SampleShare) {
		return 0
	}
	if s.WordsSealed() {
		return CodingsSealed
	}
	if s.Triage.DoubleCoding != nil {
		return 2
	}
	if _, coded := s.firstCode(); coded {
		return 1
	}
	return 0
}

// What agreement is held against (R-HCAT-1), and from how many pairs it is told:
// 2k² for k levels (Cicchetti, Applied Psychological Measurement 1981; 5:101–104).
const (
	KappaAim   = 0.6
	KappaPairs = 2 * HCATLevels * HCATLevels
)

// Agreement is how far two people who code the same complaints agree.
type Agreement struct {
	Pairs    int
	Category int     // pairs with the same category
	Severity int     // pairs with the same severity
	Kappa    float64 // weighted, of severity
	Defined  bool    // Kappa is; not where both used one level only
}

// Enough reports whether there are pairs enough to tell kappa.
func (a Agreement) Enough() bool { return a.Pairs >= KappaPairs }

// Reached reports whether the aim is reached, by pairs enough.
func (a Agreement) Reached() bool { return a.Enough() && a.Defined && a.Kappa >= KappaAim }

// Agree works the agreement of pairs out.
func Agree(pairs []DoubleCoding) Agreement {
	a := Agreement{Pairs: len(pairs)}
	first, second := make([]int, len(pairs)), make([]int, len(pairs))
	for i := range pairs {
		p := &pairs[i]
		first[i], second[i] = p.First.Severity, p.Second.Severity
		if p.First.MainCategory() == p.Second.MainCategory() {
			a.Category++
		}
		if first[i] == second[i] {
			a.Severity++
		}
	}
	a.Kappa, a.Defined = WeightedKappa(first, second, HCATLevels)
	return a
}

// HCATLevels is the number of levels of HCAT severity, 0 to 3 (Gillespie and Reader 2016).
const HCATLevels = 4

// WeightedKappa is Cohen's kappa with linear weights between two coders' levels of
// the same items, each 0 to levels−1 (Psychological Bulletin 1968; 70:213–220):
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
