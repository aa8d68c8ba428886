package main

import (
	"fmt"
	"os"
	"strconv"

	"candour/internal/definition"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal/mapping"
)

// SignalsMappingCmd saves a column mapping, or lists those that are saved.
type SignalsMappingCmd struct {
	StoreFlags
	TenantFlag
	FormatFlag
	File string `arg:"" optional:"" help:"The mapping, a YAML file; left out, the saved ones are listed." type:"existingfile"`
}

// Help shows examples.
func (SignalsMappingCmd) Help() string {
	return `A mapping says once which column of a file is which field (docs/formats/signals-import.md).
It is recorded for the commissioner; a newer version takes the place of an older one.

Examples:

  candour signals mapping --tenant QHL
  candour signals mapping --tenant QHL complaints-log.yaml
`
}

// readMapping reads a mapping from a file and checks it; nil without a name.
func readMapping(name string) (*mapping.Mapping, []byte, error) {
	if name == "" {
		return nil, nil, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, nil, fault.Wrap(fault.NotFound, err, "read the mapping")
	}
	m := &mapping.Mapping{}
	if err := definition.Decode(text, m); err != nil {
		return nil, nil, err
	}
	return m, text, m.Check()
}

// Run saves or lists.
func (c *SignalsMappingCmd) Run(env *Env) error {
	m, text, err := readMapping(c.File)
	if err != nil {
		return err
	}
	h, err := openHouse(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	saved, err := listen.SavedMappings(env.Ctx, h.Store, c.scope())
	if err != nil {
		return closing(h, err)
	}
	if m == nil {
		l := list{head: []string{"id", "version", "name", "kind", "columns"}}
		for _, x := range saved {
			l.add(x.ID, x.Version, x.Name, string(x.Kind), len(x.Columns))
		}
		return closing(h, l.write(env.Stdout, c.Format))
	}
	for _, x := range saved {
		if x.ID == m.ID && x.Version >= m.Version {
			return closing(h, fault.New(fault.Conflict, "version %d of %s is saved already; give the changed mapping version %d", x.Version, m.ID, x.Version+1))
		}
	}
	if err := h.Store.SaveMapping(env.Ctx, c.scope(), m.ID, strconv.Itoa(m.Version), string(text)); err != nil {
		return closing(h, err)
	}
	_, err = fmt.Fprintf(env.Stdout, "%s version %d is saved: files with its columns are recognised\n", m.ID, m.Version)
	return closing(h, err)
}

// SignalsReleaseCmd reads a file again.
type SignalsReleaseCmd struct {
	StoreFlags
	TenantFlag
	ID       string `arg:"" help:"Id of the delivery, such as D-000123."`
	Mapping  string `help:"The corrected mapping, a YAML file; left out, the saved one that fits is taken." type:"existingfile" placeholder:"FILE"`
	Provider string `help:"The provider of items that don't name one." placeholder:"CODE"`
	JSON     bool   `name:"json" help:"Write one JSON object instead of words."`
	NoTest   bool   `name:"no-watch" help:"Don't judge concern by what came; candour watch does it later, and a server soon."`
}

// Help shows examples.
func (SignalsReleaseCmd) Help() string {
	return `Reads the archived file of a delivery again and takes what was refused or waited. What
was taken before is known by its reference. It becomes a delivery of its own. Then
concern is judged by what came.

Examples:

  candour signals release --tenant QHL D-000123
  candour signals release --tenant QHL D-000123 --mapping corrected.yaml
`
}

// Run reads the file again.
func (c *SignalsReleaseCmd) Run(env *Env) error {
	m, _, err := readMapping(c.Mapping)
	if err != nil {
		return err
	}
	h, err := openHouse(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	return closing(h, c.release(env, h, m))
}

func (c *SignalsReleaseCmd) release(env *Env, h *House, m *mapping.Mapping) error {
	d, err := signalDelivery(env, h, c.TenantFlag, c.ID)
	if err != nil {
		return err
	}
	text, err := h.Store.SealedFile(env.Ctx, c.scope(), d.SHA256)
	if err != nil {
		return err
	}
	o := listen.LoadOptions{Name: d.File, Received: d.Received, Provider: org.Code(c.Provider)}
	r := signalReport{File: d.File}
	if r.Imported, err = h.importSignals(env.Ctx, c.scope(), text, m, o, "release"); err != nil {
		return err
	}
	if err := (&SignalsLoadCmd{JSON: c.JSON}).say(env, r); err != nil {
		return err
	}
	if r.Taken+r.Revised > 0 {
		if err := h.judgeHeard(env, c.TenantFlag, c.NoTest, c.JSON); err != nil {
			return err
		}
	}
	if len(r.Refusals) == 0 {
		return nil
	}
	return fault.Exit(fault.ExitQuarantined)
}

// signalDelivery is a delivery of a file of signals of the commissioner.
func signalDelivery(env *Env, h *House, t TenantFlag, id string) (delivery.Delivery, error) {
	d, err := h.Store.Delivery(env.Ctx, t.scope(), delivery.ID(id))
	if err == nil && (d.Shape != delivery.Signals || d.Tenant != t.Tenant) {
		err = fault.New(fault.NotFound, "%s is no file of signals of %s", id, t.Tenant)
	}
	return d, err
}

// eraseFile destroys the key of a file.
func (c *SignalsEraseCmd) eraseFile(env *Env, h *House) error {
	d, err := signalDelivery(env, h, c.TenantFlag, c.Ref)
	if err != nil {
		return err
	}
	if err := h.Store.EraseSealedFile(env.Ctx, c.scope(), d.SHA256, c.Because); err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "%s: the key of its file is destroyed; what was taken from it stays\n", c.Ref)
	return err
}
