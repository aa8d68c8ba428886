package api

import (
	"flag"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"candour/internal/access"
)

var update = flag.Bool("update", false, "write docs/api.md anew")

const (
	docsFile = "../../docs/api.md"
	docsMark = "<!-- What follows is made from /api/openapi.json: go test ./internal/api -run Reference -update -->\n"
)

func TestTheReferenceInTheDocsIsCurrent(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	before, _, ok := strings.Cut(string(text), docsMark)
	if !ok {
		t.Fatalf("%s lacks the line that begins the reference", docsFile)
	}
	want := before + docsMark + "\n## Addresses\n\n" + Reference(setup(t).api.OpenAPI())
	if want == string(text) {
		return
	}
	if !*update {
		t.Fatalf("%s is not current; write it anew with -update", docsFile)
	}
	if err := os.WriteFile(docsFile, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestTheExamplesInTheDocsRun runs each block of the document that calls curl, as
// it stands, against the API.
func TestTheExamplesInTheDocsRun(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("curl is not installed, so the examples can't be tried")
		}
		t.Skip("curl is not installed")
	}
	b := setup(t).peopled()
	c := b.client("QAA", "c-1", access.ClientActions...)
	server := httptest.NewServer(b.api)
	t.Cleanup(server.Close)
	ran := 0
	for _, block := range regexp.MustCompile("(?s)```sh\n(curl.*?)```").FindAllStringSubmatch(string(text), -1) {
		shell := exec.CommandContext(t.Context(), "sh", "-e")
		shell.Env = append(os.Environ(), "CANDOUR="+server.URL, "KEY="+c.key)
		shell.Stdin = strings.NewReader(strings.ReplaceAll(block[1], "RXX", "RAA"))
		out, err := shell.CombinedOutput()
		if err != nil || strings.Contains(string(out), `"refused":[`) {
			t.Errorf("%v\n%s\n%s", err, block[1], out)
		}
		ran++
	}
	if ran < 6 {
		t.Errorf("only %d examples were found", ran)
	}
}
