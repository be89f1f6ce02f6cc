# Reference values for test_r_survey.py: Rscript r_survey.R r_survey_data.csv > r_survey.csv
suppressMessages(library(survey))
data <- read.csv(commandArgs(trailingOnly = TRUE)[1], colClasses = c(stratum = "character", cluster = "character"))
data$band <- as.integer(data$y >= 12)
cat("lonely,group,scale,n,mean,se,df,ci_low,ci_high,sd,logit_low,logit_high\n")
for (lonely in c("adjust", "certainty")) {
  options(survey.lonely.psu = lonely)
  design <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = data, nest = TRUE)
  for (group in c("all", sort(unique(data$group)))) {
    for (scale in c("y", "band")) {
      inside <- subset(design, !is.na(y))
      if (group != "all") inside <- eval(bquote(subset(inside, group == .(group))))
      formula <- as.formula(paste("~", scale))
      mean <- svymean(formula, inside)
      df <- degf(inside)
      interval <- if (df >= 1) confint(mean, df = df) else c(NA, NA)
      # The interval of a share on the logit scale, R's default for proportions. With one degree of freedom the
      # regression behind it has none left in R.
      share <- c(NA, NA)
      if (scale == "band" && df > 1 && coef(mean) > 0 && coef(mean) < 1) {
        share <- confint(svyciprop(formula, inside, method = "logit", df = df), df = df)
      }
      cat(lonely, group, scale, nrow(inside), sprintf("%.15g", c(
        coef(mean), SE(mean), df, interval, sqrt(svyvar(formula, inside)), share)), sep = ",")
      cat("\n")
    }
  }
}
