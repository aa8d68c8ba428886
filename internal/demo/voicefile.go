package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/signal/mapping"
)

// SignalFile is one file of soft intelligence, private to a commissioner. It is
// read by the mapping that it names, or, without one, is a line of JSON for each
// signal, as forms and the API record them.
type SignalFile struct {
	File
	Mapping string // name of one of MappingFiles
	Signals int
}

// column is one column of a file of signals: its header, the field that it fills
// and how it is written.
type column struct {
	header, field string
	value         func(s *signal.Signal) string
	required      bool
}

// layout is a file of signals of one kind, as providers and practices send them.
type layout struct {
	id, name string
	kind     signal.Kind
	columns  []column
}

func stamp(s *signal.Signal) string {
	return s.Received.In(calendar.London).Format("2006-01-02 15:04")
}

var common = []column{
	{"Reference", "reference", func(s *signal.Signal) string { return s.Reference }, true},
	{"Provider", "place.provider", func(s *signal.Signal) string { return string(s.Place.Provider) }, true},
	{"Site", "place.site", func(s *signal.Signal) string { return string(s.Place.Site) }, false},
	{"Ward or clinic", "place.ward", func(s *signal.Signal) string { return s.Place.Ward }, false},
	{"Date of event", "occurred.date", func(s *signal.Signal) string { return s.Occurred.Date.String() }, false},
	{"Received", "received", stamp, true},
	{"Summary", "title", func(s *signal.Signal) string { return s.Title }, true},
	{"Theme", "themes", func(s *signal.Signal) string { return strings.Join(s.Themes, ";") }, false},
}

var (
	role      = column{"Raised by", "source.role", func(s *signal.Signal) string { return s.Source.Role }, false}
	narrative = column{"Details", "narrative", func(s *signal.Signal) string { return s.Narrative }, false}
)

var publicColumns = []column{
	{"Outlet", "publication.outlet", func(s *signal.Signal) string { return s.Publication.Outlet }, true},
	{"Comment", "publication.quote", func(s *signal.Signal) string { return s.Publication.Quote }, false},
	{"Sentiment", "publication.sentiment", func(s *signal.Signal) string { return string(s.Publication.Sentiment) }, true},
	{"FFT", "publication.fft", func(s *signal.Signal) string { return whole(s.Publication.FFT) }, false},
}

var layouts = []layout{
	{"incidents", "Incident export", signal.KindIncident, []column{
		role, narrative,
		{"LFPSE", "incident.lfpse", func(s *signal.Signal) string { return s.Incident.LFPSE }, true},
		{"Submitted", "incident.submitted", func(s *signal.Signal) string { return s.Incident.Submitted.String() }, false},
		{"Physical harm", "incident.physical", func(s *signal.Signal) string { return whole(s.Incident.Patients[0].Physical) }, true},
	}},
	{"complaints", "Complaint log", signal.KindComplaint, []column{
		role, narrative,
		{"Complainant", "complaint.complainant", func(s *signal.Signal) string { return string(s.Complaint.Complainant) }, true},
		{"Acts because", "complaint.basis", func(s *signal.Signal) string { return s.Complaint.Basis }, false},
		{"HCAT category", "complaint.hcat.category", func(s *signal.Signal) string { return s.Complaint.HCAT[0].Category }, false},
		{"HCAT severity", "complaint.hcat.severity", func(s *signal.Signal) string { return whole(s.Complaint.HCAT[0].Severity) }, false},
		{"Harm", "complaint.hcat_harm", func(s *signal.Signal) string { return whole(s.Complaint.HCATHarm) }, false},
		{"Result", "complaint.upheld", func(s *signal.Signal) string { return string(s.Complaint.Upheld) }, false},
	}},
	{"gp-concerns", "Concerns of practices", signal.KindClinicianConcern, []column{
		role, narrative,
		{"Practice", "source.organisation", func(s *signal.Signal) string { return string(s.Source.Organisation) }, true},
		{"Harmed", "clinician_concern.harm", func(s *signal.Signal) string { return s.ClinicianConcern.Harm }, true},
	}},
	{"comments", "Comments of patients", signal.KindPatientComment, publicColumns},
	{"praise", "Praise", signal.KindPraise, publicColumns},
}

// all is the layout's columns, those common to every kind first.
func (l *layout) all() []column { return append(append([]column(nil), common...), l.columns...) }

