package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/intake"
	"candour/internal/web/component"
)

// uploadForm takes files.
type uploadForm struct {
	Files  component.FileUpload
	Tenant component.Radios
	Source component.Select
	Period component.Input
	Going  []component.Link // loads of the viewer's that go on or ended lately
}

// published is the form's word for data that is nobody's own.
const published = "published"

func (s *Server) newUploadForm(r *request) *uploadForm {
	f := &uploadForm{
		Files: component.FileUpload{
			Field:    component.Field{Name: "up", Label: component.Label{Text: "Load files. Drop them here, or choose them"}},
			Multiple: true, Accept: ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.ods,.zip,.eml,.json",
		},
		Tenant: component.Radios{
			Group: component.Group{Name: "tenant", Legend: &component.Legend{Text: "Whose data it is"}}, Small: true, Inline: true, Value: published,
			Choices: []component.Choice{
				{Value: published, Text: "Published for everyone"},
				{Value: string(r.tenant), Text: "Only for " + r.tenantName()},
			},
		},
		Source: s.sourceSelect(""),
		Period: periodInput(""),
	}
	for i, x := range s.loads.mine(r) {
		if i == 5 {
			break
		}
		snap := x.snapshot()
		f.Going = append(f.Going, component.Link{
			Href: "/data/loads/" + x.id,
			Text: count(len(snap.files), "file", "files") + ", " + x.made.In(calendar.London).Format("15:04") + ": " + snap.state.words(),
		})
	}
	return f
}

// sourceSelect is a choice of source; none leaves it to the file.
func (s *Server) sourceSelect(chosen string) component.Select {
	c := component.Select{
		Field: component.Field{Name: "source", Label: component.Label{Text: "Source"}}, Value: chosen,
		Options: []component.Option{{Value: "", Text: "as the file itself shows"}},
	}
	for _, src := range s.Sources.All() {
		c.Options = append(c.Options, component.Option{Value: src.ID, Text: src.Name})
	}
	return c
}

func periodInput(value string) component.Input {
	return component.Input{
		Field: component.Field{
			Name: "period", Label: component.Label{Text: "Period, if the file doesn’t say"},
			Hint: "2025-04 for a month, 2024-Q1, FY2024, R12-2024-03 for twelve months to March 2024",
		},
		Value: value, Width: 10,
	}
}

func (state loadState) words() string {
	switch state {
	case loadReading:
		return "being read"
	case loadLooked:
		return "looked at; say whether to load"
	case loadWatching:
		return "loaded; being tested"
	case loadDone:
		return "done"
	case loadAside:
		return "put aside"
	}
	return "stopped"
}

// loadMake takes an upload. Its files are first looked at and reported, unless
// the person asks to load them at once.
func (s *Server) loadMake(r *request) (answer, error) {
	x, err := s.newLoad(r)
	if err != nil {
		return nil, err
	}
	// A year of national files takes longer than an ordinary form may. Not every
	// connection has deadlines; one that hasn't needs none lifted.
	_ = http.NewResponseController(r.writer).SetReadDeadline(time.Time{})
	fields, err := s.receive(r, x)
	if err == nil {
		err = x.describe(s, r, fields)
	}
	if err == nil {
		err = s.loads.add(x, s.now())
	}
	if err != nil {
		x.clear()
		return nil, err
	}
	s.start(x)
	return redirect{"/data/loads/" + x.id}, nil
}

// receive reads the parts of an upload: files are spooled, fields kept.
func (s *Server) receive(r *request, x *load) (map[string]string, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, fault.New(fault.Invalid, "the files did not come as an upload")
	}
	fields := map[string]string{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return fields, nil
		}
		if err != nil {
			return nil, broken(err)
		}
		if part.FormName() != "up" {
			text, err := io.ReadAll(io.LimitReader(part, fieldBytes))
			if err != nil {
				return nil, broken(err)
			}
			fields[part.FormName()] = strings.TrimSpace(string(text))
			continue
		}
		name := fileName(part.Header.Get("Content-Disposition"))
		if name == "" { // the field was left empty
			continue
		}
		if err := x.spool(name, part); err != nil {
			return nil, broken(err)
		}
	}
}

// broken is an upload that ended before its time.
func broken(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || fault.KindOf(err) != fault.Internal {
		return err
	}
	return fault.Wrap(fault.Invalid, err, "the upload broke off, so nothing of it was kept")
}

// fileName is the base name under which a file was sent, shortened and without
// signs that no file has.
func fileName(disposition string) string {
	_, params, err := mime.ParseMediaType(disposition)
	if err != nil {
		return ""
	}
	name := params["filename"]
	if name == "" {
		return ""
	}
	name = filepath.Base(filepath.ToSlash(strings.ReplaceAll(name, "\\", "/")))
	name = strings.Map(func(c rune) rune {
		if c < ' ' || c == utf8.RuneError {
			return -1
		}
		return c
	}, name)
	for len(name) > nameBytes {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

// describe takes what the person said of the files.
func (x *load) describe(s *Server, r *request, fields map[string]string) error {
	if len(x.files) == 0 {
		return fault.New(fault.Invalid, "no file was chosen; go back and choose at least one")
	}
	period, err := calendar.ParsePeriod(fields["period"])
	if err != nil {
		return fault.Wrap(fault.Invalid, err, "the period %q can’t be read", cut(fields["period"]))
	}
	if fields["source"] != "" && s.Sources.Get(fields["source"]) == nil {
		return fault.New(fault.Invalid, "there is no source %q", cut(fields["source"]))
	}
	tenant := fields["tenant"]
	if tenant == published {
		tenant = ""
	}
	if tenant != "" && tenant != string(r.tenant) {
		return fault.New(fault.Refused, "files can be loaded for %s only", r.tenantName())
	}
	x.options = intake.Options{
		Source: fields["source"], Period: period, Tenant: tenant, By: string(r.viewer.Account), Via: "page", Dry: fields["at-once"] == "",
	}
	return nil
}

// loadTake loads what was looked at.
func (s *Server) loadTake(r *request) (answer, error) {
	x, err := s.loads.find(r, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if r.field("aside") != "" {
		if !x.putAside() {
			return nil, fault.New(fault.Conflict, "these files are being loaded, or were; they can’t be put aside")
		}
		return redirect{"/data/loads/" + x.id}, nil
	}
	if !x.take() {
		return nil, fault.New(fault.Conflict, "these files are being loaded already, or were put aside")
	}
	x.mu.Lock()
	x.options.Dry = false
	x.mu.Unlock()
	s.start(x)
	return redirect{"/data/loads/" + x.id}, nil
}
