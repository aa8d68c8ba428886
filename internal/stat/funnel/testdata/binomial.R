# Makes binomial.csv: Rscript binomial.R > binomial.csv (made with R 4.2.2).
# Interpolated binomial and Poisson quantiles after Spiegelhalter (2005),
# appendix A.1.1: r = qbinom(p, n, t), a = (F(r) - p) / (F(r) - F(r-1)), (r - a)/n.
cat("n,target,p,binomial,poisson\n")
for (n in c(1, 2, 10, 57, 400, 12345)) for (t in c(0.02, 0.15, 0.5, 0.93)) for (p in c(0.025, 0.975, 0.001, 0.999)) {
  r <- qbinom(p, n, t); a <- (pbinom(r, n, t) - p) / dbinom(r, n, t)
  e <- n * t
  k <- qpois(p, e); b <- (ppois(k, e) - p) / dpois(k, e)
  cat(sprintf("%.17g,%.17g,%.17g,%.17g,%.17g\n", n, t, p, max(0, r - a) / n, max(0, k - b) / e))
}
