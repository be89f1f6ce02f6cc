"""From tidy tables to countable cells.

These kinds of cells stand behind the published numbers of persons and families:
 - `n`: how many a row is about. Rows with the same counts everywhere share them (a mean and a band's share).
 - `share`: the numerator behind a share, as it was counted: heads, not weights (estimate × n only of what n counts
   beside persons, which has no weight). The mean of a scale of 0 and 1 is a share, and its standard deviation tells the
   same: it goes with the mean. A share that counts halves stands for those who count at all: see
   `sujuva.publish.steps`.
 - `ratio`, `other`: the persons on either side of a ratio of other things; `nested` and `known` are what ties them: see
   `sujuva.publish.heads`.
 - `count`: an estimate that is itself a count.
 - `bin`: a bar of a distribution or of the delays.
 - `rest`: persons of a region and wave whose group (gender, say) is unknown. They are never published.
 - `step`: what lies between two shares of the same families (met within 7 days, and within 14). Never published.

Of each cell stands there what the rule tells of it once it is hidden: `low` and `high`, between which whoever knows the
rule must look for it; and whether it is `primary` (small) and `eligible` (may be hidden for the sake of others).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from sujuva.codebooks import UNITS_OF_PEOPLE, IndicatorInfo
from sujuva.publish.heads import (
    NESTED,
    OTHER,
    PART,
    RATIO,
    beside_small_parts,
    check_heads,
    few_heads,
    largest_of_small,
    nested,
    of_persons,
    side_relations,
    told_without_n,
)
from sujuva.publish.ranges import few_families, of_few_families, ranged, share_ranged
from sujuva.publish.rules import facts, first_of
from sujuva.publish.said import without_other
from sujuva.publish.steps import STEP, halves, steps
from sujuva.publish.sums import Cells, Relation
from sujuva.tidy import ALL, ALL_YEARS

DOMAIN = ["region", "wave", "group"]
SERIES = ["indicator", "scale", "category", "informant"]
_OF_SCALE = ["scale", "informant", *DOMAIN]
CELL = ["id", "kind", "series", *DOMAIN, "value", "primary", "low", "high", "eligible", "owner"]
REST = "rest"
DELAYS = "delays"
"""Name of the table of bins of delays."""


@dataclass(frozen=True)
class CountTable:
    """Cells and how rows refer to them.

    Attributes:
        cells: One row a cell, columns `CELL`; `owner` is the id of the n cell it goes with.
        rows: The tidy rows of persons and families with facts of their records (`kind` is share or count where the
            estimate is one), `row`, `table`, `n_cell`, `own_cell` and `other_cell` (ids, may be null).
        bins: The rows of distributions and delays with `row`, `table` and `own_cell`.
        steps: What ties the steps, the sides of ratios, and those inside others.
        pinned: Cells that give way whatever the sums say.
    """

    cells: pl.DataFrame
    rows: pl.DataFrame
    bins: pl.DataFrame
    steps: tuple[Relation, ...] = ()
    pinned: tuple[int, ...] = ()

    def arrays(self, kinds: Collection[str]) -> Cells:
        """Return the cells as arrays in the order of their ids; only `kinds` may be hidden for others' sake."""
        ordered = self.cells.sort("id")
        owned = ordered.filter(pl.col("owner").is_not_null()).group_by("owner", maintain_order=True).agg("id")
        return Cells(
            values=ordered["value"].to_numpy().astype(np.float64),
            primary=ordered["primary"].to_numpy().astype(np.bool_),
            low=ordered["low"].to_numpy().astype(np.float64),
            high=ordered["high"].to_numpy().astype(np.float64),
            eligible=(ordered["eligible"] & ordered["kind"].is_in(list(kinds))).to_numpy().astype(np.bool_),
            secret=(_unpublished(ordered) & ~ordered["primary"]).to_numpy().astype(np.bool_),
            followers={int(owner): tuple(ids) for owner, ids in owned.iter_rows()},
        )


def _unpublished(cells: pl.DataFrame) -> pl.Series:
    """Tell which cells no reader sees: rests, steps, and the delays of all years together."""
    years = (cells["kind"] == "bin") & (cells["wave"] == ALL_YEARS) & cells["series"].str.starts_with(f"bin|{DELAYS}|")
    return cells["kind"].is_in([REST, STEP, NESTED]) | years


