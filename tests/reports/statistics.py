"""A publication whose public statistics are those that a test wants, with made-up numbers of everything else."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from sujuva.codebooks import load_regions
from sujuva.codebooks.area_statistics import load_counted
from sujuva.publish import Privacy, publish
from sujuva.published import Published
from sujuva.situation import area_indicators, area_names, signal_rows, statistic_titles
from tests.publish import made_up, made_up_coping

SCHEMA = {
    "indicator": pl.String, "title": pl.String, "area": pl.String, "area_name": pl.String, "gender": pl.String,
    "year": pl.Int32, "value": pl.Float64, "absolute": pl.Float64,
}  # fmt: skip


def portal_export(path: Path) -> pl.DataFrame:
    """Return an export of the portal as the clean table of statistics of areas."""
    raw = pl.read_csv(
        path, separator=";", has_header=False, encoding="iso-8859-1", infer_schema=False,
        new_columns=["title", "indicator", "area_name", "area", "gender", "year", "value", "absolute"],
    )  # fmt: skip
    number = pl.col("value", "absolute").str.replace(",", ".").cast(pl.Float64)
    return raw.with_columns(number, gender=pl.lit("total"), year=pl.col("year").cast(pl.Int32)).select(list(SCHEMA))


def with_statistics(
    area: pl.DataFrame, regions: Sequence[str], *, codebooks: dict[str, str] | None = None, signals: bool = False
) -> Published:
    """Publish these statistics of areas for a study that has these regions besides the made-up ones.

    Args:
        area: The clean table.
        regions: Keys of further regions.
        codebooks: Files of the input folder's codebooks: name and text.
        signals: Whether they are judged, too.
    """
    study = [*made_up.REGIONS, *regions]
    with tempfile.TemporaryDirectory() as place:
        folder = made_up.input_folder(Path(place), made_up.REGIONS)
        (folder / "codebooks").mkdir(exist_ok=True)
        for name, text in (codebooks or {}).items():
            path = folder / "codebooks" / name
            path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + text, encoding="utf-8")
        known = {key: one for key, one in load_regions(folder).items() if key in study}
        values = area_indicators(area, known)
        judged = signal_rows(values, load_counted(), overlapping=["06"]) if signals else values.clear()
        tables = {
            "situation": pl.concat([values, judged]),
            "areas": area_names(area, known),
            "titles": statistic_titles(area),
        }
        made = made_up.indicators()
        published = publish(
            replace(made, tables={**made.tables, **tables}), input_folder=folder, privacy=Privacy(), regions=study,
            waves=made_up.WAVES, coping=made_up_coping.COPING, integration={"tie_from": 2},
        )  # fmt: skip
    published.meta["coping"]["fdr"] = 0.05
    return published
