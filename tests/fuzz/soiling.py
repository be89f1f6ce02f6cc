"""Soiled grids: cells, rows and columns as people, programs and bad days make them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from tests.fuzz.forms import typed
from tests.fuzz.grids import CANARY
from tests.fuzz.raw import Grid

# Temporary identity codes (individual numbers 900–999) are nobody's.
CELLS: tuple[Any, ...] = (
    None, "", " ", "\t", "\xa0", "\u200b", "\ufeff", "NA", "N/A", "NULL", "None", "-", "?", ".", ",", "9", 9, "9.0",
    9.0,
    0, -1, "-0", "+1", "1.", ".5", "1,5", "1.5", "1 234", "1\xa0234", "1,234.5", "1.234,5", "007", "00", "1e3",
    "1E-400",
    "1e400", 1e308, -1e308, 1e15, 1e16, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**40, "9" * 400, float("nan"),
    float("inf"), "nan", "inf", "-Infinity", "0x1F", "½", "١٢", "²", "3", "１", True, False, "TRUE", "true",
    "2024", "2024.0", "2024,00", 2024.5, "24", "-2024", "02024", "20240", "2024-01-01", "31.12.2023", "30.2.2024",
    "2024-02-30", "2024-13-01", "1.1.24", "0001-01-01", "9999-12-31 23:59:59.999999", "10000-01-01",
    "2024-03-31 03:30",
    "2024-10-27 03:30", "2024-01-01T10:00:00+02:00", "2024-01-01T10:00:00Z", "24:00", "2024-01-01 24:00", "45000",
    45000.5,
    "#DIV/0!", "#N/A", "#REF!", "#NULL!", "#SPILL!", "=1/0", '=HYPERLINK("http://localhost/","x")', "+1+1",
    "@SUM(A1)",
    f"=cmd|' /C calc'!{CANARY}", "oulu", "OULU", "Uleåborg", "oulu ", "564", "564 Oulu", "Helsinki", "tampere",
    "health",
    f"{CANARY}", f"{CANARY},{CANARY}", f"{CANARY};{CANARY}|{CANARY}\t", f'"{CANARY}', f'{CANARY}"', f'"{CANARY}"',
    '""', '"',
    f"{CANARY}\n{CANARY}", f"{CANARY}\r\n{CANARY}", f"{CANARY}\r", "\n", "\r", "\x00", f"{CANARY}\x00", "\x1a",
    "\x1b[31m",
    "\x85", "\u2028", "\ud7ff", "😀", "👨‍👩‍👧", "ä", "a\u0308", "€", "–", "ß", "İ", f"\u202e{CANARY}",
    f"\u0645 {CANARY}", "\ufffd",
    "x" * 5_000, CANARY * 3_000, "{" * 50, "<&>", "]]>",
    "'; DROP TABLE x; --", "{{7*7}}", "../../x", "%s%n", "\\", "\\N",
    "schedule", "Withdraw", "complete", "klo 8.05", "1.9.2023 8.05", "1/9/2023", "13/9/2023", "9/13/2023", "KU005", "5",
    "..", "o\u0308", "Oulu\u00ad", "1.234", "12 34",
    "131052-902X", f"{CANARY} 131052-902X", f"{CANARY}@example.invalid", "010-000 000", "+358 40 0000000", "0" * 30,
)  # fmt: skip
"""Cells that are odd somewhere: blank, huge, no number, no date, no text, or dangerous elsewhere."""


def odd_cell(dice: random.Random) -> Any:
    """Return an odd cell: one of the list, or random letters of any script."""
    if dice.random() < 0.8:
        return dice.choice(CELLS)
    if dice.random() < 0.5:
        letters = (chr(dice.choice((dice.randrange(1, 128), dice.randrange(160, 0xD800)))) for _ in range(9))
        return "".join(letters) + CANARY
    return dice.choice((dice.randrange(-(10**6), 10**6), dice.gauss(0, 1) * 10 ** dice.randrange(-20, 20)))


def cells(grid: Grid, dice: random.Random) -> Grid:
    """Put odd values into some cells; often several of one column."""
    rows = [list(row) for row in grid.rows]
    column = dice.randrange(len(grid.header))
    for _ in range(dice.choice((1, 1, 2, 3, 8, 30))):
        at = column if dice.random() < 0.5 else dice.randrange(len(grid.header))
        rows[dice.randrange(len(rows))][at] = odd_cell(dice)
    return Grid(grid.header, rows)


def _each(grid: Grid, change: Callable[[list[Any]], list[Any]]) -> Grid:
    return Grid([str(one) for one in change(list(grid.header))], [change(list(row)) for row in grid.rows])


def _renamed(name: str, dice: random.Random) -> str:
    ways = (
        name.upper(), f" {name} ", f"{name}x", name[:-1], "", f"{name}\n", f"\ufeff{name}", f"{name}.1", "column_1",
        "1",
        f"{name} ä", "nimi", "hetu", "email", f"{name}\xa0", "\x00", "😀", "*", "_at", "hash", "_row", f"{name} code",
    )  # fmt: skip
    return dice.choice(ways)


_WAYS = ("drop", "double", "rename", "rename", "rename", "swap", "empty", "add", "header", "shuffle", "constant")


def columns(grid: Grid, dice: random.Random) -> Grid:  # noqa: PLR0911  one a way
    """Take out, double, rename, reorder, empty or add columns."""
    at, other = dice.randrange(len(grid.header)), dice.randrange(len(grid.header))
    way = dice.choice(_WAYS)
    if way == "drop":
        return _each(grid, lambda row: row[:at] + row[at + 1 :])
    if way == "double":
        return _each(grid, lambda row: [*row, row[at]])
    if way == "rename":
        header = [_renamed(name, dice) if place == at else name for place, name in enumerate(grid.header)]
        return Grid(header, grid.rows)
    if way == "swap":
        header = list(grid.header)
        header[at], header[other] = header[other], header[at]
        return Grid(header, grid.rows)
    if way == "shuffle":
        order = dice.sample(range(len(grid.header)), len(grid.header))
        return _each(grid, lambda row: [row[place] for place in order])
    if way == "header":  # the header is lost, or stands twice
        if dice.random() < 0.5 and grid.rows:
            return Grid([str(one) for one in grid.rows[0]], grid.rows[1:])
        return Grid(grid.header, [list(grid.header), *grid.rows])
    value = odd_cell(dice)
    if not grid.rows:
        return grid
    if way == "add":
        return Grid([*grid.header, dice.choice(("extra", "", "^.*$"))], [[*row, value] for row in grid.rows])
    empty = [[(None if way == "empty" else value) if place == at else one for place, one in enumerate(row)]
             for row in grid.rows]  # fmt: skip
    return Grid(grid.header, empty)


def rows(grid: Grid, dice: random.Random) -> Grid:  # noqa: C901  one a way
    """Double, take out, blank, shuffle or shorten rows."""
    found = [list(row) for row in grid.rows]
    for _ in range(dice.choice((1, 2, 5))):
        at = dice.randrange(len(found)) if found else 0
        match dice.choice(("double", "drop", "blank", "blank end", "shuffle", "none", "one", "many", "near")):
            case "double" if found:
                found.insert(dice.randrange(len(found) + 1), list(found[at]))
            case "near" if found:  # nearly the same row: one cell differs
                twin = list(found[at])
                twin[dice.randrange(len(twin))] = odd_cell(dice)
                found.append(twin)
            case "drop" if found:
                found.pop(at)
            case "blank":
                found.insert(at, [None] * len(grid.header))
            case "blank end":
                found += [[dice.choice((None, " ", "\xa0"))] * len(grid.header)] * dice.randrange(1, 4)
            case "shuffle":
                dice.shuffle(found)
            case "none" if dice.random() < 0.2:
                found = []
            case "one":
                found = found[:1]
            case "many" if len(found) < 200:
                found = found * 3
    return Grid(grid.header, found)


def odd_column(values: Sequence[Any], dice: random.Random) -> pl.Series:
    """Return a column of a type that a Parquet file may have and a table does not expect."""
    texts = [None if value is None else str(value) for value in values]
    n = len(values)
    day = dt.datetime(2024, 1, 1)  # noqa: DTZ001  a file's times have no zone
    made: tuple[Callable[[], pl.Series], ...] = (
        lambda: pl.Series([[text] for text in texts]),
        lambda: pl.Series([{"a": text, "b": 1} for text in texts]),
        lambda: pl.Series([None if text is None else text.encode() for text in texts]),
        lambda: pl.Series([[b"x"]] * n),
        lambda: pl.Series([Decimal("2024.00")] * n),
        lambda: pl.Series(texts, dtype=pl.Categorical),
        lambda: pl.Series(texts, dtype=pl.Enum(sorted({text for text in texts if text}))),
        lambda: pl.Series([dt.timedelta(days=at, microseconds=1) for at in range(n)]),
        lambda: pl.Series([None] * n, dtype=pl.Null),
        lambda: pl.Series([2**64 - 1] * n, dtype=pl.UInt64),
        lambda: pl.Series([2**100] * n, dtype=pl.Int128),
        lambda: pl.Series(range(n), dtype=pl.Int128),
        lambda: pl.Series(range(n), dtype=pl.UInt8),
        lambda: pl.Series([at / 3 for at in range(n)], dtype=pl.Float32),
        lambda: pl.Series([float("nan"), float("inf"), -0.0, 5e-324] * n, dtype=pl.Float64).head(n),
        lambda: pl.Series([at % 2 == 0 for at in range(n)]),
        lambda: pl.Series([day.date()] * n),
        lambda: pl.Series([day] * n, dtype=pl.Datetime("ns")),
        lambda: pl.Series([day] * n, dtype=pl.Datetime("ms", "Europe/Helsinki")),
        lambda: pl.Series([dt.datetime.min, dt.datetime.max] * n, dtype=pl.Datetime("us")).head(n),  # noqa: DTZ901
        lambda: pl.Series([2**62] * n, dtype=pl.Int64).cast(pl.Datetime("us")),
        lambda: pl.Series([-(2**31) + 1] * n, dtype=pl.Int32).cast(pl.Date),
        lambda: pl.Series([2**62] * n, dtype=pl.Int64).cast(pl.Duration("ms")),
        lambda: pl.Series([dt.time(23, 59, 59)] * n),
        lambda: pl.Series([[[1, None], []]] * n),
        lambda: pl.Series([[1.0, 2.0]] * n, dtype=pl.Array(pl.Float64, 2)),
        lambda: pl.Series([{"x": [{"y": dt.date(2024, 1, 1), "z": Decimal(1)}]}] * n),
        lambda: pl.Series([{"t": dt.timedelta(1), "c": CANARY}] * n),
    )
    return dice.choice(made)()


def types(grid: Grid, dice: random.Random) -> pl.DataFrame:
    """Return the grid as a frame in which some columns have another type."""
    frame = typed(grid)
    for _ in range(dice.choice((1, 1, 2, 4))):
        name = dice.choice(frame.columns)
        frame = frame.with_columns(odd_column([row[grid.header.index(name)] for row in grid.rows], dice).alias(name))
    return frame
