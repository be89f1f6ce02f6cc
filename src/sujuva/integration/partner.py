"""PARTNER: how far partners value and trust an organisation, as the others rate it.

Source: PARTNER tool (Visible Network Labs), items in BMC Public Health 2016, s12889-016-3194-7, table 1: value is the
mean of the others' ratings of power and influence, level of involvement and resource contribution; trust the mean of
reliability, support for the mission and openness to discussion; each 1–4. Network trust as a percentage of the
maximum is unverified: the mean of the organisations' values divided by 4, or put between 1 and 4 as (x − 1)/3, is
this project's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl

from sujuva.codebooks import Relation, relation_of
from sujuva.errors import ContractError, ParameterError, nearest
from sujuva.integration.measures import NO_RATINGS, Measure
from sujuva.integration.ratings import Row, actor_frame, check_ends, indicator_frame

KINDS = ("value", "trust")
CONTRIBUTIONS = ("given", "withheld")
"""What each rater added to the ratings of an organisation, from the lowest rating upwards and from the highest down."""
OUT_OF_RANGE = "ratings_out_of_range"
"""Note: some ratings are outside the range of their item, so that a mean would say nothing."""
DIFFERENT_RANGES = "different_ranges"
"""Note: the items have different ranges, so that they have no common mean."""
Rescale = Literal["maximum", "range"]
_PERCENT: Mapping[str, str] = {"maximum": "percent", "range": "percent_of_range"}
_NETWORK = ["region", "wave", "kind"]


@dataclass(frozen=True)
class _Items:
    """What is rated within one kind of relation: the ratings of all its items, or of one."""

    region: str
    wave: int
    kind: str
    item: str
    ratings: pl.DataFrame
    reason: str
    range: tuple[int, int]


def value_trust_indicators(
    actors: pl.DataFrame, ties: pl.DataFrame, relations: Mapping[str, Relation], *, rescale: Rescale = "maximum"
) -> pl.DataFrame:
    """Compute the mean value of and trust in the organisations of every region and wave.

    Args:
        actors: region, organisation, name, sector.
        ties: region, wave, relation, source (the rater), target, observed, directed; relations of the kind tie are
            left alone.
        relations: The codebook of relations.
        rescale: What 100 % is: `maximum` divides by the highest rating, `range` puts the lowest rating at 0 %.

    Returns:
        Tidy indicators: partner_value and partner_trust (means over organisations of their means over raters and
        items), each also as partner_value_percent and so on (`rescale` range: partner_value_percent_of_range).
        `category` is "" for all items or the relation of one; n is the number of organisations that were rated. A
        pair without a row was not rated, whatever it means in a network of ties.

    Raises:
        ParameterError: `rescale` is not allowed.
        ContractError: A rating names an organisation that is not among `actors`, has no direction, or stands twice.
    """
    if rescale not in get_args(Rescale):
        msg = f"rescale is '{rescale}': 100 % is the maximum or the top of the range."
        raise ParameterError(msg, nearest(str(rescale), get_args(Rescale)))
    rows: list[Row] = []
    for one in _all_items(actors, ties, relations):
        means = [value for _, value, _ in _means(one)]
        mean = Measure(None, one.reason or NO_RATINGS) if one.reason or not means else Measure(sum(means) / len(means))
        low, high = one.range if rescale == "range" else (0, one.range[1])
        percent = mean if mean.value is None else Measure((mean.value - low) / (high - low))
        name = f"partner_{one.kind}"
        for indicator, (value, note) in ((name, mean), (f"{name}_{_PERCENT[rescale]}", percent)):
            rows.append((indicator, "", one.item, one.region, one.wave, value, len(means), note))
    return indicator_frame(rows)


def value_trust_actors(actors: pl.DataFrame, ties: pl.DataFrame, relations: Mapping[str, Relation]) -> pl.DataFrame:
    """Compute how far the others value and trust each organisation, and how many of them rated it.

    Arguments and errors are those of `value_trust_indicators`.

    Returns:
        Columns `ACTORS`. `relation` is value or trust (all items) or the relation of one item; measures are value or
        trust, and value_raters or trust_raters: the number of different raters, by which a publisher can leave out what
        few have said. So are value_given_1, _2 …: what each rater gave above the lowest rating, the largest first, and
        value_withheld_1 …: what each left below the highest; of items without a range there are none. Every
        organisation of the region has rows; whom nobody rated has 0 raters and a note.
    """
    rows = []
    for one in _all_items(actors, ties, relations):
        found = {organisation: (value, raters) for organisation, value, raters in _means(one)}
        contributed = _contributions(one)
        for organisation in actors.filter(region=one.region)["organisation"].sort():
            value, raters = found.get(organisation, (None, 0))
            note = one.reason if one.reason and raters else ("" if raters else NO_RATINGS)
            where = (one.region, one.wave, one.item or one.kind, organisation)
            rows.append((*where, one.kind, None if note else value, note))
            rows.append((*where, f"{one.kind}_raters", float(raters), ""))
            for name, parts in contributed.get(organisation, {}).items():
                rows += [(*where, f"{one.kind}_{name}_{place}", part, "") for place, part in enumerate(parts, 1)]
    return actor_frame(rows)


def _contributions(one: _Items) -> dict[str, dict[str, list[float]]]:
    """Return what the raters of each organisation gave above the lowest rating and withheld below the highest."""
    if one.reason:
        return {}
    low, high = one.range
    rating = pl.col("observed").cast(pl.Int64)
    by_rater = one.ratings.group_by("target", "source").agg(
        given=(rating - low).sum().cast(pl.Float64), withheld=(high - rating).sum().cast(pl.Float64)
    )
    found = by_rater.group_by("target").agg(pl.col(CONTRIBUTIONS).sort(descending=True))
    return {row["target"]: {name: row[name] for name in CONTRIBUTIONS} for row in found.iter_rows(named=True)}


def _means(one: _Items) -> list[tuple[str, float, int]]:
    """Return organisation, mean rating and number of raters of each organisation that was rated."""
    grouped = one.ratings.group_by(organisation="target").agg(
        total=pl.col("observed").cast(pl.Int64).sum(), ratings=pl.len(), raters=pl.col("source").n_unique()
    )
    return grouped.sort("organisation").select("organisation", pl.col("total") / pl.col("ratings"), "raters").rows()


def _all_items(actors: pl.DataFrame, ties: pl.DataFrame, relations: Mapping[str, Relation]) -> Iterator[_Items]:
    """Yield what was rated in each region, wave and kind: all items together, then each item."""
    names = {name: relation_of(name, relations) for name in ties["relation"].unique().sort()}
    known = {name: one for name, one in names.items() if one.kind in KINDS}
    told = {what: {name: getattr(one, what) for name, one in known.items()} for what in ("kind", "key")}
    rated = ties.filter(pl.col("relation").is_in(list(known))).with_columns(
        kind=pl.col("relation").replace_strict(told["kind"], return_dtype=pl.String),
        item=pl.col("relation").replace_strict(told["key"], return_dtype=pl.String),
    )
    check_ends(actors, rated, "source", "target")
    _check(rated)
    for (region, wave, kind), part in rated.sort(*_NETWORK, "item", "source", "target").group_by(
        _NETWORK, maintain_order=True
    ):
        items = part["item"].unique(maintain_order=True).to_list()
        for item in ("", *items):
            mine = part.filter(pl.col("item") == item) if item else part
            ranges = [one.range for one in known.values() if one.range and one.key in ([item] if item else items)]
            outside = any(
                not mine.filter(pl.col("item") == one.key, ~pl.col("observed").is_between(*one.range)).is_empty()
                for one in known.values()
                if one.range
            )
            reason = OUT_OF_RANGE if outside else (DIFFERENT_RANGES if len(set(ranges)) > 1 else "")
            yield _Items(str(region), int(str(wave)), str(kind), item, mine, reason, ranges[0])


def _check(rated: pl.DataFrame) -> None:
    """Refuse ratings without a rater, of oneself, and those that stand twice."""
    if not rated["directed"].all():
        msg = f"{int((~rated['directed']).sum())} ratings of value or trust have no direction."
        raise ContractError(msg, "Value and trust are what a source says of a target: mark their source directed.")
    if (rated["source"] == rated["target"]).any():
        msg = f"In {int((rated['source'] == rated['target']).sum())} ratings of value or trust an actor rates itself."
        raise ContractError(msg, "Remove the diagonal of the sociomatrix.")
    twice = rated.select("region", "wave", "item", "source", "target").is_duplicated().sum()
    if twice:
        msg = f"{twice} ratings of value or trust stand twice: same region, wave, item, source and target."
        raise ContractError(msg, "Keep one of them.")
