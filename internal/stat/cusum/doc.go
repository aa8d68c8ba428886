// Package cusum holds the sequential charts of surveillance: methods that look
// at patients one after another and say, as early as they can, that results
// have become worse (or better) than the patients' own risks explain.
//
// # The risk-adjusted CUSUM
//
// Patient t had predicted risk p and outcome y (1 = died). The chart weighs two
// explanations against each other: "the odds of death are those of the model"
// and "they are R times that". Each patient moves the balance by the logarithm
// of the likelihood ratio,
//
//	W = y ln R - ln(1 - p + R p)
//
// and the chart keeps S = max(0, S + W), so that a long good past cannot hide a
// bad present. It alarms when S reaches a limit h (Steiner, Cook,
// Farewell and Treasure, Biostatistics 2000; 1:441-452). R = 2 looks for a
// doubling of the odds, R = 1/2 for a halving; the chart for improvement is kept
// below zero, as min(0, S - W), with its limit at -h.
//
// A worked example by hand, R = 2: a death at risk 0.05 gives
// ln 2 - ln 1.05 = 0.6444; a survivor at risk 0.1 then gives -ln 1.1 = -0.0953,
// so S goes 0.6444, 0.5490.
//
// [New] makes a [Chart] from a [Design]; [Chart.Next] takes a patient and
// allocates nothing; [Design.Run] does a whole series. [TwoSided] runs both
// directions. [VLAD] is the running total of expected minus observed deaths,
// which people read more easily and which has no limit of its own.
//
// # How high is the limit?
//
// A limit means nothing without the false alarms that it causes for this unit's
// numbers and risks. [RiskLaw] puts the distribution of one patient's weight on
// a fine grid, and [Law] answers by Markov chain: [Law.RunLength] (mean patients
// to a false alarm), [Law.FalseAlarm] (chance of one within n patients), and the
// reverse, [Law.LimitForRunLength] and [Law.LimitForFalseAlarm]. [Simulation]
// answers the same questions by drawing outcomes, as a check and for what the
// chain cannot do (these patients in this order).
//
// # Other sequential methods
//
// [ShiryaevRoberts] adds the evidence over all possible times of change;
// its threshold is itself a lower bound of the mean run length. [Sequential] is
// Wald's sequential probability ratio test with the resetting form of
// Spiegelhalter, Grigg, Kinsman and Treasure (Int J Qual Health Care 2003;
// 15:7-13), which was applied to Shipman and Bristol. [Tabular] is the textbook
// chart for measurements.
//
// Everything here is a pure function of its arguments, the same on one core and
// on many. Nothing turns an alarm into a verdict: [Alarm.Sentence] says what was
// seen, [PyramidOfInvestigation] what to look at, in which order, and [Stages]
// when an alert usually arrives.
package cusum
