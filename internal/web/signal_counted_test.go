package web

import (
	"fmt"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/fault"
	"candour/internal/signal"
	"candour/internal/store"
)

// From a count in a sentence a reader comes to the list of just those reports: the
// address says which, and is read as it was written.
func TestACountLeadsToTheReportsThatItIsMadeOf(t *testing.T) {
	t.Parallel()
	from, to := concern.NewMonth(2026, 6), concern.NewMonth(2026, 11)
	stream := func(id concern.StreamID, s concern.Severity) concern.StreamPart {
		return concern.StreamPart{Stream: id, Kind: concern.Reports, Severity: s, Facts: concern.Facts{From: from, To: to, Reports: 3}}
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
	none := care
	none.Facts.Reports = 0
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
		"visits":                       {[]concern.StreamPart{{Stream: "visits", Kind: concern.Visit, Facts: concern.Facts{From: from, To: to, Reports: 2}}}, &store.CountedReports{Visits: true, From: calendar.NewMonth(2026, 6), To: calendar.NewMonth(2026, 11)}},
		"visits of long ago":           {[]concern.StreamPart{{Stream: "visits", Kind: concern.Visit, Facts: concern.Facts{From: from, To: to}}}, nil},
		"figures":                      {[]concern.StreamPart{{Stream: "falls", Kind: concern.Rate}}, nil},
		"none":                         {[]concern.StreamPart{none}, nil},
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
		if back, err := countedOf(r); err != nil || !reflect.DeepEqual(back, got) {
			t.Errorf("%s: the address %s is read as %+v", name, r.URL, back)
		}
	}
	const rest = "&show=all&provider=RA1&from=2026-06&to=2026-11"
	for address, wrong := range map[string]string{
		"/signals?from=2026-06&to=2026-11":                                           "",
		"/signals?counted=gp_concerns&show=all&provider=RA1":                         "from is",
		"/signals?counted=gp_concerns&show=all&provider=RA1&from=2026-06&to=x":       "to is",
		"/signals?counted=gp_concerns&show=all&provider=RA1&from=2026-06&to=2026-05": "to is",
		"/signals?counted=gp_concerns&show=all&provider=RA1&from=2026&to=2026-11":    "from is",
		"/signals?counted=gp_concerns&show=all&provider=%3F&from=2026-06&to=2026-11": "provider is",
		"/signals?counted=gp_concerns&provider=RA1&from=2026-06&to=2026-11":          "show is",
		"/signals?counted=gp_concerns,x" + rest:                                      "counted is",
		"/signals?counted=gp_concerns&severe=perhaps" + rest:                         "severe is",
	} {
		got, err := countedOf(&request{Request: httptest.NewRequest("GET", address, nil)})
		if got != nil || (wrong == "") != (err == nil) || wrong != "" && (!fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), wrong) || !strings.Contains(err.Error(), "follow the number")) {
			t.Errorf("%s asks for %+v, %v", address, got, err)
		}
	}
}

// What compares several counts leads from each to its own reports.
func TestEachCountOfASentenceLeadsToItsReports(t *testing.T) {
	t.Parallel()
	from, to := concern.NewMonth(2026, 6), concern.NewMonth(2026, 11)
	mix := concern.StreamPart{Stream: "complaints-care.mix", Name: "Complaints about care", Kind: concern.Mix, Facts: concern.Facts{From: from, To: to, Reports: 9, Of: 20}}
	gap := concern.StreamPart{Stream: "voice-gap", Kind: concern.Gap, Facts: concern.Facts{From: from, To: to, Outside: 12, Inside: 1}}
	r := &request{Request: httptest.NewRequest("GET", "/providers/RA1", nil)}
	for text, c := range map[string]struct {
		stream concern.StreamPart
		want   []string
	}{
		"Severity of reports: 9 of 20 complaints about care severe in 6 months where about 4 would be usual here.": {mix, []string{
			`counted=complaints_care&amp;from=2026-06&amp;provider=RA1&amp;show=all&amp;to=2026-11">9 of 20 complaints about care severe</a> in 6 months`,
		}},
		"Patients and GPs against its own reporting: 12 from outside in 6 months where about 4 would be usual here, 1 incident reported where about 9 would be.": {gap, []string{
			`counted=complaints_care%2Ccomplaints_communication%2Cgp_concerns%2Cnegative_comments&amp;from=2026-06`, `>12 from outside</a> in 6 months`,
			`counted=incidents_no_low_harm%2Cincidents_harm&amp;`, `>1 incident reported</a> where`,
		}},
	} {
		got, ok := linkedCounts(r, "RA1", &concern.Contribution{Line: concern.Line{Text: text}, Streams: []concern.StreamPart{c.stream}})
		for _, want := range c.want {
			if !ok || !strings.Contains(fmt.Sprint(got), want) {
				t.Errorf("%s\nlacks %s", got, want)
			}
		}
	}
	if _, ok := linkedCounts(r, "RA1", &concern.Contribution{Line: concern.Line{Text: "Severity of reports: other words."}, Streams: []concern.StreamPart{mix}}); ok {
		t.Error("words that hold no count lead somewhere")
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
