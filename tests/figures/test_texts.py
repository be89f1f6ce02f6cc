"""Every text of every figure can be read, wide and narrow: large enough, on its paper, and on no other text."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from matplotlib.text import Text

from sujuva.figures import FIGURES, Words
from sujuva.figures.canvas import FigureCanvas
from sujuva.figures.labels import region_title
from sujuva.figures.specification import MOST_ALT, pictures
from sujuva.figures.theme import TEXT, style

SLACK = 1.0
"""Points that boxes of letters may share: they are taller than what is printed."""


def boxes(sheet):
    """Every text that is seen, with its box in points."""
    figure = sheet.figure
    figure.set_dpi(72)
    renderer = FigureCanvas(figure).get_renderer()
    with style():
        figure.draw(renderer)
        found = [one for one in figure.findobj(Text) if one.get_text().strip() and one.get_visible()]
        hidden = {id(one) for ax in figure.axes if not ax.get_visible() for one in ax.findobj(Text)}
        hidden |= {
            id(one) for ax in figure.axes if not ax.axison for one in (*ax.xaxis.findobj(Text), *ax.yaxis.findobj(Text))
        }
        return [(one, one.get_window_extent(renderer)) for one in found if id(one) not in hidden]


def faults(sheet):
    """What is wrong with the texts of a drawing."""
    width, height = (72 * one for one in sheet.figure.get_size_inches())
    found = boxes(sheet)
    for text, box in found:
        said = text.get_text()
        if text.get_fontsize() < TEXT:
            yield f"{said!r} has {text.get_fontsize()} points"
        if box.x0 < -SLACK or box.y0 < -SLACK or box.x1 > width + SLACK or box.y1 > height + SLACK:
            yield f"{said!r} leaves the paper: {box.extents.round().tolist()} of {width:.0f} × {height:.0f}"
    for (text, one), (other, two) in combinations(found, 2):
        across = min(one.x1, two.x1) - max(one.x0, two.x0)
        along = min(one.y1, two.y1) - max(one.y0, two.y0)
        if across > SLACK and along > SLACK:
            yield f"{text.get_text()!r} and {other.get_text()!r} overlap by {across:.1f} × {along:.1f}"


def drawn(published, language, region):
    return [one for spec in FIGURES.values() for one in pictures(spec, published, Words(language), region=region)]


@pytest.mark.parametrize(("language", "region"), [("fi", "oulu"), ("sv", "network")])
def test_texts_can_be_read(published, language, region):
    made = drawn(published, language, region)
    assert len(made) > 15
    wrong = [f"{one.key}, {name}: {fault}" for one in made
             for name, sheet in (("wide", one.wide), ("narrow", one.narrow)) for fault in faults(sheet)]  # fmt: skip
    assert not wrong, "\n".join(wrong)


def test_a_text_on_another_is_found(published):
    picture = next(one for one in drawn(published, "en", "oulu") if one.key == "coping")
    sheet = picture.wide
    sheet.figure.text(0.5, 0.5, "a", fontsize=8)
    sheet.figure.text(0.5, 0.5, "b")
    sheet.figure.text(1.5, 0.5, "c")
    said = " ".join(faults(sheet))
    assert all(word in said for word in ("'a' has 8", "'a' and 'b' overlap", "'c' leaves"))


@pytest.mark.parametrize(("language", "region"), [("fi", "oulu"), ("sv", "network"), ("en", "tampere")])
def test_a_text_alternative_is_short_and_says_where_and_when(published, language, region):
    for picture in drawn(published, language, region):
        assert len(picture.alt) <= MOST_ALT, picture.key
        assert picture.alt.startswith(picture.title), picture.key
        assert re.search(r"\b20\d\d\b", picture.alt) or Words(language).say("all years together") in picture.alt
        names = [place(published.meta, one, language) for one in (region, "network")]
        names += [Words(language).say("Whole country")] * (picture.key == "background")
        assert any(one.casefold() in picture.alt.casefold() for one in names), picture.key


def place(meta, region, language):
    return region_title(meta, region, Words(language))
