// Package casemix asks how many deaths a provider's own patients would have had
// at national rates, so that providers with sicker patients are not blamed for
// them. It is the arithmetic behind SHMI and its relatives (NHS England, SHMI specification).
//
// # From patients to cells
//
// Patients who share every covariate are one cell: so many patients, so many
// deaths. [Cells] holds them by column; [Tally] makes them from records under a
// model [Definition], which is data with effective dates and not code.
//
// # The model
//
// Within each diagnosis group the chance of death of a patient in cell i is
//
//	p_i = 1 / (1 + exp(-x_i b))
//
// where x_i holds 1, a 1 for each factor level that applies (the first level of
// a factor is the reference and has none) and the numeric covariates. [Fit] finds
// b by maximum likelihood through iteratively reweighted least squares (McCullagh
// and Nelder, Generalized Linear Models, 2nd ed., section 2.5): the same answer as
// R's glm(cbind(d, n-d) ~ …, binomial). [FitAll] fits the groups side by side.
//
// # Where the data are thin
//
// A level in which nobody, or everybody, died has no finite estimate
// (separation). [Fit] never hides this: it merges such levels, falls back on
// Firth's penalised likelihood when separation remains, drops terms that are
// combinations of others, and lists everything that it did in Fitted.Notes.
// Options.Plain switches the help off, for comparison with other programs.
//
// # How good is it?
//
// [Assess] gives the c statistic (chance that a patient who died had a higher
// predicted risk than one who did not), the Brier score, calibration intercept
// and slope, and observed against expected deaths in tenths of risk.
//
// # Standardisation
//
// [Standardise] adds up predicted risks by provider and group: observed O,
// expected E, ratio O/E with exact Poisson limits. A ratio is a smoke alarm, not a
// count of avoidable deaths: never multiply it back into "excess deaths".
package casemix
