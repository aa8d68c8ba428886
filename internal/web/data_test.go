package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/indicator"
)

// upload sends files as the Data page's form does.
func (w *browser) upload(files map[string]string, pairs ...string) *httptest.ResponseRecorder {
	w.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		w.no(form.WriteField(pairs[i], pairs[i+1]))
	}
	for name, text := range files {
		part, err := form.CreateFormFile("up", name)
		w.no(err)
		_, err = part.Write([]byte(text))
		w.no(err)
	}
	w.no(form.Close())
	r := httptest.NewRequest(http.MethodPost, "/data/loads", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return w.do(r)
}

// settle waits for the loads that go on.
func (b *bundle) settle() { b.server.work.Wait() }

// tidy is a file of the plainest source with n rows, the last of which is wrong.
func tidy(n int) string {
	var b strings.Builder
	b.WriteString("organisation,indicator,period,numerator,denominator,value,note\n")
	for i := range n {
		fmt.Fprintf(&b, "RA1,ae-4h-all,%s,%d,1000,,\n", calendar.NewMonth(2024, 1).Add(i), 900+i)
	}
	b.WriteString("RA1,ae-4h-all,2024-01,=evil(),1000,,\n")
	return b.String()
}

func TestAFileIsLookedAtFirstAndLoadedWhenAPersonSaysSo(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Analyst, "QAA")
	got := w.upload(map[string]string{"tidy.csv": tidy(12)}, "tenant", "published")
	load := got.Header().Get("Location")
	if got.Code != http.StatusSeeOther || !strings.HasPrefix(load, "/data/loads/") {
		t.Fatalf("the upload gave %d %s: %s", got.Code, load, got.Body)
	}
	b.settle()
	if page := w.get(load).Body.String(); !strings.Contains(page, "Nothing has been accepted yet") || !strings.Contains(page, "Can be taken in part") {
		t.Fatalf("after looking the page says\n%s", page)
	}
	if list, err := b.store.Deliveries(b.ctx, b.operator(), 10); err != nil || len(list) != 0 {
		t.Fatalf("looking recorded %v, %v", list, err)
	}
	if got := b.as(access.Administrator, "QAA").get(load); got.Code != http.StatusNotFound {
		t.Errorf("another’s load gave %d", got.Code)
	}
	if got := w.post(load); got.Code != http.StatusSeeOther {
		t.Fatalf("loading gave %d: %s", got.Code, got.Body)
	}
	b.settle()
	list, err := b.store.Deliveries(b.ctx, b.operator(), 10)
	if err != nil || len(list) != 1 || list[0].Status != delivery.Partly || list[0].Accepted != 12 || list[0].Quarantined != 1 || list[0].By != string(accountOf(access.Analyst, "QAA")) || list[0].Via != "page" {
		t.Fatalf("loading recorded %+v, %v", list, err)
	}
	if b.watch.runs.Load() != 1 {
		t.Errorf("the watch ran %d times", b.watch.runs.Load())
	}
	if got := w.post(load); got.Code != http.StatusConflict {
		t.Errorf("loading twice gave %d", got.Code)
	}
	page := w.get("/data/deliveries/D-000001")
	parse(t, page).sound(t, "delivery")
	if s := page.Body.String(); !strings.Contains(s, "row 14") || !strings.Contains(s, "Part accepted") {
		t.Errorf("the delivery’s page says\n%s", s)
	}
	if got := w.get("/data/deliveries/D-000001/file"); got.Body.String() != tidy(12) || got.Header().Get("ETag") == "" {
		t.Errorf("the file came back as %q", got.Body)
	}
	if csv := w.get("/data/deliveries/D-000001/refusals").Body.String(); !strings.Contains(csv, "D-000001,tidy.csv,") || !strings.Contains(csv, ",14,numerator,number-malformed,") {
		t.Errorf("the refusals are %s", csv)
	}
}

func TestACellOfADownloadIsNeverAFormula(t *testing.T) {
	t.Parallel()
	got := harmless([]string{"=1+1", "+cmd", "-3", "−", "@SUM", "plain", "-x", ""})
	if want := "'=1+1 '+cmd -3 − '@SUM plain '-x "; strings.Join(got, " ") != want {
		t.Errorf("got %q, expected %q", strings.Join(got, " "), want)
	}
}

func TestFilesCanBePutAsideAndNobodyLoadsForAnotherCommissioner(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Analyst, "QAA")
	load := w.upload(map[string]string{"../../tidy.csv": tidy(1)}).Header().Get("Location")
	b.settle()
	if got := w.post(load, "aside", "1"); got.Code != http.StatusSeeOther {
		t.Fatalf("putting aside gave %d", got.Code)
	}
	if page := w.get(load).Body.String(); !strings.Contains(page, "were put aside") || strings.Contains(page, "../") {
		t.Errorf("the page says %s", page)
	}
	if got := w.post(load); got.Code != http.StatusConflict {
		t.Errorf("loading what was put aside gave %d", got.Code)
	}
	if got := w.upload(map[string]string{"tidy.csv": tidy(1)}, "tenant", "QBB"); got.Code != http.StatusForbidden {
		t.Errorf("loading for QBB gave %d", got.Code)
	}
	if got := w.upload(nil); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("loading nothing gave %d", got.Code)
	}
	if got := w.upload(map[string]string{"tidy.csv": tidy(1)}, "period", "yesterday"); got.Code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown period gave %d", got.Code)
	}
}

