"""A summary must not tell of a change that the page's own flags call into question without saying so."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.figures import Words
from sujuva.figures.verdicts import Verdict
from sujuva.published import Published
from sujuva.reports import key_numbers, region_report, sentences
from sujuva.reports.cautions import caution, flagged, linked_caution
from sujuva.reports.content import page_of
from sujuva.reports.story import headlines
from tests.reports.light import AROUND, SERVICES, without

FLAGS = ["negative_item", "mean_jump", "title_changed"]


def flag(name="negative_item", about="who5", region="oulu", wave=2024, **more):
    usual = {"part": "who5_3", "informant": "self", "group": "", "kind": "value", "estimate": -0.4}
    return {"flag": name, "about": about, "region": region, "wave": wave, **usual, **more}


@pytest.fixture(scope="module")
def noted(published):
    """Make a publication of WHO-5 that falls clearly from 2022 to 2024 everywhere, with the flags given."""

    def make(*flags):
        empty = published["quality_flags"].clear()
        rows = [{"bound": "", "reason": "made up", "suppressed": "", **one} for one in flags]
        means = published["parjaavyys"].filter(scale="who5", indicator="score_mean", group="all")
        level = 70.0 - 10.0 * (pl.col("wave") - 2022)
        ends = {"ci_low": level - 2.0, "ci_high": level + 2.0}
        means = means.with_columns(estimate=level, se=pl.lit(1.0), df=pl.lit(10.0), suppressed=pl.lit(""), **ends)
        deviation = {"indicator": pl.lit("score_sd"), "estimate": pl.lit(20.0), "ci_low": None, "ci_high": None}
        means = pl.concat([means, means.with_columns(**deviation)], how="vertical_relaxed")
        tables = {
            "parjaavyys": means,
            "distributions": published["distributions"].clear(),
            "quality_flags": pl.DataFrame(rows, schema=empty.schema) if rows else empty,
        }
        return Published(published.tables | tables, published.meta)

    return make


def about_scale(one, words, region="oulu"):
    (text,) = [text for text in sentences(one, words, region=region) if "WHO" in text]
    return text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("kind", FLAGS)
def test_a_change_that_a_flag_may_explain_is_told_with_a_caution(noted, kind, language):
    words = Words(language)
    plain = about_scale(noted(), words)
    assert caution(words) not in plain
    said = about_scale(noted(flag(kind)), words)
    assert said == f"{plain} {caution(words)}"


def test_the_caution_is_in_the_words_of_the_reader():
    assert caution(Words("fi")) == (
        "Tietojen laadussa on huomautettavaa (katso Aineiston laatu): muutos voi johtua lomakkeesta eikä arjesta."
    )
    assert caution(Words("sv")).startswith("Det finns anmärkningar om uppgifternas kvalitet (se Materialets kvalitet)")
    assert caution(Words("en")).endswith("the change may come from the form and not from everyday life.")


@pytest.mark.parametrize("region", ["oulu", "network"])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_verdict_on_flagged_data_never_stands_alone_on_a_page(noted, region, language):
    words = Words(language)
    verdict = Verdict("clear", "worse").title(words)
    link = '<a href="quality.html">'
    report = region_report(without(noted(flag()), *SERVICES, *AROUND), region, language=language)
    page = report.pages["index"]
    lines = [line for line in page.split('id="brief-title"')[1].splitlines() if verdict in line]
    assert len(lines) == 1
    assert all(str(linked_caution(words)) in line and link in line for line in lines)
    assert "quality" in report.pages
    calm = region_report(without(noted(), *SERVICES, *AROUND), region, language=language).pages["index"]
    assert verdict in calm
    assert str(linked_caution(words)) not in calm


@pytest.mark.parametrize(
    ("one", "region", "concerned"),
    [
        (flag("title_changed", wave=0, region="network", informant=""), "oulu", True),
        (flag("title_changed", about="who5", wave=0, region="network", informant=""), "oulu", True),
        (flag(wave=0, region="network", group="language:sv"), "oulu", True),
        (flag(region="network"), "oulu", True),
        (flag(wave=2022), "oulu", True),
        (flag("mean_jump", wave=2023), "oulu", True),
        (flag("mean_jump"), "network", True),
        (flag(estimate=None, suppressed="primary"), "oulu", True),
        (flag(wave=2023), "oulu", False),
        (flag("mean_jump", wave=2021), "oulu", False),
        (flag(region="tampere"), "oulu", False),
        (flag(about="cyrm_r"), "oulu", False),
        (flag(informant="parent"), "oulu", False),
        (flag("straight_lining", kind="share"), "oulu", False),
    ],
)
def test_a_flag_concerns_its_instrument_years_and_regions(noted, one, region, concerned):
    row = {"scale": "who5", "informant": "self"}
    found = flagged(page_of(noted(one), Words("en"), region), row, (2022, 2024))
    assert found is concerned


def test_every_scale_of_an_instrument_is_concerned(noted):
    view = page_of(noted(flag(about="sdq", part="sdq_7", informant="parent")), Words("en"), "oulu")
    told = {
        scale: flagged(view, {"scale": scale, "informant": informant}, (2022, 2024))
        for scale, informant in (("sdq_total", "parent"), ("sdq_prosocial", "parent"), ("who5", "self"))
    }
    assert told == {"sdq_total": True, "sdq_prosocial": True, "who5": False}


def test_a_flagged_change_does_not_lead_the_front_page(noted):
    words = Words("en")
    calm, wrong = page_of(noted(), words, "oulu"), page_of(noted(flag()), words, "oulu")
    assert "WHO" in headlines(calm, most=1)[0]
    assert "WHO" not in headlines(wrong, most=1)[0]
    (last,) = [text for text in headlines(wrong, most=9) if "WHO" in text]
    assert last.endswith(caution(words))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_key_number_of_flagged_data_says_so(noted, language):
    words = Words(language)
    remark = words.say("there are remarks on the quality of the data")

    def notes(one):
        return {number.title: number.note for number in key_numbers(one, words, region="oulu")}

    calm, said = notes(noted()), notes(noted(flag()))
    changed = [title for title in said if said[title] != calm[title]]
    assert len(changed) == 1
    assert "WHO" in changed[0]
    assert said[changed[0]] == f"{calm[changed[0]]}, {remark}"
