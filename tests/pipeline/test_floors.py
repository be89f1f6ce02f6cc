"""The house has floors: a package imports from lower floors, and freely from itself."""

from __future__ import annotations

import ast
from pathlib import Path

import networkx as nx
import pytest

from sujuva.pipeline.imports import imported

# From the ground up; on one floor, nobody imports a neighbour.
FLOORS = (
    ("errors", "decides"),
    ("paths", "io", "tidy", "normal", "programme"),
    ("signatures",),
    ("codebooks", "fingerprint"),
    ("tables", "published"),
    ("params",),
    ("handed", "engines"),
    ("sources",),
    ("cleaning",),
    ("scores",),
    ("moments", "quality", "example"),
    ("estimation", "bundles"),
    ("releases",),
    ("parjaavyys", "integration", "situation"),
    ("publish", "attack"),
    ("figures",),
    ("reports",),
    ("pipeline", "intake"),
    ("scoring", "quick", "study", "fetch", "review", "crate", "multiverse", "measures"),
    ("cli",),
)
HEIGHT = {name: height for height, floor in enumerate(FLOORS) for name in floor}
SOURCE = Path(__file__).resolve().parents[2] / "src"
ROOMS = sorted(
    path.stem for path in (SOURCE / "sujuva").iterdir() if path.stem[0] not in "_." and path.name != "py.typed"
)


def files_of(room: str) -> list[Path]:
    path = SOURCE / "sujuva" / room
    return sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_floor(room: str):
    assert room in HEIGHT


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_downwards_only(room: str):
    upwards = []
    for file in files_of(room):
        base = ".".join(file.relative_to(SOURCE).with_suffix("").parts)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        others = {name.split(".")[1] for name in imported(tree, base, SOURCE) if "." in name} - {room}
        upwards += [f"{base} imports {other}" for other in others if HEIGHT[other] >= HEIGHT[room]]

    assert upwards == []


def circles() -> list[list[str]]:
    """Return the modules of `sujuva` that import each other in a ring, in whatever function the import stands."""
    files = sorted((SOURCE / "sujuva").rglob("*.py"))
    names = {".".join(file.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): file for file in files}
    graph = nx.DiGraph()
    for name, file in names.items():
        base = ".".join(file.relative_to(SOURCE).with_suffix("").parts)
        tree = ast.parse(file.read_text(encoding="utf-8"))
        others = {other for other in imported(tree, base, SOURCE) if other in names} - {name}
        # A package is named on the way to its modules; that is no import of what it re-exports.
        above = {other for other in others if name.startswith(f"{other}.")}
        others -= {one for one in above if any(other.startswith(f"{one}.") for other in others)}
        graph.add_edges_from((name, other) for other in others)
    return sorted(sorted(ring) for ring in nx.strongly_connected_components(graph) if len(ring) > 1)


def test_no_modules_import_each_other_in_a_ring():
    assert circles() == []
