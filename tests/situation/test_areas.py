"""Public statistics by area."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sujuva.codebooks import Region, load_regions
from sujuva.situation import area_indicators, area_names, regions_by_area, statistic_titles

SCHEMA = {
    "indicator": pl.String,
    "title": pl.String,
    "area": pl.String,
    "area_name": pl.String,
    "gender": pl.String,
    "year": pl.Int32,
    "value": pl.Float64,
    "absolute": pl.Float64,
}


@pytest.fixture
def regions(project: Path) -> dict[str, Region]:
    known = load_regions()
    return {key: known[key] for key in ("keski-pohjanmaa", "pohjois-karjala", "oulu", "tampere")}


def statistics(*rows: tuple[str, str, float | None, float | None]) -> pl.DataFrame:
    """Rows of area code, area name, value and absolute number."""
    return pl.DataFrame(
        [("1245", "Avohuolto, %", area, name, "total", 2011, value, absolute) for area, name, value, absolute in rows],
        schema=SCHEMA,
        orient="row",
    )


def test_blank_stays_null_and_codes_keep_their_zeros(regions: dict[str, Region]) -> None:
    found = area_indicators(statistics(("020", "Akaa", 5.1, 195.0), ("177", "Juupajoki", None, None)), regions)
    assert found.select("indicator", "scale", "category", "region", "wave", "estimate", "n", "note").rows() == [
        ("area_value", "1245", "total", "020", 2011, 5.1, 195, ""),
        ("area_value", "1245", "total", "177", 2011, None, None, "blank"),
    ]


@pytest.mark.parametrize(
    ("area", "name", "region"),
    [
        ("837", "Tampere", "tampere"),
        ("564", "Uleåborg", "oulu"),
        ("18", "Keski-Pohjanmaan hyvinvointialue", "keski-pohjanmaa"),
        ("14", "Pohjois-Karjalan hva", "pohjois-karjala"),
        ("14", "Norra Karelens välfärdsområde", "pohjois-karjala"),
        ("18", "Wellbeing services county of Central Ostrobothnia", "keski-pohjanmaa"),
        ("14", "Pohjois-Karjala", "pohjois-karjala"),
        # The same codes on other levels are other places.
        ("18", "Pohjois-Pohjanmaan sairaanhoitopiiri", "18"),
        ("18", "Kainuu", "18"),
        ("14", "Etelä-Pohjanmaa", "14"),
        ("14", "Keski-Suomen sairaanhoitopiiri", "14"),
        ("06", "Pirkanmaan sairaanhoitopiiri", "06"),
        ("358", "Koko maa", "358"),
        # A code that is written in another way is not guessed at.
        ("14", "Oulu", "14"),
        ("018", "Keski-Pohjanmaan hyvinvointialue", "018"),
    ],
)
def test_area_is_a_region_of_the_study_by_code_and_name(
    regions: dict[str, Region], area: str, name: str, region: str
) -> None:
    assert area_indicators(statistics((area, name, 1.0, None)), regions)["region"].to_list() == [region]


def test_county_is_known_by_its_inflected_name(project: Path) -> None:
    satakunta = {"satakunta": load_regions()["satakunta"]}
    names = ["Satakunnan hyvinvointialue", "Pirkanmaan hyvinvointialue", "Satakunnan sairaanhoitopiiri", "06"]
    table = statistics(*(("06", name, 1.0, None) for name in names))
    assert regions_by_area(satakunta, table).rows() == [("06", "Satakunnan hyvinvointialue", "satakunta")]


def test_a_district_beside_a_county_of_the_same_code(project: Path) -> None:
    known = load_regions()
    both = {key: known[key] for key in ("keski-pohjanmaa", "pohjois-pohjanmaan-sairaanhoitopiiri")}
    table = statistics(
        ("18", "Keski-Pohjanmaan hyvinvointialue", 1.0, None),
        ("SHP18", "Pohjois-Pohjanmaan sairaanhoitopiiri", 2.0, None),
    )
    assert area_indicators(table, both)["region"].to_list() == [
        "keski-pohjanmaa",
        "pohjois-pohjanmaan-sairaanhoitopiiri",
    ]


def test_study_without_a_region_keeps_its_code(regions: dict[str, Region]) -> None:
    few = {"oulu": regions["oulu"]}
    assert area_indicators(statistics(("837", "Tampere", 9.2, 3266.0)), few)["region"].to_list() == ["837"]


def test_names_and_titles_explain_the_codes(regions: dict[str, Region]) -> None:
    table = statistics(("837", "Tampere", 9.2, 3266.0), ("358", "Koko maa", 6.7, 72236.0))
    assert area_names(table, regions).rows() == [("358", "358", "Koko maa"), ("tampere", "837", "Tampere")]
    assert statistic_titles(table).rows() == [("1245", "Avohuolto, %")]


def test_title_and_name_are_the_latest(regions: dict[str, Region]) -> None:
    table = statistics(("541", "Nurmes", 1.0, None))
    later = table.with_columns(
        year=pl.lit(2020, dtype=pl.Int32), title=pl.lit("A new title"), area_name=pl.lit("A new name")
    )
    both = pl.concat([later, table])
    assert statistic_titles(both).rows() == [("1245", "A new title")]
    assert area_names(both, regions).rows() == [("541", "541", "A new name")]


def test_no_statistics_no_rows(regions: dict[str, Region]) -> None:
    empty = statistics()
    assert area_indicators(empty, regions).height == 0
    assert regions_by_area(regions, empty).height == 0
    assert area_names(empty, regions).height == statistic_titles(empty).height == 0


def test_sotkanet_export(shared_data: Path, regions: dict[str, Region]) -> None:
    raw = pl.read_csv(
        shared_data / "drop" / "sotkanet_pirkanmaa_2011.csv",
        separator=";",
        has_header=False,
        encoding="iso-8859-1",
        infer_schema=False,
        new_columns=["title", "indicator", "area_name", "area", "gender", "year", "value", "absolute"],
    )
    number = pl.col("value", "absolute").str.replace(",", ".").cast(pl.Float64)
    table = raw.with_columns(number, gender=pl.lit("total"), year=pl.col("year").cast(pl.Int32)).select(list(SCHEMA))
    found = area_indicators(table, regions)
    assert found.height == 754
    blank = found.filter(pl.col("estimate").is_null(), scale="1514")
    assert blank["region"].to_list() == ["177", "250", "291", "604", "980"]
    children = found.filter(scale="1245")
    amounts = dict(children.select("region", "n").iter_rows())
    assert (amounts["tampere"], amounts["06"], amounts["358"]) == (3266, 6680, 72236)
    # The district is not the sum of its municipalities: one of them belongs to it in part.
    assert children.remove(pl.col("region").is_in(["06", "358"]))["n"].sum() == 6696


def test_every_region_of_the_example_has_its_statistics(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    regions = {key: load_regions()[key] for key in ("keski-pohjanmaa", "pohjois-karjala", "oulu", "tampere")}
    names = ["Keski-Pohjanmaa (hyvinvointialue)", "Pohjois-Karjala (hyvinvointialue)", "Oulu", "Tampere", "Koko maa"]
    areas = pl.DataFrame({"area": ["18", "14", "564", "837", "358"], "area_name": names})
    assert regions_by_area(regions, areas)["region"].sort().to_list() == sorted(regions)
