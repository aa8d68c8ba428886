// Package access says who looks, at whose data, and as of when.
//
// A Viewer is a person (or a named process) with roles at commissioners. A Scope
// is what one request may see: every store read takes one first, so no query can
// forget the tenant or the moment. Whether a viewer may do a thing at all is
// decided by the Cedar policies in policies/*.cedar, which deny by default.
package access

import (
	"math"
	"slices"

	"candour/internal/org"
)

// AccountID is the opaque id of an account: "u-4f2a…". It is what the ledger
// names; it holds no personal data.
type AccountID string

// Role is what a person does for a commissioner.
type Role string

// The roles.
const (
	Administrator    Role = "administrator"
	Analyst          Role = "analyst"
	QualityLead      Role = "quality_lead"
	ClinicalReviewer Role = "clinical_reviewer"
	ContractManager  Role = "contract_manager"
	GP               Role = "gp"
	Visitor          Role = "visitor"
	BoardMember      Role = "board_member"
	Auditor          Role = "auditor"

	// Program is held by clients of the API alone, never by a person; what it may
	// do stands in the client's grants.
	Program Role = "program"
)

// Roles is every role, in the order in which pages list them.
var Roles = []Role{Administrator, Analyst, QualityLead, ClinicalReviewer, ContractManager, GP, Visitor, BoardMember, Auditor}

// Words is the role as users read it.
func (r Role) Words() string {
	switch r {
	case GP:
		return "GP"
	case QualityLead:
		return "Quality lead"
	case ClinicalReviewer:
		return "Clinical reviewer"
	case ContractManager:
		return "Contract manager"
	case Visitor:
		return "Visiting officer"
	case BoardMember:
		return "Board member"
	case Administrator:
		return "Administrator"
	case Analyst:
		return "Analyst"
	case Auditor:
		return "Auditor"
	case Program:
		return "Program"
	}
	return string(r)
}

// Membership is a role held at one commissioner. A support unit's people hold
// theirs through a service agreement.
type Membership struct {
	Tenant    org.Code `json:"tenant"`
	Role      Role     `json:"role"`
	Practice  org.Code `json:"practice,omitempty"`  // a GP's practice
	Agreement string   `json:"agreement,omitempty"` // service agreement through which it is held; empty: directly
}

// Viewer is who looks.
type Viewer struct {
	Account     AccountID
	Name        string // shown in the header of their own pages only
	Memberships []Membership
	Operator    bool    // the command line on the machine that holds the store: sees all tenants
	Client      *Grants // what a program that uses the API may do; nil for people
}

// Grants are what a commissioner lets a program do through the API.
type Grants struct {
	May   []Action // actions, of ClientActions
	Kinds []string // kinds of signal that it may send
}

// Client is the viewer behind a program that a commissioner lets use the API.
func Client(id AccountID, name string, tenant org.Code, g Grants) Viewer {
	return Viewer{Account: id, Name: name, Memberships: []Membership{{Tenant: tenant, Role: Program}}, Client: &g}
}

// Operator is the viewer behind the command line and background work. It is
// named in the ledger, so the trail never says "nobody".
func Operator(account AccountID) Viewer {
	return Viewer{Account: account, Name: "Operator", Operator: true}
}

// Tenants is the commissioners at which v holds a role, sorted.
func (v Viewer) Tenants() []org.Code {
	var out []org.Code
	for _, m := range v.Memberships {
		out = append(out, m.Tenant)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// RolesAt is v's roles at a commissioner.
func (v Viewer) RolesAt(tenant org.Code) []Role {
	var out []Role
	for _, m := range v.Memberships {
		if m.Tenant == tenant && !slices.Contains(out, m.Role) {
			out = append(out, m.Role)
		}
	}
	return out
}

// PracticesAt is the practices for which v is a GP at a commissioner.
func (v Viewer) PracticesAt(tenant org.Code) []org.Code {
	var out []org.Code
	for _, m := range v.Memberships {
		if m.Tenant == tenant && m.Practice != "" {
			out = append(out, m.Practice)
		}
	}
	return out
}

// Head is the as-of position that means now.
const Head int64 = math.MaxInt64

// Scope is who looks at whose data as of which ledger position. It is made once
// per request by For, Everything or At and passed to every store read.
type Scope struct {
	Viewer Viewer
	Tenant org.Code // the commissioner whose data the page shows; "" only for Everything
	All    bool     // all tenants and organisations
	AsOf   int64    // ledger position up to and including which entries count; Head is now
}

// For is the scope of v at one commissioner, now. It grants nothing: a viewer
// without a role there has a scope in which nothing is visible.
func For(v Viewer, tenant org.Code) Scope {
	if !v.Operator && len(v.RolesAt(tenant)) == 0 {
		tenant = noTenant
	}
	return Scope{Viewer: v, Tenant: tenant, AsOf: Head}
}

// noTenant is no commissioner's code: nothing belongs to it.
const noTenant org.Code = "-"

// Everything is the scope of an operator: all tenants, now. Any other viewer
// gets a scope in which nothing is visible.
func Everything(v Viewer) Scope {
	if !v.Operator {
		return Scope{Viewer: v, Tenant: noTenant, AsOf: Head}
	}
	return Scope{Viewer: v, All: true, AsOf: Head}
}

// At is s as of a ledger position.
func (s Scope) At(position int64) Scope { s.AsOf = position; return s }

// Past reports whether s looks at a past moment, on which nothing can be changed.
func (s Scope) Past() bool { return s.AsOf != Head }
