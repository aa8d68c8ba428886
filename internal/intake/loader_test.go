package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"candour/definitions"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/intake/intaketest"
	"candour/internal/org"
)

func TestTheReportHasTheKeysThatScriptsRelyOn(t *testing.T) {
	t.Parallel()
	l, _ := newLoader(t)
	r := loadBytes(t, l, "m.csv", []byte(aeHeader+aeRow+strings.Replace(aeRow, "RAA", "R A", 1)), Options{})
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	sum := r.SHA256
	want := `{"file":"m.csv","sha256":"` + sum + `","source":"ae-monthly","period":"2025-05","status":"partly","accepted":1,"quarantined":1,"unchanged":0,"superseding":0,` +
		`"messages":[{"sheet":"","row":3,"column":"Org Code","found":"\"R A\"","expected":"one organisation code of 3 to 9 letters and digits",` +
		`"advice":"if the row is a total or a note, add it to skip in the source definition; if it is several organisations together, load their own rows instead"}]}`
	if string(text) != want {
		t.Errorf("got  %s\nwant %s", text, want)
	}
	if len(sum) != 64 {
		t.Errorf("hash %q", sum)
	}
	r = loadBytes(t, l, "again.csv", []byte(aeHeader+aeRow), Options{})
	if r.Unchanged != 11 || r.Messages == nil {
		t.Errorf("%+v", r)
	}
}

func TestTheSameBytesAreKnownAndTheSamePeriodRevisedSupersedes(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	loadBytes(t, l, "a.csv", []byte(aeHeader+aeRow), Options{})
	if r := loadBytes(t, l, "copy of a.csv", []byte(aeHeader+aeRow), Options{}); r.Status != delivery.Known || r.Period != "2025-05" || r.Accepted != 0 {
		t.Errorf("%+v", r)
	}
	r := loadBytes(t, l, "a-revised.csv", []byte(aeHeader+strings.Replace(aeRow, ",9,", ",11,", 1)), Options{})
	if r.Superseding != 1 || r.Unchanged != 10 {
		t.Errorf("%+v", r)
	}
	if v := m.Values[intaketest.Key{Indicator: "ae-12h-dta", Org: "RAA", Period: month("2025-05")}]; len(v) != 2 || !near(v[0].Numerator, 9) || !near(v[1].Numerator, 11) {
		t.Errorf("both vintages must stay: %+v", v)
	}
}

func TestADryRunKeepsNothing(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	r := loadBytes(t, l, "a.csv", []byte(aeHeader+aeRow), Options{Dry: true})
	if r.Status != delivery.Tried || r.Accepted != 1 || r.Delivery.New != 11 || len(r.SHA256) != 64 {
		t.Errorf("%+v", r)
	}
	if r = loadBytes(t, l, "b.csv", []byte("x,y\n1,2\n"), Options{Dry: true}); r.Status != delivery.Quarantined || len(r.Messages) != 1 {
		t.Errorf("%+v", r)
	}
	if len(m.Archived)+len(m.Deliveries)+len(m.Values)+len(m.Refusals) > 0 {
		t.Error("a dry run left something behind")
	}
}

