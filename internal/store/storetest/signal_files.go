package storetest

import (
	"bytes"
	"io"
	"strings"

	"candour/internal/access"
	"candour/internal/delivery"
	"candour/internal/fault"
)

func testSignalFiles(b *bundle) {
	operator := access.Scope{Viewer: access.Operator("operator"), Tenant: "QAA", AsOf: access.Head}
	other := access.Scope{Viewer: access.Operator("operator"), Tenant: "QBB", AsOf: access.Head}
	text := []byte("Ref,Patient\n1,Ann Other\n")
	sum, err := b.store.ArchiveSealed(b.ctx, operator, text)
	b.ok(err)
	if again, err := b.store.ArchiveSealed(b.ctx, operator, text); err != nil || again != sum {
		b.Errorf("the same bytes again: %s, %v", again, err)
	}
	if got, err := b.store.SealedFile(b.ctx, operator, sum); err != nil || !bytes.Equal(got, text) {
		b.Errorf("read back %q, %v", got, err)
	}
	if _, err := b.store.SealedFile(b.ctx, other, sum); !fault.Is(err, fault.NotFound) {
		b.Errorf("another commissioner reads it: %v", err)
	}
	if r, err := b.store.OpenArchived(b.ctx, sum); err == nil {
		plain, _ := io.ReadAll(r)
		b.Errorf("the archive holds %q", plain)
	}
	d, err := b.store.RecordSignalDelivery(b.ctx, operator, delivery.Delivery{
		File: "log.csv", SHA256: sum, Size: int64(len(text)), Source: "mapping/log", Status: delivery.Partly, Via: "load", Counts: delivery.Counts{Accepted: 3, Quarantined: 1, New: 2, Unchanged: 1},
		Refusals: []delivery.Refusal{{Row: 4, Column: "received", Code: "field", Expected: "a day", Advice: "Correct it."}},
	})
	b.ok(err)
	if d.ID != "D-000001" {
		b.Errorf("delivery %+v", d)
	}
	held, err := b.store.Delivery(b.ctx, operator, d.ID)
	b.ok(err)
	if held.Counts != d.Counts || held.Shape != delivery.Signals || held.Tenant != "QAA" {
		b.Errorf("held %+v", held)
	}
	if _, err := b.store.Delivery(b.ctx, other, d.ID); !fault.Is(err, fault.NotFound) {
		b.Errorf("another commissioner sees it: %v", err)
	}
	b.ok(b.store.SaveMapping(b.ctx, operator, "log", "1", "id: log"))
	b.ok(b.store.SaveMapping(b.ctx, operator, "log", "2", "id: log, mended"))
	if list, err := b.store.Mappings(b.ctx, operator); err != nil || len(list) != 1 || !strings.Contains(list[0], "mended") {
		b.Errorf("mappings %v, %v", list, err)
	}
	if list, err := b.store.Mappings(b.ctx, other); err != nil || len(list) != 0 {
		b.Errorf("another commissioner's mappings %v, %v", list, err)
	}
	if err := b.store.EraseSealedFile(b.ctx, viewer("QAA", access.Administrator), sum, "asked"); !fault.Is(err, fault.Refused) {
		b.Errorf("an administrator erases: %v", err)
	}
	b.ok(b.store.EraseSealedFile(b.ctx, operator, sum, "Erasure asked by the patient"))
	if _, err := b.store.SealedFile(b.ctx, operator, sum); !fault.Is(err, fault.NotFound) {
		b.Errorf("after erasure: %v", err)
	}
	b.rebuilt()
	if list, err := b.store.Refusals(b.ctx, operator, d.ID, 0, 10); err != nil || len(list) != 1 || list[0].Row != 4 {
		b.Errorf("refusals after rebuilding %+v, %v", list, err)
	}
	_, err = b.store.Verify(b.ctx, nil)
	b.ok(err)
}
