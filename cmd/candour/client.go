package main

import (
	"crypto/rand"
	"fmt"
	"strings"

	"candour/internal/access"
	"candour/internal/api"
	"candour/internal/fault"
	"candour/internal/record"
	"candour/internal/signal"
)

// ClientCmd is the programs that may use the API.
type ClientCmd struct {
	List   ClientListCmd   `cmd:"" default:"withargs" help:"Write the programs that may use the API of a commissioner."`
	Add    ClientAddCmd    `cmd:"" help:"Let a program use the API, and print its key, this once."`
	Revoke ClientRevokeCmd `cmd:"" help:"Turn a program away at once."`
}

// ClientListCmd lists clients.
type ClientListCmd struct {
	StoreFlags
	TenantFlag
	FormatFlag
}

// Help shows examples.
func (ClientListCmd) Help() string {
	return `Writes each program with what it may do, when it was made and when one of its keys
was last used. No key is ever written.

Examples:

  candour client list --tenant QHL
  candour client list --tenant QHL --format json
`
}

// Run writes the list.
func (c *ClientListCmd) Run(env *Env) error {
	h, err := openHouse(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	clients, err := h.Store.Clients(env.Ctx, c.scope())
	if err != nil {
		return closing(h, err)
	}
	l := list{head: []string{"id", "name", "may", "kinds", "made", "used", "keys", "revoked"}}
	for i := range clients {
		x := &clients[i]
		l.add(string(x.ID), x.Name, joined(x.May), joined(x.Kinds), moment(x.Made), moment(x.Used), x.Keys, x.Revoked)
	}
	return closing(h, l.write(env.Stdout, c.Format))
}

// joined is a list with spaces between.
func joined[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = string(x)
	}
	return strings.Join(words, " ")
}

// ClientAddCmd makes a client.
type ClientAddCmd struct {
	StoreFlags
	TenantFlag
	Name    string   `required:"" help:"Name of the system, such as \"Datix at Larchford\"." placeholder:"NAME"`
	May     []string `help:"What it may do: send-signal, see-sent, see-provider, see-watch-list, see-indicator." default:"send-signal,see-sent" placeholder:"GRANT"`
	Kinds   []string `help:"Kinds of signal that it may send; all of them when left out." placeholder:"KIND"`
	Because string   `required:"" help:"Why it gets access; it is recorded." placeholder:"REASON"`
}

// Help shows examples.
func (ClientAddCmd) Help() string {
	return `Makes a client of one commissioner and prints its key. The key is kept as a hash and
can't be printed again; a new one is made in Administration. docs/api.md says how a
program uses it.

Examples:

  candour client add --tenant QHL --name "Datix at Larchford" --kinds incident --because "Agreement A-12"
  candour client add --tenant QHL --name "Board report" --may see-provider,see-watch-list --because "Asked by the board"
`
}

// Run makes the client and prints its key.
func (c *ClientAddCmd) Run(env *Env) error {
	x := record.Client{Name: c.Name, Because: c.Because}
	for _, a := range c.May {
		x.May = append(x.May, access.Action(a))
	}
	for _, k := range c.Kinds {
		x.Kinds = append(x.Kinds, signal.Kind(k))
	}
	if len(x.Kinds) == 0 {
		x.Kinds = signal.Kinds()
	}
	h, err := openHouse(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	made, key, err := api.MakeClient(env.Ctx, h.Store, rand.Reader, c.scope(), x)
	if err != nil {
		return closing(h, fault.Wrap(fault.Invalid, err, "the client was not made"))
	}
	_, err = fmt.Fprintf(env.Stdout, "%s\n%s\n", made.ID, key)
	return closing(h, err)
}

// ClientRevokeCmd revokes a client.
type ClientRevokeCmd struct {
	StoreFlags
	TenantFlag
	ID      string `arg:"" help:"Id of the client, as the list has it: c-…"`
	Because string `required:"" help:"Why; it is recorded." placeholder:"REASON"`
}

// Help shows examples.
func (ClientRevokeCmd) Help() string {
	return `Its keys open nothing from the moment that the command ends; what it sent stays.

Examples:

  candour client revoke --tenant QHL c-8f3a0c1d22e4b567 --because "The contract ended"
`
}

// Run revokes.
func (c *ClientRevokeCmd) Run(env *Env) error {
	h, err := openHouse(env.Ctx, c.StoreFlags)
	if err != nil {
		return err
	}
	x, err := h.Store.ClientByID(env.Ctx, c.scope(), access.AccountID(c.ID))
	if err == nil && x.Revoked {
		err = fault.New(fault.Conflict, "%s is revoked already", c.ID)
	}
	if err == nil {
		x.Revoked, x.Because = true, c.Because
		_, err = h.Store.SetClient(env.Ctx, c.scope(), x.Client, false)
	}
	if err == nil {
		_, err = fmt.Fprintf(env.Stdout, "%s, %s: revoked\n", c.ID, x.Name)
	}
	return closing(h, err)
}
