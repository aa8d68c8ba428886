package web

import (
	"errors"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/api"
	"candour/internal/fault"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

const clientsPath = adminPath + "/clients"

// clientsPage lists the programs that may use the API, and makes new ones.
type clientsPage struct {
	base
	Lead          string
	List          component.Region
	None          bool
	Name, Because component.Input
	May, Kinds    component.Checkboxes
	Calls, Burst  int
}

func (*clientsPage) template() string { return "administration-clients" }

// clientPage is one program: what it may do, its keys, revoking.
type clientPage struct {
	base
	ID      string
	Lead    string
	Facts   component.Facts
	Key     string // just made; shown once
	Revoked bool
	Because component.Input
}

func (*clientPage) template() string { return "administration-client" }

func (s *Server) clients(r *request) (answer, error) { return s.newClientsPage(r) }

func (s *Server) newClientsPage(r *request) (*clientsPage, error) {
	p := &clientsPage{
		base:  base{Title: "Programs that use the API", Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Administration", Href: adminPath}}}},
		Calls: api.DefaultLimits.Calls, Burst: api.DefaultLimits.Burst,
	}
	list, err := s.store.Clients(r.Context(), r.scope)
	if err != nil {
		return nil, err
	}
	t := component.Table{
		Caption: "Programs", CaptionHidden: true, Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "Program"}, {Heading: "May"}, {Heading: "Made"}, {Heading: "Last used"}, {Heading: "State"}},
	}
	running := 0
	for i := range list {
		c := &list[i]
		if !c.Revoked {
			running++
		}
		t.Rows = append(t.Rows, []component.Cell{
			{Body: c.Name, Href: clientsPath + "/" + string(c.ID)}, {Body: grantsInWords(c)}, {Body: day(c.Made)}, {Body: lastUsed(c.Used)}, {Body: clientState(c)},
		})
	}
	p.None = len(list) == 0
	p.List = component.Region{Name: "Programs", Body: t}
	p.Lead = count(running, "program", "programs") + " may use the API for " + r.tenantName() + "."
	p.Name = component.Input{Field: component.Field{Name: "name", Label: component.Label{Text: "Name of the system"}, Hint: "Such as Datix at Larchford. Never a person’s"}, Value: r.field("name"), Width: 30}
	p.Because = component.Input{Field: component.Field{Name: "because", Label: component.Label{Text: "Why it gets access"}, Hint: "Who asked, under what agreement. It is recorded"}, Value: r.field("because")}
	p.May = component.Checkboxes{Group: component.Group{Name: "may", Legend: &component.Legend{Text: "It may", Size: "s"}}, Small: true, Values: r.PostForm["may"]}
	for _, a := range access.ClientActions {
		p.May.Choices = append(p.May.Choices, component.Choice{Value: string(a), Text: api.GrantWords(a)})
	}
	p.Kinds = component.Checkboxes{Group: component.Group{Name: "kinds", Legend: &component.Legend{Text: "Kinds of signal that it may send", Size: "s"}, Classes: "cd-radios2"}, Small: true, Values: r.PostForm["kinds"]}
	for _, k := range signal.Kinds() {
		p.Kinds.Choices = append(p.Kinds.Choices, component.Choice{Value: string(k), Text: k.Words()})
	}
	return p, nil
}

func grantsInWords(c *store.Client) string {
	words := make([]string, len(c.May))
	for i, a := range c.May {
		words[i] = strings.ToLower(api.GrantWords(a)[:1]) + api.GrantWords(a)[1:]
	}
	return strings.Join(words, "; ")
}

func lastUsed(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return momentOf(t)
}

func clientState(c *store.Client) string {
	switch {
	case c.Revoked:
		return "revoked"
	case c.Keys == 0:
		return "no key"
	}
	return count(c.Keys, "key", "keys")
}

// clientMake makes a program's account, and shows its key, this once.
func (s *Server) clientMake(r *request) (answer, error) {
	if err := r.ParseForm(); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "read the form")
	}
	c := record.Client{Name: r.field("name"), Because: r.field("because")}
	for _, a := range r.PostForm["may"] {
		c.May = append(c.May, access.Action(a))
	}
	for _, k := range r.PostForm["kinds"] {
		c.Kinds = append(c.Kinds, signal.Kind(k))
	}
	made, key, err := api.MakeClient(r.Context(), s.store, s.Random, r.scope, c)
	var wrong signal.FieldErrors
	if errors.As(err, &wrong) {
		p, err := s.newClientsPage(r)
		if err != nil {
			return nil, err
		}
		for _, e := range wrong {
			if p.wrongAt(e.Field) == nil {
				p.wrong(e.Field, sentence(e.Advice))
			}
		}
		p.Name.Error, p.Because.Error, p.May.Error, p.Kinds.Error = p.wrongAt("name"), p.wrongAt("because"), p.wrongAt("may"), p.wrongAt("kinds")
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	return s.showKey(r, made.ID, key)
}

// showKey is the page of a client with a key that was just made.
func (s *Server) showKey(r *request, id access.AccountID, key string) (answer, error) {
	c, err := s.store.ClientByID(r.Context(), r.scope, id)
	if err != nil {
		return nil, err
	}
	p := newClientPage(&c)
	p.Key = key
	return p, nil
}

func newClientPage(c *store.Client) *clientPage {
	p := &clientPage{
		base: base{Title: c.Name, Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Administration", Href: adminPath}, {Text: "Programs", Href: clientsPath}}}},
		ID:   string(c.ID), Revoked: c.Revoked,
		Because: component.Input{Field: component.Field{Name: "because", Label: component.Label{Text: "Why"}, Hint: "It is recorded"}},
	}
	p.Lead = "It uses the API with " + clientState(c) + "."
	if c.Revoked {
		p.Lead = "Revoked: none of its keys opens anything. What it sent stays."
	}
	kinds := make([]string, len(c.Kinds))
	for i, k := range c.Kinds {
		kinds[i] = k.Words()
	}
	for _, f := range []struct{ key, value string }{
		{"It may", grantsInWords(c)},
		{"Kinds", orNone(strings.Join(kinds, ", "))},
		{"Because", c.Because},
		{"Made", momentOf(c.Made)},
		{"Last used", lastUsed(c.Used)},
		{"Named in the memory as", string(c.ID)},
	} {
		p.Facts.Items = append(p.Facts.Items, component.Fact{Label: f.key, Value: f.value})
	}
	return p
}

func (s *Server) clientShow(r *request) (answer, error) {
	c, err := s.store.ClientByID(r.Context(), r.scope, access.AccountID(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	return newClientPage(&c), nil
}

// clientAct makes another key or revokes the client: which one is the name of the
// button.
func (s *Server) clientAct(r *request) (answer, error) {
	c, err := s.store.ClientByID(r.Context(), r.scope, access.AccountID(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	act := r.field("act")
	if !slices.Contains([]string{"key", "revoke"}, act) {
		return nil, fault.New(fault.Invalid, "that can’t be done to a program")
	}
	if c.Revoked {
		return nil, fault.New(fault.Conflict, "it is revoked already; make a new one in its place")
	}
	now := c.Client
	if now.Because = r.field("because"); now.Because == "" {
		p := newClientPage(&c)
		p.wrong("because", "Say why; it is recorded")
		p.Because.Error = p.wrongAt("because")
		return p, nil
	}
	now.Revoked = act == "revoke"
	key, err := s.store.SetClient(r.Context(), r.scope, now, act == "key")
	if err != nil {
		return nil, err
	}
	return s.showKey(r, now.ID, key)
}
