"""Rows of the page of a region: which indicator stands in each, of whom, and what may be said of it in words."""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import Field, RootModel, model_validator

from sujuva.codebooks.files import load_listed
from sujuva.codebooks.text import LANGUAGES, Entry, Text
from sujuva.errors import nearest

FILE, ENTRY = "facts.yaml", "row"
FactTopic = Literal["coping", "differences", "change", "talks", "partners", "networks", "families", "situation"]
TOPICS: tuple[FactTopic, ...] = get_args(FactTopic)
"""Pages of a region that a row can lead to."""
FrontColumn = Literal["value", "change"]
GAPS: Mapping[str, frozenset[str]] = {
    "title": frozenset({"days"}),
    "better": frozenset({"sure", "before", "days", "where"}),
    "worse": frozenset({"sure", "before", "days", "where"}),
    "same": frozenset({"before", "days", "where"}),
    "number": frozenset({"first", "last", "before", "year", "days", "scale"}),
    "ask": frozenset({"days"}),
    "group_more": frozenset({"group", "other", "sure"}),
    "group_less": frozenset({"group", "other", "sure"}),
}
"""What texts may leave open: `sure` is "slightly " or "perhaps " or nothing, `where` a place or nothing."""


class FactInfo(Entry):
    """A row: an indicator of one scale, informant and category, and the sentences that a finding of it is made of."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    unit: Text | None = Field(None, description="What the number is in; none: the range of its scale")
    hundred: Text | None = Field(
        None, description="Of whom or what a hundred is counted, where the number is a share of 0–1"
    )
    topic: FactTopic = Field(description="Page that the row leads to")
    table: Literal["parjaavyys", "integration", "situation"]
    indicator: str
    scale: str = Field("", description="Scale of the indicator; of a network the relation, of an area its statistic")
    informant: str = ""
    category: str = ""
    days: Literal["longest"] | None = Field(
        None, description="The category is the longest of the days of the promise, which {days} in the texts stands for"
    )
    importance: int = Field(
        ge=1,
        le=4,
        description="4: the main question; 3: how children cope; 2: what families meet; 1: how services work",
    )
    front: tuple[FrontColumn, ...] = Field((), description="What of it stands on the front page, a row a region")
    better: Text | None = Field(None, description="What is said where it has changed for the better, people first")
    worse: Text | None = Field(None, description="The same for the worse")
    same: Text | None = Field(None, description="The same where nothing has changed that matters")
    number: Text | None = Field(None, description="The sentence with the numbers")
    ask: Text | None = Field(None, description="What to talk about")
    group_more: Text | None = Field(None, description="What is said of two groups where the first has more of it")
    group_less: Text | None = Field(None, description="The same where it has less")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        said = [name for name in ("better", "worse", "same", "number", "ask") if getattr(self, name) is not None]
        if said and len(said) < 5:  # noqa: PLR2004 - all of them or none
            msg = "better, worse, same, number and ask go together: write all of them, or none"
            raise ValueError(msg)
        for name, allowed in GAPS.items():
            for gap in sorted(_gaps(getattr(self, name)) - allowed):
                msg = f"{name} has the gap {{{gap}}}, and may have {', '.join(f'{{{one}}}' for one in sorted(allowed))}"
                raise ValueError(msg)
        return self


class FactList(RootModel[tuple[FactInfo, ...]]):
    """What `facts.yaml` holds."""


def _gaps(text: Text | None) -> set[str]:
    if text is None:
        return set()
    return {name for language in LANGUAGES for _, name, *_ in string.Formatter().parse(text[language]) if name}


def load_facts(extra: str | Path | None = None, delay_days: Sequence[int] = ()) -> dict[str, FactInfo]:
    """Load `facts.yaml` of the input folder `extra`, or else of the project; none where neither has one.

    Args:
        extra: The input folder.
        delay_days: Days of the promise, the longest of which is the category of rows of days.

    Returns:
        Rows by key, in file order; those of days only where days are promised.

    Raises:
        CodebookError: The file is not valid, or a key stands in it twice.
    """
    listed = load_listed(FactList, FILE, extra, ENTRY)
    longest = str(max(delay_days, default=""))
    return {
        one.key: one.model_copy(update={"category": longest}) if one.days else one
        for one in listed
        if longest or one.days is None
    }


def unknown(one: FactInfo, indicators: Collection[str], scales: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield what a row names that no codebook has, and the nearest that one has.

    Relations and statistics may be a study's own, which no codebook has; scales may not.

    Args:
        one: The row.
        indicators: Keys of all indicators; none: they are not looked at.
        scales: Keys of all scales, with the index; none: they are not looked at.
    """
    if indicators and one.indicator not in indicators:
        yield f"the row '{one.key}' has no indicator '{one.indicator}'.", nearest(one.indicator, indicators)
    if scales and one.table == "parjaavyys" and one.scale not in scales:
        yield f"the row '{one.key}' has no scale '{one.scale}'.", nearest(one.scale, scales)


def told(one: FactInfo) -> dict[str, Any]:
    """Return a row as a publication carries it: texts in all languages."""
    texts = {name for name, value in one if isinstance(value, Text)}
    plain = one.model_dump(mode="json", exclude=texts)
    return plain | {name: {language: getattr(one, name)[language] for language in LANGUAGES} for name in sorted(texts)}
