package demo

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/calendar"
	"candour/internal/definition"
	"candour/internal/identifier"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/signal/mapping"
)

// day is the day on which the tests look at the economy.
var day = time.Date(2026, time.November, 22, 9, 0, 0, 0, time.UTC)

// heardBy is what the three commissioners were told, in order of their codes.
func heardBy(e Economy) (all []signal.Signal) {
	for _, tenant := range []org.Code{Marlshire, Severnside, TarnValley} {
		all = append(all, e.Signals(tenant)...)
	}
	return all
}

func TestEverySignalIsOneThatAFormWouldTake(t *testing.T) {
	t.Parallel()
	tax, err := signal.LoadTaxonomies(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	all := heardBy(Economy{1, day})
	if len(all) < 18_000 || len(all) > 23_000 {
		t.Errorf("%d signals, expected about 20,000", len(all))
	}
	ids := map[signal.ID]bool{}
	for i := range all {
		s := &all[i]
		if ids[s.ID] {
			t.Errorf("%s stands twice", s.ID)
		}
		ids[s.ID] = true
		if errs := s.Validate(tax, day); len(errs) > 0 {
			t.Errorf("%s: %v", s.ID, errs)
		}
	}
}

func TestNoWordsHoldIdentifiers(t *testing.T) {
	t.Parallel()
	read := map[string]bool{}
	for _, s := range heardBy(Economy{1, day}) {
		words := s.Title + "\n" + s.Narrative
		if s.Publication != nil {
			words += "\n" + s.Publication.Quote
		}
		if read[words] {
			continue
		}
		read[words] = true
		if found := identifier.Find(words, calendar.DateOf(s.Received)); len(found) > 0 {
			t.Fatalf("%s: %q holds %v", s.ID, words, found)
		}
	}
}

// TestTheFilesOfSignalsGiveTheSignalsBack reads each file by its mapping, or line
// by line, and compares with what it was written from.
func TestTheFilesOfSignalsGiveTheSignalsBack(t *testing.T) {
	t.Parallel()
	e := Economy{1, day}
	mappings := map[string]mapping.Mapping{}
	for _, m := range Mappings() {
		mappings[mappingFile(m.ID)] = m
	}
	files, err := e.SignalFiles()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]signal.Signal{}
	for _, s := range heardBy(e) {
		want[string(s.ID)] = s
	}
	read := 0
	for _, f := range files {
		var got []signal.Signal
		if m, ok := mappings[f.Mapping]; ok {
			got = byMapping(t, f, m)
		} else {
			got = byLine(t, f)
		}
		if len(got) != f.Signals {
			t.Errorf("%s gave %d signals, wrote %d", f.Name, len(got), f.Signals)
		}
		for _, s := range got {
			read++
			compareSignals(t, f.Name, s, want[f.Tenant+"-"+s.Reference])
		}
	}
	if read != len(want) {
		t.Errorf("the files hold %d signals, expected %d", read, len(want))
	}
}

func TestTheFilesOfMappingsAreTheMappings(t *testing.T) {
	t.Parallel()
	files := MappingFiles()
	for i, want := range Mappings() {
		var got mapping.Mapping
		if err := definition.Decode(files[i].Body, &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s reads as %+v, %v\nexpected %+v", files[i].Name, got, err, want)
		}
	}
}

func byMapping(t *testing.T, f SignalFile, m mapping.Mapping) []signal.Signal {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(f.Body)).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	result, err := m.Rows(rows[0], rows[1:], mapping.Options{Received: day, Recorded: day, HeaderRow: 1})
	if err != nil || len(result.Ignored) > 0 {
		t.Fatalf("%s: %v, ignored %v", f.Name, err, result.Ignored)
	}
	var out []signal.Signal
	for _, r := range result.Rows {
		if len(r.Errors) > 0 {
			t.Fatalf("%s, row %d: %v", f.Name, r.Number, r.Errors)
		}
		out = append(out, r.Signal)
	}
	return out
}

