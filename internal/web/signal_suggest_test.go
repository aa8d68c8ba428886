package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"candour/internal/access"
	"candour/internal/classify"
)

func TestSuggestedCodesAreTakenByAPersonAndSayHowSureTheyAre(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.said("RA1", "Given the wrong dose of the wrong tablets, insulin twice", "zzz qqq")
	lead := b.as(access.QualityLead, "QAA")
	got := lead.get("/signals/G-2026-1")
	parse(t, got).sound(t, "a signal with suggestions")
	body := got.Body.String()
	for _, want := range []string{"Suggested codes", "Medicines", "Because of", "wrong", "Not yet tried on codings of yours (0 so far)", "decides nothing", "Take these codes"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if body := b.as(access.Auditor, "QAA").get("/signals/G-2026-1").Body.String(); strings.Contains(body, "Take these codes") {
		t.Error("an auditor is offered to take them")
	}
	if got := lead.post("/signals/G-2026-1", "do", "suggested", "version", "1", "suggested_theme", "discharge", "suggested_hcat", "safety", "suggested_level", "3"); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("taking what isn't suggested gave %d", got.Code)
	}
	field := func(name string) string {
		_, after, _ := strings.Cut(body, `name="`+name+`" value="`)
		value, _, _ := strings.Cut(after, `"`)
		return value
	}
	if got := lead.post("/signals/G-2026-1", "do", "suggested", "version", "1", "suggested_theme", field("suggested_theme"), "suggested_hcat", field("suggested_hcat"), "suggested_level", field("suggested_level")); got.Code != http.StatusSeeOther {
		t.Fatalf("taking them gave %d: %s", got.Code, text(parse(t, got).all("main")[0]))
	}
	if h, err := b.store.Signal(b.ctx, b.scope(access.QualityLead, "QAA"), "G-2026-1"); err != nil || h.MainTheme() != "medicines" || len(h.Triage.Codes.HCAT) != 1 {
		t.Errorf("coded %+v, %v", h.Triage.Codes, err)
	}
	if body := lead.get("/signals/G-2026-1").Body.String(); !strings.Contains(body, "Coded as suggested") {
		t.Error("the record doesn't say that a suggestion was taken")
	}
}

func TestACoderThatIsWorseThanTheMostFrequentCodeStaysSilentAndSaysSo(t *testing.T) {
	t.Parallel()
	found := []classify.Suggestion{{Code: "discharge", Probability: 0.9, Words: []classify.Word{{Word: "taxi", Weight: 1}, {Word: "tablets", Weight: -1}}}}
	same := func(s string) string { return s }
	for _, c := range []struct {
		trial classify.Trial
		code  string
		says  string
	}{
		{classify.Trial{}, "discharge", "Not yet tried"},
		{classify.Trial{Measures: classify.Measures{Texts: 40, Accuracy: 0.4, MajorityAccuracy: 0.6}}, "", "always naming the most frequent would be right 6 times in 10"},
		{classify.Trial{Measures: classify.Measures{Texts: 40, Accuracy: 0.7, MajorityAccuracy: 0.6}}, "discharge", "it was right 7 times in 10"},
	} {
		box := &suggestBox{}
		if code := box.add("Theme", found, c.trial, same); code != c.code || !strings.Contains(box.Lines[0].Tried, c.says) || (box.Lines[0].Answer == "") != (c.code == "") {
			t.Errorf("%+v gave %q: %+v", c.trial, code, box.Lines[0])
		}
	}
}

func TestACoderLearnsFromWhatPeopleCodedAndIsTriedOnWhatItHasNotSeen(t *testing.T) {
	t.Parallel()
	var own []classify.Coded
	for i := range 400 {
		theme, words := "delay", "waited hours in a queue"
		if i%2 == 0 {
			theme, words = "parking", "the car park was full again"
		}
		own = append(own, classify.Coded{Text: fmt.Sprintf("%s, item %d", words, i), Theme: theme})
	}
	trials := classify.Try(nil, own, classify.DefaultOptions())
	if theme := trials[classify.AskTheme]; !theme.Speaks() || theme.Own != 400 || theme.Texts < 30 || theme.Accuracy < 0.95 {
		t.Errorf("trial of themes %+v", theme)
	}
	if hcat := trials[classify.AskHCAT]; hcat.Tried() || hcat.Speaks() {
		t.Errorf("what nobody coded was tried: %+v", hcat)
	}
}
