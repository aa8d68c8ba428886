package web

import (
	"context"
	"strings"

	"github.com/goccy/go-yaml"

	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/intake"
	"candour/internal/web/component"
)

// releaseForm says what a held file is, or corrects how it is read.
type releaseForm struct {
	ID      string
	Source  component.Select
	Period  component.Input
	Mapping component.Textarea
}

func (s *Server) newReleaseForm(r *request, d delivery.Delivery) *releaseForm {
	f := &releaseForm{
		ID: string(d.ID), Source: s.sourceSelect(d.SaidSource), Period: periodInput(d.SaidPeriod.String()),
		Mapping: component.Textarea{
			Field: component.Field{
				Name: "mapping", Label: component.Label{Text: "Corrected mapping (YAML)"},
				Hint: "The source’s definition as it is to be for this file alone: say the publisher’s new name of a column under columns. Leave it as it is to read the file with the definition in force.",
			},
			Rows: 18, Spellcheck: "false",
		},
	}
	f.Source.Value = d.Source
	f.Mapping.Value = s.mappingOf(d)
	if r.Method == "POST" {
		f.Source.Value, f.Period.Value, f.Mapping.Value = r.field("source"), r.field("period"), r.PostFormValue("mapping")
	}
	return f
}

// mappingOf is the definition to begin a correction with: the one that the file
// was read with, else the source's present one.
func (s *Server) mappingOf(d delivery.Delivery) string {
	if len(d.Mapping) > 0 {
		return string(d.Mapping)
	}
	if src := s.Sources.Get(d.Source); src != nil {
		return string(src.Text)
	}
	return ""
}

// deliveryRelease reads a held file again with what a person says of it. The held
// delivery stays as it was; what is read now is a new one.
func (s *Server) deliveryRelease(r *request) (answer, error) {
	d, err := s.store.Delivery(r.Context(), r.scope, delivery.ID(r.PathValue("id")))
	if err != nil {
		return nil, err
	}
	if d.Status == delivery.Accepted {
		return nil, fault.New(fault.Conflict, "every row of %s was taken; there is nothing to release", d.ID)
	}
	if d.RereadAs != "" {
		return nil, fault.New(fault.Conflict, "%s was read again as %s; correct that one", d.ID, d.RereadAs)
	}
	c, field, err := s.correction(r, d)
	if err != nil {
		return s.releaseAgain(r, d, field, err)
	}
	x, err := s.newLoad(r)
	if err != nil {
		return nil, err
	}
	c.Dry = r.field("at-once") == ""
	x.options = intake.Options{Dry: c.Dry, By: string(r.viewer.Account), Tenant: d.Tenant, Via: "page"}
	x.files = []loadFile{{name: d.File, size: d.Size}}
	x.release = func(ctx context.Context, loader Loader) (intake.Report, error) {
		now := c
		now.Dry = x.snapshot().looking
		return loader.Release(ctx, d, now)
	}
	if err := s.loads.add(x, s.now()); err != nil {
		return nil, err
	}
	s.start(x)
	return redirect{"/data/loads/" + x.id}, nil
}

// correction is what the form says; field is the one that is wrong.
func (s *Server) correction(r *request, d delivery.Delivery) (c intake.Correction, field string, err error) {
	c = intake.Correction{Source: r.field("source"), By: string(r.viewer.Account)}
	if c.Period, err = calendar.ParsePeriod(r.field("period")); err != nil {
		return c, "period", err
	}
	if c.Source != "" && s.Sources.Get(c.Source) == nil {
		return c, "source", fault.New(fault.Invalid, "there is no source %q", cut(c.Source))
	}
	// Browsers send line ends as CR LF; definitions have LF, and their version is a hash.
	text := strings.ReplaceAll(r.PostFormValue("mapping"), "\r\n", "\n")
	if text != "" && strings.TrimSpace(text) != strings.TrimSpace(s.mappingOf(d)) {
		if err := checkMapping(text); err != nil {
			return c, "mapping", err
		}
		c.Mapping = []byte(text)
	}
	return c, "", nil
}

// checkMapping reports what is wrong with a corrected definition.
func checkMapping(text string) error {
	var named struct {
		ID string `yaml:"id"`
	}
	if err := yaml.Unmarshal([]byte(text), &named); err != nil {
		return fault.Wrap(fault.Invalid, err, "the mapping is not YAML")
	}
	_, err := intake.ParseSource(named.ID+".yaml", []byte(text))
	return err
}

// releaseAgain shows the delivery's page with what is wrong in the form, and the
// words kept.
func (s *Server) releaseAgain(r *request, d delivery.Delivery, field string, wrong error) (answer, error) {
	p, err := s.newDeliveryPage(r, d)
	if err != nil {
		return nil, err
	}
	message := sentence(wrong.Error())
	p.wrong(field, message)
	switch field {
	case "period":
		p.Release.Period.Error = message
	case "source":
		p.Release.Source.Error = message
	default:
		p.Release.Mapping.Error = message
	}
	return p, nil
}
