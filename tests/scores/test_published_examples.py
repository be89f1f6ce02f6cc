"""Scores that published rules give, worked by hand, instrument by instrument."""

import polars as pl
import pytest

from sujuva.codebooks import load_instruments
from sujuva.errors import ContractError
from sujuva.scores import find_items, score_frame, score_sheet

INSTRUMENTS = load_instruments()
# SWEMWBS, raw sum to metric score: Stewart-Brown et al. 2009.
TEACHER = {"informant": "teacher"}
METRIC = """
7 7.00   8 9.51   9 11.25  10 12.40 11 13.33 12 14.08 13 14.75 14 15.32 15 15.84 16 16.36
17 16.88 18 17.43 19 17.98 20 18.59 21 19.25 22 19.98 23 20.73 24 21.54 25 22.35 26 23.21
27 24.11 28 25.03 29 26.02 30 27.03 31 28.13 32 29.31 33 30.70 34 32.55 35 35.00
"""
SWEMWBS = METRIC.split()


def one(key, answers, **how):
    """Score one person whose answers are written as digits, "-" for none, item by item."""
    instrument = INSTRUMENTS[key]
    codes = [None if sign == "-" else int(sign) for sign in answers]
    assert len(codes) == instrument.items
    columns = {
        name: pl.Series([code], dtype=pl.Int8) for name, code in zip(instrument.item_columns, codes, strict=True)
    }
    return score_frame(pl.DataFrame(columns), instrument, **how).row(0, named=True)


@pytest.mark.parametrize(
    ("key", "answers", "how", "expected"),
    [
        ("who5", "55555", {}, {"who5": 100, "who5_band": None}),
        ("who5", "33330", {}, {"who5": 48, "who5_band": "poor"}),
        ("who5", "33331", {}, {"who5": 52, "who5_band": None}),
        ("who5", "11111", {"norms": "screening"}, {"who5": 20, "who5_band": "likely_depression"}),
        ("who5", "5555-", {}, {"who5": None, "who5_band": None, "who5_reason": "too few answers (4 of 5, needs 5)"}),
        ("who5", "-----", {}, {"who5_reason": "no answers"}),
        ("gad7", "2222222", {}, {"gad7": 14, "gad7_band": "moderate"}),
        ("gad7", "3222222", {}, {"gad7": 15, "gad7_band": "moderate"}),
        ("gad7", "3222222", {"norms": "original"}, {"gad7": 15, "gad7_band": "severe"}),
        ("gad7", "3322222", {}, {"gad7": 16, "gad7_band": "severe"}),
        ("gad7", "1111110", {}, {"gad7": 6, "gad7_band": "mild"}),
        ("gad7", "222222-", {}, {"gad7": None}),
        ("gad2", "12", {}, {"gad2": 3, "gad2_band": "positive"}),
        ("gad2", "11", {}, {"gad2": 2, "gad2_band": None}),
        ("phq2", "30", {}, {"phq2": 3, "phq2_band": "positive"}),
        ("phq9", "222220000", {}, {"phq9": 10, "phq9_band": "moderate"}),
        ("phq9", "333330000", {}, {"phq9": 15, "phq9_band": "moderately_severe"}),
        ("phq9", "333333200", {}, {"phq9": 20, "phq9_band": "severe"}),
        ("ucla3", "222", {}, {"ucla3": 6, "ucla3_band": "lonely"}),
        ("ucla3", "221", {}, {"ucla3": 5, "ucla3_band": None}),
        ("ucla3", "221", {"norms": "four"}, {"ucla3": 5, "ucla3_band": "lonely"}),
        ("brs", "515151", {}, {"brs": 5.0}),
        ("brs", "333333", {"norms": "smith"}, {"brs": 3.0, "brs_band": "normal"}),
        ("brs", "5-5-5-", {}, {"brs": 5.0}),
        ("brs", "415151", {"norms": "smith"}, {"brs": 4.83, "brs_band": "high"}),
        ("brs", "544424", {"norms": "smith"}, {"brs": 2.83, "brs_band": "low"}),  # 5 2 4 2 2 2
        ("brs", "524253", {"norms": "smith"}, {"brs": 4.17, "brs_band": "normal"}),  # 5 4 4 4 5 3
        ("cdrisc10", "4444444444", {}, {"cdrisc10": 40.0}),
        ("cdrisc10", "4333333---", {}, {"cdrisc10": 31.43}),  # 22 · 10/7
        ("cdrisc10", "433333----", {}, {"cdrisc10": None, "cdrisc10_reason": "too few answers (6 of 10, needs 7)"}),
        ("kidscreen10", "5511555555", {}, {"kidscreen10": 50, "kidscreen10_t_reason": "no conversion table"}),
        ("kidscreen10", "1155111111", {}, {"kidscreen10": 10}),
        ("kidscreen10", "1-55111111", {}, {"kidscreen10_t_reason": "kidscreen10: too few answers (9 of 10, needs 10)"}),
        ("cyrm_r", "4" * 14 + "---", {}, {"cyrm_r": 68.0}),
        ("cyrm_r", "4" * 13 + "----", {}, {"cyrm_r": None}),
        ("cyrm_r", "4" * 17, {"norms": "tentative"}, {"cyrm_r": 68.0, "cyrm_r_band": "moderate"}),
        ("cyrm_r3", "3" * 17, {}, {"cyrm_r3": 51.0, "cyrm_r3_personal": 30.0, "cyrm_r3_caregiver": 21.0}),
        ("swemwbs", "333333-", {}, {"swemwbs_reason": "swemwbs_raw: too few answers (6 of 7, needs 7)"}),
        ("sdq_impact", "133333", {"informant": "parent"}, {"sdq_impact": 10, "sdq_impact_band": "very_high"}),
        ("sdq_impact", "112012", {"informant": "self"}, {"sdq_impact": 2, "sdq_impact_band": "high"}),
        ("sdq_impact", "112012", {"informant": "self", "norms": "uk3"}, {"sdq_impact_band": "abnormal"}),
        ("sdq_impact", "0-----", {"informant": "parent"}, {"sdq_impact": 0, "sdq_impact_band": "close_to_average"}),
        ("sdq_impact", "2-1111", {"informant": "parent"}, {"sdq_impact": None}),
        ("sdq_impact", "13-33-", TEACHER, {"sdq_impact_teacher": 6, "sdq_impact_teacher_band": "very_high"}),
        ("sdq_impact", "12-11-", TEACHER, {"sdq_impact_teacher": 1, "sdq_impact_teacher_band": "slightly_raised"}),
        ("single", "4101-89", {}, {"single_loneliness_band": "often", "single_home": None, "single_leisure": 9}),
    ],
)  # fmt: skip
def test_worked_examples(key, answers, how, expected):
    made = one(key, answers, **how)
    assert {name: made[name] for name in expected} == expected


