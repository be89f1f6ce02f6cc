"""Coping beside integration by municipality: enough persons and families in each, and no hidden one left alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from sujuva.publish.privacy import Privacy
from sujuva.publish.protect import protect
from sujuva.publish.rules import is_shown, rounded_count, ruled
from sujuva.publish.sums import Cells, Relation
from sujuva.tidy import ALL_YEARS

_COPING = ("coping", "coping_se", "coping_low", "coping_high")
_INTEGRATION = ("integration", "integration_low", "integration_high")
BESIDE_SCHEMA = {
    "region": pl.String,
    "municipality": pl.String,
    **dict.fromkeys(_COPING, pl.Float64),
    "persons": pl.Int64,
    **dict.fromkeys(_INTEGRATION, pl.Float64),
    "families": pl.Int64,
}
_SHARE_DECIMALS = 3


def suppress_beside(
    beside: pl.DataFrame,
    integration: pl.DataFrame,
    parjaavyys: pl.DataFrame,
    privacy: Privacy,
    *,
    scale: str,
    informant: str,
    binary: Sequence[str] = (),
    days: int | None = None,
) -> pl.DataFrame:
    """Decide for every municipality whether it may be shown.

    A row needs `threshold` persons and families; as many families that met in time and that did not; and of a scale
    of 0 and 1 as many with a 1 and with a 0. A reader is taken to know all these of the whole region, so a hidden
    municipality needs others hidden with it in its region. Where a number of the region itself is hidden, none of its
    municipalities is shown: one municipality may be the whole region.

    `beside`: rows of `BESIDE_SCHEMA`; `integration`: tidy rows of integration with `suppressed`; `parjaavyys`: tidy
    rows of coping with `suppressed`; `scale`: scale of coping; `informant`: its informant; `days`: days within which a
    family should have met; None: not known, so every share of days counts.

    Returns:
        The rows in their order with `rule` and `suppressed`.
    """
    rows = beside.with_columns(pl.col("persons", "families").fill_null(0)).with_row_index("row")
    met = (pl.col("integration") * pl.col("families")).round().fill_null(0).cast(pl.Int64)
    counts = {
        "persons": pl.col("persons"),
        "families": pl.col("families"),
        "met": met,
        "waiting": pl.col("families") - met,
    }
    if scale in binary:
        ones = (pl.col("coping") * pl.col("persons")).round().fill_null(0).cast(pl.Int64)
        counts |= {"ones": ones, "zeros": pl.col("persons") - ones}
    values = rows.select(**counts)
    # A 0 tells as much as a 1 of a share; without any person or family there is nothing to tell.
    small = [
        (values[name] < privacy.threshold).to_numpy() & (values[whole].to_numpy() > 0)
        for name, whole in _wholes(list(counts)).items()
    ]
    few = np.any(np.stack(small), axis=0) if rows.height else np.zeros(0, dtype=np.bool_)
    hidden = few | _beside_hidden(rows, values, few, privacy.threshold)
    bare = _bare_regions(integration, parjaavyys, scale, informant, days)
    return ruled(
        rows,
        (pl.col("region").is_in(bare), "hidden_side"),
        (pl.lit(pl.Series(few)), "small_count"),
        (pl.lit(pl.Series(hidden)), "additive"),
    ).select(*beside.columns, "rule", "suppressed")


def _wholes(names: list[str]) -> dict[str, str]:
    return {name: "persons" if name in ("persons", "ones", "zeros") else "families" for name in names}


def _beside_hidden(rows: pl.DataFrame, values: pl.DataFrame, few: np.ndarray, threshold: int) -> np.ndarray:
    """Hide more municipalities of a region until no small count of one follows from those of the region.

    A municipality is hidden whole: each count of it follows the others.
    """
    names = values.columns
    height = rows.height
    counts = [int(one) for name in names for one in values[name].to_list()]
    cells = Cells.of_counts(counts, threshold=threshold)
    total = len(cells.values)
    places = rows.group_by("region", maintain_order=True).agg("row")["row"].to_list()
    sums = [
        (number * len(places) + order, [offset + row for row in mine])
        for number, offset in enumerate(range(0, total, height or 1))
        for order, mine in enumerate(places)
    ]
    whole = [float(sum(cells.values[part] for part in mine)) for _, mine in sums]
    size = total + len(sums)
    known = np.zeros(size, dtype=np.bool_)
    widened = Cells(
        values=np.concatenate([cells.values, whole]),
        primary=np.concatenate([cells.primary, known[total:]]),
        # What is not small may still be hidden for another count, so the rule tells nothing of it.
        low=np.concatenate([np.where(cells.primary, 1.0, 0.0), whole]),
        high=np.concatenate([np.where(cells.primary, threshold - 1.0, np.inf), whole]),
        eligible=np.concatenate([cells.values > 0, known[total:]]),
        secret=known,
        followers={cell: tuple(range(cell % height, total, height)) for cell in range(total)} if height else {},
    )
    start = np.concatenate([np.tile(few, len(names)), known[total:]]) if height else known
    relations = [Relation(total + number, tuple(mine)) for number, mine in sums]
    found = protect(widened, relations, start=start)
    return np.asarray(found[:total].reshape(len(names), height).any(axis=0) if height else few, dtype=np.bool_)


def _bare_regions(
    integration: pl.DataFrame, parjaavyys: pl.DataFrame, scale: str, informant: str, days: int | None
) -> list[str]:
    hidden = ~is_shown()
    share = pl.col("indicator") == "delay_share"
    if days is not None:
        share &= pl.col("category") == str(days)
    families = integration.filter(
        (pl.col("indicator") == "cases_started") | share, pl.col("wave") == ALL_YEARS, pl.col("group") == "all", hidden
    )
    persons = parjaavyys.filter(
        pl.col("indicator") == "score_mean",
        pl.col("scale") == scale,
        pl.col("informant") == informant,
        pl.col("group") == "all",
        hidden,
    )
    return sorted({*families["region"], *persons["region"]})


def round_beside(frame: pl.DataFrame, privacy: Privacy, decimals: int) -> pl.DataFrame:
    """Round means to the decimals of their scale, shares to tenths of a per cent, and counts to the base.

    `frame`: rows of `BESIDE_SCHEMA`.
    """
    return frame.with_columns(
        *(pl.col(name).round(decimals + (name == "coping_se")) for name in _COPING),
        *(pl.col(name).round(_SHARE_DECIMALS) for name in _INTEGRATION),
        *(rounded_count(pl.col(name), privacy.rounding).alias(name) for name in ("persons", "families")),
    )
