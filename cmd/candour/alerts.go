package main

import (
	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/org"
	"candour/internal/store"
)

// AlertsCmd writes the alerts and what became of them.
type AlertsCmd struct {
	StoreFlags
	AsOfFlag
	FormatFlag
	Tenant string `help:"Only the alerts of this commissioner." placeholder:"CODE"`
	State  string `help:"Only those of a state: open (every one but closed), raised, acknowledged, assigned or closed." enum:"open,raised,acknowledged,assigned,closed,all" default:"all"`
}

// Help shows examples.
func (AlertsCmd) Help() string {
	return `One row for each alert: the open ones first, highest level and longest waiting on
top, then the closed ones, newest first. The evidence as it stood is on the
alert's page, and in the memory entry that raised it.

Examples:

  candour alerts --tenant QZ1
  candour alerts --state open --format json
  candour alerts --state closed --as-of 2026-09-30
`
}

// Run writes the list.
func (c *AlertsCmd) Run(env *Env) error {
	h, err := openHeld(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	return closing(h, c.list(env, h))
}

func (c *AlertsCmd) list(env *Env, h *House) error {
	sc, err := c.scope(env, h)
	if err != nil {
		return err
	}
	own := access.Scope{Viewer: sc.Viewer, Tenant: org.Code(c.Tenant), AsOf: sc.AsOf, All: c.Tenant == ""}
	f := store.AlertFilter{Open: c.State == "open"}
	if c.State != "open" && c.State != "all" {
		f.State = alert.State(c.State)
	}
	alerts, err := h.Store.Alerts(env.Ctx, own, f)
	if err != nil {
		return err
	}
	l := list{head: []string{
		"ref", "tenant", "provider", "state", "level", "owner", "raised", "opened", "acknowledged", "closed", "outcome", "because", "points", "likelihood",
		"points_now", "score", "standing_level", "ranking", "families", "by_score", "by_level", "month", "parameters", "entries",
	}}
	for i := range alerts {
		a := &alerts[i]
		families := make([]string, len(a.First.Families))
		for k, f := range a.First.Families {
			families[k] = string(f)
		}
		l.add(string(a.Ref), string(a.Tenant), string(a.Provider), string(a.State), int(a.Level), string(a.Owner), moment(a.Raised), moment(a.Opened),
			moment(a.Acknowledged), moment(a.Ended), string(a.Outcome), a.Because, a.First.Points, string(a.First.Word), a.Now.Points, a.First.Score, a.First.Level,
			a.First.Ranking, families, a.First.ByScore, a.First.ByLevel, a.First.AsOf.String(), a.First.Params, a.Version)
	}
	return l.write(env.Stdout, c.Format)
}
