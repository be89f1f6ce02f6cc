# Reference values for test_r_psych.py: Rscript r_psych.R > r_psych.csv
# Rscript r_psych.R answers.csv keys.csv: the same for answers of one's own, by domain.
suppressMessages({library(psych); library(GPArotation)})

tell <- function(data, domain, measure, item, value) {
  cat(paste(data, domain, measure, item, sprintf("%.15g", value), sep = ","), sep = "\n")
}
flipped <- function(x, reversed, pivot) {
  for (item in reversed) x[[item]] <- pivot - x[[item]]
  x
}
quiet <- function(expression) {
  capture.output(suppressWarnings(suppressMessages(value <- expression)))
  value
}
scale <- function(data, domain, x, reversed = character(), pivot = 0, omega = TRUE) {
  x <- flipped(x[complete.cases(x), ], reversed, pivot)
  found <- quiet(psych::alpha(x, warnings = FALSE, delete = FALSE))
  tell(data, domain, "n", "", nrow(x))
  tell(data, domain, "alpha", "", found$total$raw_alpha)
  tell(data, domain, "alpha_low", "", found$feldt$lower.ci[[1]])
  tell(data, domain, "alpha_high", "", found$feldt$upper.ci[[1]])
  tell(data, domain, "alpha_standardised", "", found$total$std.alpha)
  tell(data, domain, "average_r", "", found$total$average_r)
  tell(data, domain, "item_rest", names(x), found$item.stats$r.drop)
  tell(data, domain, "item_mean", names(x), found$item.stats$mean)
  tell(data, domain, "item_sd", names(x), found$item.stats$sd)
  tell(data, domain, "alpha_without", names(x), found$alpha.drop$raw_alpha)
  tell(data, domain, "alpha_without_standardised", names(x), found$alpha.drop$std.alpha)
  if (omega) {
    total <- quiet(psych::omega(x, nfactors = 1, fm = "minres", flip = FALSE, plot = FALSE))
    tell(data, domain, "omega_total", "", total$omega.tot)
  }
}
intraclass <- function(data, y, unit, confidence = 0.95) {
  table <- anova(aov(y ~ factor(unit)))
  between <- table[1, "Mean Sq"]
  within <- table[2, "Mean Sq"]
  m <- table(unit)
  n0 <- (sum(m) - sum(m^2) / sum(m)) / (length(m) - 1)
  ratio <- between / within
  tail <- (1 - confidence) / 2
  low <- ratio / qf(1 - tail, table[1, "Df"], table[2, "Df"])
  high <- ratio * qf(1 - tail, table[2, "Df"], table[1, "Df"])
  icc <- (between - within) / (between + (n0 - 1) * within)
  tell(data, "all", "n", "", length(y))
  tell(data, "all", "icc", "", icc)
  tell(data, "all", "icc_low", "", (low - 1) / (low + n0 - 1))
  tell(data, "all", "icc_high", "", (high - 1) / (high + n0 - 1))
  tell(data, "all", "icc2", "", (between - within) / between)
  tell(data, "all", "icc2_low", "", 1 - 1 / low)
  tell(data, "all", "icc2_high", "", 1 - 1 / high)
  tell(data, "all", "unit_size", "", sum(m^2) / sum(m))
  tell(data, "all", "design_effect", "", 1 + (sum(m^2) / sum(m) - 1) * icc)
}

cat("data,domain,measure,item,value\n")
own <- commandArgs(trailingOnly = TRUE)
if (length(own)) {
  answers <- read.csv(own[1])
  keys <- read.csv(own[2])  # scale, item, reverse (0/1), pivot
  for (domain in unique(answers$domain)) {
    inside <- answers[answers$domain == domain, ]
    for (key in unique(keys$scale)) {
      of <- keys[keys$scale == key, ]
      scale(key, domain, inside[of$item], of$item[of$reverse == 1], of$pivot[1])
    }
  }
  quit()
}

data(bfi, package = "psych")
for (letter in c("A", "C", "E", "N", "O")) {
  items <- paste0(letter, 1:5)
  reversed <- intersect(items, c("A1", "C4", "C5", "E1", "E2", "O2", "O5"))
  for (gender in c("all", "1", "2")) {
    inside <- if (gender == "all") bfi else bfi[bfi$gender == gender, ]
    scale(paste0("bfi_", letter), gender, inside[items], reversed, 7)
  }
}
# The scores of this one are no whole numbers: hundredths are. Sums and products go along, as the data do not.
hundredths <- round(100 * lavaan::HolzingerSwineford1939[paste0("x", 1:9)])
scale("holzinger", "all", hundredths)
whole <- as.matrix(hundredths)
tell("holzinger", "all", "sum", colnames(whole), colSums(whole))
products <- crossprod(whole)
for (item in colnames(whole)) tell("holzinger", "all", paste0("product_", item), colnames(whole), products[item, ])

data(egsingle, package = "mlmRev")
intraclass("egsingle", round(1000 * egsingle$math), egsingle$schoolid)
# Shrout & Fleiss (1979), table 2: six targets, four judges.
ratings <- matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7), ncol = 4, byrow = TRUE)
single <- quiet(psych::ICC(ratings, lmer = FALSE))$results[1, ]
tell("shrout_fleiss", "all", "icc", "", single$ICC)
tell("shrout_fleiss", "all", "icc_low", "", single$`lower bound`)
tell("shrout_fleiss", "all", "icc_high", "", single$`upper bound`)
