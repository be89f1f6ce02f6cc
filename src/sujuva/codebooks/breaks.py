"""Breaks in series of public statistics: people declare them, nothing guesses them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, RootModel, model_validator

from sujuva.codebooks.files import load_instead
from sujuva.codebooks.text import Entry, Text
from sujuva.decides import Decides, Kind

BREAKS = "breaks.yaml"
ALL: Literal["all"] = "all"


class Break(Entry):
    """A year from which a statistic cannot be compared with the years before: a new stretch of its series."""

    decides: ClassVar[Kind] = "estimates"

    year: int = Field(ge=1800, le=2199, description="First year of the new stretch")
    statistics: Literal["all"] | tuple[str, ...] = Field(description="Ids of the statistics that it breaks, or all")
    kind: Literal["reform", "pandemic", "definition", "borders", "other"]
    why: Text = Field(description="What changed, in a sentence for readers")
    source: Annotated[str, Decides("nothing")] = Field(min_length=1, description="Who says so, and where")

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.statistics:
            msg = "statistics names none: write the ids, or all"
            raise ValueError(msg)
        return self

    def breaks(self, statistic: str) -> bool:
        """Tell whether the series of a statistic breaks here."""
        return self.statistics == ALL or statistic in self.statistics


class BreakList(RootModel[tuple[Break, ...]]):
    """What `breaks.yaml` holds."""


def load_breaks(extra: str | Path | None = None) -> tuple[Break, ...]:
    """Load `breaks.yaml` of the input folder `extra`, or else of the project, in order of years.

    Raises:
        CodebookError: The file is not valid.
    """
    found = load_instead(BreakList, BREAKS, extra)
    return tuple(sorted(found.root, key=lambda one: one.year)) if found else ()


def break_years(breaks: Collection[Break], statistics: Collection[str]) -> Mapping[str, tuple[int, ...]]:
    """Return the years in which a new stretch starts, by statistic, in order."""
    return {key: tuple(sorted({one.year for one in breaks if one.breaks(key)})) for key in statistics}