func TestACorrectedMappingReleasesAFileFromQuarantine(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Analyst, "QAA")
	file := strings.Replace(tidy(3), "organisation,", "who,", 1)
	w.upload(map[string]string{"renamed.csv": file}, "at-once", "1")
	b.settle()
	list, err := b.store.Deliveries(b.ctx, b.operator(), 10)
	if err != nil || len(list) != 1 || list[0].Status != delivery.Quarantined {
		t.Fatalf("a renamed header gave %+v, %v", list, err)
	}
	release := "/data/deliveries/D-000001/release"
	if got := w.post(release, "mapping", "id: [broken"); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), "id: [broken") {
		t.Fatalf("a broken mapping gave %d", got.Code)
	}
	mapping := strings.Replace(string(b.server.Sources.Get("candour-tidy").Text), "organisation: [organisation,", "organisation: [who, organisation,", 1)
	got := w.post(release, "mapping", strings.ReplaceAll(mapping, "\n", "\r\n"), "at-once", "1")
	if got.Code != http.StatusSeeOther {
		t.Fatalf("the corrected mapping gave %d: %s", got.Code, got.Body)
	}
	b.settle()
	if list, err = b.store.Deliveries(b.ctx, b.operator(), 10); err != nil || len(list) != 2 || list[0].Accepted != 3 || list[0].SHA256 != list[1].SHA256 {
		t.Fatalf("the release gave %+v, %v\n%s", list, err, w.get(got.Header().Get("Location")).Body)
	}
	if held := unsettled(list); len(held) != 1 || held[0].ID != "D-000002" {
		t.Errorf("unsettled is %v: the newer delivery stands for its bytes", held)
	}
}

func TestAFeedIsLateOnceTodayIsPastItsPeriodsEndAndLagAndTolerance(t *testing.T) {
	t.Parallel()
	d := &indicator.Definition{Frequency: calendar.Month, LagDays: 14, Tolerance: 7}
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.London)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for moment, want := range map[string]string{"2026-11-20 12:00": "2026-09", "2026-11-23 12:00": "2026-10", "2026-12-21 12:00": "2026-10", "2026-12-23 12:00": "2026-11"} {
		if got := lastDue(d, at(moment)); got.String() != want {
			t.Errorf("on %s the last due is %s, expected %s", moment, got, want)
		}
	}
	for kind, want := range map[calendar.Kind]string{
		calendar.Month: "2026-02", calendar.Quarter: "2026-Q1", calendar.FinancialYear: "FY2025", calendar.Year: "2026", calendar.Rolling12: "R12-2026-02", calendar.Day: "2026-02-11",
	} {
		p := periodOf(kind, at("2026-02-11 12:00"))
		if p.String() != want || p.Start().After(at("2026-02-11 12:00")) || p.End().Before(at("2026-02-10 12:00")) {
			t.Errorf("%s: %s, expected %s", kind, p, want)
		}
	}
}

func TestADeliverysPageSaysWhatItRestatedAndWhichRowsSaySo(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Analyst, "QAA")
	const head = "organisation,indicator,period,numerator,denominator\n"
	w.upload(map[string]string{"first.csv": head + "RA1,ae-4h-all,2025-04,700,1000\nRA1,ae-4h-all,2025-03,70000,100000\nRA2,ae-4h-all,2025-04,800,1000\nRB1,ae-4h-all,2025-04,612,1000\n"}, "at-once", "1")
	b.settle()
	w.upload(map[string]string{"second.csv": head + "RA2,ae-4h-all,2025-04,800,1000\nRA1,ae-4h-all,2025-04,750,1000\nRA1,ae-4h-all,2025-03,70001,100000\nRB1,ae-4h-all,2025-04,613,1000\n"}, "at-once", "1")
	b.settle()
	if s := w.get("/data/deliveries/D-000001").Body.String(); strings.Contains(s, `id="restated"`) {
		t.Error("the first delivery restated nothing")
	}
	s := w.get("/data/deliveries/D-000002").Body.String()
	for _, want := range []string{"3 values were restated, 2 of them of 1 provider of yours.", "70.0% (70,000 of 100,000)", "70.0% (70,001 of 100,000)", "Aldermoor Hospitals", "70.0%", "75.0%", "D-000001, row 2", "/data/deliveries/D-000001?rows=2#in-the-file", "/data/deliveries/D-000002?rows=3#in-the-file", ">3<", "/providers/RA1/indicators/ae-4h-all"} {
		if !strings.Contains(s, want) {
			t.Errorf("the page doesn’t say %q", want)
		}
	}
	for _, banned := range []string{"61.2%", "61.3%", "80.0%", "Bramblecote"} {
		if strings.Contains(s, banned) {
			t.Errorf("the page says %q", banned)
		}
	}
	if s := b.as(access.Analyst, "QBB").get("/data/deliveries/D-000002").Body.String(); !strings.Contains(s, "1 of them of 1 provider of yours") || strings.Contains(s, "Aldermoor") {
		t.Error("another commissioner sees its own provider’s, and no other")
	}
}
