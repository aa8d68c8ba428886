# Makes rare.csv: Rscript rare.R > rare.csv (made with R 4.2.2).
cat("test,a,b,c,d,first,second\n")
row <- function(...) cat(paste(c(...)[1], paste(sprintf("%.17g", as.numeric(c(...)[-1])), collapse = ","), sep = ","), "\n", sep = "")
for (k in c(0, 1, 3, 12)) for (e in c(0.05, 0.8, 4, 11.5)) {
  row("count", k, e, 0, 0, ppois(k - 1, e, lower.tail = FALSE), ppois(k, e))
  ci <- poisson.test(k, e)$conf.int
  row("ratio", k, e, 0, 0, ci[1], ci[2])
}
for (v in list(c(5, 100, 2, 150), c(0, 10, 4, 10), c(7, 3.5, 1, 12), c(3, 50, 3, 50))) {
  t <- poisson.test(c(v[1], v[3]), c(v[2], v[4]))
  row("rates", v, t$p.value, poisson.test(c(v[1], v[3]), c(v[2], v[4]), alternative = "greater")$p.value)
}
for (k in c(1, 3, 8)) for (s in c(2, 40, 700)) {
  row("days", k, s, 90, 0, pgamma(s, k, 1 / 90), pgamma(s, k, 1 / 90, lower.tail = FALSE))
  row("against", k, s, 10, 900, pf((s / k) / 90, 2 * k, 20), pf((s / k) / 90, 2 * k, 20, lower.tail = FALSE))
  row("cases", k, s, 0.01, 0, pnbinom(s, k, 0.01), pnbinom(s - 1, k, 0.01, lower.tail = FALSE))
}
