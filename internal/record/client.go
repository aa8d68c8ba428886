package record

import (
	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/signal"
)

// Client is a program that a commissioner lets use the API, as it now stands. Its
// keys are no part of the memory: they are kept as hashes beside the passwords.
type Client struct {
	ID      access.AccountID `json:"id"` // "c-4f2a…"; the ledger names it as actor of what it sends
	Tenant  org.Code         `json:"tenant"`
	Name    string           `json:"name"` // of the system: "Datix at Larchford"
	May     []access.Action  `json:"may"`
	Kinds   []signal.Kind    `json:"kinds,omitempty"` // that it may send
	Revoked bool             `json:"revoked,omitempty"`
	Because string           `json:"because"`
}

// Viewer is the client as whoever looks.
func (c *Client) Viewer() access.Viewer {
	g := access.Grants{May: c.May}
	for _, k := range c.Kinds {
		g.Kinds = append(g.Kinds, string(k))
	}
	return access.Client(c.ID, c.Name, c.Tenant, g)
}
