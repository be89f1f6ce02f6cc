"""Gaps between groups: which, of whom, how large, and how many are told falsely."""

import math

import polars as pl
import pytest
import scipy.stats

from sujuva.codebooks import load_instruments
from sujuva.moments import PAIRS, SCORES, score_moments, score_pairs
from sujuva.parjaavyys import gaps
from sujuva.scores import scored, scored_columns
from sujuva.tidy import COMPARISONS, COMPARISONS_KEY

INSTRUMENTS = load_instruments()
GROUPS = ["gender", "age_group"]


def made_of(people, keys=("who5",), **settings):
    """Gaps among people who gave the same answer to every item of some instruments."""
    persons = pl.DataFrame(
        people, schema=["unit", "region", "gender", "age_group", "answer"], orient="row"
    ).with_row_index("number")
    persons = persons.with_columns(respondent=pl.format("{}", "number"), wave=pl.lit(2022, pl.Int32))
    design = persons.lazy().select(
        "respondent", "wave", "unit", "region", *GROUPS, stratum=pl.lit("1"), weight=pl.lit(1, pl.Int64)
    )
    scores, pairs = [], []
    for key in keys:
        items = [pl.col("answer").cast(pl.Int16).alias(name) for name in INSTRUMENTS[key].item_columns]
        answers = persons.lazy().select("respondent", "wave", *items, informant=pl.lit("self"))
        them = scored(answers, INSTRUMENTS[key]).join(design, on=["respondent", "wave"])
        columns = scored_columns(INSTRUMENTS[key])
        scores.append(score_moments(them, columns, design=design, groups=GROUPS, weight_decimals=0))
        pairs.append(score_pairs(them, columns, design=design, groups=GROUPS))
    return gaps(pl.concat(scores), pl.concat(pairs), INSTRUMENTS, **settings)


PEOPLE = [
    (str(n), "oulu" if n % 2 else "tampere", "girl" if n % 3 else "boy", "7-9" if n % 7 else "10-12", (n * n) % 6)
    for n in range(60)
]


@pytest.fixture(scope="module")
def table():
    return made_of(PEOPLE)


def one(table, **where):
    return table.filter(**{"region": "network", "scale": "who5", "category": "", **where}).row(0, named=True)


def test_columns_key_and_kinds(table):
    assert table.schema == COMPARISONS
    assert table.equals(table.sort(COMPARISONS_KEY))
    assert not table.select(pl.struct(COMPARISONS_KEY).is_duplicated().any()).item()
    assert table["comparison"].unique().to_list() == ["gap"]
    assert (table["wave"] == table["other_wave"]).all()
    assert set(table["region"]) == {"network", "oulu", "tampere"}
    assert set(table.select("group", "other_group").rows()) == {
        ("gender:girl", "gender:boy"),
        ("age_group:10-12", "age_group:7-9"),
    }


def test_a_gap_is_welchs_difference_over_the_pooled_deviation(table):
    """Everybody is a cluster, so the error differs from the textbook's by the design's share of empty clusters only."""
    girls = [20 * (n * n % 6) for n in range(60) if n % 3]
    boys = [20 * (n * n % 6) for n in range(60) if not n % 3]
    mine = one(table, group="gender:girl")
    means = [sum(values) / len(values) for values in (girls, boys)]
    assert mine["estimate"] == pytest.approx(means[0] - means[1], rel=1e-14)
    squares = [sum((y - mean) ** 2 for y in values) for values, mean in zip((girls, boys), means, strict=True)]
    assert mine["se"] ** 2 == pytest.approx(60 / 59 * (squares[0] / 40**2 + squares[1] / 20**2), rel=1e-12)
    pooled = math.sqrt(sum(squares) / 58)
    assert mine["effect"] == pytest.approx(mine["estimate"] / pooled, rel=1e-12)
    assert mine["effect_kind"] == "d_pooled"
    reach = math.sqrt((mine["se"] / pooled) ** 2 + mine["effect"] ** 2 / (2 * 60)) * scipy.stats.t.ppf(
        0.975, mine["df"]
    )
    assert mine["effect_high"] - mine["effect"] == pytest.approx(reach, rel=1e-10)
    assert (mine["n"], mine["other_n"], mine["clusters"]) == (40, 20, 60)
    assert 19 < mine["df"] < 59  # Welch's: each side has clusters of its own
    assert mine["relative"] == pytest.approx(means[0] / means[1] - 1, rel=1e-12)
    assert mine["relative_low"] < mine["relative"] < mine["relative_high"]
    assert mine["p"] == pytest.approx(2 * scipy.stats.t.sf(abs(mine["estimate"] / mine["se"]), mine["df"]), rel=1e-10)


