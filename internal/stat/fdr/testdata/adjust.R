# Makes adjust.csv: Rscript adjust.R > adjust.csv (made with R 4.2.2, seed 5401).
# BH and BY by R's own p.adjust; pi0 as the package qvalue 2.30 reckons it for
# pi0.method = "bootstrap" (pi0est.R), written out here.
set.seed(5401)
p <- signif(c(runif(70), rbeta(25, 0.2, 4), 0, 1, 0.5, 0.5, 0.01), 6)
bh <- p.adjust(p, "BH"); by <- p.adjust(p, "BY")
lambda <- seq(0.05, 0.95, 0.05); m <- length(p)
pi0 <- sapply(1:19 / 20, function(l) mean(p >= l) / (1 - l))
W <- sapply(1:19 / 20, function(l) sum(p >= l)); l <- 1:19 / 20
mse <- (W / (m^2 * (1 - l)^2)) * (1 - W / m) + (pi0 - quantile(pi0, prob = 0.1))^2
best <- min(pi0[mse == min(mse)], 1)
cat("p,bh,by,pi0\n")
cat(sprintf("%.17g,%.17g,%.17g,%.17g\n", p, bh, by, best), sep = "")
