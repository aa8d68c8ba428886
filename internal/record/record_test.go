package record

import (
	"encoding/json"
	"math"
	"testing"

	"candour/internal/calendar"
	"candour/internal/fault"
)

func TestAnEventCarriesItsBodyAsJSONThatReadsBack(t *testing.T) {
	t.Parallel()
	e, err := New(LimitsSet, "note/L-1", "QAA", "u-1", Limits{ID: "L-1", From: calendar.NewMonth(2025, 4), Because: "new pathway"})
	if err != nil {
		t.Fatal(err)
	}
	var back Limits
	if err := json.Unmarshal(e.Body, &back); err != nil || back.From != calendar.NewMonth(2025, 4) || back.Because != "new pathway" {
		t.Errorf("%+v, %v", back, err)
	}
	if _, err := New(WatchRan, "watch", "", "watch", math.NaN()); !fault.Is(err, fault.Internal) {
		t.Errorf("a body that JSON can't carry: %v", err)
	}
}
