"""One table of all that was attacked: what was learned, and what is hidden by which rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from sujuva.attack import Finding
from sujuva.codebooks import UNITS_OF_PEOPLE, load_indicators
from sujuva.published import Published
from sujuva.tidy import HEADS, KEY

ALONE, OURS, BEFORE = "primary alone", "published", "before"
WAYS = (ALONE, OURS, BEFORE)


@dataclass
class Hidden:
    """How much of what could be told is hidden: rows (or cells), persons that they count, rows about everybody."""

    rows: float = 0
    of_rows: float = 0
    persons: float = 0
    of_persons: float = 0
    everybody: float = 0
    of_everybody: float = 0

    def __add__(self, other: Hidden) -> Hidden:
        return Hidden(*(one + more for one, more in zip(vars(self).values(), vars(other).values(), strict=True)))


@dataclass
class Line:
    """What came of one attack.

    `small` is how many small counts there were, where they are counted; `cpu` what the attack took, in seconds;
    `is_today` tells what is published today from what it is compared with.
    """

    what: str
    learned: int
    told: str = ""
    small: int | None = None
    hidden: dict[str, Hidden] = field(default_factory=dict)
    cpu: float = 0.0
    is_today: bool = True


def told(found: Iterable[Finding]) -> str:
    """Return how many of each kind."""
    return ", ".join(f"{kind} {count}" for kind, count in Counter(one.kind for one in found).items())


def of_tables(published: Published, made: Path, before: Published | None = None) -> dict[str, Hidden]:
    """Return what is hidden of indicators of people: by the rule alone, as published, and as published before.

    Rows are those that are published, shown or hidden, and have a number of persons; `made`: data/indicators.
    """
    known = load_indicators()
    people = [key for key, one in known.items() if one.counts in UNITS_OF_PEOPLE]
    # The deviation of yes and no is the mean again.
    binary = [key for key, one in published.meta["scales"].items() if one["binary"]]
    again = (pl.col("indicator") == "score_sd") & pl.col("scale").is_in(binary)
    found: dict[str, Hidden] = {}
    for name in ("parjaavyys", "integration"):
        exact = pl.read_parquet(made / name / f"{name}.parquet").filter(
            pl.col("indicator").is_in(people), pl.col("n") > 0, pl.col("estimate").is_not_null(), ~again
        )
        threshold = published.meta["privacy"]["threshold"]
        small = pl.any_horizontal(pl.col(one).is_between(1, threshold - 1) for one in ("n", *HEADS)).fill_null(
            value=False
        )
        rows = exact.with_columns(small=small).join(
            published[name].select(*KEY, mine="suppressed"), on=KEY, nulls_equal=True
        )
        ways = {ALONE: pl.col("small"), OURS: pl.col("mine") != ""}
        if before is not None:
            rows = rows.join(before[name].select(*KEY, old="suppressed"), on=KEY, nulls_equal=True)
            ways[BEFORE] = pl.col("old") != ""
        for way, gone in ways.items():
            found[way] = found.get(way, Hidden()) + _of_rows(rows, gone)
    return found


def _of_rows(rows: pl.DataFrame, gone: pl.Expr) -> Hidden:
    everybody = rows.filter(group="all")
    out = rows.filter(gone)
    return Hidden(
        out.height, rows.height, float(out["n"].sum()), float(rows["n"].sum()), everybody.filter(gone).height,
        everybody.height,
    )  # fmt: skip


def show(lines: Iterable[Line]) -> str:
    """Return the table: learned, small counts, then rows and persons hidden and rows about everybody, by each way."""
    heads = ["", "learned", "of", *(f"{what}: {way}" for what in ("rows", "persons", "all") for way in WAYS), "CPU"]
    body = [heads]
    for line in lines:
        shares = [
            [
                _share(one.rows, one.of_rows),
                _share(one.persons, one.of_persons),
                _share(one.everybody, one.of_everybody),
            ]
            if (one := line.hidden.get(way)) is not None
            else ["", "", ""]
            for way in WAYS
        ]
        by_what = [shares[way][what] for what in range(3) for way in range(len(WAYS))]
        small = "" if line.small is None else str(line.small)
        body.append([line.what, str(line.learned), small, *by_what, f"{line.cpu:.0f}"])
    wide = [max(len(row[at]) for row in body) for at in range(len(heads))]
    return "\n".join(
        "| " + " | ".join(text.ljust(size) for text, size in zip(row, wide, strict=True)) + " |" for row in body
    )


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.3f}" if whole else ""
