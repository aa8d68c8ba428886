package concern

import (
	"fmt"
	"slices"
)

// Lengths in months. The ring holds what any window can ask for: replay (12),
// baseline gap (12) and length (36), with room.
const (
	ringMonths   = 64
	replayMonths = 12 // steps replayed at each as-of month
	delayMonths  = 6  // reports are all in after this
	settleMonths = 6  // months after start-up in which estimates still move
	trailMonths  = 36 // as-of months of score and rank that are kept
)

// Engine holds the state of all providers at one as-of month: 64 event months
// of every stream and the evidence frozen twelve months back. Its results are a
// function of the rows available by that month and of nothing else. It is not
// safe for use by several goroutines at once.
type Engine struct {
	par     *Params
	index   map[StreamID]int
	streams []*series

	provs     []provider
	provIndex map[ProviderID]int
	pending   map[Month][]row
	sizes     map[Month][]sizeRow
	size      [ringMonths][]float64

	started bool
	now     Month // as-of month assessed last
	epoch   Month // first event month seen
	seen    bool

	story   filter
	deaf    []filter // by family: the same, hearing nothing of it; frozen states alone
	work    scratch
	results results
	slow    bool // recompute everything each month; tests compare
}

type provider struct {
	id    ProviderID
	size  float64
	sized bool
	first Month // first event month with any data
	any   bool
	trail [trailMonths]float64 // ranking score by as-of month, modulo
	ranks [trailMonths]int32
	since Month // first as-of month in trail

	surges [ringMonths]surge
}

// series is one stream for all providers.
type series struct {
	def    Stream
	family int
	scored bool
	shift  float64 // design shift, 0 when unknown
	rho    float64
	stirs  float64   // share of a surge of publicity that reaches it
	parts  []*series // derived: mix {ordinary, severe}; gap outside then inside
	nOut   int

	num, den, dev, s2 [ringMonths][]float64 // visits: mean score, number, none, how many worse than usual
	status            [ringMonths][]uint8
	centre            [ringMonths]float64 // national value taken out of final values
	pooled            [ringMonths]float64 // proportion and rate: national mean of the month
	rate              [ringMonths]float64 // reports: national reports per size, completed
	byDelay           [ringMonths][delayMonths + 1]float64
	delays            [ringMonths]uint8 // how many of byDelay are known
	dirty             [ringMonths]bool

	last  []Month // per provider: newest event month with data; 0 for none
	wait  Month   // shortest time from the month of a new value to the one in which it could be known: when the next is due
	timed bool    // wait is known
	first Month
	begun bool
	with  int // providers with any data
	alone bool

	est      Estimate
	estNew   bool // changed at this as-of month
	fresh    [replayMonths]bool
	ev       [replayMonths][]float64 // monthly evidence l
	exp      [replayMonths][]float64 // reports: expected by now
	lam      [replayMonths][]float64 // reports: rate of own culture
	disp     [replayMonths][]float64 // reports: negative-binomial size r*
	stir     [replayMonths][]float64 // reports: by how much publicity raises what is expected
	evOf     [replayMonths]Month     // event month that the slot holds
	frozen   []float64               // C at now − 12
	frozenAt []Month                 // when that C began, 0 when it is zero
	cur      []float64
	began    []Month

	elsewhere elsewhere // of the standing level
}

// New makes an engine for the given streams under par.
func New(par *Params, streams []Stream) (*Engine, error) {
	if err := par.check(); err != nil {
		return nil, err
	}
	if err := Validate(par, streams); err != nil {
		return nil, err
	}
	e := &Engine{
		par: par, index: map[StreamID]int{}, provIndex: map[ProviderID]int{},
		pending: map[Month][]row{}, sizes: map[Month][]sizeRow{},
	}
	for i := range streams {
		s := &series{def: streams[i], family: par.family(streams[i].Family)}
		s.scored = par.Families[s.family].Scored && !s.def.Charted
		s.shift = s.def.Shift
		if s.def.Kind.hard() && s.shift <= 0 {
			s.shift = par.domain(s.def.domain()).Shift
		}
		s.rho = s.def.Ratio
		if c := par.channel(s.def.Channel); s.def.Kind == Reports && c >= 0 {
			s.stirs = par.Channels[c].Publicity
			if s.rho <= 1 {
				s.rho = par.Channels[c].Ratio
				if s.def.Severity == Severe {
					s.rho *= par.SevereFactor
				}
			}
		}
		e.index[s.def.ID] = i
		e.streams = append(e.streams, s)
	}
	for _, s := range e.streams {
		for _, id := range s.def.parts() {
			s.parts = append(s.parts, e.streams[e.index[id]])
		}
		s.nOut = len(s.def.Outside)
	}
	e.story.init(par, -1)
	e.deaf = make([]filter, len(par.Families))
	for f := range e.deaf {
		e.deaf[f].init(par, f)
	}
	return e, nil
}

