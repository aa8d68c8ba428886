package mapping

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/signal"
)

// filling is one signal while its cells are read.
type filling struct {
	mapping  *Mapping
	row      *Row
	patient  signal.IncidentPatient
	harmed   bool // patient holds something
	progress progress
}

func (f *filling) fail(field, found, expected, advice string) {
	if r := []rune(found); len(r) > 60 {
		found = string(r[:60]) + "…"
	}
	f.row.Errors = append(f.row.Errors, signal.FieldError{Field: field, Found: found, Expected: expected, Advice: advice})
}

func (f *filling) start(options Options) {
	s := &f.row.Signal
	*s = signal.Signal{
		Kind: f.mapping.Kind, Received: options.Received, Recorded: options.Recorded, Delivery: options.Delivery, Row: f.row.Number,
		Source: signal.Source{Channel: "file"},
	}
	switch s.Kind {
	case signal.KindComplaint:
		s.Complaint = &signal.Complaint{ReceivedBy: "provider", Complainant: signal.ComplainantPatient, Consent: signal.ConsentNotAsked}
	case signal.KindIncident:
		s.Incident = &signal.Incident{Type: signal.LFPSEIncident}
	case signal.KindSeriousIncident:
		s.SeriousIncident = &signal.SeriousIncident{}
	case signal.KindClinicianConcern:
		s.ClinicianConcern = &signal.ClinicianConcern{Harm: "unknown"}
	case signal.KindSafeguarding:
		s.Safeguarding = &signal.Safeguarding{ReferredBy: "provider", SafeNow: "unknown"}
	case signal.KindPatientComment, signal.KindPraise:
		s.Publication = &signal.Publication{Sentiment: signal.SentimentNeutral}
	case signal.KindHealthwatch, signal.KindMPLetter, signal.KindMessage:
		s.Correspondence = &signal.Correspondence{}
	}
}

func (f *filling) finish() {
	s := &f.row.Signal
	if f.harmed && s.Incident != nil {
		s.Incident.Patients = []signal.IncidentPatient{f.patient}
	}
	if s.Title == "" {
		s.Title = s.Kind.Words() + " of row " + strconv.Itoa(f.row.Number)
	}
	if x := s.Safeguarding; x != nil && x.Outcome != "" && !x.OutcomeOn.IsZero() {
		f.row.Then = []signal.Change{signal.Moved{Event: "outcome received", On: x.OutcomeOn}}
	}
	if s.Complaint != nil && f.mapping.tellsProgress() {
		f.row.Then = f.changes()
	}
}

// setter sets one field from a cell. It returns what was expected and what to do
// when the cell can't be read, and two empty strings when it can.
type setter func(f *filling, v string) (expected, advice string)

// kindFields are the prefixes of the fields that a kind has.
type kindFields []string

func (k kindFields) any() bool { return len(k) > 0 }

func (k kindFields) has(field string) bool {
	prefix, _, _ := strings.Cut(field, ".")
	return !slices.Contains(detailPrefixes, prefix) || slices.Contains(k, prefix)
}

var detailPrefixes = []string{"complaint", "incident", "serious_incident", "clinician_concern", "publication", "safeguarding"}

// fieldsOf is the detail prefix of a kind that can be imported by columns.
func fieldsOf(kind signal.Kind) kindFields {
	switch kind {
	case signal.KindPatientComment, signal.KindPraise:
		return kindFields{"publication"}
	case signal.KindComplaint, signal.KindIncident, signal.KindSeriousIncident, signal.KindClinicianConcern, signal.KindSafeguarding:
		return kindFields{string(kind)}
	case signal.KindHealthwatch, signal.KindMPLetter, signal.KindMessage:
		return kindFields{"correspondence"} // no field of theirs: who said it, when, of whom and what
	}
	return nil
}

// listFields may be filled by several columns.
var listFields = map[string]bool{"themes": true, "complaint.ko41a.subjects": true, "incident.agents": true, "narrative": true, "safeguarding.types": true}

// Many reports whether several columns may fill a field.
func Many(field string) bool { return listFields[field] }

// Fields is every field that a column can fill, sorted.
func Fields() []string {
	var fields []string
	for field := range setters {
		fields = append(fields, field)
	}
	slices.Sort(fields)
	return fields
}

// kindNames is the kinds that columns can give.
func kindNames() (names []string) {
	for _, k := range signal.Kinds() {
		if fieldsOf(k).any() {
			names = append(names, string(k))
		}
	}
	return names
}

