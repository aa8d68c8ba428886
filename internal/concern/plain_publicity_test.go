package concern

import "math"

// publicity: voices open to everybody that jump together all at once, and fade.
func (p *plain) publicity() {
	for i := range p.n {
		for u := max(0, p.now-11); u <= p.now; u++ {
			var sum, weights float64
			for s := range p.streams {
				if p.reaches(s) >= 1 && p.ex[s][i][u] > 0 && p.held[s][i][u] != absent {
					w := 1 / (1/(p.ex[s][i][u]+0.5) + 1/p.est[s].R)
					sum, weights = sum+w*math.Log((p.num[s][i][u]+0.5)/(p.ex[s][i][u]+0.5)), weights+w
				}
			}
			p.over[i][u], p.left[i][u] = sum/weights, 0
			if u > 0 {
				rest := p.left[i][u-1] * math.Exp(-1.0/3)
				before := p.over[i][u-1]
				switch {
				case p.over[i][u] >= 0.7 && p.over[i][u]-before >= 0.5 && p.over[i][u]-rest >= 0.5:
					p.left[i][u] = p.over[i][u]
				case rest >= 0.05:
					p.left[i][u] = rest
				}
			}
			for s := range p.streams {
				p.stir[s][i][u] = math.Exp(p.reaches(s) * p.left[i][u])
				if p.ex[s][i][u] > 0 && p.held[s][i][u] != absent {
					p.l[s][i][u] = p.louder(s, i, u, p.ex[s][i][u]*p.stir[s][i][u])
				}
			}
		}
	}
}

// reaches is the share of a surge that reaches a stream of reports.
func (p *plain) reaches(s int) float64 {
	if p.streams[s].Kind != Reports {
		return 0
	}
	switch p.streams[s].Channel {
	case "complaints-care", "complaints-attitude", "comments":
		return 1
	case "gp":
		return 0.5
	}
	return 0
}
