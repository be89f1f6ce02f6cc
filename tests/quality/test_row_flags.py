"""Flags on single rows against rows written by hand."""

import polars as pl
import pytest

from sujuva.codebooks import load_terms
from sujuva.errors import ParameterError
from sujuva.quality import FLAGS, Flagging, find_flags
from sujuva.tables import FlagCounts, RowFlags
from tests.quality.made_up import NO_TITLES, instrument, study

X = None
CODES = [
    [3, 3, 3, 3, 3, 3],  # straight, slow
    [3, 3, 3, 3, X, X],  # straight as far as it goes, and fast
    [3, 3, X, X, X, X],  # too few answers to be a line
    [3, 3, 3, 3, 3, 2],  # one differs
    [X, X, X, X, X, X],  # empty: neither straight nor fast
    [1, 2, 3, 4, 5, 1],  # fast
]
SECONDS = [12.0, 7.9, 4.0, X, 0.0, 11.9]
FLAGGING = Flagging(straight_line_items=4, seconds_per_item=2.0)


def flags(codes=CODES, *, made=None, flagging=FLAGGING, **columns):
    questions = made or instrument(len(codes[0]))
    found = find_flags(study(codes, **columns), {"q": questions}, NO_TITLES, flagging=flagging)
    RowFlags.validate(found.rows)
    FlagCounts.validate(found.counts)
    return found


def test_rows_are_flagged_by_name():
    found = flags(seconds=SECONDS).rows
    assert found.select("flag", "respondent").rows() == [
        ("all_missing", "p4"), ("straight_lining", "p0"), ("straight_lining", "p1"), ("too_fast", "p1"),
        ("too_fast", "p5"),
    ]  # fmt: skip
    assert found.drop("flag", "respondent").unique().rows() == [("q", 2022, "self")]


def test_counts_say_how_many_rows_were_looked_at():
    found = flags(seconds=SECONDS, region=["oulu", "oulu", "oulu", "oulu", "tampere", "tampere"]).counts
    assert found.select("flag", "region", "n", "looked_at").rows() == [
        ("all_missing", "oulu", 0, 4), ("all_missing", "tampere", 1, 2), ("straight_lining", "oulu", 2, 3),
        ("straight_lining", "tampere", 0, 1), ("too_fast", "oulu", 1, 3), ("too_fast", "tampere", 1, 1),
    ]  # fmt: skip
    assert found.select("about", "part", "informant", "wave", "group", "value").unique().rows() == [
        ("q", "", "self", 2022, "", X)
    ]  # fmt: skip
    assert found["reason"].to_list() == [load_terms().sentence("flag", flag, "en") for flag in found["flag"]]


def test_counts_are_apart_by_wave_and_informant():
    found = flags(wave=[2022, 2022, 2023, 2023, 2023, 2023], informant=["self", "parent"] * 3, seconds=SECONDS).counts
    lines = found.filter(flag="straight_lining").select("informant", "wave", "n", "looked_at").rows()
    assert lines == [("parent", 2022, 1, 1), ("parent", 2023, 0, 2), ("self", 2022, 1, 1)]


def test_a_short_questionnaire_is_not_judged_for_lines():
    found = flags([[3, 3, 3]] * 40)
    assert found.rows.is_empty()
    assert set(found.counts["flag"]) == {"all_missing"}


def test_codes_are_looked_at_as_given():
    found = flags([[2, 2, 2, 2], [2, 4, 2, 4]], made=instrument(4, reverse=[2, 4]))
    assert found.rows.select("flag", "respondent").rows() == [("straight_lining", "p0")]


def test_without_durations_nobody_is_too_fast():
    assert "too_fast" not in set(flags().counts["flag"])


def test_no_row_disappears():
    tables = study(CODES, seconds=SECONDS)
    before = {name: frame.clone() for name, frame in tables.items()}
    find_flags(tables, {"q": instrument(6)}, NO_TITLES, flagging=FLAGGING)
    assert all(frame.equals(before[name]) for name, frame in tables.items())


def test_two_instruments_and_their_order():
    one, two = study(CODES), study([[1, 1, 1, 1]], key="a")
    tables = {"respondents": one["respondents"], "answers_q": one["answers_q"], "answers_a": two["answers_a"]}
    books = {"q": instrument(6), "a": instrument(4, key="a"), "unused": instrument(4, key="unused")}
    found = find_flags(tables, books, NO_TITLES, flagging=FLAGGING).rows
    assert found.filter(flag="straight_lining")["instrument"].to_list() == ["a", "q", "q"]
    assert found.equals(found.sort(RowFlags.primary_key()))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("straight_line_items", 1), ("seconds_per_item", -1.0), ("seconds_per_item", float("nan")), ("min_group", 3),
        ("alpha", 0.0), ("alpha", 1.0), ("alpha", float("nan")), ("jump_sd", -0.1), ("jump_sd", float("inf")),
    ],
)  # fmt: skip
def test_limits_out_of_range_are_refused(name, value):
    with pytest.raises(ParameterError, match=name):
        Flagging(**{name: value})


def test_reasons_are_sentences():
    assert set(FLAGS) == {
        "straight_lining", "all_missing", "too_fast", "negative_item", "mean_jump", "not_asked", "title_changed",
        "unknown_area",
    }  # fmt: skip
    reasons = [load_terms().sentence("flag", flag, "en") for flag in FLAGS]
    assert all(reason[0].isupper() and reason.endswith(".") and len(reason) > 30 for reason in reasons)


def test_an_item_text_never_reaches_the_flags():
    # Groups outside the respondents' own are read from the answers: the source, where a caller leaves it in.
    tables = study(CODES)
    tables["answers_q"] = tables["answers_q"].with_columns(pl.lit("lähde").alias("source"), pl.lit("x").alias("text"))
    found = find_flags(tables, {"q": instrument(6)}, NO_TITLES, flagging=FLAGGING)
    assert "text" not in [*found.rows.columns, *found.counts.columns]
