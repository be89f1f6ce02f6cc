"""Regions of the network and municipalities that ended: names, levels, codes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import Field, RootModel

from sujuva.codebooks.areas import WITH_MEMBERS, Area, Areas, Level, MunicipalityType, load_areas
from sujuva.codebooks.files import folders, load, texts
from sujuva.codebooks.text import Entry, Text
from sujuva.decides import Decides, Kind
from sujuva.errors import CodebookError, nearest

NETWORK = "network"
"""The key that stands for all regions of the study together."""
COUNTRY = "358"
"""Code of the whole country among the areas of public statistics (Sotkanet)."""
FILES = REGIONS, ENDED = "regions.yaml", "municipality_changes.yaml"

RegionLevel = Literal["county", "city", "municipality", "collaborative_area", "hospital_district", "region", "other"]


class Region(Entry):
    """A region: a wellbeing services county, a city, or another area that takes part as one."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text
    level: RegionLevel
    code: str = Field("", description="Official code of the area as text, with leading zeros")
    also: tuple[str, ...] = Field((), description="Other names of the area")
    where: str = Field("", description="Where it is, in Finnish, in the case that its name takes; none: by pattern")
    municipalities: dict[str, str] = Field(default_factory=dict, description="Municipality code (text) to name")
    municipality_types: dict[MunicipalityType, tuple[str, ...]] = Field(
        default_factory=dict, description="Type of municipality (Statistics Finland's grouping) to municipality codes"
    )
    until: dict[str, int] = Field(default_factory=dict, description="Last year of municipalities that ended")

    @property
    def area(self) -> Area:
        """The region as an area, which knows every way to write it."""
        same: dict[str, Level] = {"city": "municipality", "other": "county_like"}
        level = same.get(self.level, cast("Level", self.level))
        return Area(self.key, level, self.code, self.title, self.also)

    def members_in(self, year: int) -> tuple[str, ...]:
        """Return the codes of the municipalities that were there in a year, in their order."""
        return tuple(code for code in self.municipalities if year <= self.until.get(code, year))