def test_shares_have_a_relative_gap_and_no_standardised_one(table):
    mine = one(table, group="gender:girl", category="poor")
    girls = sum(n * n % 6 <= 2 for n in range(60) if n % 3) / 40
    boys = sum(n * n % 6 <= 2 for n in range(60) if not n % 3) / 20
    assert mine["estimate"] == pytest.approx(girls - boys, rel=1e-12)
    assert mine["relative"] == pytest.approx(girls / boys - 1, rel=1e-12)
    assert (mine["effect"], mine["effect_kind"]) == (None, "")


def test_a_scale_that_does_not_start_at_zero_has_no_relative_gap():
    people = [(unit, region, gender, age, answer % 5 + 1) for unit, region, gender, age, answer in PEOPLE]
    made = made_of(people, ["cyrm_r"])
    assert made["relative"].null_count() == made.height > 0
    assert one(made, scale="cyrm_r", group="gender:girl")["effect"] is not None


def test_the_reference_is_named_or_the_largest_in_the_network(table):
    assert set(
        made_of(PEOPLE, references={"gender": "girl"}).filter(pl.col("group").str.starts_with("gender"))["group"]
    ) == {"gender:boy"}
    largest = made_of(PEOPLE, references={})
    assert set(largest.filter(pl.col("group").str.starts_with("gender"))["other_group"]) == {"gender:girl"}
    absent = made_of(PEOPLE, references={"gender": "nobody"})
    assert absent.equals(largest)
    turned = one(largest, group="gender:boy")
    assert (turned["estimate"], turned["p"]) == (
        -one(table, group="gender:girl")["estimate"],
        one(table, group="gender:girl")["p"],
    )


def test_families_are_the_headline_scales_of_a_region_and_wave():
    made = made_of(PEOPLE, ["who5", "gad2", "swemwbs"])
    assert "swemwbs_raw" in made["scale"], "the sum of which the headline scale swemwbs is made"
    headline = pl.col("scale").is_in(["who5", "gad2", "swemwbs"]) & (pl.col("category") == "")
    for _, family in made.with_columns(headline=headline).group_by("region", "wave", "headline"):
        tested = family.drop_nulls("p")
        wanted = scipy.stats.false_discovery_control(tested["p"].to_numpy())
        assert tested["q"].to_list() == pytest.approx(list(wanted), rel=1e-12)
    assert made.filter(headline, region="network").height == 6


def test_what_cannot_be_told_has_a_note():
    alike = [
        (unit, region, gender, age, 3 if gender == "boy" else answer) for unit, region, gender, age, answer in PEOPLE
    ]
    mine = one(made_of(alike), group="gender:girl")
    assert (mine["note"], mine["se"], mine["p"], mine["q"]) == ("no_variation", None, None, None)
    silent = [
        (unit, region, gender, age, None if gender == "boy" else answer) for unit, region, gender, age, answer in PEOPLE
    ]
    mine = one(made_of(silent), group="gender:girl")
    assert (mine["note"], mine["estimate"], mine["n"], mine["other_n"]) == ("no_scores", None, 40, 0)


def test_nothing_in_nothing_out():
    assert gaps(pl.DataFrame(schema=SCORES), pl.DataFrame(schema=PAIRS), INSTRUMENTS).schema == COMPARISONS
