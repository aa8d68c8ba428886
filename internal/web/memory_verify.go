package web

import (
	"context"
	"encoding/hex"
	"strconv"
	"sync"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/ledger"
	"candour/internal/store"
	"candour/internal/web/component"
)

// verifyPage names each check of one entry, and of the whole memory.
type verifyPage struct {
	base
	Lead     string
	Bad      bool
	Entry    component.SummaryList
	Foreign  bool // of another commissioner: only its hash is shown
	Checks   component.Region
	Whole    string // what the last check of everything gave
	WholeBad bool
	Going    bool
	MayWhole bool
	Key      string
	Root     string
	Input    component.Input
}

func (*verifyPage) template() string { return "verify" }

// check is one check by name.
type check struct {
	name string
	how  string
	err  error
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }

// memoryVerify checks one entry against the newest checkpoint, here and now.
func (s *Server) memoryVerify(r *request) (answer, error) {
	p := &verifyPage{
		base: base{
			Title: "Verify", Place: placeMemory,
			Crumbs: component.Breadcrumbs{Items: []component.Link{{Text: "Memory", Href: r.link("/memory")}}},
		},
		Key: s.store.PublicKey(), MayWhole: r.changes(access.SeeAudit),
		Input: component.Input{Field: component.Field{Name: "entry", Label: component.Label{Text: "Entry"}}, Width: 10, InputMode: "numeric", Value: r.query("entry")},
	}
	s.verifying.describe(p)
	last := r.head
	if r.scope.Past() {
		last = r.scope.AsOf
	}
	if last < 0 {
		p.Lead = "The memory is empty; there is nothing to verify."
		return p, nil
	}
	position := last
	if text := r.query("entry"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 || n > last {
			p.wrong("entry", "Enter the number of an entry, from 0 to "+number(last))
			p.Input.Error = p.wrongAt("entry")
			p.Lead = "There is no such entry."
			return p, nil
		}
		position = n
	}
	p.Title = "Verify entry " + number(position)
	checks, newest, err := s.verifyEntry(r, position)
	if err != nil {
		return nil, err
	}
	p.Root = hexOf(newest.Root[:])
	p.fill(checks, position, newest)
	return p, s.describeEntry(r, p, position)
}

// verifyEntry runs the checks of one entry.
func (s *Server) verifyEntry(r *request, position int64) ([]check, ledger.Checkpoint, error) {
	newest, err := s.checkpoint(r, r.head+1)
	checks := []check{{"The newest checkpoint is signed by this log’s key", "Ed25519 signature over the number of entries and the root (C2SP checkpoint)", err}}
	if err != nil {
		return checks, newest, nil
	}
	if newest.Size <= position {
		return nil, newest, fault.New(fault.NotFound, "entry %d is not yet under a signed checkpoint", position)
	}
	leaves, err := s.store.Leaves(r.Context(), ledger.Position(position), 1)
	if err != nil {
		return nil, newest, err
	}
	if len(leaves) != 1 {
		return nil, newest, fault.New(fault.Damaged, "the ledger has no bytes for entry %d", position)
	}
	checks = append(checks, check{"The entry is in the tree, unchanged", "inclusion proof of the entry’s canonical bytes against the root (RFC 6962)", s.included(r, newest, position, leaves[0])})
	older, err := s.checkpoint(r, position+1)
	how := "consistency proof between the checkpoint of " + number(older.Size) + " entries, from which the page was made, and the newest"
	if err == nil && older.Size > 0 {
		err = s.consistent(r, newest, older)
	}
	checks = append(checks, check{"Nothing before it was changed or left out since", how, err})
	var e ledger.Entry
	checks = append(checks, check{"The entry stands at its own place", "position in its canonical bytes", samePlace(&e, leaves[0], position)})
	return checks, newest, nil
}

func samePlace(e *ledger.Entry, leaf []byte, position int64) error {
	if err := e.Unmarshal(leaf); err != nil {
		return err
	}
	if int64(e.Position) != position {
		return fault.New(fault.Damaged, "the bytes say entry %d", e.Position)
	}
	return nil
}

func (s *Server) included(r *request, c ledger.Checkpoint, position int64, leaf []byte) error {
	proof, err := ledger.ProveInclusion(c.Size, ledger.Position(position), s.store.Hashes(r.Context()))
	if err != nil {
		return err
	}
	return ledger.VerifyInclusion(c, ledger.Position(position), leaf, proof)
}

