"""What partners say: means with organisations as clusters, bands where asked for, levels as assessed."""

from __future__ import annotations

import polars as pl
import pytest
from scipy.stats import t

from sujuva.codebooks import load_indicators, load_instruments
from sujuva.integration import NO_ASSESSMENT, feedback_indicators, partner_indicators, rubric_indicators
from sujuva.moments import RUBRIC, SCORES, feedback_moments
from sujuva.tables import CONDITIONS, CRITERIA
from sujuva.tidy import KEY, TIDY

INSTRUMENTS = load_instruments()
# Two organisations of two persons: 4.00 and 5.00, 2.00 and 3.00; totals of clusters 900 and 500 hundredths.
ROW = {
    "wave": 2024,
    "region": "oulu",
    "group": "sector:health",
    "stratum": "1",
    "informant": "",
    "scale": "common_agenda",
    "decimals": 2,
    "weight_decimals": 0,
    "n": 4,
    "n_missing": 0,
    "y": 1400,
    "yy": 540_000,
    "w": 4,
    "wy": 1400,
    "wyy": 540_000,
    "clusters": 2,
    "design_clusters": 2,
    "cww": 8,
    "cwy": 2800,
    "cyy": 1_060_000,
}


def moments(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([ROW | row for row in rows], schema=SCORES)


def test_mean_has_the_error_of_its_organisations():
    found = partner_indicators(moments({}), INSTRUMENTS, confidence=0.5)
    assert found.schema == TIDY
    row = found.row(0, named=True)
    assert (row["indicator"], row["scale"], row["group"]) == ("partner_mean", "common_agenda", "sector:health")
    # As in feedback: z = ±2/4 and the variance is 2/1 · 2 · (1/2)² = 1.
    assert (row["estimate"], row["se"], row["df"], row["n"]) == (3.5, pytest.approx(1.0), 1.0, 4)
    assert row["ci_low"] == pytest.approx(3.5 - t.ppf(0.75, 1))


def test_no_interval_leaves_the_range():
    row = partner_indicators(moments({}), INSTRUMENTS).row(0, named=True)
    assert (row["ci_low"], row["ci_high"]) == (1.0, 5.0)  # t with one degree reaches from −9 to 16


def test_bands_are_shares_with_the_band_as_category():
    band = {"scale": "wilder_trust.strength", "decimals": 0, "y": 2, "yy": 2, "wy": 2, "wyy": 2, "cwy": 4, "cyy": 2}
    found = partner_indicators(moments({}, band), INSTRUMENTS)
    assert found["indicator"].to_list() == ["partner_band_share", "partner_mean"]
    share = found.row(0, named=True)
    assert (share["scale"], share["category"], share["estimate"]) == ("wilder_trust", "strength", 0.5)
    assert 0 <= (share["ci_low"] or 0) <= 0.5


def test_scales_of_children_and_unknown_ones_are_left_out():
    found = partner_indicators(moments({"scale": "who5"}, {"scale": "strange"}, {"scale": "who5.poor"}), INSTRUMENTS)
    assert found.schema == TIDY
    assert found.height == 0


def test_one_organisation_has_no_interval_and_says_so():
    row = partner_indicators(moments({"clusters": 1, "design_clusters": 1}), INSTRUMENTS).row(0, named=True)
    assert (row["estimate"], row["se"], row["note"]) == (3.5, None, "few_clusters")


def test_nothing_gives_nothing():
    assert partner_indicators(moments(), INSTRUMENTS).schema == TIDY
    assert rubric_indicators(pl.DataFrame(schema=RUBRIC)).rows() == []


def rubric(*rows: tuple[str, int, str, int, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=RUBRIC, orient="row")


@pytest.mark.parametrize(
    ("levels", "wanted"),
    [({2: 1}, 2.0), ({1: 1, 2: 1}, 1.5), ({0: 1, 3: 2}, 3.0), ({0: 1, 1: 1, 3: 1}, 1.0), ({0: 2, 3: 2}, 1.5)],
)
def test_the_level_is_the_median_of_the_assessors(levels, wanted):
    made = rubric(*(("oulu", 2024, "common_agenda", level, n) for level, n in levels.items()))
    row = rubric_indicators(made).row(by_predicate=pl.col("category") == "common_agenda", named=True)
    assert (row["estimate"], row["n"], row["note"]) == (wanted, sum(levels.values()), "")
    assert (row["se"], row["ci_low"]) == (None, None)


def test_what_was_not_assessed_is_there_and_says_so():
    made = rubric(("oulu", 2023, "common_agenda", 2, 1), ("tampere", 2024, "backbone_support", 1, 2))
    found = rubric_indicators(made)
    assert found.height == 2 * 2 * len(CONDITIONS)
    assert found.equals(found.sort(KEY))
    lacking = found.filter(pl.col("note") == NO_ASSESSMENT)
    assert lacking.height == found.height - 2
    assert lacking["estimate"].null_count() == lacking.height
    assert set(lacking["n"]) == {0}


def test_every_indicator_is_described():
    known = load_indicators()
    for key, kind, counts in (
        ("partner_mean", "mean", "person"),
        ("partner_band_share", "share", "person"),
        ("rubric_level", "statistic", "none"),
    ):
        assert (known[key].family, known[key].kind, known[key].counts) == ("integration", kind, counts)
    assert "this project's own" in known["rubric_level"].method


GROUPS = ("children", "young_people", "parents", "professionals")


def test_feedback_of_the_four_groups_comes_apart_also_from_small_events():
    rows = [("e1", f"p{n}", group, n) for n, group in enumerate(GROUPS, 1)]  # one rating a group: 1, 2, 3, 4
    rows += [("e2", "p1", "parents", 5)]
    frame = pl.DataFrame(rows, schema=["event", "participant", "participant_group", "rating"], orient="row")
    given = frame.with_columns(wave=pl.lit(2024, pl.Int32), region=pl.lit("oulu"), item=pl.lit("heard"))
    found = feedback_indicators(feedback_moments(given.lazy())).filter(region="oulu")
    means = {row["group"]: (row["estimate"], row["n"]) for row in found.to_dicts()}
    assert means == {
        "all": (3.0, 5),
        "participant_group:children": (1.0, 1),
        "participant_group:young_people": (2.0, 1),
        "participant_group:parents": (4.0, 2),
        "participant_group:professionals": (4.0, 1),
    }
    alone = found.filter(pl.col("n") == 1)
    assert alone["se"].null_count() == alone.height == 3
    assert set(alone["note"]) == {"one_person"}


def test_criteria_of_quality_have_levels_of_their_own_beside_the_conditions() -> None:
    made = rubric(
        ("oulu", 2024, "root_causes", 1, 1), ("oulu", 2024, "root_causes", 2, 1), ("oulu", 2024, "dialogue", 3, 2)
    )
    found = rubric_indicators(made)
    assert set(found["indicator"]) == {"quality_level"}
    levels = {key: (level, n, note) for key, level, n, note in found.select("category", "estimate", "n", "note").rows()}
    assert set(levels) == set(CRITERIA)
    assert (levels["root_causes"], levels["dialogue"]) == ((1.5, 2, ""), (3, 2, ""))
    assert levels["concrete_plans"] == (None, 0, NO_ASSESSMENT)
