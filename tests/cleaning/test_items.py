"""The quick way of reading answers finds what the close look at every value finds, and both what a person would."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.cleaning import items
from sujuva.cleaning.rules import Notes
from sujuva.cleaning.values import CELL_ERRORS
from sujuva.sources import RawTable, textual
from sujuva.tables import code_type

MANY = settings(max_examples=150)
ODD = ["", " ", "+3", "-3", "03", "003", " 3", "3 ", "\xa03", "3,0", "3.0", "3.", ".0", "3,5", "1e1", "1E0", "x", "3x"]
ODD += [
    "--3",
    "+-3",
    "+",
    "-",
    "3 3",
    "1_0",
    "0x1",
    "NaN",
    "inf",
    "true",
    "٣",
    "²",
    "３",
    "#DIV/0!",
    "#N/A",
    "-0",
    "+0",
]
ODD += ["9999", "32767", "32768", "-32768", "-32769", "70000", "2147483648", "9223372036854775808", "1" * 40, "0" * 40]
CODES = [str(code) for code in range(-2, 12)]
TEXTS = st.none() | st.sampled_from(ODD + CODES) | st.text(st.sampled_from("0123456789+-., e"), max_size=5)
INTEGERS = st.none() | st.integers(-12, 12) | st.sampled_from([32767, 32768, -32769, 2**31, 2**62, -(2**63)])
FLOATS = (
    st.none()
    | st.integers(-12, 12).map(float)
    | st.sampled_from([-0.0, 0.5, 2.9999999999999996, 3.0000000000000004, 1e15, 1e300, 65538.0])
    | st.floats()
)
KINDS = {pl.String: TEXTS, pl.Int64: INTEGERS, pl.Float64: FLOATS}
MISSING = st.lists(st.sampled_from(["9", "99", "-1", "+3", "03", "3.0", "3,0", "x", "²", "-", "2", "1e1"]), max_size=3)
RANGES = st.sampled_from([None, (0, 3), (1, 5), (-3, 3), (0, 10), (0, 100)])
Found = tuple[list[list[int | None]], dict[str, list[bool]]]


@contextmanager
def looking_closely() -> Iterator[None]:
    """No column counts as plain, so every value takes the long way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(items, "_is_plain", lambda _: False)
        yield


@st.composite
def tables(draw: st.DrawFn) -> RawTable:
    height = draw(st.integers(1, 6))
    columns, declared = [], {}
    for name in ("a", "b"):
        kind = draw(st.sampled_from(list(KINDS)))
        cells = draw(st.lists(KINDS[kind], min_size=height, max_size=height))
        columns.append(pl.Series(name, cells, dtype=kind, strict=True))
        if draw(st.booleans()):
            mask = draw(st.lists(st.booleans(), min_size=height, max_size=height))
            declared[name] = pl.Series(mask, dtype=pl.Boolean)
    return RawTable(pl.DataFrame(columns), decimals=draw(st.sampled_from([".", ",", ".,"])), declared_missing=declared)


def read(raw: RawTable, **choices: Any) -> Found:
    notes = Notes(raw.frame.height)
    answers = items.answer_codes(raw, {"q_1": "a", "q_2": "b"}, notes=notes, **choices)
    kind = code_type(*choices["response"]) if choices["response"] else pl.Int64
    assert [one.dtype for one in answers] == [kind, kind]
    return [one.to_list() for one in answers], {rule: mask.to_list() for rule, mask in sorted(notes.masks.items())}


def as_seen(text: str) -> str:
    """A text as it looks: composed letters, one blank between words, nothing that has no width."""
    seen = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFC", " ".join(seen.split()))


def one_cell(text: str | None, decimals: str, response: Any, missing: list[str]) -> tuple[int | None, set[str]]:
    """What a person makes of one cell, written without any of the program's own steps."""
    plain = as_seen(text or "")
    if text is None or not plain:
        return None, set()
    rules = (set() if text == text.strip() else {"trimmed"}) | (set() if plain == text.strip() else {"normal_form"})
    text = plain
    same = re.sub(r"^([+-]?[0-9]+)[.,]0+$", r"\1", text)
    if text in missing or same in missing:
        return None, rules | {"missing_code"}
    if text in CELL_ERRORS:
        return None, rules | {"cell_error"}
    found = re.fullmatch(rf"([+-]?[0-9]+)(?:[{re.escape(decimals)}]0+)?", text)
    number = int(found[1]) if found else None
    if number is None or not -(2**63) <= number < 2**63:
        return None, rules | {"bad_number"}
    if response and not response[0] <= number <= response[1]:
        return None, rules | {"item_out_of_range"}
    return number, rules


