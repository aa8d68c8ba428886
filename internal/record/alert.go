package record

import (
	"encoding/json"

	"candour/internal/alert"
)

// The kinds of alerts (concern-design.md section 9).
const (
	AlertRaised     Kind = "alert.raised"     // body AlertRaise; stream "alert/A-2026-12"
	AlertStepped    Kind = "alert.stepped"    // body alert.Step; the same stream
	AlertsSet       Kind = "alerts.set"       // body alert.Settings
	AlertsEstimated Kind = "alerts.estimated" // body alert.Estimate
)

// AlertRaise is an alert with its evidence pinned as it stood: the entry's own
// position is the moment at which every page shows what was known.
type AlertRaise struct {
	Ref         alert.Ref       `json:"ref"`
	Brief       alert.Brief     `json:"brief"`
	Budget      float64         `json:"budget"`     // false alerts per provider-year for which the thresholds stand
	ScoreFrom   float64         `json:"score_from"` // hA in force
	LevelFrom   float64         `json:"level_from"` // hB in force
	Code        string          `json:"code"`       // version of the binary
	Assessment  json.RawMessage `json:"assessment"` // concern.Assessment, whole
	Explanation json.RawMessage `json:"explanation"`
}
