"""How many persons joined and left each published cell between a release and today, counted apart."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.errors import DisclosureError
from sujuva.releases.cells import CELL, CELL_TYPES, CONTRIBUTION, COUNTS, SCORES, VALUES
from sujuva.tidy import ALL, ALL_YEARS


def placed(rows: pl.DataFrame) -> pl.DataFrame:
    """Return contributions by cell: in the region and the network, in all years, among everybody and in each group."""
    groups = [name for name in rows.columns if name not in CONTRIBUTION]
    columns = [*(name for name in CELL if name != "group"), "person", "value", "score"]
    grouped = [rows.select(*columns, group=pl.lit(ALL))]
    for name in groups:
        known = rows.filter(pl.col(name).is_not_null())
        grouped.append(known.select(*columns, group=pl.format(f"{name}:{{}}", name)))
    cells = pl.concat(grouped).select(*CELL, "person", "value", "score")
    tables = cells.filter(pl.col("scale") == "")  # whole tables are told of all years together, too
    cells = pl.concat([cells, tables.with_columns(pl.lit(ALL_YEARS, dtype=pl.Int32).alias("wave"))])
    return pl.concat([cells, cells.with_columns(region=pl.lit(NETWORK))]).unique()


def compare(
    old: pl.DataFrame, new: pl.DataFrame, *, release: int, forgotten: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Count who joined and left each cell.

    Args:
        old: Contributions of the release.
        new: Contributions of today.
        release: Its number.
        forgotten: Cells (`CELL`) with `left`: how many of the release have withdrawn since and are in `old` no more.

    Returns:
        Columns `COUNTS` of every cell of either, and `VALUES`.

    Raises:
        DisclosureError: Nobody of the release is in the data: everybody would seem to have joined.
    """
    if old.height and new.height and not set(old["person"].unique()) & set(new["person"].unique()):
        msg = f"Nobody of release {release} is in the data: their pseudonyms are of another key or another study."
        raise DisclosureError(msg, "Clean the data with the key of the release, or start a register of its own.")
    before, after = placed(old), placed(new)
    same = [*CELL, "person", "value"]
    joined = after.join(before, on=same, how="anti", nulls_equal=True)
    left = before.join(after, on=same, how="anti", nulls_equal=True)
    gone = pl.DataFrame(schema={**CELL_TYPES, "left": pl.Int64}) if forgotten is None else forgotten
    gone = gone.group_by(CELL).agg(unknown=pl.col("left").sum())
    counts = _counted(before, "before").join(_counted(joined, "joined", "one"), on=CELL, how="full", coalesce=True)
    counts = counts.join(_counted(left, "left", "other"), on=CELL, how="full", coalesce=True)
    counts = counts.join(gone, on=CELL, how="full", coalesce=True)
    counts = counts.with_columns(pl.col("before", "joined", "left", "unknown").fill_null(0))
    # A whole table is a digest a person, so that values differ anyhow.
    alike = pl.col("one", "other").fill_null(value=False)
    scores = pl.col("family") == SCORES
    counts = counts.with_columns(
        pl.col("before", "left") + pl.col("unknown"), alike=scores & pl.any_horizontal(alike), release=release
    )
    some = [_by_score(rows, name) for rows, name in ((joined, "joined"), (left, "left"))]
    values = some[0].join(some[1], on=[*CELL, "score"], how="full", coalesce=True)
    values = values.with_columns(pl.col("joined", "left").fill_null(0), release=release)
    return _typed(counts, COUNTS).sort(CELL), _typed(values, VALUES).sort([*CELL, "score"])


def cells_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Return how many persons each cell of some contributions has: `CELL` and `left`."""
    return placed(rows).group_by(CELL).agg(left=pl.col("person").n_unique().cast(pl.Int64)).sort(CELL)


def _counted(rows: pl.DataFrame, name: str, alike: str = "") -> pl.DataFrame:
    more: Sequence[pl.Expr] = [(pl.col("value").n_unique() == 1).alias(alike)] if alike else []
    return rows.group_by(CELL).agg(pl.col("person").n_unique().cast(pl.Int64).alias(name), *more)


def _by_score(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    scores = rows.filter(pl.col("family") == SCORES)
    return scores.group_by([*CELL, "score"]).agg(pl.len().cast(pl.Int64).alias(name))


def _typed(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    return frame.select(schema.names()).cast(schema)
