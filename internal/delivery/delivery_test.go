package delivery

import "testing"

func TestTheCountsSayWhatBecameOfAFile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		rows []Row
		want Status
	}{
		{"every row gave data", []Row{{Taken: 3}, {Skipped: 2}}, Accepted},
		{"a file of notes only", []Row{{Skipped: 2}}, Accepted},
		{"a row that gave some data and lost some", []Row{{Taken: 1, Refused: 1}}, Partly},
		{"no row could be read", []Row{{Refused: 4}}, Quarantined},
	} {
		var counts Counts
		for _, r := range c.rows {
			counts.Add(r)
		}
		if got := counts.Status(); got != c.want {
			t.Errorf("%s: %s, expected %s", c.name, got, c.want)
		}
	}
}
