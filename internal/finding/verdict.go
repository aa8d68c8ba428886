package finding

import (
	"cmp"

	"candour/internal/calendar"
	"candour/internal/indicator"
	"candour/internal/org"
)

// Verdict is where one series stands at its newest value, as the watch last
// judged it. It is kept beside the findings so that pages over many series read
// it and work nothing out; the page of a single series judges afresh, by the same
// functions, and cannot differ at the same position.
type Verdict struct {
	Tenant    org.Code        `json:"tenant,omitempty"` // "" when it rests on published national data
	Indicator indicator.ID    `json:"indicator"`
	Org       org.Code        `json:"org"`
	Last      calendar.Period `json:"last"`        // newest period that was reported, with a value or without
	At        calendar.Period `json:"at,omitzero"` // newest period with a value; zero is none
	Value     float64         `json:"value,omitempty"`
	// Presence says why the newest period has no value; Valued when it has one.
	Presence indicator.Presence `json:"presence,omitempty"`
	// Variation and Assurance are the icons of the chart over time by the names of
	// spc.Variation and spc.Assurance; "" for a series without one.
	Variation string `json:"variation,omitempty"`
	Assurance string `json:"assurance,omitempty"`
	// Charted reports whether there is a chart with process limits; a series
	// without one is judged by its cross-sections alone (R-SPC-6).
	Charted    bool   `json:"charted,omitempty"`
	Definition string `json:"definition"` // version of the indicator's definition
	// Hidden is set for a reader who may not see the value, because it rests on a
	// small number (docs/rules.md, what leaves the team); Value is then nought.
	Hidden bool `json:"-"`
}

// Series names what is judged.
type Series struct {
	Indicator indicator.ID `json:"indicator"`
	Org       org.Code     `json:"org"`
	Tenant    org.Code     `json:"tenant,omitempty"`
}

// Series is what the verdict is about.
func (v *Verdict) Series() Series { return Series{v.Indicator, v.Org, v.Tenant} }

// CompareSeries orders series as observations are read: by indicator,
// organisation, tenant.
func CompareSeries(a, b Series) int {
	return cmp.Or(cmp.Compare(a.Indicator, b.Indicator), cmp.Compare(a.Org, b.Org), cmp.Compare(a.Tenant, b.Tenant))
}
