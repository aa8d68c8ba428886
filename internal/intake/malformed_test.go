package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"candour/internal/delivery"
	"candour/internal/intake/biff/bifftest"
)

// zipOf is an archive with the members given, in order: name, content, ….
func zipOf(t testing.TB, parts ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := zip.NewWriter(&buf)
	for i := 0; i < len(parts); i += 2 {
		f, err := w.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, parts[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// encryptedZip sets the flag of encryption in both headers of the one member.
func encryptedZip(t testing.TB) []byte {
	b := zipOf(t, "a.csv", "a,b\n1,2\n")
	b[6] |= 1
	i := bytes.Index(b, []byte("PK\x01\x02"))
	b[i+8] |= 1
	return b
}

func xlsxOf(t testing.TB, sheets map[string][][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for name, rows := range sheets {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, r := range rows {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &r); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := f.Write(&buf); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

const aeHeader = "Period,Org Code,Parent Org,Org name,A&E attendances Type 1,A&E attendances Type 2,A&E attendances Other A&E Department," +
	"A&E attendances Booked Appointments Type 1,A&E attendances Booked Appointments Type 2,A&E attendances Booked Appointments Other Department," +
	"Attendances over 4hrs Type 1,Attendances over 4hrs Type 2,Attendances over 4hrs Other Department,Attendances over 4hrs Booked Appointments Type 1," +
	"Attendances over 4hrs Booked Appointments Type 2,Attendances over 4hrs Booked Appointments Other Department,Patients who have waited 4-12 hs from DTA to admission," +
	"Patients who have waited 12+ hrs from DTA to admission,Emergency admissions via A&E - Type 1,Emergency admissions via A&E - Type 2,Emergency admissions via A&E - Other A&E department,Other emergency admissions\r\n"

const aeRow = "MSitAE-MAY-2025,RAA,NHS ENGLAND LONDON,ALPHA,1000,0,200,50,0,10,300,0,5,10,0,0,60,9,250,0,1,80\r\n"

func TestEachMalformedFileGetsAnExactMessageAndStays(t *testing.T) {
	t.Parallel()
	encryptedBook := bifftest.Compound(bifftest.Stream{Name: "EncryptionInfo"}, bifftest.Stream{Name: "EncryptedPackage"})
	noise := make([]byte, 4096)
	for i, r := 0, rand.New(rand.NewPCG(1, 2)); i < len(noise); i++ {
		noise[i] = byte(r.Uint32())
	}
	whole := zipOf(t, "Monthly.csv", aeHeader+strings.Repeat(aeRow, 2000))
	cut := bytes.Clone(whole)
	cut[len(cut)/3] ^= 0xFF
	for _, c := range []struct {
		name, file string
		text       []byte
		code       string
		says       string // part of found, expected or advice
	}{
		{"an empty file", "a.csv", nil, CodeEmpty, "empty"},
		{"a PDF", "a.csv", []byte("%PDF-1.7 ..."), CodeUnknown, "PDF"},
		{"a web page saved as CSV", "Monthly-AE.csv", []byte("\n<!DOCTYPE html><html>"), CodeUnknown, "web page"},
		{"JSON", "a.csv", []byte(`{"a": 1}`), CodeUnknown, "JSON"},
		{"noise", "a.csv", append([]byte{1, 0}, noise...), CodeBinary, "NUL byte at position"},
		{"UTF-16", "a.csv", []byte("\xff\xfeP\x00e\x00"), CodeEncoding, "UTF-16"},
		{"an encrypted archive", "a.zip", encryptedZip(t), CodeEncrypted, "password"},
		{"an encrypted workbook", "a.xlsx", encryptedBook, CodeEncrypted, "password"},
		{"an encrypted spreadsheet", "a.ods", zipOf(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "x", "META-INF/manifest.xml", "<manifest:encryption-data/>"), CodeEncrypted, "password"},
		{"a workbook with macros", "a.xlsm", zipOf(t, "xl/workbook.xml", "<x/>", "xl/vbaProject.bin", "x"), CodeMacros, "macros"},
		{"an old workbook with macros", "a.xls", bifftest.Compound(bifftest.Stream{Name: "Workbook"}, bifftest.Stream{Name: "_VBA_PROJECT_CUR"}), CodeMacros, "macros"},
		{"a binary workbook", "a.xlsb", zipOf(t, "xl/workbook.bin", "x"), CodeUnreadable, ".xlsb"},
		{"a letter", "a.doc", bifftest.Compound(bifftest.Stream{Name: "WordDocument"}), CodeUnknown, "not a workbook"},
		{"an archive of nothing", "a.zip", zipOf(t), CodeEmpty, "nothing in it"},
		{"an archive cut off", "a.zip", whole[:len(whole)/2], CodeCorrupt, "cut off"},
		{"an archive changed on the way", "a.zip", cut, CodeCorrupt, "changed on the way"},
		{"a bomb", "a.zip", zipOf(t, "a.csv", strings.Repeat("0", 8<<20)), CodeBomb, "grows"},
		{"a workbook that is a shell", "a.xlsx", zipOf(t, "xl/workbook.xml", "<x/>"), CodeCorrupt, "save it again"},
		{"a spreadsheet of broken XML", "a.ods", zipOf(t, "content.xml", "<a><b>"), CodeCorrupt, "inconsistent"},
		{"a table of nobody's", "a.csv", []byte("fruit,colour\napple,red\n"), CodeUnknown, "docs/add-a-source.md"},
		{"a header and nothing else", "a.csv", []byte(aeHeader), CodeEmpty, "no rows"},
		{"a quote that is never closed, in the header", "a.csv", []byte("\"Period,Org Code\n"), CodeQuote, "closed"},
	} {
		l, m := newLoader(t)
		r := loadBytes(t, l, c.file, c.text, Options{})
		if len(r.Messages) == 0 || (r.Status != delivery.Quarantined && r.Status != delivery.Waiting) {
			t.Errorf("%s: %+v", c.name, r)
			continue
		}
		got := r.Messages[0]
		if got.Code != c.code || !strings.Contains(got.Found+got.Expected+got.Advice, c.says) || got.Found == "" || got.Expected == "" || got.Advice == "" {
			t.Errorf("%s: %s %+v, want %s and %q", c.name, got.Code, got, c.code, c.says)
		}
		if m.Archived[r.SHA256] == nil && r.SHA256 != "" && len(c.text) > 0 || len(m.Values) > 0 || len(m.Refusals) == 0 || len(m.Deliveries) != 1 {
			t.Errorf("%s: a file in quarantine must be kept whole, with its reasons, and give no value", c.name)
		}
	}
}

func TestALostColumnIsNamedWithItsNearestNeighbour(t *testing.T) {
	t.Parallel()
	l, _ := newLoader(t)
	text := strings.Replace(aeHeader, "Attendances over 4hrs Type 1", "Attendances over four hours Type 1", 1) + aeRow
	r := loadBytes(t, l, "Monthly-AE-May-2025.csv", []byte(text), Options{})
	if r.Status != delivery.Quarantined || r.Source != "ae-monthly" || len(r.Messages) != 1 {
		t.Fatalf("%+v", r)
	}
	got := r.Messages[0]
	if got.Code != CodeHeader || got.Row != 1 || got.Column != "Attendances over 4hrs Type 1" || !strings.Contains(got.Found, `"Attendances over four hours Type 1"`) {
		t.Errorf("%+v", got)
	}
}

func TestACorrectedDefinitionReleasesAFileFromQuarantine(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	text := strings.Replace(aeHeader, "Attendances over 4hrs Type 1", "Attendances over four hours Type 1", 1) + aeRow
	r := loadBytes(t, l, "Monthly-AE-May-2025.csv", []byte(text), Options{})
	mapping := bytes.Replace(sourcesOf(t).Get("ae-monthly").Text, []byte("t1_over: Attendances over 4hrs Type 1"), []byte("t1_over: [Attendances over 4hrs Type 1, Attendances over four hours Type 1]"), 1)
	released, err := l.Release(context.Background(), r.Delivery, Correction{Mapping: mapping, By: "analyst"})
	if err != nil || released.Status != delivery.Accepted || released.Accepted != 1 || released.Period != "2025-05" {
		t.Fatalf("%+v, %v", released, err)
	}
	wantValue(t, m, "ae-4h-type1", "RAA", "2025-05", 1050-310, 1050, "2")
	if !bytes.Equal(released.Delivery.Mapping, mapping) {
		t.Error("the corrected definition must be kept with the delivery")
	}
	if _, err := l.Release(context.Background(), r.Delivery, Correction{Mapping: []byte("id: x")}); err == nil {
		t.Error("a bad definition must not be used")
	}
}

func TestBadRowsAreRefusedOneByOneAndTheOthersTaken(t *testing.T) {
	t.Parallel()
	row := func(edit ...string) string {
		s := aeRow
		for i := 0; i < len(edit); i += 2 {
			s = strings.Replace(s, edit[i], edit[i+1], 1)
		}
		return s
	}
	l, m := newLoader(t)
	text := aeHeader + aeRow + // 2
		row("RAA", "RBB", "1000", "1,000 or so") + // 3: shifted by an unquoted comma
		row("RAA", "RCC", ",1000,", ",12a,") + // 4
		row("RAA", "R C") + // 5
		row("RAA", "RDD", "MAY", "JUNE") + // 6
		row("RAA", "REE", ",300,", ",3000,") + // 7: more breaches than attendances
		row("RAA,", "RFF\x00,") + // 8
		row("RAA", "RGG", ",200,", `,"1,200",`) + // 9: good
		row("ALPHA", "BETA", ",1000,", ",1001,") + // 10: RAA again, otherwise
		"MSitAE-MAY-2025,RHH,short\r\n" // 11
	r := loadBytes(t, l, "x.csv", []byte(text), Options{})
	if r.Status != delivery.Partly {
		t.Fatalf("%+v", r)
	}
	type want struct {
		row  int
		code string
	}
	var got []want
	for _, msg := range r.Messages {
		if w := (want{msg.Row, msg.Code}); len(got) == 0 || got[len(got)-1] != w {
			got = append(got, w)
		}
	}
	wants := []want{{3, CodeMisshapen}, {4, CodeNumber}, {5, CodeOrganisation}, {6, CodePeriod}, {7, CodeNumber}, {8, CodeNUL}, {10, CodeDuplicate}, {11, CodeMisshapen}}
	if fmt.Sprint(got) != fmt.Sprint(wants) {
		t.Errorf("got %v\nwant %v\n%+v", got, wants, r.Messages)
	}
	wantValue(t, m, "ae-attendances-all", "RGG", "2025-05", 1050+1200+10, 0, "9")
	wantValue(t, m, "ae-12h-dta", "RCC", "2025-05", 9, 0, "4") // one bad cell costs its own measures only
	if _, ok := newest(m, "ae-attendances-type1", "RCC", "2025-05"); ok {
		t.Error("a measure with a bad cell must give nothing")
	}
	if n := len(slices.DeleteFunc(slices.Clone(r.Messages), func(m Message) bool { return m.Row != 4 })); n != 1 {
		t.Errorf("one bad cell, which several measures read, is told %d times", n)
	}
	for _, msg := range r.Messages {
		if msg.Row == 4 && (msg.Column != "A&E attendances Type 1" || !strings.Contains(msg.Found, "12a")) {
			t.Errorf("%+v", msg)
		}
	}
}

// endless is a file of n bytes of one letter, that nobody holds in memory.
type endless struct{ n int64 }

func (e endless) ReadAt(p []byte, at int64) (int, error) {
	if at >= e.n {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), e.n-at))
	for i := range p[:n] {
		p[i] = 'x'
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func TestALineOfAGigabyteIsRefusedWithoutBeingHeld(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a gigabyte")
	}
	f := File{"long.csv", 1_000_000_000, endless{1_000_000_000}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := sourcesOf(t).Recognise(context.Background(), f, Said{}, DefaultLimits)
	runtime.ReadMemStats(&after)
	var why *Unrecognised
	if !errors.As(err, &why) || why.Refusals[0].Code != CodeLine || why.Refusals[0].Row != 1 {
		t.Errorf("got %v", err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20 {
		t.Errorf("allocated %d bytes for a line that is refused", used)
	}
	f.Size = DefaultLimits.File + 1
	if _, err := sourcesOf(t).Recognise(context.Background(), f, Said{}, DefaultLimits); !errors.As(err, &why) || why.Refusals[0].Code != CodeTooLarge {
		t.Errorf("an over-large file: %v", err)
	}
}

func TestWhatAnArchiveHidesAboutItsSizeIsFoundOut(t *testing.T) {
	t.Parallel()
	b := zipOf(t, "a.csv", aeHeader+strings.Repeat(aeRow, 500))
	i := bytes.Index(b, []byte("PK\x01\x02"))
	copy(b[i+24:], []byte{100, 0, 0, 0}) // the directory says 100 bytes
	if _, err := itemsOf(t, "a.zip", b); err == nil {
		t.Error("a member that is longer than it says must not be read")
	}
}

func TestNamesOfManagersNeverLeaveTheReader(t *testing.T) {
	t.Parallel()
	header := "Location ID,Location Name,Registered manager,Location telephone number,Primary inspection category,Care homes beds,Location HSCA start date,Location HSCA end date,Provider ID,Location ADASS Region,Location Latest Overall Rating,Publication Date,Location safe rating,Location effective rating,Location caring rating,Location responsive rating,Location well-led rating\n"
	row := "1-1234567,Rose House,\"Doe, Jane\",01234 567890,Residential social care,20,2020-01-01,,1-7654321,London,%s,1/2/2025 12:00:00 AM,Good,Good,Good,Good,Good\n"
	text := header + fmt.Sprintf(row, "Superb") + fmt.Sprintf(row, "Good,extra,cells") + strings.Replace(fmt.Sprintf(row, "Good"), "1-1234567", "?", 1) + strings.Replace(fmt.Sprintf(row, "Good"), "2020-01-01", "soon", 1)
	items, err := itemsOf(t, "Locations.csv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	refusals := 0
	for _, item := range items {
		said := fmt.Sprintf("%+v %+v %+v", item.Refusal, item.Organisation, item.Reading)
		if strings.Contains(said, "Jane") || strings.Contains(said, "567890") {
			t.Errorf("a manager's name or number came out: %s", said)
		}
		if item.Refusal != nil {
			refusals++
		}
	}
	if refusals < 4 {
		t.Errorf("%d refusals, want one for each bad row", refusals)
	}
}

func FuzzRecognise(f *testing.F) {
	f.Add("Monthly-AE-May-2025.csv", []byte(aeHeader+aeRow))
	f.Add("a.zip", zipOf(f, "a.csv", aeHeader+aeRow))
	f.Add("a.ods", zipOf(f, "content.xml", odsText1))
	f.Add("etr.csv", []byte("R1A,A TRUST,Y55,Q77,,,,,,WR4 9RW,20110701,,,,,,,,,,,0,,F\n"))
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		limits := DefaultLimits
		limits.File, limits.Unzipped, limits.Row = 1<<20, 4<<20, 64<<10
		found, err := sourcesOf(t).Recognise(context.Background(), File{name, int64(len(text)), bytes.NewReader(text)}, Said{}, limits)
		if err != nil {
			return
		}
		for range found.Parse(context.Background()) {
		}
	})
}

const odsText1 = `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Hidden" table:display="false"><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>
<table:table table:name="One"><table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
<table:table-row><table:table-cell table:number-columns-repeated="2"/><table:table-cell office:value-type="float" office:value="5.4374"><text:p>5.4</text:p></table:table-cell><table:table-cell table:number-columns-repeated="2"><text:p>a</text:p><text:p>b</text:p><office:annotation><text:p>a note</text:p></office:annotation></table:table-cell><table:table-cell table:number-columns-repeated="1000"/></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>r</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1000"/></table:table-row></table:table>
</office:spreadsheet></office:body></office:document-content>`
