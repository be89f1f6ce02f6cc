"""What the stage `figures` leaves behind: tables as CSV, and a few numbers to compare runs by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.language import Words
from sujuva.figures.picture import Picture
from sujuva.figures.specification import pictures
from sujuva.io import csv_text, write_text
from sujuva.published import SHOWN, Published, require_published, without_empty

OF_REGIONS = ("network", "presence")
"""Figures of organisations, who work together in one region."""


def network_pictures(published: Published, words: Words, *, regions: Sequence[str]) -> dict[str, Picture]:
    """Draw every figure of the whole network, and the networks of organisations of each region, by file name.

    Args:
        published: What publish let out.
        words: The reader's language.
        regions: Regions of the study.
    """
    chosen = [key for key in regions if key in published.meta["regions"]]
    drawn = {
        one.key: one
        for spec in FIGURES.values()
        for one in pictures(spec, published, words, regions=[*chosen, NETWORK])
    }
    for region in chosen:
        for key in OF_REGIONS:
            for one in pictures(FIGURES[key], published, words, region=region):
                drawn[f"{one.key}-{region}"] = one
    return drawn


def write_tables(pictures: dict[str, Picture], folder: Path) -> None:
    """Write the published rows behind each picture as `<name>.csv` (UTF-8, comma, decimal point) into `folder`.

    Args:
        pictures: Pictures by file name.
        folder: Where they go.
    """
    for name, picture in pictures.items():
        write_text(csv_text(without_empty(require_published(picture.data, name))), folder / f"{name}.csv")


def metrics(published: Published) -> dict[str, Any]:
    """Return a few published numbers of the latest year by region, for `dvc metrics diff`.

    Args:
        published: What publish let out.

    Returns:
        Region → indicator (with scale or days where there are several) → value; hidden values are left out, and
        `hidden.<table>` tells how many rows of all years a table hides.
    """
    last = max(published.meta["waves"], default=0)
    wanted = [
        "score_mean", "band_share", "lp_strength_share", "lp_fidelity", "lp_coverage", "delay_median", "delay_share",
        "network_density",
    ]  # fmt: skip
    rows = pl.concat([published["parjaavyys"], published["integration"]]).filter(
        pl.col("wave") == last,
        pl.col("group") == "all",
        pl.col("indicator").is_in(wanted),
        pl.col("suppressed") == SHOWN,
        pl.col("estimate").is_not_null(),
    )
    found: dict[str, Any] = {"year": last}
    for row in rows.sort("region", "indicator", "scale", "category", "informant").iter_rows(named=True):
        name = ".".join(row[part] for part in ("indicator", "scale", "category", "informant") if row[part])
        found.setdefault(row["region"], {})[name] = row["estimate"]
    for name, rows in _compared(published, last).items():
        for row in rows.iter_rows(named=True):
            found.setdefault(row["region"], {})[f"{name}.{row['scale']}.{row['informant']}"] = row["estimate"]
    for name, table in sorted(published.tables.items()):
        if {"region", "suppressed"} <= {*table.columns}:
            hidden = table.group_by("region").agg((pl.col("suppressed") != SHOWN).sum()).sort("region")
            for region, count in hidden.filter(pl.col("region").is_in([*found])).rows():  # and no municipality
                found[region][f"hidden.{name}"] = count
    return found


def _compared(published: Published, last: int) -> dict[str, pl.DataFrame]:
    """Return the shown changes of everyone since the year before, and alphas, of the latest year."""
    shown = (pl.col("suppressed") == SHOWN) & pl.col("estimate").is_not_null() & (pl.col("wave") == last)
    changes = published["comparisons"].filter(
        shown, pl.col("comparison") == "change_paired", pl.col("category") == "", pl.col("group") == "all"
    )
    changes = changes.filter(pl.col("other_wave") == pl.col("other_wave").max())
    alphas = published["reliability"].filter(shown, pl.col("measure") == "alpha", pl.col("item") == "")
    return {"change_paired": changes.sort("region", "scale"), "alpha": alphas.sort("region", "scale")}
