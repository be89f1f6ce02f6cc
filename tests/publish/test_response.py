"""Who answered: shares worked by hand, what is left out, and what gives way to a small count first."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.publish import Privacy
from sujuva.publish.response import RESPONSE_SCHEMA, _steps, known_sums, scored_counts, suppress_response

SCORED = {"instrument": pl.String, "informant": pl.String, "wave": pl.Int32, "region": pl.String, "n": pl.Int64}


def response(*rows):
    """Rows of form, wave, region, respondents, answered, before, again."""
    return pl.DataFrame([(row[0], "self", *row[1:]) for row in rows], schema=RESPONSE_SCHEMA, orient="row")


def suppressed(*rows, scored=(), **sums):
    counts = pl.DataFrame([(one[0], "self", *one[1:]) for one in scored], schema=SCORED, orient="row")
    return suppress_response(response(*rows), counts, {"" if key == "asked" else key: n for key, n in sums.items()},
                             Privacy())  # fmt: skip


def told(out, *columns):
    return dict(zip(out.select("measure", "wave", "region").rows(), out.select(columns).rows(), strict=True))


def test_shares_of_regions_and_of_the_network_are_those_worked_by_hand():
    out = suppressed(
        ("form", 2022, "a", 100, 60, None, None),
        ("form", 2022, "b", 300, 120, None, None),
        ("form", 2023, "a", 100, 50, 60, 30),
        ("form", 2023, "b", 300, 150, 120, 84),
        ("form", 2023, "c", 0, 0, 0, 0),
        ("form", 2023, "network", 400, 200, 180, 114),
    )
    assert told(out, "estimate", "bound", "rule", "suppressed") == {
        ("answered", 2022, "a"): (0.6, "", "", ""),
        ("answered", 2022, "b"): (0.4, "", "", ""),
        ("answered", 2022, "network"): (0.45, "", "", ""),  # 180 of 400
        ("answered", 2023, "a"): (0.5, "", "", ""),
        ("answered", 2023, "b"): (0.5, "", "", ""),
        ("answered", 2023, "network"): (0.5, "", "", ""),
        ("again", 2023, "a"): (0.5, "", "", ""),
        ("again", 2023, "b"): (0.7, "", "", ""),
        ("again", 2023, "network"): (0.65, "", "", ""),  # 114 of 180 are 63.3 per cent
    }
    assert out.columns == [
        "measure", "instrument", "informant", "wave", "region", "estimate", "bound", "rule", "suppressed",
    ]  # fmt: skip


def test_one_respondent_is_left_in_and_nobody_is_left_out():
    out = suppressed(("form", 2022, "a", 1, 0, None, None), ("form", 2022, "b", 0, 0, None, None))
    assert out["region"].to_list() == ["a", "network"]
    assert set(out["rule"]) == {"small_count"}


@pytest.mark.parametrize(("before", "again", "is_told"), [(0, 0, False), (60, None, False), (60, 30, True)])
def test_who_answered_again_is_told_of_those_who_had_answered(before, again, is_told):
    out = suppressed(("form", 2023, "a", 100, 50, before, again))
    assert out.filter(measure="again").height == 2 * is_told


def test_a_share_of_too_few_is_hidden():
    out = suppressed(("form", 2022, "a", 24, 12, None, None), ("form", 2022, "b", 25, 15, None, None))
    assert told(out, "estimate", "rule", "suppressed") == {
        ("answered", 2022, "a"): (None, "small_count", "primary"),
        ("answered", 2022, "b"): (0.6, "", ""),
        ("answered", 2022, "network"): (0.55, "", ""),
    }


SILENT = ("form", 2022, "a", 100, 97, None, None)
"""Three did not answer."""
OTHER = ("form", 2022, "b", 30, 18, None, None)
"""The share of 0.6 says 17.25 to 18.75."""


@pytest.mark.parametrize(
    ("sums", "hidden"),
    [
        ({}, 0),
        ({"form": 115}, 3),  # beside the ledger the three would be 2.25 to 3.75
        ({"form": 116}, 3),  # one form is empty, perhaps: still at least 1.25 are silent
        ({"form": 117}, 0),  # so many may be empty that nobody is
        ({"form": 114}, 0),  # a ledger of other files
        ({"other": 115}, 0),
        ({"asked": 130}, 0),  # how many were asked everybody knows
        ({"asked": 131}, 0),
        ({"asked": 129}, 0),
    ],
)
def test_shares_that_would_tell_beside_the_ledger_how_few_are_silent_are_hidden(sums, hidden):
    out = suppressed(SILENT, OTHER, **sums)
    assert out.filter(rule="additive").height == hidden
    assert set(out["rule"]) <= {"", "additive"}


@pytest.mark.parametrize(("silent", "hidden"), [(0, 0), (1, 3), (2, 0), (3, 0), (4, 3), (5, 0)])
def test_who_is_silent_must_be_able_to_be_one_and_one_under_the_threshold(silent, hidden):
    """The ledger leaves what the other region's 57.5 to 62.5 per cent of a hundred does: 2.5 more or fewer."""
    rows = [("form", 2022, "a", 100, 100 - silent, None, None), ("form", 2022, "b", 100, 60, None, None)]
    assert suppressed(*rows, form=160 - silent).filter(rule="additive").height == hidden


