# Reference values for test_yrbs.py: Rscript r_yrbs.R pupils.csv > r_yrbs.csv
# pupils.csv (year, stratum, psu, weight, sex, sad) is made by the test from the real files and not kept.
suppressMessages(library(survey))
data <- read.csv(commandArgs(trailingOnly = TRUE)[1])
cat("what,year,n,estimate,se,df,deff,low,high\n")
say <- function(what, year, n, ...) {
  cat(what, year, n, sprintf("%.15g", c(...)), sep = ",")
  cat("\n")
}
years <- sort(unique(data$year))
for (year in years) {
  design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = data[data$year == year, ], nest = TRUE)
  for (sex in c("girl", "boy")) {
    inside <- eval(bquote(subset(design, !is.na(sad) & sex == .(sex))))
    mean <- svymean(~sad, inside, deff = "replace")
    logit <- confint(svyciprop(~sad, inside, method = "logit", df = degf(inside)), df = degf(inside))
    say(sex, year, nrow(inside), coef(mean), SE(mean), degf(inside), deff(mean), logit)
  }
  both <- subset(design, !is.na(sad) & !is.na(sex))
  gap <- svycontrast(svyby(~sad, ~sex, both, svymean, covmat = TRUE), c(girl = 1, boy = -1))
  say("gap", year, nrow(both), coef(gap), SE(gap), degf(both), NA, confint(gap, df = degf(both)))
}
# Every survey year is a sample of its own, so its strata are its own.
pooled <- svydesign(ids = ~psu, strata = ~interaction(year, stratum), weights = ~weight, data = data, nest = TRUE)
for (place in 2:length(years)) {
  some <- eval(bquote(subset(pooled, !is.na(sad) & year %in% .(years[c(place - 1, place)]))))
  change <- svycontrast(svyby(~sad, ~year, some, svymean, covmat = TRUE), c(-1, 1))
  say("change", years[place], nrow(some), coef(change), SE(change), degf(some), NA, confint(change, df = degf(some)))
}
