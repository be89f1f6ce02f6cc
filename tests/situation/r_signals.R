# Reference values for test_r_signals.py: Rscript r_signals.R FOLDER. Reads counts.csv, funnel.csv, ages.csv, series.csv and
# scores.csv there, writes r_*.csv beside them. surveillance and epitools where they are installed, all else base R.
arguments <- commandArgs(trailingOnly = TRUE)
at <- function(name) file.path(arguments[1], name)
put <- function(frame, name) write.csv(format(frame, digits = 17, trim = TRUE), at(name), row.names = FALSE, quote = FALSE)

# Exact intervals, and Byar's by hand.
counts <- read.csv(at("counts.csv"))
z <- qnorm(0.975)
rows <- lapply(seq_len(nrow(counts)), function(i) {
  x <- counts$events[i]; n <- counts$trials[i]
  p <- poisson.test(x)$conf.int; b <- binom.test(x, n)$conf.int
  c(p, b, max(0, x * (1 - 1 / (9 * x) - z / (3 * sqrt(x)))^3), (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * sqrt(x + 1)))^3)
})
put(setNames(as.data.frame(do.call(rbind, rows)), c("p_low", "p_high", "b_low", "b_high", "byar_low", "byar_high")), "r_counts.csv")

# A funnel: winsorised z, phi and tau2 as written in Spiegelhalter (2005), and exact limits by searching the quantile.
funnel <- read.csv(at("funnel.csv"))
target <- sum(funnel$events) / sum(funnel$base)
y <- funnel$events / funnel$base
v <- target * (1 - target) / funnel$base
s <- (y - target) / sqrt(v)
ends <- quantile(s, c(0.1, 0.9), type = 7)
w <- pmin(pmax(s, ends[1]), ends[2])
phi <- mean(w^2); I <- length(w); g <- 1 / v
tau2 <- max(0, (I * phi - (I - 1)) / (sum(g) - sum(g^2) / sum(g)))
exact <- function(n, p) {
  r <- 0
  while (pbinom(r, n, target) < p) r <- r + 1
  alpha <- (pbinom(r, n, target) - p) / (pbinom(r, n, target) - pbinom(r - 1, n, target))
  max(0, r - alpha) / n
}
k <- qnorm(0.999)
put(data.frame(z = s, w = w, phi = phi, tau2 = tau2,
  low = sapply(funnel$base, exact, p = 0.001), high = sapply(funnel$base, exact, p = 0.999),
  add_low = pmax(0, target - k * sqrt(v + tau2)), add_high = target + k * sqrt(v + tau2),
  mult_low = pmax(0, target - k * sqrt(phi * v)), mult_high = target + k * sqrt(phi * v)), "r_funnel.csv")

# Direct standardisation: epitools for the gamma interval; Dobson's interval with Byar's limits by hand.
ages <- read.csv(at("ages.csv"))
area <- split(ages, ages$area)
direct <- lapply(area, function(a) {
  W <- a$standard / sum(a$standard); O <- sum(a$events); rate <- sum(W * a$events / a$population)
  variance <- sum(W^2 * a$events / a$population^2)
  low <- O * (1 - 1 / (9 * O) - z / (3 * sqrt(O)))^3; high <- (O + 1) * (1 - 1 / (9 * (O + 1)) + z / (3 * sqrt(O + 1)))^3
  g <- if (requireNamespace("epitools", quietly = TRUE))
    epitools::ageadjust.direct(count = a$events, pop = a$population, stdpop = a$standard) else rep(NA, 4)
  c(rate, rate + sqrt(variance / O) * (low - O), rate + sqrt(variance / O) * (high - O), g)
})
put(setNames(as.data.frame(do.call(rbind, direct)),
  c("rate", "low", "high", "crude", "adjusted", "gamma_low", "gamma_high")), "r_ages.csv")

# EWMA and CUSUM of scores by hand.
scores <- as.matrix(read.csv(at("scores.csv"), header = FALSE))
lambda <- 0.2; slack <- 0.5
memory <- t(apply(scores, 1, function(x) {
  m <- 0; up <- 0; down <- 0
  for (i in seq_along(x)) {
    m <- lambda * x[i] + (1 - lambda) * m; up <- max(0, up + x[i] - slack); down <- max(0, down - x[i] - slack)
  }
  c(m / sqrt(lambda / (2 - lambda) * (1 - (1 - lambda)^(2 * length(x)))), up, down)
}))
put(setNames(as.data.frame(memory), c("ewma", "upper", "lower")), "r_memory.csv")

# Farrington's method and a CUSUM of surveillance. glm.fit stops at a relative change of the deviance of 1e-8, and takes its
# weights from the step before: not enough to compare to 1e-8. So every fit is begun anew from where it has ended.
if (requireNamespace("surveillance", quietly = TRUE)) {
  suppressPackageStartupMessages(library(surveillance))
  original <- stats::glm.fit
  twice <- function(x, y, ..., control = list()) {
    first <- original(x, y, ..., control = list(epsilon = 1e-13, maxit = 100))
    more <- list(...); more$start <- more$etastart <- more$mustart <- NULL
    do.call(original, c(list(x, y, mustart = first$fitted.values, control = list(epsilon = 1e-13, maxit = 100)), more))
  }
  for (where in list(asNamespace("stats"), parent.env(asNamespace("surveillance")))) {
    unlockBinding("glm.fit", where); assign("glm.fit", twice, where)
  }
  series <- as.matrix(read.csv(at("series.csv"), header = FALSE))
  exposure <- as.matrix(read.csv(at("exposure.csv"), header = FALSE))
  judge <- function(y, population, freq, b, w, trend, fit) {
    n <- length(y)
    data <- suppressWarnings(create.disProg(week = 1:n, observed = y, state = rep(0, n), freq = freq, start = c(2000, 1)))
    data$populationFrac <- matrix(population)
    found <- algo.farrington(data, control = list(range = n, b = b, w = w, reweight = TRUE, alpha = 0.01, trend = trend,
      powertrans = "2/3", limit54 = c(0, 4), fitFun = fit))
    c(found$upperbound, found$trend, found$control$pd[1, 1])
  }
  plain <- "algo.farrington.fitGLM.fast"; offset <- "algo.farrington.fitGLM.populationOffset"
  rows <- lapply(seq_len(nrow(series)), function(i) suppressWarnings(c(
    judge(series[i, ], exposure[i, ], 1, 5, 0, TRUE, plain), judge(series[i, ], exposure[i, ], 1, 8, 0, FALSE, plain),
    judge(series[i, ], exposure[i, ], 4, 4, 1, TRUE, plain), judge(series[i, ], exposure[i, ], 1, 5, 0, TRUE, offset))))
  names <- paste0(rep(c("yearly", "flat", "quarterly", "offset"), each = 3), c("_upper", "_trend", "_q"))
  put(setNames(as.data.frame(do.call(rbind, rows)), names), "r_farrington.csv")
  sums <- t(apply(series, 1, function(y) algo.cusum(
    suppressWarnings(create.disProg(week = seq_along(y), observed = y, state = rep(0, length(y)), freq = 1, start = c(2000, 1))),
    control = list(range = 7:length(y), k = 0.5, h = 4, m = mean(y[1:6]), trans = "standard"))$cusum))
  put(as.data.frame(sums), "r_cusum.csv")
}
