package main

import (
	"math"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/watch"
)

// AsOfFlag reads the memory as it stood at a past moment.
type AsOfFlag struct {
	AsOf string `name:"as-of" help:"Read the memory as it stood at this moment: 2026-09-30, 2026-09-30T17:00:00Z, or a ledger position." placeholder:"T"`
}

// scope is the operator's scope as of the moment.
func (f AsOfFlag) scope(env *Env, h *House) (access.Scope, error) {
	sc := everything()
	if f.AsOf == "" {
		return sc, nil
	}
	p, err := positionOf(env, h, f.AsOf)
	return sc.At(p), err
}

// positionOf reads a moment as the pages do: a ledger position, an instant, or a day,
// which counts to its end in England. What is still to come is no past.
func positionOf(env *Env, h *House, text string) (int64, error) {
	if n, ok := number(text); ok {
		head, _, err := h.Store.Head(env.Ctx)
		if err == nil && n > head {
			err = fault.New(fault.Invalid, "--as-of %s: the memory has no entry %d; the newest is %d", text, n, head)
		}
		return n, err
	}
	when, err := time.Parse(time.RFC3339, text)
	begins := when
	if err != nil {
		if begins, err = time.ParseInLocation(time.DateOnly, text, calendar.London); err != nil {
			return 0, fault.New(fault.Invalid, "--as-of %q is not a moment; write 2026-09-30, 2026-09-30T17:00:00Z or a ledger position", text)
		}
		when = begins.AddDate(0, 0, 1).Add(-time.Microsecond)
	}
	if begins.After(h.Store.Now()) {
		return 0, fault.New(fault.Invalid, "--as-of %s is still to come", text)
	}
	return h.Store.PositionAt(env.Ctx, when)
}

func number(text string) (n int64, ok bool) {
	for _, c := range text {
		if c < '0' || c > '9' || n > math.MaxInt64/10-10 {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, text != "" && len(text) != 4+2+2
}

// ObservationsCmd writes the values of one indicator.
type ObservationsCmd struct {
	StoreFlags
	AsOfFlag
	FormatFlag
	Indicator string `required:"" help:"Id of the indicator, such as ae-4h-all (candour check lists them)." placeholder:"ID"`
	Org       string `help:"Only this organisation." placeholder:"CODE"`
	Vintages  bool   `help:"Every vintage held, not only the newest of each value."`
	AsNow     bool   `name:"as-now" help:"Histories of predecessors under their present successors: numerators and denominators summed, never averaged (R-ORG-8)."`
}

// Help shows examples.
func (ObservationsCmd) Help() string {
	return `Examples:

  candour observations --indicator ae-4h-all --org RJE
  candour observations --indicator ae-attendances-type1 --vintages --format json
  candour observations --indicator shmi --as-of 2026-09-30
`
}

// Run writes the list.
func (c *ObservationsCmd) Run(env *Env) error {
	h, err := openHeld(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	return closing(h, c.list(env, h))
}

func (c *ObservationsCmd) list(env *Env, h *House) error {
	d := h.Catalogue.Get(indicator.ID(c.Indicator))
	if d == nil {
		return fault.New(fault.NotFound, "there is no indicator %q; candour check lists those there are", c.Indicator)
	}
	sc, err := c.scope(env, h)
	if err != nil {
		return err
	}
	want := store.Wanted{Indicators: []indicator.ID{d.ID}, Vintages: c.Vintages}
	if c.Org != "" && !c.AsNow {
		want.Orgs = []org.Code{org.Code(c.Org)}
	}
	observations, err := h.Store.Observations(env.Ctx, sc, want)
	if err != nil {
		return err
	}
	if c.AsNow {
		if observations, err = c.asNow(env, h, sc, d, observations); err != nil {
			return err
		}
	}
	l := list{head: []string{
		"indicator", "org", "period", "presence", "numerator", "denominator", "value", "vintage", "delivery", "sheet", "rows", "note",
		"published", "received", "tenant",
	}}
	for i := range observations {
		o := &observations[i]
		if c.Org != "" && o.Org != org.Code(c.Org) {
			continue
		}
		num, den, value := numbers(d, o)
		l.add(string(o.Indicator), string(o.Org), o.Period.String(), string(o.Presence), num, den, value, o.Vintage, o.Delivery, o.Sheet, o.Rows,
			o.Note, moment(o.Published), moment(o.Received), o.Tenant)
	}
	return l.write(env.Stdout, c.Format)
}

// asNow maps histories to present-day codes.
func (c *ObservationsCmd) asNow(env *Env, h *House, sc access.Scope, d *indicator.Definition, list []indicator.Observation) ([]indicator.Observation, error) {
	if !d.Kind.Summable() {
		return nil, fault.New(fault.Invalid, "%s is a %s: its values can't be added up, so show each code's history side by side (R-ORG-8)", d.ID, d.Kind)
	}
	successions, err := h.Store.Successions(env.Ctx, sc)
	if err != nil {
		return nil, err
	}
	return watch.AsNow(d, list, successions, h.Store.Now()), nil
}

// numbers is what is written of a value: nothing where there is none.
func numbers(d *indicator.Definition, o *indicator.Observation) (num, den, value any) {
	if o.Presence != indicator.Valued {
		return nil, nil, nil
	}
	value = o.Value
	if v, ok := d.Value(o.Numerator, o.Denominator); ok {
		value = v
	}
	if d.Kind == indicator.Mean || d.Kind == indicator.Rating {
		return nil, nil, value
	}
	if d.Kind == indicator.Count {
		return o.Numerator, nil, value
	}
	return o.Numerator, o.Denominator, value
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
