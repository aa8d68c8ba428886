package storetest

import (
	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/delivery"
	"candour/internal/indicator"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// testQuarantine: what refused rows would touch, and how the sources of several
// commissioners stand, is told of one's own alone.
func testQuarantine(b *bundle) {
	for code, system := range map[org.Code]org.Code{"RAA": "QAA", "RBB": "QBB"} {
		b.record(record.OrganisationRecorded, "organisation/"+string(code), "", org.Organisation{Code: code, Name: "A", Role: org.Trust, System: system})
	}
	row := func() delivery.Item { return delivery.Item{Row: &delivery.Row{Taken: 1}} }
	refused := func(row int, about indicator.Reading) delivery.Item {
		return delivery.Item{Refusal: &delivery.Refusal{Row: row, Code: "x", About: &about}}
	}
	b.deliver("", row(), reading("RAA", "2025-01", 70, 100), reading("RBB", "2025-01", 60, 100))
	january := calendar.NewMonth(2025, 1)
	known := indicator.Reading{Indicator: "ae-4h-all", Org: "RAA", Period: january, Presence: indicator.Valued, Numerator: 75, Denominator: 100, Value: 0.75}
	d := b.deliver("", row(), refused(2, known), refused(3, indicator.Reading{Indicator: "ae-4h-all", Org: "RBB", Period: january}),
		refused(3, indicator.Reading{Indicator: "ae-4h-all", Org: "RBB", Period: january}), refused(4, indicator.Reading{}))
	private := b.deliver("QBB", row(), refused(2, known))

	qaa := viewer("QAA", access.Analyst)
	touches, err := b.store.Touches(b.ctx, qaa, []delivery.ID{d.ID, private.ID}, 10)
	b.ok(err)
	slot := store.Slot{Indicator: "ae-4h-all", Period: january}
	if len(touches) != 2 || touches[0] != (store.Touch{Delivery: d.ID, Slot: slot, Rows: 2, Providers: 2}) || touches[1] != (store.Touch{Delivery: d.ID, Rows: 1}) {
		b.Errorf("touches: %+v", touches)
	}
	counts, err := b.store.ValuesHeld(b.ctx, qaa, []store.Slot{slot, {Indicator: "j", Period: january}})
	b.ok(err)
	if len(counts) != 1 || counts[slot] != 2 {
		b.Errorf("held: %v", counts)
	}
	offers, err := b.store.Offers(b.ctx, qaa, d.ID, 10)
	b.ok(err)
	if len(offers) != 1 || offers[0].Refused.Org != "RAA" || offers[0].Refused.Rows != "2" || offers[0].Refused.Numerator != 75 || offers[0].Held.Numerator != 70 || offers[0].Code != "x" {
		b.Errorf("QAA is offered %+v", offers)
	}
	if offers, err = b.store.Offers(b.ctx, b.operator, d.ID, 10); err != nil || len(offers) != 3 || offers[1].Refused.Presence != "" || offers[1].Held.Numerator != 60 {
		b.Errorf("all offers: %+v, %v", offers, err)
	}
	if offers, err = b.store.Offers(b.ctx, qaa, private.ID, 10); err != nil || len(offers) != 0 {
		b.Errorf("another’s offers: %+v, %v", offers, err)
	}
	testStanding(b, january, private.ID)
}

func testStanding(b *bundle, january calendar.Period, private delivery.ID) {
	due := map[indicator.ID]calendar.Period{"ae-4h-all": january, "j": january}
	both := access.For(access.Viewer{Account: "u-both", Memberships: []access.Membership{{Tenant: "QAA", Role: access.Analyst}, {Tenant: "QBB", Role: access.Analyst}}}, "QAA")
	standing, err := b.store.Standing(b.ctx, both, []org.Code{"QAA", "QBB"}, due)
	b.ok(err)
	if len(standing) != 2 || standing["QAA"]["ae-4h-all"] != 1 || standing["QBB"]["ae-4h-all"] != 1 || len(standing["QAA"]) != 1 {
		b.Errorf("standing: %v", standing)
	}
	newest, err := b.store.NewestStanding(b.ctx, both, []org.Code{"QAA", "QBB", "QCC"}, []indicator.ID{"ae-4h-all", "j"})
	b.ok(err)
	if len(newest) != 2 || len(newest["QAA"]) != 1 || newest["QBB"]["ae-4h-all"] != january {
		b.Errorf("newest that came: %v", newest)
	}
	list, err := b.store.DeliveriesOf(b.ctx, both, []org.Code{"QAA", "QBB", ""}, 10)
	b.ok(err)
	if len(list) != 1 || list[0].ID != private {
		b.Errorf("deliveries of both: %+v", list)
	}
	one := viewer("QAA", access.Analyst)
	standing, err = b.store.Standing(b.ctx, one, []org.Code{"QAA", "QBB"}, due)
	b.ok(err)
	if len(standing) != 1 || standing["QBB"] != nil {
		b.Errorf("QAA’s viewer sees how %v stand", standing)
	}
	if list, err = b.store.DeliveriesOf(b.ctx, one, []org.Code{"QBB"}, 10); err != nil || len(list) != 0 {
		b.Errorf("QAA’s viewer sees %+v, %v", list, err)
	}
}
