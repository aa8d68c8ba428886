package web

import (
	"net/http"
	"strings"
	"testing"

	"candour/internal/access"
)

func TestASignalIsReadBesideTheListAndTheNextOneFollows(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.said("RA1", "First of three", "Second of three", "Third of three")
	lead := b.as(access.QualityLead, "QAA")
	list := lead.get("/signals")
	parse(t, list).sound(t, "the list")
	if body := list.Body.String(); !strings.Contains(body, "/signals?open=G-2026-1#reading") || strings.Count(body, "Unread: ") != 3 || strings.Contains(body, `id="reading"`) {
		t.Errorf("the list: %s", body)
	}
	got := lead.get("/signals?open=G-2026-2")
	parse(t, got).sound(t, "the list with a signal beside it")
	body := got.Body.String()
	for _, want := range []string{`id="reading"`, "Second of three", `href="/signals?open=G-2026-1#reading" rel="prev"`, `href="/signals?open=G-2026-3#reading" rel="next"`, `aria-current="true"`, `name="next" value="G-2026-3"`, `data-key="a"`, `data-key="m"`, `data-key="q"`, `data-key="p"`} {
		if !strings.Contains(body, want) {
			t.Errorf("beside the list there is no %s", want)
		}
	}
	if strings.Count(lead.get("/signals").Body.String(), "Unread: ") != 2 {
		t.Error("what was opened is still unread")
	}
	if n := strings.Count(lead.get("/signals?show=unread").Body.String(), "data-row"); n != 2 {
		t.Errorf("%d are unread", n)
	}
	if n := strings.Count(b.as(access.ClinicalReviewer, "QAA").get("/signals?show=unread").Body.String(), "data-row"); n != 3 {
		t.Errorf("a colleague has %d unread", n)
	}
	sent := lead.post("/signals/G-2026-2", "do", "ask", "version", "1", "because", "To hear their side", "list", "show=soon", "next", "G-2026-3", "severity", "2", "theme", "discharge")
	if to := sent.Header().Get("Location"); sent.Code != http.StatusSeeOther || to != "/signals?did=G-2026-2&open=G-2026-3&show=soon" {
		t.Fatalf("asking gave %d %s: %s", sent.Code, to, sent.Body)
	}
	if got := lead.post("/signals/G-2026-3", "do", "pass", "version", "1", "because", "Theirs to answer", "list", "https://elsewhere.example/?x=%zz", "severity", "2", "theme", "discharge"); strings.Contains(got.Header().Get("Location"), "elsewhere") {
		t.Errorf("led away to %s", got.Header().Get("Location"))
	}
	if body := lead.get("/signals?show=waiting").Body.String(); !strings.Contains(body, "G-2026-2") || !strings.Contains(body, "G-2026-3") {
		t.Error("what was asked and passed on doesn't wait for others")
	}
	if got := lead.get("/signals?open=G-2026-99"); got.Code != http.StatusNotFound {
		t.Errorf("opening none gave %d", got.Code)
	}
	if body := b.as(access.Analyst, "QAA").get("/signals?open=G-2026-1").Body.String(); strings.Contains(body, `name="pick"`) || strings.Contains(body, `value="triage"`) {
		t.Error("an analyst is offered to change signals")
	}
}

