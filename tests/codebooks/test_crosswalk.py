"""Municipalities of 2021, 2023 and 2026, and mergers in their order."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sujuva.codebooks import load_areas, load_ended, load_regions
from sujuva.codebooks.crosswalk import crosswalk, successor
from sujuva.codebooks.regions import Ended
from sujuva.errors import CodebookError


def ended(*some: tuple[str, int, str]) -> dict[str, Ended]:
    return {code: Ended(code=code, name=code, until=until, into=into) for code, until, into in some}


def test_mergers_follow_each_other() -> None:
    chain = ended(("001", 2010, "002"), ("002", 2014, "003"))
    assert [successor("001", year, chain) for year in (2010, 2011, 2014, 2015)] == ["001", "002", "002", "003"]
    assert successor("003", 2030, chain) == "003"


@pytest.mark.parametrize("wrong", [ended(("001", 2014, "002"), ("002", 2010, "003")), ended(("001", 2014, "001"))])
def test_mergers_out_of_order_are_an_error(wrong: dict[str, Ended]) -> None:
    with pytest.raises(CodebookError, match="municipality_changes"):
        successor("001", 2020, wrong)


@pytest.mark.parametrize(("first", "last"), [(2021, 2023), (2023, 2026), (2021, 2026)])
def test_the_keys_of_each_year_lead_into_the_next(shared_data: Path, project: Path, first: int, last: int) -> None:
    def codes(year: int) -> set[str]:
        path = shared_data / "reference" / f"municipality_key_{year}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            return {one["kunta"].zfill(3) for one in csv.DictReader(file)}

    found = crosswalk(codes(first), last, load_ended())
    assert set(found.values()) == codes(last)
    assert {code: into for code, into in found.items() if code != into} == ({"588": "507"} if last == 2026 else {})


def test_what_the_older_list_of_sotkanet_has_leads_to_today(project: Path) -> None:
    areas, gone = load_areas(), load_ended()
    former = [one.code for one in areas.of("municipality") if not one.last]
    today = {one.code for one in areas.of("municipality") if one.last == 2026}
    assert set(crosswalk(former, 2026, gone).values()) <= today
    assert len(former) == 11


def test_members_of_a_county_by_year(project: Path) -> None:
    savo = load_regions()["etela-savo"]
    assert "588" in savo.members_in(2025)
    assert "588" not in savo.members_in(2026)


def test_counties_have_tiles_and_municipalities_a_middle(project: Path) -> None:
    areas = load_areas()
    tiles = [one.at for one in areas.of("county", "county_like")]
    assert len(set(tiles)) == 23
    assert None not in tiles
    middles = {one.title.fi: one.at for one in areas.of("municipality") if one.last}
    assert None not in middles.values()
    utsjoki, hanko, tampere, joensuu = (middles[name] for name in ("Utsjoki", "Hanko", "Tampere", "Joensuu"))
    assert utsjoki[1] > joensuu[1] > tampere[1] > hanko[1]  # type: ignore[index]
    assert joensuu[0] > tampere[0]  # type: ignore[index]
