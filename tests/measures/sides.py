"""Small made-up projects that differ in one thing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

Books = dict[str, Any]

TOY = """\
key: toy
title: {fi: Lelu, sv: Leksak, en: Toy}
items: 4
response: [0, 3]
responses: {4: [0, 2]}
reverse: [2]
asked_if: {3: {item: 1, answer: 3}}
aliases:
  1: [toyone]
labels:
  fi: [ei, vähän, [paljon, runsaasti], aina]
labels_unverified: [fi]
norms: own
licence: none
citation: none
unverified: all of it
scales:
  - key: toy_all
    title: {fi: Kaikki, sv: Alla, en: All}
    items: [1, 2, 4]
    min_answered: 2
    rounding: half_up
    range: [0, 8]
    higher_is_better: true
    matters: 1
    report_from: 30
    informants: [self]
    unverified: this, too
    bands:
      - {norms: own, key: low, low: 0, high: 5, indicator: true, title: {fi: a, sv: b, en: c}}
      - {norms: own, key: high, low: 6, high: 8, title: {fi: a, sv: b, en: c}}
  - key: toy_metric
    title: {fi: Muunnos, sv: Omvandling, en: Converted}
    parts: [toy_pair]
    conversion: {0: 0, 1: 1.5, 2: 2.5, 3: 3, 4: 4, 5: 5, 6: 6}
    decimals: 1
    range: [0, 6]
    higher_is_better: true
  - key: toy_pair
    title: {fi: Pari, sv: Par, en: Pair}
    items: [1, 2]
    range: [0, 6]
    higher_is_better: true
"""
_TEXT = {"fi": "a", "sv": "b", "en": "c"}
BOOKS: Books = {
    "instruments/toy.yaml": yaml.safe_load(TOY),
    "lp.yaml": {
        "follow_up_days": 28,
        "fidelity": [{"key": "plan_written", "title": _TEXT}, {"key": "child_present", "title": _TEXT}],
    },
    "relations.yaml": [
        {"key": "talk", "title": _TEXT, "kind": "tie", "range": [0, 4], "aliases": ["puhe"]},
        {"key": "trust", "title": _TEXT, "kind": "trust", "range": [1, 4]},
    ],
    "event_orders.yaml": [{"later": "meeting", "earlier": "contact", "item": True}],
    "sectors.yaml": [{"key": "school", "title": _TEXT}],
    "regions.yaml": [
        {"key": "north", "title": _TEXT, "level": "other", "municipalities": {"001": "A", "002": "B"}},
        {"key": "south", "title": _TEXT, "level": "other", "municipalities": {"003": "C"}},
        {"key": "wide", "title": _TEXT, "level": "other", "municipalities": {"002": "B", "004": "D"}},
    ],
}
Change = Callable[[Books, dict[str, Any]], None]


def project(folder: Path, root: Path, *changes: Change) -> Path:
    """Write a project of these codebooks and of the choices of the project at `root`, changed.

    Returns:
        The folder.
    """
    books = copy.deepcopy(BOOKS)
    params = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
    params["study"] |= {"regions": ["north", "south"]}
    params["coping"] |= {"started": {"north": 2023}}
    for change in changes:
        change(books, params)
    write_books(folder / "data" / "codebooks", books)
    (folder / "params.yaml").write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
    return folder


def write_books(folder: Path, books: Books) -> None:
    """Write codebooks into a folder."""
    for name, content in books.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
