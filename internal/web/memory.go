package web

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/ledger"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/search"
	"candour/internal/signal"
	"candour/internal/store"
	"candour/internal/web/component"
)

// memoryPage is the ledger as people read it: entries, checkpoints, the way into
// the past.
type memoryPage struct {
	base
	Lead        string
	Stream      component.Input
	Kind        component.Select
	Entries     component.Region
	None        bool
	Searched    string // what was searched, when something was
	Words       component.Input
	Older       string // the way to older entries; empty is none
	Newest      string // the way back to the newest
	Checkpoints component.Region
	Date        component.Input
	Time        component.Input
	Inquiry     string // empty where the viewer may not
	Key         string // public key of the log
	VerifyHref  string
	AsOf        string // kept in the search form
}

func (*memoryPage) template() string { return "memory" }

// entriesShown is how many entries a page lists.
const entriesShown = 50

func (s *Server) memory(r *request) (answer, error) {
	p := &memoryPage{base: base{Title: "Memory", Place: placeMemory}, Key: s.store.PublicKey(), VerifyHref: r.link(verifyPath), AsOf: r.asof}
	if s.offers(r, inquiryPath) {
		p.Inquiry = r.link(inquiryPath)
	}
	last := r.head
	if r.scope.Past() {
		last = r.scope.AsOf
	}
	if last < 0 {
		p.Lead, p.None = "The memory is empty: nothing was received, judged or done yet.", true
	} else {
		p.Lead = count(last+1, "entry", "entries") + ": everything received, seen, judged and done; none can be changed or removed."
	}
	kinds, err := s.store.EntriesBetween(r.Context(), r.scope, -1, last)
	if err != nil {
		return nil, err
	}
	p.controls(r, kinds)
	if err := s.memoryEntries(r, p); err != nil {
		return nil, err
	}
	return p, s.memoryCheckpoints(r, p, last)
}

// controls are the search and the picker.
func (p *memoryPage) controls(r *request, kinds map[string]int) {
	p.Words = component.Input{
		Field: component.Field{Name: "q", ID: "words", Label: component.Label{Text: "Words, codes, references"}}, Value: r.query("q"), Type: "search", Autocomplete: "off",
	}
	p.Stream = component.Input{
		Field: component.Field{Name: "stream", Label: component.Label{Text: "About (delivery/D-000012, account/…, limits/…)"}}, Value: r.query("stream"), Spellcheck: "false",
	}
	p.Kind = component.Select{Field: component.Field{Name: "kind", Label: component.Label{Text: "Kind"}}, Value: r.query("kind"), Options: []component.Option{{Value: "", Text: "All"}}}
	names := make([]string, 0, len(kinds))
	for kind := range kinds {
		names = append(names, kind)
	}
	slices.Sort(names)
	for _, kind := range names {
		p.Kind.Options = append(p.Kind.Options, component.Option{Value: kind, Text: kindInWords(kind) + " (" + number(kinds[kind]) + ")"})
	}
	p.Date = component.Input{Field: component.Field{Name: "date", Label: component.Label{Text: "Date"}}, Type: "date", Width: 10}
	p.Time = component.Input{Field: component.Field{Name: "time", Label: component.Label{Text: "Time"}}, Type: "time", Width: 10}
}

// memoryEntries lists entries, newest first, of the stream, the kind and the words
// asked for.
func (s *Server) memoryEntries(r *request, p *memoryPage) error {
	f := store.EntryFilter{Stream: r.query("stream"), Kind: r.query("kind"), Limit: entriesShown + 1}
	if before, err := strconv.ParseInt(r.query("before"), 10, 64); err == nil && before > 0 {
		f.Before, p.Newest = before, r.here("before", "")
	}
	typed := r.query("q")
	if position, ok := entryNumbered(typed); ok {
		f.Before, f.Limit = position+1, 1
	} else if stream := s.streamNamed(r, typed); stream != "" && f.Stream == "" {
		f.Stream = stream
	} else {
		f.Words = search.Parse(typed)
	}
	found, err := s.store.FindEntries(r.Context(), r.scope, f)
	if err != nil {
		return err
	}
	if _, one := entryNumbered(typed); one && len(found) == 1 && int64(found[0].Position) != f.Before-1 {
		found = nil // that entry is another's, or not there
	}
	if len(found) > entriesShown {
		found = found[:entriesShown]
		p.Older = r.here("before", strconv.FormatInt(int64(found[entriesShown-1].Position), 10))
	}
	if typed != "" || f.Stream != "" || f.Kind != "" {
		p.Searched = count(len(found), "entry", "entries") + " found."
		if p.Older != "" {
			p.Searched = "More than are shown were found; the newest " + number(len(found)) + " are here."
		}
		if !f.Words.Empty() {
			p.Searched += " By words: what signals say, notes on charts and names of files, as far as you may see them; nothing that is sealed."
		}
	}
	p.None = len(found) == 0
	p.Entries = component.Region{Name: "Entries", Body: s.entryTable(r, found)}
	return nil
}

// entryNumbered is the position that somebody typed.
func entryNumbered(typed string) (int64, bool) {
	if !entryNumber.MatchString(typed) {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(typed, ",", ""), 10, 64)
	return n, err == nil
}

// signalReference is a reference of ours: "G-2026-412".
var signalReference = regexp.MustCompile(`^[A-Za-z]{1,2}-[0-9]{4}-[0-9]{1,9}$`)