def build_cells(
    tidy: dict[str, pl.DataFrame],
    bins: dict[str, pl.DataFrame],
    indicators: Mapping[str, IndicatorInfo],
    bands: pl.DataFrame,
    threshold: int,
) -> CountTable:
    """Collect the countable cells behind tables of persons and families.

    `tidy`: indicator tables by name, in the tidy columns; `bins`: tables of bins by name: scale, informant, region,
    wave, group, bin_low, bin_high, n; `bands`: which scores (or days) a share is about: scale, category, informant,
    low, high.
    """
    rows = pl.concat([frame.with_row_index("row").with_columns(table=pl.lit(name)) for name, frame in tidy.items()])
    rows = rows.join(
        facts(
            indicators, "kind", "counts", "estimate", "clusters", "same_units", "chain", "bins", "zero_is_small",
            "percent",
        ),
        on="indicator", how="left", maintain_order="left",
    )  # fmt: skip
    rows = rows.filter(
        pl.col("counts").is_in(UNITS_OF_PEOPLE), pl.col("n").is_not_null() | (pl.col("tells") == "count")
    )
    shares = bands.filter(pl.col("category") == "")["scale"]
    binary = pl.col("scale").is_in(shares.implode()) & (pl.col("category") == "")
    numerator = pl.col("tells").is_in(["numerator", "halves", PART]) | (binary & (pl.col("kind") == "mean"))
    rows = rows.with_columns(
        kind=first_of(
            (numerator, "share"),
            (pl.col("tells") == "count", "count"),
            (pl.col("kind") == "sd", "sd"),
            otherwise="other",
        ),
        binary=binary,
        few=few_families(threshold) | ((pl.col("tells") == "count") & few_heads(threshold)),
        few_on_side=few_heads(threshold),
        counted=halves(rows),
    )
    check_heads(rows)
    bars = pl.concat([frame.with_row_index("row").with_columns(table=pl.lit(name)) for name, frame in bins.items()])

    rows = rows.join(_pools(rows), on=SERIES, how="left", maintain_order="left")
    n_cells = ranged(
        rows.filter(pl.col("n").is_not_null())
        .group_by(kind=pl.lit("n"), series="pool", region="region", wave="wave", group="group", value="n")
        .agg(pl.col("few").any())
        .sort("series", *DOMAIN),
        threshold,
    )
    n_cells = of_few_families(n_cells, threshold).with_row_index("id")
    rows = rows.join(
        n_cells.select("series", *DOMAIN, n_cell="id"),
        left_on=["pool", *DOMAIN],
        right_on=["series", *DOMAIN],
        how="left",
        maintain_order="left",
    )

    share = pl.col("kind") == "share"
    value = pl.when(share).then(pl.col("counted") * pl.col("n")).otherwise("estimate").round().cast(pl.Int64)
    own = rows.sort("table", "row").drop_nulls("estimate")
    own = own.with_columns(
        series=pl.concat_str("kind", *SERIES, separator="|"),
        value=pl.when(share & of_persons()).then("heads").otherwise(value),
    )
    counts = own.filter(pl.col("kind") == "count", pl.col("estimate").ne_missing(pl.col("n")))
    sides = own.filter(pl.col("tells") == RATIO, pl.col("n") > 0)
    own_cells = pl.concat(
        [
            share_ranged(own.filter(share), threshold),
            ranged(counts, threshold, none=pl.col("zero_is_small")),
            # That a share is 0 tells the same of everybody's topics.
            *(
                ranged(
                    sides.with_columns(
                        kind=pl.lit(kind), series=pl.concat_str(pl.lit(kind), *SERIES, separator="|"), value=side
                    ),
                    threshold,
                    none=pl.col("percent"),
                )
                for kind, side in ((RATIO, "heads"), (OTHER, "other_heads"))
            ),
        ]
    ).with_row_index("id", offset=n_cells.height)
    of_other = pl.col("kind") == OTHER
    for name, those in (("own_cell", ~of_other), ("other_cell", of_other)):
        ids = own_cells.filter(those).select("table", "row", pl.col("id").alias(name))
        rows = rows.join(ids, on=["table", "row"], how="left", maintain_order="left")
    means = rows.filter("binary", pl.col("kind") == "share").select("table", *_OF_SCALE, mean_cell="own_cell")
    deviation = pl.col("binary") & (pl.col("kind") == "sd")
    rows = rows.join(means, on=["table", *_OF_SCALE], how="left", maintain_order="left").with_columns(
        own_cell=pl.when(deviation).then("mean_cell").otherwise("own_cell")
    )

    bars = _owned_bins(bars, rows)
    bin_cells = ranged(
        bars.with_columns(
            kind=pl.lit("bin"),
            series=pl.concat_str(pl.lit("bin"), "table", "scale", "informant", "bin_low", "bin_high", separator="|"),
            value=pl.col("n"),
        ),
        threshold,
    ).with_row_index("id", offset=n_cells.height + own_cells.height)
    # A 0 may be hidden too where nothing else is left; bins inside a share that is too small always are.
    inside = _bins_of_small_shares(
        bars,
        rows.filter(pl.col("bins").is_not_null()).join(
            own_cells.select(own_cell="id", small="primary", most="low"), on="own_cell"
        ),
        bands,
    )
    bin_cells = bin_cells.join(inside, on=["table", "row"], how="left", maintain_order="left").with_columns(
        low=pl.when(pl.col("inside").is_null()).then("low").otherwise(0.0),
        high=pl.when(pl.col("inside").is_null()).then("high").otherwise(threshold - 1.0),
        primary=pl.col("primary") | pl.col("inside").is_not_null(),
        eligible=~pl.col("primary") & pl.col("inside").is_null(),
    )
    # Of what nobody sees, the rule tells nothing either.
    free = (pl.col("table") == DELAYS) & (pl.col("wave") == ALL_YEARS) & ~pl.col("primary")
    bin_cells = bin_cells.with_columns(
        low=pl.when(free).then(0.0).otherwise("low"), high=pl.when(free).then(float("inf")).otherwise("high")
    )
    bars = bars.join(
        bin_cells.select("table", "row", own_cell="id"), on=["table", "row"], how="left", maintain_order="left"
    )
    counted = pl.concat(
        [
            n_cells.with_columns(owner=pl.lit(None, dtype=pl.UInt32)).select(CELL),
            # A ratio of other things can be told without its n.
            own_cells.with_columns(owner=pl.when(~told_without_n(indicators)).then("n_cell")).select(CELL),
        ]
    )
    offset = n_cells.height + own_cells.height + bin_cells.height
    shown = pl.concat([counted, bin_cells.with_columns(owner="n_cell").select(CELL), _rests(counted, offset)])
    between, ties = steps(rows, shown, threshold)
    cells = pl.concat([shown, between.select(CELL)])
    sums, further = side_relations(rows, cells)
    cells = pl.concat([cells, sums.select(CELL)])
    inside, more = nested(rows, cells, indicators, threshold)
    cells = pl.concat([cells, inside.select(CELL)])
    alone, apart = without_other(rows, cells, indicators, threshold)
    cells = pl.concat([cells, alone.select(CELL)])
    ties += [*further, *more, *apart]
    small = own_cells.filter("primary")["id"]
    pinned = (*largest_of_small(rows, small), *beside_small_parts(rows, small))
    return CountTable(cells=cells, rows=rows, bins=bars, steps=tuple(ties), pinned=pinned)


