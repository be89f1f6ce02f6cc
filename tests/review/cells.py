"""Published cells of every table and kind, traced to their moments and made again from these."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.codebooks import load_instruments
from sujuva.handed import read_choices
from sujuva.published import CONTRACTS, SHOWN, Cell, Published
from sujuva.review.trace_moments import CHOICES, origin_of
from tests.review.again import library
from tests.review.recomputed import COPING
from tests.review.recomputed_counts import COUNTS
from tests.review.recomputed_services import SERVICES
from tests.review.told import common_step, fits, of_curve

YARDSTICKS = COPING | SERVICES | COUNTS


@dataclass
class Tally:
    """What came of making cells again.

    Attributes:
        wrong: Cells whose traced rows do not give the published number.
        independent: How many numbers a yardstick of the tests gave again, by function.
        library: How many only the project's own function gave again, on the traced rows alone.
        kinds: The kinds of cells that were looked at.
    """

    wrong: list[str] = field(default_factory=list)
    independent: Counter[str] = field(default_factory=Counter)
    library: Counter[str] = field(default_factory=Counter)
    kinds: set[tuple[str, str]] = field(default_factory=set)


def sample(published: Published, size: int, seed: int) -> list[Cell]:
    """Return shown cells with a number: one of each kind (table and record), then any, `size` in all or more."""
    drawn = random.Random(seed)
    kinds: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for table, frame in published.tables.items():
        numbers = CONTRACTS[table].numbers
        shown = frame.filter(pl.col("suppressed") == SHOWN)
        rows = shown.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in numbers)) if numbers else []
        for row in rows.iter_rows(named=True) if numbers else []:
            cell = Cell(table, row)
            kinds[table, cell.record].append(cell)
    each = [drawn.choice(some) for some in kinds.values()]
    every = [cell for some in kinds.values() for cell in some]
    return [*each, *drawn.sample(every, max(size - len(each), size // 4))]


def made_again(published: Published, root: Path, cells: list[Cell]) -> Tally:
    """Trace each cell, and make its numbers again from the rows of its trace.

    Args:
        published: The publication.
        root: The project that made it, with its private folders.
        cells: Cells of it.
    """
    study = root / "data/study"
    meta = {**published.meta, "_instruments": load_instruments(study), "_study": study}
    read = read_choices(*(str(root / one) for one in CHOICES))
    choices = {name: value for section in read.values() for name, value in section.items()}
    curves = published["survival"].filter(pl.col("suppressed") == SHOWN)
    tally = Tally()
    for cell in cells:
        origin, by = origin_of(cell, root / "data"), ""
        row = dict(cell.row)
        if of_curve(row, cell.table):
            points = curves.filter(region=row["region"], group=row["group"])["survival"].to_list()
            row["_step"] = common_step(points)
        by = origin.making.by
        tables = {name: frame.to_dicts() for name, frame in origin.tables.items()}
        exact = YARDSTICKS[by](row, tables, meta) if by in YARDSTICKS else {}
        count = tally.independent if exact else tally.library
        if not exact:
            exact = _by_library(by, cell, origin.tables, choices, str(study))
        for column in [name for name in exact if cell.row.get(name) is not None]:
            count[by] += 1
            if not fits(row, cell.table, column, exact, meta):
                tally.wrong.append(f"{cell.table} {cell.key}: {column} {row[column]}, again {exact[column]} ({by})")
        tally.kinds.add((cell.table, cell.record))
    return tally


def _by_library(
    by: str, cell: Cell, frames: dict[str, pl.DataFrame], choices: dict[str, Any], study: str
) -> dict[str, Any]:
    made = library(by, frames, cell.row, choices, study)
    keys = (pl.col(name).eq_missing(pl.lit(value)) for name, value in cell.key.items())
    found = made.filter(*keys)
    return {name: found[name].item() for name in ("estimate", "value", "x", "y") if name in cell.numbers}
