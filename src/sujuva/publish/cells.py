"""From tidy tables to countable cells and the relations between them.

Six kinds of cells stand behind the published numbers of persons and families:
 - `n`: how many a row is about. Rows with the same counts everywhere share them (a mean and a band's share).
 - `share`: the numerator behind a share, estimate × n (unweighted, so approximate for weighted shares). The mean
   of a scale of 0 and 1 is a share, and its standard deviation tells the same: it goes with the mean.
   A share that counts halves stands for those who count at all: see `sujuva.publish.steps`.
 - `count`: an estimate that is itself a count.
 - `bin`: a bar of a distribution or of the delays.
 - `rest`: persons of a region and wave whose group (gender, say) is unknown. They are never published.
 - `step`: what lies between two shares of the same families (met within 7 days, and within 14). Never published.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from sujuva.codebooks import UNITS_OF_PEOPLE, IndicatorInfo
from sujuva.publish.ranges import ranged, share_ranged
from sujuva.publish.steps import DELAYS, STEP, few_families, halves, of_few_families, steps
from sujuva.publish.sums import Cells, Relation
from sujuva.tidy import ALL, ALL_YEARS

DOMAIN = ["region", "wave", "group"]
SERIES = ["indicator", "scale", "category", "informant"]
CELL = ["id", "kind", "series", *DOMAIN, "value", "primary", "low", "high", "eligible", "owner"]
REST = "rest"
OPEN = "cases_open"
"""Indicator of the families that have not met: mostly few, so that nobody is as telling as a few."""
TOPICS = "lp_"
"""Start of the names of indicators of LP discussions."""
TALKS = "talks"
"""Name of the rows of shares of discussions: see `sujuva.publish.coping.talk_rows`."""


@dataclass(frozen=True)
class CountTable:
    """Cells and how rows refer to them.

    Attributes:
        cells: One row a cell, columns `CELL`; `owner` is the id of the n cell it goes with.
        rows: The tidy rows of persons and families with `row`, `table`, `n_cell` and `own_cell` (ids, may be null).
        bins: The rows of distributions and delays with `row`, `table` and `own_cell`.
        steps: Which cells the steps lie between.
    """

    cells: pl.DataFrame
    rows: pl.DataFrame
    bins: pl.DataFrame
    steps: tuple[Relation, ...] = ()

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
    return cells["kind"].is_in([REST, STEP]) | years


def indicator_frame(indicators: dict[str, IndicatorInfo]) -> pl.DataFrame:
    """Return what suppression and rounding need of each indicator, one row an indicator."""
    return pl.DataFrame(
        [(one.key, one.kind, one.counts, one.decimals, one.percent) for one in indicators.values()],
        schema={
            "indicator": pl.String,
            "kind": pl.String,
            "counts": pl.String,
            "decimals": pl.Int64,
            "percent": pl.Boolean,
        },
        orient="row",
    )


def build_cells(
    tidy: dict[str, pl.DataFrame],
    bins: dict[str, pl.DataFrame],
    indicators: dict[str, IndicatorInfo],
    bands: pl.DataFrame,
    threshold: int,
) -> CountTable:
    """Collect the countable cells behind tables of persons and families.

    Args:
        tidy: Indicator tables by name, in the tidy columns.
        bins: Tables of bins by name: scale, informant, region, wave, group, bin_low, bin_high, n.
        indicators: What each indicator counts.
        bands: Which scores (or days) a share is about: scale, category, informant, low, high.
        threshold: Counts from 1 to `threshold` − 1 are primary.
    """
    rows = pl.concat([frame.with_row_index("row").with_columns(table=pl.lit(name)) for name, frame in tidy.items()])
    rows = rows.join(indicator_frame(indicators), on="indicator", how="left", maintain_order="left")
    rows = rows.filter(pl.col("counts").is_in(UNITS_OF_PEOPLE), pl.col("n").is_not_null() | (pl.col("kind") == "count"))
    shares = bands.filter(pl.col("category") == "")["scale"]
    binary = pl.col("scale").is_in(shares.implode()) & (pl.col("category") == "")
    # Ratios of topics of LP discussions are no shares of the children that n counts.
    topics = pl.col("indicator").str.starts_with(TOPICS) & (pl.col("kind") == "share")
    rows = rows.with_columns(
        kind=pl.when(binary & (pl.col("kind") == "mean"))
        .then(pl.lit("share"))
        .when(topics)
        .then(pl.lit("mean"))
        .otherwise("kind"),
        binary=binary,
    )
    rows = rows.with_columns(few=few_families(threshold), counted=halves(rows))
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

    own = rows.filter(
        ((pl.col("kind") == "share") & pl.col("estimate").is_not_null())
        | ((pl.col("kind") == "count") & pl.col("estimate").is_not_null() & pl.col("estimate").ne_missing(pl.col("n")))
    ).sort("table", "row")
    own = own.with_columns(series=pl.concat_str("kind", *SERIES, separator="|"))
    share = (pl.col("counted") * pl.col("n")).round()
    own_cells = pl.concat(
        [
            share_ranged(own.filter(pl.col("kind") == "share").with_columns(value=share.cast(pl.Int64)), threshold),
            ranged(
                own.filter(pl.col("kind") == "count").with_columns(value=pl.col("estimate").round().cast(pl.Int64)),
                threshold,
                none=pl.col("indicator") == OPEN,
            ),
        ]
    ).with_row_index("id", offset=n_cells.height)
    rows = rows.join(
        own_cells.select("table", "row", own_cell="id"), on=["table", "row"], how="left", maintain_order="left"
    )
    means = rows.filter("binary", pl.col("kind") == "share").select(
        "table", "scale", "informant", *DOMAIN, mean_cell="own_cell"
    )
    deviation = pl.col("binary") & (pl.col("kind") == "sd")
    rows = rows.join(
        means, on=["table", "scale", "informant", *DOMAIN], how="left", maintain_order="left"
    ).with_columns(own_cell=pl.when(deviation).then("mean_cell").otherwise("own_cell"))

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
        rows.filter(banded()).join(own_cells.select(own_cell="id", small="primary", most="low"), on="own_cell"),
        bands,
    )
    bin_cells = bin_cells.join(inside, on=["table", "row"], how="left", maintain_order="left").with_columns(
        low=pl.when(pl.col("inside").is_null()).then("low").otherwise(0.0),
        # A share is small by its weight; more persons than the rule would let one think may stand behind it.
        high=pl.when(pl.col("inside").is_null()).then("high").otherwise(pl.max_horizontal("value", threshold - 1.0)),
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
            own_cells.with_columns(owner="n_cell").select(CELL),
        ]
    )
    offset = n_cells.height + own_cells.height + bin_cells.height
    shown = pl.concat([counted, bin_cells.with_columns(owner="n_cell").select(CELL), _rests(counted, offset)])
    between, chains = steps(rows, shown, threshold)
    return CountTable(cells=pl.concat([shown, between.select(CELL)]), rows=rows, bins=bars, steps=tuple(chains))


def banded() -> pl.Expr:
    """Tell which rows' categories may be bands: of days, those of `delay_share` alone, in calendar days as the bins."""
    return (pl.col("scale") != "") | (pl.col("indicator") == "delay_share")


