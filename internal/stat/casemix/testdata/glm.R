# Answers of R's glm, kept as fixtures for package casemix and package cusum.
#
# Run once, from this folder:  Rscript glm.R ../../../../../shared/data/public/patient_level
# It reads cardiacsurgery.csv and NHSRdatasets-LOS_model.csv there (not part of this
# project), simulates a third data set (seed 20261122), and writes glm.json beside itself.
# Written with R 4.2.2, base packages only. epsilon 1e-14 asks glm to iterate to the end.

folder <- commandArgs(trailingOnly = TRUE)[1]
set.seed(20261122)
ctl <- glm.control(epsilon = 1e-14, maxit = 100)

num <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ", "), "]")
txt <- function(x) paste0("[", paste(sprintf('"%s"', x), collapse = ", "), "]")
# c statistic with ties counted one half, from ranks (Hanley and McNeil 1982)
cstat <- function(p, y) {
  r <- rank(p); n1 <- sum(y); n0 <- length(y) - n1
  (sum(r[y == 1]) - n1 * (n1 + 1) / 2) / n1 / n0
}
entry <- function(name, m, y, p = NULL) {
  # glm's standard errors belong to the step before its last; start again from the answer
  m <- update(m, start = coef(m)); s <- summary(m)$coefficients
  if (is.null(p)) p <- fitted(m)
  slope <- glm(y ~ qlogis(p), family = binomial, control = ctl)
  paste0('  "', name, '": {\n    "terms": ', txt(rownames(s)),
    ',\n    "coefficients": ', num(s[, 1]), ',\n    "standard_errors": ', num(s[, 2]),
    ',\n    "deviance": ', sprintf("%.17g", -2 * as.numeric(sum(dbinom(y, 1, p, log = TRUE)))),
    ',\n    "null_deviance": ', sprintf("%.17g", -2 * sum(dbinom(y, 1, mean(y), log = TRUE))),
    ',\n    "covariance": ', num(vcov(m)),
    ',\n    "c_statistic": ', sprintf("%.17g", cstat(p, y)),
    ',\n    "brier": ', sprintf("%.17g", mean((y - p)^2)),
    ',\n    "calibration": ', num(coef(slope)),
    ',\n    "deaths": ', sum(y), ', "patients": ', length(y), '\n  }')
}

cardiac <- read.csv(file.path(folder, "cardiacsurgery.csv"))
cardiac$death <- as.integer(cardiac$status == 1 & cardiac$time <= 30)
phase1 <- cardiac[cardiac$date < 2 * 365, ]
c1 <- glm(death ~ Parsonnet, binomial, phase1, control = ctl)
c2 <- glm(death ~ Parsonnet + factor(surgeon), binomial, cardiac, control = ctl)
cardiac$band <- cut(cardiac$Parsonnet, c(-1, 0, 5, 10, 20, 30, 1000), labels = c("0", "1-5", "6-10", "11-20", "21-30", "31+"))
c3 <- glm(death ~ band * factor(date > 1000), binomial, cardiac, control = ctl)

los <- read.csv(file.path(folder, "NHSRdatasets-LOS_model.csv"))
l1 <- glm(Death ~ Age + LOS, binomial, los, control = ctl)
l2 <- glm(Death ~ Age + LOS + Organisation, binomial, los, control = ctl)

# indirect standardisation of l1 by organisation
e <- tapply(fitted(l1), los$Organisation, sum); o <- tapply(los$Death, los$Organisation, sum)
# poisson.test's exact interval for each observed count
lo <- sapply(o, function(k) poisson.test(k)$conf.int[1]); hi <- sapply(o, function(k) poisson.test(k)$conf.int[2])

# simulated cells: 3 factors, 6000 patients, offset known
sim <- expand.grid(age = 0:9, sex = 0:1, adm = 0:2)
sim$n <- rpois(nrow(sim), 100) + 1
sim$d <- rbinom(nrow(sim), sim$n, plogis(-4 + 0.25 * sim$age + 0.2 * sim$sex + c(0, 0.8, -0.5)[sim$adm + 1]))
s1 <- glm(cbind(d, n - d) ~ age + sex + factor(adm), binomial, sim, control = ctl)
sy <- rep(rep(c(1, 0), nrow(sim)), c(rbind(sim$d, sim$n - sim$d)))
sp <- rep(fitted(s1), sim$n)

# mean run lengths of the risk-adjusted CUSUM on the phase I patients, by the full Brook and
# Evans chain (dense solve), and its finite-horizon alarm chance by matrix powers: grid 60
arl <- function(p, share, odds, truth, h, scaling) {
  w <- c(log(odds / (1 - p + odds * p)), log(1 / (1 - p + odds * p))) * scaling
  pf <- truth * p / (1 - p + truth * p); m <- c(pf, 1 - pf) * share
  a <- floor(w); q <- w - a
  z <- c(a, a + 1); m <- c(m * (1 - q), m * q); m <- tapply(m, z, sum); z <- as.integer(names(m))
  n <- round(h * scaling); P <- matrix(0, n, n)
  for (i in 0:(n - 1)) for (k in seq_along(z)) { j <- max(0, i + z[k]); if (j < n) P[i + 1, j + 1] <- P[i + 1, j + 1] + m[k] }
  v <- c(1, rep(0, n - 1)); for (t in 1:500) v <- v %*% P
  c(solve(diag(n) - P, rep(1, n))[1], 1 - sum(v))
}
tab <- table(phase1$Parsonnet) / nrow(phase1)
pr <- predict(c1, data.frame(Parsonnet = as.numeric(names(tab))), type = "response")
runs <- rbind(arl(pr, as.numeric(tab), 2, 1, 2.5, 60), arl(pr, as.numeric(tab), 2, 2, 2.5, 60),
              arl(pr, as.numeric(tab), 0.5, 1, 2.5, 60), arl(pr, as.numeric(tab), 0.5, 0.5, 3, 60))

out <- file("glm.json", "w")
writeLines(c("{",
  paste0('  "version": "', R.version.string, '", "seed": 20261122,'),
  paste0(c(entry("cardiac_phase1", c1, phase1$death), entry("cardiac_surgeon", c2, cardiac$death),
           entry("cardiac_band_period", c3, cardiac$death), entry("los", l1, los$Death),
           entry("los_organisation", l2, los$Death), entry("simulated", s1, sy, sp)), ","),
  paste0('  "los_standardised": {"organisation": ', txt(names(e)), ', "observed": ', num(o), ', "expected": ', num(e),
         ', "observed_low": ', num(lo), ', "observed_high": ', num(hi), '},'),
  paste0('  "simulated_cells": {"age": ', num(sim$age), ', "sex": ', num(sim$sex), ', "adm": ', num(sim$adm),
         ', "n": ', num(sim$n), ', "d": ', num(sim$d), '},'),
  paste0('  "run_length": {"odds": [2, 2, 0.5, 0.5], "truth": [1, 2, 1, 0.5], "limit": [2.5, 2.5, 2.5, 3], "scaling": 60, "arl": ',
         num(runs[, 1]), ', "alarm_within_500": ', num(runs[, 2]), '}'),
  "}"), out)
close(out)