// streamNamed is the stream of the delivery or signal that somebody typed; "" is none.
func (s *Server) streamNamed(r *request, typed string) string {
	if m := deliveryNumber.FindStringSubmatch(strings.ToLower(typed)); m != nil {
		return "delivery/D-" + strings.Repeat("0", max(0, 6-len(m[1]))) + m[1]
	}
	if signalReference.MatchString(typed) && r.may(access.SeeSignals) {
		return "signal/" + string(r.tenant) + "." + strings.ToUpper(typed)
	}
	return ""
}

func (s *Server) entryTable(r *request, entries []ledger.Entry) component.Table {
	t := component.Table{
		Caption: "Entries", CaptionHidden: true, Dense: true,
		Columns: []component.Column{
			{Heading: "Entry", Numeric: true}, {Heading: "When we had it"}, {Heading: "What happened"}, {Heading: "About"}, {Heading: "By"}, {Heading: "Hash of its text"},
		},
	}
	for _, e := range entries {
		about := component.Cell{Body: hash(e.Stream)}
		if href := s.streamLink(r, e.Stream); href != "" {
			about = component.Cell{Body: e.Stream, Href: href}
		}
		by := e.Actor
		if by == "" {
			by = "not stated"
		}
		number := number(int64(e.Position))
		t.Rows = append(t.Rows, []component.Cell{
			{Body: number, Href: r.link(verifyPath + "?entry=" + strconv.FormatInt(int64(e.Position), 10)), Hidden: ": verify"},
			{Body: momentOf(e.Instant)},
			{Body: kindInWords(e.Kind)},
			about,
			{Body: hash(by)},
			{Body: component.Hash{Value: hexOf(e.BodyHash[:])}},
		})
	}
	return t
}

// streamLink is the page of what a stream is about; "" is none.
func (s *Server) streamLink(r *request, stream string) string {
	sort, id, _ := strings.Cut(stream, "/")
	pattern := map[string]string{"delivery": "/data/deliveries/{id}", "signal": "/signals/{ref}"}[sort]
	if pattern == "" || id == "" || !s.offers(r, pattern) {
		return ""
	}
	if sort == "signal" {
		return r.link(signalPath(refOf(signal.ID(id))))
	}
	return r.link(strings.Replace(pattern, "{id}", id, 1))
}

// kindInWords is an entry's kind as people read it: "delivery received".
func kindInWords(kind string) string {
	switch record.Kind(kind) {
	case record.FirstShown:
		return "First shown to somebody"
	case record.AccountSet:
		return "Account set"
	case record.WatchRan:
		return "Watch ran and something changed"
	case record.HeadsStated:
		return "Heads of all streams stated"
	}
	return strings.TrimSuffix(sentence(strings.ReplaceAll(strings.ReplaceAll(kind, ".", " "), "_", " ")), ".")
}

// memoryCheckpoints lists the newest checkpoints and earlier ones, each proved to
// be contained in the newest.
func (s *Server) memoryCheckpoints(r *request, p *memoryPage, last int64) error {
	t := component.Table{
		Caption: "Checkpoints", CaptionHidden: true, Dense: true,
		Columns: []component.Column{{Heading: "Entries", Numeric: true}, {Heading: "Signed"}, {Heading: "Root"}, {Heading: "Contained in the newest"}},
	}
	var ago []time.Time
	for _, days := range []time.Duration{1, 7, 30, 365} {
		ago = append(ago, r.moment.Add(-days*24*time.Hour))
	}
	held, err := s.store.CheckpointsOf(r.Context(), []int64{last + 1, last}, ago)
	if err != nil {
		return err
	}
	var newest ledger.Checkpoint
	for _, h := range held {
		c, err := s.verified(h.Text)
		if err != nil {
			return err
		}
		contained := "it is the newest"
		if newest.Size == 0 {
			newest = c
		} else {
			contained = "✗ no"
			if s.consistent(r, newest, c) == nil {
				contained = "✓ proved just now"
			}
		}
		t.Rows = append(t.Rows, []component.Cell{{Body: number(c.Size)}, {Body: momentOf(h.Signed)}, {Body: rootOf(c)}, {Body: contained}})
	}
	p.Checkpoints = component.Region{Name: "Checkpoints", Body: t}
	return nil
}

// checkpoint is the newest one of at most size entries, its signature checked; of
// size nought when there is none.
func (s *Server) checkpoint(r *request, size int64) (ledger.Checkpoint, error) {
	text, err := s.store.Checkpoint(r.Context(), size)
	if err != nil || text == "" {
		return ledger.Checkpoint{}, err
	}
	return s.verified(text)
}

// verified is a checkpoint's text, its signature checked.
func (s *Server) verified(text string) (ledger.Checkpoint, error) {
	key, err := ledger.NewVerifierKey(s.store.PublicKey())
	if err != nil {
		return ledger.Checkpoint{}, err
	}
	return ledger.VerifyCheckpoint([]byte(text), key)
}

// consistent is nil when the newer checkpoint contains all of the older.
func (s *Server) consistent(r *request, newer, older ledger.Checkpoint) error {
	proof, err := ledger.ProveConsistency(newer.Size, older.Size, s.store.Hashes(r.Context()))
	if err != nil {
		return err
	}
	return ledger.VerifyConsistency(newer, older, proof)
}

// rootOf is a checkpoint's root, shortened.
func rootOf(c ledger.Checkpoint) component.Hash {
	return component.Hash{Value: hexOf(c.Root[:])}
}

// code makes a code out of what somebody typed; "" for what is none.
func code(text string) org.Code {
	c, err := org.ParseCode(text)
	if err != nil {
		return ""
	}
	return c
}
