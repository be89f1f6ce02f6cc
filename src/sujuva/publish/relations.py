"""Which published counts add up to which: regions, groups, years, bands and bins, and what records say."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from sujuva.codebooks import IndicatorInfo, Indicators
from sujuva.codebooks.regions import NETWORK
from sujuva.publish.cells import DOMAIN, REST, SERIES, CountTable
from sujuva.publish.heads import KNOWN, NESTED, PART
from sujuva.publish.rules import is_one
from sujuva.publish.steps import STEP
from sujuva.publish.sums import Relation, related, sums_within
from sujuva.tidy import ALL, ALL_YEARS

_WHOLE = 1e-9
PAIRED = "change_paired"
"""Comparison of the same persons at two waves; for disclosure control its rows are rows of indicators."""
LOST = "lost"
"""Name of the counts of those who did not come back, which are protected but never published."""
NEWCOMERS = "newcomers"
"""Name of the counts of those who were not there before, which are protected but never published."""
OF_TALKS = "talks"
"""Name of the rows of shares with another base than n: see `sujuva.publish.coping.talk_rows`."""


def find_relations(table: CountTable, indicators: Mapping[str, IndicatorInfo]) -> list[Relation]:
    """Return the relations between counts of rows (not bins) that a reader can use.

    Regions add up to the network, groups (with the persons whose group is unknown) to all, years to all years,
    bands that share out everyone to n, and those who came back and those who did not to those who answered before.
    All, and n, are worth more than their parts and are kept. Further relations are those of the records.
    """
    known = Indicators(indicators)
    cells = table.cells.filter(~pl.col("kind").is_in(["bin", STEP, NESTED, KNOWN]))
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
        *_wholes(table, known),
        *_followed(table),
        *(Relation(*pair, keep_total=True) for pair in _same_persons(table, known)),
        *table.steps,
        *_by_category(table, known),
        *_equal(table, known),
        *_rests_of_n(table, known),
        *(Relation(*pair) for pair in _same_units(table, "casework")),
    ]


def find_bin_relations(table: CountTable, bands: pl.DataFrame) -> list[Relation]:
    """Return the relations of bins: to the network, to all years, to n and to the bands they lie in.

    `bands`: scale, category, informant ("" for every one), low, high: scores (or days) that a share is about.
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
    sums = sums_within(cells, within, is_total, "value")
    # Parts above the total are no sum: a case may be counted in two regions.
    return related(sums.filter(pl.col("left") >= 0), "total", "parts", keep_total=keep_total)


def _bins_of_n(table: CountTable) -> list[Relation]:
    bins = table.bins.filter(pl.col("n_cell").is_not_null()).sort("own_cell")
    # Several scales share one n cell, each with bins of its own.
    sums = bins.group_by(["table", "scale", "informant", *DOMAIN], maintain_order=True).agg(
        pl.col("n_cell").first(), "own_cell"
    )
    return related(sums, "n_cell", "own_cell")


def _bands_of_n(table: CountTable) -> list[Relation]:
    """Bands that share out everyone: their numerators add up to n.

    Shares of a change name the earlier wave after a colon ("improved:2022"); each earlier wave shares out its own n.
    """
    shares = table.rows.filter(
        pl.col("kind") == "share",
        pl.col("tells") != PART,  # persons may speak of several themes: these make up nothing
        pl.col("own_cell").is_not_null(),
        pl.col("n_cell").is_not_null(),
    ).with_columns(since=pl.col("category").str.split(":").list.get(1, null_on_oob=True).fill_null(""))
    series = [name for name in SERIES if name != "category"]
    # Groups may have fewer bands than everyone, who have them all.
    everyone = pl.col("group") == ALL
    sums = (
        shares.sort("own_cell")
        .group_by(["table", *series, "since", *DOMAIN], maintain_order=True)
        .agg(
            "own_cell",
            pl.col("n_cell").unique(maintain_order=True),
            whole=((pl.col("estimate").sum() - 1).abs() < _WHOLE) & (pl.col("n").n_unique() == 1),
        )
        .filter(pl.col("whole").all().over("table", *series, "since", everyone))
        # Bands that are told of groups, too, have a cell of n of their own: everyone's bands add up to each of them.
        .explode("n_cell")
    )
    return related(sums, "n_cell", "own_cell")


