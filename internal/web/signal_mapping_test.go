package web

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"candour/internal/access"
	"candour/internal/delivery"
)

// datix is an incident export: a title, a column of names, words for codes.
const datix = "Incident export October 2026\n\nID;Incident date;Reported;Location;Description;Severity;Reporter name\n" +
	"W-101;01/11/2026;02/11/2026;Ward 7;Ann Other fell, caf\xe9 corridor;Low;Bob Nurse\n" +
	"W-102;03/11/2026;04/11/2026;Ward 7;Late dose;Low;Bob Nurse\n" +
	"W-103;05/13/2026;06/11/2026;Ward 7;Slip;Low;Bob Nurse\n" +
	"W-104;05/11/2026;06/11/2026;Ward 9;Slip;Bad;Bob Nurse\n"

func TestAnUnknownTableWaitsIsMappedOnItsPageAndReleasedFromACorrectedMapping(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Analyst, "QAA")
	load := w.upload(map[string]string{"datix.csv": datix}, "at-once", "1", "tenant", "published").Header().Get("Location")
	b.settle()
	page := w.get(load)
	if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "/data/deliveries/D-000001/mapping") {
		t.Fatalf("the load: %d %s", page.Code, page.Body)
	}
	form := w.get("/data/deliveries/D-000001/mapping")
	parse(t, form).sound(t, "mapping")
	shows := form.Body.String()
	for _, hidden := range []string{"Ann Other", "Bob Nurse", "Late dose"} {
		if strings.Contains(shows, hidden) {
			t.Errorf("the page shows %q", hidden)
		}
	}
	for _, shown := range []string{"W-101", "01/11/2026", "Ward 7", "In the file: Low"} {
		if !strings.Contains(shows, shown) {
			t.Errorf("the page lacks %q", shown)
		}
	}
	said := []string{
		"name", "Datix of Alpha", "kind", "incident", "dates", "dd/mm/yyyy", "provider", string(firstProvider["QAA"]),
		"field-1", "reference", "must-1", "1", "field-2", "occurred.date", "field-3", "received", "field-4", "place.ward", "field-5", "narrative",
		"field-6", "severity", "words-6", "Low = 1", "field-7", "seal:patient",
	}
	post := func(id string, more ...string) string {
		got := w.post("/data/deliveries/"+id+"/mapping", append(append([]string{}, said...), more...)...)
		b.settle()
		if got.Code != http.StatusSeeOther {
			t.Fatalf("%s gave %d: %s", id, got.Code, got.Body)
		}
		return w.get(got.Header().Get("Location")).Body.String()
	}
	// Errors stand beside their fields, and what was typed stays.
	wrong := w.post("/data/deliveries/D-000001/mapping", "name", "", "kind", "complaint", "field-1", "reference", "field-2", "incident.lfpse", "words-6", "nonsense")
	for _, told := range []string{"Give the mapping a name", "a complaint has no such field", "write each line as word = code", "choose the provider"} {
		if wrong.Code != http.StatusUnprocessableEntity && wrong.Code != http.StatusOK || !strings.Contains(wrong.Body.String(), told) {
			t.Errorf("%d lacks %q", wrong.Code, told)
		}
	}
	// Looked at, nothing is kept, and no mapping is saved.
	if page := post("D-000001"); !strings.Contains(page, "Can be taken in part") {
		t.Errorf("looked at: %s", page)
	}
	if saved, err := b.store.Mappings(b.ctx, leadAt("QAA")); err != nil || len(saved) != 0 {
		t.Errorf("looking saved %d mappings, %v", len(saved), err)
	}
	// Two rows are taken with their receipts; two wait with their reasons.
	if page := post("D-000001", "at-once", "1"); !strings.Contains(page, "IN-2026-") || !strings.Contains(page, "row 6") || !strings.Contains(page, "row 7") || !strings.Contains(page, "Reporter name") {
		t.Errorf("taken: %s", page)
	}
	// The corrected mapping is version 2 of the same, and takes what its words now tell.
	said = append(said[:len(said)-4], "words-6", "Low = 1\nBad = 3", "field-7", "seal:patient")
	post("D-000002", "at-once", "1")
	d, err := b.store.Delivery(b.ctx, leadAt("QAA"), delivery.ID("D-000003"))
	if err != nil || d.Version != "datix-of-alpha version 2" || d.New != 1 || d.Unchanged != 2 || d.Quarantined != 1 {
		t.Errorf("released: %+v, %v", d, err)
	}
	// What was read again needs nobody any more, says which delivery read it, and leaves
	// the list of what waits; as of then it stands as it stood.
	first := w.get("/data/deliveries/D-000001")
	if text := first.Body.String(); !strings.Contains(text, `It waited for a person. It was read again as <a href="/data/deliveries/D-000002">D-000002</a>.`) || strings.Contains(text, "/mapping") {
		t.Errorf("what was read again: %s", text)
	}
	if text := w.get("/data/deliveries/D-000003").Body.String(); !strings.Contains(text, `It reads again what had not been taken of <a href="/data/deliveries/D-000002">D-000002</a>.`) {
		t.Errorf("what read it: %s", text)
	}
	tables := map[string]string{}
	for _, n := range parse(t, w.get("/data")).all("table") {
		for _, caption := range []string{"Files and rows in quarantine", "Latest deliveries"} {
			if words := text(n); strings.HasPrefix(words, caption) {
				tables[caption] = words
			}
		}
	}
	if text := tables["Files and rows in quarantine"]; strings.Contains(text, "D-000001") || strings.Contains(text, "D-000002") || !strings.Contains(text, "D-000003") {
		t.Errorf("what waits: %s", text)
	}
	if text := tables["Latest deliveries"]; !strings.Contains(text, "Read again as D-000002") || !strings.Contains(text, "Part accepted; read again as D-000003") || strings.Contains(text, "Waits for a person") {
		t.Errorf("deliveries: %s", text)
	}
	if got := w.post("/data/deliveries/D-000001/mapping", said...); got.Code != http.StatusConflict {
		t.Errorf("mapping what was read again gave %d", got.Code)
	}
	// The next month's file is known by its columns.
	w.upload(map[string]string{"november.csv": strings.NewReplacer("W-10", "W-20", "05/13", "05/11").Replace(datix)}, "at-once", "1")
	b.settle()
	if d, err = b.store.Delivery(b.ctx, leadAt("QAA"), delivery.ID("D-000004")); err != nil || d.Status != delivery.Accepted || d.New != 4 {
		t.Errorf("the next file: %+v, %v", d, err)
	}
	if got := b.as(access.Analyst, "QBB").get("/data/deliveries/D-000002/mapping"); got.Code != http.StatusNotFound {
		t.Errorf("another commissioner got %d", got.Code)
	}
}

