package mail

import (
	"strings"
	"testing"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/concern"
	"candour/internal/org"
	"candour/internal/record"
	"candour/internal/store"
)

// alarmed is an alert at QAA about RA1, and what the watch does with it.
func (o *office) alarmed(ref alert.Ref) {
	o.Helper()
	o.append(record.AlertRaised, ref, "QAA", record.AlertRaise{
		Ref: ref, Brief: alert.Brief{Alert: concern.Alert{Provider: "RA1", AsOf: 24322, Params: "2026-3", ByScore: true, Score: 9.5, Ranking: 10}, Points: 31, Word: concern.Likely},
		Assessment: []byte("{}"), Explanation: []byte("{}"),
	})
}

func (o *office) append(kind record.Kind, ref alert.Ref, tenant org.Code, body any) {
	o.Helper()
	e, err := record.New(kind, "alert/"+string(ref), tenant, "watch", body)
	o.ok(err)
	_, err = o.store.Record(o.ctx, e)
	o.ok(err)
}

// climb is what the watch does after some days in which nobody opened anything.
func (o *office) climb(days int) (n int) {
	o.Helper()
	o.clock.Step(time.Duration(days) * 24 * time.Hour)
	held, err := o.store.Alerts(o.ctx, o.scope("u-lead", "QAA"), store.AlertFilter{})
	o.ok(err)
	for _, s := range alert.Climbs(held, alert.UsualDays, o.clock.Now()) {
		o.append(record.AlertStepped, s.Ref, "QAA", s)
		n++
	}
	return n
}

// climbers is an office where a medical director reads alerts, and nobody the digests.
func climbers(t *testing.T) *office {
	t.Helper()
	o := setup(t)
	o.ok(o.store.SetAccount(o.ctx, access.Everything(access.Operator("operator")), record.Account{
		ID: "u-director", Login: "director@qaa.example", Memberships: []access.Membership{{Tenant: "QAA", Role: access.ClinicalReviewer}},
	}))
	o.ok(o.store.SetMailChoice(o.ctx, o.scope("u-director", "QAA"), []record.MailKind{record.MailAlert}))
	o.quiet() // and the first round, which marks where to begin
	return o
}

func TestAnAlertThatNobodyOpenedIsSentToThoseItGoesUpToOnceForEachTime(t *testing.T) {
	t.Parallel()
	o := climbers(t)
	o.alarmed("A-2026-1")
	o.tick()
	o.expect() // raised: quality leads see it on the watch list
	if n := o.climb(alert.UsualDays); n != 1 {
		t.Fatalf("%d alerts went up", n)
	}
	o.restart() // the program died after the alert went up and before anybody was told
	o.tick()
	director, board := "director@qaa.example: Candour: Alert A-2026-1 has come up to you", "board@qaa.example: Candour: Alert A-2026-1 has come up to you"
	o.expect(director)
	for range 2 { // neither again, nor after a restart, nor by another node
		o.tick()
		o.restart()
		o.tick()
	}
	o.expect(director)
	o.climb(alert.UsualDays)
	o.tick()
	o.expect(director, board) // the director was told when it came to them
	o.append(record.AlertStepped, "A-2026-1", "QAA", alert.Step{Ref: "A-2026-1", Number: 4, Act: alert.Lower, Role: access.QualityLead, Because: "only one ward"})
	o.climb(alert.UsualDays)
	o.tick()
	o.restart()
	o.tick()
	o.expect(director, board, director) // lowered, and up again: news again
}

func TestAnAlertByEMailSaysWhatToDoAndNamesNobody(t *testing.T) {
	t.Parallel()
	o := climbers(t)
	o.alarmed("A-2026-1")
	for range 2 {
		o.climb(alert.UsualDays)
		o.tick()
	}
	for i, want := range []string{"acknowledge it, or give it to somebody", "ask the quality leads who deals with it"} {
		_, parts := opened(t, o.server.Got()[i].Data)
		if len(parts) != 2 {
			t.Fatalf("%d parts", len(parts))
		}
		for kind, text := range parts {
			text := strings.Join(strings.Fields(text), " ")
			for _, need := range []string{"https://candour.example/alerts/A-2026-1", "https://candour.example/account", "raised on 23 November 2026", want} {
				if !strings.Contains(text, need) {
					t.Errorf("%s lacks %q:\n%s", kind, need, text)
				}
			}
			for _, secret := range []string{"RA1", "Aldermoor", "31 points", "likely"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s says %q:\n%s", kind, secret, text)
				}
			}
		}
	}
}

func TestAnAlertIsNotSentToWhoDoesntWantItNorToWhomItDidNotGoUp(t *testing.T) {
	t.Parallel()
	o := climbers(t)
	o.ok(o.store.SetMailChoice(o.ctx, o.scope("u-director", "QAA"), nil))
	o.alarmed("A-2026-1")
	o.climb(alert.UsualDays)
	o.tick()
	o.expect()
	lead := o.scope("u-lead", "QAA").Viewer
	director := o.scope("u-director", "QAA").Viewer
	if May(lead, "QAA", record.MailAlert) || !May(director, "QAA", record.MailAlert) || May(director, "QBB", record.MailAlert) {
		t.Error("who may be sent alerts that went up: the director at QAA, and neither a quality lead nor anybody elsewhere")
	}
}

func TestAClimbOfLongAgoIsNotSent(t *testing.T) {
	t.Parallel()
	o := climbers(t)
	o.alarmed("A-2026-1")
	o.climb(alert.UsualDays)
	o.clock.Step(newsFor + time.Hour) // e-mail was off meanwhile
	o.tick()
	o.expect()
}