def since() -> pl.Expr:
    """Return the earlier wave as text: a category is "2022", or "improved:2022"."""
    return pl.col("category").str.split(":").list.last()


def _counted(table: CountTable, names: Collection[str]) -> pl.DataFrame:
    """Return the rows of some indicators with the cell and the value of what they count: the estimate, or else n."""
    rows = table.rows.filter(is_one(names)).with_columns(cell=pl.coalesce("own_cell", "n_cell"))
    return rows.drop_nulls("cell").join(table.cells.select(cell="id", value="value"), on="cell", maintain_order="left")


def _wholes(table: CountTable, known: Indicators) -> list[Relation]:
    """Counts that several others make up, such as the cases that started: those that met, and those still open."""
    found: list[Relation] = []
    for name in known.where(estimate="count"):
        parts = [part for part in known.where(part_of=name) if not _has_categories(table, part)]
        if not parts:
            continue
        sums = _counted(table, [name]).select(*DOMAIN, total="cell", left="value")
        for part in parts:
            some = _counted(table, [part]).select(*DOMAIN, pl.col("cell").alias(part), _value="value")
            sums = sums.join(some.unique(DOMAIN, keep="first", maintain_order=True), on=DOMAIN)
            sums = sums.with_columns(left=pl.col("left") - pl.col("_value")).drop("_value")
        sums = sums.filter(pl.col("left") == 0).sort(DOMAIN)
        found += [Relation(total, tuple(some), keep_total=True) for total, *some in sums.select("total", *parts).rows()]
    return found


def _by_category(table: CountTable, known: Indicators) -> list[Relation]:
    """Counts that another one splits by category: what is left (a sector is not known) is taken to be known."""
    found: list[Relation] = []
    for name in known.where(estimate="count"):
        for part in known.where(part_of=name):
            if not _has_categories(table, part):
                continue
            sums = (
                _counted(table, [part])
                .sort("cell")
                .group_by(DOMAIN, maintain_order=True)
                .agg(parts="cell", sum=pl.col("value").sum())
                .join(_counted(table, [name]).select(*DOMAIN, "cell", "value"), on=DOMAIN, maintain_order="left")
                .filter(pl.col("value") >= pl.col("sum"))
            )
            found += related(sums, "cell", "parts")
    return found


def _has_categories(table: CountTable, name: str) -> bool:
    return bool((table.rows.filter(pl.col("indicator") == name)["category"] != "").any())


def _equal(table: CountTable, known: Indicators) -> list[Relation]:
    """Cells that count the same: of one place, or each category and the group that is called so."""
    found: list[Relation] = []
    for name, record in known.items():
        same = record.behind.equals
        if same is None:
            continue
        mine = _counted(table, [name]).filter(pl.col("group") == ALL).select(*DOMAIN, "category", "cell", "value")
        other = _counted(table, [same.cell]).select(*DOMAIN, other="cell", other_value="value")
        if same.group is not None:
            groups = other.filter(pl.col("group").str.starts_with(f"{same.group}:"))
            other = groups.with_columns(pl.col("group").str.strip_prefix(f"{same.group}:").alias("category"))
        at = ["region", "wave", "group" if same.group is None else "category"]
        pairs = mine.join(other, on=at).filter(
            pl.col("value") == pl.col("other_value"), pl.col("cell") != pl.col("other")
        )
        found += [Relation(one, (two,)) for one, two in _distinct(pairs, "other", "cell")]
    return found


def _rests_of_n(table: CountTable, known: Indicators) -> list[Relation]:
    """Shares of what is left: n, less the numerator, is the n of another indicator (actions of known outcome)."""
    found: list[Relation] = []
    for name in known.where(estimate="numerator"):
        parts = table.rows.filter(is_one(known.where(part_of=name)), pl.col("n_cell").is_not_null())
        rows = _counted(table, [name]).filter(pl.col("own_cell").is_not_null())
        whole = rows.select(*DOMAIN, "n_cell", "own_cell", "n", "value").join(
            parts.select(*DOMAIN, known="n_cell", known_n="n"), on=DOMAIN
        )
        whole = whole.filter(pl.col("n") == pl.col("known_n") + pl.col("value"), pl.col("known") != pl.col("n_cell"))
        found += [
            Relation(total, (some, rest), keep_total=True)
            for total, some, rest in whole.sort("n_cell").select("n_cell", "known", "own_cell").iter_rows()
        ]
    return found


