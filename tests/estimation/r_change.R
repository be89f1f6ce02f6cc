# Reference values for test_r_change.py: Rscript r_change.R r_change_data.csv > r_change.csv
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust")
data <- read.csv(commandArgs(trailingOnly = TRUE)[1], colClasses = c(stratum = "character", unit = "character"))
cat("what,region,wave,other_wave,estimate,se,df,low,high\n")
out <- function(what, region, wave, other, ...) {
  cat(what, region, wave, other, sprintf("%.15g", c(...)), sep = ",")
  cat("\n")
}
design_of <- function(rows) svydesign(ids = ~unit, strata = ~stratum, weights = ~weight, data = rows, nest = TRUE)
plain <- function(what, region, wave, other, stat, df) {
  out(what, region, wave, other, coef(stat), SE(stat), df, coef(stat) + c(-1, 1) * qt(0.975, df) * SE(stat))
}

for (pair in list(c(1, 2), c(1, 3), c(2, 3))) {
  rows <- subset(data, wave == pair[1])
  later <- subset(data, wave == pair[2])
  rows$after <- later$score[match(rows$id, later$id)]
  rows$d <- rows$after - rows$score
  rows$up <- as.integer(rows$d > 3)
  rows$down <- as.integer(rows$d < -3)
  rows$same <- as.integer(abs(rows$d) <= 3)
  rows$lost <- as.integer(is.na(rows$after))
  for (region in c("network", sort(unique(data$region)))) {
    put <- function(what, stat, df) plain(what, region, pair[2], pair[1], stat, df)
    design <- design_of(rows)
    if (region != "network") design <- eval(bquote(subset(design, region == .(region))))
    both <- subset(design, !is.na(d))
    df <- degf(both)
    put("change", svymean(~d, both), df)
    for (one in c("score", "after", "d")) {
      out(paste0("sd_", one), region, pair[2], pair[1], sqrt(svyvar(as.formula(paste0("~", one)), both)), NA, NA, NA, NA)
    }
    ends <- svymean(~ score + after, both)
    log_ratio <- svycontrast(ends, quote(log(after / score)))
    limits <- exp(coef(log_ratio) + c(-1, 1) * qt(0.975, df) * SE(log_ratio)) - 1
    out("relative", region, pair[2], pair[1], exp(coef(log_ratio)) - 1, NA, df, limits)
    for (one in c("up", "down", "same")) {
      share <- svymean(as.formula(paste0("~", one)), both)
      interval <- c(NA, NA) # fits take long: for the network alone
      if (region == "network") {
        interval <- confint(svyciprop(as.formula(paste0("~", one)), both, method = "logit", df = df), df = df)
      }
      out(one, region, pair[2], pair[1], coef(share), SE(share), df, interval)
    }
    had <- subset(design, !is.na(score))
    share <- svymean(~lost, had)
    interval <- c(NA, NA)
    if (region == "network") {
      interval <- confint(svyciprop(~lost, had, method = "logit", df = degf(had)), df = degf(had))
    }
    out("attrition_share", region, pair[2], pair[1], coef(share), SE(share), degf(had), interval)
    ends <- svyby(~score, ~lost, had, svymean, covmat = TRUE)
    put("attrition_difference", svycontrast(ends, c(1, -1)), degf(had))

    # Repeated cross-sections: both waves in one design, so that units that took part at both are the same cluster.
    two <- design_of(subset(data, wave %in% pair))
    if (region != "network") two <- eval(bquote(subset(two, region == .(region))))
    two <- subset(two, !is.na(score))
    put("cross", svycontrast(svyby(~score, ~wave, two, svymean, covmat = TRUE), c(-1, 1)), degf(two))
  }
  # Two regions started; the other two had not.
  two <- subset(design_of(subset(data, wave %in% pair)), !is.na(score))
  two <- update(two, started = as.integer(region %in% c("a", "b")))
  cells <- svyby(~score, ~ started + wave, two, svymean, covmat = TRUE)  # rows: 0/first, 1/first, 0/second, 1/second
  plain("did", "network", pair[2], pair[1], svycontrast(cells, c(1, -1, -1, 1)), degf(two))
  model <- svyglm(score ~ started * factor(wave), two)
  plain("did_glm", "network", pair[2], pair[1], svycontrast(model, c(0, 0, 0, 1)), degf(two))
}

# Average annual percent change through lm: lines without and with a joint, weighted, and over the end of the series.
x <- 2009:2020
y <- c(3.1, 3.0, 3.4, 3.6, 3.9, 3.7, 3.5, 3.6, 3.1, 3.0, 2.8, 2.9)
w <- c(1, 2, 2, 3, 1, 4, 5, 2, 2, 3, 3, 1)
aapc <- function(what, fit, k) {
  slope <- sum(k * coef(fit))
  se <- sqrt(drop(t(k) %*% vcov(fit) %*% k))
  df <- fit$df.residual
  out(what, "", 2020, 2009, 100 * (exp(c(slope)) - 1), 2 * pt(-abs(slope / se), df), df,
    100 * (exp(slope + c(-1, 1) * qt(0.975, df) * se) - 1))
}
bend <- pmax(x - 2013, 0)
aapc("aapc_line", lm(log(y) ~ x), c(0, 1))
aapc("aapc_weighted", lm(log(y) ~ x, weights = w), c(0, 1))
aapc("aapc_joint", lm(log(y) ~ x + bend), c(0, 1, 7 / 11))
aapc("aapc_window", lm(log(y) ~ x + bend), c(0, 1, 3 / 4)) # 2012-2016: one year before the joint, three after
aapc("aapc_two_joints", lm(log(y) ~ x + bend + pmax(x - 2017, 0), weights = w), c(0, 1, 7 / 11, 3 / 11))
