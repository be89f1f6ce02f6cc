"""Dimensions of the integration profile: which indicators stand side by side, and on what range."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from sujuva.codebooks.files import folders, parse, read_yaml
from sujuva.codebooks.text import Text

_FILE = "profile.yaml"
Side = Literal["partners", "network", "families"]


class Dimension(BaseModel):
    """A dimension of the profile: an indicator, put on 0–100 between the ends of its range."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    side: Side = Field(description="Whose view it is: what partners say, who works with whom, what happens to families")
    indicator: str
    scale: str = Field("", description="Scale of the indicator; of a network, the relation")
    category: str = Field("", description="Category of the indicator, such as a number of days")
    low: float = Field(description="Value that is 0 in the profile")
    high: float = Field(description="Value that is 100 in the profile")
    higher_is_better: bool = Field(True, description="False: the profile counts from the other end")

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.low >= self.high:
            msg = "low must be below high"
            raise ValueError(msg)
        return self


def load_profile(extra: str | Path | None = None) -> dict[str, Dimension]:
    """Load `profile.yaml` of the input folder `extra`, or else of the project; none where neither has one.

    Returns:
        Dimensions by key, in file order.

    Raises:
        CodebookError: The file is not valid.
    """
    path = next((folder / _FILE for folder in reversed(folders(extra)) if (folder / _FILE).is_file()), None)
    listed = parse(RootModel[tuple[Dimension, ...]], read_yaml(path), where=_FILE).root if path else ()
    return {one.key: one for one in listed}
