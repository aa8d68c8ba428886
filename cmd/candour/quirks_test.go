package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// testNamed is a test's name between back-quotes, and testWritten one in code.
var (
	testNamed   = regexp.MustCompile("`(Test[A-Z][A-Za-z0-9]*)`")
	testWritten = regexp.MustCompile(`(?m)^func (Test[A-Z]\w*)\(t \*testing\.T\)`)
)

// testsWritten is the name of every test of the module.
func testsWritten(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch name := d.Name(); {
		case d.IsDir() && strings.HasPrefix(name, ".") && name != "..":
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range testWritten.FindAllStringSubmatch(string(text), -1) {
			found[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestEveryQuirkNamesATestThatExists keeps docs/formats/quirks.md, and whatever
// else names tests in the docs, from promising what nobody checks.
func TestEveryQuirkNamesATestThatExists(t *testing.T) {
	t.Parallel()
	written := testsWritten(t)
	for _, file := range documents(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range testNamed.FindAllStringSubmatch(string(text), -1) {
			if !written[m[1]] {
				t.Errorf("%s names the test %s, which does not exist", strings.TrimPrefix(file, "../../"), m[1])
			}
		}
	}
	quirks, err := os.ReadFile("../../docs/formats/quirks.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(quirks)) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| ---") || strings.HasPrefix(line, "| quirk") || strings.HasPrefix(line, "| what |") {
			continue
		}
		if rows++; !testNamed.MatchString(line) {
			t.Errorf("no test is named for: %s", strings.TrimSpace(line))
		}
	}
	if rows < 60 {
		t.Errorf("only %d quirks are listed", rows)
	}
}

// TestEveryPublishedFolderHasItsQuirks holds the page against the folders of
// published files, where they are at hand.
func TestEveryPublishedFolderHasItsQuirks(t *testing.T) {
	t.Parallel()
	folders, err := os.ReadDir(public)
	if err != nil {
		t.Skip("skipped: the published files are not beside the checkout")
	}
	text, err := os.ReadFile("../../docs/formats/quirks.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if f.IsDir() && !strings.Contains(string(text), f.Name()) {
			t.Errorf("docs/formats/quirks.md says nothing of %s", f.Name())
		}
	}
}
