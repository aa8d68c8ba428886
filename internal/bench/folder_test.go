package bench

import (
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"candour/internal/concern"
	"candour/internal/fault"
)

// small is an economy of two providers and three streams in the documented form.
func small() map[string]string {
	return map[string]string{
		fileEconomy:      "key,value\nname,small\nmonths,30\nstartup,12\n",
		fileProviders:    "provider,size\nA,1\nB,0.8\n",
		fileStreams:      "stream,name,kind,family,channel,severity\ndeaths,Deaths,count,mortality,,\nshare,Share,proportion,experience,,\nvacant,Vacancies,continuous,workforce,,\nseen,Visits,visit,visits,,\ng1,GPs,reports,gp,gp,ordinary\ng2,GPs severe,reports,gp,gp,severe\nc1,Complaints,reports,complaints,complaints-care,\nc2,Severe ones,reports,complaints,complaints-care,severe\ni1,Harm,reports,incidents,incidents-harm,ordinary\n",
		fileObservations: "provider,stream,month,available,value,denominator,provisional\nA,deaths,0,2,5,4.5,0\nA,share,2,4,3,10,\nB,vacant,1,1,-0.5,,1\nB,seen,5,5,1.5,2,\n",
		fileReports:      "provider,stream,month,received,count\nA,g1,0,1,2\nA,g1,0,1,1\n",
		fileTruth:        "provider,kind,onset\nB,step,20\n",
	}
}

