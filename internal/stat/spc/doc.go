// Package spc judges series over time by statistical process control: the XmR
// chart of NHS England's "Making Data Count" with every convention a setting,
// the run chart, and the Shewhart family for counts, rates and rare events.
//
// # Words
//
// A series is one value per period in time order. A value that is not known is
// NaN: a gap. A gap is never zero, breaks every run and has no moving range on
// either side, so that it never joins its neighbours. An infinite value is no
// measurement and counts as a gap.
//
// A segment is a stretch of the series with limits of its own; a new one begins
// where somebody has signed a rebase (R-SPC-5). No rule looks across that point.
//
// The moving range of a point is its distance from the point before. For the
// values x1..xn of a segment the mean is their average, aMR the average of their
// moving ranges, and the process limits are
//
//	mean ± 2.66 × aMR        (2.66 = 3 / 1.128, rounded as the national tools do)
//
// with "near" limits two thirds of the way out. Sources: Shewhart 1931; Wheeler,
// Understanding Variation, 2nd ed. 2000, ch. 3; NHS England, Making Data Count.
//
// # Rules
//
// Four rules mark a point as special cause, that is, as unlikely to be chance:
// Outside (R-SPC-1), Shift (R-SPC-2), Trend (R-SPC-3) and TwoOfThree (R-SPC-4).
// A point keeps in its Marks every rule that fired; Marks.Name is the one that
// names it, in the order outside, trend, two of three, shift. A fifth mark, Jump
// (R-SPC-7), is an alarm on the moving range and never names a point.
//
// # Uses
//
// NewChart judges one series for a page: limits, marks, sentences and icons.
// Judge does the same for a whole country in flat slices, without allocation per
// point and with the same answers on any number of cores. RunChart, Shewhart and
// Subgroups are the other charts.
//
// # Example to check by hand
//
// 1,2,1,2,10,1,2,1,2,1,2,1,2,1,2,1,2,1 has mean 35/18 = 1.9444 and seventeen
// moving ranges which add up to 32, so aMR = 1.8824 and the limits are -3.0626
// and 6.9515; the fifth point is outside. With screening the ranges 8 and 9, being
// at least 3.267 × 1.8824 = 6.1497, are dropped; aMR becomes 1, the limits -0.7156
// and 4.6044.
package spc
