"""The index over environments against fractions, and what a declaration may not say."""

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sujuva.codebooks import load_instruments
from sujuva.errors import ParameterError
from sujuva.scores import COMBINED, INDEX, index_scale, index_scores, scored, scored_columns

INSTRUMENTS = load_instruments()
PARTS = {"home": {"single_home": 1}, "school": {"single_school": 1}, "leisure": {"single_leisure": 1}}
MIXED = {
    "home": {"single_home": 1, "sdq_total@parent": 0.5},
    "school": {"single_school": 2.125, "sdq_total@teacher": 1, "single_loneliness": 0.3},
    "leisure": {"single_leisure": 1, "who5": 1},
}


def table(rows, columns, **kinds):
    schema = {"respondent": pl.String, "wave": pl.Int32, "informant": pl.String, **dict.fromkeys(columns, pl.Int64)}
    return pl.DataFrame(rows, schema=schema | kinds, orient="row").lazy()


SINGLE = ("single_home", "single_school", "single_leisure", "single_loneliness")


def single(*rows):
    return {"single": table([("a", 2022, "self", *row) for row in rows], SINGLE)}


def index(scored, parts=PARTS, min_parts=2):
    return index_scores(scored, INSTRUMENTS, parts, min_parts=min_parts).collect().sort("respondent", "wave")


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        ((10, 9, 8), 9000),
        ((10, 9, 9), 9333),  # 93.333…
        ((10, 10, 9), 9667),  # 96.666…
        ((7, None, 5), 6000),
        ((7, None, None), None),
        ((None, None, None), None),
        ((0, 0, None), 0),
    ],
)
def test_the_mean_of_the_environments_that_a_child_has(row, wanted):
    made = index(single((*row, None)))
    assert made.schema == {"respondent": pl.String, "wave": pl.Int32, "informant": pl.String, INDEX: pl.Int64}
    assert made.rows() == [("a", 2022, COMBINED, wanted)]


@pytest.mark.parametrize(("least", "wanted"), [(1, 7000), (2, None)])
def test_as_many_environments_as_asked_for(least, wanted):
    assert index(single((7, None, None, None)), min_parts=least)[INDEX].to_list() == [wanted]


def test_where_fewer_points_are_better_the_scale_is_turned():
    parts = {"alone": {"single_loneliness": 1}}
    made = [index(single((None, None, None, answer)), parts, 1)[INDEX].item() for answer in (1, 3, 5)]
    assert made == [10000, 5000, 0]


def test_informants_are_averaged_unless_one_is_named():
    sdq = {
        "sdq": table([("a", 2022, "parent", 10), ("a", 2022, "self", 20), ("a", 2022, "teacher", None)], ["sdq_total"])
    }
    assert index(sdq, {"any": {"sdq_total": 1}}, 1)[INDEX].item() == 6250  # 40 − 15 of 40
    assert index(sdq, {"any": {"sdq_total@parent": 1}}, 1)[INDEX].item() == 7500
    assert index(sdq, {"any": {"sdq_total@teacher": 1}}, 1)[INDEX].item() is None


def test_halves_go_upwards():
    # (100 + 99.99) / 2 = 99.995, on two scales with decimals: cyrm_r has two on its range of 68.
    scores = {"cyrm_r": table([("a", 2022, "self", 1700 + 3400 + 17)], ["cyrm_r"])}
    assert index(scores, {"any": {"cyrm_r": 1}}, 1)[INDEX].item() == 5025  # 3417 / 6800 = 50.25 per cent
    both = scores | single((10, None, None, None))
    assert index(both, {"any": {"cyrm_r": 1}, "home": {"single_home": 1}})[INDEX].item() == 7513  # 75.125


PERSON = st.fixed_dictionaries(
    {
        "single": st.tuples(*[st.none() | st.integers(0, 10)] * 3, st.none() | st.integers(1, 5)),
        "parent": st.none() | st.integers(0, 40),
        "teacher": st.none() | st.integers(0, 40),
        "who5": st.tuples(*[st.none() | st.integers(0, 25).map(lambda raw: 4 * raw)] * 2),
    }
)


