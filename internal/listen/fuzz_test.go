package listen_test

import (
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/definition"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal/mapping"
)

const fuzzMapping = `id: fuzz
name: Fuzz
version: 1
kind: clinician_concern
dates: [dd/mm/yyyy, yyyy-mm-dd]
columns:
  - {header: Ref, field: reference}
  - {header: Provider, field: place.provider}
  - {header: Received, field: received}
  - {header: What, field: title}
  - {header: Words, field: narrative}
  - {header: Theme, field: themes, split: ";"}
  - {header: Practice, field: source.organisation}
  - {header: Harm, field: clinician_concern.harm}
`

// FuzzFile gives the desk files of every suffix. Whatever they hold, what is taken
// could be sent by a form: it is valid, of a provider that the commissioner buys
// from, without identifiers; and what is refused has a row, a field and an advice.
func FuzzFile(f *testing.F) {
	d, err := listen.NewDesk(nil, func() time.Time { return now }, definitions.Files)
	if err != nil {
		f.Fatal(err)
	}
	var m mapping.Mapping
	if err := definition.Decode([]byte(fuzzMapping), &m); err != nil {
		f.Fatal(err)
	}
	suffixes := []string{".csv", ".eml", ".json", ".jsonl", ".CSV", ".xlsx", ""}
	for i, text := range []string{
		"Ref,Provider,Received,What,Words,Theme,Practice,Harm\n7,RAA,02/11/2026,Fall,Number 943 476 5919,discharge,A81001,no\n8,RZZ,2026-11-02,\"a\nb\",x,discharge;other,,some\n",
		"From: A <a@example.org>\r\nSubject: Ward 7\r\nMessage-ID: <1@example.org>\r\n\r\nRang 020 7946 0018 twice.\r\n",
		`{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"AdverseEvent","actuality":"actual","date":"2026-11-01"}}]}`,
		`{"reference":"G-1","kind":"clinician_concern","title":"No letter","narrative":"born 4 May 1950","place":{"provider":"RAA"},"received":"2026-11-02T09:00:00Z","themes":["discharge"],"source":{"organisation":"A81001"},"clinician_concern":{"harm":"no"}}` + "\n\n{",
	} {
		f.Add(i, []byte(text))
	}
	o := listen.LoadOptions{Received: now, Provider: "RAA", Known: func(c org.Code) bool { return c == "RAA" }, Settled: calendar.MustDate("2026-11-10")}
	f.Fuzz(func(t *testing.T, suffix int, text []byte) {
		o := o
		o.Name = "in" + suffixes[uint(suffix)%uint(len(suffixes))]
		loaded, err := d.File(text, &m, o, []access.AccountID{"u-lead"})
		if err != nil {
			return // the file is refused as a whole, with its reason
		}
		for i := range loaded.Items {
			s := loaded.Items[i].Signal
			if errs := s.Validate(d.Taxonomies, now); len(errs) > 0 || s.Place.Provider != "RAA" || s.ID != "" || s.Triage.Version != 0 {
				t.Errorf("taken: %+v with %v", s, errs)
			}
			for _, found := range listen.Find(&s) {
				if found.Certain {
					t.Errorf("%s still holds a %s: %q", found.Field, found.Kind, found.Text)
				}
			}
		}
		for _, r := range loaded.Refusals {
			if r.Row < 1 || r.Field.Field == "" || r.Field.Advice == "" {
				t.Errorf("refused without saying where or what to do: %+v", r)
			}
		}
	})
}
