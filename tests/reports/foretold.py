"""Series of made-up areas with their forecasts, of years and of months, and what both must show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import polars as pl

from sujuva.figures.picture import Picture
from sujuva.figures.specification import MOST_ALT
from sujuva.published import Published
from sujuva.reports.content import Section
from tests.figures.test_texts import faults

LONG, SHORT = "90001", "90004"
AREAS = ["oulu", "tampere", "358", *(f"{code:03}" for code in range(600, 612))]
KINDS = {one: "country" if one == "358" else "municipality" for one in AREAS}
TOO_SHORT = [
    ("fi", "sarja on liian lyhyt ennusteeseen"),
    ("sv", "serien är för kort för en prognos"),
    ("en", "the series is too short to forecast"),
]
Place = Callable[[int, int, float], dict[str, Any]]
"""Place and estimate of a row: by its turn in the series, its moment, and what was drawn of it."""


def series(schema: pl.Schema, scale: str, moments: Iterable[int], place: Place, *, walk: bool, sd: float):
    """Published rows of a statistic in every area; `walk`: what is drawn adds up over the moments."""
    rows, moments = [], list(moments)
    for number, region in enumerate(AREAS):
        drawn = np.random.Generator(np.random.PCG64(number)).normal(scale=sd, size=len(moments))
        drawn = drawn.cumsum() if walk else drawn
        common = {"scale": scale, "informant": "", "region": region, "group": "all", "note": "", "suppressed": ""}
        rows += [common | place(turn, moment, float(drawn[turn])) for turn, moment in enumerate(moments)]
    return pl.DataFrame(rows, schema=schema)


def with_forecasts(published: Published, rows: pl.DataFrame, forecasts: Callable[..., pl.DataFrame]) -> Published:
    """The publication with these statistics and their forecasts alone."""
    made, columns = forecasts(rows.drop("suppressed"), kinds=KINDS), rows.columns
    told = made.select(pl.col(name) if name in made.columns else pl.lit("").alias(name) for name in columns)
    return Published(published.tables | {"situation": pl.concat([rows, told])}, published.meta)


def must_be_readable(picture: Picture) -> None:
    wrong = [fault for sheet in (picture.wide, picture.narrow) for fault in faults(sheet)]
    assert not wrong, "\n".join(wrong)
    assert len(picture.alt) <= MOST_ALT


def must_tell_the_past(table: Any, publication: Published, indicator: str, why: str) -> dict[str, float]:
    """The table tells coverage and error of the long series, and why the short one has none; return the errors."""
    long, short = table.rows
    situation = publication["situation"].filter(region="oulu", scale=LONG)
    held, mase = (
        dict(situation.filter(indicator=f"{indicator}_{one}").select("category", "estimate").iter_rows())
        for one in ("coverage", "mase")
    )
    assert long[2:4] == [f"{round(held[name])}" for name in ("total:80", "total:95")]
    assert [one.replace(",", ".") for one in long[4:]] == [f"{mase[f'total:{one}']:.2f}" for one in ("chosen", "naive")]
    assert short[1:] == [f"– ({why})", "–", "–", "–", "–"]
    return mase


def keys_of(exhibits: Iterable[Any]) -> list[str]:
    return [one.picture.key if one.picture else one.tables[0].name for one in exhibits]


def must_stand_with_its_table(section: Section, key: str) -> None:
    keys = keys_of(section.exhibits)
    assert keys[keys.index(key) + 1] == f"{key}.csv"