def by_fractions(person, least):
    """The definition for MIXED, in fractions."""
    home, school, leisure, lonely = person["single"]
    who5 = [Fraction(score, 100) for score in person["who5"] if score is not None]

    def share(score, low, high, *, turned=False):
        place = None if score is None else Fraction(score - low, high - low)
        return place if place is None or not turned else 1 - place

    environments = [
        [(share(home, 0, 10), 1), (share(person["parent"], 0, 40, turned=True), Fraction(1, 2))],
        [
            (share(school, 0, 10), Fraction("2.125")),
            (share(person["teacher"], 0, 40, turned=True), 1),
            (share(lonely, 1, 5, turned=True), Fraction("0.3")),
        ],
        [(share(leisure, 0, 10), 1), (sum(who5) / len(who5) if who5 else None, 1)],
    ]
    means = []
    for environment in environments:
        there = [(place, weight) for place, weight in environment if place is not None]
        if there:
            means.append(sum(place * weight for place, weight in there) / sum(weight for _, weight in there))
    if len(means) < least:
        return None
    exact = sum(means) / len(means) * 10000 + Fraction(1, 2)
    return exact.numerator // exact.denominator


@settings(max_examples=40)
@given(st.lists(PERSON, min_size=1, max_size=12), st.integers(1, 3), st.randoms())
def test_the_index_follows_its_definition(people, least, random):
    rows = {"single": [], "sdq": [], "who5": []}
    for number, person in enumerate(people):
        key = (f"{number:02}", 2022)
        rows["single"].append((*key, "self", *person["single"]))
        rows["sdq"] += [(*key, who, person[who]) for who in ("parent", "teacher")]
        rows["who5"] += [(*key, who, score) for who, score in zip(("self", "parent"), person["who5"], strict=True)]
    for one in rows.values():
        random.shuffle(one)
    tables = {
        "single": table(rows["single"], SINGLE), "sdq": table(rows["sdq"], ["sdq_total"]),
        "who5": table(rows["who5"], ["who5"]),
    }  # fmt: skip
    made = index(tables, MIXED, least)[INDEX].to_list()
    assert made == [by_fractions(person, least) for person in people]
    assert all(0 <= value <= 10000 for value in made if value is not None)


def test_instruments_that_nobody_answered_count_as_not_answered():
    assert index(single((10, 9, 8, 1)), MIXED, 3)[INDEX].item() is not None
    nobody = index({}, MIXED, 2)
    assert nobody.is_empty()
    assert nobody.schema["wave"] == pl.Int32


def test_it_reads_what_scored_makes():
    answers = pl.LazyFrame(
        {"respondent": ["a"], "wave": [2022], "informant": ["self"], **{f"single_{n}": [5] for n in (4, 5, 6, 7)}},
    ).with_columns(pl.lit(None, pl.Int16).alias(f"single_{n}") for n in (1, 2, 3))
    made = index({"single": scored(answers, INSTRUMENTS["single"])})
    assert made[INDEX].to_list() == [5000]


@pytest.mark.parametrize(
    ("parts", "least", "words"),
    [
        ({}, 1, "no environment"),
        ({"home": {}}, 1, "no scale"),
        ({"home": {"single_hoem": 1}}, 1, "'single_home'"),
        ({"home": {"single_home@selv": 1}}, 1, "'self'"),
        ({"home": {"single_home": 0}}, 1, "above 0"),
        ({"home": {"single_home": 1.0005}}, 1, "three decimals"),
        ({"home": {"single_home": float("nan")}}, 1, "three decimals"),
        (PARTS, 4, "1 to 3"),
        (PARTS, 0, "1 to 3"),
    ],
)
def test_a_wrong_declaration_is_explained(parts, least, words):
    with pytest.raises(ParameterError, match=words):
        index(single((1, 1, 1, 1)), parts, least)


def test_too_fine_a_declaration_is_refused():
    parts = {f"e{n}": {"who5": 1234567.891} for n in range(6)}
    with pytest.raises(ParameterError, match="too many or too fine"):
        index({"who5": table([("a", 2022, "self", 4)], ["who5"])}, parts, 1)


def test_the_index_is_an_instrument_with_one_scale():
    made = index_scale(MIXED, INSTRUMENTS)
    (scale,) = made.scales
    assert (made.key, scale.key, scale.range, scale.decimals, scale.higher_is_better) == (
        INDEX,
        INDEX,
        (0, 100),
        2,
        True,
    )
    assert scored_columns(made) == {INDEX: 2}
    assert "this project's own" in scale.unverified
    assert "sdq_total@parent × 0.5" in scale.unverified
    assert all([scale.title.fi, scale.title.sv, scale.title.en])
    with pytest.raises(ParameterError, match="no environment"):
        index_scale({}, INSTRUMENTS)
