// Package watch tests what deliveries bring: every indicator of every provider
// over time by the chart that its definition names, each period's cross-section
// by the right funnel, the standards in force, and whether what was due has come.
//
// A run reads the observations that hold now in columns, judges them on all
// cores, and gives the findings which now hold, in one order, bit for bit the
// same on any machine. What differs from the findings recorded before is one
// ledger entry. The same functions draw the charts of the pages, so that a page
// and a finding can't disagree.
//
// Breach of a standard, statistical signal and outlier status are three separate
// facts and stay so (R-IND-5). Rolling windows are never judged by run rules
// (R-SPC-6). Limits are calculated anew where a definition breaks, where somebody
// signed new limits, and around the covid disturbance (R-IND-6).
package watch
