"""What readers need to know of areas and statistics: what each is called, where it lies, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.codebooks import Area, Areas, Region, Text, load_area_statistics, load_areas, load_ended, load_regions
from sujuva.codebooks.boundaries import boundaries_of
from sujuva.codebooks.text import LANGUAGES

_TOLD = {"theme", "role", "better", "measure"}


def areas_meta(
    areas: pl.DataFrame, titles: pl.DataFrame, regions: Sequence[str], input_folder: str | Path
) -> dict[str, dict[str, Any]]:
    """Return the metadata of public statistics.

    Args:
        areas: region (key of the study's region or code), area (code) and area_name of the areas of the statistics.
        titles: scale and title of the statistics.
        regions: Regions of the study.
        input_folder: The input folder, or what a stage has kept of it.

    Returns:
        `titles`: of a statistic what its producer calls it; `statistics`: of those that the catalogue calls so, too,
        their title, theme, role, better and measure; `names`: of an area what its producer calls it; `places`: of an
        area that a classification has its title, level, place (`at`, see `Area`), municipalities, last year (`until`)
        and boundaries (`outline`). The municipalities of the study's regions are among them, also where no statistic
        names them.
    """
    known, ended = load_areas(input_folder), load_ended(input_folder)
    study = {key: one for key, one in load_regions(input_folder).items() if key in regions}
    found = _of_statistics(areas, study, known)
    towns = {one.code: one for one in known.of("municipality")}
    found |= {code: towns[code] for one in study.values() for code in one.municipalities if code in towns}
    outlines = boundaries_of(found, input_folder)
    called = dict(titles.select("scale", "title").iter_rows())
    return {
        "titles": called,
        "names": dict(areas.select("region", "area_name").drop_nulls().iter_rows()),
        "statistics": {
            key: one.model_dump(mode="json", include=_TOLD) | {"title": _text(one.title)}
            for key, one in load_area_statistics(input_folder).items()
            if one.called(called.get(key, ""))
        },
        "places": {
            key: {
                "title": _text(one.title),
                "level": one.level,
                "at": list(one.at) if one.at else None,
                "municipalities": list(one.municipalities) if one.level != "municipality" else [],
                "until": ended[one.code].until if one.level == "municipality" and one.code in ended else None,
                "outline": [[list(point) for point in ring] for ring in outlines.get(key, ())],
            }
            for key, one in sorted(found.items())
        },
    }


def _of_statistics(areas: pl.DataFrame, study: Mapping[str, Region], known: Areas) -> dict[str, Area]:
    """Return the areas of statistics by the key that their rows have, as far as a classification has them."""
    found = {}
    for key, code, name in areas.select("region", "area", "area_name").drop_nulls().sort("region", "area").iter_rows():
        area = known.code_beside(code, name)
        if area is None and key in study:  # an area of the study's own, with the code of an official one
            area = next((one for one in known.find(study[key].code) if one.level == study[key].level), None)
        if area is not None:
            found[key] = area
    return found


def _text(value: Text) -> dict[str, str]:
    return {language: value[language] for language in LANGUAGES}
