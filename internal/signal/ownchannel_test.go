package signal

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestAnInstallationsOwnChannelIsReadOrItsFaultsAreNamed(t *testing.T) {
	t.Parallel()
	list, err := LoadChannels(fstest.MapFS{}, fstest.MapFS{
		"channels/pals.yaml":        {Data: []byte("id: pals\nname: PALS contacts\nfamily: comments\nratio: 1.4\nkind: message\nroles: [PALS]\n")},
		"channels/healthwatch.yaml": {Data: []byte("id: healthwatch\nname: Healthwatch\nkind: healthwatch\n")},
	})
	if err != nil || len(list) != 2 || list[0].ID != "healthwatch" || list[0].Family != "healthwatch" || list[0].Ratio != OwnRatio || list[1].Family != "comments" || list[1].Version == "" {
		t.Fatalf("%+v, %v", list, err)
	}
	for text, want := range map[string]string{
		"id: pals\nname: P\nkind: complaint":                     "kind \"complaint\" is not one of healthwatch",
		"id: other\nname: P\nkind: healthwatch":                  "is not the name of the file",
		"id: pals\nkind: healthwatch":                            "name is missing",
		"id: pals\nname: P\nkind: healthwatch\nratio: 1":         "ratio 1 is not above 1",
		"id: pals\nname: P\nkind: healthwatch\nratio: 9":         "at most 5",
		"id: pals\nname: P\nkind: message":                       "needs roles or themes",
		"id: pals\nname: P\nkind: healthwatch\nroles: [\"\"]":    "empty words",
		"id: pals\nname: P\nkind: healthwatch\nfamily: Comments": "family \"Comments\"",
		"id: pals\nname: P\nkind: healthwatch\nweight: 3":        "weight",
		"id: staff\nname: P\nkind: healthwatch":                  "comes with Candour",
	} {
		if _, err := ParseChannel("pals.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "pals.yaml") {
			t.Errorf("%q: %v, expected %q", text, err, want)
		}
	}
}

func FuzzParseChannel(f *testing.F) {
	f.Add("id: pals\nname: PALS\nkind: message\nroles: [PALS]\n")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := ParseChannel("pals.yaml", []byte(text)); err == nil && (c.ID != "pals" || c.Ratio <= 1 || c.Family == "") {
			t.Errorf("%q gave %+v", text, c)
		}
	})
}

func TestAnOwnChannelCountsWhatNoOtherDoes(t *testing.T) {
	t.Parallel()
	word := func(id, role string, readers ...string) Signal {
		return Signal{
			ID: ID(id), Kind: KindMessage, Title: "A word", Place: Place{Provider: "RXX"}, Received: when("2024-03-04 09:00"),
			Source: Source{Role: role}, Readers: readers, Correspondence: &Correspondence{},
		}
	}
	own := CountSettings{Own: []OwnChannel{{ID: "pals", Kind: KindMessage, Roles: []string{"PALS"}}, {ID: "pals-too", Kind: KindMessage, Roles: []string{"PALS"}}}}
	same := word("6", "pals")
	same.Triage.DuplicateOf = "1"
	about := word("7", "PALS")
	about.Triage.Event, about.Severity = "fall", Gravest
	log := complaint("8", "2024-03-05 09:00")
	log.Triage.Event, log.Severity = "fall", Serious
	gone := word("9", "PALS")
	gone.Triage.Withdrawn = "In error"
	got := Count([]Signal{word("1", "pals"), word("2", "PALS"), word("3", "relative"), word("4", "PALS", "u-1"), complaint("5", "2024-03-04 09:00"), same, about, log, gone}, own)
	n := map[Channel]int{}
	for _, c := range got {
		n[c.Channel] += c.N
	}
	if len(n) != 2 || n["pals"] != 2 || n[ChannelComplaintsCare] != 2 {
		t.Errorf("%v: two contacts of PALS; a copy, what is confined, what was withdrawn and what is of another role aren’t counted, an event in the channel that comes with Candour, although the contact is graver", n)
	}
}
