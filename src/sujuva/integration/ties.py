"""From ratings to ties: which rated relations count, and whose word they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import polars as pl

from sujuva.errors import ParameterError, nearest
from sujuva.integration.matrices import (
    NETWORK_KEY,
    Sociomatrix,
    Unlisted,
    check_ties,
    check_unlisted,
    marked_relations,
)
from sujuva.integration.measures import Network

Confirmation = Literal["either", "both"]
EDGE_COLUMNS = (*NETWORK_KEY, "source", "target", "observed", "directed")


@dataclass(frozen=True)
class TieRule:
    """When a rating is a tie.

    Attributes:
        tie_from: Lowest observed rating that counts; of a relation that was told with yes and no alone, 1 does
            (see `sujuva.integration.matrices.marked_relations`).
        confirmation: Whose word a tie between two actors needs in a relation that both ends rate: `either` end's,
            or that of `both` ends. Relations recorded once for a pair (undirected) need no second word.
        unlisted: What a pair without a row means: see `sujuva.integration.matrices.sociomatrices`.
    """

    tie_from: int = 2
    confirmation: Confirmation = "either"
    unlisted: Unlisted = "auto"

    def __post_init__(self) -> None:
        if self.tie_from < 1:
            msg = f"tie_from is {self.tie_from}: a tie needs a rating of at least 1 (0 says that there is none)."
            raise ParameterError(msg)
        if self.confirmation not in get_args(Confirmation):
            msg = f"confirmation is '{self.confirmation}': a tie needs the word of either end or of both."
            raise ParameterError(msg, nearest(self.confirmation, get_args(Confirmation)))
        check_unlisted(self.unlisted)


def reported_ties(ties: pl.DataFrame, rule: TieRule) -> pl.DataFrame:
    """Return the ties that at least one end reports: ratings of `rule.tie_from` or more, or marks.

    Args:
        ties: As for `sujuva.integration.sociomatrices`, which says what is refused.
        rule: Its `confirmation` is not used here.

    Returns:
        region, wave, relation, source, target, observed, directed, sorted. A directed relation has a row an arc
        (its source's word). An undirected one has a row a pair, `source` before `target`, with the higher rating
        where the pair was recorded twice.
    """
    check_ties(ties)
    low, high = pl.min_horizontal("source", "target"), pl.max_horizontal("source", "target")
    yes_no = marked_relations(ties)
    marked = ties.join(yes_no, on=yes_no.columns, how="semi").filter(pl.col("observed") == 1)
    rated = ties.join(yes_no, on=yes_no.columns, how="anti")
    return (
        pl.concat([marked, rated.filter(pl.col("observed") >= rule.tie_from)])
        .with_columns(
            source=pl.when("directed").then("source").otherwise(low),
            target=pl.when("directed").then("target").otherwise(high),
        )
        .group_by(*NETWORK_KEY, "source", "target", "directed")
        .agg(pl.col("observed").max())
        .select(EDGE_COLUMNS)
        .sort(EDGE_COLUMNS[:5])
    )


def confirmed_ties(ties: pl.DataFrame, rule: TieRule) -> pl.DataFrame:
    """Return the ties that stand under `rule`.

    With `either` these are the reported ties. With `both` a directed relation becomes undirected: a pair is tied
    when each end reports the other, with the lower of the two ratings (the confirmed depth of a dyad). Arguments and
    columns are those of `reported_ties`.
    """
    every = reported_ties(ties, rule)
    if rule.confirmation == "either":
        return every
    arcs = every.filter("directed")
    back = arcs.select(*NETWORK_KEY, source="target", target="source", returned="observed")
    mutual = (
        arcs.join(back, on=[*NETWORK_KEY, "source", "target"])
        .filter(pl.col("source") < pl.col("target"))
        .with_columns(observed=pl.min_horizontal("observed", "returned"), directed=pl.lit(value=False))
    )
    return pl.concat([every.remove("directed"), mutual.select(EDGE_COLUMNS)]).sort(EDGE_COLUMNS[:5])


def reported(matrix: Sociomatrix, rule: TieRule) -> Network:
    """Return the ties as each end reports them: the word of the other end is not asked."""
    sectors = dict(zip(matrix.organisations, matrix.sectors, strict=True))
    tied = matrix.observed >= (1 if matrix.marked else rule.tie_from)  # NaN is no tie, and not known either
    return Network.from_matrix(sectors, tied, ~np.isnan(matrix.observed), matrix.directed)


def standing(matrix: Sociomatrix, rule: TieRule) -> Network:
    """Return the ties that stand under the rule.

    With `either` these are the reported ties. With `both` a relation with a direction becomes one without: two are
    tied when each reports the other. That is known when both report, and also when one reports that there is no tie:
    the other's word could not make it one.
    """
    found = reported(matrix, rule)
    if rule.confirmation == "either" or not matrix.directed:
        return found
    tied, known = found.adjacency, found.known
    denied = known - tied
    return Network(found.sectors, tied & tied.T, (known & known.T) | denied | denied.T, directed=False)