// AsOf brings the engine to the as-of month t, month by month, and returns
// every provider's assessment, highest ranking score first. It may be asked
// again for the month reached, after more rows of that month; an earlier month
// is [ErrBackdated].
func (e *Engine) AsOf(t Month) ([]Assessment, error) {
	if err := e.Advance(t); err != nil {
		return nil, err
	}
	out := make([]Assessment, len(e.provs))
	for i, p := range e.results.order {
		out[i] = e.assess(p)
	}
	return out, nil
}

// Advance brings the engine to the as-of month t without making assessments.
func (e *Engine) Advance(t Month) error {
	if !e.started {
		first := t
		for m := range e.pending {
			first = min(first, m)
		}
		e.started, e.now = true, first-1
		e.earlySizes(first)
	}
	if t < e.now {
		return fmt.Errorf("assess %v when %v has been assessed: %w", t, e.now, ErrBackdated)
	}
	if t == e.now {
		if len(e.pending[t]) > 0 || len(e.sizes[t]) > 0 {
			e.take(t)
			e.evaluate(t)
		}
		return nil
	}
	for e.now < t {
		if _, more := e.pending[e.now]; more { // came after the month was assessed
			e.take(e.now)
			e.evaluate(e.now)
		}
		e.step(e.now + 1)
	}
	return nil
}

// step moves to the next as-of month: freezes the oldest month of the replay,
// makes room for the new one, takes its rows and evaluates.
func (e *Engine) step(t Month) {
	e.freeze(t - replayMonths)
	slot := ring(t)
	for _, s := range e.streams {
		for p := range e.provs {
			s.status[slot][p] = absent
		}
		s.delays[slot], s.dirty[slot] = 0, true
	}
	for p := range e.provs {
		e.size[slot][p] = e.provs[p].size
	}
	e.now = t
	e.take(t)
	e.evaluate(t)
}

// take applies the rows and sizes that became available in month t.
func (e *Engine) take(t Month) {
	rows := e.pending[t]
	delete(e.pending, t)
	var fresh []ProviderID
	for i := range rows {
		if _, ok := e.provIndex[rows[i].provider]; !ok {
			e.provIndex[rows[i].provider] = -1
			fresh = append(fresh, rows[i].provider)
		}
	}
	for _, r := range e.sizes[t] {
		if _, ok := e.provIndex[r.provider]; !ok {
			e.provIndex[r.provider] = -1
			fresh = append(fresh, r.provider)
		}
	}
	// In the order of their codes, so that sums do not depend on the order of rows.
	slices.Sort(fresh)
	for _, id := range fresh {
		e.join(id)
	}
	e.resize(t)
	for i := range rows {
		e.apply(&rows[i])
	}
}

// earlySizes brings sizes given for months before the first one forward to it,
// the latest of each provider last.
func (e *Engine) earlySizes(first Month) {
	var early []Month
	for m := range e.sizes {
		if m < first {
			early = append(early, m)
		}
	}
	slices.Sort(early)
	var rows []sizeRow
	for _, m := range early {
		rows = append(rows, e.sizes[m]...)
		delete(e.sizes, m)
	}
	if rows = append(rows, e.sizes[first]...); len(rows) > 0 {
		e.sizes[first] = rows
	}
}

func (e *Engine) resize(t Month) {
	for _, r := range e.sizes[t] {
		p := e.provIndex[r.provider]
		v := &e.provs[p]
		if v.size = r.size; !v.sized {
			for slot := range e.size {
				e.size[slot][p] = r.size
			}
			for _, s := range e.streams { // national rates of months gone by rest on it
				for slot := range s.dirty {
					s.dirty[slot] = true
				}
			}
		}
		v.sized = true
		e.size[ring(t)][p] = r.size
	}
	delete(e.sizes, t)
}

// join adds a provider with no data.
func (e *Engine) join(id ProviderID) int {
	p := len(e.provs)
	e.provIndex[id] = p
	e.provs = append(e.provs, provider{id: id, size: 1, since: e.now})
	for slot := range e.size {
		e.size[slot] = append(e.size[slot], 1)
	}
	for _, s := range e.streams {
		for slot := range s.num {
			s.num[slot] = append(s.num[slot], 0)
			s.den[slot] = append(s.den[slot], 0)
			s.dev[slot] = append(s.dev[slot], 0)
			s.s2[slot] = append(s.s2[slot], 0)
			s.status[slot] = append(s.status[slot], absent)
		}
		for k := range s.ev {
			s.ev[k] = append(s.ev[k], 0)
			s.exp[k] = append(s.exp[k], 0)
			s.lam[k] = append(s.lam[k], 0)
			s.disp[k] = append(s.disp[k], 0)
			s.stir[k] = append(s.stir[k], 1)
		}
		s.frozen, s.frozenAt = append(s.frozen, 0), append(s.frozenAt, 0)
		s.cur, s.began = append(s.cur, 0), append(s.began, 0)
		s.last = append(s.last, 0)
	}
	e.story.join()
	for f := range e.deaf {
		e.deaf[f].join()
	}
	return p
}

