package identifier

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"candour/internal/calendar"
)

var received = calendar.MustDate("2025-04-10")

// found lists the matches as "kind: text", with "?" where it is not certain.
func found(text string) []string {
	var out []string
	for _, m := range Find(text, received) {
		doubt := ""
		if !m.Certain {
			doubt = "?"
		}
		out = append(out, string(m.Kind)+doubt+": "+text[m.Start:m.End])
	}
	return out
}

// The NHS numbers here are of the ranges given out for testing (999 …) or are
// the Data Dictionary's example; telephone numbers are Ofcom's for drama.
func TestWhatIsFound(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		// NHS numbers.
		"NHS number 943 476 5919.":                  "NHS number: 943 476 5919",
		"pt 9434765919, ward 4":                     "NHS number: 9434765919",
		"NHS:9434765919x":                           "NHS number: 9434765919",
		"943-476-5919":                              "NHS number: 943-476-5919",
		"943.476.5919":                              "NHS number: 943.476.5919",
		"943 – 476 – 5919":                          "NHS number: 943 – 476 – 5919",
		"943\u00a0476\u20095919":                    "NHS number: 943\u00a0476\u20095919",
		"943\n476\n5919":                            "NHS number: 943\n476\n5919",
		"94347\u200b65919":                          "NHS number: 94347\u200b65919",
		"９４３ ４７６ ５９１９":                              "NHS number: ９４３ ４７６ ５９１９",
		"٩٤٣٤٧٦٥٩١٩":                                "NHS number: ٩٤٣٤٧٦٥٩١٩",
		"9 4 3 4 7 6 5 9 1 9":                       "NHS number: 9 4 3 4 7 6 5 9 1 9",
		"(943) 476/5919":                            "NHS number: 943) 476/5919",
		"in 2025 943 476 5919 twice 9434765919":     "NHS number: 943 476 5919 | NHS number: 9434765919",
		"943 476 5918":                              "",
		"94347659190":                               "",
		"reference 194347659190":                    "",
		"0000000000":                                "",
		"counts of 94 34 76 59 19 patients":         "",
		"999 000 0018":                              "NHS number: 999 000 0018",
		"4010232137, and her sister's 401 023 2137": "NHS number: 4010232137 | NHS number: 401 023 2137",
		// Dates of birth.
		"DOB 03/04/1950":                              "date of birth: 03/04/1950",
		"d.o.b: 3-4-50":                               "date of birth: 3-4-50",
		"Date of birth was given as 3 Apr 1950":       "date of birth: 3 Apr 1950",
		"born on the 3rd of April 2025":               "date of birth: 3rd of April 2025",
		"born on 1st Sept. '62":                       "date of birth: 1st Sept. '62",
		"DoB: 03041950":                               "date of birth: 03041950",
		"dob 03 04 1950":                              "date of birth: 03 04 1950",
		"DOB3/4/50 and v3/4/50":                       "date of birth: 3/4/50",
		"dob 19500403":                                "date of birth: 19500403",
		"Mrs S (3/4/1950, DOB) fell":                  "date of birth: 3/4/1950",
		"1950-04-03 is her date of birth":             "date of birth: 1950-04-03",
		"Mrs S, 03/04/1950, fell":                     "date of birth?: 03/04/1950",
		"Mrs S, 13.04.50, fell":                       "date of birth?: 13.04.50",
		"Mrs S, April 3rd, 1950, fell":                "date of birth?: April 3rd, 1950",
		"fell on 03/04/2025 at 10:30":                 "",
		"fell on 3 March 2025, seen again 2 May 2026": "",
		"fell on 13/04/24 and on 01-02-2025 10:30":    "",
		"an appointment on 12/05/25":                  "",
		"32/13/1950 is no date":                       "",
		"29/02/1951 is none either":                   "",
		"version 1.2.3 of 4/5":                        "",
		"since 1950 the ward has had 12 beds":         "",
		// Postcodes.
		"lives at SW1A 1AA":                 "postcode: SW1A 1AA",
		"lives at st16 3sa.":                "postcode: st16 3sa",
		"M11AE or b33 8TH":                  "postcode: M11AE | postcode: b33 8TH",
		"CR2  6XH, DN55 1PT, EC1A\u00a01BB": "postcode: CR2  6XH | postcode: DN55 1PT | postcode: EC1A\u00a01BB",
		"ward B2 2nd floor, bay E1 1st bed": "",
		"ward A1 1AA, form QQ1 1AA, SW1A":   "",
		"code X09 1CC":                      "",
		// Telephone numbers.
		"ring 01632 960123":                   "telephone number: 01632 960123",
		"ring (01632) 960 123 today":          "telephone number: (01632) 960 123",
		"mob 07700900123, or +44 7700 900123": "telephone number: 07700900123 | telephone number: +44 7700 900123",
		"+44 (0)20 7946 0018":                 "telephone number: +44 (0)20 7946 0018",
		"0044 20 7946 0018":                   "telephone number: 0044 20 7946 0018",
		"10 0161-496-0018":                    "telephone number: 0161-496-0018",
		"from abroad +33 1 99 00 12 34":       "telephone number: +33 1 99 00 12 34",
		"call 111 or 999, ext 4321":           "",
		"order 077009001234567":               "",
		// E-mail addresses.
		"write to jane.o'neill+x@nhs.example.org.": "e-mail address: jane.o'neill+x@nhs.example.org",
		"jürgen@müller.example and a@b":            "e-mail address: jürgen@müller.example",
		"seen @ 10.30 on ward 4":                   "",
		"9434765919@nhs.example.net":               "e-mail address: 9434765919@nhs.example.net",
		// Together, and nothing at all.
		"Jane, DOB 3/4/50, NHS 943 476 5919, SW1A 1AA, 01632 960123": "date of birth: 3/4/50 | NHS number: 943 476 5919 | postcode: SW1A 1AA | telephone number: 01632 960123",
		"":            "",
		"\xff\xfe 12": "",
	} {
		if got := strings.Join(found(text), " | "); got != want {
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestWithoutADayOfReceiptOnlyNamedDatesAreFound(t *testing.T) {
	t.Parallel()
	if m := Find("seen 3/4/1950, DOB 4/5/1951", 0); len(m) != 1 || !m[0].Certain {
		t.Errorf("found %+v", m)
	}
}

func TestTheCheckDigitOfAnNHSNumber(t *testing.T) {
	t.Parallel()
	for digits, want := range map[string]bool{
		"9434765919": true, "9434765918": false, "943476591": false, "94347659190": false, "943476591X": false,
		"4010232137": true, "9990000018": true, "0000000000": false, "": false,
	} {
		if ValidNHSNumber(digits) != want {
			t.Errorf("%q is valid: %v", digits, !want)
		}
	}
	// The weights make every single changed digit and nearly every swap visible.
	rapid.Check(t, func(t *rapid.T) {
		number := nhsNumber().Draw(t, "number")
		i := rapid.IntRange(0, 9).Draw(t, "digit")
		changed := []byte(number)
		changed[i] = '0' + (changed[i]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if ValidNHSNumber(string(changed)) {
			t.Fatalf("%s changed to %s is still valid", number, changed)
		}
	})
}

// nhsNumber draws a number by the definition, apart from the code under test.
func nhsNumber() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		for {
			first := rapid.StringMatching(`[3-9][0-9]{8}`).Draw(t, "nine digits")
			for check := range 10 {
				sum := check
				for i, c := range first {
					sum += int(c-'0') * (10 - i)
				}
				if sum%11 == 0 {
					return first + fmt.Sprint(check)
				}
			}
		}
	})
}

func TestAnNHSNumberIsFoundHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	separator := rapid.SampledFrom([]string{"", " ", "-", "–", "\u00a0", "\u2009", " - ", ".", "\u200b", "\u00ad", "\n", "/"})
	word := rapid.SampledFrom([]string{"", "patient ", "NHS no: ", "(", "ward 4, ", "x", "é"})
	rapid.Check(t, func(t *rapid.T) {
		n := nhsNumber().Draw(t, "number")
		a, b := separator.Draw(t, "first separator"), separator.Draw(t, "second separator")
		written := n[:3] + a + n[3:6] + b + n[6:]
		text := word.Draw(t, "before") + written + rapid.SampledFrom([]string{"", ".", " fell", ")", "y"}).Draw(t, "after")
		clean, removed := RedactAll(text, received)
		if removed[NHSNumber]+removed[Telephone] == 0 || strings.Contains(clean, n[6:]) {
			t.Fatalf("%q is left as %q", text, clean)
		}
	})
}

func TestRedactingLeavesTheRest(t *testing.T) {
	t.Parallel()
	text := "Jane, DOB 3/4/50 (943 476 5919), fell on 3/4/2025."
	want := "Jane, DOB [date of birth removed] ([NHS number removed]), fell on 3/4/2025."
	if got := Redact(text, Find(text, received)); got != want {
		t.Errorf("got %q", got)
	}
	if got, removed := RedactAll(text, received); got != want || removed[NHSNumber] != 1 || removed[DateOfBirth] != 1 {
		t.Errorf("got %q, %v", got, removed)
	}
	if got := Redact("abc", []Match{{Email, 1, 2, true}, {Email, 1, 3, true}, {Email, 2, 9, true}, {Email, 2, 1, true}}); got != "a[e-mail address removed]c" {
		t.Errorf("bad matches: %q", got)
	}
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{
		"Jane, DOB 3/4/50, NHS 943 476 5919, SW1A 1AA, 01632 960123, a@b.example", "٩٤٣٤٧٦٥٩١٩\u200b", "+44 (0)20 7946 0018", "1-1-50", "\xff3/4/1950",
		"born 3 Sept '62 dob", "0 1 2 3 4 5 6 7 8 9 0 1", "Ⅻ @ é.é", "9434765919 9434765919@x.y 01/02/03/04",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, m := range Find(text, received) {
			if m.Start < at || m.End <= m.Start || m.End > len(text) || m.Kind == "" {
				t.Fatalf("%q: match %+v after %d", text, m, at)
			}
			if utf8.ValidString(text) && (!utf8.ValidString(text[:m.Start]) || !utf8.ValidString(text[m.Start:m.End])) {
				t.Fatalf("%q: match %+v cuts a character", text, m)
			}
			at = m.End
		}
		clean, _ := RedactAll(text, received)
		if left := Find(clean, received); len(left) > 0 {
			t.Fatalf("%q is left as %q with %+v", text, clean, left)
		}
	})
}

