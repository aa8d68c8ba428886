package web

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"candour/definitions"
	"candour/internal/classify"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/signal"
	"candour/internal/store"
)

// suggestBox is what the classifier suggests for a signal. It never decides: taking
// a suggestion is a person's act, and is recorded as one.
type suggestBox struct {
	Lines []suggestLine
	Take  bool // there is something to take
	Theme string
	HCAT  string
	Level string
}

// suggestLine is the answer to one question, with what made it.
type suggestLine struct {
	Question string
	Answer   string // empty where the classifier stays silent
	Sure     string
	For      string // the words that speak for it
	Against  string
	Tried    string // how well it does, in a sentence
}

// learning bounds what a coder learns from, and how often.
const (
	learnsFrom  = 500
	learnsAgain = 6 * time.Hour
)

// coders holds a coder for each commissioner: what one has coded teaches no other.
type coders struct {
	mu    sync.Mutex
	seeds []classify.Coded
	held  map[org.Code]*taught
}

type taught struct {
	coder  *classify.Coder
	trials map[classify.Question]classify.Trial
	at     time.Time
	busy   bool
}

// coder is the coder of the viewer's commissioner. The first is taught by the seed
// phrases alone; one taught by the commissioner's own codings follows in the
// background, and again after some hours.
func (s *Server) coder(r *request) (*taught, error) {
	c := &s.coders
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held == nil {
		seeds, err := classify.Seeds(definitions.Files)
		if err != nil {
			return nil, err
		}
		c.seeds, c.held = seeds, map[org.Code]*taught{}
	}
	now := c.held[r.tenant]
	if now == nil {
		coder, err := classify.NewCoder(c.seeds, nil, classify.DefaultOptions())
		if err != nil {
			return nil, err
		}
		now = &taught{coder: coder, trials: map[classify.Question]classify.Trial{}}
		c.held[r.tenant] = now
	}
	if !now.busy && s.now().Sub(now.at) > learnsAgain {
		now.busy = true
		scope, tenant := r.scope, r.tenant
		s.work.Go(func() {
			own, err := s.store.Codings(s.ctx, scope, learnsFrom)
			if err == nil {
				err = s.teach(tenant, codedOf(own))
			}
			if err != nil {
				s.Log.Error("suggested codes keep what they learned before", "error", err.Error())
				c.mu.Lock()
				c.held[tenant].at, c.held[tenant].busy = s.now(), false
				c.mu.Unlock()
			}
		})
	}
	return now, nil
}

// teach makes a commissioner's coder anew from its codings.
func (s *Server) teach(tenant org.Code, own []classify.Coded) error {
	c := &s.coders
	trials := classify.Try(c.seeds, own, classify.DefaultOptions())
	coder, err := classify.NewCoder(c.seeds, own, classify.DefaultOptions())
	c.mu.Lock()
	defer c.mu.Unlock()
	next := &taught{coder: coder, trials: trials, at: s.now()}
	if err != nil {
		next.coder, next.trials = c.held[tenant].coder, c.held[tenant].trials
	}
	c.held[tenant] = next
	return err
}

// codedOf is what signals with an outcome teach: the codes that people gave.
func codedOf(list []store.HeldSignal) []classify.Coded {
	out := make([]classify.Coded, 0, len(list))
	for i := range list {
		h := &list[i]
		c := classify.Coded{Text: h.Title + " " + h.Narrative, Theme: h.OpenTheme()}
		if top, coded := h.TopHCAT(); coded {
			c.HCAT, c.Severity = top.MainCategory(), top.Severity
		}
		out = append(out, c)
	}
	return out
}

// suggest makes the box of a signal; nil where its words are sealed or none is known.
func (s *Server) suggest(r *request, h *store.HeldSignal) (*suggestBox, error) {
	if h.WordsSealed() {
		return nil, nil
	}
	t, err := s.coder(r)
	if err != nil {
		return nil, err
	}
	codes := t.coder.Suggest(h.Title + " " + h.Narrative)
	box := &suggestBox{}
	hcat, theme := s.Desk.Taxonomies.Get("hcat"), s.Desk.Taxonomies.Get("theme")
	box.Theme = box.add("Theme", codes.Theme, t.trials[classify.AskTheme], theme.NameOf)
	box.HCAT = box.add("HCAT category", codes.HCAT, t.trials[classify.AskHCAT], hcat.NameOf)
	box.Level = box.add("HCAT severity", codes.Severity, t.trials[classify.AskSeverity], func(code string) string {
		n, _ := strconv.Atoi(code)
		return hcatLevels[max(0, min(n, 3))]
	})
	box.Take = box.Theme != "" || box.HCAT != ""
	return box, nil
}

// add puts the answer to a question into the box and gives the code that may be
// taken. A coder that is not better than always naming the most frequent code says
// so and gives none.
func (b *suggestBox) add(question string, found []classify.Suggestion, t classify.Trial, words func(string) string) string {
	line := suggestLine{Question: question}
	switch {
	case len(found) == 0:
		line.Tried = "No word of it is known, so nothing is suggested."
	case t.Tried() && !t.Speaks():
		line.Tried = "Nothing is suggested: on your own codings it was right " + inTen(t.Accuracy) + ", and always naming the most frequent would be right " + inTen(t.MajorityAccuracy) + "."
	case t.Tried():
		line.Tried = "On " + number(t.Texts) + " of your own codings it was right " + inTen(t.Accuracy) + "; always naming the most frequent would be right " + inTen(t.MajorityAccuracy) + "."
	default:
		line.Tried = "Not yet tried on codings of yours (" + number(t.Own) + " so far): a start from invented phrases, which was right less often than always naming the most frequent code when it was tried on public comments."
	}
	code := ""
	if len(found) > 0 && (t.Speaks() || !t.Tried()) {
		best := found[0]
		code, line.Answer, line.Sure = best.Code, words(best.Code), classify.Words(best.Probability)
		var pro, con []string
		for _, w := range best.Words {
			if w.Weight > 0 {
				pro = append(pro, "“"+w.Word+"”")
			} else {
				con = append(con, "“"+w.Word+"”")
			}
		}
		line.For, line.Against = strings.Join(pro, ", "), strings.Join(con, ", ")
	}
	b.Lines = append(b.Lines, line)
	return code
}

// inTen is a share as "6 times in 10".
func inTen(share float64) string { return strconv.Itoa(int(share*10+0.5)) + " times in 10" }

// readSuggested is the coding by which a person takes what was suggested. It must be
// what is suggested now: what was learned since may have changed it.
func (s *Server) readSuggested(r *request, h *store.HeldSignal) ([]signal.Change, error) {
	box, err := s.suggest(r, h)
	if err != nil {
		return nil, err
	}
	if box == nil || !box.Take || r.field("suggested_theme") != box.Theme || r.field("suggested_hcat") != box.HCAT || r.field("suggested_level") != box.Level {
		return nil, fault.New(fault.Invalid, "what is suggested has changed meanwhile; look at it again")
	}
	codes := h.Triage.Codes
	if box.Theme != "" {
		codes.Themes = []string{box.Theme}
	}
	if box.HCAT != "" {
		level, _ := strconv.Atoi(box.Level)
		codes.HCAT = []signal.HCATCode{{Category: box.HCAT, Severity: level}}
	}
	return []signal.Change{signal.Coded{Codes: codes, Suggested: true}}, nil
}
