package main

import (
	"candour/internal/finding"
	"candour/internal/org"
)

// FindingsCmd writes what the statistics say.
type FindingsCmd struct {
	StoreFlags
	AsOfFlag
	FormatFlag
	Org     string `help:"Only this organisation." placeholder:"CODE"`
	Concern bool   `help:"Only concerns that hold at the newest value."`
}

// Help shows examples.
func (FindingsCmd) Help() string {
	return `Examples:

  candour findings --org RJE
  candour findings --concern --format json
  candour findings --as-of 2026-09-30
`
}

// Run writes the list.
func (c *FindingsCmd) Run(env *Env) error {
	h, err := openHeld(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	return closing(h, c.list(env, h))
}

func (c *FindingsCmd) list(env *Env, h *House) error {
	sc, err := c.scope(env, h)
	if err != nil {
		return err
	}
	found, err := h.Store.Findings(env.Ctx, sc, org.Code(c.Org))
	if err != nil {
		return err
	}
	l := list{head: []string{
		"id", "org", "indicator", "kind", "rule", "direction", "from", "to", "points", "value", "against", "latest", "counted", "sentence",
		"definition", "limits", "found", "entry",
	}}
	for _, f := range found {
		if c.Concern && (f.Direction != finding.Concern || !f.Latest) {
			continue
		}
		l.add(f.ID, string(f.Org), string(f.Indicator), string(f.Kind), f.Rule, string(f.Direction), f.From.String(), f.To.String(), f.Points,
			f.Value, f.Against, f.Latest, f.Counted, f.Sentence, f.Definition, f.Limits, moment(f.Received), int(f.Position))
	}
	return l.write(env.Stdout, c.Format)
}