// fill writes the checks and what they come to.
func (p *verifyPage) fill(checks []check, position int64, newest ledger.Checkpoint) {
	t := component.Table{
		Caption: "Checks", CaptionHidden: true, Dense: true, RowHeaders: true,
		Columns: []component.Column{{Heading: "Check"}, {Heading: "How"}, {Heading: "Result"}},
	}
	for _, c := range checks {
		result := "✓ holds"
		if c.err != nil {
			p.Bad = true
			if result = "✗ fails"; messageOf(c.err) != "" {
				result += ": " + messageOf(c.err)
			}
		}
		t.Rows = append(t.Rows, []component.Cell{{Body: c.name}, {Body: c.how}, {Body: result}})
	}
	p.Checks = component.Region{Name: "Checks", Body: t}
	p.Lead = "Entry " + number(position) + " is as it was recorded, because " + count(len(checks), "check holds", "checks hold") + " against the checkpoint of " + number(newest.Size) + " entries."
	if p.Bad {
		p.Lead = "Entry " + number(position) + " can’t be trusted, because a check fails. Stop, keep everything as it is, and compare with a backup."
	}
}

// describeEntry shows the entry itself, unless it is another commissioner's.
func (s *Server) describeEntry(r *request, p *verifyPage, position int64) error {
	list, err := s.store.Entries(r.Context(), r.scope, position+1, 1)
	if err != nil {
		return err
	}
	if len(list) != 1 || int64(list[0].Position) != position {
		p.Foreign = true
		return nil
	}
	e := list[0]
	leaf, err := e.LeafHash()
	if err != nil {
		return err
	}
	tenant := "the installation"
	if e.Tenant != "" {
		tenant = r.tenantName()
	}
	row := func(key string, value component.Content) {
		p.Entry.Rows = append(p.Entry.Rows, component.SummaryRow{Key: key, Value: value})
	}
	row("What happened", kindInWords(e.Kind))
	row("When we had it", momentOf(e.Instant))
	row("About", e.Stream+", its number "+number(e.Number))
	row("Whose", tenant)
	row("By", orNone(e.Actor))
	row("Hash of its text", component.Hash{Value: hexOf(e.BodyHash[:]), Full: true})
	row("Hash in the tree", component.Hash{Value: hexOf(leaf[:]), Full: true})
	return nil
}

// verifying is the check of the whole memory, of which one goes on at a time.
type verifying struct {
	mu    sync.Mutex
	going bool
	so    store.Verified
	ended time.Time
	err   error
	past  bool // one has ended
}

// memoryVerifyAll begins to check everything: each entry, body, tree hash,
// checkpoint and archived file.
func (s *Server) memoryVerifyAll(*request) (answer, error) {
	v := &s.verifying
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.going {
		v.going, v.so = true, store.Verified{}
		s.work.Go(func() { s.verifyAll(s.ctx) })
	}
	return redirect{verifyPath + "#whole"}, nil
}

func (s *Server) verifyAll(ctx context.Context) {
	v := &s.verifying
	so, err := s.store.Verify(ctx, func(so store.Verified) {
		v.mu.Lock()
		v.so = so
		v.mu.Unlock()
	})
	if err != nil {
		s.Log.Error("verification failed", "error", err.Error())
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.going, v.past, v.so, v.err, v.ended = false, true, so, err, s.now()
}

// describe says how the check of everything stands.
func (v *verifying) describe(p *verifyPage) {
	v.mu.Lock()
	defer v.mu.Unlock()
	p.Going = v.going
	gone := count(v.so.Entries, "entry", "entries") + ", " + count(v.so.Bodies, "text", "texts") + ", " +
		count(v.so.Checkpoints, "checkpoint", "checkpoints") + " and " + count(v.so.Files, "archived file", "archived files") + " (" + bytesInWords(v.so.Bytes) + ")"
	switch {
	case v.going:
		p.Whole = "Being checked: " + gone + " so far."
	case v.past && v.err != nil:
		p.WholeBad = true
		p.Whole = "✗ Checked on " + momentOf(v.ended) + ": something is not as it was recorded. " + messageOf(v.err)
	case v.past:
		p.Whole = "✓ Checked on " + momentOf(v.ended) + ": all as recorded, " + gone + "."
	default:
		p.Whole = "Everything was not checked since this program began."
	}
}
