package form

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"candour/definitions"
	"candour/internal/calendar"
	"candour/internal/signal"

	"pgregory.net/rapid"
)

var now = time.Date(2026, 11, 23, 8, 40, 0, 0, time.UTC)

func taxonomies(t testing.TB) *signal.Taxonomies {
	t.Helper()
	tax, err := signal.LoadTaxonomies(definitions.Files)
	if err != nil {
		t.Fatal(err)
	}
	return tax
}

// all is every form, those of visits too.
func all(t testing.TB, tax *signal.Taxonomies) (out []*Form) {
	t.Helper()
	for _, k := range Kinds() {
		out = append(out, For(k))
	}
	for _, template := range Templates(tax, calendar.DateOf(now)) {
		out = append(out, ForVisit(template))
	}
	return out
}

// notTyped is what no form asks for, with the reason.
var notTyped = map[string]string{
	"id": "given by the store", "reference": "given by the store", "recorded": "given by the store", "kind": "chosen before the form", "triage": "what the team makes of it",
	"delivery": "of files", "row": "of files", "revision": "of files", "updated": "of files", "attachments": "come with e-mail and files; photographs of a visit are sealed", "sealed": "made of what is typed under sealed.",
	"readers":        "chosen below the form",
	"source.channel": "set by the page", "source.token": "of files", "clinician_concern": "the form for practices",
	"incident.revision": "of LFPSE's own files", "incident.legacy_harm": "records before LFPSE", "incident.patients.age_days": "the bracket is asked for instead",
	"serious_incident.modified": "of StEIS exports", "visit.documents_allowed": "a setting of the commissioner",
	"visit.score": "worked out",
}

// leaves is every field of a struct by JSON path.
func leaves(t reflect.Type, prefix string, out map[string]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	simple := t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]()
	if simple {
		out[prefix] = true
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		path := name
		if prefix != "" {
			path = prefix + "." + name
		}
		if notTyped[path] == "" {
			leaves(f.Type, path, out)
		}
	}
}

func TestEveryFieldOfEveryKindIsAskedForOrTheReasonWhyNotIsGiven(t *testing.T) {
	t.Parallel()
	held := map[string]bool{}
	leaves(reflect.TypeFor[signal.Signal](), "", held)
	asked := map[string]bool{}
	for _, f := range all(t, taxonomies(t)) {
		for _, p := range f.Parts {
			for _, field := range p.Fields {
				asked[field.Path] = true
			}
			for _, rows := range p.Rows {
				for _, field := range rows.Fields {
					asked[rows.Path+"."+field.Path] = true
				}
			}
		}
	}
	for path := range held {
		if !asked[path] {
			t.Errorf("no form asks for %s", path)
		}
	}
	for path := range asked {
		if !held[path] && !strings.HasPrefix(path, "sealed.") && !strings.HasPrefix(path, "then.") {
			t.Errorf("a form asks for %s, which no signal holds", path)
		}
	}
}

func TestEveryKindHasAFormAndEveryListOfAFormHasChoices(t *testing.T) {
	t.Parallel()
	tax := taxonomies(t)
	for _, k := range signal.Kinds() {
		own := k == signal.KindClinicianConcern || k == signal.KindVisit || k == signal.KindFifteenSteps
		if (For(k) == nil) != own {
			t.Errorf("%s has a form: %t", k, For(k) != nil)
		}
	}
	for _, f := range all(t, tax) {
		seen := map[string]bool{}
		check := func(field *Field, name string) {
			if seen[name] {
				t.Errorf("%s: two controls are called %s", f.Kind, name)
			}
			seen[name] = true
			if (field.Sort == One || field.Sort == Many) && len(field.Options(tax, calendar.DateOf(now))) == 0 {
				t.Errorf("%s: %s has nothing to choose from", f.Kind, name)
			}
			if field.Sort != Fixed && field.Label == "" {
				t.Errorf("%s: %s has no label", f.Kind, name)
			}
		}
		for _, p := range f.Parts {
			for i := range p.Fields {
				check(&p.Fields[i], p.Fields[i].Path)
			}
			for i := range p.Rows {
				for j := range p.Rows[i].Fields {
					check(&p.Rows[i].Fields[j], p.Rows[i].Control(0, &p.Rows[i].Fields[j]))
				}
			}
		}
	}
}