def test_the_row_itself_gives_way_first_and_all_rows_last():
    rows = [
        ("answered", "form", "self", 2022, "a"),
        ("again", "form", "self", 2022, "a"),
        ("answered", "form", "self", 2022, "network"),
        ("answered", "other", "self", 2022, "a"),
        ("answered", "form", "self", 2023, "b"),
        ("answered", "form", "parent", 2023, "a"),
        ("answered", "form", "self", 2022, "b"),
    ]
    places = {row: place for place, row in enumerate(rows)}
    assert _steps(rows[0], places) == [[0], [0, 1], [2], [0, 1, 3], [0, 1, 2, 4, 6], [*range(7)]]
    without = {row: place for row, place in places.items() if row[4] != "network"}
    assert _steps(rows[0], without)[2] == []


def test_the_ledger_tells_rows_of_answers_by_form_and_of_respondents():
    ledger = pl.DataFrame(
        [
            ("respondents", 10),
            ("respondents;answers_who5", 7),
            ("answers_who5;answers_sdq;ties", 5),
            ("open_answers", 50),
            ("ties", 99),
        ],
        schema={"tables": pl.String, "rows_clean": pl.Int64},
        orient="row",
    )
    assert known_sums(ledger) == {"": 17, "who5": 12, "sdq": 5}
    assert known_sums(ledger.clear()) == {}


def test_how_many_have_a_score_is_known_of_everybody_and_of_scales_of_a_form():
    scales = {"who5": {"instrument": "who5"}, "sdq_total": {"instrument": "sdq"}}
    rows = [
        ("score_mean", "who5", "self", 2022, "a", "all", 40),
        ("score_mean", "sdq_total", "parent", 2022, "a", "all", 0),
        ("score_mean", "sdq_total", "parent", 2023, "a", "all", None),
        ("score_mean", "who5", "self", 2022, "a", "gender:girl", 20),
        ("score_sd", "who5", "self", 2022, "a", "all", 41),
        ("score_mean", "made_elsewhere", "self", 2022, "a", "all", 42),
    ]
    names = ["indicator", "scale", "informant", "wave", "region", "group", "n"]
    found = scored_counts(pl.DataFrame(rows, schema=names, orient="row"), scales)
    assert found.select("instrument", "informant", "wave", "region", "n").rows() == [
        ("who5", "self", 2022, "a", 40), ("sdq", "parent", 2022, "a", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(("gone", "told_as"), [(0, (0.8, "above")), (4, (0.8, "above")), (7, (0.8, "above")),
                                               (8, (0.8, "")), (12, (0.7, ""))])  # fmt: skip
def test_of_forty_who_had_answered_nobody_and_a_few_who_did_not_come_back_look_the_same(gone, told_as):
    out = suppressed(("form", 2022, "a", 80, 40, None, None), ("form", 2023, "a", 80, 40, 40, 40 - gone))
    for region in ("a", "network"):
        assert told(out, "estimate", "bound")["again", 2023, region] == told_as
