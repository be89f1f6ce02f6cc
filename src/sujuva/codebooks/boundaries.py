"""True boundaries of areas, where an input folder brings them: a GeoJSON of municipalities or counties."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from sujuva.codebooks.areas import Area
from sujuva.codebooks.files import folders, text_of
from sujuva.errors import CodebookError

FILE = "boundaries.geojson"
Point = tuple[float, float]
Ring = tuple[Point, ...]
_DEGREE = 111.195
"""Kilometres of a degree, on a sphere of 6,371 km."""
_EAST, _NORTH = (19.0, 32.0), (59.0, 71.0)
"""Between which degrees Finland lies."""
_CODES = {"hyvinvointialue_code": "hva", "NATCODE": "ku", "kunta": "ku", "municipality_code": "ku"}
"""Properties that tell the code of an area, and of which level."""


def boundaries_of(areas: Mapping[str, Area], extra: str | Path | None) -> dict[str, tuple[Ring, ...]]:
    """Return the boundaries of areas, by the keys they have here; none where the input folder brings no file.

    Args:
        areas: Areas by any key. Municipalities are found by their code, counties by theirs.
        extra: An input folder with `codebooks/boundaries.geojson`, or what a stage has kept of it.

    Returns:
        Rings of points, kilometres east of 27° and north of the equator, in tenths; holes are rings, too.

    Raises:
        CodebookError: The file is no GeoJSON of polygons in degrees (WGS 84), or names no area by a code.
    """
    paths = [folder / FILE for folder in folders(extra) if (folder / FILE).is_file()]
    if not paths:
        return {}
    known = _read(text_of(paths[-1]), FILE)
    level = {"municipality": "ku", "county": "hva", "county_like": "hva"}
    found = {key: known.get((level.get(area.level, ""), int(area.code or 0))) for key, area in areas.items()}
    return {key: rings for key, rings in found.items() if rings}


@lru_cache(maxsize=2)
def _read(text: str, name: str) -> dict[tuple[str, int], tuple[Ring, ...]]:
    try:
        said = json.loads(text)
        features = list(said["features"])
        crs = str((said.get("crs") or {}).get("properties", {}).get("name", "CRS84"))
        found = dict(_feature(one) for one in features)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        msg = f"{name} is no GeoJSON of polygons, each with the code of its area (NATCODE or hyvinvointialue_code)."
        raise CodebookError(msg, "Take it from where it came, or leave it out: maps are then made of tiles.") from None
    degrees = all(
        _EAST[0] <= 27 + x / _wide() <= _EAST[1] and _NORTH[0] <= y / _DEGREE <= _NORTH[1]
        for rings in found.values() for ring in rings for x, y in ring
    )  # fmt: skip
    if not degrees or not ("CRS84" in crs or "4326" in crs):
        msg = f"{name} is not in degrees of WGS 84, in which Finland lies between 19° and 32° east."
        raise CodebookError(msg, "Save it in the coordinate system WGS 84 (EPSG:4326).")
    return found


def _feature(one: Any) -> tuple[tuple[str, int], tuple[Ring, ...]]:
    told, shape = one["properties"], one["geometry"]
    code = [name for name in _CODES if name in told][0]  # noqa: RUF015  without one: IndexError
    polygons = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}[shape["type"]]
    rings = (tuple(_thinned(ring)) for polygon in polygons for ring in polygon)
    return (_CODES[code], int(float(told[code]))), tuple(ring for ring in rings if len(ring) > 3)  # noqa: PLR2004  a closed triangle


def _wide() -> float:
    """Return the kilometres of a degree of longitude at 64.5° north, the middle of the country."""
    return _DEGREE * math.cos(math.radians(64.5))


def _thinned(ring: Any) -> Iterator[Point]:
    """Yield the points of a ring on the plane, each once in a row."""
    last: Point | None = None
    for east, north, *_ in ring:
        point = (round((float(east) - 27) * _wide(), 1), round(float(north) * _DEGREE, 1))
        if point != last:
            yield point
        last = point