// folder writes an economy's files, and gives where.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func readSmall(t *testing.T, files map[string]string) *Economy {
	t.Helper()
	e, err := ReadFolder(folder(t, files))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestDamagedFoldersAreRefusedWithFileAndLine(t *testing.T) {
	t.Parallel()
	// A line that begins with + is added to the file, other texts replace it.
	for _, c := range []struct{ file, text, want string }{
		{fileEconomy, "", "economy.csv: line 1: the file is empty"},
		{fileEconomy, "key,value\nstartup,12\n", "no line with the key months"},
		{fileEconomy, "+months,40", `line 5: the key "months" is there twice`},
		{fileEconomy, "key,value\nmonths,601\n", `line 2: months "601" is not a whole number from 0 to 600`},
		{fileEconomy, "key,value\nmonths,30\nstartup,11\n", "startup at least 12: they are 30 and 11"},
		{fileEconomy, "+shock_from,9\nshock_to,4", "they are 9 and 4"},
		{fileEconomy, "+shock_from,31\nshock_to,34", "they are 31 and 34"},
		{fileProviders, "provider;size\nA;1\n", `line 1: no column "provider" among "provider;size"`},
		{fileProviders, "provider,size,size\nA,1,2\n", `line 1: the column "size" is there twice`},
		{fileProviders, "provider,size\n", "lists no provider"},
		{fileProviders, "+A,1", `line 4: provider "A" is empty or given twice`},
		{fileProviders, "+C,NaN", `line 4: size "NaN" is not a number`},
		{fileProviders, "+C,", `line 4: size "" is not from`},
		{fileProviders, "+C,0", `line 4: size "0" is not from`},
		{fileProviders, "+C\x00,1", "line 4: provider \"C\\x00\" holds bytes"},
		{fileProviders, "+C\xe9,1", "line 4: provider \"C\\xe9\" holds bytes"},
		{fileStreams, "stream,name,kind,family\n", "lists no stream"},
		{fileStreams, "+deaths,D,count,mortality,,", `line 11: stream "deaths" is empty or given twice`},
		{fileStreams, "+x,X,average,mortality,,", `line 11: kind "average" is not one of count,`},
		{fileStreams, "+x,X,mix,severity,,", `line 11: kind "mix" is not one of`},
		{fileStreams, "+x,X,count,joy,,", `line 11: family "joy" is not one of mortality,`},
		{fileStreams, "+voice-gap,X,count,mortality,,", `line 11: stream "voice-gap" has the name of one that is made`},
		{fileStreams, "+x,X,reports,gp,gp,bad", `line 11: severity "bad" is not one of ordinary, severe`},
		{fileStreams, "+x,X,reports,gp,gp,", `line 11: stream "x" has channel and severity of stream "g1"`},
		{fileStreams, "+x,X,reports,gp,bus,", `line 11: stream "x": channel "bus"`},
		{fileStreams, "stream,name,kind,family,channel,ratio\nx,X,reports,gp,bus,0.5\n", `line 2: ratio "0.5" is not above 1`},
		{fileStreams, "stream,name,kind,family,shift\nx,X,count,mortality,NaN\n", `line 2: shift "NaN" is not a number`},
		{fileStreams, "stream,name,kind,family,every\nx,X,count,mortality,0\n", `line 2: every "0" is not`},
		{fileStreams, "stream,name,kind,family,better\nx,X,count,mortality,2\n", `line 2: better "2" is not`},
		{fileObservations, "A,deaths,0,2,5,4.5,0\n", "line 1: no column"},
		{fileObservations, "+NOBODY,deaths,0,1,2,3,0", `line 6: provider "NOBODY" is not in providers.csv`},
		{fileObservations, "+A,births,0,1,2,3,0", `line 6: stream "births" is not in streams.csv`},
		{fileObservations, "+A,deaths,30,31,2,3,0", `line 6: month "30" is not a whole number from 0 to 29`},
		{fileObservations, "+A,deaths,5,4,2,3,0", `line 6: available "4" is not a whole number from 5`},
		{fileObservations, "+A,deaths,0,1,many,3,0", `line 6: value "many" is not a number`},
		{fileObservations, "+A,deaths,0,1,,3,0", "line 6: value is empty"},
		{fileObservations, "+A,vacant,0,1,1e309,,0", `line 6: value "1e309" is not a number`},
		{fileObservations, "+A,vacant,0,1,1e300,,0", `line 6: value "1e300" is not a number`},
		{fileObservations, "+A,vacant,0,1,\"0,5\",,0", `line 6: value "0,5" is not a number`},
		{fileObservations, "+A,vacant,0,1,1,-1,0", "line 6: a variance cannot be negative"},
		{fileObservations, "+A,deaths,0,1,-1,3,0", "line 6: a count cannot be negative"},
		{fileObservations, "+A,deaths,0,1,2,,0", `line 6: denominator "" is not`},
		{fileObservations, "+A,share,0,1,9,4,0", "line 6: the part must"},
		{fileObservations, "+A,seen,0,1,1,-2,0", `line 6: denominator "-2" is not a whole number from 1`},
		{fileObservations, "+A,deaths,0,1,2,3,perhaps", `line 6: provisional "perhaps" is neither`},
		{fileObservations, "+A,deaths,0,2,6,4.5,0", "line 6: provider \"A\", stream \"deaths\", month 0 has a value that is available from month 2 already"},
		{fileObservations, "+B,seen,5,5,1,1,0", "several visits of a month are one line"},
		{fileObservations, "+A,deaths,1,2,6", "line 6: it has 5 cells and the header has 7"},
		{fileObservations, "+A,deaths,1,2,6,4,0,7", "line 6: it has 8 cells and the header has 7"},
		{fileObservations, "+A,g1,0,1,2,3,0", `line 6: stream "g1" holds reports`},
		{fileObservations, "+A,\"deaths,0,1,2,3,0", "line 6: "},
		{fileObservations, "+\n\nA,deaths,0,1,2\x00,3,0", "line 8: value"},
		{fileObservations, "+A,vacant,0,1," + strings.Repeat("9", 2*longestLine) + ",,0", "line 6: a line is longer than"},
		{fileReports, "", "line 1: the file is empty"},
		{fileReports, "provider,stream,month,received\nA,g1,1,1\n", `no column "count"`},
		{fileReports, "provider,month\n", "stream"},
		{fileReports, "+A,deaths,1,1,1", `line 4: stream "deaths" holds no reports`},
		{fileReports, "+A,g1,1,0,1", `line 4: received "0" is not`},
		{fileReports, "+A,g1,1,1,2000000000", `line 4: count "2000000000" is not`},
		{fileTruth, "+A,sabotage,14", `line 3: kind "sabotage" is not one of step,`},
		{fileTruth, "+A,,14", `line 3: kind "" is not one of step,`},
		{fileTruth, "+B,drift,14", `line 3: provider "B" is there twice`},
		{fileTruth, "+A,drift,30", `line 3: onset "30" is not a whole number from 0 to 29`},
		{fileTruth, "provider,kind,onset,outcome\nA,soft first,14,13\n", `line 2: outcome "13" is not a whole number from 14`},
	} {
		files := small()
		if added, ok := strings.CutPrefix(c.text, "+"); ok {
			files[c.file] += added + "\n"
		} else {
			files[c.file] = c.text
		}
		_, err := ReadFolder(folder(t, files))
		if err == nil || !strings.Contains(err.Error(), c.file+": ") || !strings.Contains(err.Error(), c.want) || fault.ExitCode(err) != fault.ExitRefused {
			t.Errorf("%s with %.60q: got %v, want %q", c.file, c.text, err, c.want)
		}
	}
}

