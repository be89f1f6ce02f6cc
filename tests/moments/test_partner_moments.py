"""The moments of what partners say: persons in organisations, like children in schools; and of assessments."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from sujuva.codebooks import Instrument
from sujuva.moments import (
    PARTNERS,
    RUBRIC,
    SCORES_KEY,
    partner_answers,
    partner_moments,
    rubric_moments,
)
from sujuva.scores import scored, scored_columns
from sujuva.tables import empty_table

COMMON = Instrument.model_validate(
    {
        "key": "common",
        "answered_by": "partners",
        "title": {"fi": "Yhteinen"},
        "items": 3,
        "response": [1, 5],
        "norms": "own",
        "scales": [
            {
                "key": "goal",
                "title": {"fi": "Päämäärä"},
                "items": [1, 2],
                "score": "mean",
                "min_answered": 1,
                "range": [1, 5],
                "decimals": 1,
                "higher_is_better": True,
                "bands": [{"norms": "own", "key": "strong", "title": {"fi": "vahva"}, "low": 4, "high": 5}],
            },
            {
                "key": "talk",
                "title": {"fi": "Puhe"},
                "items": [3],
                "score": "mean",
                "range": [1, 5],
                "higher_is_better": True,
            },
        ],
        "licence": "CC0",
        "citation": "-",
    }
)
CHILDREN = COMMON.model_copy(update={"key": "mood", "answered_by": "respondents"})
BOOKS = {"common": COMMON, "mood": CHILDREN}
STUDY: dict[str, Any] = {"regions": ["oulu", "tampere"], "waves": [2023, 2024]}
Row = tuple[str, int, str, str | None, str | None, str, int]


def table(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict(empty_table("partner_ratings").schema), orient="row")


def reduced(ratings: pl.DataFrame, norms: str | None = None) -> dict[str, pl.DataFrame]:
    answers = partner_answers(ratings, BOOKS, **STUDY)
    points = {key: scored(one.lazy(), BOOKS[key], norms=norms) for key, one in answers.items()}
    return partner_moments(answers, points, {key: scored_columns(BOOKS[key], norms) for key in answers}, BOOKS)


def answered(person: str, org: str | None, sector: str | None, *codes: int, region: str = "oulu") -> list[Row]:
    return [(person, 2024, region, org, sector, f"common_{n}", code) for n, code in enumerate(codes, 1) if code]


FIVE = table(
    [
        *answered("a", "T1", "health", 4, 5, 3),
        *answered("b", "T1", "health", 2, 0, 0),
        *answered("c", None, "health", 3, 3, 0),
        *answered("d", None, "health", 5, 5, 5),
        *answered("e", None, None, 1, 1, 0),
    ]
)


def test_clusters_are_organisations_then_sectors_then_persons():
    answers = partner_answers(FIVE, BOOKS, **STUDY)
    assert list(answers) == ["common"]
    one = answers["common"]
    assert one["unit"].n_unique() == 3
    assert one.group_by("unit").len().sort("unit")["len"].to_list() == [2, 1, 2]  # T1, e alone, the sector
    assert one.select("stratum", "weight", "informant").unique().rows() == [("oulu", 1, "")]
    assert one["common_2"].null_count() == 1


def test_sums_by_hand():
    scores = reduced(FIVE)["partner_scores"].filter(scale="goal", region="oulu")
    everyone = scores.row(by_predicate=pl.col("group") == "all", named=True)
    # Scores in tenths: 45, 20, 30, 50, 10; clusters 65 (T1), 80 (the sector) and 10.
    assert (everyone["n"], everyone["n_missing"], everyone["y"]) == (5, 0, 155)
    assert (everyone["clusters"], everyone["design_clusters"]) == (3, 3)
    assert (everyone["cyy"], everyone["cwy"], everyone["cww"]) == (65**2 + 80**2 + 10**2, 2 * 65 + 2 * 80 + 10, 9)
    health = scores.row(by_predicate=pl.col("group") == "sector:health", named=True)
    assert (health["n"], health["clusters"], health["design_clusters"]) == (4, 2, 3)
    assert set(scores["group"]) == {"all", "sector:health"}


def test_who_skipped_the_items_is_missing_and_who_never_answered_is_not_there():
    talk = reduced(FIVE)["partner_scores"].filter(scale="talk", region="oulu", group="all").row(0, named=True)
    assert (talk["n"], talk["n_missing"]) == (2, 3)


def test_bands_come_when_they_are_asked_for():
    scores = reduced(FIVE, "own")["partner_scores"].filter(scale="goal.strong", region="oulu", group="all")
    assert scores.select("n", "y").row(0) == (5, 2)


def test_the_same_key_in_two_regions_is_two_clusters_and_two_persons():
    both = table([*answered("a", "T1", "health", 4, 4), *answered("b", "T1", "health", 2, 2, region="tampere")])
    split = table(
        [("a", 2024, "oulu", "T1", "health", "common_1", 4), ("a", 2024, "tampere", "T1", "health", "common_2", 2)]
    )
    for ratings in (both, split):
        network = reduced(ratings)["partner_scores"].filter(scale="goal", region="network", group="all")
        assert network.select("n", "clusters", "cyy").rows() == [(1, 1, 40**2), (1, 1, 20**2)]


def test_items_and_products_are_those_of_the_answers():
    made = reduced(FIVE)
    first = made["partner_items"].filter(item="common_1", region="oulu").row(0, named=True)
    assert (first["n"], first["sum"], first["sumsq"]) == (5, 15, 16 + 4 + 9 + 25 + 1)
    product = (
        made["partner_products"]
        .filter(region="oulu", scale="goal", item="common_1", other_item="common_2")
        .row(0, named=True)
    )
    assert (product["n"], product["product"]) == (4, 20 + 9 + 25 + 1)  # b left the second out


def test_other_regions_waves_and_instruments_do_not_count():
    others = [("x", 2024, "turku", "T1", "health", "common_1", 5), ("y", 2020, "oulu", "T1", "health", "common_1", 5)]
    others.append(("z", 2024, "oulu", "T1", "health", "mood_1", 5))
    made = reduced(pl.concat([FIVE, table(others)]))
    for name, frame in reduced(FIVE).items():
        assert_frame_equal(made[name], frame)


def test_nobody_answered():
    made = reduced(table([]))
    assert {name: (frame.height, frame.schema) for name, frame in made.items()} == {
        name: (0, schema) for name, (schema, _) in PARTNERS.items()
    }


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from([None, "T1", "T2"]),
        st.sampled_from([None, "health", "third"]),
        st.sampled_from(["oulu", "tampere"]),
        st.lists(st.integers(0, 5), min_size=3, max_size=3),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=8)
@given(people=PEOPLE, seed=st.randoms(use_true_random=False))
def test_regions_add_up_to_the_network_and_order_does_not_matter(people, seed):
    rows = [
        row
        for n, (org, sector, region, codes) in enumerate(people)
        for row in answered(f"p{n}", org, sector, *codes, region=region)
    ]
    made = reduced(table(rows))
    shuffled = list(rows)
    seed.shuffle(shuffled)
    again = reduced(table(shuffled))
    for name, frame in made.items():
        assert_frame_equal(frame, again[name])
    scores = made["partner_scores"]
    assert scores.select(SCORES_KEY).is_duplicated().sum() == 0
    sums = ["n", "n_missing", "y", "yy", "clusters", "cyy"]
    parts = scores.filter(pl.col("region") != "network").group_by("group", "scale").agg(pl.col(sums).sum())
    whole = scores.filter(region="network").group_by("group", "scale").agg(pl.col(sums).sum())
    assert_frame_equal(parts.sort("group", "scale"), whole.sort("group", "scale"))


def test_assessors_are_counted_by_level_and_the_evidence_stays_behind():
    rubric = pl.DataFrame(
        [
            ("oulu", 2024, "common_agenda", "a", 2, "secret"),
            ("oulu", 2024, "common_agenda", "b", 2, "secret"),
            ("oulu", 2024, "common_agenda", "c", 0, "secret"),
            ("turku", 2024, "common_agenda", "a", 1, "secret"),
            ("oulu", 2020, "common_agenda", "a", 1, "secret"),
        ],
        schema=dict(empty_table("rubric").schema),
        orient="row",
    )
    found = rubric_moments(rubric, **STUDY)
    assert found.schema == RUBRIC
    assert found.rows() == [("oulu", 2024, "common_agenda", 0, 1), ("oulu", 2024, "common_agenda", 2, 2)]


@pytest.mark.parametrize("name", sorted(PARTNERS))
def test_every_table_is_sorted_by_its_key(name):
    _, key = PARTNERS[name]
    frame = reduced(FIVE)[name]
    assert_frame_equal(frame, frame.sort(key))
    assert frame.height
