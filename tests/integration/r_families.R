# Reference values for test_tallies.py: Rscript r_families.R r_families_data.csv > r_families.csv
suppressMessages(library(survey))
data <- read.csv(commandArgs(trailingOnly = TRUE)[1], colClasses = c(family = "character"))
cat("measure,n,families,estimate,se,df,ci_low,ci_high\n")
for (measure in unique(data$measure)) {
  # One row a unit (meeting, action, family); `value` is what it adds to the numerator.
  units <- data[data$measure == measure, ]
  units$one <- 1
  design <- svydesign(ids = ~family, weights = ~one, data = units)
  found <- svyratio(~value, ~one, design)
  estimate <- coef(found)[[1]]
  se <- SE(found)[[1]]
  df <- degf(design)
  reach <- qt(0.975, df)
  if (all(units$value %in% c(0, 1)) && estimate > 0 && estimate < 1) {
    interval <- confint(svyciprop(~value, design, method = "logit", df = df), df = df)
  } else {
    interval <- c(estimate - reach * se, estimate + reach * se)
  }
  cat(measure, nrow(units), length(unique(units$family)), sprintf("%.15g", c(estimate, se, df, interval)), sep = ",")
  cat("\n")
}
