package chart

import (
	"strings"
	"testing"
	"time"
)

func TestAnInquiryDrawsEachWaitAndThickensTheLongOnes(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time {
		v, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	q := Inquiry{Title: "T", Until: day("2026-11-23"), Facts: []InquiryFact{
		{Number: 1, Name: "Ward <7>", Happened: day("2026-04-01"), Reached: day("2026-04-14"), Shown: day("2026-09-02"), Acted: day("2026-09-28"), Act: "note signed"},
		{Number: 2, Name: "Falls", Happened: day("2026-09-30"), Reached: day("2026-10-16"), Shown: day("2026-10-19")},
		{Number: 3, Name: "SHMI", Happened: day("2026-06-30"), Reached: day("2026-11-20")},
	}}
	svg := q.Scene().SVG(InPage)
	for _, want := range []string{">13<", ">141<", ">26<", "note signed", "no act recorded", ">3+<", "141 days, for Ward &lt;7&gt;", "Not shown yet: 1", "Ward &lt;7&gt;"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the drawing lacks %q", want)
		}
	}
	if n := strings.Count(svg, "cd-g-long"); n != 1 {
		t.Errorf("%d lines are thick, expected the one of 141 days", n)
	}
	if empty := (Inquiry{Until: day("2026-11-23")}).Scene(); empty.Height <= 0 {
		t.Error("an inquiry of nothing has no drawing")
	}
}
