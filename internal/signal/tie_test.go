package signal

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"candour/internal/calendar"
)

// knownBy adds up the cells known by a month, whatever their months of receipt; none is
// below nought.
func knownBy(t interface{ Errorf(string, ...any) }, cells []Cell, month string) (out []string) {
	sums := map[Cell]int{}
	for _, c := range cells {
		if c.ReceivedMonth.String() <= month {
			sums[Cell{Provider: c.Provider, Channel: c.Channel, Severe: c.Severe, EventMonth: c.EventMonth}] += c.N
		}
	}
	for c, n := range sums {
		if n < 0 {
			t.Errorf("%d of %+v by %s", n, c, month)
		}
		if n != 0 {
			out = append(out, fmt.Sprintf("%d %s %t %s", n, c.Channel, c.Severe, c.EventMonth))
		}
	}
	slices.Sort(out)
	return out
}

func TestReportsOfOneEventCountAsTheyWereTiedThen(t *testing.T) {
	t.Parallel()
	first := newHistory(t, incident("QAA.IN-1", "2024-01-10", 4, 0))                                             // low harm, January
	grave := newHistory(t, incident("QAA.IN-2", "2024-03-05", 2, 0)).add("2024-03-20 09:00", AboutEvent{"fall"}) // severe, March
	first.add("2024-05-02 09:00", AboutEvent{"fall"})                                                            // tied in May
	copied := newHistory(t, incident("QAA.IN-3", "2024-02-11", 4, 0)).add("2024-06-01 09:00", MarkedDuplicate{Of: "QAA.IN-1"})
	copied.add("2024-08-01 09:00", Undone{Number: 2, Because: "It is another"}) // a copy in June and July
	late := incident("QAA.IN-4", "2024-01-12", 4, 0)
	late.Recorded = when("2024-09-03 10:00")
	loaded := newHistory(t, late)
	loaded.events[0].At = late.Recorded
	loaded.add("2024-09-20 09:00", AboutEvent{"fall"}) // loaded in September, tied at once
	list := []Signal{first.signal, grave.signal, copied.signal, loaded.signal}
	known := SumCells(Count(list, CountSettings{}), Corrections(list, CountSettings{}))
	jan, feb, mar := " incidents_no_low_harm false 2024-01", "1 incidents_no_low_harm false 2024-02", "1 incidents_harm true 2024-03"
	for month, want := range map[string][]string{
		"2023-12": nil,
		"2024-01": {"2" + jan}, // the one loaded in September among them, which came tied to an event of which nothing else was known
		"2024-02": {"2" + jan, feb},
		"2024-03": {mar, "1" + jan, feb}, // the grave one stands for that
		"2024-04": {mar, "1" + jan, feb},
		"2024-05": {mar, feb},
		"2024-06": {mar},
		"2024-07": {mar},
		"2024-08": {mar, feb},
		"2024-12": {mar, feb},
	} {
		slices.Sort(want)
		if got := knownBy(t, known, month); !slices.Equal(got, want) {
			t.Errorf("known in %s: %v, expected %v", month, got, want)
		}
	}
}

// Whatever is tied, untied, taken back and revised: the counts of a month are those of the
// histories as they stood at its end, and nothing that comes later changes them.
func TestCountsOfAMonthNeverChangeWhenTiesComeLater(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		begins := calendar.MustDate("2024-01-01")
		month := func(d calendar.Date) string { return monthOf(d).String() }
		n := rapid.IntRange(2, 5).Draw(r, "signals")
		histories := make([][]Event, n)
		for i := range histories {
			on := begins + calendar.Date(rapid.IntRange(0, 150).Draw(r, "received"))
			s := incident(fmt.Sprintf("QAA.IN-%d", i), on.String(), rapid.IntRange(1, 5).Draw(r, "harm"), 0)
			s.Incident.LFPSE, s.Incident.Revision = fmt.Sprint("LF-", i), 1
			histories[i] = []Event{{1, s.Received, "QL", Received{s}}}
		}
		at := begins
		for range rapid.IntRange(0, 12).Draw(r, "changes") {
			at += calendar.Date(rapid.IntRange(0, 40).Draw(r, "later"))
			i := rapid.IntRange(0, n-1).Draw(r, "of")
			change := drawChange(r, histories, i)
			when := at.At(20, 0)
			if when.Before(histories[i][len(histories[i])-1].At) || change == nil {
				continue
			}
			if e, _, err := Next(histories[i], when, "QL", change); err == nil {
				histories[i] = append(histories[i], e)
			}
		}
		as := func(until string) (list []Signal) {
			for _, events := range histories {
				held := slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return month(calendar.DateOf(e.At)) > until })
				if len(held) == 0 {
					continue
				}
				s, err := Fold(held)
				if err != nil {
					r.Fatal(err)
				}
				list = append(list, s)
			}
			return list
		}
		all := as("2099-12")
		known := SumCells(Count(all, CountSettings{}), Corrections(all, CountSettings{}))
		for m := monthOf(begins); m.String() <= "2025-08"; m = m.Add(1) {
			then := as(m.String())
			want, got := knownBy(r, Count(then, CountSettings{}), m.String()), knownBy(r, known, m.String())
			if !slices.Equal(got, want) {
				r.Fatalf("known in %s: %v, expected %v", m, got, want)
			}
		}
	})
}

// drawChange is a tie, the end of one, a revision, or the taking back of a tie.
func drawChange(r *rapid.T, histories [][]Event, i int) Change {
	events := histories[i]
	switch rapid.IntRange(0, 4).Draw(r, "what") {
	case 0:
		return AboutEvent{EventID(rapid.SampledFrom([]string{"", "fall", "fire"}).Draw(r, "event"))}
	case 1:
		other := rapid.IntRange(0, len(histories)-1).Draw(r, "copy of")
		return MarkedDuplicate{Of: ID(fmt.Sprintf("QAA.IN-%d", other))}
	case 2:
		return MarkedDuplicate{}
	case 3:
		s := events[0].Change.(Received).Signal
		incident := *s.Incident
		incident.Revision, incident.Patients = len(events)+1, []IncidentPatient{{Physical: rapid.IntRange(1, 5).Draw(r, "revised harm")}}
		s.Incident = &incident
		return Revised{Signal: s}
	}
	for k := len(events) - 1; k > 0; k-- {
		switch events[k].Change.(type) {
		case AboutEvent, MarkedDuplicate:
			return Undone{Number: k + 1, Because: "In error"}
		}
	}
	return nil
}
