package watch

import (
	"strings"
	"testing"

	"candour/internal/calendar"
	"candour/internal/indicator"
)

func TestAChartOfTimesWithoutTimeBetweenSaysThatItIsAnXmRChart(t *testing.T) {
	t.Parallel()
	d := &indicator.Definition{Chart: "t", Frequency: calendar.Month, Decimals: 0}
	s := Series{Definition: d, Points: []Point{{Period: calendar.NewMonth(2025, 1), Value: 4}, {Period: calendar.NewMonth(2025, 2), Value: 0}}}
	if words := FellBack(&s); !strings.Contains(words, "XmR chart in place of the t chart") || !strings.Contains(words, "Feb 2025 is 0") {
		t.Errorf("it says %q", words)
	}
	s.Points[1].Value = 3
	if words := FellBack(&s); words != "" {
		t.Errorf("with times above nought it says %q", words)
	}
}
