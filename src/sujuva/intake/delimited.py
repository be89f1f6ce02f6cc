"""How delimited text is laid out: whether it has a header, its encoding, its separator and its decimal mark."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sujuva.intake.guess import GUESS, LIKELY, SURE, WEAK, Guess
from sujuva.intake.words import known_name, missing_words
from sujuva.sources.raw import MARKS

_DATA = re.compile(
    r"[+-]?[0-9]+([.,][0-9]+)?%?|[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}([ T].*)?|[^@\s]+@[^@\s]+\.[^@\s]+"
    r"|[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]|\+?[0-9][0-9 ()-]{6,}"
)
"""What a cell of data may be and a name of a column is not: a number, a date, an address, an identity code."""
_CODED = re.compile(r"[A-Za-z]+\.?[0-9]+([._][A-Za-z0-9]+)*|[a-z]+(_[a-z0-9]+)+|[a-z]+([A-Z][a-z]+)+")
"""Names that programs give: Q12, q1_2, first_name, startDate."""
_MOST = 0.9
_SHORT = 300  # characters; nothing of the kinds above has more


def is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row names the columns.

    Nothing in it may be data or come again below in its column; and something must speak for it: a name that is
    known or that programs give, or a column of numbers or dates below a word. Where all is free words, a list of
    people's names cannot be told from a header, and the answer is no.
    """
    head = [cell.strip() for cell in rows[0]]
    below = [
        [row[number].strip() for row in rows[1:] if len(row) > number and row[number].strip()]
        for number in range(len(head))
    ]
    if any(_is(_DATA, cell) or cell in cells for cell, cells in zip(head, below, strict=True) if cell):
        return False
    coded = [cell for cell in head if _is(_CODED, cell)]
    for cell, cells in zip(head, below, strict=True):
        # V00001 above V00002 is a row of data; q1 above numbers is a name, and so is lp_id above LP0001.
        if cell in coded and not known_name(cell) and cells and _share(_CODED, cells) >= _MOST:
            return False
    if coded or any(len(cell) > 1 and known_name(cell) for cell in head):
        return True
    return any(cells and _share(_DATA, cells) >= _MOST for cells in below)


def _share(pattern: re.Pattern[str], cells: Sequence[str]) -> float:
    return sum(_is(pattern, cell) for cell in cells) / len(cells)


def _is(pattern: re.Pattern[str], cell: str) -> bool:
    """Tell whether a cell is of a kind; a long one is text, which some patterns would try in all of its parts."""
    return len(cell) <= _SHORT and pattern.fullmatch(cell) is not None


SEPARATORS = (";", "\t", ",", "|")
_SAMPLE = 400
"""Records that are looked at: more do not change the answer."""
_BYTE_ORDER = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_NUMBER = {mark: re.compile(rf"[+-]?[0-9]+({re.escape(mark)}[0-9]+)?") for mark in ",."}
_GROUPED = {
    name: re.compile(
        rf"[+-]?[1-9][0-9]{{0,2}}(?P<groups>([{re.escape(marks)}][0-9]{{3}})+)"
        rf"(?P<fraction>[{''.join(one for one in ',.' if one != name)}][0-9]+)?"
    )
    for name, marks in MARKS.items()
}
"""Numbers with something between their thousands."""
_TWO_GROUPS = 8  # characters, as in 1.234.567: with one group it could be a fraction
_THREES = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")


@dataclass(frozen=True)
class Layout:
    """How delimited text is laid out.

    Attributes:
        rows: The first records, the header included; for telling tools apart, never written anywhere.
        width: Number of columns.
        header: The first record (or that of `header_row`) names the columns.
    """

    separator: Guess[str]
    decimal: Guess[str | None]
    thousands: Guess[str | None]
    header_row: Guess[int | None]
    rows: list[list[str]]
    width: int
    header: bool


def decoded(content: bytes) -> tuple[str, Guess[str]] | None:  # noqa: PLR0911  one for each encoding
    """Return the text of `content` and its encoding as a reader's option names it; None where it is no text."""
    if content[:2] in _BYTE_ORDER:
        return _in(content, "utf-16", SURE, "the byte order mark")
    if content.startswith(b"\xef\xbb\xbf"):
        return _in(content, "utf-8-sig", SURE, "the byte order mark")
    if b"\x00" in content:
        return None  # UTF-16 without its mark, or no text: no reader opens it
    if content.isascii():
        return _in(content, "utf-8", SURE, "plain ASCII, which every encoding reads alike")
    as_utf8 = _in(content, "utf-8", SURE, "its letters are UTF-8")
    if as_utf8 is not None:
        return as_utf8
    # Bytes 80–9F are control characters in ISO-8859-1 and dashes, quotes and the euro sign in Windows-1252.
    if re.search(rb"[\x80-\x9f]", content):
        found = _in(content, "windows-1252", LIKELY, "it has characters that only Windows-1252 has")
        return found or _in(content, "iso-8859-1", WEAK, "not UTF-8, and not Windows-1252 either")
    return _in(content, "iso-8859-1", LIKELY, "not UTF-8, and nothing that only Windows-1252 has")


def _in(content: bytes, encoding: str, sureness: float, why: str) -> tuple[str, Guess[str]] | None:
    try:
        return content.decode(encoding), Guess(encoding, sureness, why)
    except UnicodeDecodeError:
        return None


