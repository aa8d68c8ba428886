package storetest

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"candour/internal/access"
	"candour/internal/fault"
	"candour/internal/record"
	"candour/internal/signal"
	"candour/internal/store"
)

func testClients(b *bundle) {
	admin, foreign := viewer("QAA", access.Administrator), viewer("QBB", access.Administrator)
	c := record.Client{ID: "c-1", Tenant: "QAA", Name: "Datix", May: []access.Action{access.SendSignal, access.SeeSent}, Kinds: []signal.Kind{signal.KindIncident}, Because: "agreed"}
	key, err := b.store.SetClient(b.ctx, admin, c, true)
	b.ok(err)
	got, err := b.store.ClientByKey(b.ctx, key)
	b.ok(err)
	if got.Name != "Datix" || !slices.Equal(got.May, c.May) || !slices.Equal(got.Kinds, c.Kinds) || got.Keys != 1 || !got.Made.Equal(b.clock.Now()) {
		b.Errorf("the client behind the key is %+v", got)
	}
	if _, err := b.store.SetClient(b.ctx, foreign, c, true); !fault.Is(err, fault.Invalid) {
		b.Errorf("another commissioner's administrator changed it: %v", err)
	}
	if list, err := b.store.Clients(b.ctx, foreign); err != nil || len(list) != 0 {
		b.Errorf("another commissioner lists %d, %v", len(list), err)
	}
	if _, err := b.store.ClientByID(b.ctx, foreign, "c-1"); !fault.Is(err, fault.NotFound) {
		b.Errorf("another commissioner reads it: %v", err)
	}
	if list, _ := b.store.Clients(b.ctx, admin); len(list) != 1 || !list[0].Used.Equal(b.clock.Now()) {
		b.Errorf("after use the list is %+v", list)
	}
	b.clock.Step(time.Hour)
	newer, err := b.store.SetClient(b.ctx, admin, c, true)
	b.ok(err)
	if _, err := b.store.ClientByKey(b.ctx, key); err != nil {
		b.Errorf("the older key ended at once: %v", err)
	}
	b.clock.Step(25 * time.Hour)
	if _, err := b.store.ClientByKey(b.ctx, key); !fault.Is(err, fault.SignedOut) {
		b.Errorf("the older key goes on after a day: %v", err)
	}
	if got, err := b.store.ClientByKey(b.ctx, newer); err != nil || got.Keys != 1 {
		b.Errorf("with the newer key: %+v, %v", got, err)
	}
	c.Revoked, c.Because = true, "contract ended"
	if key, err := b.store.SetClient(b.ctx, admin, c, true); key != "" || err != nil {
		b.Errorf("revoking gave the key %q, %v", key, err)
	}
	for _, k := range []string{newer, key, "", "candour_"} {
		if _, err := b.store.ClientByKey(b.ctx, k); !fault.Is(err, fault.SignedOut) {
			b.Errorf("a revoked client's key, or none, opens: %v", err)
		}
	}
	b.rebuilt()
}

// onceWith is a call with a key and a body, whose answer is the references given.
func onceWith(key, body string) store.Once {
	return store.Once{Key: key, Body: sha256.Sum256([]byte(body)), Lives: 24 * time.Hour, Answer: func(r []store.SignalReceipt) ([]byte, error) {
		refs := make([]string, len(r))
		for i := range r {
			refs[i] = r[i].Reference
		}
		return json.Marshal(refs)
	}}
}

func testOnce(b *bundle) {
	sender, other := access.For(access.Client("c-1", "Datix", "QAA", access.Grants{}), "QAA"), access.For(access.Client("c-2", "Ulysses", "QAA", access.Grants{}), "QAA")
	send := func(sc access.Scope, key, body string) (string, bool, error) {
		answer, again, err := b.store.ReceiveOnce(b.ctx, sc, dueInTwoDays, onceWith(key, body), store.Arrival{Signal: b.concernOf("RAA", "A81001", sunday, body)})
		return string(answer), again, err
	}
	first, again, err := send(sender, "k-1", "first")
	b.ok(err)
	if first != `["G-2026-1"]` || again {
		b.Errorf("first %s, %t", first, again)
	}
	if answer, again, err := send(sender, "k-1", "first"); err != nil || answer != first || !again {
		b.Errorf("sent again: %s, %t, %v", answer, again, err)
	}
	if _, _, err := send(sender, "k-1", "second"); !fault.Is(err, fault.Conflict) || strings.Contains(err.Error(), "k-1") {
		b.Errorf("the same key with another body: %v", err)
	}
	if answer, _, err := send(other, "k-1", "second"); err != nil || answer != `["G-2026-2"]` {
		b.Errorf("another client's key of the same text: %s, %v", answer, err)
	}
	b.clock.Step(24 * time.Hour)
	if answer, again, err := send(sender, "k-1", "second"); err != nil || answer != `["G-2026-3"]` || again {
		b.Errorf("after it expired: %s, %t, %v", answer, again, err)
	}
	// Nothing is kept of a call that fails.
	bad := onceWith("k-2", "x")
	bad.Answer = func([]store.SignalReceipt) ([]byte, error) { return nil, fault.New(fault.Invalid, "no") }
	if _, _, err := b.store.ReceiveOnce(b.ctx, sender, dueInTwoDays, bad, store.Arrival{Signal: b.concernOf("RAA", "A81001", sunday, "x")}); !fault.Is(err, fault.Invalid) {
		b.Errorf("a call that fails: %v", err)
	}
	if answer, _, err := send(sender, "k-2", "x"); err != nil || answer != `["G-2026-4"]` {
		b.Errorf("after a call that failed: %s, %v", answer, err)
	}
	// Sent twenty times at once, it is done once.
	var all sync.WaitGroup
	answers := make([]string, 20)
	for i := range answers {
		all.Go(func() { answers[i], _, _ = send(sender, "k-3", "at once") })
	}
	all.Wait()
	if slices.Sort(answers); answers[0] != `["G-2026-5"]` || len(slices.Compact(answers)) != 1 {
		b.Errorf("sent at once: %v", answers)
	}
	if n, err := b.store.CountSignals(b.ctx, sender, store.SignalFilter{}); err != nil || n != 4 {
		b.Errorf("the sender sees %d of its signals, %v", n, err)
	}
}
