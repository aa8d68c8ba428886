# Makes quantiles.csv: Rscript quantiles.R > quantiles.csv (made with R 4.2.2).
# Exact Poisson intervals about an expected count, in counts, as
# FunnelPlotR does: qchisq(tail, 2e)/2 and qchisq(1 - tail, 2(e + 1))/2.
cat("expected,tail,lower,upper\n")
for (e in c(0.01, 0.1, 0.5, 1, 2.5, 5, 7.31, 20, 100.25, 1234.5, 20000, 1e6))
  for (tail in c(0.025, 0.001, 0.05, 0.0001))
    cat(sprintf("%.17g,%.17g,%.17g,%.17g\n", e, tail,
      qchisq(tail, 2 * e) / 2, qchisq(tail, 2 * (e + 1), lower.tail = FALSE) / 2))
