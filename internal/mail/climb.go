package mail

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"candour/internal/access"
	"candour/internal/alert"
	"candour/internal/calendar"
	"candour/internal/digest"
	"candour/internal/fault"
	"candour/internal/record"
)

// alertRound tells those to whom an alert went up, because nobody had opened it, once
// for each time that it did. That it went up is an entry of the memory; which entry a
// message is about is part of its name, so that neither a restart nor a second node
// sends it again, and an alert that is lowered and goes up again is told again.
func (p *Postman) alertRound(ctx context.Context, sc access.Scope) error {
	return p.newsRound(ctx, sc, roundAlert, func(now access.Scope, after int64) (messages []record.MailMessage, err error) {
		climbs, err := p.Store.AlertClimbs(ctx, now, after)
		if err != nil || len(climbs) == 0 {
			return nil, err
		}
		readers, err := p.readers(ctx, sc, record.MailAlert)
		if err != nil {
			return nil, err
		}
		for i := range climbs {
			s := &climbs[i].Step
			for _, v := range readers {
				if asked(v, sc.Tenant, s.Level.Newly()) {
					messages = append(messages, record.MailMessage{Account: v.Account, Kind: record.MailAlert, About: string(s.Ref) + "/" + strconv.Itoa(s.Number)})
				}
			}
		}
		return messages, nil
	})
}

// climbOf is the alert that a message is about, and the number of its entry.
func climbOf(about string) (ref alert.Ref, entry int, ok bool) {
	name, number, found := strings.Cut(about, "/")
	entry, err := strconv.Atoi(number)
	return alert.Ref(name), entry, found && err == nil
}

// climbed says that an alert went up, since when it waits, and what its reader can do.
// Which provider it is about, and why, stands on the page: in a mailbox the name of a
// provider beside the word alert would travel further than the evidence.
func (p *Postman) climbed(ctx context.Context, sc access.Scope, about, whose string) (d digest.Digest, err error) {
	ref, entry, ok := climbOf(about)
	if !ok {
		return d, fault.New(fault.Internal, "%q names no step of an alert", about)
	}
	history, err := p.Store.AlertHistory(ctx, sc, ref)
	if err != nil {
		return d, err
	}
	if entry < 2 || entry > len(history) {
		return d, fault.New(fault.Internal, "the alert %s has no entry %d", ref, entry)
	}
	step, raised := &history[entry-1], history[0].At
	day := func(at time.Time) string { return at.In(calendar.London).Format("2 January 2006") }
	d = digest.Digest{
		Title: fmt.Sprintf("Alert %s has come up to you", ref),
		Lead: fmt.Sprintf("Nobody at %s had opened the alert %s, raised on %s, when it went up a level on %s. Now %s are asked to look at it.",
			whose, ref, day(raised), day(step.At), step.Step.Level.Words()),
	}
	what := "Open it: the page says which provider it is about and holds the evidence as it stood. Then acknowledge it, or give it to somebody."
	if !access.Allows(sc.Viewer, sc.Tenant, access.HandleAlert, access.Resource{Tenant: sc.Tenant}) {
		what = "Open it: the page says which provider it is about and holds the evidence as it stood. Then ask the quality leads who deals with it."
	}
	d.Parts = []digest.Part{{Heading: "What you can do", Sentence: what}}
	return d, nil
}
