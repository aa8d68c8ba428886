package casemix

import (
	"sync"
	"sync/atomic"
)

// Result is the fit of one group, or the reason that there is none.
type Result struct {
	Fitted *Fitted
	Err    error
}

// FitAll fits every group by itself, on up to workers cores at a time. The
// results are in the order of the groups and do not depend on workers, because
// nothing is shared between groups.
func FitAll(groups []*Cells, opt Options, workers int) []Result {
	results := make([]Result, len(groups))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(max(workers, 1), len(groups)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(groups) {
					return
				}
				results[i].Fitted, results[i].Err = Fit(groups[i], opt)
			}
		})
	}
	wg.Wait()
	return results
}
