package casemix

// mergeLevels decides which factor levels have a coefficient of their own, and
// into which level each other one is merged: into the nearest sound neighbour of
// an ordered factor, otherwise into the reference level. It is the only place
// where sparse levels are touched, and it notes each.
func mergeLevels(c *Cells, opt Options) (into [][]int32, notes []Note) {
	least := opt.MinDeaths
	if !(least > 0) {
		least = 1
	}
	into = make([][]int32, len(c.Covariates))
	for k, cov := range c.Covariates {
		if !cov.Factor() {
			continue
		}
		n, d := countLevels(c, k)
		into[k] = make([]int32, len(cov.Levels))
		sound := func(level int) bool {
			if opt.Plain {
				return n[level] > 0
			}
			return d[level] >= least && n[level]-d[level] >= least
		}
		for level := range cov.Levels {
			into[k][level] = int32(level)
			if sound(level) {
				continue
			}
			target := mergeTarget(cov, n, level, sound)
			if target == level {
				continue
			}
			into[k][level] = int32(target)
			note := Note{Kind: Merged, Covariate: cov.Name, Level: cov.Levels[level], Into: cov.Levels[target], Patients: n[level], Deaths: d[level]}
			if !(n[level] > 0) {
				note.Kind = Empty
			}
			notes = append(notes, note)
		}
		reroot(into[k])
	}
	return into, notes
}

// reroot makes the reference level its own target again: where the reference
// itself is thin and was merged into another level, that level joins the
// reference instead, with all that merged into it. The cells are the same.
func reroot(into []int32) {
	root := into[0]
	if root == 0 {
		return
	}
	for level := range into {
		if into[level] == root {
			into[level] = 0
		}
	}
}

// mergeTarget is the level that a thin level joins; itself if there is none. A
// thin reference level joins the sound level with most patients.
func mergeTarget(cov Covariate, patients []float64, level int, sound func(int) bool) int {
	fit := func(other int) bool {
		return other >= 0 && other < len(patients) && sound(other) && (cov.Unknown == "" || cov.Levels[other] != cov.Unknown)
	}
	if cov.Ordered && (cov.Unknown == "" || cov.Levels[level] != cov.Unknown) {
		for far := 1; far < len(patients); far++ {
			if fit(level + far) {
				return level + far
			}
			if fit(level - far) {
				return level - far
			}
		}
		return level
	}
	best := 0
	for other := range patients {
		if level == 0 && fit(other) && (best == 0 || patients[other] > patients[best]) {
			best = other
		}
	}
	return best
}

func countLevels(c *Cells, k int) (n, d []float64) {
	n, d = make([]float64, len(c.Covariates[k].Levels)), make([]float64, len(c.Covariates[k].Levels))
	for i, level := range c.Level[k] {
		n[level] += c.Patients[i]
		d[level] += c.Deaths[i]
	}
	return n, d
}
