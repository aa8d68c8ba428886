package concern

import "testing"

func TestContributionsAddUpToThePointsShown(t *testing.T) {
	t.Parallel()
	a := Assessment{Points: 12, Families: []FamilyPart{
		{Family: "mortality", Name: "Mortality", Part: 2, Points: 7, Streams: []StreamPart{{Stream: "shmi", Name: "SHMI", Kind: Count, Part: 2, Evidence: 3}}},
		{Family: "gp", Name: "GP concerns", Part: 1, Points: 4, Streams: []StreamPart{{Stream: "gp.ordinary", Name: "GP concerns", Kind: Reports, Part: 1, Evidence: 2}}},
		{Family: "safety", Name: "Safety"},
	}, Standing: []StandingLine{{Name: "Voices", Part: 0.5, Points: 2, Soft: true}}, Pattern: PatternPart{Part: -0.3, Points: -1}}
	sum, soft := 0, 0
	list := Contributions(&a)
	for _, c := range list {
		sum += c.Points
		if c.Soft {
			soft++
		}
	}
	if sum != a.Points {
		t.Errorf("the parts add to %d, not to %d", sum, a.Points)
	}
	if len(list) != 4 || list[0].Family != "mortality" || !list[3].Pattern || list[3].Points != -1 {
		t.Errorf("four parts, largest first, the filter's last: %+v", list)
	}
	if soft == 0 {
		t.Error("reports are soft")
	}
}
