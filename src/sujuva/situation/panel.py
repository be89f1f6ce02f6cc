"""Series of counts as arrays: a row a statistic, gender and area, a column a year; and what counts cannot be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sujuva.errors import ContractError
from sujuva.situation.funnel import Kind
from sujuva.situation.intervals import Floats

SERIES = ("scale", "category", "region")
"""Columns that tell series apart: statistic, gender, area."""
COUNTED = pl.Schema(
    {
        "scale": pl.String(),
        "category": pl.String(),
        "region": pl.String(),
        "wave": pl.Int32(),
        "events": pl.Float64(),
        "base": pl.Float64(),
    }
)
"""Columns of a table of counts: events and what they are counted by (persons, say); null: the source has none."""


@dataclass(frozen=True)
class Panel:
    """Counts of many series.

    `series` has the columns `SERIES`, a row each; `years` are those of the columns, without gaps; `events` and `base`
    are series × years, NaN where the source has no number.
    """

    series: pl.DataFrame
    years: tuple[int, ...]
    events: Floats
    base: Floats

    def until(self, year: int) -> Panel:
        """Return the same as it was known at the end of a year."""
        kept = sum(one <= year for one in self.years)
        return Panel(self.series, self.years[:kept], self.events[:, :kept], self.base[:, :kept])

    def of(self, scales: Collection[str]) -> Panel:
        """Return the series of some statistics."""
        some = self.series["scale"].is_in(list(scales)).to_numpy()
        return Panel(self.series.filter(some), self.years, self.events[some], self.base[some])


def panel(counts: pl.DataFrame, kinds: Mapping[str, Kind]) -> Panel:
    """Lay counts out by series and year.

    Args:
        counts: Columns `COUNTED`; the order of rows does not matter, sorted ones are faster.
        kinds: Statistic to what it is; of a share, events are no more than the persons.

    Raises:
        ContractError: A number is negative, a denominator 0, a share has more events than persons, a statistic has no
            kind, or an area stands twice in a year. The first such place is named.
    """
    series, years, (events, base) = grid(counts, ("events", "base"))
    found = Panel(series, years, events, base)
    check_counts(found, kinds)
    return found


def grid(rows: pl.DataFrame, names: Sequence[str]) -> tuple[pl.DataFrame, tuple[int, ...], list[Floats]]:
    """Lay columns out as arrays, series × years, NaN where there is no number.

    Args:
        rows: `SERIES`, wave and the columns `names`, in any order of rows.
        names: Columns of numbers.

    Returns:
        The series (columns `SERIES`), the years without gaps, and an array for each of `names`.

    Raises:
        ContractError: An area stands twice in a year of a statistic.
    """
    rows = rows.select(*SERIES, "wave", *names)
    if rows.is_empty():
        return rows.select(SERIES), (), [np.empty((0, 0)) for _ in names]
    fresh, starts = _starts(rows)
    wave = rows["wave"].to_numpy()
    years = tuple(range(int(wave.min()), int(wave.max()) + 1))
    shape = (starts.height, len(years))
    full = rows.height == shape[0] * shape[1] and bool((wave.reshape(shape) == np.asarray(years, wave.dtype)).all())
    if starts.n_unique() < starts.height or not (full or ((wave[1:] > wave[:-1]) | fresh[1:]).all()):
        rows = rows.sort(*SERIES, "wave")
        fresh, starts = _starts(rows)
        wave = rows["wave"].to_numpy()
        again = np.flatnonzero((wave[1:] == wave[:-1]) & ~fresh[1:])
        if len(again):
            msg = f"{where(rows.select(SERIES).row(int(again[0])), int(wave[again[0]]))}: it stands there twice."
            raise ContractError(msg, "Keep the row that holds, and tell in sources.yaml which one that is.")
        shape, full = (starts.height, len(years)), False
    found = []
    for name in names:
        numbers = rows[name].cast(pl.Float64).to_numpy()
        if full:
            array = numbers.reshape(shape)
        else:
            array = np.full(shape, np.nan)
            array[np.cumsum(fresh) - 1, wave.astype(np.int64) - years[0]] = numbers
        found.append(array)
    return starts, years, found


def _starts(rows: pl.DataFrame) -> tuple[NDArray[np.bool_], pl.DataFrame]:
    """Tell at which rows a series starts, and return the series of each start."""
    changes = [(pl.col(name) != pl.col(name).shift()).fill_null(value=True) for name in SERIES]
    fresh = rows.select(pl.any_horizontal(changes)).to_series().to_numpy()
    return fresh, rows.select(SERIES)[np.flatnonzero(fresh)]


def where(series: Sequence[str], year: int) -> str:
    """Name a place in a table of counts for a message."""
    scale, category, region = series
    return f"Statistic '{scale}' ({category or 'all'}), area '{region}', {year}"


def check_counts(counts: Panel, kinds: Mapping[str, Kind]) -> None:
    """Check that counts can be counts.

    Raises:
        ContractError: As `panel`; the first place is named.
    """
    scales = counts.series["scale"].unique().sort().to_list()
    unknown = [scale for scale in scales if scale not in kinds]
    if unknown:
        msg = f"Nobody has said whether the statistic '{unknown[0]}' is a share or a rate."
        raise ContractError(msg, "Say how it is counted in area_statistics.yaml of the codebooks.")
    share = counts.series["scale"].is_in([scale for scale in scales if kinds[scale] == "share"]).to_numpy()
    faults = [
        (counts.events < 0, "has a negative number of events; 0 or more is allowed",
         "Look it up in the source: a code of a missing value may have been read as a number."),
        (counts.base <= 0, "has a denominator of 0 or less; it must be above 0",
         "Leave the denominator empty where there is nobody to count."),
        ((counts.events > counts.base) & share[:, None],
         "has more events than persons; of a share there are at most as many",
         "If persons can be counted several times, call the statistic a rate in area_statistics.yaml."),
    ]  # fmt: skip
    for wrong, what, hint in faults:
        if wrong.any():
            row, year = (int(one) for one in np.argwhere(wrong)[0])
            more = f" ({wrong.sum()} such numbers)" if wrong.sum() > 1 else ""
            msg = f"{where(counts.series.row(row), counts.years[year])}: it {what}{more}."
            raise ContractError(msg, hint)