// FieldsFor is the fields that a column can fill for a kind, sorted.
func FieldsFor(kind signal.Kind) []string {
	if !fieldsOf(kind).any() {
		return nil
	}
	return slices.DeleteFunc(Fields(), func(field string) bool { return !fieldsOf(kind).has(field) })
}

func set(target func(*signal.Signal) *string) setter {
	return func(f *filling, v string) (string, string) { *target(&f.row.Signal) = v; return "", "" }
}

func code(target func(*signal.Signal) *org.Code) setter {
	return func(f *filling, v string) (string, string) {
		c, err := org.ParseCode(v)
		if err != nil {
			return "an organisation code of 3 to 9 letters and digits", "Use the code of the Organisation Data Service, or translate the name in the mapping."
		}
		*target(&f.row.Signal) = c
		return "", ""
	}
}

func date(target func(*signal.Signal) *calendar.Date) setter {
	return func(f *filling, v string) (string, string) {
		t, ok := f.mapping.parseDate(v)
		if !ok {
			return f.mapping.datesInWords(), "Correct the date, or add its form to the mapping."
		}
		*target(&f.row.Signal) = calendar.DateOf(t)
		return "", ""
	}
}

func yesNo(target func(*signal.Signal) *bool) setter {
	return func(f *filling, v string) (string, string) {
		switch strings.ToLower(v) {
		case "yes", "y", "true", "1":
			*target(&f.row.Signal) = true
		case "no", "n", "false", "0":
			*target(&f.row.Signal) = false
		default:
			return "yes or no", "Correct it, or translate the word in the mapping."
		}
		return "", ""
	}
}

func number(low, high int, target func(*filling) *int) setter {
	return func(f *filling, v string) (string, string) {
		n, err := strconv.Atoi(strings.TrimSuffix(v, ".0"))
		if err != nil || n < low || n > high {
			return "a whole number from " + strconv.Itoa(low) + " to " + strconv.Itoa(high), "Correct it, or translate the word in the mapping."
		}
		*target(f) = n
		return "", ""
	}
}

