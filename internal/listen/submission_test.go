package listen_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/listen"
	"candour/internal/org"
	"candour/internal/signal"
)

const submissionsFile = `provider,about,received,declared_by,declared_role,declared_on,statement,theme
RAA,Staffing of ward 7,2026-11-02,A Director,Director of nursing,2026-11-01,Every shift was filled,staffing
RAA,Staffing of ward 7,2026-11-02,A Director,Director of nursing,2026-11-01,No incident is open,
RAB,Falls,2026-11-03,B Director,Medical director,2026-11-03,Falls have halved,falls
RZZ,Falls,2026-11-03,B Director,Medical director,2026-11-03,Of another commissioner,
RAA,Beds,next week,B Director,Medical director,2026-11-03,A broken date,
RAB,Sepsis,2026-11-04,,Medical director,2026-11-03,Nobody declares it,
RAB,A patient,2026-11-04,B Director,Medical director,2026-11-03,Number 943 476 5919 is well,
`

func TestSubmissionsAreReadFromAFileOrRefusedWithTheirReason(t *testing.T) {
	t.Parallel()
	d, s := desk(t)
	o := listen.LoadOptions{Received: now, Known: func(c org.Code) bool { return c != "RZZ" }}
	got, refusals, err := d.ReadSubmissions([]byte("\ufeff"+submissionsFile), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || len(got[0].Statements) != 2 || got[0].Statements[1].ID != "2" || got[0].Declaration.Role != "Director of nursing" || got[0].Statements[0].Theme != "staffing" {
		t.Fatalf("read %+v", got)
	}
	want := map[int]string{5: "provider", 6: "received", 7: "declaration.name", 8: "statement-1"}
	for _, r := range refusals {
		if want[r.Row] != r.Field.Field || strings.Contains(r.Field.Found, "5919") {
			t.Errorf("row %d refused for %+v", r.Row, r.Field)
		}
		delete(want, r.Row)
	}
	if len(want) > 0 {
		t.Errorf("not refused: %v", want)
	}
	if taken, known, err := d.TakeSubmissions(t.Context(), lead, nil, got); err != nil || taken != 2 || known != 0 {
		t.Errorf("took %d, knew %d, %v", taken, known, err)
	}
	held, err := s.Submissions(t.Context(), lead, "")
	if err != nil {
		t.Fatal(err)
	}
	if taken, known, err := d.TakeSubmissions(t.Context(), lead, held, got); err != nil || taken != 0 || known != 2 {
		t.Errorf("the same file again: took %d, knew %d, %v", taken, known, err)
	}
}

func TestASubmissionNeedsItsDeclarationAndNamesNoPatient(t *testing.T) {
	t.Parallel()
	d, _ := desk(t)
	good, _, err := d.ReadSubmissions([]byte(submissionsFile), listen.LoadOptions{Received: now})
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*signal.Submission){
		"declaration.name": func(s *signal.Submission) { s.Declaration.Name = "" }, "declaration.role": func(s *signal.Submission) { s.Declaration.Role = " " },
		"declaration.on": func(s *signal.Submission) { s.Declaration.On = 0 }, "statements": func(s *signal.Submission) { s.Statements = nil },
		"about": func(s *signal.Submission) { s.About = "" }, "corrects": func(s *signal.Submission) { s.Version = 2 }, "received": func(s *signal.Submission) { s.Received = now.AddDate(0, 0, 2) },
	} {
		sub := good[0]
		spoil(&sub)
		var errs signal.FieldErrors
		if _, err := d.Submit(t.Context(), lead, sub); !errors.As(err, &errs) || errs[0].Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadSubmissions(f *testing.F) {
	f.Add([]byte(submissionsFile))
	f.Add([]byte("provider,about\n"))
	f.Add([]byte("provider,about,received,declared_by,declared_role,declared_on,statement\n\"x,"))
	d := &listen.Desk{}
	if loaded, err := signal.LoadTaxonomies(definitions.Files); err == nil {
		d.Taxonomies, d.Now = loaded, func() time.Time { return now }
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		subs, _, err := d.ReadSubmissions(text, listen.LoadOptions{Received: now})
		if err != nil {
			return
		}
		for i := range subs {
			if err := subs[i].Validate(d.Taxonomies).Err(); err != nil {
				t.Errorf("taken although invalid: %v", err)
			}
		}
	})
}
