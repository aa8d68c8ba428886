package web

import (
	"fmt"

	"candour/internal/access"
	"candour/internal/calendar"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// readClocks counts what is due of each provider today or overdue, for those who deal
// with signals: one query. What is due of those that merged is due of what they became.
func (s *Server) readClocks(r *request, v *watchView) error {
	if !r.may(access.SeeSignals) {
		return nil
	}
	tonight := (calendar.DateOf(r.moment) + 1).Begins()
	due, err := s.store.DueByProvider(r.Context(), r.scope, r.moment, tonight)
	v.due = map[org.Code]store.ProviderDue{}
	for code, d := range due {
		to := v.became.Heir(code, r.moment)
		sum := v.due[to]
		v.due[to] = store.ProviderDue{Over: sum.Over + d.Over, Soon: sum.Soon + d.Soon}
	}
	return err
}

// clocks is the clocks of a provider that are over or due today; nil for who may not
// see them.
func (v *watchView) clocks(r *request, code org.Code) []component.Content {
	if v.due == nil {
		return nil
	}
	d := v.due[code]
	if d.Over+d.Soon == 0 {
		return []component.Content{"No clock is due."}
	}
	line := func(class, text string) component.Content {
		return component.Markup(`<span class="cd-clock ` + class + `"><a href="` + htmlText(r.link(string(placeSignals)+"?show="+showDue+"&provider="+string(code))) + `">` + htmlText(text) + `</a></span>`)
	}
	var out []component.Content
	if d.Over > 0 {
		out = append(out, line("cd-clock--over", "Overdue: "+count(d.Over, "signal", "signals")))
	}
	if d.Soon > 0 {
		out = append(out, line("cd-clock--due", "Due today: "+count(d.Soon, "signal", "signals")))
	}
	return out
}

// clockWords says in the lead how many clocks of the providers are over.
func (v *watchView) clockWords(chosen []org.Organisation) string {
	over, soon := 0, 0
	for _, o := range chosen {
		over, soon = over+v.due[o.Code].Over, soon+v.due[o.Code].Soon
	}
	switch {
	case over+soon == 0:
		return ""
	case over == 0:
		return " " + count(soon, "signal is due today.", "signals are due today.")
	case soon == 0:
		return " " + count(over, "signal is overdue.", "signals are overdue.")
	}
	return fmt.Sprintf(" %s and %d due today.", count(over, "signal is overdue", "signals are overdue"), soon)
}
