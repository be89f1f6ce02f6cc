"""Reader of pulls from PxWeb, the interface to the tables of Statistics Finland.

A table is described by a GET of its address (title, variables with codes and texts) and answers a POST of a query with
JSON-stat 2.0 (json-stat.org): the values of all combinations of its dimensions in row-major order.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field

from sujuva.codebooks.areas import load_areas
from sujuva.sources.pulls import (
    AREA_COLUMNS,
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

ADDRESS = "https://pxdata.stat.fi/PXWeb/api/v1/fi"
Selection = dict[str, tuple[str, ...]]
"""What of each variable of a table is asked for, by the variable's code."""


class Genders(BaseModel, frozen=True, extra="forbid"):
    """The variable of a table that tells genders, and which of its codes are which."""

    variable: str = Field(min_length=1)
    codes: dict[str, Literal["total", "male", "female"]] = Field(min_length=1)


class PxwebOptions(Options, frozen=True):
    """Options of the reader `pxweb`."""

    table: str = Field(pattern=r"^[\w.\-]+(/[\w.\-]+)*\.px$", description="Path of the table below the address")
    indicators: Annotated[Texts, Field(min_length=1)] = Field(description="Codes of the variable `contents`")
    years: Annotated[Years, Field(min_length=1)] = Field(description="Years: 2019, 2015-2019, or a list of both")
    area: str = Field(min_length=1, description="Code of the variable of areas")
    contents: str = Field("Tiedot", min_length=1, description="Code of the variable whose values are statistics")
    time: str = Field("Vuosi", min_length=1, description="Code of the variable of years")
    genders: Genders | None = Field(None, description="Variable of genders and its codes; none: total alone")
    only: Annotated[dict[str, str], BeforeValidator(lambda given: {str(k): str(v) for k, v in dict(given).items()})] = (
        Field(default_factory=dict, description="The one value to take of each other variable")
    )
    address: str = Field(ADDRESS, description="Where the service is")

    @property
    def fetched(self) -> bool:
        """Whether `sujuva fetch` writes the file: always."""
        return True

    @property
    def prefix(self) -> str:
        """What the ids of the table's statistics begin with."""
        return PurePosixPath(self.table).stem

    @property
    def query(self) -> dict[str, Any]:
        """What is asked for, as a pull keeps it."""
        return {
            "table": self.table,
            "indicators": list(self.indicators),
            "years": list(self.years),
            "dimensions": {"area": self.area, "contents": self.contents, "time": self.time},
            "genders": None if self.genders is None else self.genders.model_dump(),
            "only": dict(self.only),
        }

    @classmethod
    def of(cls, pull: Pull) -> Self:
        """Return the options that a pull was made with."""
        said = {name: value for name, value in pull.query.items() if name != "dimensions"}
        return cls.model_validate({**said, **pull.query.get("dimensions", {}), "address": pull.address})

    def selection(self, indicator: str, areas: Sequence[str] = ()) -> Selection:
        """Return what one statistic asks of each variable, for these areas (none: whichever an answer has)."""
        found = {self.contents: (indicator,), self.time: tuple(map(str, self.years)), self.area: tuple(areas)}
        if self.genders is not None:
            found[self.genders.variable] = tuple(self.genders.codes)
        return found | {name: (value,) for name, value in self.only.items()}


class Cell(BaseModel, frozen=True):
    """A value of a table, as text, and where it stands."""

    area: str
    area_name: str
    year: str
    gender: str
    value: str | None


