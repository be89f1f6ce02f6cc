"""Events and denominators behind published statistics of areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from sujuva.codebooks.area_statistics import CountedStatistic
from sujuva.errors import ContractError
from sujuva.situation.funnel import Kind
from sujuva.situation.intervals import Floats
from sujuva.situation.panel import Panel, check_counts, grid, where

_AGREES, _NEAR = 0.51, 0.05  # of a step of the published value, and of the value: people at mid-year or at its end


def kinds(statistics: Mapping[str, CountedStatistic]) -> dict[str, Kind]:
    """Return what each statistic is: share or rate."""
    return {key: one.kind for key, one in statistics.items()}


def steps(statistics: Mapping[str, CountedStatistic]) -> dict[str, float]:
    """Return how coarsely the rates of statistics are known whose denominators are reckoned back, per unit."""
    return {key: 10.0**-one.decimals / one.per for key, one in statistics.items() if one.denominator is None}


def counted(values: pl.DataFrame, statistics: Mapping[str, CountedStatistic]) -> Panel:
    """Return the counts of the statistics that have a record.

    The events are the absolute number. The denominator is the absolute number of the statistic that the record names,
    of the same area, gender and year. Where it names none, it is reckoned back: events · per / value, which is as close
    as the published value; no events tell no denominator.

    Args:
        values: Tidy rows of `area_value`.
        statistics: Records by id.

    Raises:
        ContractError: An area stands twice in a year, a number is none that a count can be (`panel`), something is
            counted where the denominator is 0, or a value is not its absolute number by its denominator, so that the
            record is wrong.
    """
    series, years, (value, events) = grid(values, ("estimate", "n"))
    linked = _linked(series, statistics)
    per, judged = linked["per"].to_numpy()[:, None], linked["judged"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        base = events * per
        base /= value
    np.rint(base, out=base)
    base[~((base > 0) & (base < np.inf))] = np.nan
    named = linked["named"].to_numpy()
    if named.any():
        row = linked["row"].to_numpy()[named]
        beside = np.where((row >= 0)[:, None], events[row], np.nan)
        _check_somebody(series.filter(named), years, events[named], beside, statistics)
        base[named] = np.where(beside > 0, beside, np.nan)
        _check(series.filter(named), years, value[named], events[named], base[named], statistics)
    found = Panel(series, years, events, base)
    if not judged.all():
        found = Panel(series.filter(judged), years, events[judged], base[judged])
    check_counts(found, kinds(statistics))
    return found


def _linked(series: pl.DataFrame, statistics: Mapping[str, CountedStatistic]) -> pl.DataFrame:
    """Return of each series: per; whether it is judged; whether its record names a denominator; and in which row it is.

    The row is -1 where the area has no such series.
    """
    known = pl.DataFrame(
        {
            "scale": list(statistics),
            "per": [float(one.per) for one in statistics.values()],
            "of": [one.denominator for one in statistics.values()],
        },
        schema={"scale": pl.String, "per": pl.Float64, "of": pl.String},
    )
    rows = series.with_columns(row=pl.int_range(pl.len())).rename({"scale": "of"})
    return (
        series.join(known, on="scale", how="left", maintain_order="left")
        .join(rows, on=["of", "category", "region"], how="left", maintain_order="left")
        .select(
            per=pl.col("per").fill_null(1.0),
            judged=pl.col("per").is_not_null(),
            named=pl.col("of").is_not_null(),
            row=pl.col("row").fill_null(-1),
        )
    )


def _check_somebody(
    series: pl.DataFrame,
    years: Sequence[int],
    events: Floats,
    beside: Floats,
    statistics: Mapping[str, CountedStatistic],
) -> None:
    """See that nothing is counted where there is nobody to count: that is no rate."""
    nobody = np.argwhere((beside <= 0) & (events > 0))
    if len(nobody):
        row, year = (int(one) for one in nobody[0])
        record = statistics[series["scale"][row]]
        msg = (
            f"{where(series.row(row), years[year])}: its absolute number is {events[row, year]:g}, and its "
            f"denominator, statistic '{record.denominator}', is {beside[row, year]:g}; that must be above 0 "
            f"({len(nobody)} such rows)."
        )
        raise ContractError(msg, "Leave the denominator empty where it is not known, or look up both in the source.")


def _check(
    series: pl.DataFrame,
    years: Sequence[int],
    value: Floats,
    events: Floats,
    base: Floats,
    statistics: Mapping[str, CountedStatistic],
) -> None:
    """Hold values against what their record makes of them, so that a wrong denominator or unit is no signal."""
    records = [statistics[scale] for scale in series["scale"]]
    per = np.asarray([one.per for one in records], dtype=np.float64)[:, None]
    step = np.asarray([10.0**-one.decimals for one in records])[:, None]
    made = events * per / base
    # Events are whole numbers, too: of few people, one more or less is more than the step.
    wrong = np.argwhere(np.abs(value - made) > _AGREES * np.maximum(step, per / base) + _NEAR * np.abs(value))
    if len(wrong):
        row, year = (int(one) for one in wrong[0])
        record = records[row]
        msg = (
            f"{where(series.row(row), years[year])}: the value {value[row, year]:g} is not {events[row, year]:g} · "
            f"{record.per} / {base[row, year]:g}, its absolute number by statistic '{record.denominator}' "
            f"({len(wrong)} such rows)."
        )
        raise ContractError(msg, "Look up per, decimals and denominator in area_statistics.yaml.")
