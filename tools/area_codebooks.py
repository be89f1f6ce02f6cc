"""Make the codebooks of areas, `data/codebooks/municipalities.csv` and `areas.csv`, from the classifications.

    python tools/area_codebooks.py FOLDER [--out data/codebooks]

FOLDER holds `reference/municipality_key_<year>.csv` (classifications of municipalities and areas by Statistics
Finland, CC BY 4.0, as the package geofi gives them) and `sotkanet-api/SotkaRegions.json` (areas of Sotkanet, THL, CC
BY 4.0, as of 2016: former municipalities, hospital districts, and levels that the keys do not have);
`reference/kunnat_2024.geojson` (municipalities by the National Land Survey of Finland, CC BY 4.0), of which only the
middle of each is taken, in whole kilometres; and `reference/grid_hyvinvointialue.csv`, the tile of each county in the
grid of the package geofi (BSD-2). A test makes both files anew and holds what is shipped against it. Another year's
key is added to `YEARS`.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.io import csv_text
from sujuva.sources.sotkanet import LEVELS

YEARS = (2021, 2023, 2026)
TYPES = {"1": "urban", "2": "semi_urban", "3": "rural"}
MUNICIPALITIES = (
    "key", "code", "fi", "sv", "en", "also", "first", "last", "county", "region", "hospital_district",
    *(f"type_{year}" for year in YEARS), "east", "north",
)  # fmt: skip
CLASSIFIED = ("municipality", "county", "collaborative_area", "region")
"""Levels that are read from the keys of municipalities."""
AREAS = ("key", "level", "code", "fi", "sv", "en", "also", "part_of", "former", "tile")
# Counties of Uusimaa have no region (maakunta) of their own that would give their short name.
SHORT = {
    "Itä-Uudenmaan": "Itä-Uusimaa",
    "Keski-Uudenmaan": "Keski-Uusimaa",
    "Länsi-Uudenmaan": "Länsi-Uusimaa",
    "Vantaan ja Keravan": "Vantaa ja Kerava",
}
# Codes that Sotkanet gave counties before it took those of the classification, by the code of the classification (table
# sotkanet_hyvinvointialueet of the package sotkanet by rOpenGov, which names no day of the change; BSD-2).
FORMER = {
    "01": "18", "02": "19", "03": "20", "04": "21", "05": "1", "06": "2", "07": "3", "08": "4", "09": "5", "10": "6",
    "11": "7", "12": "8", "13": "9", "14": "10", "15": "11", "16": "12", "17": "13", "18": "14", "19": "15", "20": "16",
    "21": "17", "90": "22",
}  # fmt: skip
Row = dict[str, str]


def slug(name: str) -> str:
    """Return a name in small letters a–z with hyphens: Hämeenlinna → hameenlinna, Koski Tl → koski-tl."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return "-".join("".join(one if one.isalnum() else " " for one in plain).split())


def municipalities(folder: Path) -> str:
    """Return municipalities.csv: a row a municipality, by code."""
    keys = {year: _key(folder, year) for year in YEARS}
    sotkanet = _sotkanet(folder)
    middles = _middles(folder)
    rows = []
    for code in sorted({code for key in keys.values() for code in key}):
        held = [year for year in YEARS if code in keys[year]]
        one = keys[held[-1]][code]
        names = [one[name].strip() for name in ("municipality_name_fi", "municipality_name_sv", "municipality_name_en")]
        more = [
            keys[year][code][name].strip() for year in held for name in ("municipality_name_en", "name_fi", "name_sv")
        ]
        more += [sotkanet[code]["title"][language].strip() for language in ("fi", "sv", "en")]
        district = keys[YEARS[0]][code]["sairaanhoitop_code"]
        rows.append(
            _named(names, more)
            | {
                "key": slug(names[0]),
                "code": code,
                "first": str(held[0]),
                "last": str(held[-1]),
                "county": one["hyvinvointialue_code"].zfill(2),
                "region": one["maakunta_code"].zfill(2),
                "hospital_district": "22" if district == "0" else district.zfill(2),  # Åland: the code of Sotkanet
            }
            | {f"type_{year}": TYPES[keys[year][code]["kuntaryhmitys_code"]] for year in held}
            | middles.get(code, {})
        )
    by_id = {one["id"]: one for one in _regions(folder)}
    for code in sorted(set(sotkanet) - {row["code"] for row in rows}):
        one = sotkanet[code]
        above = {by_id[part]["category"]: by_id[part]["code"] for part in one["memberOf"]}
        names = [one["title"][language].strip() for language in ("fi", "sv", "en")]
        member = {"region": above.get("MAAKUNTA", ""), "hospital_district": above.get("SAIRAANHOITOPIIRI", "")}
        rows.append(_named(names, ()) | {"key": slug(names[0]), "code": code} | member)
    return _written(sorted(rows, key=lambda row: row["code"]), MUNICIPALITIES)


