"""YAML that is endless in some way is one clear error, and neither a crash nor a long wait."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from sujuva.codebooks import bounded
from sujuva.codebooks.files import folders, once, read_yaml
from sujuva.codebooks.problems import find_problems
from sujuva.errors import CodebookError, SourceError
from sujuva.sources import load_sources

LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]\n" for at in range(1, 9)
)
ENDLESS = {
    "aliases": (LAUGHS, "line 6 is not valid.*aliases stand for more than 1,000,000 entries"),
    "itself": ("a: &a [*a]\n", "an alias stands within what it stands for"),
    "brackets": ("a: " + "[" * 200_000, "nested too deeply"),
    "braces": ("a: " + "{a: " * 200_000, "nested too deeply"),
    "dashes": ("- " * 200_000, "nested too deeply"),
    "lines": ("\n".join(" " * at + "a:" for at in range(300)), "nested too deeply"),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_endless_codebook_or_description_is_refused(tmp_path: Path, kind: str) -> None:
    text, message = ENDLESS[kind]
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(CodebookError, match=message):
        read_yaml(tmp_path / "a.yaml")
    (tmp_path / "sources.yaml").write_text(text)
    with pytest.raises(SourceError, match=message):
        load_sources(tmp_path, instruments={})
    book = tmp_path / "who.yaml"
    book.write_text(text)
    assert "not valid YAML" in str(find_problems([book])[0])


def test_a_long_text_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "LONGEST", 1000)
    (tmp_path / "a.yaml").write_text("a: " + "x" * 2000)
    with pytest.raises(CodebookError, match="more than 1,000 characters"):
        read_yaml(tmp_path / "a.yaml")


def test_aliases_and_depth_that_people_use_are_read() -> None:
    text = "base: &base {a: 1, b: [1, 2]}\none: {<<: *base, c: 3}\ntwo: *base\n"
    base = {"a": 1, "b": [1, 2]}
    assert once(text) == {"base": base, "one": base | {"c": 3}, "two": base}
    many = "[" + ", ".join(["[{a: [1]}]"] * 300) + "]"
    assert len(once(many)) == 300
    with pytest.raises(yaml.YAMLError, match="twice"):
        once("a: 1\na: 2\n")


def test_codebooks_that_are_no_files_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    with pytest.raises(CodebookError, match=r"The codebook a.yaml is a pipe"):
        read_yaml(tmp_path / "a.yaml")
    assert "it is a pipe" in str(find_problems([tmp_path / "a.yaml"])[0])


def test_a_folder_of_codebooks_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "codebooks").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CodebookError, match=r"raw/codebooks is a link that leads out of raw/"):
        folders(tmp_path / "raw")
