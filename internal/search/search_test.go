package search

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestATextIsARowOfStems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"forms of a word are one", "Discharged discharging discharges", "discharg discharg discharg"},
		{"times and references come apart", "At 23:40, G-2026-412", "at 23 40 g 2026 412"},
		{"an apostrophe joins, either kind", "didn't didn’t the patient’s 'quoted'", "didnt didnt the patient quot"},
		{"accents are taken off", "Café CAFE\u0301 naïve", "cafe cafe naiv"},
		{"digits and letters together stay", "ward 7b B12", "ward 7b b12"},
		{"letters beyond a-z are spelt out", "жена", "x000436zx000435zx00043dzx000430z"},
		{"signs alone are nothing", "!!! — * \" ' -", ""},
	} {
		if got := strings.Join(Stems(c.text), " "); got != c.want {
			t.Errorf("%s: %q, expected %q", c.name, got, c.want)
		}
	}
}

func TestAQueryIsUnderstoodAsTyped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"words", "ward keys", "ward key"},
		{"a phrase", `"ward 7" keys`, `"ward 7" key`},
		{"what is written together", "G-2026-412 23:40", `"g 2026 412" "23 40"`},
		{"a beginning", "discharge* disch*", "discharg* disch*"},
		{"a phrase that goes on", `"sent hom"*`, `"sent hom"*`},
		{"without", `ward -letter -"ward 7"`, `ward -letter -"ward 7"`},
		{"a mark that is not closed", `"ward 7`, `"ward 7"`},
		{"curled marks", `“ward 7”`, `"ward 7"`},
		{"words of an engine's own language are words", `AND OR NOT NEAR(a b) col:x ^y {z} & | ! <->`, `and or not "near a" b "col x" y z`},
		{"a hyphen alone is no exclusion", "- ward", "ward"},
		{"nothing", ` "" * -* `, ""},
	} {
		if got := Parse(c.text).String(); got != c.want {
			t.Errorf("%s: %q is %q, expected %q", c.name, c.text, got, c.want)
		}
	}
	if q := Parse(strings.Repeat("word ", 1000)); len(q.All) > mostTerms {
		t.Errorf("%d terms", len(q.All))
	}
	if !Parse("-only").Empty() || Parse("one").Empty() {
		t.Error("a query is empty when there is nothing to find")
	}
}

func TestAnExcerptShowsWhereMostOfTheQueryStandsAndMarksIt(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("Nothing to say here. ", 40) + "Sent home by taxi without keys. " + strings.Repeat("Nothing further. ", 40)
	got := Parse("taxi key*").Excerpt(long, 120)
	var hits []string
	all := ""
	for _, p := range got {
		if all += p.Text; p.Hit {
			hits = append(hits, p.Text)
		}
	}
	if !reflect.DeepEqual(hits, []string{"taxi", "keys"}) || len(all) > 140 || !strings.HasPrefix(all, "… ") || !strings.HasSuffix(all, " …") {
		t.Errorf("excerpt %q, hits %q", all, hits)
	}
	if got := Parse(`"sent home"`).Mark("Sent home, sent away"); len(got) != 2 || got[0].Text != "Sent home" || !got[0].Hit {
		t.Errorf("a phrase is marked as one: %+v", got)
	}
	if got := Parse("absent").Excerpt(long, 60); len(got) == 0 || !strings.HasPrefix(got[0].Text, "Nothing to say") {
		t.Errorf("nothing found begins at the beginning: %+v", got)
	}
}

func TestPiecesPutTogetherAreTheText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab '’-7é*\"\nжİ\u0301"))).Draw(t, "text")
		q := Parse(rapid.StringOf(rapid.RuneFrom([]rune("ab '-7é*\"ж"))).Draw(t, "query"))
		joined := ""
		for _, p := range q.Mark(text) {
			joined += p.Text
		}
		if joined != text {
			t.Fatalf("pieces %q of %q", joined, text)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`ward "7 b" -x*`, `"`, "*", "-", "“a”b", "\xff\xfe", "G-2026-1", "İ", "'''", "a\x00b"} {
		f.Add(s, "Sent home from ward 7 b")
	}
	f.Fuzz(func(t *testing.T, typed, text string) {
		q := Parse(typed)
		for _, list := range [][]Term{q.All, q.Not} {
			for _, term := range list {
				if len(term.Stems) == 0 {
					t.Fatalf("%q gave a term of nothing", typed)
				}
				for _, s := range term.Stems {
					if s == "" || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
						t.Fatalf("%q gave the stem %q", typed, s)
					}
				}
			}
		}
		whole := ""
		for _, p := range q.Excerpt(text, 40) {
			whole += p.Text
		}
		if utf8.ValidString(text) && !utf8.ValidString(whole) {
			t.Fatalf("the excerpt of %q breaks a letter", text)
		}
		_ = q.Finds(text)
	})
}
