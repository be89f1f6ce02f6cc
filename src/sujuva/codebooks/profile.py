"""Dimensions of the integration profile: which indicators stand side by side, and on what range."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, RootModel, model_validator

from sujuva.codebooks.files import load_listed
from sujuva.codebooks.text import LANGUAGES, Entry, Text
from sujuva.decides import Kind

FILE = "profile.yaml"
Side = Literal["partners", "network", "families"]


class Dimension(Entry):
    """A dimension of the profile: an indicator, put on 0–100 between the ends of its range."""

    decides: ClassVar[Kind] = "estimates"

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    side: Side = Field(description="Whose view it is: what partners say, who works with whom, what happens to families")
    indicator: str
    scale: str = Field("", description="Scale of the indicator; of a network, the relation")
    category: str = Field("", description="Category of the indicator")
    days: Literal["longest"] | None = Field(
        None, description="The category is the longest of the days of the promise, which {days} in the title stands for"
    )
    low: float = Field(description="Value that is 0 in the profile")
    high: float = Field(description="Value that is 100 in the profile")
    higher_is_better: bool = Field(True, description="False: the profile counts from the other end")

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.low >= self.high:
            msg = "low must be below high"
            raise ValueError(msg)
        return self


def load_profile(extra: str | Path | None = None, delay_days: Sequence[int] = ()) -> dict[str, Dimension]:
    """Load `profile.yaml` of the input folder `extra`, or else of the project; none where neither has one.

    Args:
        extra: The input folder.
        delay_days: Days of the promise, which categories and titles of dimensions of days are made of.

    Returns:
        Dimensions by key, in file order; those of days only where days are promised.

    Raises:
        CodebookError: The file is not valid, or a key stands in it twice.
    """
    listed = load_listed(RootModel[tuple[Dimension, ...]], FILE, extra, "dimension")
    return {one.key: _on_days(one, delay_days) for one in listed if delay_days or one.days is None}


def _on_days(one: Dimension, delay_days: Sequence[int]) -> Dimension:
    if one.days is None:
        return one
    longest = str(max(delay_days))
    title = Text(**{language: one.title[language].replace("{days}", longest) for language in LANGUAGES})
    return one.model_copy(update={"category": longest, "title": title})
