package signal

// NeverEvent is an event of the Never Events list (2018, revised February 2021). It need not
// have caused harm.
type NeverEvent struct {
	Type        string `json:"type"`                  // taxonomy never-event, in force on the day of the event
	Incident    ID     `json:"incident,omitempty"`    // the incident record
	Provisional bool   `json:"provisional,omitempty"` // published counts are provisional
}

// Counts reports whether the event counts: not while its type is suspended.
func (n *NeverEvent) Counts(tax *Taxonomies) bool {
	t := tax.Get("never-event")
	if t == nil {
		return false
	}
	c := t.Code(n.Type)
	return c != nil && !c.Suspended
}

func (n *NeverEvent) validate(k *check) { k.code("type", "never-event", n.Type, true) }
