# Second opinion on the charts, in plain R 4.2.2 and from the descriptions of the R packages'
# conventions (cusum 0.4.2 racusum and cusum; qicharts2 0.8.1 bchart): the packages themselves are
# not needed. Nothing is random. Run once, from this folder:
#   Rscript peers.R ../../../../../shared/data/peers
# Reads cusum_racusum_example_data.csv and qicharts2_cabg.csv there, writes peers.json here: the
# cases that signal, the sum and the extreme of the stored scores, and every 200th score.

folder <- commandArgs(trailingOnly = TRUE)[1]
num <- function(x) paste0("[", paste(sprintf("%.17g", x), collapse = ", "), "]")
entry <- function(name, s, hit) paste0('  "', name, '": {"signals": ', num(which(hit)), ', "sum": ', sprintf("%.17g", sum(s)),
  ', "extreme": ', sprintf("%.17g", s[which.max(abs(s))]), ', "every200": ', num(s[seq(200, length(s), 200)]), '}')

racusum <- function(y, p, or, h, reset) {
  s <- hit <- numeric(length(y)); ct <- 0
  for (i in seq_along(y)) {
    w <- if (y[i] == 1) log(or / (1 - p[i] + or * p[i])) else log(1 / (1 - p[i] + or * p[i]))
    ct <- if (or > 1) max(0, ct + w) else min(0, ct - w)
    hit[i] <- if (or > 1) ct >= h else ct <= h
    if (reset && hit[i] == 1) ct <- 0
    s[i] <- ct
  }
  list(s = s, hit = hit == 1)
}
plain <- function(y, p0, or, h) { # cusum::cusum: peak kept
  p1 <- or * p0 / (1 - p0) / (1 + or * p0 / (1 - p0)); s <- hit <- numeric(length(y)); ct <- 0
  for (i in seq_along(y)) {
    ct <- max(0, ct + if (y[i] == 1) log(p1 / p0) else log((1 - p1) / (1 - p0)))
    s[i] <- ct; hit[i] <- ct >= h; if (hit[i] == 1) ct <- 0
  }
  list(s = s, hit = hit == 1)
}
bchart <- function(y, p0, or, h) { # either side: or > 1 above zero, or < 1 below
  p1 <- or * p0 / (1 - p0) / (1 + or * p0 / (1 - p0)); s <- hit <- numeric(length(y)); ct <- 0
  for (i in seq_along(y)) {
    w <- if (y[i] == 1) log(p1 / p0) else log((1 - p1) / (1 - p0))
    z <- if (or > 1) ct + w else ct - w
    hit[i] <- if (or > 1) z >= h else z <= -h
    inside <- if (or > 1) z > 0 && z <= h else z < 0 && z >= -h
    ct <- if (inside) z else 0
    s[i] <- ct
  }
  list(s = s, hit = hit == 1)
}

d <- read.csv(file.path(folder, "cusum_racusum_example_data.csv"))
cabg <- as.integer(read.csv(file.path(folder, "qicharts2_cabg.csv"))$death)
a <- racusum(d$y, d$score, 2, 2.96, TRUE); b <- racusum(d$y, d$score, 2, 2.96, FALSE)
c <- racusum(d$y, d$score, 0.5, -2, TRUE); e <- plain(d$y, 0.02, 2, 2.5)
p0 <- mean(cabg[1:200]); f <- bchart(cabg, p0, 2, 3.5); g <- bchart(cabg, p0, 0.5, 1.5)
writeLines(c("{", paste0(c(entry("racusum", a$s, a$hit), entry("racusum_no_reset", b$s, b$hit), entry("racusum_improvement", c$s, c$hit),
  entry("cusum", e$s, e$hit), entry("bchart_up", f$s, f$hit)), ","), entry("bchart_down", g$s, g$hit), "}"), "peers.json")
