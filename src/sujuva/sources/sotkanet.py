"""Reader of Sotkanet (THL): exports of its portal, and pulls that `sujuva fetch` made from its interface.

Interface 1.1: `/regions` lists areas by an id of its own with category, code and names; `/indicators/<id>` describes an
indicator; `/json?indicator=<id>&years=<year>&genders=<gender>` answers for all areas, with years and genders as
repeated parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from sujuva.codebooks.areas import Level, load_areas
from sujuva.errors import SourceError
from sujuva.sources.delimited import DelimitedOptions, read_delimited
from sujuva.sources.pulls import (
    AREA_COLUMNS,
    COLUMNS,
    PREFIX,
    Number,
    Part,
    Pull,
    Texts,
    Years,
    check_query,
    frame_of,
    in_one_form,
    loaded,
    misshapen,
    number,
    read_pull,
)  # fmt: skip
from sujuva.sources.raw import Options, RawTable, Reader
from sujuva.sources.text import Encoding

ADDRESS = "https://sotkanet.fi/rest/1.1"
LEVELS: Mapping[str, Level] = {
    "KUNTA": "municipality",
    "HYVINVOINTIALUE": "county",
    "YTA": "collaborative_area",
    "SAIRAANHOITOPIIRI": "hospital_district",
    "MAAKUNTA": "region",
    "SEUTUKUNTA": "sub_region",
    "SUURALUE": "major_region",
    "ELY-KESKUS": "ely_centre",
    "ALUEHALLINTOVIRASTO": "administrative_agency",
    "ERVA": "catchment_area",
    "NUTS1": "nuts1",
    "MAA": "country",
    "EUROOPPA": "abroad",
    "POHJOISMAAT": "abroad",
    "EURALUEET": "abroad",
}
"""Categories of areas in Sotkanet."""


class SotkanetOptions(Options, frozen=True):
    """Options of the reader `sotkanet`: with indicators it reads a pull, without them an export of the portal."""

    encoding: Encoding = "iso-8859-1"
    indicators: Texts = Field((), description="Ids that `sujuva fetch` asks for")
    years: Years = Field((), description="Years that it asks for: 2019, 2015-2019, or a list of both")
    genders: tuple[Literal["total", "male", "female"], ...] = Field(
        ("total",), min_length=1, description="Genders that it asks for"
    )
    address: str = Field(ADDRESS, description="Where the service is")

    @model_validator(mode="after")
    def _both(self) -> Self:
        if bool(self.indicators) != bool(self.years):
            msg = "give indicators and years together, or for an export of the portal neither"
            raise ValueError(msg)
        if not all(one.isdecimal() for one in self.indicators):
            msg = "the ids of indicators are whole numbers, such as 1245"
            raise ValueError(msg)
        return self

    @property
    def fetched(self) -> bool:
        """Whether `sujuva fetch` writes the file: with indicators it does."""
        return bool(self.indicators)

    @property
    def query(self) -> dict[str, Any]:
        """What is asked for, as a pull keeps it."""
        return {"indicators": list(self.indicators), "years": list(self.years), "genders": list(self.genders)}


class Place(NamedTuple):
    """An area of Sotkanet: its code with the prefix of its level, and its name."""

    code: str
    name: str


class Value(NamedTuple):
    """A value of an indicator, as text: the id of the area, year, gender, value and absolute number."""

    area: str
    year: str
    gender: str
    value: str | None
    absolute: str | None


def places_of(answer: str, where: str) -> dict[str, Place]:
    """Return the areas of an answer of `/regions` by their id.

    Raises:
        SourceError: It is not such an answer, or has an id twice.
    """
    found: dict[str, Place] = {}
    for one in _records(answer, where):
        key, category, code, title = (one.get(name) for name in ("id", "category", "code", "title"))
        name = title.get("fi") if isinstance(title, dict) else None
        if not isinstance(key, Number) or not all(isinstance(text, str) for text in (category, code, name)):
            raise misshapen(where, "an area lacks its id, code, category or Finnish name")
        level = LEVELS.get(str(category))
        if level is None:
            raise misshapen(where, f"there is no level of areas for the category {category}")
        if key in found:
            raise misshapen(where, f"the area {key} is there twice")
        code = f"{PREFIX.get(level, '')}{code}"
        found[str(key)] = Place(code, " ".join(str(name).split()))
    return found


def values_of(answer: str, statistic: str, query: Mapping[str, Any], where: str) -> list[Value]:
    """Return the values of an answer of `/json`.

    Args:
        answer: The text of the answer.
        statistic: Id of the indicator that was asked for.
        query: See `SotkanetOptions.query`.
        where: What messages begin with.

    Raises:
        SourceError: It is not such an answer, answers what was not asked, or gives a value twice.
    """
    found: list[Value] = []
    seen: set[tuple[str, str, str]] = set()
    years, genders = {str(year) for year in query["years"]}, set(query["genders"])
    for one in _records(answer, where):
        area, year, gender = one.get("region"), one.get("year"), one.get("gender")
        if not (isinstance(area, Number) and isinstance(year, Number) and isinstance(gender, str)):
            raise misshapen(where, "a value lacks its region, year or gender")
        if one.get("indicator") != statistic or year not in years or gender not in genders:
            raise misshapen(where, f"it holds a value of indicator {one.get('indicator')}, {year}, {gender}, unasked")
        if (area, year, gender) in seen:
            raise misshapen(where, f"the value of region {area} in {year} ({gender}) is there twice")
        seen.add((area, year, gender))
        absolute = number(one.get("absValue"), where, "absValue")
        found.append(Value(str(area), str(year), gender, number(one.get("value"), where, "value"), absolute))
    return found


def read_sotkanet(path: Path, options: SotkanetOptions) -> RawTable:
    """Read an export of the portal or a pull; columns are title, indicator, area_name, area, gender, year and so on.

    Raises:
        SourceError: The file is no such export, or no pull of what `sources.yaml` asks for.
    """
    if options.indicators:
        pull = read_pull(path, "sotkanet", options.limits)
        check_query(pull, options.query, path.name)
        return RawTable(frame_of(rows_of(pull, path.name)))
    plain = DelimitedOptions(
        separator=";", encoding=options.encoding, decimal=",", header=False, columns=COLUMNS, limits=options.limits
    )
    try:
        return read_delimited(path, plain)
    except SourceError as error:
        if path.suffix.lower() != ".json":
            raise
        msg = f"{path.name}: for a pull of `sujuva fetch`, sources.yaml says which indicators and years it holds."
        raise SourceError(msg, "Set options: {indicators: […], years: […]}.") from error


def rows_of(pull: Pull, where: str) -> Iterator[tuple[str | None, ...]]:
    """Yield the rows of a pull, areas in the form of the classification (see `COLUMNS`).

    Raises:
        SourceError: An answer is not what it should be.
    """
    areas = load_areas()
    listed = places_of(_areas_of(pull, where).answers[0], where)
    places = {key: in_one_form(one.code, one.name, areas) for key, one in listed.items()}
    for statistic, part in pull.statistics.items():
        title = part.title.get("fi", statistic)
        for one in (value for answer in part.answers for value in values_of(answer, statistic, pull.query, where)):
            # An id that the list of areas does not have is no area: the row is set aside.
            code, name = places.get(one.area, (None, None))
            yield (title, statistic, name, code, one.gender, one.year, one.value, one.absolute)


def _areas_of(pull: Pull, where: str) -> Part:
    if pull.areas is None:
        msg = f"{where} holds no list of areas."
        raise SourceError(msg, "Let `sujuva fetch` make it anew.")
    return pull.areas


def _records(answer: str, where: str) -> Iterator[Mapping[str, Any]]:
    said = loaded(answer, where)
    if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
        raise misshapen(where, "it is no list of records")
    return iter(said)


SOTKANET = Reader("sotkanet", SotkanetOptions, read_sotkanet, AREA_COLUMNS)
