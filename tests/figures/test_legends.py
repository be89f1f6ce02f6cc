"""Every colour that is drawn has its name, and no legend names what is not drawn."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from sujuva.figures.dark import contrast, darkened
from sujuva.figures.layouts import Dots, Panel, Row, Series
from sujuva.figures.theme import COLOURS, FAINT, INK, OTHER, PAPER, QUIET, ink_on
from tests.figures.test_layouts import UNIT, frame
from tests.figures.test_layouts import drawn as drawn_alone
from tests.figures.test_texts import drawn

NEUTRAL = {INK, QUIET, FAINT, PAPER, OTHER, "#e6eaee"}
"""Colours of letters, rims, grids and of what stands behind."""
LABELLED = {"referrals", "network-collaboration", "network-information", "network"}
"""Figures whose marks have their names beside them, or whose grey lines tell strength by width."""


def hexes(colours):
    return {to_hex(one) for one in np.atleast_2d(colours) if len(one) and one[-1] > 0}


def of_marks(figure):
    """Colours of what is drawn inside the axes."""
    found = set()
    for ax in (one for one in figure.axes if one.get_visible()):
        for line in ax.get_lines():
            if len(line.get_xdata()):
                found |= {to_hex(line.get_color())}
        for one in ax.collections:
            if isinstance(one, LineCollection):
                found |= hexes(one.get_edgecolor())
            elif isinstance(one, PathCollection):
                found |= hexes(one.get_facecolor()) | hexes(one.get_edgecolor())
            else:
                found |= hexes(one.get_facecolor())
        for one in ax.patches:
            rim = [one.get_edgecolor()] if one.get_linewidth() else []
            found |= {to_hex(colour) for colour in (one.get_facecolor(), *rim) if colour[3]}
    return found - NEUTRAL


def of_names(figure):
    """Colours that a legend or the name of a line explains."""
    found = set()
    for legend in figure.findobj(Legend):
        for one in legend.legend_handles:
            if isinstance(one, Line2D):
                found |= {to_hex(one.get_color())}
            else:
                found |= {to_hex(one.get_facecolor()), to_hex(one.get_edgecolor())}
    beside = {to_hex(text.get_color()) for ax in figure.axes for text in ax.texts if text.get_text().strip()}
    return found - NEUTRAL, beside - NEUTRAL


@pytest.mark.parametrize(("language", "region"), [("en", "oulu"), ("en", "network")])
def test_every_colour_has_its_name_and_every_name_its_colour(published, language, region):
    for picture in drawn(published, language, region):
        for name, sheet in (("wide", picture.wide), ("narrow", picture.narrow)):
            marks, (legend, beside) = of_marks(sheet.figure), of_names(sheet.figure)
            for colour in marks:  # numbers stand in bars, cells and marks
                letters = ink_on(colour)
                assert contrast(letters, colour) >= 4.5, f"{picture.key}: {letters} on {colour}"
                assert contrast(darkened(letters), darkened(colour)) >= 4.4, f"{picture.key}: {colour} on a dark page"
            assert legend <= marks, f"{picture.key}, {name}: {legend - marks} are named and not drawn"
            if len(marks) > 1 and picture.key not in LABELLED:
                missing = marks - legend - beside
                assert not missing, f"{picture.key}, {name}: {missing} are drawn and have no name"


def test_a_series_without_a_mark_is_not_in_the_legend():
    rows = [("a", "x", "now", 0.2, None, None, ""), ("a", "x", "then", None, None, None, "primary")]
    layout = Dots(
        frame(["panel", "row", "series"], *rows), panels=[Panel("a")], rows=[Row("x", "X")],
        series=[Series("now", "Now"), Series("then", "Then")], axis=UNIT,
    )  # fmt: skip
    figure = drawn_alone(layout)
    assert [one.get_text() for legend in figure.legends for one in legend.get_texts()] == ["Now"]


def test_numbers_in_marks_can_be_read():
    assert all(contrast(PAPER, one) >= 4.5 for one in COLOURS)  # those of networks are white
