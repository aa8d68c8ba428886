package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"iter"
	"path/filepath"
	"strings"

	"candour/internal/delivery"
	"candour/internal/fault"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

func testRebuild(b *bundle) {
	one := []delivery.Item{
		reading("RAA", "2025-04", 90, 100), reading("RBB", "2025-04", 80, 100),
		{Row: &delivery.Row{Taken: 2, Skipped: 1}},
		{Organisation: &org.Organisation{Code: "RAA", Name: "Alpha", Role: org.Trust, System: "QAA"}},
		{Organisation: &org.Organisation{Code: "RAA", Name: "Alpha again", Role: org.Trust, System: "QBB"}},
	}
	two := []delivery.Item{
		reading("RAA", "2025-04", 91, 100), reading("RAA", "2025-04", 92, 100),
		{Refusal: &delivery.Refusal{Row: 3, Code: "x", Found: "y"}},
		{Row: &delivery.Row{Taken: 1, Refused: 1}},
	}
	b.yields["one"], b.yields["two"] = one, two
	for _, sum := range []string{"one", "two"} {
		_, err := b.store.Accept(b.ctx, "operator", delivery.Delivery{File: sum, SHA256: sum, Source: "ae-monthly"}, items(b.yields[sum]...), false)
		b.ok(err)
	}
	_, err := b.store.Accept(b.ctx, "operator", delivery.Delivery{File: "bad", SHA256: "bad", Status: delivery.Quarantined},
		items(delivery.Item{Refusal: &delivery.Refusal{Code: "unknown", Found: "z"}}), false)
	b.ok(err)
	b.record(record.PurviewSet, "purview/QAA", "QAA", record.Purview{Tenant: "QAA", Add: []org.Code{"RBB"}})
	b.record(record.PurviewSet, "purview/QAA", "QAA", record.Purview{Tenant: "QAA", Remove: []org.Code{"RBB"}})
	r, err := b.store.Rebuild(b.ctx, false, nil)
	b.ok(err)
	if r.Entries != 5 || r.Before != r.After {
		b.Errorf("rebuilt %+v", r)
	}
	b.yields["one"] = one[:1]
	if _, err := b.store.Rebuild(b.ctx, false, nil); !fault.Is(err, fault.Damaged) {
		b.Errorf("an archive that gives other rows: %v", err)
	}
	b.yields["one"] = one
	if _, err := b.store.Rebuild(b.ctx, false, nil); err != nil {
		b.Errorf("after the refused rebuild all is as it was: %v", err)
	}
}

func testVerify(b *bundle) {
	sum, size, err := b.store.Archive(b.ctx, strings.NewReader("a file"))
	b.ok(err)
	_, err = b.store.Accept(b.ctx, "operator", delivery.Delivery{File: "f.csv", SHA256: sum, Size: size, Source: "ae-monthly"}, items(reading("RAA", "2025-04", 90, 100)), false)
	b.ok(err)
	b.record(record.PurviewSet, "purview/QAA", "QAA", record.Purview{Tenant: "QAA", Add: []org.Code{"RBB"}})
	_, err = b.store.Verify(b.ctx, nil)
	b.ok(err)
	for i, c := range []struct{ name, damage string }{
		{"a changed body", "UPDATE entry_body SET body = '{}' WHERE position = 0"},
		{"a removed entry", "DELETE FROM entry WHERE position = 0"},
		{"a changed actor", "UPDATE entry SET actor = 'another' WHERE position = 1"},
		{"a lost hash", "DELETE FROM tree_hash WHERE idx = 1"},
		{"a truncated ledger", "DELETE FROM entry WHERE position = 1"},
		{"a checkpoint of another key", "UPDATE checkpoint SET note = replace(note, 'candour', 'another') WHERE size = 2"},
		{"a changed file", "UPDATE archive_part SET bytes = CAST('b file' AS blob)"},
		{"a lost file", "DELETE FROM archive_part"},
		{"a file of which nothing is left", "DELETE FROM archive"},
		{"an entry that nobody signed", "DELETE FROM checkpoint WHERE size = 2"},
		{"no checkpoint at all", "DELETE FROM checkpoint"},
	} {
		other := b.damaged(i, c.damage, nil)
		if _, err := other.Verify(b.ctx, nil); !fault.Is(err, fault.Damaged) {
			b.Errorf("%s: got %v", c.name, err)
		}
		b.ok(other.Close())
	}
}

// damaged is a store that holds what b's does, damaged as a failing disk would.
func (b *bundle) damaged(n int, damage string, yields []delivery.Item) *store.Store {
	b.Helper()
	file := filepath.Join(b.TempDir(), fmt.Sprintf("damaged-%d.candour", n))
	_, err := b.store.Backup(b.ctx, file)
	b.ok(err)
	other, err := store.Open(b.ctx, store.Config{File: file, Now: b.clock.Now, Random: rand.Reader, Reparse: func(context.Context, delivery.Delivery) iter.Seq2[delivery.Item, error] { return items(yields...) }})
	b.ok(err)
	db, err := sql.Open("sqlite", file)
	b.ok(err)
	_, err = db.ExecContext(b.ctx, damage)
	b.ok(err)
	b.ok(db.Close())
	return other
}

// testRebuildNames damages projections of a store as a failing disk would, and wants the
// row named, without what stands in it.
func testRebuildNames(b *bundle) {
	one := []delivery.Item{reading("RAA", "2025-04", 90, 100), reading("RBB", "2025-04", 80, 100), {Row: &delivery.Row{Taken: 2}}}
	b.yields["one"] = one
	_, err := b.store.Accept(b.ctx, "operator", delivery.Delivery{File: "secret.csv", SHA256: "one", Source: "ae-monthly"}, items(one...), false)
	b.ok(err)
	for i, c := range []struct{ name, damage, want string }{
		{"a changed figure", "UPDATE observation SET value = value + 1 WHERE org = 'RBB'", `table observation: the row indicator="ae-4h-all", org="RBB", period="2025-04", tenant="", vintage=1 differs in value`},
		{"a lost figure", "DELETE FROM observation WHERE org = 'RBB'", `table observation: found no further row; expected the row indicator="ae-4h-all", org="RBB"`},
		{"a figure too many", "INSERT INTO observation SELECT indicator, 'RZZ', period, tenant, vintage, presence, numerator, denominator, value, delivery, sheet, file_rows, note, published, received, from_pos, until_pos FROM observation WHERE org = 'RBB'", `org="RZZ", period="2025-04", tenant="", vintage=1; expected no further row`},
		{"a changed name", "UPDATE delivery SET file = 'another.csv'", `table delivery: the row id="D-000001", from_pos=0 differs in file`},
	} {
		other := b.damaged(i, c.damage, one)
		_, err := other.Rebuild(b.ctx, false, nil)
		if !fault.Is(err, fault.Damaged) || !strings.Contains(fmt.Sprint(err), c.want) || strings.Contains(fmt.Sprint(err), ".csv") {
			b.Errorf("%s: got %v\nwant %s", c.name, err, c.want)
		}
		b.ok(other.Close())
	}
}
