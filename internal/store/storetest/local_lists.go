package storetest

import (
	"candour/internal/access"
	"candour/internal/record"
	"candour/internal/signal"
)

// testLocalLists: each time that a list is given is an entry, in order, with who and
// why; the memory without its tables gives them again.
func testLocalLists(b *bundle) {
	administrator := viewer("QAA", access.Administrator)
	list := func(id, text, because string) record.LocalList {
		return record.LocalList{Sort: signal.ListTaxonomy, ID: id, Text: text, Because: because}
	}
	b.ok(b.store.SetLocalList(b.ctx, administrator, list("theme", "one", "First")))
	head, _, err := b.store.Head(b.ctx)
	b.ok(err)
	b.ok(b.store.SetLocalList(b.ctx, administrator, list("ours", "other", "Another")))
	b.ok(b.store.SetLocalList(b.ctx, administrator, list("theme", "", "Taken back")))
	for name, err := range map[string]error{
		"no reason": b.store.SetLocalList(b.ctx, administrator, list("theme", "two", " ")),
		"the past":  b.store.SetLocalList(b.ctx, administrator.At(head), list("theme", "two", "x")),
	} {
		if err == nil {
			b.Errorf("a list with %s was taken", name)
		}
	}
	b.rebuilt()
	all, err := b.store.LocalLists(b.ctx)
	b.ok(err)
	if len(all) != 3 || all[0].Text != "one" || all[1].ID != "ours" || all[2].Text != "" || all[2].Because != "Taken back" || all[0].Account != administrator.Viewer.Account || all[0].Position != head || all[0].At.IsZero() {
		b.Errorf("given %+v", all)
	}
}
