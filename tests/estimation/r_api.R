# Reference values for test_r_api.py: Rscript r_api.R FOLDER > r_api.csv
# The data are R survey's own (apistrat, apiclus1, apiclus2); they go to FOLDER as CSV, for the test alone.
suppressMessages(library(survey))
folder <- commandArgs(trailingOnly = TRUE)[1]
data(api)
cat("design,what,group,n,estimate,se,df,deff,low,high\n")
say <- function(design, what, group, n, ...) {
  cat(design, what, group, n, sprintf("%.15g", c(...)), sep = ",")
  cat("\n")
}
keep <- function(data, cluster, stratum) {
  data.frame(stratum = stratum, cluster = cluster, school = as.character(data$snum), weight = data$pw,
             api00 = data$api00, api99 = data$api99, stu = data$api.stu, enroll = data$enroll,
             wide = as.integer(data$sch.wide == "Yes"), stype = as.character(data$stype))
}
# The change between samples that overlap, straight from its definition: every wave has its own H / (H - 1) (checked here
# against svymean of each wave alone), and the residuals of a cluster at both waves are added up before they are squared.
overlapping <- function(rows) {
  cell <- interaction(rows$wave, rows$part)
  mean <- ave(rows$weight * rows$y, cell, FUN = sum) / ave(rows$weight, cell, FUN = sum)
  rows$z <- rows$k * rows$weight * (rows$y - mean) / ave(rows$weight, cell, FUN = sum)
  totals <- aggregate(z ~ cluster + stratum + wave, rows, sum)
  place <- interaction(totals$stratum, totals$wave, drop = TRUE)
  size <- ave(totals$z, place, FUN = length)
  totals$r <- (totals$z - ave(totals$z, place)) * sqrt(size / (size - 1))
  sum(aggregate(r ~ cluster + stratum, totals, sum)$r^2)
}
samples <- list(
  strat = keep(apistrat, as.character(apistrat$snum), as.character(apistrat$stype)),
  clus1 = keep(apiclus1, as.character(apiclus1$dnum), "one"),
  clus2 = keep(apiclus2, as.character(apiclus2$dnum), "one"),
  plain = transform(keep(apiclus1, as.character(apiclus1$snum), "one"), weight = 1)
)
for (name in names(samples)) {
  sample <- samples[[name]]
  write.csv(sample, file.path(folder, paste0(name, ".csv")), row.names = FALSE, na = "")
  design <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = sample, nest = TRUE)
  for (group in c("all", "0", "1")) {
    inside <- if (group == "all") design else eval(bquote(subset(design, wide == .(as.integer(group)))))
    mean <- svymean(~api00, inside, deff = "replace")
    say(name, "mean", group, nrow(inside), coef(mean), SE(mean), degf(inside), deff(mean),
        confint(mean, df = degf(inside)))
    for (p in c(0.1, 0.25, 0.5, 0.75, 0.9)) {
      # A quantile in the middle of a wide-ranging sample; limits beyond it are NaN in R.
      found <- suppressWarnings(svyquantile(~api00, inside, p, qrule = "math", df = degf(inside)))
      say(name, paste0("quantile", p), group, nrow(inside), coef(found), NA, degf(inside), NA,
          found$api00[1, "ci.2.5"], found$api00[1, "ci.97.5"])
    }
  }
  share <- svymean(~wide, design, deff = "replace")
  say(name, "share", "all", nrow(design), coef(share), SE(share), degf(design), deff(share), NA, NA)
  there <- subset(design, !is.na(enroll) & !is.na(stu))
  ratio <- svyratio(~stu, ~enroll, there)
  say(name, "ratio", "all", nrow(there), coef(ratio), SE(ratio), degf(there), NA, NA, NA)
  by <- svyby(~api00, ~wide, design, svymean, covmat = TRUE)
  gap <- svycontrast(by, c("1" = 1, "0" = -1))
  say(name, "gap", "all", nrow(design), coef(gap), SE(gap), degf(design), NA, confint(gap, df = degf(design)))
  times <- svycontrast(by, quote(log(`1` / `0`)))
  ends <- exp(coef(times) + c(-1, 1) * qt(0.975, degf(design)) * as.numeric(SE(times))) - 1
  say(name, "relative", "all", nrow(design), exp(coef(times)) - 1, NA, degf(design), NA, ends)
  # The same schools a year earlier: clusters at two waves are the same. Two clusters are lost at the later one.
  lost <- sort(unique(sample$cluster))[1:2]
  stacked <- rbind(transform(sample, wave = 1999, y = api99),
                   transform(sample[!sample$cluster %in% lost, ], wave = 2000, y = api00))
  panel <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = stacked, nest = TRUE)
  waves <- svyby(~y, ~wave, panel, svymean, covmat = TRUE)
  change <- svycontrast(waves, c("2000" = 1, "1999" = -1))
  pooled <- c(coef(change), SE(change), degf(panel))
  say(name, "pooled", "all", nrow(stacked), pooled, NA, NA, NA)
  rows <- transform(stacked, part = 1, k = ifelse(wave == 2000, 1, -1))
  se <- sqrt(overlapping(rows))
  for (year in c(1999, 2000)) {
    alone <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = subset(stacked, wave == year))
    stopifnot(all.equal(as.numeric(SE(svymean(~y, alone))), sqrt(overlapping(subset(rows, wave == year)))))
  }
  say(name, "change", "all", nrow(stacked), pooled[1], se, pooled[3], NA, pooled[1] + c(-1, 1) * qt(0.975, pooled[3]) * se)
  # Without the lost clusters both waves have the same: then it is R's svycontrast in one design.
  same <- subset(stacked, !cluster %in% lost)
  design <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = same, nest = TRUE)
  by <- svycontrast(svyby(~y, ~wave, design, svymean, covmat = TRUE), c("2000" = 1, "1999" = -1))
  stopifnot(all.equal(as.numeric(SE(by)), sqrt(overlapping(subset(rows, !cluster %in% lost)))))
  anew <- svydesign(ids = ~cluster, strata = ~interaction(wave, stratum), weights = ~weight, data = stacked,
                    nest = TRUE)
  waves <- svyby(~y, ~wave, anew, svymean, covmat = TRUE)
  change <- svycontrast(waves, c("2000" = 1, "1999" = -1))
  say(name, "unlinked", "all", nrow(stacked), coef(change), SE(change), degf(anew), NA,
      confint(change, df = degf(anew)))
  if (name == "strat") {
    cells <- svyby(~y, ~wave + stype, panel, svymean, covmat = TRUE)
    did <- coef(svycontrast(cells, c("2000.E" = 1, "1999.E" = -1, "2000.H" = -1, "1999.H" = 1)))
    some <- subset(panel, stype != "M")
    rows <- transform(subset(rows, stype != "M"), part = stype, k = k * ifelse(stype == "E", 1, -1))
    se <- sqrt(overlapping(rows))
    say(name, "did", "all", nrow(some), did, se, degf(some), NA, did + c(-1, 1) * qt(0.975, degf(some)) * se)
  }
}