// apply writes one row into its cell.
func (e *Engine) apply(r *row) {
	if r.month <= e.now-ringMonths || r.month > e.now {
		return
	}
	p, s, slot := e.provIndex[r.provider], e.streams[r.stream], ring(r.month)
	s.num[slot][p], s.den[slot][p], s.status[slot][p] = r.num, r.den, r.status
	if s.def.Kind == Visit {
		s.s2[slot][p] = r.worse
	}
	s.dirty[slot] = true
	if r.status == absent {
		return
	}
	if s.last[p] == 0 {
		s.with++
	}
	if wait := r.available - r.month; r.month > s.last[p] && (!s.timed || wait < s.wait) {
		s.wait, s.timed = wait, true
	}
	s.last[p] = max(s.last[p], r.month)
	if v := &e.provs[p]; !v.any || r.month < v.first {
		v.first, v.any = r.month, true
	}
	if !s.begun || r.month < s.first {
		s.first, s.begun = r.month, true
	}
	if !e.seen || r.month < e.epoch {
		e.epoch, e.seen = r.month, true
	}
}

// evaluate works out everything as of month t from the cells and the frozen state.
func (e *Engine) evaluate(t Month) {
	e.work.fit(len(e.provs), len(e.par.Families))
	for _, s := range e.streams {
		switch {
		case s.def.Kind.hard():
			e.hardMonth(s, t)
		case s.def.Kind == Reports:
			e.softMonth(s, t)
		case s.def.Kind == Visit:
			e.visitMonth(s, t)
		}
	}
	e.publicity(t)
	for _, s := range e.streams {
		if s.def.Kind.derived() {
			e.derivedMonth(s, t)
		}
	}
	for _, s := range e.streams {
		clear(s.dirty[:])
	}
	e.replay(t)
	e.standing(t)
	e.score(t)
}

// startup is the number of months before a stream gives evidence: shorter for
// one that began later than the rest of the record.
func (e *Engine) startup(s *series) Month {
	if s.first > e.epoch+Month(e.par.StartupLeast) {
		return Month(e.par.StartupLeast)
	}
	return Month(e.par.Startup)
}

// window is the own-baseline window [lo, hi) for event month u (concern-design.md
// section 3): a year behind, at most 36 months, never before a break.
func (e *Engine) window(s *series, u Month) (lo, hi Month) {
	hi = max(s.first+e.startup(s), u-Month(e.par.BaselineGap))
	lo = max(s.first, hi-Month(e.par.BaselineLength), e.now-ringMonths+1)
	if s.def.BaseSince > 0 && s.def.BaseSince < hi {
		lo = max(lo, s.def.BaseSince)
	}
	return lo, hi
}

// ring is the slot of an event month; turn that of its evidence.
func ring(u Month) int { return int(u) % ringMonths }
func turn(u Month) int { return int(u) % replayMonths }

// due reports whether the evidence of event month u must be worked out at t:
// it is new, its cells or its baseline changed, or the estimates did.
func (e *Engine) due(s *series, u Month) bool {
	k := turn(u)
	if e.slow || s.estNew || s.evOf[k] != u || s.dirty[ring(u)] {
		return true
	}
	lo, hi := e.window(s, u)
	for m := lo; m < hi; m++ {
		if s.dirty[ring(m)] {
			return true
		}
	}
	return false
}

// scratch is working memory, reused.
type scratch struct {
	a, b, c, d, sum, cnt []float64
	fam                  [][]float64 // by family, provider: evidence of one month
	disc                 [][]float64 // by family, provider: overlap discount
}

func (w *scratch) fit(n, families int) {
	if len(w.a) == n && len(w.fam) == families {
		return
	}
	for _, v := range []*[]float64{&w.a, &w.b, &w.c, &w.d, &w.sum, &w.cnt} {
		*v = make([]float64, n)
	}
	w.fam, w.disc = make([][]float64, families), make([][]float64, families)
	for f := range w.fam {
		w.fam[f], w.disc[f] = make([]float64, n), make([]float64, n)
	}
}
