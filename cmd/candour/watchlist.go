package main

import (
	"cmp"
	"slices"
	"strings"

	"candour/internal/access"
	"candour/internal/finding"
	"candour/internal/org"
	"candour/internal/store"
)

// WatchListCmd writes who should worry a commissioner, ranked.
type WatchListCmd struct {
	StoreFlags
	AsOfFlag
	FormatFlag
	Tenant string `help:"The commissioner whose providers are ranked. Without one, every provider as published data alone has it." placeholder:"CODE"`
}

// Help shows examples.
func (WatchListCmd) Help() string {
	return `One row for each provider: rank, points, likelihood, findings that count, and why.
Those with a fact above any score come first, with the fact in the last column.
Those that can't be judged come last, with the reason.

Examples:

  candour watchlist --tenant QZ1
  candour watchlist --format json
  candour watchlist --as-of 2026-09-30 --format csv
`
}

// Run writes the list.
func (c *WatchListCmd) Run(env *Env) error {
	h, err := openHeld(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	return closing(h, c.list(env, h))
}

func (c *WatchListCmd) list(env *Env, h *House) error {
	sc, err := c.scope(env, h)
	if err != nil {
		return err
	}
	own := access.Scope{Viewer: sc.Viewer, Tenant: org.Code(c.Tenant), AsOf: sc.AsOf, All: c.Tenant == ""}
	concerns, err := h.Store.Concerns(env.Ctx, own, "")
	if err != nil {
		return err
	}
	found, err := h.Store.Findings(env.Ctx, sc, "")
	if err != nil {
		return err
	}
	counted := map[org.Code]int{}
	for _, f := range found {
		if f.Counted && f.Latest && f.Direction == finding.Concern && (f.Tenant == "" || f.Tenant == org.Code(c.Tenant)) {
			counted[f.Org]++
		}
	}
	names, err := h.Store.Organisations(env.Ctx, sc)
	if err != nil {
		return err
	}
	name := map[org.Code]string{}
	for _, o := range names {
		name[o.Code] = o.Name
	}
	slices.SortStableFunc(concerns, func(a, b store.Concern) int { // facts above any score come first (R-RISK-4)
		return cmp.Compare(min(1, len(b.Assessment.Overrides)), min(1, len(a.Assessment.Overrides)))
	})
	l := list{head: []string{"rank", "org", "name", "judged", "points", "likelihood", "findings_counted", "month", "because", "recorded", "entry", "above_any_score"}}
	for i := range concerns {
		l.add(watchRow(&concerns[i], name[concerns[i].Org], counted[concerns[i].Org])...)
	}
	return l.write(env.Stdout, c.Format)
}

// watchRow is one provider.
func watchRow(k *store.Concern, name string, counted int) []any {
	because := k.Assessment.Why
	if k.Judged {
		because = ""
		for i, line := range k.Explanation.Lines {
			if i == 3 {
				break
			}
			if i > 0 {
				because += " "
			}
			because += line.Text
		}
	}
	return []any{k.Assessment.Rank, string(k.Org), name, k.Judged, k.Points, string(k.Word), counted, k.Month.String(), because, moment(k.Since), int(k.Position), strings.Join(k.Explanation.Above, " ")}
}
