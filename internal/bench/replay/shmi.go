package replay

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"candour/internal/concern"
	"candour/internal/fault"
)

// publication is one SHMI file: the month of publication and the last month of
// the year of data, which the file does not hold (inferred from the release
// calendar; docs/replays/shmi.md).
type publication struct {
	file            string
	published, data concern.Month
}

func publications() []publication {
	m := concern.NewMonth
	return []publication{
		{"shmi-2011-october.csv", m(2011, time.October), m(2011, time.March)},
		{"shmi-2012-january.csv", m(2012, time.January), m(2011, time.June)},
		{"shmi-2012-april.csv", m(2012, time.April), m(2011, time.September)},
		{"shmi-2012-july.csv", m(2012, time.July), m(2011, time.December)},
		{"shmi-2013-january.csv", m(2013, time.January), m(2012, time.June)},
		{"shmi-2013-april.csv", m(2013, time.April), m(2012, time.September)},
	}
}

// reviewed are the 14 trusts of the Keogh review (overview report, July 2013),
// chosen in February 2013 for two years of high mortality: by SHMI where true,
// else by HSMR, which these files do not hold.
var reviewed = map[concern.ProviderID]bool{
	"RDD": true, "RXL": true, "RDE": true, "RXR": true, "RMP": true,
	"RXQ": false, "RJF": false, "RNA": false, "RLT": false, "RPA": false,
	"RNL": false, "RJL": false, "RK5": false, "RWD": false,
}

// midStaffs is the code of Mid Staffordshire.
const midStaffs concern.ProviderID = "RJD"

// listedMost is how many trusts are listed at a publication: as many as were
// reviewed later, so that lists of equal length are compared.
const listedMost = 14

// named is a trust's row in one publication.
type named struct {
	Name  string
	Ratio float64
	Band  string
}

// Listed is a trust's standing at a publication.
type Listed struct {
	Provider concern.ProviderID
	Name     string
	Level    float64
	Ratio    float64
	Band     string // the publisher's own: 1 is higher than expected
}

// Publication is what the engine says when one file is published.
type Publication struct {
	Published, Data concern.Month
	Trusts          int
	Listed          []Listed // the 14 highest levels
	Alerts          int      // at 0.2 false alerts per provider-year
	MidStaffs       Listed
	MidStaffsRank   int // one more than the trusts of this publication with a higher level
}

// SHMI replays the six files in folder/shmi.
func SHMI(folder string) ([]Publication, error) {
	par := lone()
	eng, err := concern.New(par, []concern.Stream{{ID: "shmi", Name: "SHMI", Kind: concern.Count, Family: "mortality", Every: 3, Shared: 4}})
	if err != nil {
		return nil, err
	}
	var out []Publication
	for _, pub := range publications() {
		trusts, rows, err := readSHMI(filepath.Join(folder, "shmi", pub.file), pub)
		if err != nil {
			return nil, err
		}
		if err := eng.Observe(rows...); err != nil {
			return nil, err
		}
		list, err := eng.AsOf(pub.published)
		if err != nil {
			return nil, err
		}
		out = append(out, judge(par, pub, trusts, list))
	}
	return out, nil
}

func judge(par *concern.Params, pub publication, trusts map[concern.ProviderID]named, list []concern.Assessment) Publication {
	p := Publication{Published: pub.published, Data: pub.data, Trusts: len(trusts)}
	slices.SortStableFunc(list, func(a, b concern.Assessment) int {
		switch {
		case a.Level > b.Level:
			return -1
		case a.Level < b.Level:
			return 1
		}
		return strings.Compare(string(a.Provider), string(b.Provider))
	})
	var present []float64 // levels of the trusts that this publication names
	for i := range list {
		a := &list[i]
		t, still := trusts[a.Provider]
		if !still {
			continue // merged since
		}
		l := Listed{a.Provider, t.Name, a.Level, t.Ratio, t.Band}
		if d, _ := par.Decide(par.Budget(0.2), a, concern.Review{}); d == concern.Raise {
			p.Alerts++
		}
		if a.Level > 0 && len(p.Listed) < listedMost {
			p.Listed = append(p.Listed, l)
		}
		present = append(present, a.Level)
		if a.Provider == midStaffs {
			p.MidStaffs = l
		}
	}
	p.MidStaffsRank = 1
	for _, level := range present {
		if level > p.MidStaffs.Level {
			p.MidStaffsRank++
		}
	}
	return p
}

// readSHMI reads one file as published.
func readSHMI(path string, pub publication) (trusts map[concern.ProviderID]named, rows []concern.Observation, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fault.Wrap(fault.NotFound, err, "open SHMI publication: --data names the folder that holds shmi/*.csv")
	}
	defer f.Close() //nolint:errcheck // only read
	trusts, rows, err = parseSHMI(f, pub)
	return trusts, rows, fault.Wrap(fault.Invalid, err, "%s", path)
}