def areas(folder: Path) -> str:
    """Return areas.csv: counties, collaborative areas, hospital districts, regions and what else statistics name."""
    key = _key(folder, YEARS[-1])
    rows = [*_counties(key, folder), *_collaborative(key), *_regions_of(key), *_sotkanet_levels(folder)]
    taken: set[str] = set()
    for row in rows:
        if row["key"] in taken:
            row["key"] = f"{row['key']}-{row['level'].replace('_', '-')}"
        if row["key"] in taken:
            row["key"] = f"{row['key']}-{row['code']}"
        taken.add(row["key"])
    return _written(rows, AREAS)


def _counties(key: dict[str, Row], folder: Path) -> list[Row]:
    """Return the counties, known by their short names, Helsinki, which is none but does their work, and Åland."""
    regions = {one["maakunta_name_fi"]: one for one in key.values()}
    with (folder / "reference" / "grid_hyvinvointialue.csv").open(encoding="utf-8", newline="") as file:
        tiles = {one["code"].zfill(2): f"{one['row']}:{one['col']}" for one in csv.DictReader(file)}
    rows = []
    for one in _each(key, "hyvinvointialue"):
        fi, sv, en = (one[f"hyvinvointialue_name_{language}"].strip() for language in ("fi", "sv", "en"))
        of, is_county = fi.removesuffix(" hyvinvointialue"), fi.endswith(" hyvinvointialue")
        same = next((name for name in regions if is_county and genitive(name) == of), None)
        if same is not None:
            names = [regions[same][f"maakunta_name_{language}"].strip() for language in ("fi", "sv", "en")]
        elif is_county:
            short_sv = (
                sv.removesuffix(" välfärdsområde").removesuffix("s")
                if "Nyland" in sv
                else sv.removesuffix(" välfärdsområde")
            )
            names = [SHORT[of], short_sv, en.removesuffix(" wellbeing services county")]
        else:
            names = [fi, sv, en]
        english = en.removesuffix(" wellbeing services county")
        more = [fi, sv, en] + ([f"{of} hva", f"Wellbeing services county of {english}"] if is_county else [])
        rows.append(
            _named(names, more)
            | {
                "key": slug(names[0]),
                "level": "county" if is_county else "county_like",
                "code": one["hyvinvointialue_code"].zfill(2),
                "part_of": "" if one["yhteistyoalue_name_fi"] == "Ahvenanmaa" else one["yhteistyoalue_code"],
                "former": FORMER.get(one["hyvinvointialue_code"].zfill(2), ""),
                "tile": tiles[one["hyvinvointialue_code"].zfill(2)],
            }
        )
    return rows


def _collaborative(key: dict[str, Row]) -> list[Row]:
    rows = []
    for one in _each(key, "yhteistyoalue"):
        names = [one[f"yhteistyoalue_name_{language}"].strip() for language in ("fi", "sv", "en")]
        if names[0] != "Ahvenanmaa":  # Åland takes part in none
            rows.append(
                _named(names, [names[0].replace("yhteistyöalue", "YTA")])
                | {"key": slug(names[0]), "level": "collaborative_area", "code": one["yhteistyoalue_code"]}
            )
    return rows


def _regions_of(key: dict[str, Row]) -> list[Row]:
    rows = []
    for one in _each(key, "maakunta"):
        fi, sv, en = (one[f"maakunta_name_{language}"].strip() for language in ("fi", "sv", "en"))
        names = [f"{genitive(fi)} maakunta", f"Landskapet {sv}", f"Region of {en}"]
        code = one["maakunta_code"].zfill(2)
        rows.append(_named(names, [fi, sv, en]) | {"key": slug(names[0]), "level": "region", "code": code})
    return rows