func TestAnArchiveOfSeveralFilesIsTakenApart(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	text := zipOf(t, "in/b-revised.csv", aeHeader+strings.Replace(aeRow, ",9,", ",11,", 1), "../in/b.csv", aeHeader+aeRow, "__MACOSX/._b.csv", "junk",
		"in/book.xlsx", string(xlsxOf(t, map[string][][]any{"S": {{"x"}}})), "inner.zip", string(zipOf(t, "c.csv", "x", "d.csv", "y")))
	reports, err := l.LoadFile(context.Background(), "all.zip", bytes.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range reports {
		got = append(got, r.File+" "+string(r.Status))
	}
	want := []string{"all.zip/in/b.csv accepted", "all.zip/in/b-revised.csv accepted", "all.zip/in/book.xlsx quarantined", "all.zip/inner.zip quarantined"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if v := m.Values[intaketest.Key{Indicator: "ae-12h-dta", Org: "RAA", Period: month("2025-05")}]; len(v) != 2 || !near(v[1].Numerator, 11) {
		t.Errorf("%+v", v)
	}
	if code := reports[3].Messages[0].Code; code != CodeNested {
		t.Errorf("the archive in the archive: %s", code)
	}
}

func TestTheNameOfAFileDoesNotSayWhatItIs(t *testing.T) {
	t.Parallel()
	book := xlsxOf(t, map[string][][]any{"Tidy": {{"organisation", "indicator", "period", "numerator"}, {"RAA", "mrsa", "2025-05", 2}}})
	for name, text := range map[string][]byte{
		"Monthly.xlsx": []byte(aeHeader + aeRow), "Monthly.zip": []byte(aeHeader + aeRow), "Monthly": []byte(aeHeader + aeRow), "book.csv": book, "book.zip": book,
	} {
		l, m := newLoader(t)
		if r := loadBytes(t, l, name, text, Options{}); r.Status != delivery.Accepted || r.Accepted != 1 || len(m.Values) == 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestAnArchiveOfOneFileIsThatFile(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	text := zipOf(t, "long name.csv", aeHeader+aeRow)
	r := loadBytes(t, l, "one.zip", text, Options{})
	if r.Status != delivery.Accepted || r.File != "one.zip" || m.Archived[r.SHA256] == nil || !bytes.Equal(m.Archived[r.SHA256], text) {
		t.Errorf("%+v", r)
	}
	book := zipOf(t, "q.xlsx", string(xlsxOf(t, map[string][][]any{"S": {{"organisation", "indicator", "period", "value"}, {"RAA", "falls", "2025-05", 3}}})))
	if r = loadBytes(t, l, "book.zip", book, Options{}); r.Status != delivery.Accepted || r.File != "book.zip/q.xlsx" || r.Source != "candour-tidy" {
		t.Errorf("%+v", r)
	}
}

func TestReparseGivesTheIdenticalItems(t *testing.T) {
	t.Parallel()
	for name, text := range map[string][]byte{
		"m.csv":                 []byte(aeHeader + aeRow + strings.Replace(aeRow, "RAA", "R A", 1)),
		"one.zip":               zipOf(t, "x.csv", aeHeader+aeRow),
		"shmi-2012-january.csv": []byte("PROVIDER,PROVIDER_NAME,DENOMINATOR,OBSERVED,EXPECTED,VALUE,OD_BANDING\nRA2,R,1,10,11.5,0.8696,2\n"),
	} {
		l, m := newLoader(t)
		r := loadBytes(t, l, name, text, Options{})
		var first, second []delivery.Item
		found, err := l.Sources.Recognise(context.Background(), File{name, int64(len(text)), bytes.NewReader(text)}, Said{}, DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		for item, err := range found.Parse(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			first = append(first, item)
		}
		for item, err := range Reparse(context.Background(), r.Delivery, bytes.NewReader(m.Archived[r.SHA256])) {
			if err != nil {
				t.Fatal(err)
			}
			second = append(second, item)
		}
		if len(first) == 0 || !reflect.DeepEqual(first, second) {
			t.Errorf("%s: %d items, then %d; they differ", name, len(first), len(second))
		}
		damaged := r.Delivery
		damaged.Version = "000000000000"
		for _, err := range Reparse(context.Background(), damaged, bytes.NewReader(text)) {
			if err == nil {
				t.Error("a delivery whose definition is not the one it names must not be read")
			}
		}
	}
}

func TestASourceOfAKnownShapeNeedsNoGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "sources"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sources", "stroke.yaml"), []byte(goodSource), 0o600); err != nil {
		t.Fatal(err)
	}
	sources, err := LoadSources(definitions.Files, os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	l, m := newLoader(t)
	l.Sources = sources
	r := loadBytes(t, l, "q.csv", []byte("Stroke audit 2025\n\nTrust;Quarter;Scanned within 1 hour;Strokes\nRAA;30 June 2025;45;50\nRBB;30 June 2025;*;12\n"), Options{})
	if r.Status != delivery.Accepted || r.Source != "stroke" || r.Period != "2025-Q2" {
		t.Fatalf("%+v", r)
	}
	wantValue(t, m, "stroke-scan", "RAA", "2025-Q2", 45, 50, "4")
	wantPresence(t, m, "stroke-scan", "RBB", "2025-Q2", indicator.Suppressed)
}

func TestTwoSourcesThatFitAlikeAreForAPersonToDecide(t *testing.T) {
	t.Parallel()
	twin := strings.Replace(goodSource, "id: stroke\n", "id: twin\n", 1)
	sources, err := LoadSources(fstest.MapFS{"sources/stroke.yaml": {Data: []byte(goodSource)}, "sources/twin.yaml": {Data: []byte(twin)}})
	if err != nil {
		t.Fatal(err)
	}
	l, _ := newLoader(t)
	l.Sources = sources
	text := []byte("Trust,Quarter,Scanned within 1 hour,Strokes\nRAA,30 June 2025,45,50\n")
	r := loadBytes(t, l, "q.csv", text, Options{})
	if r.Status != delivery.Waiting || r.Messages[0].Code != CodeAmbiguous {
		t.Fatalf("%+v", r)
	}
	if r = loadBytes(t, l, "q.csv", text, Options{Source: "twin"}); r.Status != delivery.Accepted || r.Source != "twin" {
		t.Errorf("%+v", r)
	}
	if r = loadBytes(t, l, "r.csv", text, Options{Source: "nobody"}); r.Status != delivery.Waiting || !strings.Contains(r.Messages[0].Expected, "stroke, twin") {
		t.Errorf("%+v", r)
	}
}

func TestAnyIndicatorComesInTidy(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	r := loadBytes(t, l, "t.csv", []byte(`organisation,indicator,period,numerator,denominator,value,note
RAA,falls,2025-05,12,9000,,
RAA,never-events,2025-05,0,,,
RAA,staff-engagement,2024,,,3.9,provisional
RAA,shmi,R12-2025-03,900,850.5,,
RBB,falls,2025-05,*,9000,,
RBB,never-events,2025-05,not submitted,,,
RBB,staff-engagement,2024,,,x,
RBB,Falls?,2025-05,1,,,
RBB,falls,May,1,2,,
RBB,fft-positive,2025-05,,,,
`), Options{})
	if r.Status != delivery.Partly || r.Accepted != 8 || r.Quarantined != 2 {
		t.Fatalf("%+v", r)
	}
	wantValue(t, m, "falls", "RAA", "2025-05", 12, 9000, "2")
	wantValue(t, m, "never-events", "RAA", "2025-05", 0, 0, "3")
	wantValue(t, m, "shmi", "RAA", "R12-2025-03", 900, 850.5, "5")
	if s, _ := newest(m, "staff-engagement", "RAA", "2024"); !near(s.Value, 3.9) || s.Note != "provisional" {
		t.Errorf("%+v", s)
	}
	wantPresence(t, m, "falls", "RBB", "2025-05", indicator.Suppressed)
	wantPresence(t, m, "never-events", "RBB", "2025-05", indicator.NotSubmitted)
	wantPresence(t, m, "staff-engagement", "RBB", "2024", indicator.NotApplicable)
	wantPresence(t, m, "fft-positive", "RBB", "2025-05", indicator.Missing)
}

func TestAQualityReturnIsReadWithTheColumnsThatItHas(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	r := loadBytes(t, l, "return.csv", []byte("Provider Code,Provider Name,Month,Occupied bed days,Falls with harm,Complaints received,Complaints acknowledged in 3 working days,Never events\n"+
		"RAA,Alpha,May 2025,9000,4,12,11,0\nRBB,Beta,May 2025,n/a,n/a,3,*,-\nTotal,,May 2025,9000,4,15,11,0\n"), Options{})
	if r.Status != delivery.Accepted || r.Source != "quality-return" || r.Accepted != 2 {
		t.Fatalf("%+v", r)
	}
	wantValue(t, m, "falls-with-harm", "RAA", "2025-05", 4, 9000, "2")
	wantValue(t, m, "complaints-acknowledged", "RAA", "2025-05", 11, 12, "2")
	wantPresence(t, m, "falls-with-harm", "RBB", "2025-05", indicator.NotApplicable)
	wantPresence(t, m, "complaints-acknowledged", "RBB", "2025-05", indicator.Suppressed)
	wantPresence(t, m, "never-events", "RBB", "2025-05", indicator.NotSubmitted)
	if _, ok := newest(m, "staff-sickness", "RAA", "2025-05"); ok {
		t.Error("a figure whose columns are not in the file is not given at all")
	}
}

func TestSuccessionsComeInByFile(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	r := loadBytes(t, l, "s.csv", []byte("predecessor,successor,date,share\nRGC,R1H,2012-04-01,\nRNH,R1H,2012-04-01,\nRNJ,R1H,2012-04-01,\n5QT,R1F,2012-04-01,1\nRJD,RJE,2014-11-01,0.6\nRJD,RL4,2014-11-01,0.4\nRXX,RYY,soon,\nRXX,RYY,,\nRXX,RYY,2014-11-01,60\n"), Options{})
	if r.Status != delivery.Partly || r.Accepted != 6 || r.Quarantined != 3 {
		t.Fatalf("%+v", r)
	}
	s := org.NewSuccessions(m.Successions)
	if p := s.Predecessors("R1H", received); len(p) != 3 {
		t.Errorf("Barts has %d predecessors, want 3", len(p))
	}
	if now := s.Current("RJD", received); len(now) != 2 || now[0].Unsaid || !near(now[0].Share+now[1].Share, 1) {
		t.Errorf("%+v", now)
	}
	if now := s.Current("5QT", received); len(now) != 1 || now[0].Code != "R1F" {
		t.Errorf("%+v", now)
	}
}

func TestOrganisationsOfOnesOwnComeInByFile(t *testing.T) {
	t.Parallel()
	l, m := newLoader(t)
	r := loadBytes(t, l, "o.csv", []byte("code,name,role,parent,beds,opened\nRAA01,Alpha  Hospital,site,RAA,,2001-04-01\nVAB12,Rose House,Care home,,24,\nRZZ,Zed,wizardry,,,1/13/2020\n"), Options{})
	if r.Status != delivery.Partly || r.Quarantined != 1 {
		t.Fatalf("%+v", r)
	}
	if o := m.Organisations["RAA01"]; o.Role != org.Site || o.Parent != "RAA" || o.Name != "Alpha Hospital" || o.OpenFrom.Year() != 2001 {
		t.Errorf("%+v", o)
	}
	if o := m.Organisations["VAB12"]; o.Role != org.CareHome || o.Beds != 24 {
		t.Errorf("%+v", o)
	}
	if o := m.Organisations["RZZ"]; o.Role != org.Unknown {
		t.Errorf("%+v", o)
	}
}

func TestAWatchedFolderWaitsUntilAFileIsWhole(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := filepath.Join(dir, "m.csv")
	write := func(text string, age time.Duration) {
		t.Helper()
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		at := received.Add(age)
		if err := os.Chtimes(p, at, at); err != nil {
			t.Fatal(err)
		}
	}
	l, m := newLoader(t)
	var told []string
	seen := map[string]settled{}
	look := func() {
		l.look(context.Background(), dir, seen, Options{Via: "folder"}, func(r Report, err error) {
			told = append(told, fmt.Sprint(r.File, " ", r.Status, " ", err))
		})
	}
	write(aeHeader, 0)
	look()
	write(aeHeader+aeRow, time.Second) // still being copied
	look()
	if len(told) > 0 {
		t.Fatalf("loaded too early: %v", told)
	}
	look()
	look()
	if want := []string{"m.csv accepted <nil>"}; !reflect.DeepEqual(told, want) {
		t.Fatalf("got %v, want %v", told, want)
	}
	write(aeHeader+strings.Replace(aeRow, ",9,", ",12,", 1), 2*time.Second)
	look()
	look()
	if len(told) != 2 || len(m.Deliveries) != 2 || m.Deliveries[1].Superseding != 1 {
		t.Errorf("a file that changed is loaded again: %v, %+v", told, m.Deliveries)
	}
	ctx, stop := context.WithCancel(context.Background())
	ticks, done := make(chan time.Time), make(chan struct{})
	go func() {
		l.WatchFolder(ctx, filepath.Join(dir, "absent"), ticks, Options{}, func(_ Report, err error) { told = append(told, fmt.Sprint(err != nil)) })
		close(done)
	}()
	ticks <- received
	stop()
	<-done
	if len(told) != 3 || told[2] != "true" {
		t.Errorf("a folder that is gone must be said: %v", told)
	}
}

func TestWhatIsNotThereIsSaidAndTheRestGoesOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "m.csv"), []byte(aeHeader+aeRow), 0o600); err != nil {
		t.Fatal(err)
	}
	l, _ := newLoader(t)
	var got []string
	for r, err := range l.LoadPaths(context.Background(), []string{filepath.Join(dir, "nothing"), dir}, Options{}) {
		got = append(got, fmt.Sprint(r.Status, " ", err != nil))
	}
	if want := []string{"unread true", "accepted false"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