def by_hand(raw: RawTable, *, response: Any, missing: list[str], item_map: dict[str, str]) -> Found:
    answers: list[list[int | None]] = []
    notes: dict[str, list[bool]] = {}
    for name in ("a", "b"):
        texts = textual(raw.frame)[name].to_list()
        declared = raw.declared_missing.get(name, pl.Series([False] * len(texts))).to_list()
        column: list[int | None] = []
        for row, (text, gone) in enumerate(zip(texts, declared, strict=True)):
            given = raw.frame[name][row] is not None
            number, rules = (
                (None, {"declared_missing"} if given else set())
                if gone
                else one_cell(text, raw.decimals, response, missing)
            )
            column.append(number)
            for rule in rules:
                notes.setdefault(rule, [False] * len(texts))[row] = True
        answers.append(column)
    return answers, dict(sorted(notes.items()))


@MANY
@given(raw=tables(), response=RANGES, missing=MISSING)
def test_the_quick_way_finds_what_the_close_look_finds(raw: RawTable, response: Any, missing: list[str]) -> None:
    choices = {"response": response, "missing": missing, "item_map": {}}
    quick = read(raw, **choices)
    with looking_closely():
        assert read(raw, **choices) == quick


@MANY
@given(raw=tables(), response=RANGES, missing=MISSING)
def test_answers_are_what_a_person_reads(raw: RawTable, response: Any, missing: list[str]) -> None:
    choices = {"response": response, "missing": missing, "item_map": {}}
    assert read(raw, **choices) == by_hand(raw, **choices)


@pytest.mark.parametrize("text", ODD + CODES)
@pytest.mark.parametrize("response", [None, (0, 3)])
def test_every_odd_text_alone(text: str, response: tuple[int, int] | None) -> None:
    raw = RawTable(pl.DataFrame({"a": [text], "b": ["1"]}))
    choices: dict[str, Any] = {"response": response, "missing": [], "item_map": {}}
    assert read(raw, **choices) == by_hand(raw, **choices)


@pytest.mark.parametrize("text", ["--9", "+-9", "-+9"])
def test_a_code_of_missing_may_be_any_text(text: str) -> None:
    raw = RawTable(pl.DataFrame({"a": [text, "1"], "b": ["1", "2"]}))
    answers, notes = read(raw, response=(0, 3), missing=[text], item_map={})
    assert answers == [[None, 1], [1, 2]]
    assert notes == {"missing_code": [True, False]}


@pytest.mark.parametrize("column", [["2", "1"], [2, 1], [2.0, 1.0]], ids=["text", "integers", "floats"])
def test_a_code_of_missing_may_lie_in_the_range(column: list[Any]) -> None:
    raw = RawTable(pl.DataFrame({"a": column, "b": ["+2", "02"]}))
    answers, notes = read(raw, response=(0, 3), missing=["2", "+2"], item_map={})
    assert answers == [[None, 1], [None, 2]]
    assert notes == {"missing_code": [True, False]}


def test_a_map_takes_every_value() -> None:
    raw = RawTable(pl.DataFrame({"a": ["Kyllä", " Ei", "1", None, "5"], "b": [1.0, 2.0, 3.0, None, 1.0]}))
    codes = {"Kyllä": "1", "Ei": "0", "1": "2", "2": "3", "5": "4"}
    answers, notes = read(raw, response=(0, 3), missing=["3"], item_map=codes)
    assert answers == [[1, 0, 2, None, None], [2, 3, None, None, 2]]
    assert notes == {
        "item_map": [True, True, True, False, True],
        "item_out_of_range": [False, False, False, False, True],
        "missing_code": [False, False, True, False, False],
        "trimmed": [False, True, False, False, False],
    }


def test_two_items_of_one_row_are_one_note() -> None:
    raw = RawTable(pl.DataFrame({"a": ["x", "1"], "b": ["x", "9"]}))
    _, notes = read(raw, response=(0, 3), missing=[], item_map={})
    assert notes == {"bad_number": [True, False], "item_out_of_range": [False, True]}


def test_a_wide_range_of_answers() -> None:
    raw = RawTable(pl.DataFrame({"a": ["70000"], "b": ["1"]}))
    assert read(raw, response=(0, 100_000), missing=[], item_map={})[0] == [[70000], [1]]
