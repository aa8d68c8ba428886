package web

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"candour/internal/access"
)

// seen is a visit's form as it is sent, with pairs laid after it.
func seen(pairs ...string) []string {
	return append([]string{
		"once", "v1", "template", "ward-visit", "place.provider", "RA1", "place.ward", "Larch", "occurred.date", "2026-11-23", "visit.type", "unannounced", "visit.team", "Nurse\r\nLay member\r\n",
		"answer.staffing.call-bells.0.verdict", "not_met", "answer.staffing.call-bells.0.note", "14 minutes", "answer.staffing.agency.0.verdict", "met", "answer.voice.patients.0.note", "Nobody comes.",
		"finding.staffing.0.words", "One nurse for 14", "finding.staffing.0.severity", "3", "finding.staffing.0.theme", "staffing", "visit.positives", "Kind staff",
	}, pairs...)
}

func TestAnImmediateConcernIsRaisedAtOnceAndTheVisitGoesOn(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	visitor := b.as(access.Visitor, "QAA")
	if got := visitor.get("/"); got.Header().Get("Location") != "/visits" {
		t.Errorf("a visiting officer begins at %q", got.Header().Get("Location"))
	}
	if got := visitor.get("/signals/new/visit").Body.String(); !strings.Contains(got, "template=ward-visit") || strings.Contains(got, "fifteen-steps-ward") {
		t.Error("the templates of visits are offered, those of the 15 Steps elsewhere")
	}
	raised := visitor.post("/signals/new/visit", seen("do", "raise", "visit.immediate", "No oxygen on bay 2")...)
	if raised.Header().Get("Location") != "/signals/sent/V-2026-1" {
		t.Fatalf("raising gave %d: %s", raised.Code, problems(t, raised.Body.String()))
	}
	receipt := visitor.get("/signals/sent/V-2026-1").Body.String()
	for _, want := range []string{"Memory entry", "Send the letter of immediate concerns: by Wed 25 Nov 2026, 08:40", "/visits/V-2026-1/more"} {
		if !strings.Contains(receipt, want) {
			t.Errorf("the receipt lacks %q", want)
		}
	}
	again := visitor.get("/visits/V-2026-1/more")
	parse(t, again).sound(t, "a visit that goes on")
	for _, want := range []string{"14 minutes", "One nurse for 14", "No oxygen on bay 2", `value="unannounced" checked`} {
		if !strings.Contains(again.Body.String(), want) {
			t.Errorf("the form that goes on lacks %q", want)
		}
	}
	form := seen("version", "1", "because", "The visit went on", "visit.immediate", "No oxygen on bay 2", "visit.immediate_at", "2026-11-23T08:40", "visit.ended", "2026-11-23T08:39", "answer.safety.falls.0.verdict", "partly")
	if got := visitor.post("/visits/V-2026-1/more", form...); got.Header().Get("Location") != "/visits/V-2026-1" {
		t.Fatalf("going on gave %d: %s", got.Code, problems(t, got.Body.String()))
	}
	if got := visitor.post("/visits/V-2026-1/more", form...); got.Code != http.StatusConflict {
		t.Errorf("going on from an old version gave %d", got.Code)
	}
	page := visitor.get("/visits/V-2026-1")
	parse(t, page).sound(t, "a visit")
	for _, want := range []string{"Are call bells answered within 10 minutes?", "Not met", "14 minutes", "One nurse for 14", "Kind staff", "Nobody comes.", "1 of 3 questions met", "Nurse, Lay member", "done"} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("the visit’s page lacks %q", want)
		}
	}
	if got := visitor.post("/visits/V-2026-1", "version", "3", "move", "verbal feedback given"); got.Code != http.StatusSeeOther {
		t.Errorf("feedback gave %d: %s", got.Code, problems(t, got.Body.String()))
	}
	for _, who := range []*browser{b.as(access.Visitor, "QBB"), b.as(access.QualityLead, "QBB")} {
		if got := who.get("/visits/V-2026-1"); got.Code != http.StatusNotFound {
			t.Errorf("another commissioner’s visit gave %d", got.Code)
		}
	}
	if got := b.as(access.QualityLead, "QAA").get("/signals/V-2026-1").Body.String(); !strings.Contains(got, "One nurse for 14") {
		t.Error("the signal’s page doesn’t show what was found")
	}
}

// withPicture sends a visit with a photograph.
func (w *browser) withPicture(file []byte, pairs ...string) *httptest.ResponseRecorder {
	w.Helper()
	return w.sends("/signals/new/visit", "photographs", "IMG_0001 Mrs Brown.jpg", file, pairs...)
}

