"""Which cells may be told anew, seen from every earlier release: each cell has a verdict, by what is told of it.

Who holds two releases side by side sees what those who joined and left add up to. They are a group like any other, so
what is told of a cell changes only where the group may be told of:

- `n` (counts, means, spreads): nobody, or at least the threshold, joined, and the same of those who left, and neither
  are all alike;
- `bands` (shares): besides, the threshold of the joined, and of the left, are in each band, and as many are not;
- `bins`: in each bin nobody or the threshold joined, and left;
- of LP discussions, families, feedback, partners' answers, observations, and of the same persons at two waves, nothing
  changes at all: too many counts hang on each person to be held one by one;
- `classes` (shares told in classes, rows of files): as `n`, of all rows of a person together.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.releases.cells import BUNDLE, CELL, CELL_TYPES, SCORES
from sujuva.tidy import ALL

LEVELS = ("n", "bands", "bins", "classes")
ANYONE = "anyone"
"""Family of whatever any person, child or family adds to a region and year."""
_NEAR = 1e-9


class Verdict(IntEnum):
    """What became of a cell since the releases; of several, the highest holds."""

    SAME = 0  # nobody joined, left or answered otherwise
    NEW = 1  # nobody was in it
    CHANGED = 2  # enough did
    HELD = 3  # too few did: it stays what it was


def ranges_of(scales: Mapping[str, Any], bars: pl.DataFrame) -> pl.DataFrame:
    """Return which scores are told of together: scale, informant ("" for every one), level, low, high.

    Args:
        scales: `scales` of the metadata of a publication, with their bands.
        bars: Any table with the bins of distributions: scale, informant, bin_low, bin_high.
    """
    rows = []
    for key, scale in scales.items():
        bands = scale["bands"]
        rows += [(key, one["informant"], "bands", float(one["low"]), float(one["high"])) for one in bands]
        if scale["binary"]:
            rows += [(key, "", level, 1.0, 1.0) for level in ("n", "bands")]  # its mean is a share
    texts = dict.fromkeys(("scale", "informant", "level"), pl.String())
    columns = pl.Schema({**texts, "low": pl.Float64(), "high": pl.Float64()})
    bins = bars.select("scale", "informant", level=pl.lit("bins"), low="bin_low", high="bin_high").cast(columns)
    return pl.concat([pl.DataFrame(rows, schema=columns, orient="row"), bins]).unique().sort(list(columns))


def judged(
    counts: pl.DataFrame,
    values: pl.DataFrame,
    ranges: pl.DataFrame,
    kept: pl.DataFrame,
    *,
    threshold: int,
    bundles: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return the verdict on each cell and level: columns `CELL`, and `LEVELS` (Int8).

    What regions have of whom nobody here knows, by their bundles, is a cell of the family `BUNDLE` by region and wave.

    Args:
        counts: Rows of `COUNTS`, of every release.
        values: Rows of `VALUES`.
        ranges: What `ranges_of` returned.
        kept: Cells that a release kept from one before it, whose persons of that day nobody has seen a number of:
            release, `CELL`, level.
        threshold: That of persons.
        bundles: What `sujuva.releases.bundled.of_bundles` returned, of every release.
    """
    long = pl.concat([_of_release(counts, values, ranges, threshold), _as_cells(bundles)], how="diagonal")
    long = long.join(kept, on=["release", *CELL, "level"], how="anti", nulls_equal=True)
    verdict = pl.col("verdict")
    last = verdict.sort_by("release").last()
    told = long.group_by(*CELL, "level").agg(
        verdict=pl.when((verdict == Verdict.HELD).any())
        .then(Verdict.HELD)
        .when(last == Verdict.SAME)
        .then(Verdict.SAME)
        .when((verdict == Verdict.NEW).all())
        .then(Verdict.NEW)
        .otherwise(Verdict.CHANGED)
        .cast(pl.Int8)
    )
    wide = told.pivot("level", index=CELL, values="verdict")
    missing = [pl.lit(None, dtype=pl.Int8).alias(name) for name in LEVELS if name not in wide.columns]
    wide = wide.with_columns(missing).select(*CELL, *LEVELS)
    of_bundles = pl.col("family") == BUNDLE
    every = _whole_sums(wide.filter(~of_bundles), _small_rests(counts, threshold))
    return pl.concat([every, _of_anyone(every), wide.filter(of_bundles)]).sort(CELL)


def _as_cells(bundles: pl.DataFrame | None) -> pl.DataFrame:
    """Return the verdicts on bundles as cells of the family `BUNDLE`, the same on each level."""
    schema = pl.Schema({"release": pl.Int64(), **CELL_TYPES, "level": pl.String(), "verdict": pl.Int8()})
    if bundles is None:
        return pl.DataFrame(schema=schema)
    levels = pl.DataFrame({"level": LEVELS})
    place = {"family": pl.lit(BUNDLE), "scale": pl.lit(""), "informant": pl.lit(""), "group": pl.lit(ALL)}
    cells = bundles.with_columns(**place, since=pl.lit(0)).join(levels, how="cross")
    return cells.select(schema.names()).cast(schema)


