"""What is unusual on the page of the situation: funnels, charts and sentences, of real and of made-up statistics."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from sujuva.figures import Words
from sujuva.figures.catalogue import FIGURES
from sujuva.figures.specification import draw
from sujuva.reports.areas import areas_section
from sujuva.reports.content import page_of
from tests.reports.statistics import SCHEMA, portal_export, with_statistics

BLANKS = ("Juupajoki", "Kihniö", "Kuhmoinen", "Pirkkala", "Ylöjärvi")


def section(published, region, language="en"):
    return areas_section(page_of(published, Words(language), region))


@pytest.fixture(scope="module")
def pirkanmaa(shared_data):
    """The export of 2011, judged."""
    return with_statistics(
        portal_export(shared_data / "drop" / "sotkanet_pirkanmaa_2011.csv"), ["tampere"], signals=True
    )


def test_a_funnel_of_pirkanmaa(pirkanmaa):
    """24 municipalities and the district beside the country; what is blank in the school survey is no data."""
    picture = draw(FIGURES["funnel"], pirkanmaa, Words("en"), region="tampere")
    assert picture is not None
    assert picture.title.startswith("Support in community care")
    assert "areas" in picture.title
    assert "<svg" in picture.svg()
    exhibits = section(pirkanmaa, "tampere").exhibits
    table = next(one for found in exhibits for one in found.tables if one.name.startswith("funnel"))
    assert len(table.rows) == 25
    cells = {row[0]: row[1:] for row in table.rows}
    assert cells["Tampere"][0] == "9.2"
    assert cells["Tampere"][2] == "35,500"
    assert all(one in table.note for one in BLANKS)
    assert "Cannot be judged" in table.note


def _made_up(last: float) -> pl.DataFrame:
    rows = []
    for year in range(2012, 2021):
        people, events = 0, 0
        for code, name, size in (
            ("564", "Oulu", 20_000),
            *((f"{one:03d}", f"X{one}", 2000 + one) for one in range(900, 912)),
        ):
            rate = 0.05 + 0.001 * ((size + year * 3) % 5 - 2)
            count = round(size * rate * (last if code == "564" and year > 2018 else 1))
            rows.append(("1245", "Support", code, name, "total", year, round(100 * count / size, 1), count))
            people, events = people + size, events + count
        share = round(100 * (events + 45_000) / (people + 900_000), 1)
        rows.append(("1245", "Support", "358", "Koko maa", "total", year, share, events + 45_000))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row", strict=False)


@pytest.mark.parametrize(("last", "word"), [(0.7, "less"), (1.4, "more")])
def test_signals_stand_first_and_in_words(last, word):
    """Where, what is compared with what, how sure, since when, and what is new; a sentence a statistic of a place."""
    made = with_statistics(_made_up(last), [], signals=True)
    first = section(made, "oulu").first
    assert len([one for one in first if one.startswith("Oulu, Support")]) == 1
    told = next(one for one in first if one.startswith("Oulu, Support"))
    assert "compared with its own earlier years" in told
    assert f"% {word}, the whole country's development allowed for (clearly" in told
    assert "since 201" in told
    table = section(made, "oulu").exhibits[0].tables[0]
    assert table.caption == "What is unusual"
    assert table.headers[-1] == "Since the year before"
    change = next(row for row in table.rows if "earlier years" in row[1])
    assert change[0] == "Oulu"
    assert f"% {word}, the whole country" in change[1]
    assert change[3].startswith("clearly ")
    assert change[4] in ("2018", "2019")  # the sum may have left 0 a year early by chance
    assert change[5] == "seen the year before already"
    picture = draw(FIGURES["chart"], made, Words("fi"), region="oulu")
    assert picture is not None
    assert "Oulussa vuonna 2020" in picture.title
    finnish = section(made, "oulu", "fi").exhibits[0].tables[0].rows
    assert any("alueen omiin aiempiin vuosiin verrattuna" in row[1] for row in finnish)


def test_level_and_change_of_one_statistic_are_one_sentence():
    """An area that was above the country and has come down says what each half compares, and contradicts nothing."""
    made = with_statistics(_made_up(0.7), [], signals=True)
    level = made["situation"].filter(pl.col("category").str.contains("change"), indicator="area_signal", region="oulu")
    ended = level.with_columns(
        category=pl.lit("total:level:2015"), note=pl.lit("above_expected; ended_signal"),
        **{name: pl.lit(None, pl.Float64) for name in ("estimate", "ci_low", "ci_high")},
    )  # fmt: skip
    frame = made["situation"].filter(~pl.col("category").str.contains("level"))
    both = replace(made, tables={**made.tables, "situation": pl.concat([frame, ended])})
    (told,) = section(both, "oulu").first
    change, _, rest = told.partition("; ")
    assert "compared with its own earlier years" in change
    assert "less" in change
    assert rest == "compared with the whole country no longer unusually high (unlike the year before)"


def test_what_is_new_is_told_since_the_last_release():
    """Where a release is kept, its number and day stand in place of the year before, and its marks."""
    made = with_statistics(_made_up(1.4), [], signals=True)
    signal = pl.col("indicator") == "area_signal"
    note = pl.when(signal).then(pl.format("{}; new_since_release", "note")).otherwise("note")
    frame = made["situation"].with_columns(note=note)
    meta = {**made.meta, "releases": [{"number": 3, "date": "2025-02-01"}]}
    released = replace(made, tables={**made.tables, "situation": frame}, meta=meta)
    table = section(released, "oulu").exhibits[0].tables[0]
    assert table.headers[-1] == "Since release 3 (1 February 2025)"
    assert {row[5] for row in table.rows} == {"new since the last release"}
    untold = replace(made, meta=meta)  # the release did not judge the statistic
    assert {row[5] for row in section(untold, "oulu").exhibits[0].tables[0].rows} == {"–"}


def test_no_signal_is_said_and_an_unjudged_statistic_has_no_table():
    """Nothing unusual is a sentence, not an empty table; what nobody judges is not called usual."""
    calm = section(with_statistics(_made_up(1.0), [], signals=True), "oulu").exhibits[0].tables[0]
    assert calm.rows[0][1] == "Nothing is unusual."
    assert section(with_statistics(_made_up(1.0), [], signals=True), "oulu").first == ("Nothing is unusual.",)
    bare = section(with_statistics(_made_up(1.0), []), "oulu")
    assert bare.first == ()
    assert all(table.caption != "What is unusual" for one in bare.exhibits for table in one.tables)
