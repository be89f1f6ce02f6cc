"""Names as the data gives them are marked as Finnish on other pages, or translated where a codebook can."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sujuva.figures import Words, voice
from sujuva.figures.labels import producer_title
from sujuva.reports.content import page_of
from sujuva.reports.given import given_in, given_names, marked, marked_drawing

NAMES = ("Koulu A", "Neuvola & perhe", "Tuntee itsensä usein yksinäiseksi, % oppilaista")


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<td>Koulu A</td>", '<td><span lang="fi">Koulu A</span></td>'),
        ("<p>Missing: Koulu A.</p>", '<p>Missing: <span lang="fi">Koulu A</span>.</p>'),
        ("<td>Neuvola &amp; perhe</td>", '<td><span lang="fi">Neuvola &amp; perhe</span></td>'),
        ("<td>Koulu AB</td>", "<td>Koulu AB</td>"),
        ('<img alt="Koulu A">', '<img alt="Koulu A">'),
        ("<script>'Koulu A'</script>", "<script>'Koulu A'</script>"),
        ("<title>Koulu A</title>", "<title>Koulu A</title>"),
    ],
)
def test_a_name_is_marked_wherever_a_reader_meets_it(page, said):
    assert marked(page, NAMES) == said


def test_the_longest_name_is_marked_and_a_letter_is_none():
    assert marked("<p>Koulu A ja B</p>", ("Koulu A", "Koulu A ja B")) == '<p><span lang="fi">Koulu A ja B</span></p>'
    assert marked("<p>A</p>", ("A",)) == "<p>A</p>"
    assert marked("<p>Koulu A</p>", ()) == "<p>Koulu A</p>"


def test_a_drawing_says_which_of_its_texts_are_names_line_by_line():
    drawing = (
        '<text x="1">Tuntee itsensä usein</text><text x="1">yksinäiseksi, % oppilaista</text><text y="2">2024</text>'
    )
    found = marked_drawing(drawing, NAMES)
    assert found.count('xml:lang="fi"') == 2
    assert '<text y="2">2024</text>' in found
    assert marked_drawing(drawing, ()) == drawing


def test_pages_in_the_language_of_the_data_mark_nothing(published):
    assert given_names(page_of(published, Words("fi"), "oulu")) == ()
    assert given_in(published.meta, Words("fi")) == ()


def test_organisations_topics_and_statistics_without_translation_are_marked(published):
    areas = published.meta["areas"]
    key, title = min(areas["titles"].items())
    told = replace(published, meta=published.meta | {"areas": areas | {"statistics": {}}})
    names = given_names(page_of(told, voice(told.meta, "sv"), "oulu"))
    assert {name.removesuffix(" (Oulu)") for name in published["nodes"]["name"]} <= set(names)
    assert set(areas["titles"].values()) <= set(names)
    known = {key: {"title": {"fi": title, "sv": "En statistik", "en": "A statistic"}}}
    told = replace(published, meta=published.meta | {"areas": areas | {"statistics": known}})
    assert title not in given_in(told.meta, Words("sv"))


def test_a_producer_is_told_in_the_readers_language_and_marked_where_none_is_known(published):
    name = published.meta["responsible"]
    assert name in given_in(published.meta, Words("sv"))
    told = published.meta | {"producers": {name: {"fi": name, "sv": "Forskargruppen", "en": "The research group"}}}
    assert producer_title(told, name, Words("sv")) == "Forskargruppen"
    assert name not in given_in(told, Words("sv"))
    assert producer_title(told, "Nobody knows", Words("en")) == "Nobody knows"
