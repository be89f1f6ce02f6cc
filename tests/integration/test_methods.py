"""How far methods have come: lower bounds stay lower bounds, in the data, in sums, through the door and in words."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from sujuva.attack.shown import Shown
from sujuva.codebooks import load_indicators
from sujuva.figures import voice
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.specification import draw
from sujuva.integration import method_indicators
from sujuva.publish.privacy import Privacy
from sujuva.publish.rules import round_rows
from sujuva.published import LOWER_BOUND, Published
from tests.publish import made_up

REACH = {
    "region": pl.String, "wave": pl.Int32, "method": pl.String, "professionals": pl.Int64,
    "professionals_bound": pl.String, "families": pl.Int64, "families_bound": pl.String,
}  # fmt: skip


def sums(*rows: tuple[str, int | None, str | None], regions: tuple[str, ...] = ("oulu", "tampere")):
    """The families that rows of region, number and bound make, by region: number and note."""
    frame = pl.DataFrame([(one, 2018, "mdft", None, None, n, bound) for one, n, bound in rows], REACH, orient="row")
    made = method_indicators(frame, regions).filter(pl.col("indicator") == "method_families")
    return {region: told for region, *told in made.select("region", "estimate", "note").iter_rows()}


def test_a_sum_of_exact_counts_of_all_areas_is_exact():
    assert sums(("oulu", 10, "exact"), ("tampere", 0, "exact"))["network"] == [10.0, ""]


@pytest.mark.parametrize(
    "other", [("tampere", 1000, "at_least"), ("tampere", None, None)], ids=["a lower bound", "not told"]
)
def test_a_sum_with_a_lower_bound_or_without_an_area_is_a_lower_bound(other):
    found = sums(("oulu", 10, "exact"), other)
    assert found["network"] == [10.0 + (other[1] or 0), LOWER_BOUND]
    assert found["oulu"] == [10.0, ""]
    assert ("tampere" in found) == (other[1] is not None)


def test_methods_and_years_are_not_summed():
    frame = pl.DataFrame(
        [("oulu", year, one, 5, "exact", 7, "exact") for year in (2018, 2019) for one in ("mdft", "voimaperheet")],
        REACH, orient="row",
    )  # fmt: skip
    made = method_indicators(frame, ["oulu"])
    assert set(made["wave"]) == {2018, 2019}
    assert set(made["category"]) == {"mdft", "voimaperheet"}


@pytest.mark.parametrize(("number", "note", "told"), [(1003, "", 1005), (1004, LOWER_BOUND, 1000), (9, LOWER_BOUND, 5)])
def test_a_lower_bound_is_rounded_down_and_other_counts_to_the_nearest(number, note, told):
    frame = pl.DataFrame(
        [("oulu", 2018, "mdft", None, None, number, "at_least" if note else "exact")], REACH, orient="row"
    )
    rows = method_indicators(frame, ["oulu"]).with_columns(rule=pl.lit(""), suppressed=pl.lit(""))
    rounded = round_rows(rows, load_indicators(), Privacy())
    assert set(rounded["estimate"]) == {float(told)}
    assert set(rounded["note"]) == {note}


def test_an_intruder_reads_a_lower_bound_as_one(published):
    shown = Shown(published)
    assert shown.n_of(1000, note=LOWER_BOUND) == (1000, 1004)
    assert shown.n_of(5, note=LOWER_BOUND) == (5, 9)
    assert shown.n_of(1000) == (998, 1002)


@pytest.fixture(scope="module")
def published() -> Published:
    return made_up.publication()


def test_small_numbers_of_people_are_hidden_and_what_would_tell_them(published):
    told = published["integration"].filter(pl.col("indicator") == "method_professionals", category="mdft", wave=2024)
    marks = dict(told.select("region", "suppressed").iter_rows())
    assert marks["keski-pohjanmaa"] == "primary"
    assert sorted(marks.values()) == ["", "", "", "primary", "secondary"]
    assert told.filter(pl.col("suppressed") != "")["estimate"].null_count() == 2


@pytest.mark.parametrize(("language", "word"), [("fi", "vähintään"), ("sv", "minst"), ("en", "at least")])
def test_words_say_at_least(published, language, word):
    words = voice(published.meta, language)
    picture = draw(FIGURES["methods"], published, words, region="network")
    assert picture is not None
    assert word in picture.title
    assert "[M]" in picture.caption
    alone = draw(FIGURES["methods"], published, words, region="pohjois-karjala")
    assert alone is not None
    assert word not in alone.title


def test_most_is_said_only_where_no_other_may_be_larger(published):
    words, frame = voice(published.meta, "en"), published["integration"]
    title = draw(FIGURES["methods"], published, words, region="oulu").title
    assert "most by" not in title  # one of the others is a lower bound
    exact = frame.with_columns(note=pl.lit(""))
    told = replace(published, tables={**published.tables, "integration": exact})
    assert "most by Smart Family, 650" in draw(FIGURES["methods"], told, words, region="oulu").title
