from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from matplotlib.figure import Figure

from sujuva.figures.svg import slim
from sujuva.figures.theme import style
from sujuva.paths import RUN

DRAWS = """
from matplotlib.figure import Figure
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Bbox
from sujuva.figures.canvas import as_svg
from sujuva.figures.theme import style

set_texts, counted = TextToPath.get_glyphs_with_font, []
TextToPath.get_glyphs_with_font = lambda *given, **named: counted.append(1) or set_texts(*given, **named)
with style():
    figure = Figure(figsize=(3, 2))
    figure.add_subplot().set_title("Ääni – 1,5 %\\nfi")
    print(as_svg(figure, Bbox.from_extents(0, 0, 3, 2), "x"))
print(len(counted))
"""


@pytest.fixture(scope="module")
def drawn():
    """A drawing as matplotlib writes it: letters as paths, a clipped line, markers."""
    with style():
        figure = Figure(figsize=(3, 2))
        ax = figure.add_subplot()
        ax.plot([1, 2, 3], [1.23456, 2, 1.5], marker="o")
        ax.set_title("Ääni – 1,5 %")
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg")
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def marks(text):
    """Everything that is drawn, in its order, with what it refers to in place of ids."""
    root = ET.fromstring(text)
    known = {one.get("id"): one for one in root.iter() if one.get("id")}
    found = []
    for one in root.iter():
        name = one.tag.rpartition("}")[2]
        if name == "use":
            target = known[one.get("{http://www.w3.org/1999/xlink}href").removeprefix("#")]
            found.append((name, len(target.get("d", "").split())))
        elif name == "path":
            found.append((name, len(one.get("d", "").split())))
    return found


def test_nothing_that_is_drawn_is_lost(drawn):
    assert marks(slim(drawn, "x")) == marks(drawn)
    assert len(marks(drawn)) > 20


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


def test_places_are_kept_to_a_hundredth_and_factors_whole():
    text = '<svg><g transform="translate(1.23456 2) scale(0.015625)"><path d="M 1.98765 0.5"/></g></svg>'
    assert slim(text, "x") == '<svg><g transform="translate(1.23 2) scale(0.015625)"><path d="M 1.98 0.5"/></g></svg>'


def test_groups_that_say_nothing_go_and_the_others_stay_closed():
    text = '<svg><g><g id="a"><g style="fill: red"><path d="M 0 0"/></g></g></g><g/></svg>'
    assert slim(text, "x") == '<svg><g style="fill:red"><path d="M 0 0"/></g><g/></svg>'


def test_a_kernel_finds_the_letters_that_an_earlier_one_of_its_run_laid_out(tmp_path):
    def drawn(**given):
        run = subprocess.run(
            [sys.executable, "-c", DRAWS], env={**os.environ, **given}, capture_output=True, text=True, check=True
        )
        text, counted = run.stdout.strip().rsplit("\n", 1)
        return text, int(counted)

    alone, first, second = drawn(), drawn(**{RUN: str(tmp_path)}), drawn(**{RUN: str(tmp_path)})
    assert alone[1] > 0
    assert first == alone
    assert second == (alone[0], 0)
    assert [file.name for file in tmp_path.iterdir()] == ["letters"]
