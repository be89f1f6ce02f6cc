"""What signals say, as rows of the table of the situation: funnels, charts and the signals themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import polars as pl

from sujuva.codebooks.area_statistics import CountedStatistic
from sujuva.codebooks.breaks import Break, break_years
from sujuva.codebooks.regions import COUNTRY
from sujuva.situation import funnel
from sujuva.situation.areas import BLANK
from sujuva.situation.counted import counted, kinds, steps
from sujuva.situation.intervals import count_interval
from sujuva.situation.panel import Panel
from sujuva.situation.signals import FALSE_DISCOVERIES, METHODS, Judged, judge
from sujuva.tidy import KEY, tidy_rows

NO_DENOMINATOR = "no_denominator"
"""Note: the producer tells a value and no numbers, so nobody can say what chance would make of it."""
SURE = 0.01
"""A signal with q at most this is told as clear, else as likely."""
CHANCE_ONLY = "chance_only"
"""Note: limits of chance alone, since too few areas have data to tell how much areas differ."""
CLEAR, LIKELY = "clear_signal", "likely_signal"
ABOVE, BELOW = "above_expected", "below_expected"
NEW, STILL, ENDED = "new_signal", "still_signal", "ended_signal"
INCOMPARABLE = "other_limits"
"""Note: the limits became others, not the area, so that nobody can say what is new."""
ASPECTS = ("level", "change")
"""Whether an area is unusual beside the country, or has changed."""
_INNER = 1.96
_METHOD = 0.01
"""A method with a p-value of at most this has seen the change, and is named."""


def signal_rows(
    values: pl.DataFrame,
    statistics: Mapping[str, CountedStatistic],
    breaks: Collection[Break] = (),
    *,
    overlapping: Collection[str] = (),
) -> pl.DataFrame:
    """Return funnels, charts and signals of every statistic that has a record, in its last year.

    Args:
        values: Tidy rows of `area_value`.
        statistics: Records by id.
        breaks: Declared breaks of series.
        overlapping: Regions that are made of others (counties beside their municipalities).

    Returns:
        Tidy rows, sorted by `KEY`; units are those of the statistic's value:

        - `area_funnel`, category "<gender>:<950 or 998>", the last year: estimate the country's value, the limits of
          the funnel at the area's size, n the denominator. An area without a value has a row without limits, note
          `blank`; one without a denominator `no_denominator`; `chance_only` where fewer than `FEWEST_AREAS` areas tell
          how much areas differ, so that the limits do not allow for it.
        - `area_chart`, category the gender, each year of the stretch: estimate the value that the earlier years and
          the country let one expect, limits of three standard deviations.
        - `area_signal`, category "<gender>:<level or change>:<since when>", the last year: estimate by how many per
          cent the number differs from what is expected, with its interval; n is empty. Notes: how sure; above or
          below; whether the signal is new since the year before, or was there, or of a level that nobody can say
          (`other_limits`); for a change, the methods that see it. A signal of the year before that is there no more
          has a row without an estimate, note `ended_signal`.

    Raises:
        ContractError: The numbers cannot be counts, or do not fit the record.
    """
    known = {key: one for key, one in statistics.items() if key in set(values["scale"])}
    if not known:
        return tidy_rows([])
    every = counted(values, known)
    rows: list[dict[str, Any]] = []
    latest = _last_years(every)
    for year in sorted(set(latest.values())):
        last = [scale for scale, when in latest.items() if when == year]
        now = every.of(last).until(year)
        chosen = {key: known[key] for key in last}
        made = _judged(now, chosen, breaks, overlapping)
        earlier = now.until(year - 1)
        before = _judged(earlier, chosen, breaks, overlapping) if earlier.years else None
        rows += [*_funnels(made, chosen), *_charts(made, chosen), *_signals(made, before)]
    return tidy_rows([*rows, *_not_counted(values, known)]).sort(KEY)


def _last_years(every: Panel) -> dict[str, int]:
    """Return the last year in which a statistic has a denominator anywhere."""
    years = np.asarray(every.years)
    latest = np.where(np.isnan(every.base), 0, years).max(axis=1, initial=0)
    frame = every.series.with_columns(year=pl.Series(latest)).group_by("scale").agg(pl.col("year").max())
    return {scale: int(year) for scale, year in frame.sort("scale").iter_rows() if year}


def _judged(
    counts: Panel, known: Mapping[str, CountedStatistic], breaks: Collection[Break], overlapping: Collection[str]
) -> Judged:
    return judge(
        counts, kinds(known), country=COUNTRY, breaks=break_years(breaks, list(known)), overlapping=overlapping,
        steps=steps(known),
    )  # fmt: skip


def _funnels(made: Judged, known: Mapping[str, CountedStatistic]) -> list[dict[str, Any]]:
    """Return the limits of the funnel at the size of each area, outer and inner."""
    counts, rows = made.panel, []
    for row, (scale, gender, region) in enumerate(counts.series.iter_rows()):
        size, target, record = counts.base[row, -1], made.target[row, -1], known[scale]
        if not target > 0:
            continue
        key = {"indicator": "area_funnel", "scale": scale, "region": region, "wave": counts.years[-1]}
        for level in funnel.LEVELS:
            category = f"{gender}:{_category(level)}"
            if np.isnan(size):
                note = BLANK if np.isnan(counts.events[row, -1]) else NO_DENOMINATOR
                rows.append({**key, "category": category, "estimate": target * record.per, "note": note})
                continue
            low, high = funnel.limits(
                size, float(target), record.kind, level=level, tau2=float(made.tau2[row]) + _rounding(record)
            )
            rows.append({
                **key, "category": category, "estimate": target * record.per, "n": int(size),
                "ci_low": float(low) * record.per, "ci_high": float(high) * record.per,
                "note": "" if made.between[row] else CHANCE_ONLY,
            })  # fmt: skip
    return rows


def _category(level: float) -> int:
    return round(1000 * level)


def _rounding(record: CountedStatistic) -> float:
    return 0.0 if record.denominator else (10.0**-record.decimals / record.per) ** 2 / 6


def _charts(made: Judged, known: Mapping[str, CountedStatistic]) -> list[dict[str, Any]]:
    """Return what each year of a stretch lets one expect of the next."""
    counts, rows = made.panel, []
    places = np.argwhere(~np.isnan(made.z))
    for row, year in places.tolist():
        scale, gender, region = counts.series.row(row)
        per = known[scale].per / counts.base[row, year]
        centre, spread = made.centre[row, year], made.spread[row, year]
        rows.append({
            "indicator": "area_chart", "scale": scale, "category": gender, "region": region,
            "wave": counts.years[year], "estimate": per * centre, "ci_low": max(per * (centre - 3 * spread), 0.0),
            "ci_high": per * (centre + 3 * spread),
        })  # fmt: skip
    return rows


def _signals(made: Judged, before: Judged | None) -> list[dict[str, Any]]:
    """Return the signals of the last year, and those of the year before that are there no more."""
    rows: list[dict[str, Any]] = []
    earlier, now = _aspects(before) if before else {}, _aspects(made)
    year = made.panel.years[-1]
    for (row, aspect), above in now.items():
        scale, gender, region = made.panel.series.row(row)
        events = made.panel.events[row, -1]
        expected = made.centre[row, -1] if aspect == ASPECTS[1] else made.panel.base[row, -1] * made.target[row, -1]
        low, high = (float(end) for end in count_interval(events))
        note = [CLEAR if made.q[row] <= SURE else LIKELY, ABOVE if above else BELOW]
        seen = STILL if earlier.get((row, aspect)) == above else NEW
        told = seen == STILL or before is None or _tellable(made, before, row, aspect, above, new=True)
        note.append(seen if told else INCOMPARABLE)
        if aspect == ASPECTS[1]:
            note += [f"seen_{name}" for name, p in zip(METHODS, made.methods[row], strict=True) if p <= _METHOD]
        rows.append({
            "indicator": "area_signal", "scale": scale, "region": region, "wave": year,
            "category": f"{gender}:{aspect}:{_since(made, row, aspect, above)}",
            "estimate": 100 * (events / expected - 1), "ci_low": 100 * (low / expected - 1),
            "ci_high": 100 * (high / expected - 1), "note": "; ".join(note),
        })  # fmt: skip
    for (row, aspect), above in earlier.items():
        gone = (row, aspect) not in now and not np.isnan(made.p[row])
        if before and gone and _tellable(made, before, row, aspect, above, new=False):
            scale, gender, region = made.panel.series.row(row)
            rows.append({
                "indicator": "area_signal", "scale": scale, "region": region, "wave": year,
                "category": f"{gender}:{aspect}:{_since(before, row, aspect, above)}",
                "note": "; ".join([ABOVE if above else BELOW, ENDED]),
            })  # fmt: skip
    return rows


def _tellable(made: Judged, before: Judged, row: int, aspect: str, above: bool, *, new: bool) -> bool:
    """Tell whether it was the area that began or ended to be unusual, and not its limits that became others.

    Limits of a level come to allow for differences between areas when data of enough areas come, and how much areas
    differ is estimated anew each year. So a level is new only where the area is further from the country than the year
    before, in per cent of the country's rate, and has ended only where it is nearer.
    """
    if aspect != ASPECTS[0]:
        return True
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = made.panel.events[row, -2:] / made.panel.base[row, -2:]
        earlier, now = (1.0 if above else -1.0) * (rates / made.target[row, -2:] - 1.0)
    further = bool(now > earlier) or (new and bool(np.isnan(earlier)))
    return bool(made.between[row] == before.between[row]) and further == new


def _aspects(made: Judged) -> dict[tuple[int, str], bool]:
    """Return what is told of each series that has a signal, and whether it is above what is expected.

    The aspect with the smaller p is told, and the other where its p is below what Benjamini & Hochberg's limit is.
    """
    told = np.flatnonzero(made.q <= FALSE_DISCOVERIES)
    limit = FALSE_DISCOVERIES * len(told) / max(int((~np.isnan(made.p)).sum()), 1)
    found: dict[tuple[int, str], bool] = {}
    for row in told.tolist():
        pair = dict(zip(ASPECTS, (made.level[row], made.change[row]), strict=True))
        least = min(p for p in pair.values() if not np.isnan(p))
        for aspect, p in pair.items():
            if p <= max(limit, least):
                found[row, aspect] = bool(_side(made, row, aspect) > 0)
    return found


def _side(made: Judged, row: int, aspect: str) -> float:
    """Return on which side an aspect lies: of a change, where the mean of the years since lies."""
    if aspect == ASPECTS[0]:
        return float(made.level_z[row])
    z = made.z[row][~np.isnan(made.z[row])]
    weights = 0.8 ** np.arange(len(z))[::-1]
    return float((z * weights).sum())


def _since(made: Judged, row: int, aspect: str, above: bool) -> int:
    """Return the first year of a signal: of the run of years outside of the inner limits, or since the CUSUM was 0."""
    years, sign = made.panel.years, 1.0 if above else -1.0
    if aspect == ASPECTS[1]:
        since, total = years[-1], 0.0
        for year, z in zip(years, made.z[row], strict=True):
            if not np.isnan(z):
                since = year if total == 0 else since
                total = max(0.0, total + sign * z - 0.5)
        return since
    with np.errstate(invalid="ignore"):
        rate = made.panel.events[row] / made.panel.base[row]
        spread = np.sqrt(made.target[row] / made.panel.base[row] + made.tau2[row])
        outside = sign * (rate - made.target[row]) > _INNER * spread
    since = years[-1]
    for year, out in zip(years[::-1], outside[::-1], strict=True):
        if not out and year != years[-1]:
            break
        since = year
    return since


def _not_counted(values: pl.DataFrame, known: Mapping[str, CountedStatistic]) -> list[dict[str, Any]]:
    """Return rows for areas of statistics that have no numbers at all, for a page to say why nobody judges them."""
    others = values.filter(~pl.col("scale").is_in(list(known)))
    bare = others.filter(pl.col("n").is_null().all().over("scale"))
    last = bare.filter(pl.col("wave") == pl.col("wave").max().over("scale"), pl.col("region") != COUNTRY)
    outer = _category(funnel.LEVELS[-1])
    return [
        {
            "indicator": "area_funnel", "scale": row["scale"], "category": f"{row['category']}:{outer}",
            "region": row["region"], "wave": row["wave"],
            "note": BLANK if row["estimate"] is None else NO_DENOMINATOR,
        }
        for row in last.iter_rows(named=True)
    ]  # fmt: skip
