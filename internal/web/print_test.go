package web

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"candour/internal/access"
)

// A page on paper has no header: what it says of whose it is and as of when is a line
// of its own.
func TestAPrintedPageSaysWhoseItIsAndAsOfWhen(t *testing.T) {
	t.Parallel()
	b := filled(t)
	w := b.as(access.Analyst, "QAA")
	paper := regexp.MustCompile(`<p class="cd-paper">Candour, [^<]+\. As of \d{1,2} \w+ \d{4} \d\d:\d\d\.</p>`)
	for _, path := range []string{"/watch-list", "/providers/RA1", "/matrix", "/data", "/data/deliveries/D-000001", "/memory", "/data?asof=20"} {
		if body := w.get(path).Body.String(); !paper.MatchString(body) {
			t.Errorf("%s has no line for paper", path)
		}
	}
}

// The design system keeps tables whole on paper, which leaves sheets empty before
// long ones; and a browser tells the width of a sheet before it turns it, so that rules
// for telephones would print the wide tables as cards.
func TestTheStyleOfPaperLetsTablesBreakAndIsNotATelephones(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("assets/candour.css")
	if err != nil {
		t.Fatal(err)
	}
	css := string(text)
	if m := regexp.MustCompile(`@media *\(max-width[^{]*`).FindString(css); m != "" {
		t.Errorf("%q holds on paper too: write @media screen and …", m)
	}
	_, printed, _ := strings.Cut(css, "@media print{")
	for _, rule := range []string{"@page{size:A4 landscape", "counter(page)", ".cd table{break-inside:auto}", "thead{display:table-header-group", ".cd tr,", ".cd-paper{display:block}", ".cd-header", ".cd-fold:has(form)", ".cd details:not([open]){display:none}", "max-height:160mm", ".cd-foot{break-before:avoid"} {
		if !strings.Contains(printed, rule) {
			t.Errorf("the style of paper has no rule %q", rule)
		}
	}
}
