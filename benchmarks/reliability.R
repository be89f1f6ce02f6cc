# Alpha by domain and design-based means by domain: Rscript reliability.R folder rows items
# Prints the seconds of reading and of computing, then one line a domain: domain, alpha, mean, se.
suppressMessages({library(psych); library(survey)})
arguments <- commandArgs(trailingOnly = TRUE)
rows <- as.integer(arguments[2])
started <- proc.time()[["elapsed"]]
whole <- function(name) readBin(file.path(arguments[1], name), "integer", rows, size = 4L, endian = "little")
items <- as.data.frame(lapply(seq_len(as.integer(arguments[3])), function(i) whole(paste0("q_", i))))
items[items < 0] <- NA
names(items) <- paste0("q_", seq_along(items))
people <- data.frame(domain = whole("domain"), cluster = whole("cluster"), weight = whole("weight") / 1e6)
people$score <- rowSums(items)
cat(sprintf("read,%.3f\n", proc.time()[["elapsed"]] - started))
started <- proc.time()[["elapsed"]]
alphas <- sapply(split(items, people$domain), function(one) {
  invisible(capture.output(value <- suppressWarnings(psych::alpha(na.omit(one), warnings = FALSE)$total$raw_alpha)))
  value
})
# Clusters are numbered within a wave, as they are drawn; everybody without a score is outside the domain.
design <- subset(svydesign(ids = ~cluster, weights = ~weight, data = people), !is.na(score))
means <- svyby(~score, ~domain, design, svymean)
cat(sprintf("compute,%.3f\n", proc.time()[["elapsed"]] - started))
cat(sprintf("%d,%.12g,%.12g,%.12g", means$domain, alphas[as.character(means$domain)], means$score, means$se), sep = "\n")
