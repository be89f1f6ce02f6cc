"""Figures for papers: the size on paper, letters that can be read, fonts, marks, and the rows beside them."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from matplotlib import font_manager
from PIL import Image

from sujuva.errors import ParameterError
from sujuva.figures import FIGURES, Words
from sujuva.figures.letters import LETTERS
from sujuva.figures.presets import PRESETS
from sujuva.figures.specification import pictures
from sujuva.params.sections import Figures
from sujuva.published import Published, write_published
from sujuva.reports.checks import made
from sujuva.reports.papers import plates, write_papers
from sujuva.reports.readback import from_csv
from tests.figures.made_integration import integrated
from tests.figures.test_texts import faults
from tests.publish import made_up

WIDTHS = {"one-column": 88.0, "two-columns": 180.0, "slide": 254.0}
SVG = "{http://www.w3.org/2000/svg}"
PT = 72 / 25.4


@pytest.fixture(scope="module")
def published():
    found = made_up.publication()
    rules = {
        "threshold": 5,
        "organisation_threshold": 3,
        "rounding": 5,
        "dominance_n": 1,
        "dominance_k": 75,
        "p_percent": 10,
    }
    told = {"code": "c0de", "fingerprint": "da7a-c401-c0de", "date": "2024-12-31", "synthetic": True, "privacy": rules}
    return Published(found.tables, found.meta | told)  # the publication is shared with other tests


def written(published, folder, preset, drawn, language="en", **options):
    folder.mkdir(exist_ok=True)
    found = plates(published, Words(language), regions=made_up.REGIONS, drawn=drawn, **options)
    write_papers(found, folder, preset=preset, published=published, words=Words(language))
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def box_of(pdf: bytes) -> list[float]:
    found = re.findall(rb"/MediaBox \[ ([\d. ]+) \]", pdf)
    assert len(found) == 1
    return [float(one) for one in found[0].split()]


def info_of(pdf: bytes, name: str) -> str:
    """What a PDF tells of itself under a name."""
    found = re.search(rb"/%s \(((?:\\.|[^\\)])*)\)" % name.encode(), pdf, re.DOTALL)[1]
    text = re.sub(rb"\\(.)", lambda one: {b"n": b"\n", b"r": b"\r"}.get(one[1], one[1]), found, flags=re.DOTALL)
    return text[2:].decode("utf-16-be") if text.startswith(b"\xfe\xff") else text.decode("latin-1")


def test_every_preset_can_be_chosen():
    assert set(Figures.model_fields["preset"].annotation.__args__) == set(PRESETS) == set(WIDTHS)


@pytest.mark.parametrize("preset", WIDTHS)
def test_a_figure_is_as_wide_as_its_preset_in_every_form(published, tmp_path, preset):
    files = written(published, tmp_path, preset, ["hobbies"])
    stem = next(name.removesuffix(".svg") for name in files if name.endswith(".svg"))
    width, height = (
        float(ET.fromstring(files[f"{stem}.svg"]).get(one).removesuffix("mm")) for one in ("width", "height")
    )
    assert width == WIDTHS[preset]
    assert box_of(files[f"{stem}.pdf"]) == pytest.approx([0, 0, PT * width, PT * height], abs=0.02)
    image = Image.open(io.BytesIO(files[f"{stem}.png"]))
    dots = 192 if preset == "slide" else 300
    assert image.info["dpi"] == pytest.approx((dots, dots), abs=0.1)
    assert image.size == pytest.approx((width / 25.4 * dots, height / 25.4 * dots), abs=2)
    if preset == "slide":
        assert image.size == (1920, 1080)


@pytest.mark.parametrize(("preset", "least", "most"), [("one-column", 7, 9), ("two-columns", 7, 9), ("slide", 14, 20)])
def test_letters_have_the_sizes_of_print(published, preset, least, most):
    picture = pictures(FIGURES["hobbies"], published, Words("fi"))[0]
    for page in picture.pages(preset):
        root = ET.fromstring(page.svg_file())
        wide = float(root.get("viewBox").split()[2])
        scale = PT * float(root.get("width").removesuffix("mm")) / wide
        sizes = {
            round(scale * float(one.get("font-size", root.get("font-size"))), 2) for one in root.iter(f"{SVG}text")
        }
        assert sizes
        assert least <= min(sizes) <= max(sizes) <= most


@pytest.mark.parametrize("region", ["network", "oulu"])
@pytest.mark.parametrize("preset", WIDTHS)
def test_no_text_of_any_figure_is_cut_or_covered_and_no_page_is_too_tall(published, preset, region):
    full = integrated(published, composite={"common_agenda": 1, "met": 3})
    wrong, count = [], 0
    for spec in FIGURES.values():
        for picture in pictures(spec, full, Words("fi"), region=region):
            for page in picture.pages(preset):
                count += 1
                wrong += [f"{page.about.key}: {fault}" for fault in faults(page)]
                if page.millimetres[1] > PRESETS[preset].height + 0.01:
                    wrong.append(f"{page.about.key} is {page.millimetres[1]} mm high")
    assert count > 15
    assert not wrong, "\n".join(wrong)


def test_parts_hold_every_panel_once(published):
    picture = pictures(FIGURES["change"], published, Words("en"), regions=made_up.REGIONS)[0]
    whole = [ax.get_title(loc="left") for ax in picture.wide.figure.axes if ax.get_visible()]
    pages = picture.pages("one-column")
    parts = [ax.get_title(loc="left") for page in pages for ax in page.figure.axes if ax.get_visible()]
    assert len(pages) > 1
    assert [one.replace("\n", " ") for one in parts] == [one.replace("\n", " ") for one in whole]


def test_fonts_are_embedded_and_letters_stay_letters(published, tmp_path):
    pdf = written(published, tmp_path, "one-column", ["hobbies"])["hobbies.pdf"]
    fonts = re.findall(rb"/FontName /(\S+)", pdf)
    assert fonts
    assert all(re.fullmatch(rb"[A-Z]{6}\+DejaVuSans(-Bold)?", one) for one in fonts)
    assert len(re.findall(rb"/FontFile2 \d+ 0 R", pdf)) == len(fonts)
    assert b"/Subtype /Image" not in pdf


def test_whichever_font_matplotlib_finds_the_bytes_are_the_same(published, tmp_path, monkeypatch):
    first = written(published, tmp_path / "first", "one-column", ["hobbies"])
    LETTERS._size.cache_clear()
    LETTERS.path.cache_clear()
    LETTERS.heights.cache_clear()
    serif = font_manager.findfont("DejaVu Serif")
    monkeypatch.setattr(font_manager.fontManager, "_findfont_cached", lambda *_: serif)
    assert written(published, tmp_path / "second", "one-column", ["hobbies"]) == first


def test_each_file_says_that_it_is_synthetic_and_by_what_it_was_made(published, tmp_path):
    files = written(published, tmp_path, "two-columns", ["hobbies"])
    svg = ET.fromstring(files["hobbies.svg"])
    assert "Synthetic data" in [one.text for one in svg.iter(f"{SVG}text")]
    about = svg.find(f"{SVG}metadata").text
    assert "Synthetic data" in about
    assert made(published.meta) in about
    told = Image.open(io.BytesIO(files["hobbies.png"])).info
    assert (told["Disclaimer"], told["Comment"]) == ("Synthetic data", made(published.meta))
    assert info_of(files["hobbies.pdf"], "Subject").startswith("Synthetic data. ")
    assert info_of(files["hobbies.pdf"], "Keywords") == made(published.meta)
    assert b"CreationDate" not in files["hobbies.pdf"]
    assert b"# Synthetic data." in files["hobbies.csv"]
    assert "Synthetic data." in files["captions.md"].decode()
    real = pictures(FIGURES["hobbies"], real_one(published), Words("en"))[0].pages("two-columns")[0]
    assert "Synthetic" not in real.svg_file()


def real_one(published):
    return type(published)(published.tables, published.meta | {"synthetic": False}, published.sums)


def test_rows_are_those_of_the_published_table(published, tmp_path):
    files = written(published, tmp_path, "two-columns", ["hobbies"], language="fi")
    told = from_csv(files["hobbies.csv"], published.meta).rows
    picture = pictures(FIGURES["hobbies"], published, Words("fi"), regions=[*made_up.REGIONS, "network"])[0]
    keys = ["indicator", "scale", "category", "region", "wave", "group"]
    numbers = [*keys, "estimate", "n", "suppressed"]
    assert told.height == picture.data.height > 5
    table = published["parjaavyys"].select(numbers)
    assert told.select(numbers).join(table, on=numbers, how="anti", nulls_equal=True).is_empty()


def test_the_list_tells_finding_what_is_hidden_and_how_to_cite(published, tmp_path):
    text = written(published, tmp_path, "two-columns", ["coping", "hobbies"])["captions.md"].decode()
    headings = re.findall(r"^## (\d)\. (.+)$", text, re.MULTILINE)
    found = plates(published, Words("en"), regions=made_up.REGIONS, drawn=["coping", "hobbies"])
    assert headings == [(str(place), one.picture.title) for place, one in enumerate(found, start=1)]
    for one in found:
        hidden = one.picture.data.filter(pl.col("suppressed") != "").height
        said = f"Of the {one.picture.data.height:,} rows {hidden} are not shown" if hidden else "Nothing is hidden."
        part = text.split(f"{one.picture.title}\n", 1)[1].split("\n## ")[0]
        assert said in part.replace("\u00a0", " ")
        assert "Cite: " in part
        assert f"`{one.name}.csv`" in part
    assert f"`{made(published.meta)}`" in text


def test_a_regions_figures_carry_its_name(published, tmp_path):
    files = written(published, tmp_path, "two-columns", ["hobbies"], drawn_of=["oulu"])
    assert "hobbies-oulu.pdf" in files
    assert "Oulu" in files["captions.md"].decode()


def test_a_list_without_figures_says_so(published, tmp_path):
    empty = type(published)({name: one.clear() for name, one in published.tables.items()}, published.meta)
    files = written(empty, tmp_path, "slide", ["hobbies"])
    assert list(files) == ["captions.md"]
    assert "Nothing has been published that the chosen figures could show." in files["captions.md"].decode()


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda one: written(*one, "two-colums", ["hobbies"]), "no preset 'two-colums'"),
        (lambda one: written(*one, "slide", ["hobies"]), "no figure 'hobies'"),
        (lambda one: written(*one, "slide", ["hobbies"], drawn_of=["olu"]), "no region 'olu'"),
    ],
)
def test_a_wrong_name_is_answered_with_the_right_one(published, tmp_path, ask, answer):
    with pytest.raises(ParameterError, match=answer) as said:
        ask((published, tmp_path))
    assert said.value.hint.startswith("Did you mean '")


_ELSEWHERE = """
import sys
from sujuva.figures import Words
from sujuva.published import read_published
from sujuva.reports.papers import plates, write_papers
from pathlib import Path
published = read_published(sys.argv[1], fdr=0.05)
printed = plates(published, Words("sv"), regions=["oulu"], drawn=["hobbies"])
write_papers(printed, Path(sys.argv[2]), preset="slide", published=published, words=Words("sv"))
"""


def test_another_process_writes_the_same_bytes(published, tmp_path):
    write_published(published, tmp_path / "published")
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        settings = {
            **os.environ,
            "PYTHONHASHSEED": {"a": "1", "b": "2"}[place],
            "TZ": {"a": "UTC", "b": "Asia/Tokyo"}[place],
        }
        command = [sys.executable, "-c", _ELSEWHERE, str(tmp_path / "published"), str(tmp_path / place)]
        subprocess.run(command, env=settings, check=True, cwd=Path(__file__).parents[2])
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / place).iterdir()} for place in ("a", "b"))
    assert {name.rsplit(".", 1)[1] for name in first} == {"png", "svg", "pdf", "csv", "md"}
    assert first == second