def _bins_of_small_shares(bars: pl.DataFrame, shares: pl.DataFrame, bands: pl.DataFrame) -> pl.DataFrame:
    """Return table and row of the bins that lie wholly on the small side of a share that is hidden for it."""
    domain = ["scale", "informant", *DOMAIN]
    few = pl.col("most") == 0
    sides = (
        shares.filter(pl.col("kind") == "share", pl.col("small"))
        .select(*domain, "category", "most")
        .join(bands.rename({"informant": "whose"}), on=["scale", "category"])
        .filter((pl.col("whose") == "") | (pl.col("whose") == pl.col("informant")))
    )
    within = (pl.col("bin_low") >= pl.col("low")) & (pl.col("bin_high") <= pl.col("high"))
    beyond = (pl.col("bin_high") < pl.col("low")) | (pl.col("bin_low") > pl.col("high"))
    found = bars.join(sides, on=domain).filter(pl.when(few).then(within).otherwise(beyond))
    return found.select("table", "row").unique().with_columns(inside=pl.lit(value=True))


def _rests(cells: pl.DataFrame, offset: int) -> pl.DataFrame:
    """Return the persons whose group is unknown, a cell for each dimension where groups fall short of all."""
    at = ["series", "region", "wave"]
    parts = cells.filter(pl.col("group") != ALL).with_columns(dimension=pl.col("group").str.split(":").list.first())
    sums = parts.group_by(*at, "dimension").agg(known=pl.col("value").sum())
    alls = cells.filter(pl.col("group") == ALL).select(*at, "value")
    rest = alls.join(sums, on=at).with_columns(value=pl.col("value") - pl.col("known")).filter(pl.col("value") > 0)
    return (
        rest.sort(*at, "dimension")
        .with_row_index("id", offset=offset)
        .select(
            "id",
            kind=pl.lit(REST),
            series="series",
            region="region",
            wave="wave",
            group=pl.concat_str("dimension", pl.lit(":?")),
            value="value",
            primary=pl.lit(value=False),
            low=pl.lit(0.0),
            high=pl.lit(float("inf")),
            eligible=pl.lit(value=False),
            owner=pl.lit(None, dtype=pl.UInt32),
        )
    )


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
    domain = ["scale", "informant", *DOMAIN]
    sums = bars.group_by(domain).agg(total=pl.col("n").sum())
    found = (
        rows.filter(pl.col("n_cell").is_not_null())
        .select(*domain, "n", "n_cell")
        .join(sums, on=domain)
        .filter(pl.col("n") == pl.col("total"))
        .group_by(domain)
        .agg(pl.col("n_cell").min())
    )
    return bars.join(found, on=domain, how="left", maintain_order="left")
