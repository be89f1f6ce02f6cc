# QAP in sna. Usage: Rscript r_qap.R FOLDER; needs <name>.arcs.csv and .nodes.csv of r_networks.R for one and other.
suppressMessages(library(sna))
folder <- commandArgs(TRUE)[1]
read <- function(name) {
  n <- nrow(read.csv(file.path(folder, paste0(name, ".nodes.csv"))))
  m <- matrix(0, n, n)
  m[as.matrix(read.csv(file.path(folder, paste0(name, ".arcs.csv"))))] <- 1
  m
}
one <- read("one"); other <- read("other")
set.seed(1)
found <- qaptest(list(one, other), gcor, g1 = 1, g2 = 2, reps = 2000)
cat("r,p\n")
cat(sprintf("%.17g,%.17g\n", found$testval, mean(abs(found$dist) >= abs(found$testval) - 1e-12)))
