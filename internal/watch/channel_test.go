package watch

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"candour/internal/calendar"
	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/signal"
)

func TestEveryChannelOfSignalsIsOneThatTheEngineKnows(t *testing.T) {
	t.Parallel()
	known := concern.Default().Channels
	for _, c := range signal.Channels() {
		if !slices.ContainsFunc(known, func(k concern.Channel) bool { return k.ID == channels[c] }) {
			t.Errorf("signals of channel %q go to %q, which the engine does not know", c, channels[c])
		}
	}
}

func TestNoOwnChannelCanHaveTheIdOfOneThatComesWithCandour(t *testing.T) {
	t.Parallel()
	for _, s := range concern.SoftStreams(concern.Default()) {
		id, _, _ := strings.Cut(string(s.ID), ".")
		if !slices.Contains(signal.ReservedChannels, signal.Channel(id)) {
			t.Errorf("an own channel called %q would stop all judging", id)
		}
	}
}

func TestAnOwnChannelIsEvidenceInItsFamily(t *testing.T) {
	t.Parallel()
	in := evidence(t)
	in.Tenant, in.Now = "QAA", dayOf(2026, 11, 23)
	in.Cells = nil
	providers := map[org.Code]bool{}
	for i := range in.Observations {
		providers[in.Observations[i].Org] = true
	}
	for m := range 40 {
		month := calendar.MonthOf(dayOf(2023, time.August, 1)).Add(m)
		for code := range providers {
			n := 3
			if code == "RBA" && m >= 34 {
				n = 9
			}
			in.Cells = append(in.Cells, signal.Cell{Provider: code, Channel: "pals", EventMonth: month, ReceivedMonth: month, N: n})
		}
	}
	slices.SortFunc(in.Cells, func(a, b signal.Cell) int { return strings.Compare(string(a.Provider), string(b.Provider)) })
	for family, want := range map[string]string{"comments": "Patient comments", "our voices": "Our voices", "pals": "PALS contacts"} {
		in.Own = []signal.OwnChannel{{ID: "pals", Name: "PALS contacts", Family: family, Ratio: 1.5}}
		list, _, err := Judge(in)
		if err != nil {
			t.Fatal(err)
		}
		heard := map[concern.ProviderID]float64{}
		for _, a := range list {
			for _, f := range a.Families {
				if f.Name == want && len(f.Streams) > 0 && f.Streams[0].Name == "PALS contacts" {
					heard[a.Provider] = f.Part
				}
			}
		}
		if heard["RBA"] < 0.3 || len(heard) > 3 {
			t.Errorf("family %s: %v; three times the usual contacts are a concern about one", family, heard)
		}
	}
	in.Own = []signal.OwnChannel{{ID: "pals", Name: "PALS contacts", Family: "pals", Ratio: 1.5}, {ID: "theirs", Name: "Another commissioner’s", Family: "theirs", Ratio: 1.5}}
	list, _, err := Judge(in)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if text, err := json.Marshal(list[i]); err != nil || strings.Contains(string(text), "theirs") || strings.Contains(string(text), "Another") {
			t.Fatalf("a channel of which this commissioner never heard is named: %v %s", err, text)
		}
	}
	in.Own = []signal.OwnChannel{{ID: "pals", Name: "PALS contacts", Family: "waiting", Ratio: 1.5}, {ID: "pals", Name: "Twice", Family: "waiting", Ratio: 1.5}}
	if _, _, err := Judge(in); err == nil {
		t.Error("two channels of one id are judged")
	}
}