@pytest.mark.parametrize(("raw", "metric"), list(zip(map(int, SWEMWBS[::2]), map(float, SWEMWBS[1::2]), strict=True)))
def test_swemwbs_metric_scores(raw, metric):
    answers = [1 + max(0, min(4, raw - 7 - 4 * place)) for place in range(7)]
    made = one("swemwbs", "".join(map(str, answers)))
    assert (made["swemwbs_raw"], made["swemwbs"]) == (raw, metric)


def test_scales_of_other_informants_are_left_out():
    made = one("sdq_impact", "133333", informant="teacher")
    assert not any(name.startswith("sdq_impact_band") or name == "sdq_impact" for name in made)
    unknown = one("sdq_impact", "133333")
    assert unknown["sdq_impact"] is unknown["sdq_impact_teacher"] is None
    assert unknown["sdq_impact_reason"] == "informant not known"


def test_informants_may_differ_by_row():
    frame = pl.DataFrame(
        {"informant": ["parent", "teacher", None]} | {f"sdq_impact_{n}": [1, 1, 1] for n in range(1, 7)}
    )
    made = score_frame(frame, INSTRUMENTS["sdq_impact"])
    assert made["sdq_impact_reason"].to_list() == [None, "not for this informant", "informant not known"]
    assert made["sdq_impact_teacher"].to_list() == [None, 0, None]
    with pytest.raises(ContractError, match="is not parent"):
        score_frame(frame, INSTRUMENTS["sdq_impact"], informant="parent")


