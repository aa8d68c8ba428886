package signal

import (
	"cmp"
	"slices"
	"strings"

	"candour/internal/calendar"
	"candour/internal/org"
)

// Channel is a voice whose reports are counted as one stream (concern-design.md
// section 2). Kinds without a channel are shown on the time line and not counted.
type Channel string

// The default channels, in the order of concern-design.md.
const (
	ChannelComplaintsCare          Channel = "complaints_care"
	ChannelComplaintsCommunication Channel = "complaints_communication"
	ChannelIncidentsLow            Channel = "incidents_no_low_harm"
	ChannelIncidentsHarm           Channel = "incidents_harm"
	ChannelStaff                   Channel = "staff_concerns"
	ChannelGP                      Channel = "gp_concerns"
	ChannelComments                Channel = "negative_comments"
	ChannelTrainee                 Channel = "trainee_concerns"
)

// Channels is every channel in the order of concern-design.md section 2.
func Channels() []Channel {
	return []Channel{
		ChannelComplaintsCare, ChannelComplaintsCommunication, ChannelIncidentsLow, ChannelIncidentsHarm,
		ChannelStaff, ChannelGP, ChannelComments, ChannelTrainee,
	}
}

// Channel is the channel in which the signal counts, false when in none: praise
// and good care (R-SOFT-4), risks, ratings, media (whose storms are counted as
// nothing), letters.
func (s *Signal) Channel() (Channel, bool) {
	switch s.Kind {
	case KindComplaint:
		if s.aboutCommunication() {
			return ChannelComplaintsCommunication, true
		}
		return ChannelComplaintsCare, true
	case KindIncident:
		return s.Incident.channel()
	case KindNeverEvent, KindSeriousIncident:
		return ChannelIncidentsHarm, true
	case KindStaffConcern:
		return ChannelStaff, true
	case KindSafeguarding: // beside others of the provider only: see Store.SignalCells
		return ChannelIncidentsHarm, s.Safeguarding != nil && s.Safeguarding.blames()
	case KindClinicianConcern:
		return ChannelGP, true
	case KindPatientComment:
		bad := s.Publication != nil && (s.Publication.Sentiment == SentimentNegative || s.Publication.Sentiment == SentimentMixed)
		return ChannelComments, bad
	case KindTraineeSurvey:
		bad := s.TraineeSurvey != nil && (s.TraineeSurvey.Outlier == "below" || s.TraineeSurvey.Enhanced || s.TraineeSurvey.Outlier == "")
		return ChannelTrainee, bad
	}
	return "", false
}

// channel of an incident: with harm from moderate on; low harm goes with none.
func (i *Incident) channel() (Channel, bool) {
	if i == nil || i.Type != LFPSEIncident && i.Type != LFPSEOutcome {
		return "", false
	}
	worst := i.WorstHarm()
	legacy := i.LegacyHarm == "moderate" || i.LegacyHarm == "severe" || i.LegacyHarm == "death"
	if legacy || worst >= HarmFatal && worst <= HarmModerate {
		return ChannelIncidentsHarm, true
	}
	return ChannelIncidentsLow, true
}

// communicationThemes and relationshipHCAT are what makes a complaint one about
// communication or attitude.
var (
	communicationThemes = []string{"communication", "attitude", "listening", "consent"}
	relationshipHCAT    = []string{"listening", "communication", "respect"}
)

// aboutCommunication reports whether the gravest HCAT category of a complaint is
// one of relationships; without HCAT codes the main theme decides.
func (s *Signal) aboutCommunication() bool {
	codes := s.Triage.Codes.HCAT
	if len(codes) == 0 && s.Complaint != nil {
		codes = s.Complaint.HCAT
	}
	care, relations := 0, 0
	for _, c := range codes {
		category, _, _ := strings.Cut(c.Category, "/")
		if slices.Contains(relationshipHCAT, category) {
			relations = max(relations, c.Severity)
		} else {
			care = max(care, c.Severity)
		}
	}
	if care > 0 || relations > 0 {
		return relations > care
	}
	return slices.Contains(communicationThemes, s.MainTheme())
}

// Counts reports whether the signal counts at all: not when withdrawn, nor a Never
// Event found not to be one.
func (s *Signal) Counts() bool {
	return s.Triage.Withdrawn == "" && s.Triage.State != "rejected" && s.Triage.State != "not_covered"
}

// Cell is one count for the detection of concern (concern-design.md sections 2 and 4).
type Cell struct {
	Provider      org.Code        `json:"provider"`
	Channel       Channel         `json:"channel"`
	Severe        bool            `json:"severe"`
	EventMonth    calendar.Period `json:"event_month"`    // of receipt where the day of the event isn't stated
	ReceivedMonth calendar.Period `json:"received_month"` // from which the item may be used
	N             int             `json:"n"`
}