func TestFilesThatAreMissingOrFoldersAreRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{fileProviders, fileStreams, fileTruth} {
		files := small()
		delete(files, name)
		if _, err := ReadFolder(folder(t, files)); err == nil || !strings.Contains(err.Error(), name+": there is no such file") {
			t.Errorf("without %s: %v", name, err)
		}
	}
	for name := range headers {
		files := small()
		delete(files, name)
		dir := folder(t, files)
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadFolder(dir); err == nil || !strings.Contains(err.Error(), name+" is not a file") {
			t.Errorf("%s is a folder: %v", name, err)
		}
	}
}

func TestStreamsWhoseFileIsMissingAreLeftOutAndItIsSaid(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		streams int
		note    string
	}{
		fileReports:      {4, "there is no reports.csv: the streams whose numbers would stand in it are left out, 5 in all"},
		fileObservations: {7, "there is no observations.csv: the streams whose numbers would stand in it are left out, 4 in all"}, // with mix and gap
	} {
		files := small()
		delete(files, name)
		if e := readSmall(t, files); len(e.Streams) != want.streams || !slices.Equal(e.Notes, []string{want.note}) {
			t.Errorf("without %s: %d streams, %q", name, len(e.Streams), e.Notes)
		}
	}
}

func TestSpreadsheetsAndOtherWritersAreRead(t *testing.T) {
	t.Parallel()
	want := fmt.Sprintf("%+v", readSmall(t, small()))
	files := small()
	for name, text := range files {
		files[name] = byteOrderMark + "\"" + strings.NewReplacer(",", "\",\"", "\n", "\"\r\n\"").Replace(strings.TrimSuffix(text, "\n")) + "\"\r\n,\r\n\r\n"
		if width := strings.Count(strings.SplitN(text, "\n", 2)[0], ","); width != 1 {
			files[name] = strings.Replace(files[name], "\r\n,\r\n", "\r\n"+strings.Repeat(",", width)+"\r\n", 1)
		}
	}
	if got := fmt.Sprintf("%+v", readSmall(t, files)); got != want {
		t.Errorf("with byte order mark, quotation marks, CRLF and empty lines:\n%s\nwant\n%s", got, want)
	}
	files = small()
	files[fileReports] = "count,comment,received,month,stream,provider\n2,\"a, note\",1,0,g1,A\n1,,1,0,g1,A\n"
	files[fileEconomy] += "author,me\n"
	e := readSmall(t, files)
	notes := []string{`economy.csv: the key "author" is not known and was passed over`, `reports.csv: the column "comment" is not known and was passed over`}
	if !slices.Equal(e.Notes, notes) {
		t.Errorf("notes %q", e.Notes)
	}
	if e.Notes = nil; fmt.Sprintf("%+v", e) != want {
		t.Errorf("columns in another order read as %+v", e)
	}
}