func TestPhotographsAreKeptOnlyWhereTheyAreAllowedAndThenSealed(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	var file bytes.Buffer
	b.no(jpeg.Encode(&file, image.NewRGBA(image.Rect(0, 0, 40, 20)), nil))
	visitor, admin := b.as(access.Visitor, "QAA"), b.as(access.Administrator, "QAA")
	if got := visitor.get("/signals/new/visit?template=ward-visit").Body.String(); strings.Contains(got, `name="photographs"`) {
		t.Error("photographs are offered although nobody allowed them")
	}
	if got := visitor.withPicture(file.Bytes(), seen()...); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "Photographs are not kept here") {
		t.Errorf("a photograph that isn’t allowed gave %d", got.Code)
	}
	if got := admin.post("/administration/visits", "photographs", "yes"); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("allowing them without a reason gave %d", got.Code)
	}
	if got := admin.post("/administration/visits", "photographs", "yes", "because", "Rotas are seen on paper only"); got.Code != http.StatusSeeOther {
		t.Fatalf("allowing them gave %d", got.Code)
	}
	if got := visitor.withPicture([]byte("not a photograph"), seen()...); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "neither JPEG nor PNG") || !strings.Contains(got.Body.String(), "One nurse for 14") {
		t.Errorf("what is no photograph gave %d", got.Code)
	}
	if got := visitor.withPicture(file.Bytes(), seen()...); got.Header().Get("Location") != "/signals/sent/V-2026-1" {
		t.Fatalf("sending gave %d: %s", got.Code, problems(t, got.Body.String()))
	}
	page := visitor.get("/visits/V-2026-1").Body.String()
	_, after, found := strings.Cut(page, "/visits/V-2026-1/photographs/")
	if !found || strings.Contains(page, "Brown") {
		t.Fatal("the visit’s page offers to open the photograph, and doesn’t keep its name")
	}
	seal, _, _ := strings.Cut(after, `"`)
	opened := visitor.post("/visits/V-2026-1/photographs/"+seal, "because", "To write the report")
	if opened.Code != http.StatusOK || opened.Header().Get("Content-Type") != "image/jpeg" || opened.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("opening it gave %d, %s", opened.Code, opened.Header())
	}
	if got := visitor.get("/visits/V-2026-1").Body.String(); !strings.Contains(got, "To write the report") {
		t.Error("the reading isn’t shown")
	}
	if got := b.as(access.ClinicalReviewer, "QAA").post("/visits/V-2026-1/photographs/"+seal, "because", " "); got.Code == http.StatusOK {
		t.Error("it was opened without a reason")
	}
	if got := b.as(access.QualityLead, "QBB").post("/visits/V-2026-1/photographs/"+seal, "because", "x"); got.Code == http.StatusOK {
		t.Error("another commissioner opened it")
	}
}

func TestTheFifteenStepsAreWordsWithoutAScore(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	visitor := b.as(access.Visitor, "QAA")
	form := visitor.get("/signals/new/fifteen_steps?template=fifteen-steps-ward").Body.String()
	if strings.Contains(form, ".verdict") {
		t.Error("a verdict is asked for")
	}
	got := visitor.post("/signals/new/fifteen_steps", "once", "s", "template", "fifteen-steps-ward", "place.provider", "RA1", "place.ward", "Larch", "occurred.date", "2026-11-23", "visit.type", "announced", "visit.team", "Lay member", "answer.calm.calm.0.note", "Calm.")
	if got.Header().Get("Location") != "/signals/sent/FS-2026-1" {
		t.Fatalf("sending gave %d: %s", got.Code, problems(t, got.Body.String()))
	}
	if page := visitor.get("/visits/FS-2026-1").Body.String(); !strings.Contains(page, "In words, without a score") || !strings.Contains(page, "Does it feel organised and calm?") {
		t.Error("the page of the 15 Steps lacks its words")
	}
	if wrong := visitor.post("/signals/new/visit", "template", "fifteen-steps-ward"); wrong.Code != http.StatusBadRequest && wrong.Code != http.StatusUnprocessableEntity {
		t.Errorf("a visit by a template of the 15 Steps gave %d", wrong.Code)
	}
}

func TestAChoiceThatIsMissingSaysOfWhichField(t *testing.T) {
	t.Parallel()
	visitor := peopled(t).as(access.Visitor, "QAA")
	got := visitor.post("/signals/new/visit", "once", "s", "template", "ward-visit", "place.provider", "RA1", "occurred.date", "2026-11-23", "visit.team", "Nurse", "visit.ended", "2026-11-22T14:00")
	if body := got.Body.String(); got.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "Choose one of the list: announced or not") {
		t.Errorf("%d: the error does not name its field", got.Code)
	}
	if got = visitor.post("/signals/new/visit", seen("visit.ended", "2026-11-22T14:00")...); got.Code != http.StatusSeeOther {
		t.Fatalf("sent: %d", got.Code)
	}
	if body := visitor.get("/visits/V-2026-1").Body.String(); !strings.Contains(body, "our own target (the same day)") || strings.Contains(body, "0 calendar") {
		t.Error("the clock of the same day is told in days")
	}
}
