# Reference values for test_r_example.py: Rscript r_example.R people.csv
# people.csv: wave, region, stratum, unit, weight, gender and the score y of everybody in the study (synthetic).
suppressMessages(library(survey))
data <- read.csv(commandArgs(trailingOnly = TRUE)[1])
cat("what,region,wave,n,estimate,se,df,deff\n")
say <- function(what, region, wave, n, ...) {
  cat(what, region, wave, n, sprintf("%.15g", c(...)), sep = ",")
  cat("\n")
}
place <- function(design, region) if (region == "network") design else
  eval(bquote(subset(design, region == .(region))))
for (region in c("network", sort(unique(data$region)))) {
  for (wave in sort(unique(data$wave))) {
    design <- svydesign(ids = ~unit, strata = ~stratum, weights = ~weight, data = data[data$wave == wave, ], nest = TRUE)
    there <- place(subset(design, !is.na(y)), region)
    mean <- svymean(~y, there, deff = "replace")
    say("mean", region, wave, nrow(there), coef(mean), SE(mean), degf(there), deff(mean))
    both <- subset(there, gender %in% c("girl", "boy"))
    gap <- svycontrast(svyby(~y, ~gender, both, svymean, covmat = TRUE), c(girl = 1, boy = -1))
    say("gap", region, wave, nrow(both), coef(gap), SE(gap), degf(both), NA)
  }
  # The same schools are asked every time: the clusters of two waves are the same.
  ends <- range(data$wave)
  panel <- svydesign(ids = ~unit, strata = ~stratum, weights = ~weight, data = data[data$wave %in% ends, ], nest = TRUE)
  there <- place(subset(panel, !is.na(y)), region)
  change <- svycontrast(svyby(~y, ~wave, there, svymean, covmat = TRUE), c(-1, 1))
  say("change", region, ends[2], nrow(there), coef(change), SE(change), degf(there), NA)
}
