// Package alert holds the task that is made when the concern about a provider
// crosses the alert threshold (concern-design.md section 9), and what a commissioner
// sets and learns about its alerts.
//
// # Words
//
// An [Alert] is raised by the watch, never by a person. It keeps its evidence as
// it stood ([Evidence]) whatever happens later. People move it through its
// states:
//
//	raised → acknowledged → assigned → closed
//
// Every move is a [Step] with its own ledger entry, and every move can be undone
// by another: what was taken in hand is given back, what was closed is reopened.
// Closing needs one of five outcomes and a because. An alert that nobody has
// opened for some days goes up a [Level], so that more people are asked to look.
//
// [Settings] are what a commissioner chooses: the budget of false alerts, where
// the words begin, and those days. An [Estimate] is what the outcomes of its
// closed alerts taught: the threshold moves toward the budget at most 5% a
// quarter, and the constant of the calibration is refitted once a year
// (concern-design.md sections 9 and 10). Both carry versions; [Method] joins them with
// the parameters that Candour ships, and its version stands in every assessment
// and alert. The same alerts, settings and moment give the same estimate to the
// bit.
package alert