def _sotkanet_levels(folder: Path) -> list[Row]:
    """Return hospital districts and the levels that have no members here, in the words of Sotkanet."""
    districts = {one["sairaanhoitop_code"].zfill(2): one for one in _key(folder, YEARS[0]).values()}
    rows = []
    for one in sorted(
        _regions(folder), key=lambda one: (one["category"] != "SAIRAANHOITOPIIRI", one["category"], one["code"])
    ):
        names = [" ".join(one["title"][language].split()) for language in ("fi", "sv", "en")]
        if one["category"] == "SAIRAANHOITOPIIRI":
            known = districts.get(one["code"], {})
            more = [known.get(f"sairaanhoitop_name_{language}", "").strip() for language in ("fi", "sv", "en")]
            rows.append(
                _named(names, more) | {"key": slug(names[0]), "level": "hospital_district", "code": one["code"]}
            )
        elif (level := LEVELS[one["category"]]) not in CLASSIFIED:  # a level that only Sotkanet lists
            more = ["SSS"] if level == "country" else []  # as the tables of Statistics Finland call it
            row = _named(names, more) | {"key": slug(names[0]), "level": level, "code": one["code"]}
            if row not in rows:
                rows.append(row)
    return rows


def genitive(name: str) -> str:
    """Return the genitive of the name of a region: Keski-Suomi → Keski-Suomen."""
    for end, inflected in {
        "Suomi": "Suomen",
        "Lappi": "Lapin",
        "Uusimaa": "Uudenmaan",
        "Häme": "Hämeen",
        "Satakunta": "Satakunnan",
    }.items():
        if name.endswith(end):
            return name.removesuffix(end) + inflected
    return f"{name}n"


def _named(names: Iterable[str], more: Iterable[str]) -> Row:
    fi, sv, en = names
    also = sorted({" ".join(one.split()) for one in more} - {fi, sv, en, ""})
    return {"fi": fi, "sv": "" if sv == fi else sv, "en": "" if en == fi else en, "also": "|".join(also)}


def _key(folder: Path, year: int) -> dict[str, Row]:
    with (folder / "reference" / f"municipality_key_{year}.csv").open(encoding="utf-8", newline="") as file:
        return {one["kunta"].zfill(3): one for one in csv.DictReader(file)}


def _each(key: dict[str, Row], level: str) -> list[Row]:
    """Return one row of each area of a level, by its code."""
    found = {one[f"{level}_code"]: one for one in key.values()}
    return [found[code] for code in sorted(found, key=int)]


def _regions(folder: Path) -> list[dict[str, Any]]:
    return json.loads((folder / "sotkanet-api" / "SotkaRegions.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _middles(folder: Path) -> dict[str, Row]:
    """Return the middle of each municipality in kilometres east of 27° and north of the equator, roughly.

    That is the centre of mass of its outer rings, on a plane where 64.5° north is true to scale: enough to lay tiles.
    """
    listed = json.loads((folder / "reference" / "kunnat_2024.geojson").read_text(encoding="utf-8"))["features"]
    found = {}
    for one in listed:
        shape = one["geometry"]
        polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
        masses = [_mass([_plane(point) for point in rings[0]]) for rings in polygons]
        whole = math.fsum(mass for mass, _, _ in masses)
        east, north = (round(math.fsum(mass * at for mass, at in each) / whole) for each in (
            [(mass, x) for mass, x, _ in masses], [(mass, y) for mass, _, y in masses]
        ))  # fmt: skip
        found[one["properties"]["NATCODE"]] = {"east": str(east), "north": str(north)}
    return found


def _plane(point: Sequence[float]) -> tuple[float, float]:
    degree = 111.195  # kilometres, on a sphere of 6,371 km
    return (point[0] - 27) * degree * math.cos(math.radians(64.5)), point[1] * degree


def _mass(ring: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Return area and centre of a closed ring (the shoelace formula)."""
    crossed = [(a[0] * b[1] - b[0] * a[1], a, b) for a, b in pairwise(ring)]
    twice = math.fsum(cross for cross, _, _ in crossed)
    x, y = (math.fsum(cross * (a[axis] + b[axis]) for cross, a, b in crossed) / (3 * twice) for axis in (0, 1))
    return abs(twice) / 2, x, y


def _sotkanet(folder: Path) -> dict[str, dict[str, Any]]:
    return {one["code"]: one for one in _regions(folder) if one["category"] == "KUNTA"}


def _written(rows: Iterable[Row], columns: tuple[str, ...]) -> str:
    frame = pl.DataFrame(list(rows), schema=dict.fromkeys(columns, pl.String))
    return csv_text(frame.with_columns(pl.all().replace("", None)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=Path("data/codebooks"))
    given = parser.parse_args()
    (given.out / "municipalities.csv").write_text(municipalities(given.folder), encoding="utf-8")
    (given.out / "areas.csv").write_text(areas(given.folder), encoding="utf-8")
