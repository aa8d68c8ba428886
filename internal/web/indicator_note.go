package web

import (
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
	"candour/internal/web/component"
)

// noteForm adds a note to the chart.
type noteForm struct {
	Action string
	Open   bool
	Period component.Select
	Text   component.Textarea
}

// limitsForm sets process limits anew from a period, with a signed reason.
type limitsForm struct {
	Action  string
	Open    bool
	From    component.Select
	Because component.Textarea
}

// longestNote bounds a note and a reason, in bytes.
const longestNote = 2000

// periods is the periods of the series as options, newest first.
func (v *indicatorView) periods() []component.Option {
	out := make([]component.Option, 0, len(v.judged.Points))
	for _, p := range slices.Backward(v.judged.Points) {
		out = append(out, component.Option{Value: p.Period.String(), Text: p.Period.Words()})
	}
	return out
}

func (v *indicatorView) newNoteForm() *noteForm {
	return &noteForm{
		Action: indicatorPath(v.org.Code, v.d.ID) + "/notes",
		Period: component.Select{Field: component.Field{Name: "period", Label: component.Label{Text: "At"}}, Options: v.periods()},
		Text: component.Textarea{Field: component.Field{
			Name: "note", Label: component.Label{Text: "Note"}, Hint: "What happened, and where it is written down. No names of patients or staff.",
		}, Rows: 3},
	}
}

func (v *indicatorView) newLimitsForm() *limitsForm {
	f := &limitsForm{
		Action: indicatorPath(v.org.Code, v.d.ID) + "/limits",
		From:   component.Select{Field: component.Field{Name: "from", Label: component.Label{Text: "New limits begin with"}}, Options: v.periods()},
		Because: component.Textarea{Field: component.Field{
			Name: "because", Label: component.Label{Text: "Because"},
			Hint: "The known cause of the change, and why the new level will last. It is shown on the chart with your role and today’s date.",
		}, Rows: 3},
	}
	if c := v.judged.Chart; c != nil && c.Suggestion != nil {
		f.From.Value = v.judged.Points[c.Suggestion.From].Period.String()
	}
	return f
}

// noteAdd records a note of the viewer's commissioner at a period.
func (s *Server) noteAdd(r *request) (answer, error) {
	v, err := s.readIndicator(r)
	if err != nil {
		return nil, err
	}
	period, text := r.field("period"), r.field("note")
	at, ok := readPeriod(period)
	problems := map[string]string{}
	if !ok || !v.has(period) {
		problems["period"] = "Choose a period of the chart."
	}
	if text == "" || len(text) > longestNote {
		problems["note"] = fmt.Sprintf("Write the note, in at most %d characters.", longestNote)
	}
	if len(problems) > 0 {
		p, err := s.newIndicatorPage(r)
		if err != nil || p.NoteForm == nil {
			return p, err
		}
		p.NoteForm.Open, p.NoteForm.Period.Value, p.NoteForm.Text.Value = true, period, text
		p.NoteForm.Period.Error, p.NoteForm.Text.Error = p.faulty(problems, "period"), p.faulty(problems, "note")
		return p, nil
	}
	id, err := s.newID("n")
	if err != nil {
		return nil, err
	}
	note := record.Note{ID: id, Tenant: r.tenant, Indicator: v.d.ID, Org: v.org.Code, Period: at, Text: text, Role: r.signingRole(access.AddNote)}
	return s.signed(r, v, record.NoteAdded, r.tenant, id, note)
}

// limitsSet records new process limits. On a published series they hold for
// everybody who sees it, since the findings rest on them; on our own for us.
func (s *Server) limitsSet(r *request) (answer, error) {
	v, err := s.readIndicator(r)
	if err != nil {
		return nil, err
	}
	from, because := r.field("from"), r.field("because")
	at, ok := readPeriod(from)
	problems := map[string]string{}
	if !ok || !v.has(from) {
		problems["from"] = "Choose the period with which the new limits begin."
	}
	if because == "" || len(because) > longestNote {
		problems["because"] = fmt.Sprintf("Give the reason, in at most %d characters: limits are never moved without one.", longestNote)
	}
	if len(problems) > 0 {
		p, err := s.newIndicatorPage(r)
		if err != nil || p.LimitsForm == nil {
			return p, err
		}
		p.LimitsForm.Open, p.LimitsForm.From.Value, p.LimitsForm.Because.Value = true, from, because
		p.LimitsForm.From.Error, p.LimitsForm.Because.Error = p.faulty(problems, "from"), p.faulty(problems, "because")
		return p, nil
	}
	id, err := s.newID("l")
	if err != nil {
		return nil, err
	}
	tenant := r.tenant
	if v.published() {
		tenant = ""
	}
	limits := record.Limits{ID: id, Tenant: tenant, Indicator: v.d.ID, Org: v.org.Code, From: at, Because: because, Role: r.signingRole(access.SetLimits)}
	return s.signed(r, v, record.LimitsSet, tenant, id, limits)
}

