package concern

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
)

//go:embed params.json
var defaultParams []byte

// Domain is a domain of hard indicators.
type Domain struct {
	ID      string  `json:"id"`
	Shift   float64 `json:"shift"`   // design shift delta: the smallest worth a visit
	Between float64 `json:"between"` // standard deviation between providers, used where peers are too few to estimate it
}

// Family is a group of streams that one cause would move.
type Family struct {
	ID      FamilyID `json:"id"`
	Name    string   `json:"name"`
	Overlap float64  `json:"overlap"` // discount of each further stream
	Weight  float64  `json:"weight"`  // of ln(1 + E) in the score
	Filter  float64  `json:"filter"`  // of its evidence in the pattern filter
	Scored  bool     `json:"scored"`  // false: shown, never part of the score
}

// part is what evidence E adds to the score.
func (f *Family) part(evidence float64) float64 { return f.Weight * math.Log1p(evidence) }

// Channel is a way in which people's reports arrive.
type Channel struct {
	ID       ChannelID `json:"id"`
	Name     string    `json:"name"`
	Family   FamilyID  `json:"family"`
	Ratio    float64   `json:"ratio"`    // design rate ratio rho
	Voice    string    `json:"voice"`    // "outside" or "inside" in the voice gap; empty takes no part
	Mix      bool      `json:"mix"`      // has a severity-mix stream
	Standing bool      `json:"standing"` // counts in the standing level of voices

	Publicity float64 `json:"publicity,omitempty"` // share of a surge of publicity that reaches it: 1 is open to everybody
}

// Pattern is a kind of story: a set of families that move together.
type Pattern struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"` // completes "looks like: …"
	Families []FamilyID `json:"families"`
}

// StandingPart is one part of the standing level (concern-design.md section 8).
type StandingPart struct {
	Name    string   `json:"name"`
	Domains []string `json:"domains,omitempty"` // hard: domains whose mean deviations are added
	Divisor float64  `json:"divisor,omitempty"` // of that sum
	Voices  bool     `json:"voices,omitempty"`  // reports per size of the standing channels
	Visits  bool     `json:"visits,omitempty"`  // visit scores of 24 months
	Weight  float64  `json:"weight"`
}

// Budget is one offered rate of false alerts with its two thresholds.
type Budget struct {
	Budget float64 `json:"budget"` // false alerts per provider-year
	Score  float64 `json:"score"`  // hA, on S
	Level  float64 `json:"level"`  // hB, on L

	Alerts    float64 `json:"alerts"`     // all alerts per provider-year in simulation, true ones included
	TrueShare float64 `json:"true_share"` // share of alerts that were true in simulation
}

// WordLimit is a word and the probability from which it is used.
type WordLimit struct {
	Word Word    `json:"word"`
	From float64 `json:"from"`
}

// Params are the method's parameters (concern-design.md section 12): data with a
// version, which every assessment and alert names.
type Params struct {
	Version         string    `json:"version"`
	Startup         int       `json:"startup"`          // B: months before a stream first gives evidence
	StartupLeast    int       `json:"startup_least"`    // the same for a stream that begins later than the others
	PeersLeast      int       `json:"peers_least"`      // providers reporting below which nothing national is estimated
	JudgeStreams    int       `json:"judge_streams"`    // scored streams with recent data below which a provider can't be judged
	JudgeMonths     int       `json:"judge_months"`     // months of data below which a provider can't be judged
	BaselineLength  int       `json:"baseline_length"`  // months of own baseline
	BaselineGap     int       `json:"baseline_gap"`     // months that it stays behind
	ReestimateEvery int       `json:"reestimate_every"` // months between estimates after start-up; 0 is never
	Gamma           float64   `json:"gamma"`            // monthly decay of evidence
	Cap             float64   `json:"cap"`              // ceiling of one stream
	Hazard          float64   `json:"hazard"`           // h, a month
	Recovery        float64   `json:"recovery"`         // rec, a month
	Publicity       Publicity `json:"publicity,omitzero"`
	PatternScale    float64   `json:"pattern_scale"`
	PatternWeight   float64   `json:"pattern_weight"`
	Lambda          float64   `json:"lambda"` // weight of the standing level in the ranking
	C0              float64   `json:"c0"`     // calibration: P = 1/(1+exp(−(c0 + c1 R)))
	C1              float64   `json:"c1"`
	SevereFactor    float64   `json:"severe_factor"` // rho of severe reports over rho of ordinary ones
	EvenPoints      float64   `json:"even_points"`   // points shown at an even chance
	RealertMonths   int       `json:"realert_months"`
	AgreeFamilies   int       `json:"agree_families"` // families with evidence of 1 or more without which a change raises no alert

	Budgets      []Budget       `json:"budgets"`
	Words        []WordLimit    `json:"words"`
	Domains      []Domain       `json:"domains"`
	Families     []Family       `json:"families"`
	MixFamily    FamilyID       `json:"mix_family"`
	GapFamily    FamilyID       `json:"gap_family"`
	VisitFamily  FamilyID       `json:"visit_family"`
	Channels     []Channel      `json:"channels"`
	Completeness []float64      `json:"completeness"` // share of reports in hand by delay, used until it can be estimated
	Patterns     []Pattern      `json:"patterns"`
	Standing     []StandingPart `json:"standing"`
}

