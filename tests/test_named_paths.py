"""Paths that hints, messages and pages name are there: tracked files, outputs of the pipeline, or the reader's own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

_TOP = "data|docs|notebooks|reports|src|tests|tools|benchmarks"
_PATH = re.compile(rf"(?<![\w./{{}}-])(?:{_TOP})/[\w./*<>-]*[\w*>]")
_OWN = re.compile(r"(?<![\w./{}-])codebooks/([\w-]+\.yaml)")
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
# A folder for one's own data, which docs use as an example, and places that are made in it or on the way.
_MADE = ("data/raw", "data/sent", "data/releases", "data/executed", "notebooks/explore",
         "reports/crate", "reports/multiverse", "reports/pdf", "reports/signatures", "benchmarks/run_times.json",
         "src/sujuva")  # fmt: skip
ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "sujuva").rglob("*.py"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def outputs() -> set[str]:
    """Outputs of the stages."""
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"].values()
    listed = [out for stage in stages for out in stage.get("do", stage).get("outs", [])]
    return {next(iter(out)) if isinstance(out, dict) else out for out in listed}


def is_there(path: str, outs: set[str]) -> bool:
    """Tell whether a path, or a pattern of paths, is a file of the project or an output of a stage."""
    path = re.sub("<[^>]+>", "*", path)
    made = any(path == one or path.startswith(f"{one}/") or one.startswith(f"{path}/") for one in (*outs, *_MADE))
    return made or any(ROOT.glob(path)) or any((ROOT / "src" / "sujuva").glob(path))


def said(path: Path) -> Iterator[str]:
    """Yield the texts of a module but its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, documented)
                  and node.body and isinstance(node.body[0], ast.Expr)}  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src" / "sujuva")))
def test_texts_of_the_program_name_what_is_there(path: Path) -> None:
    outs = outputs()
    texts = list(said(path))
    assert [name for text in texts for name in _PATH.findall(text) if not is_there(name, outs)] == []
    own = [name for text in texts for name in _OWN.findall(text)]
    assert [name for name in own if not (ROOT / "data" / "codebooks" / name).is_file()] == []


def test_no_hint_rests_on_the_example() -> None:
    """`data/example` is there only once it has been made: who brings own data may never make it."""
    assert [path.name for path in SOURCES for text in said(path) if "data/example/" in text] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_name_what_is_there(path: Path) -> None:
    outs, text = outputs(), path.read_text(encoding="utf-8")
    assert [name for name in _LINK.findall(text) if not (path.parent / name.strip()).exists()] == []
    named = [name for quoted in re.findall(r"`([^`\n]+)`", text) for name in _PATH.findall(quoted)]
    assert [name for name in named if not is_there(name, outs)] == []
