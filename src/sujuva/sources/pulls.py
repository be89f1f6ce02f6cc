"""Pulls: what `sujuva fetch` brought from a service of public statistics, raw answers beside what is known of them.

A pull is one JSON file, so that it is whole or not there. It holds for every statistic the answers as they came, letter
for letter, with their SHA-256, the title and the date of updating that the service told, and the time of the request;
the same but for the answers of every earlier request; and what was accepted where a title or an old value changed. The
pipeline reads pulls and never the network.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import polars as pl
from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from sujuva.codebooks.areas import PREFIXES, Area, Areas
from sujuva.errors import SourceError
from sujuva.sources.limits import Limits

COLUMNS = ("title", "indicator", "area_name", "area", "gender", "year", "value", "absolute")
GENDERS = {
    "yhteensä": "total", "miehet": "male", "naiset": "female", "total": "total", "male": "male", "female": "female",
}  # fmt: skip
"""Genders in the words of exports and answers."""
AREA_COLUMNS: Mapping[str, Any] = {
    name: {"from": name, "map": GENDERS} if name == "gender" else name for name in COLUMNS
}
"""Columns of `area_indicators` that a source of public statistics need not describe."""
PREFIX: Mapping[str, str] = {
    level: prefix.upper() for prefix, levels in PREFIXES.items() for level in levels if level != "municipality"
}
"""What stands before the code of an area whose digits other levels have, too: HVA08, and no prefix before 837."""
_SPAN = 2
_UNPACKED = 12  # bytes of memory that a byte of a pull takes once it is rows; measured, and rounded up


def _years(given: Any) -> Any:
    """Return years one by one: 2019, "2015-2019" and lists of both are known."""
    years: list[Any] = []
    for one in given if isinstance(given, (list, tuple)) else [given]:
        ends = str(one).replace("–", "-").split("-")
        if len(ends) == _SPAN and all(end.strip().isdigit() for end in ends):
            first, last = map(int, ends)
            if not first <= last:
                msg = f"the years {one} end before they begin"
                raise ValueError(msg)
            years += range(first, last + 1)
        else:
            years.append(one)
    return tuple(dict.fromkeys(int(one) if str(one).isdigit() else one for one in years))


Years = Annotated[tuple[Annotated[int, Field(ge=1800, le=2199)], ...], BeforeValidator(_years)]
"""Years as a source asks for them: 2019, 2015-2019, or a list of both."""


def _texts(given: Any) -> Any:
    return tuple(str(one) for one in given) if isinstance(given, (list, tuple)) else (str(given),)


Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
"""One word or a list of words, as text."""


class _Model(BaseModel, frozen=True, extra="forbid"):
    """A part of a pull: unknown keys are errors."""


class Request(_Model):
    """What is known of one request: when it was made, what the service told, and the hash of its answers."""

    statistic: str
    fetched: str = Field(description="Time of the request in UTC")
    title: dict[str, str] = Field(description="Language to title, as the service told it")
    updated: str = Field(description="Day on which the service says that the data were updated; may be empty")
    sha256: str


class Part(Request):
    """One statistic of a pull, and its answers as they came."""

    about: str = Field(description="Answer that describes the statistic")
    answers: tuple[str, ...] = Field(min_length=1)


class Change(_Model):
    """A title or an old value that is another than it was under the same id."""

    statistic: str
    what: Literal["title", "value", "absolute"]
    old: str | None
    new: str | None
    area: str = ""
    year: int | None = None
    gender: str = ""

    @property
    def told(self) -> str:
        """What changed, in words."""
        if self.what == "title":
            return f"{self.statistic}, title: «{self.old}» → «{self.new}»"
        gender = "" if self.gender == "total" else f", {self.gender}"
        what = "" if self.what == "value" else " (absolute number)"
        return f"{self.statistic}, {self.year}, {self.area}{gender}: {self.old} → {self.new or 'no value'}{what}"


class Accepted(Change):
    """A change that somebody has accepted, and when."""

    accepted: str


class Pull(_Model):
    """A pull."""

    sujuva_pull: Literal[1] = 1
    reader: str
    address: str
    query: dict[str, Any]
    areas: Part | None = Field(None, description="The service's own list of areas, where it has one")
    statistics: dict[str, Part]
    history: tuple[Request, ...] = ()
    accepted: tuple[Accepted, ...] = ()


def digest(answers: Iterable[str]) -> str:
    """Return the SHA-256 of answers, one after another."""
    found = hashlib.sha256()
    for one in answers:
        found.update(one.encode())
    return found.hexdigest()


def as_text(pull: Pull) -> str:
    """Return a pull as the text of its file."""
    return json.dumps(pull.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def read_pull(path: Path, reader: str | None, limits: Limits) -> Pull:
    """Read a pull and hold every answer against its hash.

    Raises:
        SourceError: The file is no pull of this reader (None: of any), or not as it was written.
    """
    limits.check_file(path)
    limits.check_memory(path.stat().st_size * _UNPACKED, path.name, "rows of a pull")
    again = "Let `sujuva fetch` make it anew, or take the file from where it came."
    try:
        pull = Pull.model_validate_json(path.read_bytes())
    except ValidationError:
        msg = f"{path.name} is no pull of `sujuva fetch`."
        raise SourceError(msg, again) from None
    if reader is not None and pull.reader != reader:
        msg = f"{path.name} is a pull of the reader {pull.reader}, but sources.yaml says {reader}."
        raise SourceError(msg, "Correct the one that is wrong.")
    parts = [*pull.statistics.values(), *([pull.areas] if pull.areas else [])]
    for part in parts:
        if digest(part.answers) != part.sha256:
            msg = f"{path.name}: the answer about {part.statistic} is not what the service sent: its SHA-256 differs."
            raise SourceError(msg, again)
    return pull


def check_query(pull: Pull, query: Mapping[str, Any], where: str) -> None:
    """See that a pull is what `sources.yaml` asks for.

    Raises:
        SourceError: It is not. Names what differs.
    """
    differing = sorted(name for name in {*query, *pull.query} if query.get(name) != pull.query.get(name))
    if differing:
        msg = f"{where} was fetched with other {', '.join(differing)} than sources.yaml asks for now."
        raise SourceError(msg, "Run `sujuva fetch`, and then the pipeline again.")


def loaded(text: str, where: str) -> Any:
    """Return what a JSON text says; numbers stay text, letter for letter.

    Raises:
        SourceError: It is not JSON.
    """
    try:
        return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        msg = f"{where}: the answer is not whole JSON."
        raise SourceError(msg, "Try again later; if it stays so, tell the service.") from None


class Number(str):
    """A number of a JSON text, as it is written there."""

    __slots__ = ()


def _no_constant(word: str) -> NoReturn:
    raise ValueError(word)  # NaN and Infinity are no JSON


def misshapen(where: str, what: str) -> SourceError:
    """Return the error about an answer that is JSON of another shape than the service documents."""
    msg = f"{where}: the answer has another shape than it should: {what}."
    return SourceError(msg, "Has the service changed? docs/situation.md says which answers are known.")


def number(value: Any, where: str, what: str) -> str | None:
    """Return a number as its text, None for null.

    Raises:
        SourceError: It is neither.
    """
    if value is None or isinstance(value, Number):
        return value
    raise misshapen(where, f"{what} is no number")


def frame_of(rows: Iterable[tuple[str | None, ...]]) -> pl.DataFrame:
    """Return rows of `COLUMNS` as a frame of text."""
    return pl.DataFrame(list(rows), schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def in_one_form(code: str, name: str, areas: Areas) -> tuple[str, str]:
    """Return code and name of an area in the form of the classification, whatever id or earlier code a service gave it.

    What no classification knows stays as it is.
    """
    area = areas.code_beside(code, name)
    return (code, name) if area is None else (f"{PREFIX.get(area.level, '')}{area.code}", _full_name(area))


def _full_name(area: Area) -> str:
    """Return a name that tells the level of an area: a county goes by its full one."""
    return next((name for name in area.also if name.endswith(" hyvinvointialue")), area.title.fi)
