# The same QAP test in R's sna: seconds inside R, the correlation, and how many permutations go as far.
# Usage: Rscript qap.R FILE N REPS, where FILE holds two N×N matrices of whole numbers, row by row.
suppressMessages(library(sna))
argument <- commandArgs(TRUE)
n <- as.integer(argument[2])
cells <- scan(argument[1], quiet = TRUE)
g1 <- matrix(cells[1:n^2], n, byrow = TRUE)
g2 <- matrix(cells[n^2 + 1:n^2], n, byrow = TRUE)
set.seed(20221207)
seconds <- system.time(found <- qaptest(list(g1, g2), gcor, g1 = 1, g2 = 2, reps = as.integer(argument[3])))[["elapsed"]]
cat(sprintf("%.6f,%.17g,%.17g\n", seconds, found$testval, mean(abs(found$dist) >= abs(found$testval) - 1e-12)))
