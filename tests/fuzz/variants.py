"""A variant: one corrupted delivery, made from nothing but its name and number."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fuzz import soiling
from tests.fuzz.bases import BASES
from tests.fuzz.damage import damaged, damaged_inside, stranger
from tests.fuzz.descriptions import describe, soiled, written
from tests.fuzz.forms import CASES, FORMS, Form, delimited, parquet, workbook
from tests.fuzz.grids import CANARY, TABLES
from tests.fuzz.raw import Grid
from tests.fuzz.retold import RETOLD, Told

KINDS = (
    *("cells", "cells", "cells", "mixed", "columns", "columns", "rows", "rows"),
    *("bytes", "bytes", "bytes", "inside", "inside", "swap", "stranger", "encoding", "beside", "yaml"),
)
"""How a delivery is corrupted; what stands twice comes twice as often."""
CHILDREN = {"sav", "zsav", "dta"}
"""Formats that are read in a process of their own: each variant takes four times as long."""
_TEN = 10
_RETOLD, _LOOKED = (0, 2, 4, 6), 1
"""Of ten variants four are told otherwise instead of damaged, and one is looked at by a quick command."""
LOOKS: dict[str, tuple[str, ...]] = {
    "score": ("score",),
    "network": ("network", "matrix"),
    "casework": ("casework",),
    "draft": tuple(TABLES),
    "check": tuple(TABLES),
}
"""Commands that look at a file, and what the file may hold."""
_TURNS = ("score", "network", "draft", "check") * 3 + ("casework",)  # which takes three times as long
_LOOKED_AT = ("csv utf-8", "xlsx", "csv iso-8859-1", "parquet", "csv utf-16", "xes", "qualtrics")
_LETTERS = f"äö € – {CANARY}"
_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1", "cp1252", "cp437", "utf-32", "utf-7", "cp037")


Cells = tuple[tuple[int, int, Any], ...]


@dataclass(frozen=True)
class Variant:
    """A corrupted delivery.

    Attributes:
        form: Format of the corrupted file.
        table: What it feeds.
        kind: How it is corrupted.
        seed: Which of the many ways.
        cells: Instead of a way: row, column and value of cells.
    """

    form: str
    table: str
    kind: str
    seed: int
    cells: Cells = ()

    def __str__(self) -> str:
        return f"{self.form}:{self.table}:{self.kind}:{self.seed}"


@dataclass(frozen=True)
class Made:
    """A delivery on disk.

    Attributes:
        file: Name of the corrupted file.
        max_quarantine: Share of rows that may be set aside.
        grid: The rows that were written, where the file holds them as they are.
        told: How the rows were told otherwise, and what is right then.
    """

    file: str
    max_quarantine: float
    grid: Grid | None
    told: Told | None = None


def variants(number: int, seed: int) -> Iterator[Variant]:
    """Yield variants over all tables, formats and kinds: first each format sound, then corrupted ones in turn."""
    sound = [case for at, case in enumerate(CASES) if case[0] not in CHILDREN or at % 2]
    for form, table in sound:
        yield Variant(form, table, "sound", seed)
    for at in range(number - len(sound)):
        ten, place = divmod(at, _TEN)
        if place in _RETOLD:
            kind = list(RETOLD)[(len(_RETOLD) * ten + _RETOLD.index(place)) % len(RETOLD)]
            yield retelling(kind, seed * 1_000_000 + at)
            continue
        if place == _LOOKED:
            yield looking(ten, seed * 1_000_000 + at)
            continue
        form, table = CASES[at % len(CASES)]
        turn = at // len(CASES)
        if (
            form in CHILDREN and turn % 6 and not TABLES[table].forms
        ):  # their share goes to formats that are read faster
            form = ("parquet", "xlsx", "csv utf-8")[(turn + at) % 3]
        dice = random.Random(f"{seed}|{at}")
        kinds = (*KINDS, *(6 * ["types"] if form == "parquet" else ()))
        yield Variant(form, table, dice.choice(kinds), seed * 1_000_000 + at)


def retelling(kind: str, seed: int) -> Variant:
    """Return the variant that tells a delivery otherwise."""
    told = _told(kind, seed)
    return Variant(told.form, BASES[told.base].table, kind, seed)


def looking(turn: int, seed: int) -> Variant:
    """Return a variant that a command looks at; `turn` chooses the command."""
    dice = random.Random(f"look|{seed}")
    kind = _TURNS[turn % len(_TURNS)]
    table = dice.choice(LOOKS[kind])
    forms = _LOOKED_AT if kind == "draft" or table == "casework" else _LOOKED_AT[:5]
    if kind == "check":
        forms = tuple(form for form in _LOOKED_AT if (form, table) in CASES)
    return Variant(dice.choice(forms), table, kind, seed)


def _told(kind: str, seed: int) -> Told:
    return RETOLD[kind](random.Random(f"{kind}|{seed}"))


def plain(base: str, folder: Path) -> None:
    """Write the plain rows that retellings tell otherwise into an empty folder."""
    one = BASES[base]
    told = Told(base, "csv utf-8", one.grid, one.feed or TABLES[one.table].feed, parents=one.parents)
    _write(told, folder)


def _write(told: Told, folder: Path) -> Made:
    form = FORMS[told.form]
    content = workbook(told.grid, told.formulas) if told.formulas else form.write(told.grid)
    sources = [_parent(name) for name in told.parents]
    target = {"name": "target", "file": f"target{form.suffix}", "reader": form.reader}
    sources.append(
        {**target, "options": {**form.options, **told.options}, "ignore": list(form.extra), "feeds": [dict(told.feed)]}
    )
    files = {target["file"]: content, **form.beside(told.grid), "sources.yaml": written(describe(sources)).encode()}
    files |= {f"{name}.csv": FORMS["csv utf-8"].write(grid) for name, grid in told.parents.items()}
    for name, one in files.items():
        (folder / name).write_bytes(one)
    return Made(target["file"], 1.0, None, told)


def _parent(name: str) -> dict[str, Any]:
    return {"name": name, "file": f"{name}.csv", "reader": "csv", "feeds": [dict(TABLES[name].feed)]}


def make(variant: Variant, folder: Path) -> Made:
    """Write the delivery of a variant into an empty folder."""
    if variant.kind in RETOLD:
        return _write(_told(variant.kind, variant.seed), folder)
    dice = random.Random(f"{variant.form}|{variant.table}|{variant.kind}|{variant.seed}")
    form, table = FORMS[variant.form], TABLES[variant.table]
    content, grid = corrupted(variant.kind, form, table.grid, dice, variant.cells)
    beside = form.beside(table.grid)
    if variant.kind == "beside" and beside:
        name = next(iter(beside))
        beside[name] = dice.choice((damaged(beside[name], dice), stranger(dice)))
    elif variant.kind == "beside":
        content = damaged(content, dice)
    file = f"target{form.suffix}"
    sources = [_parent(parent) for parent in table.parents]
    # Half of the descriptions let further columns pass.
    ignore = ["*"] if dice.random() < 0.5 else list(form.extra)
    feed = {"table": "area_indicators"} if form.reader == "sotkanet" else dict(table.feed)
    target = {"name": "target", "file": file, "reader": form.reader, "options": {**form.options, **table.options}}
    sources.append({**target, "ignore": ignore, "feeds": [feed]})
    description = describe(sources)
    text = soiled(description, dice) if variant.kind == "yaml" else written(description).encode()
    files = {file: content, "sources.yaml": text, **beside}
    files |= {f"{parent}.csv": FORMS["csv utf-8"].write(TABLES[parent].grid) for parent in table.parents}
    for name, one in files.items():
        (folder / name).write_bytes(one)
    return Made(file, 0.25 if dice.random() < 0.1 and variant.kind != "sound" else 1.0, grid)


def corrupted(
    kind: str, form: Form, plain_grid: Grid, dice: random.Random, cells: Cells = ()
) -> tuple[bytes, Grid | None]:
    """Return a file with a sound grid corrupted, and its grid where the file holds it as it is."""
    grid = _soiled(kind, plain_grid, dice, cells)
    try:
        content = form.write(grid)
    except Exception:  # noqa: BLE001  what a format's own writer refuses is no file of that format
        grid = plain_grid
        content = form.write(grid)
    if kind == "types":
        content = parquet(soiling.types(grid, dice))
    elif kind in ("bytes", "inside"):
        content = (damaged if kind == "bytes" else damaged_inside)(content, dice)
    elif kind == "swap":
        content = FORMS[dice.choice([name for name in FORMS if name not in CHILDREN | {"sotkanet"}])].write(grid)
    elif kind == "stranger":
        content = stranger(dice)
    elif kind == "encoding":
        text = delimited([grid.header, *[[f"{one}{_LETTERS}" for one in row] for row in grid.rows]])
        content = text.encode(dice.choice(_ENCODINGS), errors="replace")
    return content, grid if kind in ("sound", "cells", "mixed", "columns", "rows", "given") else None


def _soiled(kind: str, grid: Grid, dice: random.Random, cells: Cells) -> Grid:
    if cells:
        rows = [list(row) for row in grid.rows]
        for row, column, value in cells:
            rows[row % len(rows)][column % len(grid.header)] = value
        return Grid(grid.header, rows)
    match kind:
        case "cells":
            return soiling.cells(grid, dice)
        case "rows":
            return soiling.rows(grid, dice)
        case "columns":
            return soiling.columns(grid, dice)
        case "mixed":
            return soiling.columns(soiling.rows(soiling.cells(grid, dice), dice), dice)
        case _:
            return grid