// A workbook has a title, dates as cells and two columns of identity: one is sealed,
// one left out.
func TestAWorkbookOfComplaintsIsMappedOnItsPage(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.QualityLead, "QAA")
	book := excelize.NewFile()
	b.no(book.SetCellValue("Sheet1", "A1", "Complaints log"))
	for at, row := range [][]any{
		{"Ref", "Received", "Complainant", "NHS number", "Details"},
		{"C-1", time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC), "Ann Other", "943 476 5919", "Nobody rang back"},
		{"C-2", time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC), "Bob Other", "", "My number is 943 476 5919"},
	} {
		b.no(book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", at+3), &row))
	}
	var text bytes.Buffer
	b.no(book.Write(&text))
	b.as(access.Analyst, "QAA").upload(map[string]string{"log.xlsx": text.String()}, "at-once", "1")
	b.settle()
	if form := w.get("/data/deliveries/D-000001/mapping").Body.String(); strings.Contains(form, "5919") || strings.Contains(form, "Other") || !strings.Contains(form, "C-1") {
		t.Errorf("the page of a workbook: %s", form)
	}
	got := w.post("/data/deliveries/D-000001/mapping", "at-once", "1", "name", "Log", "kind", "complaint", "dates", "excel", "dates", "yyyy-mm-dd", "provider", string(firstProvider["QAA"]),
		"field-1", "reference", "field-2", "received", "field-3", "seal:complainant", "field-4", "secret", "field-5", "narrative")
	b.settle()
	if page := w.get(got.Header().Get("Location")).Body.String(); !strings.Contains(page, "CP-2026-2") && !strings.Contains(page, "C-2026-2") || strings.Contains(page, "5919") {
		t.Errorf("%d, taken: %s", got.Code, page)
	}
}
