"""Sums: regions make up the network, groups everybody, bins n, open and met cases those that started."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import polars as pl

from sujuva.attack.counts import Counts, learned
from sujuva.attack.finding import Finding
from sujuva.attack.insiders import Insider
from sujuva.attack.shown import FREE, Row, Shown, Span
from sujuva.attack.sizes import Place
from sujuva.codebooks import Indicators, load_indicators
from sujuva.codebooks.regions import NETWORK
from sujuva.published import KEYS, PRIMARY, SHOWN
from sujuva.tidy import ALL, ALL_YEARS

_PATH = "sums of regions, groups, years and bins"
_APART = ("one_alone", "two_alone", "neither")
"""Of two themes: who speaks of one alone, of the other alone, and of neither."""


def find(shown: Shown, size: Mapping[Place, Span]) -> Iterator[Finding]:
    """Yield hidden small counts of persons with a score, of bins, and of families, that sums narrow."""
    for scale, informant in _scales(size):
        yield from _of_scale(shown, size, scale, informant)
    yield from _of_families(shown)
    yield from _of_said(shown)


def find_beside(shown: Shown, size: Mapping[Place, Span], insider: Insider) -> Iterator[Finding]:
    """Yield small counts of other regions, with a score or in a bin, that a region narrows by its own exact numbers."""
    for scale, informant in _scales(size):
        for one in _of_scale(shown, size, scale, informant, insider):
            yield replace(one, path=f"{one.path}, less what {insider.region} knows of itself")


def _scales(size: Mapping[Place, Span]) -> list[tuple[str, str]]:
    return sorted({(place[0], place[1]) for place in size})


def _of_scale(
    shown: Shown, size: Mapping[Place, Span], scale: str, informant: str, insider: Insider | None = None
) -> Iterator[Finding]:
    known = Counts()
    rows: dict[Any, tuple[str, Row]] = {}
    # Where the scale is of 0 and 1, the share may be small, and not n.
    few = FREE if shown.meta["scales"][scale]["binary"] else shown.threshold - 1
    for row in shown.rows("parjaavyys", indicator="score_mean", scale=scale, informant=informant):
        key: Any = ("n", row["region"], row["wave"], row["group"])
        low, high = size[(scale, informant, *key[1:])]
        _hide_or_show(known, key, row, (low, FREE if _hidden(row) else high), few)
        rows[key] = "parjaavyys", row
    for row in shown.rows("distributions", scale=scale, informant=informant):
        key = ("bin", row["region"], row["wave"], row["group"], row["bin_low"])
        _hide_or_show(known, key, row, shown.n_of(row["n"]) if row["n"] is not None else (0, FREE), shown.threshold - 1)
        rows[key] = "distributions", row
    if insider is not None:
        for key, exact in insider.of(scale, informant).items():
            if rows.pop(key, None) is not None:
                known.guessed.pop(known.number[key], None)
                known.know(key, exact)
    _regions_and_groups(known, shown)
    bins: dict[Any, list[Any]] = {}
    for key in rows:
        if key[0] == "bin" and ("n", *key[1:4]) in rows:
            bins.setdefault(("n", *key[1:4]), []).append(key)
    for total, parts in bins.items():
        known.adds_up(total, parts)
    yield from _learned(known, shown, rows)


def _hide_or_show(known: Counts, key: Any, row: Row, span: Span, few: int) -> None:
    known.count(key, *span)
    if row["suppressed"] == PRIMARY:
        known.guess(key, 0, few)


def _hidden(row: Mapping[str, Any]) -> bool:
    return bool(row["suppressed"] != SHOWN)


def _regions_and_groups(known: Counts, shown: Shown) -> None:
    """Regions add up to the network, and groups of one kind to no more than everybody."""
    parts: dict[Any, list[Any]] = {}
    for key in known.number:
        kind, region, wave, group, *rest = key
        if region in shown.regions:
            parts.setdefault(("region", (kind, NETWORK, wave, group, *rest)), []).append(key)
        if group != ALL:
            parts.setdefault((group.split(":")[0], (kind, region, wave, ALL, *rest)), []).append(key)
    for (way, total), some in parts.items():
        if total in known.number:
            known.adds_up(total, some, rest=way != "region")


def _of_families(shown: Shown) -> Iterator[Finding]:
    """Counts of families, and shares of them times n: each is a whole number."""
    known = Counts()
    rows: dict[Any, tuple[str, Row]] = {}
    records = _of_family()
    counts, numerators = records.where(estimate="count"), records.where(estimate="numerator")
    for row in shown.rows("integration", scale=""):
        at = (row["region"], row["wave"], row["group"], row["indicator"], row["category"])
        if at[3] in counts:
            value = None if row["estimate"] is None else round(row["estimate"])
            span = shown.n_of(value, note=row["note"]) if value is not None else (0, FREE)
            _hide_or_show(known, ("count", *at), row, span, shown.threshold - 1)
            rows["count", *at] = "integration", row
        elif at[3] in numerators:
            _share(known, shown, at, row)
            rows["part", *at] = rows["left", *at] = "integration", row
    _regions_and_groups(known, shown)
    for kind, region, wave, group, *which in list(known.number):
        years = [(kind, region, year, group, *which) for year in shown.meta["waves"]]
        if wave == ALL_YEARS and all(one in known.number for one in years):
            known.adds_up((kind, region, wave, group, *which), years)
    _open_and_met(known, shown)
    yield from _learned(known, shown, rows)


@cache
def _of_family() -> Indicators:
    known = load_indicators()
    return Indicators({**known.where(counts="family"), **known.where(topic="methods")})


def _share(known: Counts, shown: Shown, at: tuple[Any, ...], row: Row) -> None:
    """Say that a share's numerator, and what is left, are whole, and where it is shown neither of them is few."""
    known.count(("n", *at), *(shown.n_of(row["n"]) if row["n"] is not None else (0, FREE)))
    least = 0 if row["estimate"] is None else shown.threshold
    for side in ("part", "left"):
        known.count((side, *at), least, FREE)
    known.adds_up(("n", *at), [("part", *at), ("left", *at)])
    if row["estimate"] is not None:
        low, high = shown.told(row)
        known.between({("part", *at): 1.0, ("n", *at): -low}, 0.0, float("inf"))
        known.between({("part", *at): 1.0, ("n", *at): -high}, -float("inf"), 0.0)