// parseDate reads v by the first form of the mapping that fits; without a time it
// is the beginning of the day in London.
func (m *Mapping) parseDate(v string) (time.Time, bool) {
	forms := m.Dates
	if len(forms) == 0 {
		forms = []DateForm{ISODate}
	}
	for _, form := range forms {
		if form == ExcelDay {
			if n, err := strconv.ParseFloat(v, 64); err == nil && n >= 61 && n < 73_050 { // March 1900 to 2099
				day := calendar.NewDate(1899, time.December, 30) + calendar.Date(math.Floor(n))
				minutes := int(math.Round((n - math.Floor(n)) * 24 * 60))
				return day.At(minutes/60, minutes%60), true
			}
			continue
		}
		for _, layout := range layouts[form] {
			if t, err := time.ParseInLocation(layout, v, calendar.London); err == nil && t.Year() >= 1900 && t.Year() < 2100 {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

func (m *Mapping) datesInWords() string {
	words := make([]string, len(m.Dates))
	for i, d := range m.Dates {
		words[i] = string(d)
	}
	if len(words) == 0 {
		words = []string{string(ISODate)}
	}
	return "a date of the form " + strings.Join(words, " or ")
}

// setters is every field by its name.
var setters = map[string]setter{
	"reference": set(func(s *signal.Signal) *string { return &s.Reference }),
	"title":     set(func(s *signal.Signal) *string { return &s.Title }),
	"narrative": func(f *filling, v string) (string, string) {
		if s := &f.row.Signal; s.Narrative == "" {
			s.Narrative = v
		} else {
			s.Narrative += "\n\n" + v
		}
		return "", ""
	},
	"place.provider":      code(func(s *signal.Signal) *org.Code { return &s.Place.Provider }),
	"place.site":          code(func(s *signal.Signal) *org.Code { return &s.Place.Site }),
	"place.service":       set(func(s *signal.Signal) *string { return &s.Place.Service }),
	"place.ward":          set(func(s *signal.Signal) *string { return &s.Place.Ward }),
	"source.organisation": code(func(s *signal.Signal) *org.Code { return &s.Source.Organisation }),
	"source.role":         set(func(s *signal.Signal) *string { return &s.Source.Role }),
	"occurred.date":       date(func(s *signal.Signal) *calendar.Date { return &s.Occurred.Date }),
	"occurred.until":      date(func(s *signal.Signal) *calendar.Date { return &s.Occurred.Until }),
	"occurred.time": func(f *filling, v string) (string, string) {
		for _, layout := range []string{"15:04", "15:04:05", "1504"} {
			if t, err := time.Parse(layout, v); err == nil {
				f.row.Signal.Occurred.Time = t.Format("15:04")
				return "", ""
			}
		}
		return "a time like 23:40", "Correct the time."
	},
	"received": func(f *filling, v string) (string, string) {
		t, ok := f.mapping.parseDate(v)
		if !ok {
			return f.mapping.datesInWords(), "Correct the date, or add its form to the mapping."
		}
		f.row.Signal.Received = t
		return "", ""
	},
	"revision": number(0, 1_000_000, func(f *filling) *int { return &f.row.Signal.Revision }),
	"updated": func(f *filling, v string) (string, string) {
		t, ok := f.mapping.parseDate(v)
		if !ok {
			return f.mapping.datesInWords(), "Correct the date, or add its form to the mapping."
		}
		f.row.Signal.Updated = t
		return "", ""
	},
	"themes": func(f *filling, v string) (string, string) {
		if s := &f.row.Signal; !slices.Contains(s.Themes, v) {
			s.Themes = append(s.Themes, v)
		}
		return "", ""
	},
	"severity": func(f *filling, v string) (string, string) {
		n, err := strconv.Atoi(v)
		if err != nil || n < int(signal.Low) || n > int(signal.Gravest) {
			return "1 low, 2 moderate, 3 serious or 4 death or severe harm", "Translate the words of the file in the mapping."
		}
		f.row.Signal.Severity = signal.Severity(n)
		return "", ""
	},
	"complaint.received_by":     set(func(s *signal.Signal) *string { return &s.Complaint.ReceivedBy }),
	"complaint.complainant":     set(func(s *signal.Signal) *string { return (*string)(&s.Complaint.Complainant) }),
	"complaint.basis":           set(func(s *signal.Signal) *string { return &s.Complaint.Basis }),
	"complaint.consent":         set(func(s *signal.Signal) *string { return (*string)(&s.Complaint.Consent) }),
	"complaint.consent_on":      date(func(s *signal.Signal) *calendar.Date { return &s.Complaint.ConsentOn }),
	"complaint.upheld":          set(func(s *signal.Signal) *string { return (*string)(&s.Complaint.Upheld) }),
	"complaint.late_reason":     set(func(s *signal.Signal) *string { return &s.Complaint.LateReason }),
	"complaint.hcat_harm":       number(0, 5, func(f *filling) *int { return &f.row.Signal.Complaint.HCATHarm }),
	"complaint.acknowledged_on": progressDay(func(p *progress) *calendar.Date { return &p.acknowledged }),
	"complaint.agreed_for":      progressDay(func(p *progress) *calendar.Date { return &p.agreedFor }),
	"complaint.changed_on":      progressDay(func(p *progress) *calendar.Date { return &p.changedOn }),
	"complaint.changed_to":      progressDay(func(p *progress) *calendar.Date { return &p.changedTo }),
	"complaint.changed_because": func(f *filling, v string) (string, string) { f.progress.because = v; return "", "" },
	"complaint.responded_on":    progressDay(func(p *progress) *calendar.Date { return &p.responded }),
	"complaint.hcat.category": func(f *filling, v string) (string, string) {
		f.hcat().Category = v
		return "", ""
	},
	"complaint.hcat.severity":      number(0, 3, func(f *filling) *int { return &f.hcat().Severity }),
	"complaint.ko41a.subjects":     appendTo(func(s *signal.Signal) *[]string { return &s.Complaint.KO41a.Subjects }),
	"complaint.ko41a.service_area": set(func(s *signal.Signal) *string { return &s.Complaint.KO41a.ServiceArea }),
	"complaint.ko41a.status":       set(func(s *signal.Signal) *string { return &s.Complaint.KO41a.Status }),
	"complaint.ko41a.age":          set(func(s *signal.Signal) *string { return &s.Complaint.KO41a.Age }),
	"complaint.ko41a.profession":   set(func(s *signal.Signal) *string { return &s.Complaint.KO41a.Profession }),
	"incident.lfpse":               set(func(s *signal.Signal) *string { return &s.Incident.LFPSE }),
	"incident.local":               set(func(s *signal.Signal) *string { return &s.Incident.LocalRef }),
	"incident.type":                set(func(s *signal.Signal) *string { return (*string)(&s.Incident.Type) }),
	"incident.revision":            number(0, 10_000, func(f *filling) *int { return &f.row.Signal.Incident.Revision }),
	"incident.submitted":           date(func(s *signal.Signal) *calendar.Date { return &s.Incident.Submitted }),
	"incident.service_area":        set(func(s *signal.Signal) *string { return &s.Incident.ServiceArea }),
	"incident.actions":             set(func(s *signal.Signal) *string { return &s.Incident.Actions }),
	"incident.agents":              appendTo(func(s *signal.Signal) *[]string { return &s.Incident.Agents }),
	"incident.legacy_harm":         set(func(s *signal.Signal) *string { return &s.Incident.LegacyHarm }),
	"incident.physical":            number(1, 5, func(f *filling) *int { f.harmed = true; return &f.patient.Physical }),
	"incident.psychological":       number(1, 4, func(f *filling) *int { f.harmed = true; return &f.patient.Psychological }),
	"serious_incident.steis":       set(func(s *signal.Signal) *string { return &s.SeriousIncident.StEIS }),
	"serious_incident.type":        set(func(s *signal.Signal) *string { return &s.SeriousIncident.Type }),
	"serious_incident.identified":  date(func(s *signal.Signal) *calendar.Date { return &s.SeriousIncident.IdentifiedOn }),
	"serious_incident.reported":    date(func(s *signal.Signal) *calendar.Date { return &s.SeriousIncident.ReportedOn }),
	"serious_incident.modified":    date(func(s *signal.Signal) *calendar.Date { return &s.SeriousIncident.Modified }),
	"clinician_concern.harm":       set(func(s *signal.Signal) *string { return &s.ClinicianConcern.Harm }),
	"clinician_concern.effect":     set(func(s *signal.Signal) *string { return &s.ClinicianConcern.Effect }),
	"publication.outlet":           set(func(s *signal.Signal) *string { return &s.Publication.Outlet }),
	"publication.quote":            set(func(s *signal.Signal) *string { return &s.Publication.Quote }),
	"publication.link":             set(func(s *signal.Signal) *string { return &s.Publication.Link }),
	"publication.sentiment":        set(func(s *signal.Signal) *string { return (*string)(&s.Publication.Sentiment) }),
	"safeguarding.body":            set(func(s *signal.Signal) *string { return &s.Safeguarding.Body }),
	"safeguarding.body_ref":        set(func(s *signal.Signal) *string { return &s.Safeguarding.BodyRef }),
	"safeguarding.area":            set(func(s *signal.Signal) *string { return &s.Safeguarding.Area }),
	"safeguarding.types":           appendTo(func(s *signal.Signal) *[]string { return &s.Safeguarding.Types }),
	"safeguarding.group":           set(func(s *signal.Signal) *string { return &s.Safeguarding.Group }),
	"safeguarding.safe_now":        set(func(s *signal.Signal) *string { return &s.Safeguarding.SafeNow }),
	"safeguarding.referred_by":     set(func(s *signal.Signal) *string { return &s.Safeguarding.ReferredBy }),
	"safeguarding.referred_on":     date(func(s *signal.Signal) *calendar.Date { return &s.Safeguarding.ReferredOn }),
	"safeguarding.about_care":      yesNo(func(s *signal.Signal) *bool { return &s.Safeguarding.AboutCare }),
	"safeguarding.outcome":         set(func(s *signal.Signal) *string { return &s.Safeguarding.Outcome }),
	"safeguarding.outcome_on":      date(func(s *signal.Signal) *calendar.Date { return &s.Safeguarding.OutcomeOn }),
	"publication.fft":              number(1, 6, func(f *filling) *int { return &f.row.Signal.Publication.FFT }),
}

func appendTo(target func(*signal.Signal) *[]string) setter {
	return func(f *filling, v string) (string, string) {
		list := target(&f.row.Signal)
		*list = append(*list, v)
		return "", ""
	}
}

// hcat is the one HCAT code that a file of columns can give.
func (f *filling) hcat() *signal.HCATCode {
	c := f.row.Signal.Complaint
	if len(c.HCAT) == 0 {
		c.HCAT = []signal.HCATCode{{}}
	}
	return &c.HCAT[0]
}
