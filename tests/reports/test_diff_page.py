"""The page and the command that compare two publications, in readers' words."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from sujuva.cli import app
from sujuva.figures import FIGURES
from sujuva.published import Published, write_published
from sujuva.review.difference import difference
from sujuva.review.page import difference_page
from sujuva.review.states import State


@pytest.fixture(scope="module")
def sides(published: Published, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A publication, and the same where one mean is far away, another a little, and a count of rows another."""
    folder, old = tmp_path_factory.mktemp("sides"), published
    rows = old["parjaavyys"]
    means = (pl.col("indicator") == "score_mean") & (pl.col("suppressed") == "") & (pl.col("group") == "all")
    means &= (pl.col("wave") == 2024) & (pl.col("scale") == "sdq_total")
    moved = pl.when(means & (pl.col("region") == "oulu")).then(pl.col("estimate") + 5)
    moved = moved.when(means & (pl.col("region") == "tampere")).then(pl.col("estimate") + 0.1).otherwise("estimate")
    ledger = old["quality_ledger"].with_columns(rows_clean=pl.col("rows_clean") - 10)
    new = Published(old.tables | {"parjaavyys": rows.with_columns(moved), "quality_ledger": ledger}, old.meta)
    for name, one in (("old", old), ("new", new)):
        write_published(one, folder / name)
    return folder / "old", folder / "new"


def test_estimates_of_a_publication_are_ranked_and_the_line_is_drawn(sides):
    found = difference(State("old", sides[0]), State("new", sides[1]))
    assert [(one.key["region"], one.beyond) for one in found.estimates.moved] == [("oulu", True), ("tampere", False)]
    assert found.estimates.stop == 1
    assert [one.table for one in found.rows if not one.same] == ["quality_ledger"]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_has_all_of_it_in_the_readers_language(sides, language, monkeypatch):
    monkeypatch.setattr("sujuva.review.page.FIGURES", {key: FIGURES[key] for key in ("coping", "referrals")})
    found = difference(State("old", sides[0]), State("new", sides[1]))
    page = difference_page(found, language=language)
    text = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    stop = {"fi": "Tähän voi lopettaa", "sv": "Här kan du sluta läsa", "en": "You may stop here"}[language]
    assert f'<html lang="{language}">' in page
    assert text.index("Oulu" if language != "sv" else "Uleåborg") < text.index(stop)
    assert text.count("<svg") == 2  # the figure whose rows differ, before and after
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert not re.findall(r'(?:src|href)="(?!#)', text)  # nothing beside it is needed


@pytest.mark.parametrize(
    ("language", "head", "rows"),
    [
        ("fi", "Alueiden niput", [
            ["Oulu", "kierros 1: aaaaaaaaaaaa", "kierros 2: bbbbbbbbbbbb", "Muuttuneita lukuja: 1"],
            ["Pohjois-Karjala", "kierros 3: dddddddddddd", "kierros 2: eeeeeeeeeeee",
             "Muuttuneita lukuja: 0 Palattiin siihen: väärä koulu"],
            ["Tampere", "ei nippua", "kierros 1: cccccccccccc", "Muuttuneita lukuja: 1"],
            ["Koko verkosto", "", "", "Muuttuneita lukuja: 0"],
        ]),
        ("sv", "Områdenas paket", [
            ["Uleåborg", "omgång 1: aaaaaaaaaaaa", "omgång 2: bbbbbbbbbbbb", "Siffror som skiljer sig: 1"],
        ]),
        ("en", "Bundles of regions", [
            ["Oulu", "round 1: aaaaaaaaaaaa", "round 2: bbbbbbbbbbbb", "Numbers that differ: 1"],
        ]),
    ],
)  # fmt: skip
def test_the_table_of_bundles_tells_region_hashes_and_what_moved(sides, language, head, rows, monkeypatch, tmp_path):
    """Oulu sent a second bundle, Tampere its first, Pohjois-Karjala went back, and Keski-Pohjanmaa's is the same."""
    monkeypatch.setattr("sujuva.review.page.FIGURES", {})
    same = {"region": "keski-pohjanmaa", "round": 1, "back": "", "sha256": "f" * 64}
    north = {"region": "pohjois-karjala"}
    told = (
        [{"region": "oulu", "round": 1, "back": "", "sha256": "a" * 64}, same,
         {**north, "round": 3, "back": "", "sha256": "d" * 64}],
        [{"region": "oulu", "round": 2, "back": "", "sha256": "b" * 64}, same,
         {"region": "tampere", "round": 1, "back": "", "sha256": "c" * 64},
         {**north, "round": 2, "back": "väärä koulu", "sha256": "e" * 64}],
    )  # fmt: skip
    states = []
    for side, bundles in zip(sides, told, strict=True):
        place = shutil.copytree(side, tmp_path / side.name)
        meta = json.loads((place / "meta.json").read_text(encoding="utf-8"))
        (place / "meta.json").write_text(json.dumps(meta | {"bundles": bundles}), encoding="utf-8")
        states.append(State(side.name, place))
    page = difference_page(difference(*states), language=language)
    (table,) = [part for part in page.split("<h2>") if "aaaaaaaaaaaa" in part]
    assert table.startswith(head)
    found = [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", table.partition("<tbody>")[2], flags=re.DOTALL)
    ]
    assert found[: len(rows)] == rows
    assert len(found) == 4
    assert "ffffffffffff" not in page
    assert "aaaaaaaaaaaa" not in difference_page(difference(states[0], states[0]), language=language)


def test_the_command_writes_the_page_and_ends_with_one(sides, monkeypatch, tmp_path, root):
    monkeypatch.chdir(root)
    monkeypatch.setattr("sujuva.review.page.FIGURES", {})
    done = CliRunner().invoke(
        app, ["diff", str(sides[0]), str(sides[1]), "--html", str(tmp_path / "d.html"), "-l", "en"]
    )
    assert done.exit_code == 1
    assert "Estimates: 2 moved" in done.stdout
    assert (tmp_path / "d.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    same = CliRunner().invoke(app, ["diff", str(sides[0]), str(sides[0])])
    assert same.exit_code == 0