func parseSHMI(r io.Reader, pub publication) (map[concern.ProviderID]named, []concern.Observation, error) {
	in := csv.NewReader(bufio.NewReader(r))
	in.FieldsPerRecord = -1
	in.LazyQuotes = true
	head, err := in.Read()
	if err != nil {
		return nil, nil, fault.Wrap(fault.Invalid, err, "read header")
	}
	at := map[string]int{}
	for i, h := range head {
		at[strings.ReplaceAll(strings.TrimSpace(h), "_", " ")] = i
	}
	for _, need := range []string{"PROVIDER", "PROVIDER NAME", "OBSERVED", "EXPECTED", "VALUE", "OD BANDING"} {
		if _, ok := at[need]; !ok {
			return nil, nil, fault.New(fault.Invalid, "no column %s", need)
		}
	}
	trusts := map[concern.ProviderID]named{}
	var rows []concern.Observation
	for {
		rec, err := in.Read()
		if errors.Is(err, io.EOF) {
			return trusts, rows, nil
		}
		if err != nil {
			return nil, nil, fault.Wrap(fault.Invalid, err, "read line")
		}
		if len(rec) < len(head) || rec[at["PROVIDER"]] == "" {
			continue // the copyright line and the line of commas at the end
		}
		var v [3]float64
		for i, c := range []string{"OBSERVED", "EXPECTED", "VALUE"} {
			if v[i], err = strconv.ParseFloat(rec[at[c]], 64); err != nil {
				return nil, nil, fault.Wrap(fault.Invalid, err, "line %d: %s of %s", lineOf(in), c, rec[at["PROVIDER"]])
			}
		}
		if err := concern.CheckValue(concern.Count, v[0], v[1]); err != nil {
			return nil, nil, fault.Wrap(fault.Invalid, err, "line %d: OBSERVED and EXPECTED of %s", lineOf(in), rec[at["PROVIDER"]])
		}
		id := concern.ProviderID(rec[at["PROVIDER"]])
		trusts[id] = named{rec[at["PROVIDER NAME"]], v[2], rec[at["OD BANDING"]]}
		rows = append(rows, concern.Observation{Provider: id, Stream: "shmi", Month: pub.data, Value: v[0], Expected: v[1], Available: pub.published})
	}
}

// lineOf is the line in which the last record began.
func lineOf(in *csv.Reader) int {
	n, _ := in.FieldPos(0)
	return n
}

func writeSHMI(w io.Writer, folder string) error {
	pubs, err := SHMI(folder)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "# SHMI publications of 2011 to 2013\n\n")
	fmt.Fprintf(w, "One indicator, six publications, of years that end from March 2011 to September 2012: nobody's own past is long enough, so only the comparison with\n"+
		"peers (level) speaks. It ranks; one family alone cannot raise an alert. The %d highest levels are listed, as many as were reviewed later.\n\n", listedMost)
	first := map[concern.ProviderID]concern.Month{}
	for _, p := range pubs {
		fmt.Fprintf(w, "## Published %s (year to %s): %d trusts, %d listed, %d alerts\n\n", p.Published, p.Data, p.Trusts, len(p.Listed), p.Alerts)
		for _, l := range p.Listed {
			mark := ""
			if _, ok := reviewed[l.Provider]; ok {
				mark = "  later reviewed (Keogh, 2013)"
			}
			if _, ok := first[l.Provider]; !ok {
				first[l.Provider] = p.Published
			}
			fmt.Fprintf(w, "- %s %-58s level %.2f, ratio %.4f, publisher's band %s%s\n", l.Provider, l.Name, l.Level, l.Ratio, l.Band, mark)
		}
		fmt.Fprintf(w, "- Mid Staffordshire (%s): level %.2f, ratio %.4f, band %s; %d trusts have a higher level%s\n\n",
			midStaffs, p.MidStaffs.Level, p.MidStaffs.Ratio, p.MidStaffs.Band, p.MidStaffsRank-1, notListed(&p))
	}
	return writeReviewed(w, first)
}

func notListed(p *Publication) string {
	for _, l := range p.Listed {
		if l.Provider == midStaffs {
			return ": listed"
		}
	}
	return ": not listed"
}

func writeReviewed(w io.Writer, first map[concern.ProviderID]concern.Month) error {
	codes := make([]string, 0, len(reviewed))
	hits, bySHMI := 0, 0
	for id, shmi := range reviewed {
		line := fmt.Sprintf("- %s: never listed", id)
		if m, ok := first[id]; ok {
			line = fmt.Sprintf("- %s: listed from %s", id, m)
			hits++
			if shmi {
				bySHMI++
			}
		}
		if !shmi {
			line += " (chosen for HSMR, which these files do not hold)"
		}
		codes = append(codes, line)
	}
	slices.Sort(codes)
	_, err := fmt.Fprintf(w, "## Against the 14 trusts reviewed\n\n%s\n\n%d trusts were ever listed; %d of the 14 reviewed were among them, %d of the 5 chosen for SHMI. Drawn at random, as many trusts would hold %.1f.\n\n",
		strings.Join(codes, "\n"), len(first), hits, bySHMI, float64(len(first)*len(reviewed))/142)
	return err
}
