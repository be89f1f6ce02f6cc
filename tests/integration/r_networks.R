# Measures of networks by sna and igraph. Usage: Rscript r_networks.R FOLDER
# FOLDER has <name>.arcs.csv (source,target as numbers), <name>.nodes.csv (sector as a number, one row an actor), and
# a "directed" or "undirected" in <name>.kind. Prints network,measure,actor,value; actor 0 is the whole network.
suppressMessages({library(sna); library(igraph, warn.conflicts = FALSE)})
folder <- commandArgs(TRUE)[1]
out <- function(name, measure, values, actors = seq_along(values)) {
  cat(sprintf("%s,%s,%d,%s\n", name, measure, as.integer(actors),
              ifelse(is.na(values), "NA", sprintf("%.17g", as.numeric(values)))), sep = "")
}
one <- function(name, measure, value) out(name, measure, value, 0)
cat("network,measure,actor,value\n")
for (file in sort(list.files(folder, pattern = "[.]kind$"))) {
  name <- sub("[.]kind$", "", file)
  directed <- trimws(readLines(file.path(folder, file), warn = FALSE)[1]) == "directed"
  sector <- read.csv(file.path(folder, paste0(name, ".nodes.csv")))$sector
  arcs <- as.matrix(read.csv(file.path(folder, paste0(name, ".arcs.csv"))))
  n <- length(sector)
  m <- matrix(0, n, n)
  m[arcs] <- 1
  if (!directed) m <- pmax(m, t(m))
  mode <- if (directed) "digraph" else "graph"
  flat <- pmax(m, t(m))
  g <- graph_from_adjacency_matrix(m, mode = if (directed) "directed" else "undirected")
  weak <- graph_from_adjacency_matrix(flat, mode = "undirected")
  one(name, "density", sna::gden(m, mode = mode))
  one(name, "transitivity", sna::gtrans(m, mode = mode))
  one(name, "clustering_flat", mean(igraph::transitivity(weak, type = "local", isolates = "zero")))
  one(name, "centralization_degree", sna::centralization(flat, sna::degree, mode = "graph"))
  one(name, "centralization_betweenness", sna::centralization(m, sna::betweenness, mode = mode))
  one(name, "centralization_closeness", sna::centralization(flat, sna::closeness, mode = "graph"))
  one(name, "components", length(sna::component.dist(m, connected = "weak")$csize))
  one(name, "component_largest", max(sna::component.dist(m, connected = "weak")$csize))
  one(name, "path_length", igraph::mean_distance(g, directed = directed, unconnected = TRUE))
  one(name, "diameter", igraph::diameter(g, directed = directed, unconnected = TRUE))
  one(name, "fragmentation", 1 - sna::connectedness(m))
  if (directed) {
    one(name, "centralization_in", sna::centralization(m, sna::degree, cmode = "indegree"))
    one(name, "centralization_out", sna::centralization(m, sna::degree, cmode = "outdegree"))
    one(name, "centralization_total_freeman", sna::centralization(m, sna::degree, cmode = "freeman"))
    one(name, "reciprocity_dyad", sna::grecip(m, measure = "dyadic.nonnull"))
    one(name, "reciprocity_arc", sna::grecip(m, measure = "edgewise"))
    one(name, "components_strong", length(sna::component.dist(m, connected = "strong")$csize))
    one(name, "component_largest_strong", max(sna::component.dist(m, connected = "strong")$csize))
    out(name, "degree_in", sna::degree(m, cmode = "indegree"))
    out(name, "degree_out", sna::degree(m, cmode = "outdegree"))
  }
  out(name, "degree_total", sna::degree(m, gmode = mode, cmode = "freeman"))
  out(name, "betweenness", igraph::betweenness(g, directed = directed, normalized = TRUE))
  out(name, "closeness_freeman", sna::closeness(flat, gmode = "graph"))
  out(name, "constraint", igraph::constraint(g))
  roles <- sna::brokerage(m, sector)$raw.nli
  for (role in colnames(roles)) out(name, paste0("broker_", role), roles[, role])
  same <- outer(sector, sector, "==")
  one(name, "ei_sector", (sum(m[!same]) - sum(m[same])) / sum(m))
}
