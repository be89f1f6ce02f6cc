"""One mistake in a codebook is told once: what only follows from it is no problem of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from sujuva.codebooks import find_problems, load_sectors
from sujuva.codebooks.profile import load_profile
from sujuva.errors import CodebookError

BOOKS = Path(__file__).parents[2] / "data" / "codebooks"


def _misspelt(book: dict[str, Any]) -> None:
    book["titel"] = book.pop("title")


def _scale_key(book: dict[str, Any]) -> None:
    book["scales"][0]["key"] = "X y"


def _range(book: dict[str, Any]) -> None:
    book["scales"][0]["range"] = [0, 1]


def _upside_down(book: dict[str, Any]) -> None:
    book["scales"][0]["bands"][0]["low"] = 9


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("who5", _misspelt, "unknown key 'titel'"),
        ("who5", _scale_key, "scales.0.key"),
        ("gad7", _upside_down, "ends below where it begins"),
    ],
)
def test_of_an_instrument(tmp_path: Path, name: str, change: Callable[[dict[str, Any]], None], said: str) -> None:
    book = yaml.safe_load((BOOKS / "instruments" / f"{name}.yaml").read_text(encoding="utf-8"))
    change(book)
    path = tmp_path / "instruments" / f"{name}.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(book, allow_unicode=True, sort_keys=False), encoding="utf-8")
    problems = find_problems([path])
    assert [said in one.message for one in problems] == [True], [str(one) for one in problems]


def test_a_wrong_range_is_not_that_of_the_scales_which_it_is_a_part_of(tmp_path: Path) -> None:
    book = yaml.safe_load((BOOKS / "instruments" / "sdq.yaml").read_text(encoding="utf-8"))
    _range(book)
    path = tmp_path / "instruments" / "sdq.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(book, allow_unicode=True, sort_keys=False), encoding="utf-8")
    told = [one.message for one in find_problems([path])]
    assert [one for one in told if "give scores" in one] == [
        "the items of sdq_emotional give scores from 0 to 10, not 0 to 1."
    ]
    assert not [one for one in told if "sdq_emotional" not in one]


def test_a_text_without_a_language(tmp_path: Path) -> None:
    path = tmp_path / "terms.yaml"
    path.write_text("gender:\n  girl: {fi: Tytöt, en: Girls}\n  boy:\n    fi: Pojat\n    en: Boys\n", encoding="utf-8")
    assert [(one.line, one.message) for one in find_problems([path])] == [
        (2, "a text has no version in sv."),
        (4, "a text has no version in sv."),
    ]


def test_what_names_a_book_that_is_not_valid(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    (tmp_path / "conversions").mkdir()
    base = (BOOKS / "instruments" / "who5.yaml").read_text(encoding="utf-8")
    broken, variant = tmp_path / "instruments" / "who5.yaml", tmp_path / "instruments" / "who5b.yaml"
    broken.write_text(base.replace("key: who5\n", "key: who5\nnonsense: table.csv\n", 1), encoding="utf-8")
    own = base.replace("key: who5\n", "key: who5b\nvariant_of: who5\n", 1).replace("- key: who5\n", "- key: who5b\n")
    variant.write_text(own, encoding="utf-8")
    table = tmp_path / "conversions" / "table.csv"
    table.write_text("raw,value\n0,0\n", encoding="utf-8")
    problems = find_problems([broken, variant, table])
    assert [one.file for one in problems] == ["who5.yaml"], [str(one) for one in problems]


def test_a_key_that_stands_twice_is_refused_when_it_is_loaded(project: Path) -> None:
    """A list whose last entry quietly took the place of an earlier one would be another choice than it says."""
    folder = project / "data" / "raw"
    (folder / "codebooks").mkdir(parents=True)
    for name, loaded, what in (("profile", load_profile, "dimension"), ("sectors", load_sectors, "key")):
        entries = yaml.safe_load((BOOKS / f"{name}.yaml").read_text(encoding="utf-8"))
        path = folder / "codebooks" / f"{name}.yaml"
        path.write_text(yaml.safe_dump([entries[0], entries[0]], allow_unicode=True), encoding="utf-8")
        with pytest.raises(CodebookError, match=f"{name}.yaml: the {what} '{entries[0]['key']}' is there twice"):
            loaded(folder)
