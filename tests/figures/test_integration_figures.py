"""Figures of integration: every one says what it shows, hides what is hidden, and does not draw what is not there."""

from __future__ import annotations

import re

import polars as pl
import pytest

from sujuva.errors import DisclosureError
from sujuva.figures import FIGURES, Words, draw, pictures
from sujuva.figures.catalogue.cases import curve_rows
from sujuva.figures.catalogue.families import DONE, HALF, UNKNOWN, parts_of
from sujuva.figures.catalogue.networks import core_of
from sujuva.figures.labels import manner
from sujuva.figures.profile import COMPOSITE, profile_rows
from sujuva.published import Published
from tests.figures.made_integration import integrated
from tests.publish import made_up

FI, EN = Words("fi"), Words("en")
EVERYONE = [*made_up.REGIONS, "network"]


@pytest.fixture(scope="module")
def full(published):
    return integrated(published, composite={"common_agenda": 1, "met": 3})


OF_SERVICES = (
    "profile", "partners", "feedback", "depth", "trust", "presence", "survival", "waits", "families", "at-table",
    "agreed", "referrals",
)  # fmt: skip


def every(full, words=FI, region="oulu"):
    made = [one for key in OF_SERVICES for one in pictures(FIGURES[key], full, words, region=region)]
    return [*made, *pictures(FIGURES["beside"], full, words)]


def made(key, full, *, words=EN, **tables):
    """Draw a figure, some tables of the publication replaced; `region` and `regions` as `draw` takes them."""
    places = {name: tables.pop(name) for name in ("region", "regions") if name in tables}
    return draw(FIGURES[key], Published({**full.tables, **tables}, full.meta), words, **places)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_figure_says_what_it_shows(full, language):
    made = every(full, Words(language))
    assert len(made) == len({one.key for one in made}) == 13
    for picture in made:
        assert len(picture.title) > 10
        assert len(picture.caption) > 100
        assert len(picture.alt) > 30
        assert picture.data.height > 0


def test_nothing_is_drawn_where_there_is_nothing(full):
    empty = Published({name: frame.clear() for name, frame in full.tables.items()}, full.meta)
    assert every(empty) == []
    newer = ("survival", "actors", "presence", "beside")
    older = Published({name: frame for name, frame in empty.tables.items() if name not in newer}, full.meta)
    assert every(older) == []


def test_a_table_that_did_not_pass_publish_is_refused(full):
    with pytest.raises(DisclosureError, match="survival"):
        made("survival", full, survival=full["survival"].drop("suppressed"), regions=["oulu"])
    with pytest.raises(DisclosureError, match="beside"):
        made("beside", full, beside=full["beside"].drop("suppressed"))


def test_the_profile_puts_each_dimension_between_the_ends_of_its_range(full):
    rows = profile_rows(full["integration"], full.meta, regions=["oulu"]).filter(wave=2024)
    agenda = rows.row(by_predicate=pl.col("dimension") == "common_agenda", named=True)
    assert agenda["value"] == pytest.approx(100 * (agenda["estimate"] - 1) / 4)
    assert agenda["low"] == pytest.approx(100 * (agenda["ci_low"] - 1) / 4)
    lost = rows.row(by_predicate=pl.col("dimension") == "lost", named=True)
    assert lost["value"] == pytest.approx(100 - 100 * lost["estimate"])
    assert lost["low"] == pytest.approx(100 - 100 * lost["ci_high"])


def test_a_composite_stands_only_where_it_is_declared_and_whole(full, published):
    rows = profile_rows(full["integration"], full.meta, regions=made_up.REGIONS).filter(wave=2024)
    parts = {key: dict(part.select("region", "value").iter_rows())
             for (key,), part in rows.group_by("dimension")}  # fmt: skip
    for region, value in parts[COMPOSITE].items():
        some = [parts["common_agenda"][region], parts["met"][region]]
        whole = None if None in some else (some[0] + 3 * some[1]) / 4
        assert value == (None if whole is None else pytest.approx(whole))
    hidden = rows.filter(pl.col("dimension") == COMPOSITE, pl.col("value").is_null())
    assert hidden.filter(pl.col("suppressed") == "").is_empty()
    none = integrated(published)
    assert COMPOSITE not in profile_rows(none["integration"], none.meta, regions=["oulu"])["dimension"]
    drawn = made("profile", none, regions=["oulu"])
    assert "Composite" not in drawn.caption