def _whole_sums(verdicts: pl.DataFrame, rests: pl.DataFrame) -> pl.DataFrame:
    """Hold the network with any region, and all groups of a dimension with any of them.

    In no sum is then a held cell the only one that is not told anew, so that none can be found by subtraction: of what
    is held, no more than a sum with others that are held is known, or with persons of whom enough joined or left.
    """
    dimension = pl.col("group").str.split(":").list.first()
    place, within = ["family", "scale", "informant", "wave", "since"], ["region", "_dimension"]
    rows = verdicts.with_columns(_dimension=dimension)
    rows = rows.join(rests.with_columns(_rest=True), on=[*place, *within], how="left", nulls_equal=True)
    is_network, is_group = pl.col("region") == NETWORK, pl.col("group") != ALL
    for over, whole in (
        ([*place, *within], is_group),
        ([*place, "group"], is_network),
        ([*place, *within], is_group),
    ):
        few = pl.col("_rest").fill_null(value=False) if "_dimension" in over else pl.lit(value=False)
        held = {name: (pl.col(name) == Verdict.HELD).any().over(over) | few for name in LEVELS}
        rows = rows.with_columns(
            pl.when(whole & one & (pl.col(name) != Verdict.SAME))
            .then(pl.lit(Verdict.HELD, dtype=pl.Int8))
            .otherwise(name)
            .alias(name)
            for name, one in held.items()
        )
    return rows.select(verdicts.columns)


def _small_rests(counts: pl.DataFrame, threshold: int) -> pl.DataFrame:
    """Return the dimensions, by place, in which too few joined or left among those whose group is unknown."""
    at = ["release", "family", "scale", "informant", "region", "wave", "since"]
    moved = ["joined", "left"]
    groups = counts.filter(pl.col("group") != ALL).with_columns(_dimension=pl.col("group").str.split(":").list.first())
    sums = groups.group_by(*at, "_dimension").agg(pl.col(moved).sum())
    alls = counts.filter(pl.col("group") == ALL).select(*at, *moved)
    rest = sums.join(alls, on=at, suffix="|all")
    few = [(pl.col(f"{name}|all") - pl.col(name)).abs().is_between(1, threshold - 1) for name in moved]
    return rest.filter(pl.any_horizontal(few)).select(*at[1:], "_dimension").unique()


def _of_anyone(verdicts: pl.DataFrame) -> pl.DataFrame:
    """Return the worst of whole tables by region and year."""
    tables = verdicts.filter(pl.col("scale") == "")
    worst = tables.group_by("region", "wave").agg(pl.col(LEVELS).max())
    same = {"family": pl.lit(ANYONE), "scale": pl.lit(""), "informant": pl.lit(""), "group": pl.lit(ALL)}
    return worst.with_columns(**same, since=pl.lit(0, dtype=pl.Int32)).select(verdicts.columns)


def _of_release(counts: pl.DataFrame, values: pl.DataFrame, ranges: pl.DataFrame, threshold: int) -> pl.DataFrame:
    """Return release, CELL, level and verdict of each level of each cell, against each release alone."""

    def few(name: str) -> pl.Expr:
        return pl.col(name).is_between(1, threshold - 1)

    by = ["release", *CELL]
    rows = counts
    for level in ("n", "bands", "bins"):
        cells = _small_parts(values, ranges, level, threshold)
        rows = rows.join(cells.with_columns(pl.lit(value=True).alias(f"few_{level}")), on=by, how="left")
    same = (pl.col("joined") == 0) & (pl.col("left") == 0)
    small = few("joined") | few("left")
    scores = pl.col("family") == SCORES
    unknown = pl.col("unknown") > 0
    held = {
        "n": _any(small, pl.col("alike"), pl.col("few_n")),
        "bands": _any(small, pl.col("alike"), unknown, pl.col("few_bands")),
        "bins": _any(small, pl.col("alike"), unknown, pl.col("few_bins")),
    }
    held = {level: pl.when(scores).then(few_).otherwise(~same) for level, few_ in held.items()} | {"classes": small}
    verdicts = [
        pl.when(same)
        .then(pl.when(pl.col("before") == 0).then(Verdict.NEW).otherwise(Verdict.SAME))
        .when(pl.col("before") == 0)
        .then(Verdict.NEW)
        .when(expression)
        .then(Verdict.HELD)
        .otherwise(Verdict.CHANGED)
        .cast(pl.Int8)
        .alias(level)
        for level, expression in held.items()
    ]
    return rows.select(*by, *verdicts).unpivot(LEVELS, index=by, variable_name="level", value_name="verdict")


def _any(*conditions: pl.Expr) -> pl.Expr:
    return pl.any_horizontal(one.fill_null(value=False) for one in conditions)


def _small_parts(values: pl.DataFrame, ranges: pl.DataFrame, level: str, threshold: int) -> pl.DataFrame:
    """Return release and CELL where too few of the joined, or of the left, are in one of the ranges of a level."""
    by = ["release", *CELL]
    some = ranges.filter(pl.col("level") == level).select("scale", "low", "high", whose="informant")
    rows = values.join(some, on="scale").filter((pl.col("whose") == "") | (pl.col("whose") == pl.col("informant")))
    inside = (pl.col("score") >= pl.col("low") - _NEAR) & (pl.col("score") <= pl.col("high") + _NEAR)
    sums = rows.group_by(*by, "low", "high").agg(
        *(pl.col(name).sum() for name in ("joined", "left")),
        *(pl.col(name).filter(inside).sum().alias(f"{name}_in") for name in ("joined", "left")),
    )

    def small(name: str) -> pl.Expr:
        within, every = pl.col(f"{name}_in"), pl.col(name)
        if level == "bins":
            return within.is_between(1, threshold - 1)
        return (every > 0) & ((within < threshold) | (every - within < threshold))

    return sums.filter(small("joined") | small("left")).select(by).unique()
