"""Who answered again stands beside the change of the same persons, and whether those who did not differed."""

from __future__ import annotations

import pytest

from sujuva.figures import Words
from sujuva.reports.attrition import APART, LOST, NAME, attrition_rows, attrition_sentence
from sujuva.reports.content import page_of
from sujuva.reports.differences import change_section
from sujuva.reports.files import Files, ready
from sujuva.reports.rendering import render
from sujuva.reports.sitemap import Place
from tests.reports.small import INDEX, change, hidden, mean, small

SAME = {"comparison": "change_paired", **INDEX}
WHO5 = {"scale": "who5", "informant": "self"}
PAIRED = change(3.0, 1.0, 5.0, other_n=100, n=100, **SAME)
GONE = {"category": "2022"}
SPREAD = mean(10.0, indicator="score_sd", wave=2022, **INDEX)


def lost(share, **about):
    return mean(share, share - 0.1, share + 0.1, indicator=LOST, **(INDEX | GONE | about))


def apart(value, low, high, **about):
    return mean(value, low, high, indicator=APART, **(INDEX | GONE | about))


def told(published, *rows, language="fi", region="oulu"):
    view = page_of(small(published, PAIRED, SPREAD, *rows), Words(language), region)
    return attrition_sentence(view, attrition_rows(view))


@pytest.mark.parametrize(
    ("difference", "fi", "sv", "en"),
    [
        (
            (8.0, 6.0, 10.0),
            "Poisjääneillä meni lähtötilanteessa huonommin: pärjäävyysindeksi.",
            "De som föll bort hade det sämre från början: index för att klara sig.",
            "Those who did not were worse off to begin with: coping index.",
        ),
        (
            (-8.0, -10.0, -6.0),
            "Poisjääneillä meni lähtötilanteessa paremmin: pärjäävyysindeksi.",
            "De som föll bort hade det bättre från början: index för att klara sig.",
            "Those who did not were better off to begin with: coping index.",
        ),
        (
            (0.1, -0.5, 0.6), "Poisjääneet olivat lähtötilanteessa samanlaisia kuin muut.",
            "De som föll bort var från början som de andra.", "Those who did not were alike to begin with.",
        ),
        (
            (1.0, -9.0, 11.0), "Ei voi sanoa, olivatko poisjääneet lähtötilanteessa erilaisia kuin muut.",
            "Det går inte att säga om de som föll bort var annorlunda från början.",
            "Whether those who did not were different to begin with cannot be told.",
        ),
    ],
)  # fmt: skip
def test_it_says_how_many_answered_again_and_whether_those_who_left_differed(published, difference, fi, sv, en):
    rows = (lost(0.54), apart(*difference))
    assert told(published, *rows) == f"Sadasta vuonna 2022 vastanneesta 46 vastasi uudelleen vuonna 2024. {fi}"
    assert told(published, *rows, language="sv") == f"Av hundra som svarade 2022 svarade 46 igen 2024. {sv}"
    assert (
        told(published, *rows, language="en") == f"Of a hundred who answered in 2022, 46 answered again in 2024. {en}"
    )


def test_one_difference_among_several_is_only_perhaps(published):
    rows = (
        lost(0.54), apart(1.3, 0.02, 2.6), change(1.0, -2.0, 4.0, n=90, other_n=90, comparison="change_paired", **WHO5),
        lost(0.4, **WHO5), apart(0.0, -9.0, 9.0, **WHO5),
    )  # fmt: skip
    text = told(published, *rows, language="en")
    assert text.startswith("Of a hundred who answered in 2022, 46–60 answered again in 2024, depending on the measure.")
    assert "were perhaps worse off to begin with: coping index" in text


def test_what_is_hidden_is_said_to_be_hidden_and_what_is_not_there_is_not_said(published):
    assert told(published, hidden(indicator=LOST, **INDEX, **GONE), language="en") == (
        "How many of those of 2022 answered again in 2024 is not shown, to protect privacy."
    )
    assert told(published) == ""
    other_year = lost(0.3, category="2023")
    assert told(published, other_year) == ""  # the change is since 2022
    assert told(published, lost(0.54), region="tampere") == ""


def test_it_stands_once_beside_the_first_figure_of_the_same_persons_with_a_link_to_its_rows(published):
    one = small(published, PAIRED, change(3.0, 1.0, 5.0, **INDEX), lost(0.54), apart(1.0, -9.0, 11.0))
    view = page_of(one, Words("en"), "oulu")
    section = change_section(view)
    assert [bool(exhibit.caution) for exhibit in section.exhibits] == [True, False]
    assert section.exhibits[-1].tables[0].data["indicator"].to_list() == [LOST, APART]
    page = render(
        "topic.html", Place("en", "oulu", "change"), view.meta, view.words, languages=["en"], title="Oulu", kind="",
        parts=[(section, ready(section.exhibits, Files(view)))], heading=False, for_all=True, warnings=[],
        slide="",
    )  # fmt: skip
    assert page.count("answered again in 2024") == 1
    assert f'href="#{NAME}"' in page
    assert f'id="{NAME}"' in page
    bare = page_of(small(published, change(3.0, 1.0, 5.0, **INDEX)), Words("en"), "oulu")
    assert not any(exhibit.caution for exhibit in change_section(bare).exhibits)
