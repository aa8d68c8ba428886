package web

import (
	"strings"
	"testing"

	"candour/internal/delivery"
)

// What waits for a person says which, and what they do.
func TestWhatADeliveryWaitsForIsSaidWithWhatToDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		d    delivery.Delivery
		want []string
	}{
		"an e-mail":                      {delivery.Delivery{Status: delivery.Accepted, Shape: delivery.Signals, Source: "signals-message", Counts: delivery.Counts{Accepted: 1}}, []string{"counts for none", "correct its place", "give it its kind"}},
		"a log":                          {delivery.Delivery{Status: delivery.Accepted, Shape: delivery.Signals, Source: "signals-table", Counts: delivery.Counts{Accepted: 3, New: 3}}, []string{"3 rows accepted"}},
		"a log without a mapping":        {delivery.Delivery{Status: delivery.Waiting, Shape: delivery.Signals, Source: "signals-table"}, []string{"which column is what"}},
		"figures that say too little":    {delivery.Delivery{Status: delivery.Waiting}, []string{"doesn’t say all that is needed"}},
		"figures too large to keep":      {delivery.Delivery{Status: delivery.Quarantined, Size: delivery.LargestKept + 1}, []string{"No copy of it was kept", "load its parts"}},
		"figures that nobody recognises": {delivery.Delivery{Status: delivery.Quarantined}, []string{"a corrected mapping"}},
	} {
		lead := deliveryLead(c.d)
		for _, want := range c.want {
			if !strings.Contains(lead, want) {
				t.Errorf("%s: %q lacks %q", name, lead, want)
			}
		}
	}
}
