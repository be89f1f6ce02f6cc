"""Areas that no classification knows are flagged and kept."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sujuva.codebooks import Areas
from sujuva.quality import Flagging, find_flags
from sujuva.quality.find import unknown_areas
from sujuva.tables import FlagCounts, ItemTitles, empty_table

NO_TITLES = pl.DataFrame(schema=dict(ItemTitles.create_empty().schema))


def flags(*areas: tuple[str, str]) -> list[tuple[object, ...]]:
    statistics = pl.DataFrame(list(areas), schema=["area", "area_name"], orient="row")
    tables = {"respondents": empty_table("respondents"), "area_indicators": statistics}
    found = find_flags(tables, {}, NO_TITLES, flagging=Flagging())
    FlagCounts.validate(found.counts)
    return found.counts.select("flag", "about", "region", "n", "looked_at").rows()


def test_known_areas_of_every_level_are_no_finding(project: Path) -> None:
    known = [("837", "Tampere"), ("18", "Keski-Pohjanmaan hyvinvointialue"), ("SHP18", "Pohjois-Pohjanmaan SHP"),
             ("358", "Koko maa"), ("911", "Valtimo"), ("174", "Juankoski"),
             ("011", "Helsingin seutukunta")]  # fmt: skip
    assert flags(*known) == []


def test_unknown_and_contradicting_areas_are_counted_once(project: Path) -> None:
    strange = [("5", "Tampere"), ("999", "Sometown"), ("999", "Sometown"), ("837", "Tampere"), ("77", "Sometown")]
    assert flags(*strange) == [("unknown_area", "area_indicators", "network", 3, 4)]
    assert flags(("837", "A part of the city")) == []  # a code in full beside a name that is no other area's


def test_without_a_codebook_of_areas_nothing_is_judged() -> None:
    statistics = pl.DataFrame({"area": ["999"], "area_name": ["Sometown"]})
    assert unknown_areas(statistics, Areas()).is_empty()
