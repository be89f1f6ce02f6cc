"""What each indicator is: title, unit, description and how it is shown, read by tables, figures and reports."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sujuva.codebooks.files import load_keyed
from sujuva.codebooks.text import Text


class IndicatorInfo(BaseModel):
    """Metadata of one indicator."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    family: Literal["parjaavyys", "integration", "situation", "quality"]
    title: Text
    unit: Text
    description: Text
    method: str = Field(description="Name of the estimator, in English, with its source")
    kind: Literal["mean", "sd", "share", "count", "days", "index", "statistic"]
    counts: Literal["persons", "families", "organisations", "events", "none"] = Field(
        description="What the column n counts, which decides the threshold that `publish` applies"
    )
    decimals: int = Field(ge=0, le=4, description="Decimals of published values")
    percent: bool = Field(False, description="The estimate is a proportion 0–1 that is shown as per cent")


def load_indicators(extra: str | Path | None = None) -> dict[str, IndicatorInfo]:
    """Load every `indicators*.yaml` of the project and of the input folder `extra`, keyed by indicator key.

    Raises:
        CodebookError: A file is not valid.
    """
    return load_keyed(IndicatorInfo, "indicators*.yaml", extra)
