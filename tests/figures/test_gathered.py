"""Marks that look alike share a group, and look as before."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from sujuva.figures.catalogue import FIGURES
from sujuva.figures.gathered import gathered
from sujuva.figures.language import Words
from sujuva.figures.specification import pictures
from sujuva.figures.theme import INK

LOOKS = (
    "font-size",
    "fill",
    "stroke",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-dasharray",
    "clip-path",
)
RED = ' fill="none" stroke="#ff0000" stroke-width="0.8" clip-path="url(#a)"'


def drawn(
    element: ET.Element, inherited: dict[str, str] | None = None, known: dict[str, dict[str, str]] | None = None
) -> list[tuple[Any, ...]]:
    """Return all elements but groups of looks, with the looks that hold for them and the points of their paths."""
    known = {} if known is None else known
    own = {name: element.attrib[name] for name in LOOKS if name in element.attrib}
    looks = {**(inherited or {}), **own}
    if "id" in element.attrib:
        known[element.attrib["id"]] = own
    if element.tag.endswith("use"):  # what the mark says itself holds
        looks |= known[element.attrib["{http://www.w3.org/1999/xlink}href"].removeprefix("#")]
    rest = {name: value for name, value in element.attrib.items() if name not in (*LOOKS, "d")}
    group = element.tag.endswith("g") and not element.tag.endswith("svg") and not rest
    here = [] if group else [(element.tag, rest, looks, points(element.get("d", "")), element.text)]
    return [*here, *(one for child in element for one in drawn(child, looks, known))]


def points(path: str) -> list[tuple[str, ...]]:
    """Return the steps of a path, level and upright ones as lines."""
    steps: list[tuple[str, ...]] = []
    for letter, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        to = tuple(numbers.split())
        if letter == "H":
            steps.append(("L", to[0], steps[-1][-1]))
        elif letter == "V":
            steps.append(("L", steps[-1][-2], to[0]))
        else:
            steps.append((letter, *to))
    return steps


def test_marks_of_the_same_looks_share_a_group():
    a, b = f'<path d="M0 0L5 0"{RED}/>', f'<path d="M0 0L0 5L5 5z"{RED}/>'
    assert gathered(f"<svg>{a}{b}</svg>") == f'<svg><g{RED}><path d="M0 0H5"/><path d="M0 0V5H5z"/></g></svg>'
    assert gathered(f'<svg>{a}<path d="M0 0" fill="none"/>{b}</svg>').count("<g") == 0


def test_what_a_mark_says_itself_its_uses_do_not_say():
    mark = '<defs><path id="m" d="M0 0V3" stroke="#000000"/></defs>'
    used = '<use xlink:href="#m" x="1" fill="none" stroke="#000000"/>'
    assert gathered(f"<svg>{mark}{used}</svg>") == f'<svg>{mark}<use xlink:href="#m" x="1" fill="none"/></svg>'


def test_usual_texts_say_neither_size_nor_colour():
    text = f'<text x="1" font-size="9" fill="{INK}"> font-size="9"</text><text font-size="12">a</text>'
    assert gathered(text) == '<text x="1"> font-size="9"</text><text font-size="12">a</text>'


@pytest.mark.parametrize("own", [' id="x"', ' transform="rotate(90)"'])
def test_what_moves_or_is_referred_to_stays_by_itself(own):
    mark = f'<path{own} d="M0 0C1 1 2 2 3 3"{RED}/>'
    assert gathered(f"<svg>{mark}{mark}</svg>") == f"<svg>{mark}{mark}</svg>"
    used = f'<use xlink:href="#m" x="1" y="2"{RED}/>'
    assert gathered(f"<svg>{used}{used}</svg>") == f"<svg>{used}{used}</svg>"


def test_what_a_text_says_is_no_look():
    one = f'<text x="1"{RED}>a fill="none" &gt; b</text>'
    assert gathered(f"<svg>{one}{one}</svg>").count('>a fill="none" &gt; b</text>') == 2


@pytest.mark.parametrize("key", ["coping", "network", "bands"])
def test_a_figure_looks_the_same_in_fewer_bytes(published, monkeypatch, key):
    monkeypatch.setattr("sujuva.figures.svg.gathered", lambda text: text)
    before = [one.svg_file() for one in pictures(FIGURES[key], published, Words("fi"), region="oulu")]
    monkeypatch.setattr("sujuva.figures.svg.gathered", gathered)
    after = [one.svg_file() for one in pictures(FIGURES[key], published, Words("fi"), region="oulu")]
    assert before
    for old, new in zip(before, after, strict=True):
        assert drawn(ET.fromstring(new)) == drawn(ET.fromstring(old))
        assert len(new) < 0.95 * len(old)