def layout_of(text: str) -> Layout | None:
    """Return how `text` is laid out; None where it holds nothing.

    The separator is the one by which most records have as many values as the first full one; the decimal mark is
    looked for in columns that hold numbers alone.
    """
    text = text.lstrip("\ufeff")
    if not text.strip():
        return None
    parsed = {separator: _records(text, separator) for separator in SEPARATORS}
    ranked = sorted(SEPARATORS, key=lambda one: _rank(parsed[one]), reverse=True)  # stable: the first wins a tie
    best = ranked[0]
    rows = parsed[best]
    share, width = _regular(rows)
    if width < 2:  # noqa: PLR2004  one column: any separator does
        rows = parsed[","]
        if not rows:  # quotation marks around nothing, or one endless cell
            return None
        separator: Guess[str] = Guess(",", GUESS, "one column, so any separator does")
        nothing: Guess[Any] = Guess(None, SURE)
        return Layout(separator, nothing, nothing, nothing, rows, max(map(len, rows)), is_header(rows))
    skipped = next(number for number, row in enumerate(rows) if len(row) == width)
    rows = rows[skipped:]
    rival, rival_width = _regular(parsed[ranked[1]])
    sureness = SURE if share == 1.0 and (rival < 1.0 or rival_width < width) else LIKELY if share > rival else GUESS
    why = f"{width} values in every row" if share == 1.0 else f"{width} values in {share:.0%} of the rows"
    if skipped:
        row: Guess[int | None] = Guess(_line(text, best, skipped), LIKELY, "the first row as wide as the data")
    else:
        row = Guess(None, SURE)
    columns = [_cells(rows, number, width) for number in range(width)]
    thousands = _thousands(columns)
    return Layout(
        Guess(best, sureness, why), _decimal(columns, thousands.value), thousands, row, rows, width, is_header(rows)
    )


def _rank(rows: list[list[str]]) -> tuple[float, int]:
    """Rank a separator: nearly all rows as wide as each other first, then many columns (decimal commas make few)."""
    share, width = _regular(rows)
    return (1.0, width) if share >= _MOST else (share, width)


def _records(text: str, separator: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found: list[list[str]] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                found.append(row)
            if len(found) == _SAMPLE:
                break
    except csv.Error:  # a cell longer than the module reads: what came before it is enough
        pass
    return found


def _line(text: str, separator: str, skipped: int) -> int:
    """Return the line, from 1, on which the first record begins after as many filled ones as are skipped."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    before = 0
    for row in reader:
        if any(cell.strip() for cell in row):
            if not skipped:
                break
            skipped -= 1
        before = reader.line_num
    return before + 1


def _regular(rows: list[list[str]]) -> tuple[float, int]:
    """Return the share of rows that have the commonest width above one, and that width."""
    counts = Counter(len(row) for row in rows)
    wide = {width: count for width, count in counts.items() if width > 1}
    if not wide:
        return 0.0, 1
    width = max(wide, key=lambda one: (wide[one], one))
    first = next(number for number, row in enumerate(rows) if len(row) == width)
    # Title rows above the header are short; a header narrower than the data means the wrong separator.
    below = len(rows) - first
    return wide[width] / (below if first <= _TITLES else len(rows)), width


_TITLES = 10
"""Rows of titles that may stand above the header."""


def _cells(rows: list[list[str]], number: int, width: int) -> list[str]:
    """Return what stands in a column below the header, but for blanks and words that mean missing."""
    nothing = set(missing_words())
    cells = (row[number].strip() for row in rows[1:] if len(row) == width)
    return [cell for cell in cells if cell and cell.lower() not in nothing]


def _thousands(columns: list[list[str]]) -> Guess[str | None]:
    """Return what stands between thousands: so in columns of such numbers alone, which can be no fractions."""
    found: Counter[str] = Counter()
    for cells in columns:
        for name, pattern in _GROUPED.items():
            grouped = [match for cell in cells if (match := pattern.fullmatch(cell))]
            others = [cell for cell in cells if not pattern.fullmatch(cell)]
            marks = _NUMBER if name not in _NUMBER else {one: _NUMBER[one] for one in ",." if one != name}
            whole = any(all(one.fullmatch(cell) for cell in others) for one in marks.values())
            proven = name not in _NUMBER or any(
                match["fraction"] or len(match["groups"]) >= _TWO_GROUPS for match in grouped
            )
            found[name] += bool(grouped) and whole and proven
    (best, count), *rest = found.most_common() or [("", 0)]
    if not count:
        return Guess(None, SURE)
    why = f"so in {count} column{'s' if count > 1 else ''} of numbers"
    return Guess(best, WEAK if any(other for _, other in rest) else LIKELY, why)


def _decimal(columns: list[list[str]], thousands: str | None) -> Guess[str | None]:
    """Return what stands before fractions; never what stands between thousands."""
    found = dict.fromkeys(",.", 0)
    threes = True
    for cells in columns:
        for mark, pattern in _NUMBER.items():
            if mark == thousands:
                continue
            plain = [_plain(cell, thousands) for cell in cells]
            if any(mark in cell for cell in plain) and all(pattern.fullmatch(cell) for cell in plain):
                found[mark] += 1
                threes = threes and all(_THREES.fullmatch(cell) for cell in plain if mark in cell)
    comma, point = found[","], found["."]
    if not comma and not point:
        other = {",": ".", ".": ","}.get(thousands or "")
        return Guess(other, GUESS, "the other mark stands between thousands") if other else Guess(None, SURE)
    if comma and point:
        best = "," if comma >= point else "."
        return Guess(best, WEAK, f"{comma} columns have decimal commas and {point} have points")
    mark, count = (",", comma) if comma else (".", point)
    if threes:  # 1.234 may be either
        return Guess(mark, WEAK, "each fraction has three digits: does the mark stand between thousands?")
    why = f"so in {count} column{'s' if count > 1 else ''} of numbers"
    return Guess(mark, LIKELY, why)


def _plain(cell: str, thousands: str | None) -> str:
    if thousands is None or not _GROUPED[thousands].fullmatch(cell):
        return cell
    return re.sub(f"[{re.escape(MARKS[thousands])}]", "", cell)
