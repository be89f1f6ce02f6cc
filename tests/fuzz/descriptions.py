"""Descriptions of a delivery (sources.yaml), sound and soiled."""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

ODD: tuple[Any, ...] = (
    None, "", " ", "x", "*", True, False, 0, -1, 1.5, float("nan"), 10**30, [], {}, [[]], {"x": "y"}, ["x", "x"],
    "id",
    "respondents", "answers", "self", "2024", "../x.csv", "/etc/hostname", "C:\\x.csv", "%d", "%Y-%m-%d", "%Q%%",
    "\x7f",
    "ä" * 300, "tab", ";;",
    '"', "\n", "utf-16", "latin1", "base", "municipality", "[", "a: b", "#", "sources.yaml", ".",
    "con", "keep", "missing", "1904", {"from": "id"}, {"value": "x"}, {"row": "true"}, {"from": ["id", "year"]},
    {"from": "id", "value": "x"}, {"from": "id", "map": {"1": "2"}}, {"from": "year", "format": "%Y"},
)  # fmt: skip
LINES = (
    "\t- x", "- ", ": :", "&a [*a]", "*missing", "!!python/object/apply:os.getcwd []", "<<: *x", "%YAML 9.9", "---",
    "...",
    "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]", "? x",
    "'", '"', "{", "}", "key: demo", "synthetic: true", "\x00", "\ufeff",
    "title: [", "sources: []", "x: " + "[" * 3_000, "\x85", "!!binary x", "!!float x", "sources:", "title: {fi: x}",
)  # fmt: skip


def describe(sources: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the description of a delivery."""
    return {"title": {"fi": "Koe"}, "sources": [copy.deepcopy(dict(one)) for one in sources]}


def written(description: Any) -> str:
    """Return a description as YAML text."""
    return yaml.safe_dump(description, allow_unicode=True, sort_keys=False)


def soiled(description: dict[str, Any], dice: random.Random) -> bytes:
    """Return a description with random mistakes: in its tree, in its lines, or in its bytes."""
    tree = copy.deepcopy(description)
    for _ in range(dice.choice((1, 1, 2, 4))):
        _edit(tree, dice)
    text = written(tree) if dice.random() < 0.7 else written(description)
    if dice.random() < 0.35:
        lines = text.splitlines()
        for _ in range(dice.choice((1, 1, 3))):
            at = dice.randrange(len(lines))
            match dice.randrange(6):
                case 0 if len(lines) > 1:
                    lines.pop(at)
                case 1:
                    lines.insert(at, lines[dice.randrange(len(lines))])
                case 2:
                    lines[at] = dice.choice(("  ", "\t", "- ", "#")) + lines[at]
                case 3:
                    lines.insert(at, dice.choice(LINES))
                case 4:
                    place = dice.randrange(len(lines[at]) + 1)
                    lines[at] = lines[at][:place] + dice.choice(" :-'\"[]{}&*!|>%@`,#x9") + lines[at][place + 1 :]
                case _:
                    lines[at] = lines[at].lstrip()
        text = "\n".join(lines) + "\n"
    content = text.encode("utf-8", errors="replace")
    if dice.random() < 0.1:
        at = dice.randrange(len(content))
        content = content[:at] + dice.randbytes(3) + content[at:]
    return content


def _edit(tree: Any, dice: random.Random) -> None:
    """Change one place of the tree."""
    node = tree
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = dice.choice(keys)
        if isinstance(node[key], (dict, list)) and node[key] and dice.random() < 0.85:
            node = node[key]
            continue
        break
    match dice.randrange(5):
        case 0:
            del node[key]
        case 1 if isinstance(node, dict):
            node[f"{key}x"] = node.pop(key)
        case 2 if isinstance(node, dict):
            node[
                dice.choice(("x", "unique", "ignore", "undirected", "people", "duration", "texts", "options", "blank"))
            ] = copy.deepcopy(dice.choice(ODD))
        case 3 if isinstance(node, list):
            node.append(copy.deepcopy(node[key]))
        case _:
            node[key] = copy.deepcopy(dice.choice(ODD))
