// Package intaketest holds a memory for tests of intake: what the store does
// for intake, in a few maps. It keeps the promises of intake.Memory and nothing
// more.
package intaketest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"math"
	"sync"

	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/indicator"
	"candour/internal/org"
)

// Key is what a value is a value of.
type Key struct {
	Indicator indicator.ID
	Org       org.Code
	Period    calendar.Period
}

// Memory is an intake.Memory in memory. Its fields may be read between calls.
type Memory struct {
	mu            sync.Mutex
	Archived      map[string][]byte
	Deliveries    []delivery.Delivery
	Values        map[Key][]indicator.Reading // every vintage, oldest first
	Organisations map[org.Code]org.Organisation
	Successions   []org.Succession
	Refusals      []delivery.Refusal
}

// New is an empty memory.
func New() *Memory {
	return &Memory{Archived: map[string][]byte{}, Values: map[Key][]indicator.Reading{}, Organisations: map[org.Code]org.Organisation{}}
}

// Archive keeps the bytes of r.
func (m *Memory) Archive(_ context.Context, r io.Reader) (string, int64, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return "", 0, fmt.Errorf("read: %w", err)
	}
	sum := sha256.Sum256(b)
	m.mu.Lock()
	defer m.mu.Unlock()
	id := hex.EncodeToString(sum[:])
	m.Archived[id] = b
	return id, int64(len(b)), nil
}

type readSeekCloser struct{ *bytes.Reader }

func (readSeekCloser) Close() error { return nil }

// OpenArchived opens bytes by their hash.
func (m *Memory) OpenArchived(_ context.Context, sha string) (io.ReadSeekCloser, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.Archived[sha]
	if !ok {
		return nil, fault.New(fault.NotFound, "nothing is archived under %s", sha)
	}
	return readSeekCloser{bytes.NewReader(b)}, nil
}

// Delivered finds an earlier delivery that was taken.
func (m *Memory) Delivered(_ context.Context, sha string) (delivery.Delivery, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.Deliveries {
		if d.SHA256 == sha && (d.Status == delivery.Accepted || d.Status == delivery.Partly) {
			return d, true, nil
		}
	}
	return delivery.Delivery{}, false, nil
}

// Accept takes all items or, on an error or a dry run, none.
func (m *Memory) Accept(_ context.Context, d delivery.Delivery, items iter.Seq2[delivery.Item, error], dry bool) (delivery.Delivery, error) {
	var all []delivery.Item
	for item, err := range items {
		if err != nil {
			return d, err
		}
		all = append(all, item)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	d.ID = delivery.ID(fmt.Sprintf("D-%06d", len(m.Deliveries)+1))
	for _, item := range all {
		m.take(&d, item, dry)
	}
	if d.Status == "" {
		d.Status = d.Counts.Status()
	}
	if dry {
		d.ID, d.Status = "", delivery.Tried
		return d, nil
	}
	m.Deliveries = append(m.Deliveries, d)
	return d, nil
}

func (m *Memory) take(d *delivery.Delivery, item delivery.Item, dry bool) {
	switch {
	case item.Row != nil:
		d.Add(*item.Row)
	case item.Reading != nil:
		m.reading(d, *item.Reading, dry)
	case dry:
	case item.Refusal != nil:
		m.Refusals = append(m.Refusals, *item.Refusal)
	case item.Succession != nil:
		m.Successions = append(m.Successions, *item.Succession)
	case item.Organisation != nil:
		if was, ok := m.Organisations[item.Organisation.Code]; !ok || was.Role == org.Unknown || item.Organisation.Role != org.Unknown { // a mention never replaces a register
			m.Organisations[item.Organisation.Code] = *item.Organisation
		}
	}
}

func (m *Memory) reading(d *delivery.Delivery, r indicator.Reading, dry bool) {
	k := Key{r.Indicator, r.Org, r.Period}
	vintages := m.Values[k]
	switch {
	case len(vintages) == 0:
		d.New++
	case same(vintages[len(vintages)-1], r):
		d.Unchanged++
		return
	default:
		d.Superseding++
	}
	if !dry {
		m.Values[k] = append(vintages, r)
	}
}

func same(a, b indicator.Reading) bool {
	near := func(x, y float64) bool { return math.Abs(x-y) <= 1e-9*math.Max(math.Abs(x), math.Abs(y)) }
	return a.Presence == b.Presence && near(a.Numerator, b.Numerator) && near(a.Denominator, b.Denominator) && near(a.Value, b.Value)
}