// fill answers every question of a form with something of its sort.
func fill(f *Form, tax *signal.Taxonomies, pick func(n int) int) Values {
	v := Values{}
	answer := func(field *Field, name string) {
		switch field.Sort {
		case Line, Words, Provider:
			v[name] = []string{"RXX"}
		case Day:
			v[name] = []string{"2026-11-20"}
		case Moment:
			v[name] = []string{"2026-11-20T14:05"}
		case Clock:
			v[name] = []string{"23:40"}
		case Count, Measure:
			v[name] = []string{"3"}
		case One, Many:
			if options := field.Options(tax, calendar.DateOf(now)); len(options) > 0 {
				v[name] = []string{options[pick(len(options))].Value}
			}
		case Tick, YesNo:
			v[name] = []string{"yes"}
		case Each:
			v[name] = []string{"one\r\n\r\n two \n"}
		}
	}
	for i := range f.Parts {
		p := &f.Parts[i]
		for j := range p.Fields {
			answer(&p.Fields[j], p.Fields[j].Path)
		}
		for j := range p.Rows {
			for n := range p.Rows[j].Shown(v) {
				for k := range p.Rows[j].Fields {
					answer(&p.Rows[j].Fields[k], p.Rows[j].Control(n, &p.Rows[j].Fields[k]))
				}
			}
		}
	}
	return v
}

func TestWhateverIsChosenAFormIsReadIntoItsKindAndEveryErrorFindsItsControl(t *testing.T) {
	t.Parallel()
	tax := taxonomies(t)
	for _, f := range all(t, tax) {
		t.Run(string(f.Kind)+" "+f.Lead[:12], func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				v := fill(f, tax, func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "choice") })
				got, wrong := f.Read(v, now)
				for _, w := range wrong {
					if w.Field == "kind" {
						t.Fatalf("%s: %s", f.Kind, w.Advice)
					}
				}
				for _, w := range got.Signal.Validate(tax, now) {
					if got.Control(w.Field) == "" {
						t.Fatalf("%s: nothing on the form stands for %s (%s)", f.Kind, w.Field, w.Expected)
					}
				}
			})
		})
	}
}

func TestABlankFormTellsWhatIsMissingBesideItsControls(t *testing.T) {
	t.Parallel()
	tax := taxonomies(t)
	for _, f := range all(t, tax) {
		got, wrong := f.Read(Values{}, now)
		wrong = append(wrong, got.Signal.Validate(tax, now)...)
		if len(wrong) == 0 {
			t.Errorf("%s: a blank form is taken", f.Kind)
		}
		for _, w := range wrong {
			if f.Kind != signal.KindVisit && f.Kind != signal.KindFifteenSteps && w.Field == "title" {
				continue // the words stand for it, and are told to be missing
			}
			if w.Field != "title" && got.Control(w.Field) == "" {
				t.Errorf("%s: nothing on the form stands for %s (%s)", f.Kind, w.Field, w.Expected)
			}
		}
	}
}

func TestBlankRowsAreLeftOutAndErrorsPointAtTheRowThatWasTyped(t *testing.T) {
	t.Parallel()
	f := For(signal.KindComplaint)
	got, _ := f.Read(Values{
		"narrative": {"The bell was not answered."}, "place.provider": {"RXX"}, "rows.complaint.hcat": {"3"},
		"complaint.hcat.2.category": {"not a category"}, "complaint.hcat.2.severity": {"3"}, "complaint.hcat.0.category": {""},
	}, now)
	if len(got.Signal.Complaint.HCAT) != 1 || got.Signal.Complaint.HCAT[0].Severity != 3 {
		t.Fatalf("read %+v", got.Signal.Complaint.HCAT)
	}
	if c := got.Control("complaint.hcat[0].category"); c != "complaint.hcat.2.category" {
		t.Errorf("the error stands at %q", c)
	}
	if got.Signal.Title != "The bell was not answered." {
		t.Errorf("the title is %q", got.Signal.Title)
	}
}

