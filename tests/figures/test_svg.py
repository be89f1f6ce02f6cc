from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from sujuva.figures import FIGURES, Words, draw
from sujuva.figures.canvas import as_svg
from sujuva.figures.dark import contrast, darkened
from sujuva.figures.letters import breadth
from sujuva.figures.svg import slim
from sujuva.figures.theme import COLOURS, DARK_PAPER, INK, OTHER, PAPER, QUIET, style


@pytest.fixture(scope="module")
def drawn():
    """A drawing as matplotlib writes it: a text, a clipped line, markers."""
    with style():
        figure = Figure(figsize=(3, 2))
        ax = figure.add_subplot()
        ax.plot([1, 2, 3], [1.23456, 2, 1.5], marker="o")
        ax.set_title("Ääni – 1,5 %")
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg")
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def steps(path):
    """Letters and numbers of a path; a level or an upright line has the other number of where it begins."""
    return len(re.findall(r"[A-Za-z]|[-\d.]+", path.get("d", ""))) + len(re.findall("[HV]", path.get("d", "")))


def marks(text):
    """Everything that is drawn, in its order, with what it refers to in place of ids."""
    root = ET.fromstring(text)
    known = {one.get("id"): one for one in root.iter() if one.get("id")}
    found = []
    for one in root.iter():
        name = one.tag.rpartition("}")[2]
        if name == "use":
            target = known[one.get("{http://www.w3.org/1999/xlink}href").removeprefix("#")]
            found.append((name, steps(target)))
        elif name == "path":
            found.append((name, steps(one)))
    return found


def test_nothing_that_is_drawn_is_lost(drawn):
    assert marks(slim(drawn, "x")) == marks(drawn)
    assert len(marks(drawn)) >= 20


def test_a_drawing_takes_fewer_bytes(drawn):
    slimmed = slim(drawn, "x")
    assert len(slimmed) < 0.75 * len(drawn)
    assert "<metadata>" not in slimmed
    assert "<!--" not in slimmed


def test_only_ids_that_are_used_stay_and_they_carry_the_key(drawn):
    text = slim(drawn, "coping")
    ids = re.findall(r' id="([^"]+)"', text)
    used = set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text))
    assert set(ids) == used
    assert all(re.fullmatch(r"coping-[0-9a-z]+", one) for one in ids)
    assert len(ids) == len(set(ids))


def test_places_are_kept_to_a_hundredth():
    text = '<svg><g transform="translate(1.23456 2)"><path d="M 1.98765 0.5"/></g></svg>'
    assert slim(text, "x").endswith('><g transform="translate(1.23 2)"><path d="M1.98 0.5"/></g></svg>')


def test_groups_that_say_nothing_go_and_the_others_stay_closed():
    text = '<svg><g><g id="a"><g style="fill: red"><path d="M 0 0"/></g></g></g><g/></svg>'
    assert slim(text, "x").endswith('><g fill="red"><path d="M0 0"/></g></svg>')


def test_a_text_is_a_text_as_wide_as_it_was_laid_out():
    with style():
        figure = Figure(figsize=(3, 2))
        figure.text(0.1, 0.5, "Ääni – 1,5 % & <x>", weight="bold")
        figure.text(0.9, 0.1, "up", rotation=90)
        root = ET.fromstring(as_svg(figure, Bbox.from_extents(0, 0, 3, 2), "x"))
    said = [one for one in root.iter() if one.tag.endswith("text")]
    assert [one.text for one in said] == ["Ääni – 1,5 % & <x>", "up"]
    wide = breadth("Ääni – 1,5 % & <x>", bold=True)
    assert float(said[0].get("textLength")) == pytest.approx(72 * wide, abs=0.06)
    assert said[0].get("font-weight") == "bold"
    assert said[1].get("transform").startswith("rotate(-90 ")
    assert root.get("font-family") == "DejaVu Sans, Verdana, sans-serif"


def test_words_that_look_like_marks_stay_words():
    text = '<svg><text x="1.23456">style="fill: red" id="a" x="1.23456" href="#b"</text></svg>'
    assert '>style="fill: red" id="a" x="1.23456" href="#b"</text>' in slim(text, "x")
    assert 'x="1.23"' in slim(text, "x")


def test_every_contrast_stays_on_a_dark_page():
    colours = [*COLOURS, INK, QUIET, OTHER, PAPER, "#cfe3f0", "#f6e3d3", "#ea9a5e", "#b34700", "#9cc9e3"]
    for one, other in combinations(colours, 2):
        assert contrast(darkened(one), darkened(other)) == pytest.approx(contrast(one, other), rel=0.04)
    for ground, page in ((PAPER, {one: one for one in colours}), (DARK_PAPER, {one: darkened(one) for one in colours})):
        assert all(contrast(page[one], ground) >= 3 for one in (*COLOURS, OTHER))
        assert all(contrast(page[one], ground) >= 4.5 for one in (INK, QUIET))


def test_rules_of_a_dark_page_name_every_colour_that_is_drawn(published):
    text = draw(FIGURES["bands"], published, Words("en")).svg_file()
    (rules,) = re.findall(r"<style>@media \(prefers-color-scheme:dark\)\{(.*)\}</style>", text)
    drawn = set(re.findall(r'(fill|stroke)="(#[0-9a-f]{6})"', text))
    assert {(name, colour) for name, colour, *_ in re.findall(r'\[(\w+)="(#\w+)"\]', rules)} == drawn
    assert ("fill", PAPER) in drawn
    assert 'style="' not in text  # a rule of a page would not reach it
