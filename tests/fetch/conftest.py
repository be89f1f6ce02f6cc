"""An input folder that asks for statistics, and a service with made-up answers of the shape of the real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sujuva.fetch.client import Client
from sujuva.fetch.run import Fetched, Fetching, fetch_folder
from tests.fetch.replay import Replay, serving

SOTKANET = """
title: {fi: Kokeilu}
sources:
  - name: children
    file: children.json
    reader: sotkanet
    options: {indicators: [1245, 127], years: 2019-2020}
    feeds: [{table: area_indicators}]
"""
TITLES = {
    "1245": (
        "Lastensuojelun avohuollollisten tukitoimien piirissä 0–17-vuotiaita vuoden aikana, % vastaavanikäisestä "
        "väestöstä"
    ),
    "127": "Väestö 31.12.",
}


def region(key: int, code: str, category: str, name: str) -> dict[str, Any]:
    return {
        "id": key,
        "code": code,
        "category": category,
        "title": {"fi": name, "sv": name, "en": name},
        "memberOf": [],
    }


def value(indicator: int, area: int, year: int, number: float | None, absolute: float | None = None) -> dict[str, Any]:
    row = {"indicator": indicator, "region": area, "year": year, "gender": "total", "value": number}
    return row if absolute is None else {**row, "absValue": absolute}


def about(indicator: str, updated: str, title: str | None = None) -> dict[str, Any]:
    return {
        "id": int(indicator), "data-updated": updated, "range": {"start": 1990, "end": 2020},
        "title": {"fi": title or TITLES[indicator], "sv": "", "en": ""}, "decimals": 1,
    }  # fmt: skip


@pytest.fixture
def sotkanet() -> Iterator[Replay]:
    replay = Replay(
        regions=[
            region(11, "020", "KUNTA", "Akaa"),
            region(14, "177", "KUNTA", "Juupajoki"),
            region(890, "4", "HYVINVOINTIALUE", "Pirkanmaan hyvinvointialue"),
            region(605, "06", "SAIRAANHOITOPIIRI", "Pirkanmaan sairaanhoitopiiri"),
            region(658, "358", "MAA", "Koko maa"),
        ],
        about={"1245": about("1245", "2021-03-01"), "127": about("127", "2021-01-15")},
        values={
            "1245": [
                value(1245, 11, 2019, 5.1, 195),
                value(1245, 11, 2020, 5, 190),
                value(1245, 14, 2020, None),
                value(1245, 890, 2020, 6.6, 6680),
                value(1245, 658, 2020, 6.7, 72236),
                value(1245, 99, 2020, 1.0),
            ],
            "127": [value(127, 11, 2020, 16611), value(127, 658, 2020, 5533793)],
        },
    )
    with serving(replay):
        yield replay


@pytest.fixture
def folder(project: Path) -> Path:
    where = project / "data" / "raw"
    where.mkdir()
    (where / "sources.yaml").write_text(SOTKANET, encoding="utf-8")
    return where


Fetch = Callable[..., list[Fetched]]


@pytest.fixture
def fetch(folder: Path) -> Fetch:
    """Fetch the folder from a replay; pauses are told in `waited` instead of waited for."""
    waited: list[float] = []
    clock = iter(range(10_000))

    def run(replay: Replay, *accepted: str, afresh: bool = False, **client: Any) -> list[Fetched]:
        made = partial(Client, sleep=waited.append, **{"silence": 0.3, "patience": 2.0, **client})
        addresses = {"sotkanet": replay.address, "pxweb": replay.address}
        now = lambda: f"2026-01-01T00:00:{next(clock) % 60:02d}Z"  # noqa: E731
        return list(fetch_folder(Fetching(folder, addresses, accepted, afresh, made, now)))

    run.waited = waited  # type: ignore[attr-defined]
    return run
