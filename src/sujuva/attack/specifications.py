"""Findings computed in several ways, beside what is published: a difference of two ways is a group of persons.

Of each way an intruder knows numbers, choices and whether it is told. It looks whether a way tells of what is hidden,
whether differences are told so finely that fewer persons than the threshold could be seen in them, and whether ways
with and without flagged answers differ although published shares say that few were flagged.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import polars as pl

from sujuva.attack.finding import Finding
from sujuva.attack.shown import FREE, Row, Shown
from sujuva.errors import DisclosureError
from sujuva.published import KEYS, Published
from sujuva.published.specifications import ADDRESS, CHOICES, NUMBERS
from sujuva.tidy import ALL

_KIND = "specifications"
_PERSONS = "change"
_STEPS = [Fraction(times) * Fraction(10) ** power for power, times in product(range(4, -10, -1), (5, 2, 1))]
"""Steps that numbers may be told in, the widest first."""


def attack_specifications(published: Published, told: pl.DataFrame) -> list[Finding]:
    """Return what findings in several ways tell beside the published tables.

    Args:
        published: What readers may see.
        told: Columns `sujuva.published.specifications.COLUMNS`. Numbers count wherever they stand, whatever the mark
            beside them says.

    Raises:
        DisclosureError: A finding is no published change, so nobody can tell what it would tell.
    """
    shown = Shown(published)
    parts = told.partition_by("finding", maintain_order=True)
    return [one for rows in parts for one in _of_finding(shown, rows)]


def _of_finding(shown: Shown, rows: pl.DataFrame) -> Iterator[Finding]:
    default = _published(shown, rows)
    key = {name: default[name] for name in KEYS["comparisons"]}
    seen = rows.filter(pl.any_horizontal(pl.col(NUMBERS).is_not_null()))
    others = seen.filter(pl.col("specification") != 0)
    few = _threshold(shown, default) - 1
    if not shown.is_shown(default) and seen.height:
        yield Finding(_KIND, "comparisons", key, "those behind a hidden change", 1, few, "a way of computing it")
    waves = sorted({default["wave"], *(int(one) for one in seen["reference_wave"])}) if seen.height else []
    for wave in waves:
        if _cell(shown, default, wave) is None:
            what = f"those behind the hidden number of {wave}"
            yield Finding(_KIND, "comparisons", key, what, 1, few, "a way of computing a change from or to it")
    if default["comparison"] == _PERSONS and default["n"] is not None and default["other_n"] is not None:
        yield from _too_fine(shown, default, key, others)
        yield from _few_flagged(shown, default, key, seen)


def _published(shown: Shown, rows: pl.DataFrame) -> Row:
    address = rows.select(*ADDRESS).unique()
    group = {"group": ALL} if address["comparison"][0] == _PERSONS else {}
    found = list(shown.rows("comparisons", **address.row(0, named=True), **group)) if address.height == 1 else []
    if len(found) != 1:
        msg = f"The finding {rows['finding'][0]} is no published change: nobody can tell what its ways would tell."
        raise DisclosureError(msg, "Take tables and specifications of one run.")
    return found[0]


def _threshold(shown: Shown, default: Row) -> int:
    name = "threshold" if default["comparison"] == _PERSONS else "organisation_threshold"
    return int(shown.meta["privacy"][name])


def _cell(shown: Shown, default: Row, wave: int) -> Row | None:
    """Return the published row of what is compared at a wave; None where it is not shown."""
    of_persons = default["comparison"] == _PERSONS
    place: dict[str, Any] = {name: default[name] for name in ("scale", "region")} | {"wave": wave, "group": ALL}
    if of_persons:
        place |= {"indicator": "band_share" if default["category"] else "score_mean"}
        place |= {name: default[name] for name in ("category", "informant")}
    else:
        place |= {"indicator": default["category"]}
    cells = list(shown.rows("parjaavyys" if of_persons else "integration", **place))
    return cells[0] if len(cells) == 1 and shown.is_shown(cells[0]) else None


def _too_fine(shown: Shown, default: Row, key: dict[str, Any], others: pl.DataFrame) -> Iterator[Finding]:
    """Yield a finding where fewer persons than the threshold move a told number by a whole step.

    One person among n moves a mean by the width of the range over n at most.
    """
    numbers = [value for name in NUMBERS for value in others[name].drop_nulls()]
    step = _step(numbers)
    low, high = (0, 1) if default["category"] else shown.meta["scales"][default["scale"]]["range"]
    most = min(shown.n_of(default[name])[1] for name in ("n", "other_n"))
    persons = None if step is None else step * most / Fraction(str(high - low))
    if persons is not None and persons < shown.threshold:
        told = f"differences of ways, told in steps of {float(step or 0):g}"
        yield Finding(_KIND, "comparisons", key, "persons in whom ways differ", 1, max(1, math.floor(persons)), told)


def _step(numbers: list[float]) -> Fraction | None:
    """Return the widest step that all numbers are multiples of; None where all are 0, or there are none."""
    exact = [Fraction(str(one)) for one in numbers]
    if not any(exact):
        return None
    return next((step for step in _STEPS if all((one / step).denominator == 1 for one in exact)), _STEPS[-1])


def _few_flagged(shown: Shown, default: Row, key: dict[str, Any], seen: pl.DataFrame) -> Iterator[Finding]:
    """Yield ways with and without flagged answers that differ, where published shares say that few were flagged."""
    rest = [name for name in CHOICES if name != "flagged"]
    out, kept = (seen.filter(flagged=value) for value in ("out", "kept"))
    both = out.join(kept, on=rest, suffix="_kept")
    for row in both.iter_rows(named=True):
        if all(row[name] == row[f"{name}_kept"] for name in NUMBERS):
            continue
        most = sum(_most_flagged(shown, default, wave) for wave in {default["wave"], int(row["reference_wave"])})
        if most < shown.threshold:
            path = "ways with and without flagged answers, and published shares of flags"
            yield Finding(_KIND, "comparisons", key, "persons whose answers were flagged", 1, most, path)
            return


def _most_flagged(shown: Shown, default: Row, wave: int) -> int:
    """Return how many persons can have been flagged at a wave at the most, by the published shares of each flag."""
    instrument = shown.meta["scales"][default["scale"]]["instrument"]
    about = list(shown.rows("quality_flags", about=instrument, kind="share", informant=default["informant"]))
    flags = {row["flag"] for row in about}
    told = {row["flag"]: row for row in about if (row["wave"], row["region"]) == (wave, default["region"])}
    cell = _cell(shown, default, wave)
    if not flags or flags - told.keys() or cell is None:
        return FREE
    return sum(_most(row, shown.n_of(cell["n"])[1]) for row in told.values())


def _most(row: Row, size: int) -> int:
    if row["estimate"] is None or row["bound"] == "above":
        return FREE
    share = Fraction(str(row["estimate"]))
    if row["bound"] == "below":
        return max(math.ceil(share * size) - 1, 0)
    return math.floor((share + Fraction(1, 200)) * size)  # told in whole per cent
