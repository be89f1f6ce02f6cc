"""Deliveries told otherwise: the same rows in other dates, codes, letters or shapes, so that what is right is known.

Each retelling must end in the clean tables of the plain one, in rows set aside by the rule that is named, or in the
error that is named. What changes a number without a word is seen here, where damage alone would not show it.
"""

from __future__ import annotations

import datetime as dt
import random
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.fuzz.bases import BASES, ORGANISATIONS, PAIRS, Feed, with_column
from tests.fuzz.grids import TABLES
from tests.fuzz.raw import Grid, Row

PLAIN = ("csv utf-8", "csv utf-16", "xlsx", "parquet", "qualtrics", "limesurvey")
"""Formats that hold any letter and are read fast."""
_TEXT = ("csv utf-8", "csv utf-16", "xlsx")


@dataclass(frozen=True)
class Told:
    """A retelling, and how it must end.

    Attributes:
        base: Name of the plain rows in `BASES`.
        form: Format of the file.
        grid: The rows as they are written.
        feed: The feed of sources.yaml.
        options: Further options of the reader.
        parents: Rows of the tables that these refer to, as they are written.
        says: What the error says, as a pattern; empty: there must be none.
        aside: Rows that each rule sets aside; None: all rows are, whatever the rule.
        same: The clean table must be that of the plain rows.
        formulas: Cells of the workbook, as row and column, that hold a formula nobody has calculated.
    """

    base: str
    form: str
    grid: Grid
    feed: Feed
    options: Mapping[str, Any] = field(default_factory=dict)
    parents: Mapping[str, Grid] = field(default_factory=dict)
    says: str = ""
    aside: Mapping[str, int] | None = field(default_factory=dict)
    same: bool = True
    formulas: tuple[tuple[int, int], ...] = ()


def _plain(base: str, dice: random.Random, forms: tuple[str, ...] = PLAIN) -> Told:
    one = BASES[base]
    return Told(base, dice.choice(forms), one.grid, one.feed or TABLES[one.table].feed, parents=one.parents)


def _columns(feed: Feed, **columns: Any) -> Feed:
    return {**feed, "columns": {**feed["columns"], **columns}}


# Dates


def _clock(time: dt.datetime, dice: random.Random) -> str:
    joint = dice.choice((" ", " klo ", " klo. ", ", ", "  "))
    return f"{joint}{time.hour:{dice.choice(('', '02'))}}{dice.choice('.:')}{time.minute:02}"


