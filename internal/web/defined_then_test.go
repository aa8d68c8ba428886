package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"candour/definitions"
	"candour/internal/record"
	"candour/internal/store"
)

// TestAPastPageIsDrawnByTheDefinitionsOfThen installs an indicator's definition as it was,
// and then as it is: pages of between say what was said then, beside the findings of then.
func TestAPastPageIsDrawnByTheDefinitionsOfThen(t *testing.T) {
	t.Parallel()
	b := measured(t)
	const id, was, short = "ae-4h-all", "Waits as they were counted, ", "Then "
	text, err := definitions.Files.ReadFile("indicators/" + id + ".yaml")
	b.no(err)
	then := strings.NewReplacer("\nname: \"", "\nname: \""+was, "\nshort: \"", "\nshort: \""+short).Replace(string(text))
	install := func(version, text string) (at int64) {
		t.Helper()
		_, err := b.store.InstallDefinitions(b.ctx, "operator", []record.Definition{{Sort: store.IndicatorSort, ID: id, Version: version, Text: text}})
		b.no(err)
		at, _, err = b.store.Head(b.ctx)
		b.no(err)
		return at
	}
	past := install("then", then)
	install("now", string(text))
	lead := b.as("quality_lead", "QAA")
	for _, path := range []string{"/indicators", "/indicators/" + id, "/providers/RA1/indicators/" + id, "/providers/RA1"} {
		before, now := lead.get(fmt.Sprintf("%s?asof=%d", path, past)), lead.get(path)
		if before.Code != http.StatusOK || now.Code != http.StatusOK {
			t.Fatalf("%s gave %d then and %d now", path, before.Code, now.Code)
		}
		mark := was
		if path == "/providers/RA1" {
			mark = short
		}
		if !strings.Contains(before.Body.String(), mark) {
			t.Errorf("%s of then is drawn by the definition of now", path)
		}
		if strings.Contains(now.Body.String(), mark) {
			t.Errorf("%s of now is drawn by the definition of then", path)
		}
	}
}
