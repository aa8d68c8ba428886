package listen

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"candour/internal/signal"
)

// unscreened are texts of a signal in which nobody writes as they like: codes, days,
// references and addresses of pages, by the end of their path.
var unscreened = []string{
	"ID", "Reference", "Kind", "Provider", "Site", "Organisation", "Token", "Channel", "Themes[]", "Time", "Type", "SHA256", "Purpose", "Ref", "Delivery",
	"ReceivedBy", "Complainant", "Basis", "Consent", "Category", "Stage", "Subjects[]", "ServiceArea", "Status", "Age", "Profession", "Independent[]", "Upheld",
	"LFPSE", "LocalRef", "Taxonomy", "Reporter", "TimeBracket", "Location", "Agents[]", "Process", "Challenges[]", "OutcomeTypes[]", "RiskImminent", "RiskTheme", "Concern",
	"NeverEvent", "ReporterRole", "LegacyHarm", "NationalMust[]", "Strength", "AgeBracket", "Gender", "Ethnicity", "StEIS", "Closure[]", "Incident", "Events[]",
	"Harm[]", "Harm", "ResolvedWithProvider", "Template", "Area", "Question", "Verdict", "Theme", "Follows", "How", "Wishes", "Link", "Sentiment", "Survey", "Outlier",
	"Regulator", "Body", "Action", "Rating", "Previous", "MOSSSignal", "Readers[]", "ReferredBy", "Group", "Types[]", "SafeNow", "Outcome",
}

// Fields which end like a code, and are words.
var wordFields = []string{"LearningResponse.Actions[].Action", "SeriousIncident.Type", "CoronerReport.Area"}

func TestEveryTextOfASignalIsScreenedOrListedAsACode(t *testing.T) {
	t.Parallel()
	const number = "943 476 5919"
	var texts []string
	var fill func(path string, v reflect.Value)
	fill = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			last := path[strings.LastIndexByte(path, '.')+1:]
			if slices.Contains(wordFields, strings.TrimPrefix(path, ".")) || !slices.Contains(unscreened, last) {
				v.SetString(number)
				texts = append(texts, path)
			}
		case reflect.Pointer:
			if v.Type().Elem().Kind() == reflect.Struct {
				v.Set(reflect.New(v.Type().Elem()))
				fill(path, v.Elem())
			}
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(path+"[]", v.Index(0))
		case reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() && f.Name != "Triage" {
					fill(path+"."+f.Name, v.Field(i))
				}
			}
		}
	}
	var s signal.Signal
	fill("", reflect.ValueOf(&s).Elem())
	Remove(&s)
	var left func(path string, v reflect.Value)
	left = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			if strings.Contains(v.String(), number) {
				t.Errorf("%s is neither screened nor listed as a code", path)
			}
		case reflect.Pointer:
			if !v.IsNil() {
				left(path, v.Elem())
			}
		case reflect.Slice:
			for i := range v.Len() {
				left(path+"[]", v.Index(i))
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					left(path+"."+v.Type().Field(i).Name, v.Field(i))
				}
			}
		}
	}
	left("", reflect.ValueOf(s))
	if len(texts) < 40 {
		t.Errorf("only %d texts were tried: %v", len(texts), texts)
	}
}
