"""Words of the glossary are found in their forms, once in a section, and only where a reader meets them in a text."""

from __future__ import annotations

import re

import pytest

from sujuva.figures import voice
from sujuva.reports.explained import explained
from sujuva.reports.sitemap import Place

_LINK = re.compile(r'<span class="term"><a href="([^"]*)" aria-describedby="([^"]*)">([^<]*)</a>')
_WHOLE = re.compile(r'<span class="term"><a [^>]*>([^<]*)</a><span class="tip"[^>]*>[^<]*</span></span>')


@pytest.fixture(scope="module")
def linked(published):
    """Words that are explained in the content of a page, with the anchors that they lead to."""

    def links(html: str, language: str = "fi") -> list[tuple[str, str]]:
        page = f'<!DOCTYPE html>\n<html lang="{language}">\n<body><main>{html}</main></body></html>'
        words = voice(published.meta, language)
        told = explained(page, Place(language, "oulu", "coping"), published.meta, words)
        assert _WHOLE.sub(r"\1", told) == page  # nothing else is changed
        found = _LINK.findall(told)
        assert [one[1] for one in found] == [f"term-{number}" for number, _ in enumerate(found, start=1)]
        assert all(href.startswith("../about/glossary.html#") for href, _, _ in found)
        return [(word, href.partition("#")[2]) for href, _, word in found]

    return links


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("fi", "Luottamusväleissä ja keskihajontoina.", ["Luottamusväleissä", "keskihajontoina"]),
        ("fi", "Osa luottamusväleistä on leveitä.", ["luottamusväleistä"]),
        ("fi", "Asetelmakertoimen ja asetelmakerroin.", ["Asetelmakertoimen"]),
        ("fi", "Ei näy luotettavaa muutosta.", ["luotettavaa muutosta"]),
        ("fi", "Luotettavaa tietoa muutoksesta.", []),
        ("fi", "Luotettava, muutos.", []),
        ("fi", "Tapaus (regressio kohti keskiarvoa).", ["regressio kohti keskiarvoa"]),
        ("fi", "Kaplan–Meierin käyrä, QAP:n p, E-I-indeksit.", ["Kaplan–Meierin", "QAP", "E-I-indeksit"]),
        ("fi", "n = 15, q ≤ 0,05, α ja ω.", ["n", "q", "α"]),
        ("fi", "Pyöristetty 5:n tarkkuudella; N = 3; kadotettu.", []),
        ("sv", "Konfidensintervallen och standardavvikelser.", ["Konfidensintervallen", "standardavvikelser"]),
        ("sv", "Det syns i n, men i skillnader inte.", ["n"]),
        ("sv", "En skillnad i skillnader.", ["skillnad i skillnader"]),
        ("sv", "Tillförlitliga förändringar, tätheten.", ["Tillförlitliga förändringar", "tätheten"]),
        (
            "en",
            "Confidence intervals, reliable changes; confidence alone.",
            ["Confidence intervals", "reliable changes"],
        ),
    ],
)
def test_forms_of_a_word_are_found_and_other_words_are_not(linked, language, text, found):
    assert [word for word, _ in linked(f"<p>{text}</p>", language)] == found


def test_a_word_is_explained_once_in_a_section(linked):
    text = "<p>Luottamusväli ja luottamusvälit.</p>"
    section = '<section aria-labelledby="a">{}</section>'
    assert linked(text + text) == [("Luottamusväli", "interval")]
    assert linked(text + section.format(text) + section.format(text + text)) == [("Luottamusväli", "interval")] * 3
    assert len(linked(text + f"<section>{text}</section>")) == 1  # a section without a heading is no other one


@pytest.mark.parametrize(
    ("html", "number"),
    [
        ("<p>{}</p>", 1), ("<dl><dd>{}</dd></dl>", 1), ("<table><tr><td>{}</td></tr></table>", 1),
        ('<table><tr><th scope="row">{}</th></tr></table>', 1), ("<p><strong>{}</strong></p>", 1),
        ("<h2>{}</h2>", 0), ('<p><a href="x.html">{}</a></p>', 0), ("<details><summary>{}</summary></details>", 0),
        ('<table><tr><td class="num">{}</td></tr></table>', 0),
        ('<table><tr><th scope="row" class="num">{}</th></tr></table>', 0),
        ('<table><thead><tr><th scope="col">{}</th></tr></thead></table>', 0),
        ("<table><caption>{}</caption></table>", 0),
        ('<figure><img src="x.svg" alt="{}"></figure>', 0), ("<svg><text>{}</text></svg>", 0),
        ('<p lang="en">{}</p>', 0), ('<p class="copy">{}</p>', 0),
        ('<script type="application/json">["{}"]</script>', 0),
    ],
)  # fmt: skip
def test_words_are_explained_in_texts_alone(linked, html, number):
    assert len(linked(html.format("luottamusväli"))) == number


def test_the_explanation_is_that_of_the_glossary_and_cannot_become_markup(published):
    terms = published.meta["terms"]
    kinds = terms["kinds"]
    one = {"fi": "luottamusväli", "sv": "x", "en": "y", "sentence": {"fi": "<b>Väli</b> & väli", "sv": "x", "en": "y"}}
    meta = published.meta | {"terms": terms | {"kinds": kinds | {"glossary": {"interval": one}}}}
    told = explained("<p>Luottamusväli.</p>", Place("fi", "", "index"), meta, voice(meta))
    assert 'href="about/glossary.html#interval"' in told
    assert 'role="tooltip" id="term-1" hidden>&lt;b&gt;Väli&lt;/b&gt; &amp; väli</span>' in told


def test_pages_for_researchers_explain_their_words(reports):
    for language, least in (("fi", 5), ("sv", 3), ("en", 3)):
        pages = reports[language].pages
        assert sum(len(_LINK.findall(text)) for text in pages.values()) >= least
    keys = {href.partition("#")[2] for href, _, _ in _LINK.findall(reports["fi"].pages["numbers"])}
    assert {"density", "ei_index"} <= keys
