"""Types of the leaves of `params.yaml`: what a value may be."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field


def distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return values of which none is there twice.

    Raises:
        ValueError: One is.
    """
    if len(set(values)) < len(values):
        msg = "each value may be given once"
        raise ValueError(msg)
    return values


def _ascending(values: tuple[int, ...]) -> tuple[int, ...]:
    if list(values) != sorted(set(values)):
        msg = "values must be ascending, each given once"
        raise ValueError(msg)
    return values


def _known_group(name: str) -> str:
    from sujuva.tables import GROUPS  # noqa: PLC0415  start-up time

    if name not in GROUPS:
        msg = f"'{name}' makes no groups; {', '.join(GROUPS)} do"
        raise ValueError(msg)
    return name


def _group_names(schema: dict[str, Any]) -> None:
    from sujuva.tables import GROUPS  # noqa: PLC0415  start-up time

    schema["enum"] = list(GROUPS)


def _day(text: str) -> str:
    try:
        dt.date.fromisoformat(text)
    except ValueError as error:
        msg = "not a date such as 2024-12-31"
        raise ValueError(msg) from error
    return text


def as_text(day: Any) -> Any:
    """Return a day as text: YAML reads one without quotation marks as a date."""
    return day.isoformat() if type(day) is dt.date else day


# YAML gives lists; a frozen model keeps tuples. Only the list itself may be converted: its items stay strict.
Lenient = Field(strict=False)
Key = Annotated[str, Field(strict=True, pattern=r"^[^\W_][\w-]*$")]
Year = Annotated[int, Field(strict=True, ge=1900, le=2200)]
_Days = Annotated[int, Field(strict=True, ge=0, le=3660)]
_Group = Annotated[str, Field(strict=True, json_schema_extra=_group_names), AfterValidator(_known_group)]
Groups = Annotated[tuple[_Group, ...], Lenient, AfterValidator(distinct)]
Day = Annotated[str, AfterValidator(_day)]
ScaleName = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]*(@[a-z]+)?$")]
Keys = Annotated[tuple[Key, ...], Lenient, Field(min_length=1), AfterValidator(distinct)]
Years = Annotated[tuple[Year, ...], Lenient, Field(min_length=1), AfterValidator(_ascending)]
Languages = Annotated[tuple[Literal["fi", "sv", "en"], ...], Lenient, Field(min_length=1), AfterValidator(distinct)]
ManyDays = Annotated[tuple[_Days, ...], Lenient, AfterValidator(_ascending)]
Words = Annotated[str, Field(strict=True, pattern=r"\S")]
Part = Annotated[float, Field(strict=True, gt=0)]
PublicWord = Annotated[str, Field(strict=True, pattern=r"^RW[A-Za-z0-9+/]{54}$")]
"""A public key of minisign in one word: 42 bytes, of which the first two say that it is one."""
