package main

import (
	"cmp"
	"fmt"
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
	if err := h.sayUndefined(env); err != nil {
		return closing(h, err)
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
	unheard, err := c.unheard(env, h, sc, own, concerns)
	if err != nil {
		return err
	}
	if len(concerns)+len(unheard) == 0 {
		if err := c.sayNone(env, h, sc); err != nil {
			return err
		}
	}
	l := list{head: []string{"rank", "org", "name", "judged", "points", "likelihood", "findings_counted", "month", "because", "recorded", "entry", "above_any_score"}}
	for i := range concerns {
		l.add(watchRow(&concerns[i], name[concerns[i].Org], counted[concerns[i].Org])...)
	}
	for _, code := range unheard {
		l.add(0, string(code), name[code], false, 0, "", counted[code], "", "No indicator has brought enough data yet.", "", 0, "")
	}
	return l.write(env.Stdout, c.Format)
}

// unheard is the commissioner's providers of which nothing was judged, since nothing that
// concern hears was ever received: left out, they would count as quiet.
func (c *WatchListCmd) unheard(env *Env, h *House, sc, own access.Scope, concerns []store.Concern) ([]org.Code, error) {
	if c.Tenant == "" {
		return nil, nil
	}
	active, err := h.Store.ActiveTenants(env.Ctx, sc)
	if err != nil || !slices.Contains(active, own.Tenant) {
		return nil, err
	}
	purview, err := h.Store.Purview(env.Ctx, own)
	return slices.DeleteFunc(purview, func(code org.Code) bool {
		return slices.ContainsFunc(concerns, func(k store.Concern) bool { return k.Org == code })
	}), err
}

// sayNone says why the list has no row: an empty one would read as nothing to worry about.
func (c *WatchListCmd) sayNone(env *Env, h *House, sc access.Scope) error {
	why := "no provider can be judged on published data alone: concern needs 3 measures that can move it, with 12 months of values or more and data in the last 12 months. Name a commissioner with --tenant to see each of its providers with what it lacks"
	if c.Tenant != "" {
		active, err := h.Store.ActiveTenants(env.Ctx, sc)
		if err != nil {
			return err
		}
		why = "no provider of " + c.Tenant + " is known: load a register that names it as their system (candour-organisations), or record one under Administration, then run candour watch"
		if !slices.Contains(active, org.Code(c.Tenant)) {
			why = "concern is judged for commissioners at which somebody holds a role, and nobody does at " + c.Tenant + ": candour invite --tenant " + c.Tenant + " --login ADDRESS gives the first, then candour watch judges"
		}
	}
	if c.AsOf != "" {
		why = "nothing had been judged by then"
	}
	_, err := fmt.Fprintln(env.Stderr, "candour: the list is empty, since "+why+".")
	return err
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