func byLine(t *testing.T, f SignalFile) (out []signal.Signal) {
	t.Helper()
	lines := json.NewDecoder(bytes.NewReader(f.Body))
	for lines.More() {
		var s signal.Signal
		if err := lines.Decode(&s); err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		out = append(out, s)
	}
	return out
}

// compareSignals leaves out what the memory gives: id, row, delivery, and when it
// was recorded.
func compareSignals(t *testing.T, name string, got, want signal.Signal) {
	t.Helper()
	for _, s := range []*signal.Signal{&got, &want} {
		s.ID, s.Row, s.Recorded, s.Received = "", 0, time.Time{}, s.Received.UTC()
	}
	g, _ := json.Marshal(got)  //nolint:errchkjson // nouns of ours
	w, _ := json.Marshal(want) //nolint:errchkjson // the same
	if !bytes.Equal(g, w) {
		t.Errorf("%s: read\n%s\nwrote\n%s", name, g, w)
	}
}

// monthly counts a provider's signals of a channel in months of the event from
// back to back.
func monthly(all []signal.Signal, e Economy, provider org.Code, channel signal.Channel, from, to int) float64 {
	n := 0
	for i := range all {
		c, ok := all[i].Channel()
		d, _ := all[i].EventDay()
		y, m, _ := d.YMD()
		back, _ := e.Newest().Sub(calendar.NewMonth(y, m))
		if ok && c == channel && all[i].Place.Provider == provider && back <= from && back >= to {
			n++
		}
	}
	return float64(n) / float64(from-to+1)
}

func TestTheVoicesTellTheStories(t *testing.T) {
	t.Parallel()
	e := Economy{1, day}
	all := heardBy(e)
	louder := func(provider org.Code, channel signal.Channel, from int, least, most float64) {
		t.Helper()
		before, now := monthly(all, e, provider, channel, from+24, from+1), monthly(all, e, provider, channel, 7, 1)
		if now/before < least || now/before > most {
			t.Errorf("%s, %s: %.2f a month before, %.2f now; expected %g to %g times as many", provider, channel, before, now, least, most)
		}
	}
	louder(Aldermoor, signal.ChannelGP, 12, 2.5, 6)
	louder(Aldermoor, signal.ChannelStaff, 13, 2.5, 12)
	louder(Aldermoor, signal.ChannelComplaintsCare, 11, 1.5, 4)
	louder(Aldermoor, signal.ChannelIncidentsLow, 7, 0.4, 0.85) // the voice gap
	louder(Aldermoor, signal.ChannelIncidentsHarm, 7, 1.1, 2.2)
	louder(Westerby, signal.ChannelStaff, 8, 2, 9)
	louder(Kingsmere, signal.ChannelComplaintsCare, 11, 0.6, 1.6)
	louder(Wold, signal.ChannelGP, 12, 0.5, 1.7)
	storm, visits := 0, 0
	for _, s := range all {
		if s.Kind == signal.KindMedia && s.Place.Provider == Kingsmere && strings.Contains(s.Narrative, "eight years ago") {
			storm++
		}
		if s.Place.Provider == FennickVale && s.Kind == signal.KindVisit && len(s.Visit.Immediate) > 0 {
			visits++
		}
	}
	if storm != 40 || visits != 1 {
		t.Errorf("%d items of the storm, %d visits with immediate concerns; expected 40 and 1", storm, visits)
	}
}

func TestOneDayLaterNothingOlderHasChanged(t *testing.T) {
	t.Parallel()
	before, after := Economy{1, day}, Economy{1, day.AddDate(0, 0, 1)}
	later := map[signal.ID]string{}
	for _, s := range after.Signals(Marlshire) {
		later[s.ID] = s.Title + s.Received.String()
	}
	for _, s := range before.Signals(Marlshire) {
		if s.Visit != nil || s.Candour != nil || s.LearningResponse != nil { // visits, duties of candour and learning responses are told as of the economy's day
			continue
		}
		if later[s.ID] != s.Title+s.Received.String() {
			t.Fatalf("%s was %q and is %q", s.ID, s.Title, later[s.ID])
		}
	}
}

func BenchmarkSignals(b *testing.B) {
	e := Economy{1, day}
	for b.Loop() {
		heardBy(e)
	}
}