_Write = Callable[[dt.datetime, random.Random], str]
CLEAR: tuple[_Write, ...] = (
    lambda time, _: f"{time:%Y-%m-%d %H:%M}",
    lambda time, _: f"{time:%Y-%m-%dT%H:%M:%S}",
    lambda time, _: f"{time:%Y-%m-%dT%H:%M:%S.000}",
    lambda time, _: f"{time:%Y-%m-%dT%H:%M:%S}+02:00",
    lambda time, _: f"{time - dt.timedelta(hours=2):%Y-%m-%dT%H:%M:%S}Z",
    lambda time, _: f"{time - dt.timedelta(hours=7):%Y-%m-%d %H:%M:%S}-0500",
    lambda time, dice: f"{time:%Y/%m/%d}{_clock(time, dice)}",
    lambda time, dice: f"{time.day}.{time.month}.{time.year}{_clock(time, dice)}",
    lambda time, dice: f"{time:%d.%m.%Y}{_clock(time, dice)}",
    lambda time, dice: f"{time.day}.{time.month}.{time:%y}{_clock(time, dice)}",
    lambda time, _: f"{time:%Y%m%d %H:%M}",
    lambda time, _: f"{time:%Y%m%dT%H%M%S}",
)
"""Ways to write a time that read in one way alone."""
_OPEN = tuple((order, mark) for order in ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y") for mark in "/-")


def dates(dice: random.Random) -> Told:
    """Times in other clothes: one for all, one for each row, days of Excel, and dates whose order is open."""
    base = dice.choice(("early events", "late events"))
    told = _plain(base, dice, _TEXT)
    moment = {row[2]: dt.datetime.strptime(row[2], "%Y-%m-%d %H:%M") for row in told.grid.rows}  # noqa: DTZ007  as a clock
    way = dice.choice(("one", "each", "serial", "open", "open", "both orders", "joined"))
    if way in ("one", "each"):
        chosen = dice.choice(CLEAR)
        pick = (lambda: chosen) if way == "one" else (lambda: dice.choice(CLEAR))
        return replace(told, grid=with_column(told.grid, "moment", lambda _, one: pick()(moment[one], dice)))
    if way == "serial":
        zero = dt.datetime(1899, 12, 30)  # noqa: DTZ001
        days = {one: round((time - zero) / dt.timedelta(days=1), 10) for one, time in moment.items()}
        return replace(told, grid=with_column(told.grid, "moment", lambda _, one: days[one]))
    if way == "joined":
        at = told.grid.header.index("moment")
        rows = [
            [*row[:at], f"{moment[row[at]]:%d.%m.%Y}", *row[at + 1 :], f"{moment[row[at]]:%H.%M}"]
            for row in told.grid.rows
        ]
        feed = _columns(told.feed, time={"from": ["moment", "clock"]})
        return replace(told, grid=Grid([*told.grid.header, "clock"], rows), feed=feed)
    order, mark = dice.choice(_OPEN)
    form = f"{order.format(mark)} %H:%M"
    if way == "both orders":
        other = next(one for one, _ in _OPEN if one != order).format(mark) + " %H:%M"
        grid = with_column(told.grid, "moment", lambda at, one: f"{moment[one]:{other if at % 2 else form}}")
        return replace(told, grid=grid, says="order")
    grid = with_column(told.grid, "moment", lambda _, one: f"{moment[one]:{form}}")
    if dice.random() < 0.4:
        feed = _columns(told.feed, time={"from": "moment", "format": form})
        return replace(told, grid=grid, feed=feed)
    # Of the early ones no day is beyond 12: either order reads all of them.
    return replace(told, grid=grid, says="in which order" if base == "early events" else "")


# Codes of answers

_ITEMS = {
    "answers": ("k1", "k2"),
    "open_answers": ("k1", "k2"),
    "feedback": ("score",),
    "feedback_wide": ("heard", "useful"),
}
_WORDS = ("Ei koskaan", "Jöskus", "Usein", "Äina tai lähes", "Päivittäin")


def shifted(dice: random.Random) -> Told:
    """Codes beside those of the codebook: stopped with the map; with the map, the numbers of the plain rows."""
    table = dice.choice(list(_ITEMS))
    told = _plain(table, dice)
    low, high = (0, 3) if "answers" in table else (1, 5)
    by = dice.choice((1, 1, 10) if low == 0 else (1, -1, 10))
    grid = told.grid
    for name in _ITEMS[table]:
        grid = with_column(grid, name, lambda _, one: one + by)
    pairs = {str(code + by): str(code) for code in range(low, high + 1)}
    pasted = ", ".join(f'"{raw}": "{code}"' for raw, code in pairs.items())
    way = dice.choice(("refused", "mapped", "as given"))
    if way == "refused":
        return replace(told, grid=grid, says=f"{'' if table == 'feedback' else 'item_'}map: \\{{{pasted}\\}}")
    if way == "as given":
        beyond = [sum(not low <= row[grid.header.index(name)] <= high for name in _ITEMS[table]) for row in grid.rows]
        rule = "item_out_of_range" if "answers" in table else "rating_out_of_range"
        aside = {rule: sum(map(bool, beyond))}
        return replace(told, grid=grid, feed={**told.feed, "codes": "as_given"}, aside=aside, same=False)
    return replace(told, grid=grid, feed=_mapping(told.feed, table, pairs))


def _mapping(feed: Feed, table: str, pairs: Mapping[str, str]) -> Feed:
    if table == "feedback":
        return _columns(feed, rating={"from": "score", "map": dict(pairs)})
    return {**feed, "item_map": dict(pairs)}


def labels(dice: random.Random) -> Told:
    """Answers in words: with the map the numbers of the plain rows, without it no row."""
    table = dice.choice(list(_ITEMS))
    told = _plain(table, dice, ("csv utf-8", "csv utf-16", "xlsx", "parquet"))
    low = 0 if "answers" in table else 1
    grid = told.grid
    for name in _ITEMS[table]:
        grid = with_column(grid, name, lambda _, one: respelled(_WORDS[one - low], dice))
    pairs = {word: str(code) for code, word in enumerate(_WORDS, start=low)}
    if dice.random() < 0.3:
        return replace(told, grid=grid, aside=None, same=False)
    return replace(told, grid=grid, feed=_mapping(told.feed, table, pairs))


# Names


def respelled(text: str, dice: random.Random) -> str:
    """Return a text that looks the same: letters taken apart, blanks of other kinds, what nobody sees."""
    for _ in range(dice.choice((1, 2, 3))):
        match dice.randrange(5):
            case 0:
                text = unicodedata.normalize("NFD", text)
            case 1:
                text = text.replace(" ", dice.choice(("\xa0", "\u2009", "\u202f", "  ", " \t")))
            case 2:
                at = dice.randrange(1, len(text))
                text = text[:at] + dice.choice("\u00ad\u200b\u2060\ufeff\u200e") + text[at:]
            case 3:
                text = dice.choice((" {}", "{} ", "\xa0{}", "{}\u3000", "{}\u200b")).format(text)
            case _:
                text = unicodedata.normalize("NFC", text)
    return text


_KEYS = {
    "respondents": ("id", "place"),
    "answers": ("id",),
    "organisations": ("org", "sector", "area"),
    "ties": ("giver", "taker", "kind", "area"),
    "feedback": ("who", "claim", "event"),
    "case_events": ("family", "step", "sector"),
}
_REPEATED = {"respondents", "answers", "organisations", "ties", "feedback"}


def names(dice: random.Random) -> Told:
    """Names and keys spelled otherwise: references hold, and a row that comes again in other letters is a duplicate."""
    table = dice.choice(list(_KEYS))
    told = _plain(f"named {table}", dice, ("csv utf-8", "csv utf-16", "xlsx", "parquet"))
    again = dice.choice((0, 1, 3)) if table in _REPEATED else 0
    rows = [list(row) for row in (*told.grid.rows, *dice.sample(told.grid.rows, again))]
    places = [told.grid.header.index(name) for name in _KEYS[table]]
    for row in rows:
        for at in places:
            row[at] = respelled(str(row[at]), dice)
    header = [respelled(name, dice) if dice.random() < 0.3 else name for name in told.grid.header]
    return replace(told, grid=Grid(header, rows), aside={"duplicate": again} if again else {})


# Areas and numbers of statistics


def areas(dice: random.Random) -> Told:
    """Codes of areas in every form that statistics have: one area, and so duplicates."""
    told = _plain("area_indicators", dice, _TEXT)
    looked_up = dice.random() < 0.5
    code, name = told.grid.header.index("area"), told.grid.header.index("area_name")
    again = dice.choice((0, 1, 3))
    rows = [list(row) for row in (*told.grid.rows, *dice.sample(told.grid.rows, again))]
    for row in rows:
        bare, short = str(row[code]), str(int(row[code]))
        forms = [bare, short, f"KU{bare}", f"ku{bare}", f"{short}.0"]
        forms += [f"KU{bare} {row[name]}", f"{short} {row[name]}", f" {bare}\xa0", f"{bare}\u200b", int(short)]
        forms += [str(row[name]), str(row[name]).upper()] if looked_up else []
        row[code] = dice.choice(forms)
    feed = _columns(told.feed, area={"from": "area", "lookup": "municipality_code"}) if looked_up else told.feed
    aside = {"duplicate": again} if again else {}
    return replace(told, grid=Grid(told.grid.header, rows), feed=feed, aside=aside)


def thousands(dice: random.Random) -> Told:
    """Numbers whose thousands stand apart: read where the option says so, else set aside."""
    told = _plain("area_indicators", dice, ("csv utf-8", "csv utf-16", "xlsx"))
    blanks, comma = (" ", "\xa0", "\u202f", "\u2009"), dice.random() < 0.5
    ways = {"blank": blanks, "'": ("'", "\u2019")}
    if told.form != "xlsx":
        ways |= {".": (".",)} if comma else {",": (",",)}
    way = dice.choice(list(ways))
    decimal = "," if comma else "."

    def grouped(_: int, number: Any) -> str:
        mark = dice.choice(ways[way])
        return f"{number:,}".replace(".", "|").replace(",", mark).replace("|", decimal)

    grid = with_column(with_column(told.grid, "value", grouped), "absolute", grouped)
    options = {"decimal": decimal, "thousands": way}
    if dice.random() < 0.2 and way in ("blank", "'"):
        large = sum(abs(row[grid.header.index(name)]) >= 1000 for row in told.grid.rows for name in ("absolute",))
        return replace(told, grid=grid, options={"decimal": decimal}, aside={"bad_number": large}, same=False)
    return replace(told, grid=grid, options=options)


def dots(dice: random.Random) -> Told:
    """Dots of official statistics: values that are not there."""
    told = _plain("gaps", dice, ("csv utf-8", "csv utf-16", "xlsx", "parquet"))
    grid = with_column(told.grid, "value", lambda _, one: dice.choice((".", "..", "...")) if one is None else one)
    return replace(told, grid=grid)


def formulas(dice: random.Random) -> Told:
    """Formulas that nobody has calculated stop the delivery, wherever they stand."""
    base = dice.choice([name for name, one in TABLES.items() if not one.options])
    told = _plain(base, dice, ("xlsx",))
    width = len(told.grid.header)
    cells = tuple((dice.randrange(len(told.grid.rows)), dice.randrange(width)) for _ in range(dice.choice((1, 3))))
    return replace(told, formulas=cells, says="never calculated")


# Events and ties

_OTHERS = ("schedule", "start", "withdraw", "SUSPEND", "Assign", "ate_abort", "peruttu")


def lifecycle(dice: random.Random) -> Told:
    """Steps in the life of events: what has not taken place is set aside and counted, and moves no number."""
    told = _plain("early events", dice, (*PLAIN, "xes"))
    standard = dice.random() < 0.5
    name = "lifecycle:transition" if standard else "vaihe"
    kept = ("complete", "Complete", "COMPLETE ", "completed") if standard else ("valmis", "Valmis")
    rows = [[*row, dice.choice(kept)] for row in told.grid.rows]
    others = dice.choice((0, 1, 4))
    for _ in range(others):
        row = [*dice.choice(told.grid.rows), dice.choice(_OTHERS)]
        rows.insert(dice.randrange(len(rows) + 1), row)
    feed = told.feed if standard else {**told.feed, "lifecycle": {"from": name, "keep": ["valmis"]}}
    aside = {"other_transition": others} if others else {}
    if dice.random() < 0.15:  # none is left
        rows = [[*row[:-1], "schedule"] for row in rows]
        return replace(told, grid=Grid([*told.grid.header, name], rows), feed=feed, says="no row has a transition")
    return replace(told, grid=Grid([*told.grid.header, name], rows), feed=feed, aside=aside)


def matrix(dice: random.Random) -> Told:
    """Ties as a sociomatrix: the ties of the list, whatever the order of names and the signs of what is no tie."""
    told = _plain("pairs", dice, _TEXT)
    across, down = (dice.sample(ORGANISATIONS, len(ORGANISATIONS)) for _ in range(2))
    turned = dice.random() < 0.4
    said = {(one, other): rating for one, other, rating in PAIRS}
    own = dice.choice((None, 0, "-", "x", "\xa0"))
    rows: list[Row] = []
    for one in down:
        ratings = [own if one == other else said.get((other, one) if turned else (one, other)) for other in across]
        rows.append([respelled(one, dice), *ratings])
    header = [dice.choice(("", "x", "Toimija")), *(respelled(one, dice) for one in across)]
    options: dict[str, Any] = {"matrix": "columns" if turned else "rows"}
    if dice.random() < 0.4:
        header.append("Yhteensä")
        rows = [[*row, at] for at, row in enumerate(rows)]
        rows.append(["Yhteensä", *range(len(header) - 1)])
        options["totals"] = ["Yhteensä"]
    return replace(told, grid=Grid(header, rows), options=options)


RETOLD: dict[str, Callable[[random.Random], Told]] = {
    one.__name__: one for one in (dates, shifted, labels, names, areas, thousands, dots, formulas, lifecycle, matrix)
}
"""Ways to tell a delivery otherwise, by name."""