def cells_of(answer: str, selection: Selection, options: PxwebOptions, where: str) -> Iterator[Cell]:
    """Yield the values of an answer in JSON-stat 2.0.

    A value that is null and marked with dots (`status`) has the dots as its text: cleaning counts them as missing.

    Raises:
        SourceError: It is not such an answer, or answers another selection.
    """
    said = loaded(answer, where)
    if not isinstance(said, dict) or said.get("class") != "dataset":
        raise misshapen(where, "it is no dataset of JSON-stat 2.0")
    names, dimensions = said.get("id"), said.get("dimension")
    if not isinstance(names, list) or not isinstance(dimensions, dict) or not {*names} <= {*dimensions}:
        raise misshapen(where, "its dimensions are not described")
    categories = [_category(dimensions[name], where) for name in names]
    if lacking := {options.area, options.time, *([options.genders.variable] if options.genders else [])} - {*names}:
        raise misshapen(where, f"it does not have the variable {min(lacking)}")
    for name, codes in selection.items():
        if codes and name in names and sorted(categories[names.index(name)]) != sorted(codes):
            raise misshapen(where, f"the variable {name} has other values than were asked for")
    if extra := [name for name, some in zip(names, categories, strict=True) if name not in selection and len(some) > 1]:
        raise misshapen(where, f"nothing is said about its variable {extra[0]} (options: only)")
    size = math.prod(len(one) for one in categories)
    values, status = _by_place(said.get("value"), size), _by_place(said.get("status", {}), size)
    if values is None or status is None:
        raise misshapen(where, f"it does not have the {size} values of its dimensions")
    genders = options.genders.codes if options.genders else {}
    for place, codes in enumerate(product(*categories)):
        at = dict(zip(names, codes, strict=True))
        area = at[options.area]
        dots = status.get(place)
        value = number(values.get(place), where, "a value")
        yield Cell(
            area=area,
            area_name=categories[names.index(options.area)][area],
            year=at[options.time],
            gender=genders[at[options.genders.variable]] if options.genders else "total",
            value=dots if value is None and isinstance(dots, str) else value,
        )


def _category(dimension: Any, where: str) -> dict[str, str]:
    """Return the codes of a dimension in their order, and their texts."""
    category = dimension.get("category") if isinstance(dimension, dict) else None
    said: dict[str, Any] = category if isinstance(category, dict) else {}
    index, labels = said.get("index"), said.get("label", {})
    if index is None and isinstance(labels, dict) and len(labels) == 1:
        index = list(labels)
    if isinstance(index, dict):
        index = [code for code, _ in sorted(index.items(), key=lambda one: int(one[1]))]
    if not isinstance(index, list) or not isinstance(labels, dict):
        raise misshapen(where, "a dimension has no values")
    return {str(code): str(labels.get(code, code)) for code in index}


def _by_place(given: Any, size: int) -> dict[int, Any] | None:
    """Return values by their place: JSON-stat gives a list of all, or an object of those that are there."""
    if isinstance(given, list):
        return dict(enumerate(given)) if len(given) == size else None
    if not isinstance(given, dict) or not all(str(one).isdigit() and int(one) < size for one in given):
        return None
    return {int(place): value for place, value in given.items()}


def read_pxweb(path: Path, options: PxwebOptions) -> RawTable:
    """Read a pull; columns are title, indicator, area_name, area, gender, year, value and absolute (which is empty).

    Raises:
        SourceError: The file is no pull of what `sources.yaml` asks for.
    """
    pull = read_pull(path, "pxweb", options.limits)
    check_query(pull, options.query, path.name)
    return RawTable(frame_of(rows_of(pull, path.name)))


def rows_of(pull: Pull, where: str) -> Iterator[tuple[str | None, ...]]:
    """Yield the rows of a pull, areas in the form of the classification (see `COLUMNS`); absolute numbers are none.

    Raises:
        SourceError: An answer is not what it should be.
    """
    areas, options = load_areas(), PxwebOptions.of(pull)
    for key, part in pull.statistics.items():
        selection = options.selection(key.rpartition(".")[2])
        for one in (cell for answer in part.answers for cell in cells_of(answer, selection, options, where)):
            code, name = in_one_form(one.area, one.area_name, areas)
            yield (part.title.get("fi", key), key, name, code, one.gender, one.year, one.value, None)


PXWEB = Reader("pxweb", PxwebOptions, read_pxweb, AREA_COLUMNS)
