package definition

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestWhatNothingReadsIsNamed(t *testing.T) {
	t.Parallel()
	own := fstest.MapFS{}
	for _, name := range []string{
		".git/config.yaml", "README.md", "indicators/falls.yaml", "indicators/notes.txt", "channels/.swp.yml", // read, or nobody's concern
		"indicator/falls.yaml", "calendar/ours.yaml", "falls.yaml", "indicators/Falls.YAML", "indicators/falls.yml", "indicators/renal/lines.yaml", "clocks",
	} {
		own[name] = &fstest.MapFile{Data: []byte("id: x\n")}
	}
	wrong, err := Unread(own)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"nothing reads the folder indicator:", "nothing reads the folder calendar:", "nothing reads the file falls.yaml:", "nothing reads the file indicators/Falls.YAML:",
		"nothing reads the file indicators/falls.yml: its name must end in .yaml", "nothing reads the folder indicators/renal:", "clocks is a file",
	} {
		if !slices.ContainsFunc(wrong, func(w string) bool { return strings.HasPrefix(w, want) }) {
			t.Errorf("nobody is told %q: %q", want, wrong)
		}
	}
	if len(wrong) != 7 {
		t.Errorf("%d are named, expected 7: %q", len(wrong), wrong)
	}
}