// Severity mix and voice gap come from channel and severity, not from what a folder calls
// its streams.
func TestDerivedStreamsAreMadeWhateverTheStreamsAreCalled(t *testing.T) {
	t.Parallel()
	made := map[concern.StreamID]concern.Stream{}
	for _, s := range readSmall(t, small()).Streams {
		made[s.ID] = s
	}
	mix, gap := made["complaints-care.mix"], made["voice-gap"]
	if mix.Ordinary != "c1" || mix.Severe != "c2" {
		t.Errorf("severity mix of complaints is %+v", mix)
	}
	if fmt.Sprint(gap.Outside, gap.Inside) != "[c1 c2 g1 g2] [i1]" {
		t.Errorf("voice gap is %v against %v", gap.Outside, gap.Inside)
	}
}

func TestAStreamWithoutDesignShiftIsNamed(t *testing.T) {
	t.Parallel()
	files := small()
	files[fileStreams] += "waits,Waits for GPs,count,gp,,\n"
	if e := readSmall(t, files); len(e.Notes) != 1 || !strings.Contains(e.Notes[0], `stream "waits": the domain "gp" has no design shift`) {
		t.Errorf("notes %q", e.Notes)
	}
}

// Own streams of reports that name no channel are series of their own for the simple
// methods, not one series together.
func TestOwnStreamsWithoutAChannelAreSeriesOfTheirOwn(t *testing.T) {
	t.Parallel()
	files := small()
	files[fileStreams] = "stream,name,kind,family,ratio\nx,X,reports,gp,1.5\ny,Y,reports,staff,1.5\n"
	files[fileReports] = "provider,stream,month,received,count\nA,x,0,0,2\nA,y,0,0,5\n"
	delete(files, fileObservations)
	v := newView(readSmall(t, files))
	v.advance(0)
	if len(v.series) != 2 || math.Abs(v.series[0].x[0][0]-2) > 1e-12 || math.Abs(v.series[1].x[0][0]-5) > 1e-12 {
		t.Errorf("%d series", len(v.series))
	}
}

func TestFoldersOfEconomiesAreFoundByName(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "eco[1]*")
	for _, name := range []string{"b", "a", "c/deep", "empty"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	put := func(path string) {
		if err := os.WriteFile(filepath.Join(dir, path), []byte("key,value\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put("b/" + fileEconomy)
	put("a/" + fileEconomy)
	if found, err := Folders(dir); err != nil || !slices.Equal(found, []string{filepath.Join(dir, "a"), filepath.Join(dir, "b")}) {
		t.Errorf("found %q, %v", found, err)
	}
	put("c/" + fileTruth)
	if _, err := Folders(dir); err == nil || !strings.Contains(err.Error(), "c holds truth.csv and no economy.csv") {
		t.Errorf("a folder without economy.csv: %v", err)
	}
	put("c/" + fileEconomy)
	put(fileEconomy)
	if _, err := Folders(dir); err == nil || !strings.Contains(err.Error(), "holds an economy, and so does its sub-folder a") {
		t.Errorf("an economy above others: %v", err)
	}
	for _, none := range []string{t.TempDir(), filepath.Join(dir, "nowhere")} {
		if _, err := Folders(none); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", none, err)
		}
	}
}

func TestARunSaysOnceWhatItPassedOverAndNamesTheFirstDamagedFolder(t *testing.T) {
	t.Parallel()
	files := small()
	files[fileEconomy] += "author,me\n"
	a, b := folder(t, files), folder(t, files)
	var notes []string
	o := Options{Folders: []string{a, b}, Split: Test, Budgets: []float64{0.2}, Methods: []string{"rag"}, Note: func(text string) { notes = append(notes, text) }}
	if _, err := Run(context.Background(), o); err != nil || len(notes) != 1 {
		t.Errorf("notes %q, %v", notes, err)
	}
	damaged := maps.Clone(files)
	damaged[fileTruth] = "provider,kind,onset\nA,sabotage,1\n"
	o.Folders = []string{a, folder(t, damaged), filepath.Join(b, "nowhere")}
	for _, o.Workers = range []int{1, 3} {
		if _, err := Run(context.Background(), o); err == nil || !strings.Contains(err.Error(), "sabotage") {
			t.Errorf("%d workers: %v", o.Workers, err)
		}
	}
}

func TestDelaysOfLongEconomiesAreCounted(t *testing.T) {
	t.Parallel()
	a := &tally{delays: map[Kind][]float64{Step: {100, 120, math.Inf(1)}}, decoyAlerts: map[Kind]int{}, decoyMonths: map[Kind]int{}}
	f := figures([]sample{sampleOf(a, &ranked{})}, []int{0})
	if math.Abs(f[1]-120) > 0 {
		t.Errorf("median delay of 100, 120 and never is %g", f[1])
	}
}

func TestResultsFilesThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                      "line 1: this is not a results file",
		"provider,size\nA,1\n":                  "line 1: this is not a results file",
		"method,budget\n":                       "line 2: no line of results",
		"method,budget\nrag,\n":                 `line 2: budget "" is not`,
		"method,budget\nrag,inf\n":              `line 2: budget "inf" is not`,
		"method,budget,auc\nrag,0.2\n":          "line 2: it has 2 cells",
		"method,budget,auc\n\nrag,0.2,high\n":   `line 3: auc is "high", not a number`,
		"method,budget,auc\nrag,0.2,\"0.5\nx\n": "line 2: ",
	} {
		if _, err := ReadResults(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v", text, err)
		}
	}
	if _, err := ReadResults(strings.NewReader(byteOrderMark + "method,budget,auc\r\nrag,0.2,\r\n")); err != nil {
		t.Errorf("saved by a spreadsheet: %v", err)
	}
}