// Mappings is the saved mappings by which the files are read.
func Mappings() []mapping.Mapping {
	var out []mapping.Mapping
	for i := range layouts {
		l := &layouts[i]
		m := mapping.Mapping{ID: "demo-" + l.id, Name: l.name, Version: 1, Kind: l.kind, Dates: []mapping.DateForm{mapping.ISODate}}
		for _, c := range l.all() {
			read := mapping.Column{Header: c.header, Field: c.field, Required: c.required}
			if c.field == "themes" {
				read.Split = ";"
			}
			m.Columns = append(m.Columns, read)
		}
		out = append(out, m)
	}
	return append(out, openMapping())
}

// MappingFiles is the saved mappings as files, for whoever loads a file of signals
// again.
func MappingFiles() []File {
	var out []File
	for _, m := range Mappings() {
		var b bytes.Buffer
		fmt.Fprintf(&b, "id: %s\nname: %s\nversion: %d\nkind: %s\ndates: [%s]\ncolumns:\n", m.ID, m.Name, m.Version, m.Kind, m.Dates[0])
		for _, c := range m.Columns {
			fmt.Fprintf(&b, "  - {header: %q, field: %q", c.Header, c.Field)
			if c.Required {
				b.WriteString(", required: true")
			}
			if c.Split != "" {
				fmt.Fprintf(&b, ", split: %q", c.Split)
			}
			b.WriteString("}\n")
		}
		out = append(out, File{Name: mappingFile(m.ID), Body: b.Bytes()})
	}
	return out
}

// mappingFile is where a mapping is written.
func mappingFile(id string) string { return "signals/mappings/" + id + ".yaml" }

// SignalFiles is the soft intelligence of every commissioner as files, stage by
// stage: one for each kind that comes in columns, and one for all that is written
// into forms. A stage to which a kind brought nothing has no file of it.
func (e Economy) SignalFiles() ([]SignalFile, error) {
	heard := make([][]signal.Signal, len(commissioners))
	for i := range commissioners {
		heard[i] = e.Signals(commissioners[i].code)
	}
	var out []SignalFile
	for stage, at := range e.Moments() {
		for i := range commissioners {
			tenant := commissioners[i].code
			n, _ := slices.BinarySearchFunc(heard[i], at.Add(1), func(s signal.Signal, t time.Time) int { return s.Received.Compare(t) })
			files, err := e.stageFiles(tenant, stage, heard[i][:n])
			if err != nil {
				return nil, err
			}
			out, heard[i] = append(out, files...), heard[i][n:]
		}
	}
	return out, nil
}

// stageFiles is what one commissioner was told between two stages.
func (e Economy) stageFiles(tenant org.Code, stage int, all []signal.Signal) ([]SignalFile, error) {
	var out []SignalFile
	add := func(f SignalFile) {
		if f.Stage = stage; f.Signals > 0 {
			out = append(out, f)
		}
	}
	for k := range layouts {
		l := &layouts[k]
		add(l.file(tenant, e.dated(named("signals/%s/%s.csv", tenant, l.id), stage), all))
	}
	f, err := recorded(tenant, e.dated(named("signals/%s/recorded.jsonl", tenant), stage), all)
	add(f)
	return out, err
}

func (l *layout) file(tenant org.Code, name string, all []signal.Signal) SignalFile {
	f := SignalFile{File: File{Name: name, Tenant: string(tenant)}, Mapping: mappingFile("demo-" + l.id)}
	columns := l.all()
	header := make([]string, len(columns))
	for i := range columns {
		header[i] = columns[i].header
	}
	t := newTable(',', header...)
	for i := range all {
		if all[i].Kind != l.kind {
			continue
		}
		cells := make([]string, len(columns))
		for k := range columns {
			cells[k] = columns[k].value(&all[i])
		}
		t.row(cells...)
		f.Signals++
	}
	f.Body = t.body()
	return f
}

// recorded is the signals that no layout of columns can hold, a line of JSON each.
func recorded(tenant org.Code, name string, all []signal.Signal) (SignalFile, error) {
	f := SignalFile{File: File{Name: name, Tenant: string(tenant)}}
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	for i := range all {
		if inColumns(all[i].Kind) {
			continue
		}
		if err := lines.Encode(&all[i]); err != nil {
			return f, err
		}
		f.Signals++
	}
	f.Body = b.Bytes()
	return f, nil
}

func inColumns(kind signal.Kind) bool {
	for i := range layouts {
		if layouts[i].kind == kind {
			return true
		}
	}
	return false
}