def _of_said(shown: Shown) -> Iterator[Finding]:
    """Counts of some of n persons, of one theme or of two; and plain counts of persons.

    Of two themes of the same persons the four numbers (both, one alone, the other alone, neither) are counts.
    """
    known = Counts()
    rows: dict[Any, tuple[str, Row]] = {}
    parts, counts = _of_topic("part"), _of_topic("count")
    for row in shown.rows("integration", pl.col("indicator").is_in([*parts, *counts])):
        place = (row["region"], row["wave"], row["group"])
        at = (*place, row["indicator"], row["scale"], row["category"])
        value = None if row["estimate"] is None else round(row["estimate"])
        span = shown.n_of(value) if value is not None else (0, FREE)
        if row["indicator"] in counts:
            _hide_or_show(known, ("part", *at), row, span, shown.threshold - 1)
        else:
            least = 0 if value is None else shown.threshold
            known.count(("n", *at), *(shown.n_of(row["n"]) if row["n"] is not None else (0, FREE)))
            known.count(("part", *at), *span)
            known.count(("left", *at), least, FREE)
            known.adds_up(("n", *at), [("part", *at), ("left", *at)])
            rows["left", *at] = "integration", row
        rows["part", *at] = "integration", row
    _regions_and_groups(known, shown)
    for key in [one for one in known.number if one[0] == "part"]:
        _, *place, name, one, two = key
        around = load_indicators()[name].behind.within
        single = [("part", *place, outer, theme, "") for outer in around for theme in (one, two)]
        if single and all(other in known.number for other in single):
            _four(known, rows, key, single)
    yield from _learned(known, shown, rows, always=_APART)


def _four(known: Counts, rows: dict[Any, tuple[str, Row]], both: tuple[Any, ...], single: Sequence[Any]) -> None:
    """Say what two themes and both together have to do with one another and with n."""
    one, two = single
    alone, other, neither = apart = [(name, *both[1:]) for name in _APART]
    for key in apart:
        known.count(key, 0, FREE)
        rows[key] = rows[both]
    known.adds_up(one, [both, alone])
    known.adds_up(two, [both, other])
    known.adds_up(("n", *one[1:]), [one, other, neither])
    known.between({("n", *one[1:]): 1.0, ("n", *both[1:]): -1.0}, 0.0, 0.0)


@cache
def _of_topic(estimate: str) -> Indicators:
    return load_indicators().where(topic="said", estimate=estimate)


def _open_and_met(known: Counts, shown: Shown) -> None:
    """Families that started have met or are waiting; n of the median counts those that met."""
    for row in shown.rows("integration", indicator="delay_median"):
        at = (row["region"], row["wave"], row["group"])
        begun, waiting = (("count", *at, name, "") for name in ("cases_started", "cases_open"))
        if begun in known.number and waiting in known.number:
            known.count(("met", *at), *(shown.n_of(row["n"]) if row["n"] is not None else (0, FREE)))
            known.adds_up(begun, [("met", *at), waiting])


def _learned(
    known: Counts, shown: Shown, rows: Mapping[Any, tuple[str, Row]], *, always: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield small counts of hidden rows; `always`: kinds of counts that stand in no row, whatever is shown."""
    hidden = [key for key, (_, row) in rows.items() if _hidden(row) or key[0] in always]
    for key, span in learned(known, hidden, shown.threshold).items():
        table, row = rows[key]
        at = {name: row[name] for name in KEYS[table]}
        yield Finding("sums", table, at, "persons or families", *span, _PATH)
