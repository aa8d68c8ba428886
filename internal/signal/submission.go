package signal

import (
	"slices"
	"strings"
	"time"

	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/org"
)

// Declaration is whose word a submission is (Francis 176): a named person who says
// that it is truthful and not misleading by omission.
type Declaration struct {
	Name string        `json:"name"`
	Role string        `json:"role"`
	On   calendar.Date `json:"on"`
}

// StatementID names one statement of a submission.
type StatementID string

// Statement is one claim of a submission that can later be held against evidence.
type Statement struct {
	ID    StatementID `json:"id"`
	Words string      `json:"words"`
	Theme string      `json:"theme,omitempty"`
	Place Place       `json:"place,omitzero"`
}

// Submission is something a provider tells its commissioner: an assurance, a
// report, a figure with its explanation. A correction is a new version; both stay.
type Submission struct {
	ID          string      `json:"id"`
	Provider    org.Code    `json:"provider"`
	Version     int         `json:"version"`            // from 1
	Corrects    string      `json:"corrects,omitempty"` // why this version was sent, from version 2
	About       string      `json:"about"`
	Received    time.Time   `json:"received"`
	Declaration Declaration `json:"declaration"`
	Statements  []Statement `json:"statements"`
}

// Validate gives everything that is wrong with the submission.
func (s *Submission) Validate(tax *Taxonomies) FieldErrors {
	received := calendar.DateOf(s.Received)
	k := &check{tax: tax, day: received}
	k.need(s.Provider != "", "provider", "", "the provider that submits", "Choose the provider.")
	k.need(strings.TrimSpace(s.About) != "", "about", "", "what it is about", "Enter the subject.")
	k.need(s.Version >= 1, "version", "", "1 or more", "Number the versions from 1.")
	k.need(s.Version <= 1 || strings.TrimSpace(s.Corrects) != "", "corrects", "", "what this version corrects and why", "Write what changed.")
	k.under("declaration", func() {
		k.need(strings.TrimSpace(s.Declaration.Name) != "", "name", "", "who declares it to be true (Francis 176)", "Enter the name.")
		k.need(strings.TrimSpace(s.Declaration.Role) != "", "role", "", "in what role", "Enter the role.")
		k.need(!s.Declaration.On.IsZero(), "on", "", "the day of the declaration", "Enter the date.")
		k.notAfter("on", s.Declaration.On, received, "the day of receipt")
	})
	k.need(len(s.Statements) > 0, "statements", "", "at least one statement", "Enter what the provider says.")
	var ids []StatementID
	for _, st := range s.Statements {
		k.need(st.ID != "" && !slices.Contains(ids, st.ID), "statements", string(st.ID), "an id of its own for each statement", "Number the statements.")
		k.need(strings.TrimSpace(st.Words) != "", "statements", string(st.ID), "the words of the statement", "Enter the words, or remove the line.")
		k.code("statements", "theme", st.Theme, false)
		ids = append(ids, st.ID)
	}
	return k.errs
}

// EvidenceKind is what kind of evidence disproved a statement.
type EvidenceKind string

// The kinds.
const (
	EvidenceSignal      EvidenceKind = "signal"      // by its reference; an inspection or a visit is one too
	EvidenceFinding     EvidenceKind = "finding"     // by its id
	EvidenceObservation EvidenceKind = "observation" // indicator, period: "shmi 2025-03"
	EvidenceCase        EvidenceKind = "case"
	EvidenceOther       EvidenceKind = "document" // what we don't hold: title and date
)

// Contradiction is "assurance later contradicted": it links a statement to what
// disproved it (docs/rules.md, assurance).
type Contradiction struct {
	ID         string       `json:"id"`
	Submission string       `json:"submission"`
	Version    int          `json:"version"`
	Statement  StatementID  `json:"statement"`
	Provider   org.Code     `json:"provider"`
	Evidence   EvidenceKind `json:"evidence"`
	Ref        string       `json:"ref"`
	Says       string       `json:"says,omitempty"` // the evidence in words, as it stood then
	Because    string       `json:"because"`
	By         string       `json:"by"`
	At         time.Time    `json:"at"`
}

// Contradict makes the link, or says why it can't be made.
func Contradict(s Submission, statement StatementID, kind EvidenceKind, ref, because, by string, at time.Time) (Contradiction, error) {
	known := slices.ContainsFunc(s.Statements, func(st Statement) bool { return st.ID == statement })
	switch {
	case !known:
		return Contradiction{}, fault.New(fault.NotFound, "the submission has no statement %q", statement)
	case ref == "" || strings.TrimSpace(because) == "" || by == "":
		return Contradiction{}, fault.New(fault.Invalid, "a contradiction needs its evidence, a because and a person")
	case at.Before(s.Received):
		return Contradiction{}, fault.New(fault.Invalid, "a statement can't be contradicted before it was received")
	}
	return Contradiction{
		Submission: s.ID, Version: s.Version, Statement: statement, Provider: s.Provider,
		Evidence: kind, Ref: ref, Because: because, By: by, At: at,
	}, nil
}

// Contradicted counts per provider the statements that were contradicted, each
// statement once however much disproved it.
func Contradicted(all []Contradiction) map[org.Code]int {
	type statement struct {
		submission string
		id         StatementID
	}
	seen := map[statement]bool{}
	counts := map[org.Code]int{}
	for _, c := range all {
		key := statement{c.Submission, c.Statement}
		if !seen[key] {
			seen[key] = true
			counts[c.Provider]++
		}
	}
	return counts
}
