// Package org holds organisations: their ODS codes, roles, dates, places in the
// system, and the successions which carry history from one to the next
// (docs/rules.md, rules R-ORG-1 to R-ORG-9).
package org

import (
	"regexp"
	"strings"
	"time"

	"candour/internal/fault"
)

// Code is an ODS code, upper case: "RJE", "RH802", "Y00751". It says nothing
// about the type of what it names: that is the Role.
type Code string

// codeForm is loose on purpose (ODS has a form for each kind, and exceptions): the type is never inferred. The
// second form is the regulator's own: most social care locations have no ODS code.
var codeForm = regexp.MustCompile(`^([A-Z0-9]{3,9}|1-[0-9]{6,12})$`)

// ParseCode trims and upper-cases s and checks its form.
func ParseCode(s string) (Code, error) {
	c := Code(strings.ToUpper(strings.TrimSpace(s)))
	if !codeForm.MatchString(string(c)) {
		return "", fault.New(fault.Invalid, "%q is not an organisation code, expected 3 to 9 letters and digits, or the regulator's 1- and figures", s)
	}
	return c, nil
}

// Role is what an organisation is. The words are ours; ODS role codes are kept
// beside them in OdsRole.
type Role string

// The roles.
const (
	National     Role = "national"
	Region       Role = "region"
	Commissioner Role = "commissioner" // CCG, sub-ICB location or ICB: a tenant
	SupportUnit  Role = "support_unit"
	Trust        Role = "trust"
	Practice     Role = "practice"
	CareHome     Role = "care_home"
	Independent  Role = "independent"
	Hospice      Role = "hospice"
	Ambulance    Role = "ambulance"
	MentalHealth Role = "mental_health"
	Community    Role = "community"
	Site         Role = "site"
	Ward         Role = "ward"
	Unknown      Role = "unknown" // named in a file, in no register that we hold
)

// Provider reports whether the role is that of somebody who provides care and is
// judged for it.
func (r Role) Provider() bool {
	switch r {
	case Trust, Practice, CareHome, Independent, Hospice, Ambulance, MentalHealth, Community, Unknown:
		return true
	}
	return false
}

// Words is the role as users read it.
func (r Role) Words() string {
	if w, ok := roleWords[r]; ok {
		return w
	}
	return "Organisation"
}

var roleWords = map[Role]string{
	National: "National body", Region: "Region", Commissioner: "Commissioner", SupportUnit: "Support unit",
	Trust: "NHS trust", Practice: "General practice", CareHome: "Care home", Independent: "Independent provider",
	Hospice: "Hospice", Ambulance: "Ambulance trust", MentalHealth: "Mental health trust", Community: "Community provider",
	Site: "Site", Ward: "Ward", Unknown: "Provider",
}

// Organisation is one organisation as a register or a file describes it. Dates
// are days at midnight UTC; the zero time means not stated. A blank close date
// does not mean open (R-ORG-3 and the etr 2021 file).
type Organisation struct {
	Code    Code   `json:"code"`
	Name    string `json:"name"`
	Role    Role   `json:"role"`
	OdsRole string `json:"ods_role,omitempty"` // RO197 and the like, as published
	Parent  Code   `json:"parent,omitempty"`   // a site's provider, a provider's ICB
	Region  Code   `json:"region,omitempty"`
	System  Code   `json:"system,omitempty"` // ICB or STP

	LegalFrom time.Time `json:"legal_from,omitzero"`
	LegalTo   time.Time `json:"legal_to,omitzero"`
	OpenFrom  time.Time `json:"open_from,omitzero"` // operational
	OpenTo    time.Time `json:"open_to,omitzero"`

	Postcode  string  `json:"postcode,omitempty"`
	Latitude  float64 `json:"latitude,omitempty"`
	Longitude float64 `json:"longitude,omitempty"`

	Beds int    `json:"beds,omitempty"` // care homes; zero means not stated
	Type string `json:"type,omitempty"` // sub-type as published: "Acute - Large"
}

// Succession records that Successor took over from Predecessor on the legal
// date (R-ORG-1, R-ORG-2). Many to many: a split has several successors of one
// predecessor, with shares which add up to 1 once somebody has stated them.
type Succession struct {
	Predecessor Code      `json:"predecessor"`
	Successor   Code      `json:"successor"`
	On          time.Time `json:"on"`    // legal date
	Share       float64   `json:"share"` // of the predecessor's activity; 0 means not stated (R-ORG-5)
	Source      string    `json:"source"`
}
