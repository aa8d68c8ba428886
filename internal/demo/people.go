package demo

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/org"
	"candour/internal/record"
)

// places are the commissioners as the names and addresses of their people say it.
var places = map[org.Code]string{Marlshire: "Marlshire", Severnside: "Severnside", TarnValley: "Tarn Valley"}

// practices at which the commissioners' GPs are partners.
var practices = map[org.Code]org.Code{Marlshire: "ZG101", Severnside: "ZG201", TarnValley: "ZG301"}

// Accounts is the demonstration's users: one for each role at each commissioner,
// and an analyst of the support unit who works for all three under its agreements.
// Their ids are opaque, and the same for the same seed.
func (e Economy) Accounts() []record.Account {
	var out []record.Account
	for i := range commissioners {
		code := commissioners[i].code
		for _, role := range access.Roles {
			m := access.Membership{Tenant: code, Role: role}
			if role == access.GP {
				m.Practice = practices[code]
			}
			place := strings.ReplaceAll(strings.ToLower(places[code]), " ", "-")
			out = append(out, e.account(role.Words()+", "+places[code], strings.ReplaceAll(string(role), "_", ".")+"@"+place+".example", m))
		}
	}
	var all []access.Membership
	for i := range commissioners {
		code := commissioners[i].code
		all = append(all, access.Membership{Tenant: code, Role: access.Analyst, Agreement: agreementID(code)})
	}
	return append(out, e.account("Analyst, Midmarch Support Unit", "analyst@midmarch.example", all...))
}

func (e Economy) account(name, login string, memberships ...access.Membership) record.Account {
	var b [8]byte
	c := stream(e.Seed, "account", login)
	for i := range b {
		b[i] = byte(c.UintN(256))
	}
	return record.Account{ID: access.AccountID("u-" + hex.EncodeToString(b[:])), Login: login, Name: name, Memberships: memberships}
}

func agreementID(tenant org.Code) string { return "SA-" + string(tenant) }

// Agreements is what the commissioners have bought of the support unit.
func (e Economy) Agreements() []record.Agreement {
	var out []record.Agreement
	for i := range commissioners {
		code := commissioners[i].code
		out = append(out, record.Agreement{
			ID: agreementID(code), SupportUnit: Midmarch, Tenant: code,
			Services: []string{"quality surveillance", "data management"}, From: time.Date(2022, time.July, 1, 0, 0, 0, 0, time.UTC),
		})
	}
	return out
}

// Contracts is the providers from which each commissioner buys beside those of its
// own system, which are in its purview by the register.
func (e Economy) Contracts() []record.Purview {
	out := make([]record.Purview, len(commissioners))
	for i := range commissioners {
		out[i] = record.Purview{Tenant: commissioners[i].code, Because: "contract"}
		for k := range providers {
			if slices.Contains(providers[k].buyers, commissioners[i].code) {
				out[i].Add = append(out[i].Add, providers[k].code)
			}
		}
	}
	return out
}

// Events is what an administrator would have entered beside the files: agreements,
// contracts, accounts.
func (e Economy) Events(actor access.AccountID) ([]record.Event, error) {
	var out []record.Event
	add := func(kind record.Kind, stream string, tenant org.Code, body any) error {
		event, err := record.New(kind, stream, tenant, actor, body)
		out = append(out, event)
		return err
	}
	for _, g := range e.Agreements() {
		if err := add(record.AgreementMade, "agreement/"+g.ID, g.Tenant, g); err != nil {
			return nil, err
		}
	}
	for _, p := range e.Contracts() {
		if err := add(record.PurviewSet, "purview/"+string(p.Tenant), p.Tenant, p); err != nil {
			return nil, err
		}
	}
	for _, a := range e.Accounts() {
		if err := add(record.AccountSet, "account/"+string(a.ID), "", a); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Greeted is the user for whom the browser is opened.
const Greeted = "Quality lead, Marlshire"