def test_the_curve_is_one_minus_survival_with_its_ends_turned(full):
    rows = curve_rows(full["survival"], ["oulu"])
    given = full["survival"].filter(region="oulu").sort("day")
    assert rows["met"].to_list() == pytest.approx([1 - one for one in given["survival"]])
    assert rows["met_low"].to_list() == pytest.approx([1 - one for one in given["ci_high"]])
    assert (rows["met_low"] <= rows["met"]).all()
    hidden = curve_rows(full["survival"], ["tampere"]).filter(pl.col("suppressed") != "")
    assert hidden.height > 0
    assert hidden["met"].null_count() == hidden.height


def test_actions_add_up_to_all_of_them():
    rows = {key: {"estimate": value} for key, value in ((DONE, 0.5), (HALF, 0.6), (UNKNOWN, 0.2))}
    parts = parts_of(rows)
    assert parts == pytest.approx({"done": 0.4, "partly": 0.16, "not_done": 0.24, "unknown": 0.2})
    assert sum(parts.values()) == pytest.approx(1)
    assert parts_of({**rows, HALF: {"estimate": None}}) is None
    assert parts_of({DONE: rows[DONE]}) is None


def test_what_is_hidden_is_a_word_not_a_zero(full):
    drawn = made("agreed", full, regions=["tampere", "network"])
    texts = [one.get_text() for one in drawn.figure.axes[0].texts]
    assert "not shown" in texts
    seated = made("at-table", full, regions=["tampere", "network"])
    assert "not shown" in [one.get_text() for one in seated.figure.axes[0].texts]
    assert "it does not mean zero" in seated.caption


def test_hidden_referrals_are_dotted_lines_and_not_in_the_sum(full):
    drawn = made("referrals", full, region="oulu")
    counts = drawn.data.filter(indicator="referrals")
    hidden = counts.filter(pl.col("suppressed") != "").height
    assert hidden > 0
    assert len(drawn.figure.axes[0].lines) == hidden
    assert f"Shown: {int(counts['estimate'].sum())}." in drawn.caption


def test_the_gap_is_the_published_one(full):
    drawn = made("depth", full, regions=["oulu", "network"])
    wave = drawn.data.filter(region="oulu")["wave"][0]
    gap = full["integration"].filter(indicator="hsim_gap", region="oulu", wave=wave)["estimate"][0]
    assert f"gap {gap:.2f}" in [one.get_text() for one in drawn.figure.axes[0].texts]


def test_the_missing_are_named_with_a_sign_and_a_word(full):
    drawn = made("presence", full, region="oulu")
    away = drawn.data.filter(pl.col("attended") == 0)
    texts = [one.get_text() for one in drawn.figure.axes[0].texts]
    assert texts.count("✕ missing") == away.height > 0
    assert away["name"][0] in drawn.alt


def test_coping_beside_integration_warns_and_draws_no_trend(full):
    drawn = made("beside", full)
    assert "ecological fallacy" in drawn.caption
    assert "confounding" in drawn.caption
    assert drawn.figure.axes[0].lines == [] or not list(drawn.figure.axes[0].lines)
    hidden = drawn.data.filter(pl.col("suppressed") != "")["name"].to_list()
    written = [one.get_text() for one in drawn.figure.axes[0].texts]
    assert hidden
    assert not set(hidden) & set(written)
    assert made("beside", full, region="oulu") is None  # one municipality compares nothing


def network(full, **tables):
    changed = Published({**full.tables, **tables}, full.meta)
    return pictures(FIGURES["network"], changed, EN, region="oulu")[0]


def test_the_core_is_ringed_and_explained(full):
    drawn = network(full)
    assert "A ring marks the core" in drawn.caption
    assert "in the core" in [one.get_text() for one in drawn.figure.legends[1].get_texts()]
    plain = network(full, actors=full["actors"].clear())
    assert "ring" not in plain.caption