func TestWhatLuckFindsIsSaidWhateverMethodsThereAre(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"rag", "candour", "candour:matched"} {
		table, err := ReadResults(strings.NewReader("method,budget,luck_within12\n" + method + ",0.2,0.18\n"))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := table.Markdown(&b); err != nil {
			t.Fatal(err)
		}
		if strings.Count(b.String(), "by luck alone") != 1 || !strings.Contains(b.String(), "probability 0.18 within 12 months") {
			t.Errorf("%s:\n%s", method, b.String())
		}
	}
}

func FuzzReadLines(f *testing.F) {
	f.Add("provider,size\nA,1\nB,x\n")
	f.Fuzz(func(t *testing.T, text string) {
		r := newReader("x")
		if _, err := readLines(strings.NewReader(text), headers[fileProviders], nil, r.providers); err == nil && len(r.eco.Providers) != len(r.provider) {
			t.Error("providers lost")
		}
	})
}

// FuzzReadFolder holds that what is read can be run: no damaged line may reach the
// methods as something that they fail at.
func FuzzReadFolder(f *testing.F) {
	seed := small()
	f.Add(seed[fileStreams], seed[fileObservations], seed[fileReports], seed[fileTruth])
	f.Add(seed[fileStreams], "provider,stream,month,available,value,denominator\nA,vacant,3,4,1e12,1e12\n", seed[fileReports], seed[fileTruth])
	f.Fuzz(func(t *testing.T, streams, observations, reports, truth string) {
		files := small()
		files[fileStreams], files[fileObservations], files[fileReports], files[fileTruth] = streams, observations, reports, truth
		e, err := ReadFolder(folder(t, files))
		if err != nil || len(e.Streams) > 30 {
			return
		}
		traces, err := engineTraces(e, concern.Default())
		if err != nil {
			t.Fatal(err)
		}
		maps.Copy(traces, baselineTraces(e, func(string) bool { return true }))
		for name, tr := range traces {
			for _, row := range tr.Rank {
				for _, x := range row {
					if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
						t.Errorf("%s ranks by %g", name, x)
					}
				}
			}
		}
	})
}
