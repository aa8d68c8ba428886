package api

import (
	"context"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/finding"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/store"
)

// pastInput asks for things as they stood.
type pastInput struct {
	AsOf int64 `query:"as_of" minimum:"0" doc:"Position in the memory as of which to read; left out it is now"`
}

func (in *pastInput) scope(c *caller) access.Scope {
	if in.AsOf > 0 {
		return c.scope.At(in.AsOf)
	}
	return c.scope
}

// Concern is the judgement on one provider.
type Concern struct {
	Provider org.Code        `json:"provider"`
	Judged   bool            `json:"judged" doc:"false: there is too little data; why says which"`
	Rank     int             `json:"rank,omitempty" doc:"1 is the highest"`
	Word     concern.Word    `json:"word,omitempty"`
	Points   int             `json:"points,omitempty" doc:"The parts add up to it"`
	Month    calendar.Period `json:"month"`
	Lead     string          `json:"lead" doc:"The judgement in a sentence"`
	Parts    []Part          `json:"parts,omitempty" doc:"What contributes, largest first: families of evidence, without their figures, which may be too small to leave the team"`
	Position int64           `json:"position" doc:"Of the entry that recorded it"`
	Since    time.Time       `json:"since"`
}

// Part is one contribution.
type Part struct {
	Family string `json:"family"`
	Points int    `json:"points"`
}

type watchListOutput struct {
	Body struct {
		Providers []Concern `json:"providers" doc:"By rank, then those that can’t be judged"`
	}
}

func (s *Server) readWatchList(ctx context.Context, c *caller, in *pastInput) (*watchListOutput, error) {
	list, err := s.Store.Concerns(ctx, in.scope(c), "")
	out := &watchListOutput{}
	out.Body.Providers = make([]Concern, len(list))
	for i := range list {
		x, e := &list[i], &list[i].Explanation
		o := Concern{
			Provider: x.Org, Judged: x.Judged, Rank: x.Assessment.Rank, Points: x.Points, Month: x.Month, Lead: e.Lead,
			Position: x.Position, Since: x.Since,
		}
		if x.Judged {
			o.Word = x.Word
		}
		for _, family := range x.Assessment.Families {
			o.Parts = append(o.Parts, Part{family.Name, family.Points})
		}
		out.Body.Providers[i] = o
	}
	return out, err
}

// openly reports whether an indicator's figures may leave the team as they are.
func (s *Server) openly(id indicator.ID) bool {
	d := s.Catalogue.Get(id)
	return d != nil && d.Disclosure == "none"
}

type findingsInput struct {
	pastInput
	Provider string `query:"provider" maxLength:"15" pattern:"^[A-Z0-9-]*$" doc:"Only this provider"`
}

// Finding is one thing that the statistics say.
type Finding struct {
	ID        string            `json:"id"`
	Indicator indicator.ID      `json:"indicator"`
	Provider  org.Code          `json:"provider"`
	Kind      finding.Kind      `json:"kind"`
	Rule      string            `json:"rule" doc:"R-SPC-1, funnel-99.8, standard, …"`
	Direction finding.Direction `json:"direction"`
	From      calendar.Period   `json:"from"`
	To        calendar.Period   `json:"to"`
	Sentence  string            `json:"sentence"`
	Latest    bool              `json:"latest" doc:"It rests on the latest value"`
	Version   string            `json:"definition" doc:"Version of the indicator’s definition"`
	Position  int64             `json:"position"`
	Found     time.Time         `json:"found"`
}

type findingsOutput struct {
	Body struct {
		Findings []Finding `json:"findings"`
		Withheld int       `json:"withheld,omitempty" doc:"Findings of indicators whose small numbers are suppressed outside the team: the pages show them"`
	}
}

func (s *Server) listFindings(ctx context.Context, c *caller, in *findingsInput) (*findingsOutput, error) {
	list, err := s.Store.Findings(ctx, in.scope(c), org.Code(in.Provider))
	out := &findingsOutput{}
	out.Body.Findings = []Finding{}
	for i := range list {
		f := &list[i]
		if !s.openly(f.Indicator) {
			out.Body.Withheld++
			continue
		}
		out.Body.Findings = append(out.Body.Findings, Finding{
			ID: f.ID, Indicator: f.Indicator, Provider: f.Org, Kind: f.Kind, Rule: f.Rule, Direction: f.Direction, From: f.From, To: f.To,
			Sentence: f.Sentence, Latest: f.Latest, Version: f.Definition, Position: f.Position, Found: f.Received,
		})
	}
	return out, err
}

type observationsInput struct {
	pastInput
	Indicator string `query:"indicator" required:"true" maxLength:"60" pattern:"^[a-z0-9-]+$" doc:"Id of the indicator: ae-4h-all, shmi, …"`
	Provider  string `query:"provider" maxLength:"15" pattern:"^[A-Z0-9-]*$" doc:"Only this provider"`
}

// Observation is a value of the indicator.
type Observation struct {
	Provider    org.Code           `json:"provider"`
	Period      calendar.Period    `json:"period"`
	Presence    indicator.Presence `json:"presence" doc:"value, or which of the kinds of no value"`
	Numerator   float64            `json:"numerator"`
	Denominator float64            `json:"denominator"`
	Value       float64            `json:"value"`
	Vintage     int                `json:"vintage" doc:"1 for the first value held, then 2, …"`
	Delivery    string             `json:"delivery"`
	Position    int64              `json:"position"`
}

type observationsOutput struct {
	Body struct {
		Indicator    indicator.ID  `json:"indicator"`
		Unit         string        `json:"unit"`
		Observations []Observation `json:"observations"`
	}
}

func (s *Server) listObservations(ctx context.Context, c *caller, in *observationsInput) (*observationsOutput, error) {
	id := indicator.ID(in.Indicator)
	d := s.Catalogue.Get(id)
	if d == nil {
		return nil, fault.New(fault.NotFound, "there is no such indicator")
	}
	if !s.openly(id) {
		return nil, fault.New(fault.Refused, "small numbers of this indicator are suppressed outside the team, so its values are shown on pages and papers only")
	}
	want := store.Wanted{Indicators: []indicator.ID{id}}
	if in.Provider != "" {
		want.Orgs = []org.Code{org.Code(in.Provider)}
	}
	list, err := s.Store.Observations(ctx, in.scope(c), want)
	out := &observationsOutput{}
	out.Body.Indicator, out.Body.Unit, out.Body.Observations = id, d.Unit, make([]Observation, len(list))
	for i := range list {
		o := &list[i]
		out.Body.Observations[i] = Observation{
			Provider: o.Org, Period: o.Period, Presence: o.Presence, Numerator: o.Numerator, Denominator: o.Denominator, Value: o.Value,
			Vintage: o.Vintage, Delivery: o.Delivery, Position: o.From,
		}
	}
	return out, err
}
