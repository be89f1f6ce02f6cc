"""From ratings to ties: which rated relations count, and whose word they need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl

from sujuva.errors import ContractError, ParameterError, nearest

Confirmation = Literal["either", "both"]
NETWORK_KEY = ("region", "wave", "relation")
"""One network is one relation of one region at one wave."""
EDGE_COLUMNS = (*NETWORK_KEY, "source", "target", "observed", "directed")


@dataclass(frozen=True)
class TieRule:
    """When a rating is a tie.

    Attributes:
        tie_from: Lowest observed rating that counts.
        confirmation: Whose word a tie between two actors needs in a relation that both ends rate: `either` end's,
            or that of `both` ends. Relations recorded once for a pair (undirected) need no second word.
    """

    tie_from: int = 2
    confirmation: Confirmation = "either"

    def __post_init__(self) -> None:
        if self.tie_from < 1:
            msg = f"tie_from is {self.tie_from}: a tie needs a rating of at least 1 (0 says that there is none)."
            raise ParameterError(msg)
        if self.confirmation not in get_args(Confirmation):
            msg = f"confirmation is '{self.confirmation}': a tie needs the word of either end or of both."
            raise ParameterError(msg, nearest(self.confirmation, get_args(Confirmation)))


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
        ContractError: A network has both directed and undirected rows.
    """
    mixed = ties.group_by(NETWORK_KEY).agg(kinds=pl.col("directed").n_unique()).filter(pl.col("kinds") > 1)
    if mixed.height:
        region, wave, relation, _ = mixed.sort(NETWORK_KEY).row(0)
        msg = f"The relation '{relation}' of {region} {wave} has both directed and undirected ties."
        raise ContractError(msg, "Feed them as two relations, or mark both sources undirected in sources.yaml.")
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
