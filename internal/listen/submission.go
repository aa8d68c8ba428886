package listen

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/fault"
	"candour/internal/identifier"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
)

// Submit validates and records what a provider told its commissioner, or a
// corrected version of it. Words that would tell who a patient is are refused: a
// statement is kept as it was made, so nothing is taken out of it.
func (d *Desk) Submit(ctx context.Context, sc access.Scope, sub signal.Submission) (store.HeldSubmission, error) {
	if err := d.checkSubmission(&sub); err != nil {
		return store.HeldSubmission{}, err
	}
	return d.Memory.Submit(ctx, sc, sub)
}

func (d *Desk) checkSubmission(sub *signal.Submission) error {
	errs := sub.Validate(d.Taxonomies)
	today := calendar.DateOf(d.Now())
	look := func(field, text string) {
		if kinds := certain(identifier.Find(text, today)); len(kinds) > 0 {
			errs = append(errs, signal.FieldError{Field: field, Expected: "words without a " + strings.Join(kinds, " or "), Advice: "They would be kept for ever; leave it out."})
		}
	}
	look("about", sub.About)
	look("corrects", sub.Corrects)
	for _, st := range sub.Statements {
		look("statement-"+string(st.ID), st.Words)
	}
	if calendar.DateOf(sub.Received) > today {
		errs = append(errs, signal.FieldError{Field: "received", Expected: "a day up to today", Advice: "Correct the date."})
	}
	return errs.Err()
}

// submissionColumns is the header of a file of submissions. Rows with the same
// provider, subject and day of receipt are the statements of one submission.
var submissionColumns = []string{"provider", "about", "received", "declared_by", "declared_role", "declared_on", "statement", "theme"}

// mostStatements bounds one submission.
const mostStatements = 200

// ReadSubmissions reads a CSV file of submissions (docs/formats/submissions.md). A
// row that can't be read has its reason, and its submission is not taken; the
// others are.
func (d *Desk) ReadSubmissions(text []byte, o LoadOptions) ([]signal.Submission, []Refusal, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, nil, fault.Wrap(fault.Invalid, err, "read it as CSV")
	}
	if len(rows) < 2 {
		return nil, nil, fault.New(fault.Invalid, "the file holds no submission; expected a header with %s, and a row for each statement", strings.Join(submissionColumns, ", "))
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[strings.ToLower(strings.TrimSpace(name))] = i
	}
	for _, name := range submissionColumns[:len(submissionColumns)-1] {
		if _, ok := at[name]; !ok {
			return nil, nil, fault.New(fault.Invalid, "the column %q is missing; expected %s", name, strings.Join(submissionColumns, ", "))
		}
	}
	f := submissionFile{desk: d, options: o, at: at, first: map[string]int{}, bad: map[string]bool{}}
	for i, row := range rows[1:] {
		f.row(i+2, row)
	}
	return f.whole(), f.refusals, nil
}

// submissionFile is the submissions of a file while it is read.
type submissionFile struct {
	desk     *Desk
	options  LoadOptions
	at       map[string]int // column of each name
	keys     []string
	first    map[string]int // row with which each submission begins
	bad      map[string]bool
	subs     map[string]*signal.Submission
	refusals []Refusal
}

// row adds one statement.
func (f *submissionFile) row(n int, cells []string) {
	cell := func(name string) string {
		if i, ok := f.at[name]; ok && i < len(cells) {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	key := strings.Join([]string{strings.ToUpper(cell("provider")), cell("about"), cell("received")}, "\x00")
	refuse := func(field, found, expected, advice string) {
		f.bad[key] = true
		f.refusals = append(f.refusals, Refusal{Row: n, Field: signal.FieldError{Field: field, Found: found, Expected: expected, Advice: advice}})
	}
	day := func(name string) calendar.Date {
		d, err := calendar.ParseDate(cell(name))
		if err != nil || d.IsZero() {
			refuse(name, cut60(cell(name)), "a day such as 2026-11-23", "Correct the date.")
		}
		return d
	}
	code, err := org.ParseCode(cell("provider"))
	if err != nil || f.options.Known != nil && !f.options.Known(code) {
		refuse("provider", cut60(cell("provider")), "the code of a provider that you may see", "Correct the code, or add the provider to those you buy from.")
	}
	received, declared := day("received"), day("declared_on")
	if f.subs == nil {
		f.subs = map[string]*signal.Submission{}
	}
	sub := f.subs[key]
	if sub == nil {
		sub = &signal.Submission{
			Provider: code, Version: 1, About: cell("about"), Received: receivedAt(received, f.options.Received),
			Declaration: signal.Declaration{Name: cell("declared_by"), Role: cell("declared_role"), On: declared},
		}
		f.subs[key], f.first[key], f.keys = sub, n, append(f.keys, key)
	}
	if len(sub.Statements) == mostStatements {
		refuse("statement", "", "at most "+strconv.Itoa(mostStatements)+" statements in a submission", "Divide it.")
		return
	}
	sub.Statements = append(sub.Statements, signal.Statement{ID: signal.StatementID(strconv.Itoa(len(sub.Statements) + 1)), Words: cell("statement"), Theme: cell("theme")})
}

// whole is the submissions without fault, in the order of the file.
func (f *submissionFile) whole() (out []signal.Submission) {
	for _, key := range f.keys {
		sub := f.subs[key]
		if f.bad[key] {
			continue
		}
		var errs signal.FieldErrors
		if errors.As(f.desk.checkSubmission(sub), &errs) {
			for _, e := range errs {
				f.refusals = append(f.refusals, Refusal{Row: f.first[key], Field: e})
			}
			continue
		}
		out = append(out, *sub)
	}
	slices.SortStableFunc(f.refusals, func(a, b Refusal) int { return a.Row - b.Row })
	return out
}

// receivedAt is a day of receipt as an instant: noon, or now when that is earlier.
func receivedAt(d calendar.Date, now time.Time) time.Time {
	noon := d.At(12, 0)
	if noon.After(now) && d == calendar.DateOf(now) {
		return now
	}
	return noon
}

func cut60(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// TakeSubmissions records those of a file that are not held yet, and gives how many
// were new and how many known.
func (d *Desk) TakeSubmissions(ctx context.Context, sc access.Scope, held []store.HeldSubmission, list []signal.Submission) (taken, known int, err error) {
	same := map[string]bool{}
	for i := range held {
		same[sameness(&held[i].Submission)] = true
	}
	for i := range list {
		key := sameness(&list[i])
		if same[key] {
			known++
			continue
		}
		if _, err := d.Submit(ctx, sc, list[i]); err != nil {
			return taken, known, err
		}
		same[key] = true
		taken++
	}
	return taken, known, nil
}

// sameness is what two records of one submission have in common.
func sameness(s *signal.Submission) string {
	key := fmt.Sprintf("%s\x00%s\x00%s\x00%+v", s.Provider, s.About, calendar.DateOf(s.Received), s.Declaration)
	for _, st := range s.Statements {
		key += "\x00" + st.Words
	}
	return key
}

// NoIdentifier refuses words that would tell who a patient is: they would be kept
// for ever.
func (d *Desk) NoIdentifier(texts ...string) error {
	for _, text := range texts {
		if kinds := certain(identifier.Find(text, calendar.DateOf(d.Now()))); len(kinds) > 0 {
			return fault.New(fault.Invalid, "what you wrote holds %s, which would be kept for ever; leave it out", withArticles(kinds))
		}
	}
	return nil
}
