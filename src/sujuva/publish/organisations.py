"""What is published of organisations: they are no persons, but what few say of one is not told.

Who works with whom, and who sat at which table, is told organisation by organisation, unless the network is small. How
far partners value and trust an organisation is told where enough of them rated it; single ratings never are.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sujuva.codebooks import Indicators, Relation, relation_of
from sujuva.publish.privacy import Privacy
from sujuva.publish.rules import further_ruled, is_one, is_shown, ruled
from sujuva.published import ADDITIVE, CONTRACTS

ACTORS_SCHEMA, PRESENCE_SCHEMA = (
    {name: kind for name, kind in CONTRACTS[table].schema.items() if name != "suppressed"}
    for table in ("actors", "presence")
)
RATERS = "_raters"
"""End of the names of measures that count who rated an organisation: value_raters, trust_raters."""
_CONTRIBUTED = r"^(.+)_(given|withheld)_\d+$"
"""Names of measures of what one rater contributed: never published."""
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
    - So they are where what one rater gave, or withheld, dominates (see `_dominated`) in any item; the mean of all
      items is shown all the same where nobody dominates it.
    - Were one organisation hidden alone, the mean of the network would give it back: then the one with the next fewest
      raters is hidden too.

    `actors`: region, wave, relation, organisation, measure, value, note.

    Returns:
        The rows in their order with `rule` and `suppressed`, without what single raters contributed.
    """
    least = privacy.organisation_threshold
    network = ["region", "wave", "relation"]
    told = actors.filter(~pl.col("measure").str.contains(_CONTRIBUTED))
    rows = told.with_columns(
        _size=pl.col("organisation").n_unique().over(network),
        _kind=pl.col("measure").str.strip_suffix(RATERS),
        _whole=pl.col("relation") == pl.col("measure").str.strip_suffix(RATERS),
    )
    rated = rows.filter(pl.col("measure").str.ends_with(RATERS), pl.col("value") > 0)
    place = ["region", "wave", "_kind", "_whole"]
    alike = _dominated(actors, privacy).join(
        rated.select(*network, "organisation", "_kind"), on=[*network, "organisation", "_kind"], how="right"
    )
    # Of whose raters nothing is known is hidden, too.
    alike = alike.with_columns(pl.col("_dominated").fill_null(value=True), _whole=pl.col("relation") == pl.col("_kind"))
    alike = alike.group_by(*place, "organisation").agg(pl.col("_dominated").any())
    few = (
        rated.with_columns(_fewest=pl.col("value").min().over("region", "wave", "_kind", "organisation"))
        .group_by(*place, "organisation")
        .agg(_raters=pl.col("_fewest").min())
        .join(alike, on=[*place, "organisation"], how="left")
        .sort(*place, "_raters", "organisation")
        .with_columns(_small=pl.col("_raters") < least)
        .with_columns(_hidden=pl.col("_small") | pl.col("_dominated"))
        .with_columns(
            _alone=pl.col("_hidden").sum().over(place) == 1,
            _next=~pl.col("_hidden") & (pl.col("_hidden").not_().cum_sum().over(place) == 1),
        )
    )
    return ruled(
        rows.join(few, on=[*place, "organisation"], how="left", maintain_order="left"),
        (pl.col("_size") < least, "small_network"),
        (pl.col("_small"), "few_raters"),
        (pl.col("_dominated"), "dominated"),
        (pl.col("_alone") & pl.col("_next"), ADDITIVE),
    ).select(*actors.columns, "rule", "suppressed")


def _dominated(actors: pl.DataFrame, privacy: Privacy) -> pl.DataFrame:
    """Tell for which organisations one rater makes up too much of the ratings, from their lowest end or their highest.

    The (n, k) rule: the `dominance_n` largest contributions make up more than `dominance_k` per cent. The p% rule: all
    but the two largest make up less than `p_percent` per cent of the largest, so that the second largest knows the
    largest to within that (Hundepool et al. 2012, Statistical Disclosure Control, ch. 4.2). Where the contributions
    are nothing at all, everyone gave the same rating, the lowest or the highest, and the mean tells each.

    Returns:
        region, wave, relation, organisation, _kind, _dominated.
    """
    at = ["region", "wave", "relation", "organisation", "_kind"]
    parts = actors.filter(pl.col("measure").str.contains(_CONTRIBUTED)).with_columns(
        _kind=pl.col("measure").str.extract(_CONTRIBUTED, 1), _end=pl.col("measure").str.extract(_CONTRIBUTED, 2)
    )
    largest, whole = pl.col("value").sort(descending=True), pl.col("value").sum()
    top, rest = largest.head(privacy.dominance_n).sum(), whole - largest.head(2).sum()
    dominated = (100 * top > privacy.dominance_k * whole) | (100 * rest < privacy.p_percent * pl.col("value").max())
    ends = parts.group_by(*at, "_end").agg(_dominated=dominated | (whole == 0))
    return ends.group_by(at).agg(pl.col("_dominated").any())


def suppress_values(marked: pl.DataFrame, indicators: Indicators, relations: Mapping[str, Relation]) -> pl.DataFrame:
    """Hide the mean value of and trust in all organisations where it is at an end of its range: it tells every rating.

    `marked`: tidy rows of integration with `rule` and `suppressed`; `category` is the relation, or "" for all items.
    """
    ends = {key: one.range for key, one in relations.items() if one.range is not None}
    items = [one.range for one in relations.values() if one.kind != "tie" and one.range is not None]
    ends[""] = (min((low for low, _ in items), default=0), max((high for _, high in items), default=0))
    low, high = (
        pl.col("category").replace_strict(
            {key: float(one[place]) for key, one in ends.items()}, default=None, return_dtype=pl.Float64
        )
        for place in (0, 1)
    )
    own, share = pl.col("estimate"), pl.col("indicator").str.contains("percent")
    at_end = pl.when(share).then(own.is_in([0.0, 1.0]) | (own == low / high)).otherwise((own == low) | (own == high))
    mine = is_one(indicators.where(topic="value")) & is_shown() & at_end.fill_null(value=False)
    return further_ruled(marked, (mine, "no_spread"))


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
