package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// commandLine is a command of ours in a document: at the start of a line of a code block, or
// between back-quotes.
var commandLine = regexp.MustCompile("(?m)(?:^ *|`)(candour [a-z][^`\n]*)")

// documents is the paths of the README and of everything under docs.
func documents(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"../../README.md", "../../docs/*.md", "../../docs/*/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	return files
}

// TestEveryCommandInTheDocsIsOneThatExists parses each command that a document
// shows, with its flags, as the program would.
func TestEveryCommandInTheDocsIsOneThatExists(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, file := range documents(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		inCode := codeOf(string(text))
		for _, m := range commandLine.FindAllStringSubmatch(inCode, -1) {
			args := shellWords(m[1])
			if len(args) < 2 || strings.HasPrefix(m[1], "candour ledger body") { // the prefix of hashed bytes
				continue
			}
			if err := parses(args[1:]); err != nil {
				t.Errorf("%s: %q: %v", strings.TrimPrefix(file, "../../"), m[1], err)
			}
			checked++
		}
	}
	if checked < 10 {
		t.Errorf("only %d commands were found in the docs", checked)
	}
}

// codeOf keeps code blocks and back-quoted spans, so that prose which begins with
// the product's name isn't taken for a command.
func codeOf(text string) string {
	var b strings.Builder
	fenced := false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "```"):
			fenced = !fenced
		case fenced:
			b.WriteString(line)
		default:
			for i, part := range strings.Split(line, "`") {
				if i%2 == 1 {
					b.WriteString("`" + part + "\n")
				}
			}
		}
	}
	return b.String()
}

// choice is alternatives of an argument, of which the first stands for all.
var choice = regexp.MustCompile(`([a-z0-9-]+)(\|[a-z0-9-]+)+`)

// quotedOrNot is a word, of which parts may stand in quotes and hold spaces.
var quotedOrNot = regexp.MustCompile(`(?:"[^"]*"|'[^']*'|[^\s"'])+`)

// shellWords splits a shell line as far as documents need: comments and redirections
// end it, columns of two spaces begin the explanation beside it.
func shellWords(line string) []string {
	line, _, _ = strings.Cut(line, " #")
	for _, end := range []string{" > ", " < ", " | ", "   ", "…"} {
		line, _, _ = strings.Cut(line, end)
	}
	line = choice.ReplaceAllString(line, "$1")
	line = strings.NewReplacer("[", "", "]", "").Replace(line)
	words := quotedOrNot.FindAllString(line, -1)
	for i, w := range words {
		words[i] = strings.NewReplacer(`"`, "", "'", "").Replace(w)
	}
	return words
}

// parses reports what is wrong with args as the program would read them. A name
// alone, or with a word for a value that follows, is a mention, not a call.
func parses(args []string) error {
	var cli CLI
	parser, err := kong.New(&cli, kong.Exit(func(int) {}), kong.Writers(io.Discard, io.Discard), kong.Bind(&Env{}))
	if err != nil {
		return err
	}
	_, err = parser.Parse(args)
	if err == nil || len(args) <= 2 && (strings.Contains(err.Error(), "expected") || strings.Contains(err.Error(), "missing")) {
		return nil
	}
	return err
}