def _bins_of_small_shares(bars: pl.DataFrame, shares: pl.DataFrame, bands: pl.DataFrame) -> pl.DataFrame:
    """Return table and row of the bins that lie wholly on the small side of a share that is hidden for it."""
    few = pl.col("most") == 0
    sides = (
        shares.filter(pl.col("kind") == "share", pl.col("small"))
        .select(*_OF_SCALE, "category", "most")
        .join(bands.rename({"informant": "whose"}), on=["scale", "category"])
        .filter((pl.col("whose") == "") | (pl.col("whose") == pl.col("informant")))
    )
    within = (pl.col("bin_low") >= pl.col("low")) & (pl.col("bin_high") <= pl.col("high"))
    beyond = (pl.col("bin_high") < pl.col("low")) | (pl.col("bin_low") > pl.col("high"))
    found = bars.join(sides, on=_OF_SCALE).filter(pl.when(few).then(within).otherwise(beyond))
    return found.select("table", "row").unique().with_columns(inside=pl.lit(value=True))


def _rests(cells: pl.DataFrame, offset: int) -> pl.DataFrame:
    """Return the persons whose group is unknown, a cell for each dimension where groups fall short of all."""
    at = ["series", "region", "wave"]
    parts = cells.filter(pl.col("group") != ALL).with_columns(dimension=pl.col("group").str.split(":").list.first())
    sums = parts.group_by(*at, "dimension").agg(known=pl.col("value").sum())
    alls = cells.filter(pl.col("group") == ALL).select(*at, "value")
    rest = alls.join(sums, on=at).with_columns(value=pl.col("value") - pl.col("known")).filter(pl.col("value") > 0)
    ids = rest.sort(*at, "dimension").with_row_index("id", offset=offset)
    return ids.select(
        "id", *at, "value",
        kind=pl.lit(REST), group=pl.concat_str("dimension", pl.lit(":?")), **free_cell(),
    ).select(CELL)  # fmt: skip


def free_cell() -> dict[str, pl.Expr]:
    """Return what is true of a cell that nobody sees and of which the rule tells nothing."""
    never, infinite = pl.lit(value=False), pl.lit(float("inf"))
    nobody = pl.lit(None, dtype=pl.UInt32)
    return {"primary": never, "low": pl.lit(0.0), "high": infinite, "eligible": never, "owner": nobody}


def _pools(rows: pl.DataFrame) -> pl.DataFrame:
    """Return for each series the name of the first series (of the same informant) with the same n everywhere."""
    signature = pl.concat_str(*DOMAIN, pl.col("n").fill_null(-1), separator=";")
    series = (
        rows.sort(*SERIES, *DOMAIN)
        .group_by(SERIES, maintain_order=True)
        .agg(signature=signature.str.join("\n"))
        .with_columns(name=pl.concat_str(*SERIES, separator="|"))
    )
    return series.select(*SERIES, pool=pl.col("name").first().over("informant", "signature"))


def _owned_bins(bars: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Find for each distribution the n cell that its bins add up to."""
    sums = bars.group_by(_OF_SCALE).agg(total=pl.col("n").sum())
    found = (
        rows.filter(pl.col("n_cell").is_not_null())
        .select(*_OF_SCALE, "n", "n_cell")
        .join(sums, on=_OF_SCALE)
        .filter(pl.col("n") == pl.col("total"))
        .group_by(_OF_SCALE)
        .agg(pl.col("n_cell").min())
    )
    return bars.join(found, on=_OF_SCALE, how="left", maintain_order="left")
