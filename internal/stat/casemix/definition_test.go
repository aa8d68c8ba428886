package casemix_test

import (
	"strings"
	"testing"

	"candour/internal/stat/casemix"
)

func TestTheSHMIModelIsInForceByMonth(t *testing.T) {
	t.Parallel()
	models, err := casemix.Definitions()
	if err != nil {
		t.Fatal(err)
	}
	shmi := models["shmi"]
	for month, groups := range map[string]int{"2013-04": 142, "2024-05": 142, "2024-06": 144, "2026-11": 144} {
		v, err := shmi.At(month)
		if err != nil {
			t.Fatal(err)
		}
		if v.Groups != groups {
			t.Errorf("%s: %d groups, want %d", month, v.Groups, groups)
		}
	}
	if _, err := shmi.At("2010-01"); err == nil {
		t.Error("there was no SHMI in 2010")
	}
}

func TestCovariatesDependOnTheGroup(t *testing.T) {
	t.Parallel()
	models, err := casemix.Definitions()
	if err != nil {
		t.Fatal(err)
	}
	v, err := models["shmi"].At("2026-01")
	if err != nil {
		t.Fatal(err)
	}
	for group, want := range map[string]string{
		"septicaemia":       "age gender admission charlson month year",
		"invalid diagnosis": "age gender admission month year",
		"perinatal":         "age gender admission charlson month year birthweight",
	} {
		var names []string
		for _, c := range v.CovariatesOf(group) {
			names = append(names, c.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %s, want %s", group, got, want)
		}
	}
}

func TestABrokenDefinitionIsRefusedWithItsReason(t *testing.T) {
	t.Parallel()
	head := `{"id":"x","title":"t","source":"s","versions":[`
	for text, want := range map[string]string{
		`{"id":"x","titel":"t"}`:          "unknown field",
		`{"id":"x"}`:                      "needs an id",
		head + `]}`:                       "at least one version",
		head + `{"effective_from":"x"}]}`: "must be months",
		head + `{"effective_from":"2020-01","months_of_data":1},{"effective_from":"2021-01","months_of_data":1}]}`:                          "before the version before it has ended",
		head + `{"effective_from":"2020-01","months_of_data":1,"covariates":[{"name":"a","levels":["x","x"]}]}]}`:                           "levels must be two or more and differ",
		head + `{"effective_from":"2020-01","months_of_data":1,"covariates":[{"name":"a","levels":["x","y"],"unknown":"x"}]}]}`:             "unknown must be one of its levels",
		head + `{"effective_from":"2020-01","months_of_data":1,"covariates":[{"name":"a","only_in_groups":["g"],"not_in_groups":["h"]}]}]}`: "exclude each other",
	} {
		_, err := casemix.ReadDefinition(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestAnUnknownCodeIsNotGuessed(t *testing.T) {
	t.Parallel()
	tally := casemix.NewTally([]casemix.Covariate{{Name: "gender", Levels: []string{"male", "female"}}})
	err := tally.Add([]casemix.Observed{{Level: "9"}}, 1, 0)
	if err == nil || err.Error() != `gender has no level "9"` {
		t.Error(err)
	}
}

func FuzzReadDefinition(f *testing.F) {
	f.Add(`{"id":"x","title":"t","source":"s","versions":[{"effective_from":"2020-01","months_of_data":1}]}`)
	f.Add(`{"versions":[{"covariates":[{"levels":[]}]}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := casemix.ReadDefinition(strings.NewReader(text))
		if err != nil {
			return
		}
		v, err := d.At(d.Versions[0].From)
		if err != nil {
			t.Fatalf("a version must be in force in its first month: %v", err)
		}
		v.CovariatesOf("any")
	})
}