def _followed(table: CountTable) -> list[Relation]:
    """Persons with a score at the earlier wave = those with one at the later wave too + those who were lost.

    And those with one at the later wave = those with one at the earlier too + newcomers. The n of `attrition_share` is
    the n of the earlier wave's mean.
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
    came = rows(NEWCOMERS).select(
        *series, "wave", "since", after="n_cell", size="n", came=pl.coalesce("own_cell", "n_cell"), count="estimate"
    )
    joined = came.join(kept, on=[*series, "wave", "since"]).filter(
        pl.col("stayed") > 0, pl.col("count") > 0, pl.col("size") == pl.col("stayed") + pl.col("count")
    )
    arrived = came.join(means, left_on=[*series, "wave"], right_on=[*series, "since"]).filter(
        pl.col("after") != pl.col("mean")
    )
    return [
        *(Relation(mean, (before,), keep_total=True) for mean, before in _distinct(same, "mean", "before")),
        *(Relation(mean, (after,), keep_total=True) for mean, after in _distinct(arrived, "mean", "after")),
        *(
            Relation(after, (pairs, new), keep_total=True)
            for after, pairs, new in _distinct(joined, "after", "pairs", "came")
        ),
        *(
            Relation(before, (pairs, gone), keep_total=True)
            for before, pairs, gone in _distinct(split, "before", "pairs", "gone")
        ),
    ]


def _same_units(table: CountTable, *sets: str) -> list[tuple[int, tuple[int]]]:
    """Rows of one place with the same n are taken to be about the same units: none may tell the n of another.

    Where it is only chance, a little more is hidden than need be.
    """
    by = ["same_units", "scale", "informant", *DOMAIN, "n", "_since"]
    rows = table.rows.filter(pl.col("same_units").is_in(sets))
    rows = rows.with_columns(_since=pl.when(pl.col("same_units") == "changes").then(since()).otherwise(pl.lit("")))
    counts = rows.filter(pl.col("tells") == "count").drop_nulls("own_cell")
    counts = counts.with_columns(n=pl.col("estimate").round().cast(pl.Int64), n_cell="own_cell")
    several = (
        pl.concat([rows.filter(pl.col("n") > 0).drop_nulls("n_cell"), counts])
        .select(*by, "n_cell")
        .unique()
        .sort(*by, "n_cell")
        .group_by(by, maintain_order=True)
        .agg("n_cell")
    )
    return [(one, (other,)) for one, *others in several["n_cell"].to_list() for other in others]


def _same_persons(table: CountTable, known: Indicators) -> list[tuple[int, tuple[int]]]:
    """The same of persons with a score; and shares of talks, whose other base counts the same as all talks do."""
    pairs = {*_same_units(table, "scores", "changes")}
    for name in {one.behind.also_of for one in known.values() if one.behind.also_of is not None}:
        whole = _counted(table, [name]).select("region", "wave", "cell")
        shares = table.rows.filter(pl.col("table") == OF_TALKS, pl.col("n_cell").is_not_null())
        both = shares.join(whole, on=["region", "wave"]).select("cell", "n_cell")
        pairs |= {(one, (other,)) for one, other in both.iter_rows() if one != other}
    return sorted(pairs)


def _distinct(frame: pl.DataFrame, *columns: str) -> list[tuple[int, ...]]:
    return frame.select(columns).unique().sort(columns).rows()


def _bins_of_bands(table: CountTable, bands: pl.DataFrame) -> list[Relation]:
    """A band's numerator is the sum of the bins inside it, where no bin lies across its limits."""
    domain = ["scale", "informant", *DOMAIN]
    banded = pl.col("bins").is_not_null()
    shares = table.rows.filter(pl.col("kind") == "share", pl.col("own_cell").is_not_null(), banded)
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
    return related(sums, "share", "parts")
