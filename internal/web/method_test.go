package web

import (
	"net/http"
	"strings"
	"testing"

	"candour/internal/access"
)

func TestAManualIsWrittenAsItsTextSays(t *testing.T) {
	t.Parallel()
	title, got := manual("# How <it> works\n\nTwo lines\nof **one** paragraph, [see](x.md).\n\n## Next\n\n- first\n  and more\n- *second*\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| x | 1 & 2 |\n")
	want := "<h1>How &lt;it&gt; works</h1>\n<p>Two lines of <strong>one</strong> paragraph, see.</p>\n<h2>Next</h2>\n" +
		`<ul class="nhsuk-list nhsuk-list--bullet"><li>first and more</li><li><em>second</em></li></ul>` + "\n" +
		`<ol class="nhsuk-list nhsuk-list--number"><li>one</li><li>two</li></ol>` + "\n" +
		`<table class="nhsuk-table cd-table"><thead class="nhsuk-table__head"><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><th scope="row">x</th><td>1 &amp; 2</td></tr></tbody></table>` + "\n"
	if title != "How <it> works" || string(got) != want {
		t.Errorf("%q:\n%s\nexpected\n%s", title, got, want)
	}
}

func TestTheWatchListLeadsToHowConcernIsWorkedOut(t *testing.T) {
	t.Parallel()
	b := peopled(t)
	b.judged("QAA", judgedOf("RA1", 31))
	board := b.as(access.BoardMember, "QAA")
	for _, path := range []string{"/watch-list", "/providers/RA1/concern"} {
		if !strings.Contains(board.get(path).Body.String(), `<a href="/method">How concern is worked out</a>`) {
			t.Errorf("%s doesn’t lead to the method", path)
		}
	}
	got := board.get("/method")
	page := parse(t, got)
	page.sound(t, "/method")
	if body := got.Body.String(); got.Code != http.StatusOK || !strings.Contains(body, "They are not a verdict") || strings.Contains(body, "**") || strings.Contains(body, "](") {
		t.Errorf("the method gave %d", got.Code)
	}
}