// CountSettings is how items about one event count.
type CountSettings struct {
	// OncePerChannel counts an event once in each channel in which it was reported.
	// The default, false, is R-SOFT-3 to the letter: once, in the channel of its
	// gravest item.
	OncePerChannel bool
	// Own is the installation's channels, for what no channel of Channels counts.
	Own []OwnChannel
}

// Count is how many events were reported per provider, channel, severity, month of
// the event and month of receipt, in that order. Items about one event, and
// duplicates, count once (R-SOFT-3): the gravest item stands for all, of equal ones
// the first received.
func Count(signals []Signal, settings CountSettings) []Cell {
	counts := map[Cell]int{}
	for _, group := range groupByEvent(signals) {
		reports := make([]report, len(group))
		for i, s := range group {
			reports[i] = settings.report(s)
		}
		for _, r := range settings.standing(reports) {
			counts[Cell{Provider: r.Provider, Channel: r.Channel, Severe: r.Severe, EventMonth: r.Month, ReceivedMonth: monthOf(calendar.DateOf(r.received))}]++
		}
	}
	cells := make([]Cell, 0, len(counts))
	for c, n := range counts {
		c.N = n
		cells = append(cells, c)
	}
	slices.SortFunc(cells, compareCells)
	return cells
}

// standing is the reports about one event that stand for it, one of each provider: the
// gravest, then the first received. An installation's own channel has those that no other
// channel counts, whatever their gravity.
func (c *CountSettings) standing(reports []report) []report {
	reports = slices.DeleteFunc(reports, func(r report) bool { return r.Channel == "" })
	if len(reports) < 2 {
		return reports
	}
	slices.SortFunc(reports, func(a, b report) int {
		return cmp.Or(compareBools(a.own, b.own), cmp.Compare(b.Level, a.Level), a.received.Compare(b.received), cmp.Compare(a.id, b.id))
	})
	taken := map[string]bool{}
	return slices.DeleteFunc(reports, func(r report) bool {
		once := string(r.Provider)
		if c.OncePerChannel {
			once += "/" + string(r.Channel)
		}
		if taken[once] {
			return true
		}
		taken[once] = true
		return false
	})
}

// CountedWithOthers is the references of the reports for which another report of the same
// event stands in Count: they are about what was counted, and are not counted themselves.
func CountedWithOthers(signals []Signal) (refs []string) {
	settings := CountSettings{}
	for _, group := range groupByEvent(signals) {
		reports := make([]report, len(group))
		for i, s := range group {
			reports[i] = settings.report(s)
		}
		stands := map[ID]bool{}
		for _, r := range settings.standing(reports) {
			stands[r.id] = true
		}
		for _, s := range group {
			if _, ok := s.Channel(); ok && !stands[s.ID] {
				refs = append(refs, s.Reference)
			}
		}
	}
	return refs
}

// SumCells adds counts cell by cell, in the order of Count.
func SumCells(lists ...[]Cell) []Cell {
	sums := map[Cell]int{}
	for _, list := range lists {
		for _, c := range list {
			n := c.N
			c.N = 0
			sums[c] += n
		}
	}
	cells := make([]Cell, 0, len(sums))
	for c, n := range sums {
		c.N = n
		cells = append(cells, c)
	}
	slices.SortFunc(cells, compareCells)
	return cells
}

func compareCells(a, b Cell) int {
	return cmp.Or(
		cmp.Compare(a.Provider, b.Provider),
		cmp.Compare(slices.Index(Channels(), a.Channel), slices.Index(Channels(), b.Channel)),
		cmp.Compare(a.Channel, b.Channel), // an installation's own stand before the others
		compareBools(a.Severe, b.Severe),
		a.EventMonth.Compare(b.EventMonth),
		a.ReceivedMonth.Compare(b.ReceivedMonth),
	)
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func monthOf(d calendar.Date) calendar.Period {
	y, m, _ := d.YMD()
	return calendar.NewMonth(y, m)
}

// groupByEvent puts the signals that count into groups about one event: those
// with the same event, and duplicates with what they are duplicates of, also over
// several steps. Groups and their members keep the order of signals.
func groupByEvent(signals []Signal) [][]*Signal {
	joined := joints{}
	tied := map[ID]bool{} // to another; most stand alone
	for i := range signals {
		s := &signals[i]
		if s.Triage.Event != "" || s.Triage.DuplicateOf != "" {
			tied[s.ID], tied[s.Triage.DuplicateOf] = true, true
		}
		joined.tie(s.ID, s.Triage.Event, s.Triage.DuplicateOf)
	}
	at := map[string]int{}
	groups, alone := make([][]*Signal, 0, len(signals)), make([]*Signal, len(signals))
	for i := range signals {
		s := &signals[i]
		if !s.Counts() || !s.Kind.Warns() {
			continue
		}
		if !tied[s.ID] {
			alone[i] = s
			groups = append(groups, alone[i:i+1:i+1])
			continue
		}
		root := joined.find("s/" + string(s.ID))
		n, seen := at[root]
		if !seen {
			n = len(groups)
			at[root] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], s)
	}
	return groups
}
