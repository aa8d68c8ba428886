package web

import (
	"net/http/httptest"
	"reflect"
	"testing"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/signal"
	"candour/internal/store"
)

// From a count in a sentence a reader comes to the list of just those reports: the
// address says which, and is read as it was written.
func TestACountLeadsToTheReportsThatItIsMadeOf(t *testing.T) {
	t.Parallel()
	from, to := concern.NewMonth(2026, 6), concern.NewMonth(2026, 11)
	stream := func(id concern.StreamID, s concern.Severity) concern.StreamPart {
		return concern.StreamPart{Stream: id, Kind: concern.Reports, Severity: s, Facts: concern.Facts{From: from, To: to}}
	}
	yes, no := true, false
	list := func(severe *bool, channels ...signal.Channel) *store.CountedReports {
		return &store.CountedReports{Channels: channels, Severe: severe, From: calendar.NewMonth(2026, 6), To: calendar.NewMonth(2026, 11)}
	}
	care, attitude := stream("complaints-care.ordinary", concern.Ordinary), stream("complaints-attitude.ordinary", concern.Ordinary)
	severe := stream("complaints-care.severe", concern.Severe)
	above, below := severe, care
	above.Facts.Reports, above.Facts.Expected = 6, 4.5
	below.Facts.Reports, below.Facts.Expected = 8, 12
	withheld := care
	withheld.Facts.Withheld = true
	for name, c := range map[string]struct {
		streams []concern.StreamPart
		want    *store.CountedReports
	}{
		"both severities of a channel": {[]concern.StreamPart{care, severe}, list(nil, signal.ChannelComplaintsCare)},
		"the ordinary of two channels": {[]concern.StreamPart{care, attitude}, list(&no, signal.ChannelComplaintsCare, signal.ChannelComplaintsCommunication)},
		"the severe alone":             {[]concern.StreamPart{severe}, list(&yes, signal.ChannelComplaintsCare)},
		"what alone is above usual":    {[]concern.StreamPart{above, below}, list(&yes, signal.ChannelComplaintsCare)},
		"what no one list holds":       {[]concern.StreamPart{severe, attitude}, nil},
		"an installation's own":        {[]concern.StreamPart{stream("walk-rounds.ordinary", concern.Ordinary)}, nil},
		"figures":                      {[]concern.StreamPart{{Stream: "falls", Kind: concern.Rate}}, nil},
		"withheld":                     {[]concern.StreamPart{withheld}, nil},
	} {
		got := countedReports(&concern.Contribution{Streams: c.streams})
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, expected %+v", name, got, c.want)
			continue
		}
		if got == nil {
			continue
		}
		r := &request{Request: httptest.NewRequest("GET", countedPath("RA1", got), nil)}
		if back := countedOf(r); !reflect.DeepEqual(back, got) {
			t.Errorf("%s: the address %s is read as %+v", name, r.URL, back)
		}
	}
	for _, address := range []string{"/signals?counted=gp_concerns", "/signals?counted=gp_concerns,x&from=2026-06&to=2026-11", "/signals?from=2026-06&to=2026-11"} {
		if got := countedOf(&request{Request: httptest.NewRequest("GET", address, nil)}); got != nil {
			t.Errorf("%s asks for %+v", address, got)
		}
	}
}

func TestALongStandingPartLeadsToTheSignalsThatItIsMadeOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]concern.FamilyID{
		"Visits long worse than usual: 2 of 2 visits in 24 months worse than the usual visit.": "visits",
		"Voices long louder than elsewhere: 5 of 5 kinds of voice louder.":                     "",
	} {
		if got := standingFamily(text); got != want {
			t.Errorf("%s: leads to signals of %q", text, got)
		}
	}
}
