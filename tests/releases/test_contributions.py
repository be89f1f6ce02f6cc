"""Who joined and left each cell, from two states of the clean tables."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sujuva.errors import DisclosureError
from sujuva.handed import write_study
from sujuva.paths import inside
from sujuva.releases.cells import COUNTS, KEPT_CELLS, VALUES
from sujuva.releases.compare import compare
from sujuva.releases.contributions import contributions
from sujuva.releases.judge import Verdict, judged, ranges_of
from sujuva.tables import SCHEMAS, empty_table

CHOICES = {
    "study": {"regions": ["oulu", "tampere"], "waves": [2023, 2024], "groups": ["gender"]},
    "coping": {"index_parts": {}, "index_min_parts": 1},
}
PLACE = {"unit": "x", "stratum": "x", "weight": 1.0}


def tables(people: dict[str, tuple[str, str | None, int, int]]) -> pl.DataFrame:
    """Write clean tables of persons: key → region, gender, and two answers to mood in 2024; return contributions."""
    clean = inside("data/clean")
    clean.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        empty_table(name).write_parquet(clean / f"{name}.parquet")
    rows = [
        {"respondent": key, "wave": 2024, "region": region, "gender": gender, **PLACE}
        for key, (region, gender, _, _) in people.items()
    ]
    empty = empty_table("respondents")
    pl.concat([empty, pl.DataFrame(rows).select(pl.all())], how="diagonal_relaxed").cast(empty.schema).write_parquet(
        clean / "respondents.parquet"
    )
    answers = [
        {"respondent": key, "wave": 2024, "informant": "self", "mood_1": one, "mood_2": two, "seconds": None}
        for key, (_, _, one, two) in people.items()
    ]
    types = {"wave": pl.Int32, "mood_1": pl.Int16, "mood_2": pl.Int16, "seconds": pl.Float64}
    pl.DataFrame(answers, schema_overrides=types).write_parquet(clean / "answers_mood.parquet")
    return contributions(clean, inside("data/study"), CHOICES)


@pytest.fixture
def study(small_project: Path) -> Path:
    (small_project / "raw" / "sources.yaml").write_text("title: {fi: Koe}\n", encoding="utf-8")
    write_study("raw", small_project / "data" / "study")
    return small_project


ALL = {f"p{number}": ("oulu" if number < 6 else "tampere", "girl", number % 4, 1) for number in range(12)}


def counts(old: pl.DataFrame, new: pl.DataFrame, **at: object) -> tuple[int, int, int]:
    found = compare(old, new, release=1)[0].filter(**at)
    return found.select("before", "joined", "left").row(0)


@pytest.mark.usefixtures("study")
def test_joined_and_left_are_counted_apart_in_region_network_and_group():
    old = tables(ALL)
    new = tables({key: one for key, one in ALL.items() if key != "p0"} | {"p20": ("tampere", None, 3, 3)})
    at = {"family": "scores", "scale": "mood"}

    assert counts(old, new, **at, region="oulu", group="all") == (6, 0, 1)
    assert counts(old, new, **at, region="tampere", group="all") == (6, 1, 0)
    assert counts(old, new, **at, region="network", group="all") == (12, 1, 1)
    assert counts(old, new, **at, region="network", group="gender:girl") == (12, 0, 1)
    assert counts(old, new, family="answers_mood", region="oulu", wave=2024) == (6, 0, 1)
    assert counts(old, new, family="answers_mood", region="oulu", wave=0) == (6, 0, 1)


@pytest.mark.usefixtures("study")
def test_who_answers_otherwise_leaves_and_joins_and_items_tell_what_a_score_does_not():
    old = tables(ALL)
    other = tables(ALL | {"p1": ("oulu", "girl", 1, 3)})
    swapped = tables(ALL | {"p0": ("oulu", "girl", 1, 0)})  # the same sum

    assert counts(old, other, family="scores", region="oulu", group="all") == (6, 1, 1)
    assert counts(old, swapped, family="scores", region="oulu", group="all") == (6, 0, 0)
    assert counts(old, swapped, family="items", scale="mood", region="oulu") == (6, 1, 1)


@pytest.mark.usefixtures("study")
def test_who_moves_is_the_same_person_to_the_network():
    old = tables(ALL)
    new = tables(ALL | {"p0": ("tampere", *ALL["p0"][1:])})

    assert counts(old, new, family="scores", region="oulu", group="all") == (6, 0, 1)
    assert counts(old, new, family="scores", region="network", group="all") == (12, 0, 0)


@pytest.mark.usefixtures("study")
def test_another_key_is_refused():
    old = tables(ALL)
    with pytest.raises(DisclosureError, match="Nobody of release 1 is in the data"):
        compare(old, tables({f"q{key}": one for key, one in ALL.items()}), release=1)


def judge(old: pl.DataFrame, new: pl.DataFrame, kept: pl.DataFrame | None = None, **at: object) -> dict[str, int]:
    found, values = compare(old, new, release=1)
    bands = [{"low": 3, "high": 6, "informant": ""}]
    bars = pl.DataFrame({"scale": ["mood"], "informant": ["self"], "bin_low": [3.0], "bin_high": [6.0]})
    none = found.clear().select("release", *found.columns[1:8]).with_columns(level=pl.lit(""))
    ranges = ranges_of({"mood": {"bands": bands, "binary": False}}, bars)
    told = judged(found, values, ranges, none if kept is None else kept, threshold=3)
    return told.filter(**at).select("n", "bands", "bins", "classes").row(0, named=True)


@pytest.mark.usefixtures("study")
@pytest.mark.parametrize(
    ("gone", "n", "bands"),
    [
        (["p0"], Verdict.HELD, Verdict.HELD),
        (["p0", "p4"], Verdict.HELD, Verdict.HELD),
        (["p0", "p1", "p2"], Verdict.CHANGED, Verdict.HELD),  # one of three is in the band
        (["p0", "p1", "p4", "p2", "p3", "p5"], Verdict.CHANGED, Verdict.HELD),
        ([], Verdict.SAME, Verdict.SAME),
    ],
)
def test_a_cell_is_told_anew_where_those_who_left_may_be_told_of(gone: list[str], n: Verdict, bands: Verdict):
    old = tables(ALL)
    new = tables({key: one for key, one in ALL.items() if key not in gone})
    told = judge(old, new, family="scores", region="network", group="all")

    assert (told["n"], told["bands"]) == (n, bands)


@pytest.mark.usefixtures("study")
def test_those_who_left_with_the_same_answer_are_held_however_many_they_are():
    people = ALL | {f"s{number}": ("oulu", "boy", 2, 2) for number in range(5)}
    told = judge(tables(people), tables(ALL), family="scores", region="network", group="all")

    assert told["n"] == Verdict.HELD


@pytest.mark.usefixtures("study")
def test_a_cell_that_nobody_was_in_is_new_and_one_that_was_kept_is_seen_from_the_release_before():
    old = tables({key: one for key, one in ALL.items() if one[0] == "oulu"})
    new = tables(ALL)
    assert judge(old, new, family="scores", region="tampere", group="all")["n"] == Verdict.NEW
    new = tables({key: one for key, one in ALL.items() if key != "p7"})
    at = {"family": "scores", "scale": "mood", "region": "tampere", "group": "all"}
    cells = compare(tables(ALL), new, release=1)[0].filter(**at)
    kept = cells.select("release", *cells.columns[1:8]).with_columns(level=pl.lit("n"))
    told = judge(tables(ALL), new, kept, **at)
    assert told["n"] is None
    assert told["bands"] == Verdict.HELD


def verdicts(moved: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Judge cells of region and group with 40 persons each, of whom so many left."""
    place = {"family": "scores", "scale": "a", "informant": "self", "wave": 2024, "since": 0}
    rows = [
        {"release": 1, **place, "region": region, "group": group, "before": 40, "joined": 0, "left": left,
         "alike": False, "unknown": 0}
        for (region, group), left in moved.items()
    ]  # fmt: skip
    counts = pl.DataFrame(rows, schema=COUNTS)
    ranges = ranges_of({}, pl.DataFrame(schema={"scale": str, "informant": str, "bin_low": float, "bin_high": float}))
    none = pl.DataFrame(schema=KEPT_CELLS)
    told = judged(counts, pl.DataFrame(schema=VALUES), ranges, none, threshold=5)
    return {(region, group): n for region, group, n in told.select("region", "group", "n").iter_rows()}


def test_where_a_region_is_held_the_network_is_and_where_a_group_is_all_of_its_kind_are():
    found = verdicts({
        ("oulu", "all"): 3, ("tampere", "all"): 30, ("network", "all"): 33,
        ("tampere", "gender:girl"): 3, ("tampere", "gender:boy"): 27, ("tampere", "language:fi"): 30,
        ("network", "gender:girl"): 33, ("network", "gender:boy"): 27,
    })  # fmt: skip

    assert found["oulu", "all"] == found["network", "all"] == Verdict.HELD
    assert found["tampere", "all"] == found["tampere", "language:fi"] == Verdict.CHANGED
    assert found["tampere", "gender:girl"] == found["tampere", "gender:boy"] == Verdict.HELD
    assert found["network", "gender:girl"] == found["network", "gender:boy"] == Verdict.HELD


def test_few_whose_group_is_unknown_hold_the_groups():
    found = verdicts({("oulu", "all"): 30, ("oulu", "gender:girl"): 14, ("oulu", "gender:boy"): 13})

    assert found["oulu", "all"] == Verdict.CHANGED
    assert found["oulu", "gender:girl"] == found["oulu", "gender:boy"] == Verdict.HELD
