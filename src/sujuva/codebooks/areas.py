"""Areas of Finland as classifications and statistics name them: their keys, codes, names and municipalities.

`municipalities.csv` and `areas.csv` among the codebooks hold them: municipalities, counties (wellbeing services
counties), collaborative areas and hospital districts by Statistics Finland's classifications of 2021, 2023 and 2026,
and further levels as Sotkanet lists them. `tools/area_codebooks.py` makes both files. Who belongs to a county is known
from 2021 on; statistics of counties for the years before 2023, when they began, were computed backwards.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, cast, get_args

import polars as pl

from sujuva.codebooks.files import folders
from sujuva.codebooks.text import LANGUAGES, Text
from sujuva.errors import CodebookError
from sujuva.normal import normal_texts

MunicipalityType = Literal["urban", "semi_urban", "rural"]
MemberLevel = Literal["municipality", "county", "county_like", "collaborative_area", "hospital_district", "region"]
Level = Literal[
    MemberLevel,
    "sub_region", "major_region", "ely_centre", "administrative_agency", "catchment_area", "nuts1", "country", "abroad",
]  # fmt: skip
"""Kinds of areas. `county_like` are Helsinki and Åland in the place of counties, `region` a maakunta."""
WITH_MEMBERS: tuple[MemberLevel, ...] = get_args(MemberLevel)
"""Levels whose municipalities are known: these areas may be regions of a study."""
PREFIXES: Mapping[str, tuple[Level, ...]] = {
    "ku": ("municipality",),
    "hva": ("county", "county_like"),
    "yta": ("collaborative_area",),
    "shp": ("hospital_district",),
    "mk": ("region",),
    "sk": ("sub_region",),
    "sa": ("major_region",),
    "ely": ("ely_centre",),
    "avi": ("administrative_agency",),
    "erva": ("catchment_area",),
}
"""What statistics write before a code to tell its level: KU837, HVA08, MK06."""
LEVEL_WORDS: Mapping[Level, tuple[str, ...]] = {
    "municipality": ("kunta", "kaupunki", "kommun", "stad"),
    "county": ("hyvinvointialue", "hva", "välfärdsområde", "wellbeing services county"),
    "hospital_district": ("sairaanhoitopiiri", "shp", "sjukvårdsdistrikt", "hospital district"),
    "collaborative_area": ("yhteistyöalue", "yta", "samarbetsområde", "collaborative area"),
    "region": ("maakunta", "landskap", "region"),
}
"""What statistics write behind a name to tell its level: Pohjois-Karjala (hyvinvointialue), Alajärvi, kunta."""
TYPE_YEAR = 2023
"""The classification whose types of municipalities group persons: one for all years, so that no group moves."""
_MUNICIPALITIES, _AREAS = "municipalities.csv", "areas.csv"
_TYPE = "type_"
_PADDED = re.compile(r"\s*(0[0-9]{1,2})(?![0-9])")
_BARE = ("municipality", "county", "county_like", "country", "abroad")
_CODE = rf"^(?:({'|'.join(PREFIXES)})[ .:-]?)?0*([0-9]{{1,3}})(?:[.,]0+)?(?:$|[ ]*[–:-][ ]*|[ ]+)"


@dataclass(frozen=True, slots=True)
class Area:
    """An area.

    Attributes:
        key: What `params.yaml` calls it: its Finnish name in small letters a–z and hyphens. A county goes by its short
            name (pirkanmaa), what shares a name with a county by its full one (pirkanmaan-sairaanhoitopiiri).
        level: What kind of area it is.
        code: Its official code as text, zeros kept; codes of different levels may be the same.
        title: Its name.
        also: Other names: official ones, abbreviations.
        municipalities: Codes of its municipalities in the latest classification that has them, former ones too.
        former: Of a county, the code that Sotkanet gave it before it took that of the classification.
        first, last: Of a municipality, the first and the last classification that holds it, years; 0: none does, and
            only older statistics name it.
        types: Of a municipality, year of a classification to its type.
        at: Of a municipality, the middle of it, km east of 27° and north of the equator; of a county, column and
            row of its tile, the first row the northernmost. None where it is not known.
    """

    key: str
    level: Level
    code: str
    title: Text
    also: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    former: str = ""
    first: int = 0
    last: int = 0
    types: tuple[tuple[int, MunicipalityType], ...] = ()
    at: tuple[int, int] | None = None

    @property
    def statistic(self) -> str:
        """Its code among statistics of areas, where each area has one of its own: 837, 18 (a county), SHP18, MK18."""
        prefix = next((name for name, levels in PREFIXES.items() if self.level in levels), "")
        return self.code if self.level in _BARE else f"{prefix.upper()}{self.code}"

    @property
    def names(self) -> tuple[str, ...]:
        """Every name: in Finnish, Swedish and English, and other ones."""
        return tuple(dict.fromkeys((*(self.title[language] for language in LANGUAGES), *self.also)))

    def ways(self) -> Iterator[str]:
        """Yield every way to write it: key, code, names, code and name, each code with the prefixes of its level."""
        words = LEVEL_WORDS.get(self.level, ())
        told = [way for name in self.names for word in words for way in (f"{name} ({word})", f"{name}, {word}")]
        names = [*self.names, *self._of_town(), *told]
        yield self.key
        yield from names
        for prefix in ("", *(prefix for prefix, levels in PREFIXES.items() if self.level in levels)):
            if self.code:
                yield f"{prefix}{self.code}"
                yield from (f"{prefix}{self.code} {name}" for name in names)

    def _of_town(self) -> Iterator[str]:
        """Yield official names of a municipality, as far as they follow from its name: Oulun kaupunki, Åbo stad."""
        if self.level == "municipality":
            for end in ("n", "en"):
                yield from (f"{self.title.fi}{end} {word}" for word in ("kaupunki", "kunta"))
            yield from (f"{self.title['sv']}{end} {word}" for end in ("", "s") for word in ("stad", "kommun"))

    def type_of(self, year: int = TYPE_YEAR) -> MunicipalityType | None:
        """Return the type of a municipality in the classification of `year`, or else in the latest before it."""
        known = [kind for at, kind in self.types if at <= year]
        return known[-1] if known else None


class Areas:
    """All areas, and what a text can mean among them."""

    def __init__(self, listed: Iterable[Area] = ()) -> None:
        self.by_key: dict[str, Area] = {}
        for one in listed:
            if self.by_key.setdefault(one.key, one) is not one:
                msg = f"The codebooks of areas give the key '{one.key}' twice."
                raise CodebookError(msg, "Make them anew with tools/area_codebooks.py.")

    @cached_property
    def by_way(self) -> dict[str, tuple[Area, ...]]:
        """Areas by every way to write them, in the form that `canonical` gives."""
        written = [(one, way) for one in self.by_key.values() for way in one.ways()]
        plain = canonical(pl.Series([way for _, way in written], dtype=pl.String))
        ways: dict[str, dict[str, Area]] = {}
        for (one, _), way in zip(written, plain, strict=True):
            ways.setdefault(way, {})[one.key] = one
        return {way: tuple(found.values()) for way, found in ways.items()}

    def of(self, *levels: Level) -> tuple[Area, ...]:
        """Return the areas of these levels."""
        return tuple(one for one in self.by_key.values() if one.level in levels)

    def find(self, text: str, *levels: Level) -> tuple[Area, ...]:
        """Return every area that a text can mean: none, one, or several where a code or a name is not one area's.

        5, 005, 5.0, KU005, KU005 Alajärvi, 5 Alajärvi, Alajärvi and alajarvi are one municipality; 5 alone is a county
        and a hospital district, too. A code beside a name that it does not belong to is no area.

        Args:
            text: A name (fi, sv, en), a code with or without zeros or the prefix of its level, both, or a key.
            levels: Only areas of these levels; none: of all.
        """
        found = self.by_way.get(canonical(pl.Series([text], dtype=pl.String))[0] or "", ())
        padded = _PADDED.match(text)  # a code with its zeros is one of its length: 05 is no municipality, 005 no county
        fitting = (one for one in found if padded is None or len(one.code) == len(padded[1]))
        return tuple(one for one in fitting if not levels or one.level in levels)

    def code_beside(self, code: str, name: str) -> Area | None:
        """Return the area that a code and the name beside it mean together.

        The code alone tells no area: 18 is a municipality, a county, a hospital district and a region (maakunta), four
        places. Beside a name that no area has, it does where it is written in full (077) or with its prefix (KU77) and
        is only one's. A county is also known by the code that Sotkanet gave it before, beside a name that is only its
        own: 4 was Pirkanmaa, and is Vantaa and Kerava. None: no classification knows it, or the name is that of another
        area.
        """
        coded = self.find(code)
        named = self.find(name) if _lettered(name) else ()
        both = [one for one in coded if one in named]
        if not both and not named and len(coded) == 1 and (_lettered(code) or code.strip() == coded[0].code):
            return coded[0]
        if not both and len(named) == 1 and named[0].former and _digits(code) == named[0].former:
            return named[0]
        return both[0] if both else None


_NONE = Areas()  # the one: what is made of areas is remembered by them


def canonical(texts: pl.Series) -> pl.Series:
    """Return names and codes of areas in the one form in which they are compared.

    Their normal form in small letters, and of a code its prefix and its digits without leading zeros or a
    fraction of zeros, before the name where one follows: KU005, 005 and 5.0 become ku5, 5 and 5.
    """
    return normal_texts(texts).str.to_lowercase().str.replace(_CODE, "${1}${2} ").str.strip_chars()


def load_areas(extra: str | Path | None = None) -> Areas:
    """Load the areas of the project, or those that a stage has kept in the folder `extra`; none without the files.

    Raises:
        CodebookError: A file is not what `tools/area_codebooks.py` makes.
    """
    for folder in reversed(folders(extra)):
        files = [folder / name for name in (_MUNICIPALITIES, _AREAS)]
        if all(one.is_file() for one in files):
            return _loaded(*((one.resolve(), one.stat().st_mtime_ns) for one in files))
    return _NONE


@lru_cache(maxsize=4)
def _loaded(municipalities: tuple[Path, int], areas: tuple[Path, int]) -> Areas:
    """Read both files (each with the time of its last change, by which a changed file is read anew)."""
    towns, larger = _read(municipalities[0]), _read(areas[0])
    try:
        return Areas([*map(_municipality, towns), *(_larger(row, towns, larger) for row in larger)])
    except (KeyError, ValueError, TypeError) as error:
        msg = f"{_MUNICIPALITIES} or {_AREAS} lacks a column, or holds a number or level that is none."
        raise CodebookError(msg, "Make them anew with tools/area_codebooks.py.") from error


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _municipality(row: Mapping[str, str]) -> Area:
    types = tuple(
        (int(name.removeprefix(_TYPE)), cast("MunicipalityType", _one_of(MunicipalityType, kind)))
        for name, kind in row.items()
        if name.startswith(_TYPE) and kind
    )
    first, last = int(row["first"] or 0), int(row["last"] or 0)
    title, also, code = _title(row), _also(row), row["code"]
    return Area(
        row["key"],
        "municipality",
        code,
        title,
        also,
        (code,),
        first=first,
        last=last,
        types=types,
        at=_at(row["east"], row["north"]),
    )


def _larger(row: Mapping[str, str], towns: Iterable[Mapping[str, str]], areas: Iterable[Mapping[str, str]]) -> Area:
    level, code = cast("Level", _one_of(Level, row["level"])), row["code"]
    column = {"county_like": "county", "collaborative_area": "county"}.get(level, level)
    codes = {code}
    if level == "collaborative_area":
        codes = {one["code"] for one in areas if one["part_of"] == code and one["level"].startswith("county")}
    held = tuple(one["code"] for one in towns if one["last"] and one[column] in codes) if level in WITH_MEMBERS else ()
    north, _, east = row["tile"].partition(":")
    return Area(row["key"], level, code, _title(row), _also(row), held, row["former"], at=_at(east, north))


def _at(east: str, north: str) -> tuple[int, int] | None:
    return (int(east), int(north)) if east and north else None


def _title(row: Mapping[str, str]) -> Text:
    return Text.model_construct(fi=row["fi"], sv=row["sv"] or row["fi"], en=row["en"] or row["fi"])


def _also(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(row["also"].split("|")) if row["also"] else ()


def _one_of(kind: object, word: str) -> str:
    if word not in get_args(kind):
        raise ValueError(word)
    return word


def _digits(code: str) -> str:
    """Return the digits of a code of a county without its prefix and zeros: 4, 04 and HVA04 are 4."""
    return code.strip().upper().removeprefix("HVA").lstrip("0")


def _lettered(text: str) -> bool:
    return any(one.isalpha() for one in text)
