package web

import (
	"net/http"
	"strings"
	"testing"

	"candour/internal/access"
)

func TestAValueLeadsToItsRowAsItStandsInTheFile(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	w := b.as(access.Analyst, "QAA")
	w.upload(map[string]string{"first.csv": "organisation,indicator,period,numerator,denominator,note\nRA2,ae-4h-all,2025-04,800,1000,of Alpha\nRA1,ae-4h-all,2025-04,700,1000,\"as <told>\"\nRB1,ae-4h-all,2025-04,612,1000,of Bramblecote\n"}, "at-once", "1")
	b.settle()
	page := w.get("/providers/RA1/indicators/ae-4h-all").Body.String()
	if !strings.Contains(page, `href="/data/deliveries/D-000001?rows=3#in-the-file"`) {
		t.Error("the indicator’s table doesn’t lead to row 3 of the file")
	}
	quoted := w.get("/data/deliveries/D-000001?rows=3").Body.String()
	for _, want := range []string{"In the file", "As it stands in first.csv.", "Row 3", "numerator", ">700<", "as &lt;told&gt;"} {
		if !strings.Contains(quoted, want) {
			t.Errorf("the row doesn’t say %q", want)
		}
	}
	if strings.Contains(quoted, "of Alpha") || strings.Contains(quoted, "612") {
		t.Error("other rows are shown")
	}
	for rows, want := range map[string]int{"4": http.StatusNotFound, "1": http.StatusNotFound, "x": http.StatusNotFound, "": http.StatusOK} {
		if got := w.get("/data/deliveries/D-000001?rows=" + rows); got.Code != want || strings.Contains(got.Body.String(), "Bramblecote") {
			t.Errorf("rows %q, of another commissioner’s provider or of nobody, gave %d", rows, got.Code)
		}
	}
	if got := b.as(access.Analyst, "QBB").get("/data/deliveries/D-000001?rows=4"); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "of Bramblecote") {
		t.Errorf("its own commissioner gets %d", got.Code)
	}
}
