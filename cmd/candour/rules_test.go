package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	ruleNumber   = regexp.MustCompile(`\bR-[A-Z]+-[0-9]+\b`)
	documentName = regexp.MustCompile(`[\w./-]*\b[\w-]+\.md\b`)
)

// TestEveryRuleAndDocumentThatTheCodeCitesIsInTheRepository: a stranger who has only the
// repository can look up each rule number in docs/rules.md, and open each document.
func TestEveryRuleAndDocumentThatTheCodeCitesIsInTheRepository(t *testing.T) {
	t.Parallel()
	rules, err := os.ReadFile("../../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	documents, cited := map[string]bool{}, 0
	walk := func(visit func(path string)) {
		for _, root := range []string{"../../cmd", "../../internal", "../../definitions", "../../docs"} {
			err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
				if err == nil && !e.IsDir() {
					visit(path)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	walk(func(path string) { documents[filepath.Base(path)] = true })
	documents["README.md"], documents["CHANGELOG.md"] = true, true
	walk(func(path string) {
		if !slices.Contains([]string{".go", ".yaml", ".md", ".sql", ".cedar"}, filepath.Ext(path)) || strings.HasSuffix(path, "rules_test.go") {
			return
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range ruleNumber.FindAllString(string(text), -1) {
			cited++
			if !strings.Contains(string(rules), "| "+r+" |") {
				t.Errorf("%s cites %s, which docs/rules.md lacks", path, r)
			}
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return
		}
		for line := range strings.Lines(string(text)) {
			_, comment, found := strings.Cut(line, "//")
			for _, d := range documentName.FindAllString(comment, -1) {
				if found && !documents[filepath.Base(d)] {
					t.Errorf("%s cites %s, which is not in the repository", path, d)
				}
			}
		}
	})
	if cited < 100 {
		t.Errorf("only %d rules are cited", cited)
	}
}
