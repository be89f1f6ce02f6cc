"""Which published counts add up to which: regions, groups, years, bands and bins."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.publish.cells import DOMAIN, REST, SERIES, TALKS, CountTable, banded
from sujuva.publish.flows import flow_relations
from sujuva.publish.steps import STEP
from sujuva.publish.sums import Relation
from sujuva.tidy import ALL, ALL_YEARS

_WHOLE = 1e-9
PAIRED = "change_paired"
"""Comparison of the same persons at two waves; for disclosure control its rows are indicators of their own."""
_OF_CHANGE = ("change_share", "change_effect")
LOST = "lost"
"""Name of the counts of those who did not come back, which are protected but never published."""


def find_relations(table: CountTable) -> list[Relation]:
    """Return the relations between counts of rows (not bins) that a reader can use.

    Regions add up to the network, groups (with the persons whose group is unknown) to all, years to all years,
    bands that share out everyone to n, and those who came back and those who did not to those who answered before.
    All, and n, are worth more than their parts and are kept. Of families: see `sujuva.publish.steps` and `flows`.

    Args:
        table: The cells.
    """
    cells = table.cells.filter(~pl.col("kind").is_in(["bin", STEP]))
    dimension = pl.col("group").str.split(":").list.first()
    groups = cells.with_columns(dimension=pl.when(pl.col("group") != ALL).then(dimension))
    parts = groups.filter(pl.col("dimension").is_not_null())
    dimensions = parts.select("series", "region", "wave", "dimension").unique()
    alls = groups.filter(pl.col("group") == ALL).drop("dimension").join(dimensions, on=["series", "region", "wave"])
    by_group = pl.concat([parts, alls.select(groups.columns)])
    counted = cells.filter(pl.col("kind") != REST)
    return [
        *_sums(counted, ["series", "wave", "group"], pl.col("region") == NETWORK),
        *_sums(by_group, ["series", "region", "wave", "dimension"], pl.col("group") == ALL, keep_total=True),
        *_sums(counted, ["series", "region", "group"], pl.col("wave") == ALL_YEARS),
        *_bands_of_n(table),
        *_open_cases(table),
        *_followed(table),
        *_same_persons(table),
        *table.steps,
        *flow_relations(table.rows, table.cells),
    ]


def find_bin_relations(table: CountTable, bands: pl.DataFrame) -> list[Relation]:
    """Return the relations of bins: to the network, to all years, to n and to the bands they lie in.

    Args:
        table: The cells.
        bands: scale, category, informant ("" for every one), low, high: scores (or days) that a share is about.
    """
    bins = table.cells.filter(pl.col("kind") == "bin")
    return [
        *_sums(bins, ["series", "wave", "group"], pl.col("region") == NETWORK),
        *_sums(bins, ["series", "region", "group"], pl.col("wave") == ALL_YEARS),
        *_bins_of_n(table),
        *_bins_of_bands(table, bands),
    ]


def _sums(cells: pl.DataFrame, within: list[str], is_total: pl.Expr, *, keep_total: bool = False) -> list[Relation]:
    """Return a relation for each value of `within` that has one total and some parts not larger than it."""
    sums = (
        cells.sort("id")
        .group_by(within, maintain_order=True)
        .agg(
            total=pl.col("id").filter(is_total),
            parts=pl.col("id").filter(~is_total),
            left=pl.col("value").filter(is_total).sum() - pl.col("value").filter(~is_total).sum(),
        )
        # Parts above the total are no sum: a case may be counted in two regions.
        .filter(pl.col("total").list.len() == 1, pl.col("parts").list.len() > 0, pl.col("left") >= 0)
    )
    return [Relation(total[0], tuple(parts), keep_total) for total, parts in sums.select("total", "parts").iter_rows()]


def _bins_of_n(table: CountTable) -> list[Relation]:
    bins = table.bins.filter(pl.col("n_cell").is_not_null()).sort("own_cell")
    # Several scales share one n cell, each with bins of its own.
    sums = bins.group_by(["table", "scale", "informant", *DOMAIN], maintain_order=True).agg(
        pl.col("n_cell").first(), "own_cell"
    )
    return [
        Relation(total, tuple(parts), keep_total=True) for total, parts in sums.select("n_cell", "own_cell").iter_rows()
    ]


def _bands_of_n(table: CountTable) -> list[Relation]:
    """Bands that share out everyone: their numerators add up to n.

    Shares of a change name the earlier wave after a colon ("improved:2022"); each earlier wave shares out its own n.
    """
    shares = table.rows.filter(
        pl.col("kind") == "share", pl.col("own_cell").is_not_null(), pl.col("n_cell").is_not_null()
    ).with_columns(since=pl.col("category").str.split(":").list.get(1, null_on_oob=True).fill_null(""))
    series = [name for name in SERIES if name != "category"]
    # Groups may have fewer bands than everyone, who have them all.
    everyone = pl.col("group") == ALL
    sums = (
        shares.sort("own_cell")
        .group_by(["table", *series, "since", *DOMAIN, "n_cell"], maintain_order=True)
        .agg("own_cell", whole=(pl.col("estimate").sum() - 1).abs() < _WHOLE)
        .filter(pl.col("whole").all().over("table", *series, "since", everyone))
    )
    return [
        Relation(total, tuple(parts), keep_total=True) for total, parts in sums.select("n_cell", "own_cell").iter_rows()
    ]


def since() -> pl.Expr:
    """Return the earlier wave as text: a category is "2022", or "improved:2022"."""
    return pl.col("category").str.split(":").list.last()


def _followed(table: CountTable) -> list[Relation]:
    """Persons with a score at the earlier wave = those with one at the later wave too + those who were lost.

    The n of `attrition_share` is the n of the earlier wave's mean.
    """
    series = ["scale", "informant", "region", "group"]

    def rows(*indicators: str) -> pl.DataFrame:
        mine = table.rows.filter(pl.col("indicator").is_in(indicators), pl.col("n_cell").is_not_null())
        return mine.with_columns(since=since().cast(pl.Int32, strict=False))

    lost = rows(LOST).select(
        *series, "wave", "since", before="n_cell", size="n", gone=pl.coalesce("own_cell", "n_cell"), count="estimate"
    )
    means = rows("score_mean").select(*series, since="wave", mean="n_cell", mean_n="n")
    same = lost.join(means, on=[*series, "since"]).filter(
        pl.col("size") == pl.col("mean_n"), pl.col("before") != pl.col("mean")
    )
    kept = rows("change_share", PAIRED).select(*series, "wave", "since", pairs="n_cell", stayed="n")
    split = lost.join(kept, on=[*series, "wave", "since"]).filter(
        pl.col("stayed") > 0, pl.col("count") > 0, pl.col("size") == pl.col("stayed") + pl.col("count")
    )
    return [
        *(Relation(mean, (before,), keep_total=True) for mean, before in _distinct(same, "mean", "before")),
        *(
            Relation(before, (pairs, gone), keep_total=True)
            for before, pairs, gone in _distinct(split, "before", "pairs", "gone")
        ),
    ]


def _same_persons(table: CountTable) -> list[Relation]:
    """Rows that count the same persons although their series differ elsewhere: none may tell the n of another."""
    place = ["scale", "informant", *DOMAIN, "n", "since"]
    rows = table.rows.filter(pl.col("n_cell").is_not_null())
    at_once = rows.filter(pl.col("indicator").str.starts_with("score_") | (pl.col("indicator") == "band_share"))
    later = rows.filter(pl.col("indicator").is_in([*_OF_CHANGE, PAIRED]))
    keyed = pl.concat([at_once.with_columns(since=pl.lit("")), later.with_columns(since=since())])
    cells = keyed.select(*place, "n_cell").unique().sort(*place, "n_cell")
    several = cells.group_by(place, maintain_order=True).agg("n_cell").filter(pl.col("n_cell").list.len() > 1)
    pairs = {(ids[0], other) for ids in several["n_cell"].to_list() for other in ids[1:]}
    talks = table.rows.filter(pl.col("indicator") == "lp_talks").select(
        "region", "wave", count=pl.coalesce("own_cell", "n_cell")
    )
    discussed = table.rows.filter(pl.col("table") == TALKS, pl.col("n_cell").is_not_null())
    pairs |= set(discussed.join(talks, on=["region", "wave"]).drop_nulls("count").select("count", "n_cell").iter_rows())
    return [Relation(one, (other,), keep_total=True) for one, other in sorted(pairs) if one != other]


def _distinct(frame: pl.DataFrame, *columns: str) -> list[tuple[int, ...]]:
    return frame.select(columns).unique().sort(columns).rows()


def _bins_of_bands(table: CountTable, bands: pl.DataFrame) -> list[Relation]:
    """A band's numerator is the sum of the bins inside it, where no bin lies across its limits."""
    domain = ["scale", "informant", *DOMAIN]
    shares = table.rows.filter(pl.col("kind") == "share", pl.col("own_cell").is_not_null(), banded())
    shares = shares.select(*domain, "category", share="own_cell").join(
        bands.rename({"informant": "whose"}), on=["scale", "category"]
    )
    shares = shares.filter((pl.col("whose") == "") | (pl.col("whose") == pl.col("informant")))
    inside = (pl.col("bin_low") >= pl.col("low")) & (pl.col("bin_high") <= pl.col("high"))
    outside = (pl.col("bin_high") < pl.col("low")) | (pl.col("bin_low") > pl.col("high"))
    sums = (
        shares.join(table.bins.select(*domain, "bin_low", "bin_high", "own_cell"), on=domain)
        .sort("own_cell")
        .group_by("share", maintain_order=True)
        .agg(parts=pl.col("own_cell").filter(inside), clear=(inside | outside).all())
        .filter(pl.col("clear"), pl.col("parts").list.len() > 0)
        .sort("share")
    )
    return [
        Relation(total, tuple(parts), keep_total=True) for total, parts in sums.select("share", "parts").iter_rows()
    ]


def _open_cases(table: CountTable) -> list[Relation]:
    """Cases that started = cases that met + cases still open."""
    place = ["region", "wave", "group"]

    def cells(indicator: str, cell: pl.Expr, value: pl.Expr, name: str) -> pl.DataFrame:
        rows = table.rows.filter(pl.col("indicator") == indicator, cell.is_not_null())
        named = rows.select(*place, cell.alias(name), value.cast(pl.Int64).alias(f"{name}_value"))
        return named.unique(place, keep="first", maintain_order=True)

    count, size = pl.coalesce("own_cell", "n_cell"), pl.col("n_cell")
    sums = (
        cells("cases_started", count, pl.col("estimate"), "total")
        .join(cells("cases_open", count, pl.col("estimate"), "open"), on=place)
        .join(cells("delay_median", size, pl.col("n"), "met"), on=place)
        .filter(pl.col("total_value") == pl.col("open_value") + pl.col("met_value"))
        .sort(place)
    )
    return [
        Relation(total, (opened, met), keep_total=True)
        for total, opened, met in sums.select("total", "open", "met").iter_rows()
    ]
