package web

import (
	"fmt"
	"slices"

	"candour/internal/finding"
	"candour/internal/org"
	"candour/internal/store"
	"candour/internal/web/component"
)

// changesShown is how many things that changed since the viewer looked are listed.
const changesShown = 8

// readEarlier reads how the provider stood at the moment compared with, and whether it was
// judged on another scale then.
func (s *Server) readEarlier(r *request, v *providerView, code org.Code) error {
	var earlier map[org.Code]store.Concern
	if err := s.readBefore(r, &v.compared, &v.looked, &earlier, "provider-page/"+string(code)+"/", code); err != nil {
		return err
	}
	c, ok := earlier[code]
	if !ok {
		return nil
	}
	if v.before = &c; v.held == nil {
		return nil
	}
	var err error
	v.scale, err = s.readScale(r, c.Assessment.Params, v.held.Assessment.Params)
	return err
}

// changed is what moved since the viewer looked.
func (v *providerView) changed(r *request, p *providerPage) {
	w := watchView{compared: v.compared, looked: v.looked}
	p.Since, p.Scale = "since "+w.sinceWords(), v.scale
	switch {
	case v.compared.IsZero():
		p.Unmoved = "You haven’t looked at this page before today, so there is nothing to compare with."
		return
	case v.held == nil || !v.held.Judged:
		p.Unmoved = "Nothing is judged, so no points moved."
	case v.before == nil || !v.before.Judged:
		p.Unmoved = fmt.Sprintf("It wasn’t judged then; now it has %s.", count(v.held.Points, "point", "points"))
	default:
		p.Change = component.Change{Points: v.held.Points - v.before.Points}
		for _, m := range movements(&v.before.Assessment, &v.held.Assessment) {
			p.Changed.Items = append(p.Changed.Items, component.Reason{Points: component.Signed(m.points), Icon: v.iconOf(m.key), Text: m.words() + "."})
		}
		if len(p.Changed.Items) == 0 {
			p.Unmoved = "No part of the points moved."
		}
	}
	for _, f := range v.found.all {
		if f.Received.After(v.compared) && f.Latest && f.Direction == finding.Concern && len(p.Changed.Items) < changesShown {
			name := string(f.Indicator)
			if d := r.catalogue().Get(f.Indicator); d != nil {
				name = shortOf(d)
			}
			text := sentenceWithLink("", component.Link{Text: name, Href: r.link(indicatorPath(v.org.Code, f.Indicator))}, ": "+uncapital(firstSentence(sentence(f.Sentence))))
			p.Changed.Items = append(p.Changed.Items, component.Reason{Points: "new", Icon: component.Hard.Icon(), Text: text, Source: "found " + momentOf(f.Received)})
		}
	}
	if len(p.Changed.Items) > 0 {
		p.Unmoved = ""
	}
}

// iconOf is the mark of a part that moved, by its family.
func (v *providerView) iconOf(key string) component.Icon {
	for _, a := range []*store.Concern{v.held, v.before} {
		for i := range a.Assessment.Families {
			f := &a.Assessment.Families[i]
			streams := append(slices.Clone(f.Streams), f.Quiet...)
			if string(f.Family) == key && len(streams) > 0 && streams[0].Kind.Soft() {
				return component.Soft.Icon()
			}
		}
		for _, l := range a.Assessment.Standing {
			if standingKey(l.Name) == key && l.Soft {
				return component.Soft.Icon()
			}
		}
	}
	return component.Hard.Icon()
}