class RegionEntry(Entry):
    """What an entry of `regions.yaml` says; the classifications say the rest of an area that has the same key."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Text | None = None
    level: RegionLevel | None = None
    code: str | None = None
    also: tuple[str, ...] | None = None
    where: str | None = None
    municipalities: dict[str, str] | None = None
    municipality_types: dict[MunicipalityType, tuple[str, ...]] | None = None


class Ended(Entry):
    """A municipality that ended after the year `until` and went on as part of `into`."""

    decides: ClassVar[Kind] = "estimates"

    code: str = Field(pattern=r"^[0-9]{3}$")
    name: Annotated[str, Decides("nothing")] = Field(min_length=1)
    until: int = Field(ge=1800, le=2199)
    into: str = Field(pattern=r"^[0-9]{3}$")
    unverified: Annotated[bool, Decides("nothing")] = Field(False, description="No source for the year has been read")


def load_regions(extra: str | Path | None = None) -> dict[str, Region]:
    """Load every area that may be a region of a study, by key: those of Finland, and those of `regions.yaml`.

    Municipalities, counties, collaborative areas, hospital districts and regions (maakunta) come with their
    municipalities by the latest classification and the types of these by that of `TYPE_YEAR`. An entry of
    `regions.yaml` adds a region or replaces what the classifications say of one, key by key; with municipalities of its
    own it is another area, and has a code only where it gives one.

    Args:
        extra: An input folder; its `codebooks/regions.yaml` comes after the project's.

    Raises:
        CodebookError: A file is not valid, or an entry lacks a title or a level and no area has its key.
    """
    return dict(_loaded(load_areas(extra), texts(extra, *FILES), extra))


@lru_cache(maxsize=8)
def _loaded(areas: Areas, said: tuple[str | None, ...], extra: str | Path | None) -> dict[str, Region]:  # noqa: ARG001
    """Put the regions together; they are remembered by what the files have said."""
    given = [one for path in _files(REGIONS, extra) for one in _entries(path)]
    types = {code: kind for one in given for kind, codes in (one.municipality_types or {}).items() for code in codes}
    until = {code: one.until for code, one in load_ended(extra).items()}
    towns = {one.code: one for one in areas.of("municipality")}
    found = {one.key: _region(one, towns, types, until) for one in areas.of(*WITH_MEMBERS) if one.municipalities}
    for one in given:
        found[one.key] = _completed(one, found.get(one.key), towns, types, until)
    return found


def load_ended(extra: str | Path | None = None) -> dict[str, Ended]:
    """Load `municipality_changes.yaml` of the project and of the input folder `extra`, keyed by code.

    Raises:
        CodebookError: A file is not valid.
    """
    found: dict[str, Ended] = {}
    for path in _files(ENDED, extra):
        found |= {one.code: one for one in load(RootModel[tuple[Ended, ...]], path).root}
    return found


def region_hint(word: str, known: Mapping[str, Region], extra: str | Path | None = None) -> str:
    """Return what to write in place of a word that is no key of a region: the keys of the areas that it names.

    Args:
        word: What stands in `params.yaml`.
        known: The regions that there are, by key.
        extra: The input folder.
    """
    named = [one for one in load_areas(extra).find(word, *WITH_MEMBERS) if one.key in known]
    own = [one.key for one in known.values() if word.casefold() in {name.casefold() for name in one.area.names}]
    keys = list(dict.fromkeys([*(one.key for one in named), *own]))
    if not keys:
        return nearest(word, known)
    listed = " or ".join(f"'{key}' ({known[key].level.replace('_', ' ')})" for key in keys)
    return (
        f"Write its key: {listed}." if len(keys) == 1 else f"It can mean several areas; write the key of one: {listed}."
    )


def _files(name: str, extra: str | Path | None) -> list[Path]:
    return [folder / name for folder in folders(extra) if (folder / name).is_file()]


def _entries(path: Path) -> tuple[RegionEntry, ...]:
    return load(RootModel[tuple[RegionEntry, ...]], path).root


def _region(
    area: Area, towns: Mapping[str, Area], types: Mapping[str, MunicipalityType], until: Mapping[str, int]
) -> Region:
    level = cast("RegionLevel", "other" if area.level == "county_like" else area.level)
    held = {code: towns[code].title.fi for code in area.municipalities}
    return Region.model_construct(
        key=area.key,
        title=area.title,
        level=level,
        code=area.code,
        also=area.also,
        municipalities=held,
        municipality_types=_types(held, towns, types),
        until={code: until[code] for code in held if code in until},
    )


def _types(
    codes: Mapping[str, str], towns: Mapping[str, Area], types: Mapping[str, MunicipalityType]
) -> dict[MunicipalityType, tuple[str, ...]]:
    """Return the municipalities of each type: as a `regions.yaml` says, or else the classification."""
    found: dict[MunicipalityType, list[str]] = {}
    for code in codes:
        kind = types.get(code) or (towns[code].type_of() if code in towns else None)
        if kind is not None:
            found.setdefault(kind, []).append(code)
    return {kind: tuple(some) for kind, some in found.items()}


def _completed(
    entry: RegionEntry,
    area: Region | None,
    towns: Mapping[str, Area],
    types: Mapping[str, MunicipalityType],
    until: Mapping[str, int],
) -> Region:
    said: dict[str, Any] = {
        name: value for name in entry.model_fields_set if (value := getattr(entry, name)) is not None
    }
    known: dict[str, Any] = {} if area is None else {name: getattr(area, name) for name in Region.model_fields}
    if "municipalities" in said:
        known = {name: value for name, value in known.items() if name in {"title", "level", "also"}}
        held = said["municipalities"]
        said = {"municipality_types": _types(held, towns, types)} | said
        said["until"] = {code: until[code] for code in held if code in until}
    whole = known | said
    lacking = [name for name in ("title", "level") if name not in whole]
    if lacking:
        msg = f"{REGIONS}: the region '{entry.key}' lacks {' and '.join(lacking)}."
        raise CodebookError(msg, "Only an entry with the key of an area of Finland may leave them out.")
    return Region(**whole)
