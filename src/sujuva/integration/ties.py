"""From ratings to ties: which rated relations count, and whose word they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import polars as pl

from sujuva.errors import ParameterError, nearest
from sujuva.integration.matrices import NETWORK_KEY, Sociomatrix, Unlisted, check_ties, check_unlisted
from sujuva.integration.measures import Network

Confirmation = Literal["either", "both"]
EDGE_COLUMNS = (*NETWORK_KEY, "source", "target", "observed", "directed")


@dataclass(frozen=True)
class TieRule:
    """When a rating is a tie.

    Attributes:
        tie_from: Lowest observed rating that counts.
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
    """Return the ties that at least one end reports.

    Args:
        ties: region, wave, relation, source, target, observed, directed; one row a rating.
        rule: The lowest rating that counts; its `confirmation` is not used here.

    Returns:
        region, wave, relation, source, target, observed, directed, sorted. A directed relation has a row an arc
        (its source's word). An undirected one has a row a pair, `source` before `target`, with the higher rating
        where the pair was recorded twice.

    Raises:
        ContractError: A network has both directed and undirected rows, a tie leads to itself, or a rating is out of
            range.
    """
    check_ties(ties)
    low, high = pl.min_horizontal("source", "target"), pl.max_horizontal("source", "target")
    return (
        ties.filter(pl.col("observed") >= rule.tie_from)
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
    when each end reports the other, with the lower of the two ratings (the confirmed depth of a dyad).

    Args:
        ties: As for `reported_ties`.
        rule: The lowest rating that counts, and whose word a tie needs.

    Returns:
        The columns of `reported_ties`.
    """
    reported = reported_ties(ties, rule)
    if rule.confirmation == "either":
        return reported
    arcs = reported.filter("directed")
    back = arcs.select(*NETWORK_KEY, source="target", target="source", returned="observed")
    mutual = (
        arcs.join(back, on=[*NETWORK_KEY, "source", "target"])
        .filter(pl.col("source") < pl.col("target"))
        .with_columns(observed=pl.min_horizontal("observed", "returned"), directed=pl.lit(value=False))
    )
    return pl.concat([reported.remove("directed"), mutual.select(EDGE_COLUMNS)]).sort(EDGE_COLUMNS[:5])


def reported_network(matrix: Sociomatrix, rule: TieRule) -> Network:
    """Return the network of the ties as each end reports them, and of the reports that are missing.

    Args:
        matrix: Ratings.
        rule: The lowest rating that counts; its `confirmation` is not used here.
    """
    tied = matrix.observed >= rule.tie_from  # NaN is no tie, and not known either
    known = ~np.isnan(matrix.observed)
    return Network.from_matrix(
        dict(zip(matrix.organisations, matrix.sectors, strict=True)), tied, known, matrix.directed
    )


def confirmed_network(matrix: Sociomatrix, rule: TieRule) -> Network:
    """Return the network of the ties that stand under `rule`, and of the pairs of which that is not known.

    With `either`, an arc stands on its source's word, so it is known when its source reported. With `both`, a pair
    is known when both ends reported, or one reported that there is no tie: the other's word could not make it one.

    Args:
        matrix: Ratings.
        rule: The lowest rating that counts, and whose word a tie needs.
    """
    if rule.confirmation == "either" or not matrix.directed:
        return reported_network(matrix, rule)
    tied = matrix.observed >= rule.tie_from
    absent = matrix.observed < rule.tie_from
    mutual = tied & tied.T
    sectors = dict(zip(matrix.organisations, matrix.sectors, strict=True))
    return Network.from_matrix(sectors, mutual, mutual | absent | absent.T, directed=False)