def test_no_core_is_ringed_where_several_fit_and_the_fit_is_told(full):
    many = full["actors"].with_columns(
        note=pl.when((pl.col("measure") == "core") & (pl.col("wave") == 2022))
        .then(pl.lit("core_not_unique")).otherwise("note")
    )  # fmt: skip
    assert {wave for wave, _ in core_of(many, "oulu", "collaboration")} == {2023, 2024}
    fit = full["integration"].filter(indicator="network_density", region="oulu", scale="collaboration", wave=2024)
    fit = fit.with_columns(indicator=pl.lit("network_core_fit"), estimate=0.31)
    drawn = network(full, actors=many, integration=pl.concat([full["integration"], fit]))
    assert "In 2022 several cores fit equally well" in drawn.caption
    assert "(correlation, 1 is perfect): 2024 0.31." in drawn.caption


def test_a_missing_composite_says_why(full):
    drawn = made("profile", full, regions=["oulu", "tampere"])
    gone = full["integration"].filter((pl.col("indicator") != "delay_share") | (pl.col("region") != "oulu"))
    less = made("profile", full, integration=gone, regions=["oulu", "tampere"])
    assert "Oulu (Neuvonpito 14 päivässä)" in less.caption
    assert "Oulu (Neuvonpito" not in drawn.caption
    assert "Yhteinen agenda × 1 and Neuvonpito 14 päivässä × 3" in less.caption


def test_shares_of_which_less_is_better_are_named(full):
    drawn = made("families", full, regions=["oulu", "network"])
    assert "Less is better of “Overlapping services”, “Referred back” and “Referrals lost”." in drawn.caption
    assert "observed for a shorter time" in drawn.caption
    rows = full["integration"].filter(~pl.col("indicator").is_in(["case_overlap", "case_reserved_day"]))
    fewer = made("families", full, integration=rows, regions=["oulu", "network"])
    assert "observed for a shorter time" not in fewer.caption
    assert "public holiday" not in fewer.caption


def test_municipalities_say_what_their_numbers_are(full):
    drawn = made("beside", full)
    assert "Met within 14 days" in drawn.alt
    assert re.search(r"\(mean, \d+–\d+\)", drawn.alt)


def test_who_waits_is_told_in_words_of_all_years(full):
    drawn = made("waits", full, regions=["oulu", "network"])
    assert [one.get_text() for one in drawn.figure.legends[0].get_texts()] == ["all years together"]
    rows = [one.get_text() for one in drawn.figure.axes[0].get_yticklabels()]
    assert rows[:3] == ["Why the family came", "Divorce", "Difficulties at school"]
    assert "12 days" in [one.get_text() for one in drawn.figure.axes[0].texts]
    assert "no ranking" in drawn.caption


def test_value_and_trust_are_of_regions_and_their_per_cents_are_marked(full):
    drawn = made("trust", full, regions=[*made_up.REGIONS, "network"])
    assert "organisation" not in drawn.data.columns
    assert "75%" in [one.get_text() for one in drawn.figure.axes[0].texts]  # 3.0 of 4 in the latest year
    assert "not verified" in drawn.caption


def test_only_known_days_are_drawn(full):
    drawn = made("survival", full, regions=["oulu", "tampere"])
    for ax, region in zip(drawn.figure.axes, ("oulu", "tampere"), strict=False):
        shown = full["survival"].filter(pl.col("region") == region, pl.col("suppressed") == "")
        assert list(ax.lines[0].get_xdata()) == shown["day"].to_list()  # no line from day 0, no level steps


@pytest.mark.parametrize(
    ("told", "written"),
    [
        ({"estimate": 0.69, "ci_low": 0.6, "ci_high": 0.77, "se": None, "n": None}, "69 %"),
        ({"estimate": 0.69, "ci_low": 0.601, "ci_high": 0.77, "se": None, "n": None}, "69,0 %"),
        ({"estimate": 0.69, "ci_low": 0.6, "ci_high": 0.77, "se": 0.04, "n": 100}, "69,0 %"),
        ({"estimate": 0.69, "ci_low": None, "ci_high": None, "se": None, "n": 100}, "69,0 %"),
    ],
)
def test_a_share_told_in_whole_per_cents_has_no_decimals(full, told, written):
    row = {"indicator": "case_consent", "scale": "", **told}
    assert FI.value(row["estimate"], manner(full.meta, row)) == written.replace(" ", "\N{NO-BREAK SPACE}")