def test_an_answer_outside_the_range_is_no_answer():
    frame = pl.DataFrame({f"who5_{n}": [5, 9 if n < 3 else 5, 9] for n in range(1, 6)})
    made = score_sheet(frame, INSTRUMENTS["who5"])
    assert made.outside == {"who5_1": 2, "who5_2": 2, "who5_3": 1, "who5_4": 1, "who5_5": 1}
    assert made.frame["who5"].to_list() == [100, None, None]
    assert made.frame["who5_reason"].to_list() == [
        None,
        "2 answers outside the range; too few answers (3 of 5, needs 5)",
        "5 answers outside the range; too few answers (0 of 5, needs 5)",
    ]


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        (["1", " 2 ", "3.0", "4,00", "+5", "", None, "EOS"], [1, 2, 3, 4, 5, None, None, None]),
        ([1.0, 2.0, float("nan"), None], [1, 2, None, None]),
        (pl.Series([1, 2, None], dtype=pl.UInt8), [1, 2, None]),
        (pl.Series(["3", "1"], dtype=pl.Categorical), [3, 1]),
    ],
)
def test_answers_may_be_written_in_several_ways(values, codes):
    frame = pl.DataFrame({f"who5_{n}": values for n in range(1, 6)}, strict=False)
    made = score_sheet(frame, INSTRUMENTS["who5"], missing=["eos"]).frame
    assert made["who5"].to_list() == [None if code is None else code * 20 for code in codes]


@pytest.mark.parametrize(
    "values", [["1", "secretword", "2"], [1.0, 2.5, 3.0], ["1", "1.5", "2"], ["1", "0x2", "2"], [None, [3, 4], None]]
)
def test_what_is_no_whole_number_is_named_but_not_quoted(values):
    frame = pl.DataFrame({f"who5_{n}": ["1", "1", "1"] for n in (1, 2, 3, 4)} | {"who5_5": values})
    with pytest.raises(ContractError) as caught:
        score_frame(frame, INSTRUMENTS["who5"])
    assert "'who5_5' has 1 answer that is no whole number (data row 2)" in str(caught.value)
    assert str(values[1]) not in str(caught.value)


def test_official_names_tell_the_informant():
    names = [INSTRUMENTS["sdq"].aliases[n] for n in range(1, 26)]
    found = find_items([own[1].upper() for own in names], INSTRUMENTS["sdq"])
    assert (found.informant, len(found.columns), found.columns[1]) == ("teacher", 25, "TCONSID")
    both = [own[0] for own in names] + [own[2] for own in names]
    with pytest.raises(ContractError, match="of parent and self"):
        find_items(both, INSTRUMENTS["sdq"])
    assert find_items(both, INSTRUMENTS["sdq"], informant="self").columns[25] == "sattends"
    with pytest.raises(ContractError, match="not of teacher"):
        find_items(both, INSTRUMENTS["sdq"], informant="teacher")


def test_wrong_columns_are_explained():
    who5 = INSTRUMENTS["who5"]
    with pytest.raises(ContractError, match="Did you mean 'who5_1'"):
        find_items(["who_5_1"], who5)
    with pytest.raises(ContractError, match="both named like item 1"):
        find_items(["who5_1", "WHO5_1"], who5)
    frame = pl.DataFrame({f"who5_{n}": [1] for n in (1, 2, 3, 4)} | {"wh05_5": [1]})
    with pytest.raises(ContractError, match=r"no column for item 5 of who5\. Did you mean 'wh05_5'"):
        score_frame(frame, who5)
    assert score_sheet(frame, who5, partial=True).frame["who5_reason"].to_list() == [
        "too few answers (4 of 5, needs 5)"
    ]
    named = score_sheet(frame, who5, items=["who5_1", "who5_2", "who5_3", "who5_4", "wh05_5"])
    assert named.frame["who5"].to_list() == [20]
    with pytest.raises(ContractError, match="has 5 items; 2 different"):
        score_sheet(frame, who5, items=["who5_1", "who5_2"])


def test_keys_stand_beside_the_scores():
    items = {f"who5_{n}": [1, 2] for n in range(1, 6)}
    frame = pl.DataFrame({"respondent": ["b", "a"], "diary": ["x", "y"], "region": ["k", "l"]} | items)
    assert score_frame(frame, INSTRUMENTS["who5"]).columns[:3] == ["respondent", "region", "who5"]
    assert score_frame(pl.DataFrame(items), INSTRUMENTS["who5"])["row"].to_list() == [1, 2]
    kept = score_sheet(frame, INSTRUMENTS["who5"], keep=["diary"]).frame
    assert kept.columns == ["diary", "who5", "who5_band", "who5_reason"]
    with pytest.raises(ContractError, match="no column 'diery'"):
        score_sheet(frame, INSTRUMENTS["who5"], keep=["diery"])