// Default is the parameters that Candour ships, fitted on training economies
// (docs/methods/benchmark.md).
func Default() *Params {
	p, err := ParseParams(defaultParams)
	if err != nil {
		panic(fmt.Sprintf("embedded parameters: %v", err)) // a build fault, caught by any test
	}
	return p
}

// DefaultText is the parameters that Candour ships as they are written, for the
// memory to hold: what was judged by them stays explained by them.
func DefaultText() []byte { return slices.Clone(defaultParams) }

// PastParams reads the parameters of an earlier version, by which nothing is judged
// any more but what was judged is explained. Names that have gone since are passed
// over.
func PastParams(text []byte) (*Params, error) {
	p := new(Params)
	if err := json.Unmarshal(text, p); err != nil {
		return nil, fmt.Errorf("read earlier parameters: %w", err)
	}
	if len(p.Budgets) == 0 || p.C1 <= 0 || p.EvenPoints <= 0 {
		return nil, fmt.Errorf("read earlier parameters: no budget, or no scale of points")
	}
	return p, nil
}

// ParseParams reads parameters from JSON and checks them; unknown names are
// refused, so that a misspelt one cannot be silently ignored.
func ParseParams(text []byte) (*Params, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	p := new(Params)
	if err := dec.Decode(p); err != nil {
		return nil, fmt.Errorf("read parameters: %w", err)
	}
	return p, p.check()
}

func (p *Params) check() error {
	var wrong []error
	need := func(ok bool, what string) {
		if !ok {
			wrong = append(wrong, errors.New("parameters: "+what))
		}
	}
	need(p.Version != "", "version is missing")
	need(p.Startup >= p.StartupLeast && p.StartupLeast >= 6, "startup ≥ startup_least ≥ 6")
	need(p.BaselineLength >= 12 && p.BaselineLength+p.BaselineGap+replayMonths <= ringMonths, "baseline_length + baseline_gap ≤ 52")
	need(p.BaselineGap >= 1, "baseline_gap ≥ 1")
	need(p.Startup+2*replayMonths <= ringMonths, "startup ≤ 40")
	need(p.ReestimateEvery >= 0, "reestimate_every ≥ 0")
	need(p.Gamma > 0 && p.Gamma <= 1, "0 < gamma ≤ 1")
	need(p.Cap > 0, "cap > 0")
	need(p.Hazard > 0 && p.Hazard < 1 && p.Recovery > 0 && p.Recovery < 1, "hazard and recovery between 0 and 1")
	need(p.Publicity.Surge <= 0 || p.Publicity.Jump > 0 && p.Publicity.Months > 0, "publicity with jump and months > 0")
	need(p.C1 > 0, "c1 > 0")
	need(p.AgreeFamilies >= 1, "agree_families ≥ 1")
	for _, f := range p.Families {
		need(!f.Scored || f.Weight > 0 && f.Filter > 0, fmt.Sprintf("family %q is scored and needs a weight and a filter above 0", f.ID))
	}
	need(len(p.Completeness) == delayMonths+1, "completeness has seven values")
	need(len(p.Patterns) > 0 && len(p.Families) > 0, "families and patterns are given")
	need(len(p.Words) > 0, "words are given")
	for _, pat := range p.Patterns {
		for _, f := range pat.Families {
			need(p.family(f) >= 0, fmt.Sprintf("pattern %q names an unknown family %q", pat.ID, f))
		}
	}
	for _, c := range p.Channels {
		need(p.family(c.Family) >= 0, fmt.Sprintf("channel %q names an unknown family %q", c.ID, c.Family))
		need(c.Ratio > 1, fmt.Sprintf("channel %q needs a ratio above 1", c.ID))
	}
	return errors.Join(wrong...)
}

// family is the index of a family, −1 for none.
func (p *Params) family(id FamilyID) int {
	for i := range p.Families {
		if p.Families[i].ID == id {
			return i
		}
	}
	return -1
}

// channel is the index of a channel, −1 for none.
func (p *Params) channel(id ChannelID) int {
	for i := range p.Channels {
		if p.Channels[i].ID == id {
			return i
		}
	}
	return -1
}

// domain is a domain's parameters; an unknown one has none.
func (p *Params) domain(id string) Domain {
	for _, d := range p.Domains {
		if d.ID == id {
			return d
		}
	}
	return Domain{ID: id}
}

// startOdds is LO0 = ln(h/rec): the pattern filter's log odds before anything
// has been received.
func (p *Params) startOdds() float64 { return math.Log(p.Hazard / p.Recovery) }