// faulty adds a problem to the summary and gives it for its field; nil is none.
func (p *indicatorPage) faulty(problems map[string]string, field string) component.Content {
	text, ok := problems[field]
	if !ok {
		return nil
	}
	p.wrong(field, text)
	return text
}

// has reports whether the series has the period.
func (v *indicatorView) has(period string) bool {
	for i := range v.judged.Points {
		if v.judged.Points[i].Period.String() == period {
			return true
		}
	}
	return false
}

// noteRemove takes a note back; it stays readable in the past.
func (s *Server) noteRemove(r *request) (answer, error) { return s.takeBack(r, false) }

// limitsRemove takes limits back; they stay readable in the past.
func (s *Server) limitsRemove(r *request) (answer, error) { return s.takeBack(r, true) }

func (s *Server) takeBack(r *request, limits bool) (answer, error) {
	v, err := s.readIndicator(r)
	if err != nil {
		return nil, err
	}
	mark, err := s.store.Annotation(r.Context(), r.scope, r.PathValue("note"))
	if err != nil {
		return nil, err
	}
	if mark.Limits != limits || mark.Org != v.org.Code || mark.Indicator != v.d.ID {
		return nil, fault.New(fault.NotFound, "this chart has no such note or limits")
	}
	kind := record.NoteRemoved
	if limits {
		kind = record.LimitsRemoved
	}
	return s.signed(r, v, kind, mark.Tenant, mark.ID, record.Removal{ID: mark.ID, Because: "taken back on the chart by the " + uncapital(r.rolesInWords())})
}

// signed records an event about the chart, tests again where limits moved, and
// shows the chart.
func (s *Server) signed(r *request, v *indicatorView, kind record.Kind, tenant org.Code, id string, body any) (answer, error) {
	e, err := record.New(kind, "chart/"+string(v.org.Code)+"/"+string(v.d.ID), tenant, r.viewer.Account, body)
	if err != nil {
		return nil, err
	}
	if _, err := s.store.Record(r.Context(), e); err != nil {
		return nil, err
	}
	if kind == record.LimitsSet || kind == record.LimitsRemoved {
		s.watchAgain()
	}
	return redirect{indicatorPath(v.org.Code, v.d.ID) + "#limits"}, nil
}

// watchAgain runs the watch beside the answer, so that the findings follow what a
// person has signed.
func (s *Server) watchAgain() {
	s.work.Go(func() {
		if _, _, err := s.Watcher.Run(s.ctx); err != nil && s.ctx.Err() == nil {
			s.Log.Error("the watch didn't run after something was signed", "error", err.Error())
		}
	})
}

// signingRole is the viewer's first role that may do a thing: the one they sign as.
func (r *request) signingRole(a access.Action) access.Role {
	for _, role := range r.viewer.RolesAt(r.tenant) {
		one := access.Viewer{Account: r.viewer.Account, Memberships: []access.Membership{{Tenant: r.tenant, Role: role}}}
		if access.Allows(one, r.tenant, a, access.Resource{Tenant: r.tenant}) {
			return role
		}
	}
	return ""
}

// newID is a fresh id: its letter and 16 hexadecimal digits.
func (s *Server) newID(letter string) (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", fault.Wrap(fault.Internal, err, "draw a number")
	}
	return letter + "-" + hex.EncodeToString(b[:]), nil
}

// annotationsOf is the marks on one chart among those of a provider.
func annotationsOf(all []store.Annotation, id indicator.ID) []store.Annotation {
	var out []store.Annotation
	for _, m := range all {
		if m.Indicator == id {
			out = append(out, m)
		}
	}
	return out
}