func TestASignalIsCodedLinkedAndItsPlaceCorrected(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.said("RA1", "Words")
	lead := b.as(access.QualityLead, "QAA")
	for i, form := range [][]string{
		{"do", "triage", "severity", "2", "theme", "delay", "hcat", "safety", "hcat_severity", "3", "because", "Read twice"},
		{"do", "link", "link", "case", "link_to", "C-2026-14"},
		{"do", "place", "place", "RA2", "ward", "Ward 9", "service", "Surgery", "place_why", "The GP mistook it"},
	} {
		if got := lead.post("/signals/G-2026-1", append(form, "version", string(rune('1'+i)))...); got.Code != http.StatusSeeOther {
			t.Fatalf("%v gave %d: %s", form, got.Code, text(parse(t, got).all("main")[0]))
		}
	}
	body := lead.get("/signals/G-2026-1").Body.String()
	for _, want := range []string{"Safety, high", "case C-2026-14", "Thornley Community", "Ward 9", "The GP mistook it"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, form := range [][]string{
		{"do", "place", "place", "RB1", "ward", "Ward 9", "place_why", "x"},
		{"do", "place", "place", "RA1", "place_why", ""},
		{"do", "place", "place", "RA1", "site", "?", "place_why", "x"},
		{"do", "link", "link", "nonsense", "link_to", "x"},
		{"do", "link", "link", "case", "link_to", "943 476 5919"},
		{"do", "place", "place", "RA2", "ward", "943 476 5919", "place_why", "x"},
		{"do", "assign", "assign", "u-x"},
		{"do", "assign", "assign", string(accountOf(access.Analyst, "QAA"))},
	} {
		if got := lead.post("/signals/G-2026-1", append(form, "version", "4")...); got.Code != http.StatusUnprocessableEntity {
			t.Errorf("%v gave %d", form, got.Code)
		}
	}
}

func TestManySignalsAreChangedTogetherAndUndoneTogether(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.said("RA1", "One", "Two", "Three")
	b.heard("QBB")
	lead := b.as(access.QualityLead, "QAA")
	for _, c := range []struct {
		form []string
		want string
	}{
		{[]string{"outcome", "noted", "because", "x"}, "Choose the signals first"},
		{[]string{"pick", "G-2026-1@1"}, "Nothing was chosen"},
		{[]string{"pick", "G-2026-1@1", "outcome", "noted"}, "needs a because"},
		{[]string{"pick", "G-2026-1", "event", "x"}, "lacks the version"},
		{[]string{"pick", "G-2026-1@1", "assign", "u-x"}, "deal with signals here"},
		{[]string{"pick", "G-2026-1@1", "event", "x", "because", "943 476 5919"}, "NHS number"},
	} {
		got := lead.post("/signals/together", append(c.form, "list", "show=all")...)
		parse(t, got).sound(t, c.want)
		if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), c.want) {
			t.Errorf("%v gave %d, expected %q", c.form, got.Code, c.want)
		}
		if c.form[0] == "pick" && strings.Contains(c.form[1], "@") && !strings.Contains(got.Body.String(), `value="G-2026-1@1" checked`) {
			t.Errorf("%v: what was ticked isn't ticked any more", c.form)
		}
	}
	lead.post("/signals/G-2026-3", "do", "assign", "version", "1", "assign", string(accountOf(access.ClinicalReviewer, "QAA")))
	got := lead.post("/signals/together", "pick", "G-2026-1@1", "pick", "G-2026-2@1", "pick", "G-2026-3@1", "pick", "G-2026-9@1", "outcome", "watch", "severity", "3", "theme", "delay", "event", "night of the 18th", "because", "One story")
	page := got.Header().Get("Location")
	if got.Code != http.StatusSeeOther || !strings.HasPrefix(page, "/signals/together/T-") {
		t.Fatalf("gave %d %s: %s", got.Code, page, got.Body)
	}
	shown := lead.get(page)
	parse(t, shown).sound(t, "changed together")
	for _, want := range []string{"2 signals were changed", "2 were left as they stood", "Somebody else has changed G-2026-3", "No signal", "Outcome watch; theme", "One story"} {
		if !strings.Contains(shown.Body.String(), want) {
			t.Errorf("the page lacks %q: %s", want, text(parse(t, shown).all("main")[0]))
		}
	}
	if got := b.as(access.QualityLead, "QBB").get(page); got.Code != http.StatusNotFound {
		t.Errorf("another commissioner sees it: %d", got.Code)
	}
	h, err := b.store.Signal(b.ctx, b.scope(access.QualityLead, "QAA"), "G-2026-1")
	b.no(err)
	if h.Triage.Version != 5 || h.Triage.Outcome != "watch" || h.MainTheme() != "delay" || h.Triage.Event != "night of the 18th" {
		t.Errorf("changed %+v", h.Triage)
	}
	if got := lead.post(page, "because", ""); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("undone without a reason: %d", got.Code)
	}
	undone := lead.post(page, "because", "The wrong ones")
	if undone.Code != http.StatusSeeOther {
		t.Fatalf("undoing gave %d: %s", undone.Code, undone.Body)
	}
	h, err = b.store.Signal(b.ctx, b.scope(access.QualityLead, "QAA"), "G-2026-1")
	b.no(err)
	if h.Triage.Version != 9 || h.Triage.Outcome != "" || h.MainTheme() != "discharge" || h.Triage.Event != "" {
		t.Errorf("undone %+v", h.Triage)
	}
	if body := lead.get(page).Body.String(); !strings.Contains(body, "It was undone") || strings.Contains(body, "Undo all of it") {
		t.Error("it can be undone twice")
	}
	if body := lead.get("/signals").Body.String(); !strings.Contains(body, "Changed together lately") {
		t.Error("the inbox doesn't lead to what was changed together")
	}
}
