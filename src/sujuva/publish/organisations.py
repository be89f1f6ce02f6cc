"""What is published of organisations: they are no persons, but what few say of one is not told.

Who works with whom, and who sat at which table, is told organisation by organisation, unless the network is small. How
far partners value and trust an organisation is told where enough of them rated it; single ratings never are.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.codebooks import Indicators, Relation, relation_of
from sujuva.publish.privacy import Privacy
from sujuva.publish.rules import is_one, ruled
from sujuva.published import CONTRACTS

ACTORS_SCHEMA, PRESENCE_SCHEMA = (
    {name: kind for name, kind in CONTRACTS[table].schema.items() if name != "suppressed"}
    for table in ("actors", "presence")
)
RATERS = "_raters"
"""End of the names of measures that count who rated an organisation: value_raters, trust_raters."""
_DECIMALS = 3


def only_ties(edges: pl.DataFrame, relations: Mapping[str, Relation]) -> pl.DataFrame:
    """Leave out single ratings of value and trust: what one organisation said of another was said in confidence."""
    names = edges["relation"].unique().to_list()
    kept = [name for name in names if relation_of(str(name), relations).kind == "tie"]
    return edges.filter(pl.col("relation").is_in(kept))


def suppress_actors(actors: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    """Decide for every measure of every organisation whether it may be shown.

    - A network with fewer organisations than the threshold is hidden.
    - Value and trust, and the number of raters, of an organisation that fewer than `organisation_threshold` rated in
      any item are hidden in all items together, since one item and the mean give another.
    - Were one organisation hidden alone, the mean of the network would give it back: then the one with the next fewest
      raters is hidden too.

    `actors`: region, wave, relation, organisation, measure, value, note.

    Returns:
        The rows in their order with `rule` and `suppressed`.
    """
    least = privacy.organisation_threshold
    network = ["region", "wave", "relation"]
    rows = actors.with_columns(
        _size=pl.col("organisation").n_unique().over(network), _kind=pl.col("measure").str.strip_suffix(RATERS)
    )
    rated = rows.filter(pl.col("measure").str.ends_with(RATERS))
    place = ["region", "wave", "_kind"]
    few = (
        rated.filter(pl.col("value") > 0)
        .group_by(*place, "organisation")
        .agg(_raters=pl.col("value").min())
        .sort(*place, "_raters", "organisation")
        .with_columns(_small=pl.col("_raters") < least, _order=pl.int_range(pl.len()).over(place))
        .with_columns(_alone=pl.col("_small").sum().over(place) == 1)
    )
    return ruled(
        rows.join(few, on=[*place, "organisation"], how="left", maintain_order="left"),
        (pl.col("_size") < least, "small_network"),
        (pl.col("_small"), "few_raters"),
        (pl.col("_alone") & (pl.col("_order") == 1), "additive"),
    ).select(*actors.columns, "rule", "suppressed")


def round_actors(frame: pl.DataFrame) -> pl.DataFrame:
    """Round measures of organisations."""
    return frame.with_columns(pl.col("value").round(_DECIMALS))


def named_phenomena(presence: pl.DataFrame, privacy: Privacy) -> list[str]:
    """Return the phenomena that at least `organisation_threshold` organisations met about: others are not named."""
    there = presence.filter(pl.col("attended") > 0).group_by("phenomenon")
    met = there.agg(organisations=pl.struct("region", "organisation").n_unique())
    return sorted(met.filter(pl.col("organisations") >= privacy.organisation_threshold)["phenomenon"].to_list())


def suppress_presence(presence: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    """Hide who sat at which table where the region has too few organisations; leave out rare phenomena."""
    rows = presence.filter(pl.col("phenomenon").is_in(named_phenomena(presence, privacy)))
    small = pl.col("organisation").n_unique().over("region", "wave") < privacy.organisation_threshold
    return ruled(rows, (small, "small_network"))


def suppress_network_comparisons(comparisons: pl.DataFrame, indicators: Indicators, privacy: Privacy) -> pl.DataFrame:
    """Hide comparisons of networks (change between waves, permutations, QAP) where the network is small.

    Returns:
        The rows of networks with `rule` and `suppressed`; other comparisons are left out, they have rules of their own.
    """
    rows = comparisons.filter(is_one(indicators.where(compares="networks"), "comparison"))
    small = (pl.min_horizontal("n", "other_n") < privacy.organisation_threshold).fill_null(value=True)
    return ruled(rows, (small, "small_network"))


def round_network_comparisons(frame: pl.DataFrame) -> pl.DataFrame:
    """Round measures of networks to three decimals, and p to four; organisations are counted as they are."""
    counted, chances = ("clusters", "n", "other_n"), ("p", "q")
    numbers = [name for name in CONTRACTS["comparisons"].numbers if name not in ("df", *counted, *chances)]
    return frame.with_columns(pl.col(numbers).round(_DECIMALS), pl.col("df").round(1), pl.col(chances).round(4))