// TestRealCommentsRaiseFewAlarms reads patients' comments which their publisher
// has cleared of identifiers. What is found in them is an alarm for nothing or
// a number of a service.
func TestRealCommentsRaiseFewAlarms(t *testing.T) {
	t.Parallel()
	total, alarms := 0, map[Kind]int{}
	count := 0
	written := calendar.MustDate("2021-12-31") // the later file is of autumn 2021
	for file, column := range map[string]string{"phase_1_text_data.csv": "feedback", "v6framework_230831.csv": "FFT answer"} {
		path := filepath.Join("..", "..", "..", "shared", "data", "public", "patient_comments", file)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Skipf("the public comments are not here: %v", err)
		}
		reader := csv.NewReader(strings.NewReader(string(text)))
		reader.LazyQuotes, reader.FieldsPerRecord = true, -1
		rows, err := reader.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		at := slices.Index(rows[0], column)
		if at < 0 {
			t.Fatalf("%s has no column %q", file, column)
		}
		for _, row := range rows[1:] {
			total++
			for _, m := range Find(row[at], written) {
				alarms[m.Kind]++
				count++
			}
		}
	}
	t.Logf("%d comments, %d alarms: %v", total, count, alarms)
	if total < 15_000 || count*1000 > total {
		t.Errorf("%d alarms in %d comments: more than one in a thousand", count, total)
	}
}

func BenchmarkFind(b *testing.B) {
	text := strings.Repeat("The patient was moved to ward 12 at 10:30 on 3 March 2025 and nobody told her daughter, who rang twice. ", 20) + "NHS 943 476 5919"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if len(Find(text, received)) != 1 {
			b.Fatal("not found")
		}
	}
}