func TestAnotherRowIsShownWhenItIsAskedForAndNeverTooMany(t *testing.T) {
	t.Parallel()
	r := &Rows{Path: "x", Least: 1, Most: 3}
	for _, c := range []struct {
		shown, more string
		want        int
	}{{"", "", 1}, {"1", "x", 2}, {"3", "x", 3}, {"900000", "", 3}, {"nonsense", "", 1}, {"-4", "", 1}} {
		if n := r.Shown(Values{"rows.x": {c.shown}, "more": {c.more}}); n != c.want {
			t.Errorf("%+v shows %d", c, n)
		}
	}
}

func TestTheDayOfReceiptIsNowForTodayAndNoonForAnEarlierDay(t *testing.T) {
	t.Parallel()
	f := For(signal.KindMessage)
	for day, want := range map[string]string{"": "2026-11-23T08:40", "2026-11-23": "2026-11-23T08:40", "2026-11-19": "2026-11-19T12:00"} {
		got, wrong := f.Read(Values{"received": {day}, "narrative": {"x"}}, now)
		if at := got.Signal.Received.In(calendar.London).Format("2006-01-02T15:04"); at != want || len(wrong) > 0 {
			t.Errorf("%q was received at %s, %v", day, at, wrong)
		}
	}
}

func TestWhatHappenedAlreadyMustFollowTheStatesOfTheKind(t *testing.T) {
	t.Parallel()
	f := For(signal.KindCandour)
	_, wrong := f.Read(Values{"narrative": {"x"}, "then.results given in writing": {"2026-11-20"}}, now)
	if !slices.ContainsFunc(wrong, func(w signal.FieldError) bool { return w.Field == "then.results given in writing" }) {
		t.Errorf("stage 4 before stage 1: %v", wrong)
	}
	got, wrong := f.Read(Values{"narrative": {"x"}, "then.told in person": {"2026-11-19"}, "then.written follow-up sent": {"2026-11-20"}}, now)
	if len(wrong) > 0 || len(got.Then) != 2 {
		t.Errorf("stages 1 and 3: %v, %v", got.Then, wrong)
	}
	_, wrong = f.Read(Values{"narrative": {"x"}, "then.cannot be contacted or declined": {"2026-11-19"}}, now)
	if len(wrong) != 1 || wrong[0].Field != "candour.attempts" {
		t.Errorf("stage X without a record of attempts: %v", wrong)
	}
}

func TestAFormThatIsGoneOnWithHoldsWhatWasTyped(t *testing.T) {
	t.Parallel()
	tax := taxonomies(t)
	for _, f := range all(t, tax) {
		rapid.Check(t, func(t *rapid.T) {
			first, _ := f.Read(fill(f, tax, func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "choice") }), now)
			values, err := f.Values(&first.Signal)
			if err != nil {
				t.Fatal(err)
			}
			second, _ := f.Read(values, now)
			second.Signal.Received = first.Signal.Received
			if !reflect.DeepEqual(first.Signal, second.Signal) {
				t.Fatalf("%s: typed\n%+v\nread again\n%+v", f.Kind, first.Signal, second.Signal)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("complaint.hcat.0.severity", "3", "rows.complaint.hcat", "2")
	f.Add("received", "2026-13-40", "occurred.date", "x")
	f.Add("visit.ended", "2026-11-20 25:00", "answer.staffing.agency.0.verdict", "met")
	tax := taxonomies(f)
	forms := all(f, tax)
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		for _, form := range forms {
			got, wrong := form.Read(Values{a: {b}, c: {d}}, now)
			for _, w := range append(wrong, got.Signal.Validate(tax, now)...) {
				got.Control(w.Field)
				if w.Field == "kind" {
					t.Errorf("%s: %s", form.Kind, w.Advice)
				}
			}
		}
	})
}
