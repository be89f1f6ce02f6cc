# Reference values for test_r_regions.py: Rscript r_regions.R r_regions_data.csv > r_regions.csv
# A region of a file of three, in four ways: alone; as a domain (`subset`) of a design with the region in the strata; the
# same where a stratum of one name in two regions is one (`pooled`); and of a design without strata (`flat`).
suppressMessages(library(survey))
options(survey.lonely.psu = "adjust")
data <- read.csv(commandArgs(trailingOnly = TRUE)[1], colClasses = c(stratum = "character", unit = "character"))
data$own <- paste(data$region, data$stratum)
data$cluster <- paste(data$region, data$stratum, data$unit)
cat("design,region,n,mean,se,df,low,high\n")
design_of <- function(rows, strata) {
  svydesign(ids = ~cluster, strata = strata, weights = ~weight, data = rows, nest = TRUE)
}
say <- function(name, region, inside) {
  mean <- svymean(~y, inside)
  cat(name, region, nrow(inside), sprintf("%.15g", c(
    coef(mean), SE(mean), degf(inside), confint(mean, df = degf(inside)))), sep = ",")
  cat("\n")
}
designs <- list(strata = design_of(data, ~own), pooled = design_of(data, ~stratum), flat = design_of(data, NULL))
for (one in sort(unique(data$region))) {
  say("alone", one, design_of(data[data$region == one, ], ~own))
  for (name in names(designs)) say(name, one, eval(bquote(subset(designs[[name]], region == .(one)))))
}
for (name in names(designs)) say(name, "network", designs[[name]])
