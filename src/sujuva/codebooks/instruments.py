"""Instruments as data: items, scales, scoring and bands of each questionnaire."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sujuva.codebooks.files import folders, parse, read_yaml
from sujuva.codebooks.text import Text
from sujuva.errors import CodebookError

_MODEL = ConfigDict(frozen=True, extra="forbid")


class Band(BaseModel):
    """One named band of a scale in one norm set: scores from `low` to `high`, both included."""

    model_config = _MODEL

    norms: str = Field(description="Norm set, such as uk4 or who")
    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    low: float
    high: float
    informant: Literal["self", "parent", "teacher"] | None = Field(None, description="None: every informant")
    indicator: bool = Field(False, description="The share of people in this band is an indicator of its own")
    unverified: bool = Field(False, description="No source for these limits has been read")


class Scale(BaseModel):
    """A scale: which items it has and how its score is made from them."""

    model_config = _MODEL

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Unique over all instruments")
    title: Text
    items: tuple[int, ...] = Field((), description="Item numbers; empty for a scale made of other scales")
    parts: tuple[str, ...] = Field((), description="Keys of scales that are added up (missing if any is)")
    score: Literal["sum", "mean"] = "sum"
    multiply: int = Field(1, ge=1, description="The score is multiplied by this at the end")
    min_answered: int | None = Field(None, ge=1, description="Fewest answered items; None: all of them")
    rounding: Literal["none", "half_up"] = Field("none", description="How a prorated sum is rounded")
    range: tuple[int, int] = Field(description="Theoretical range of the score")
    decimals: int = Field(0, ge=0, le=6, description="Decimals kept of a score that is no whole number")
    higher_is_better: bool
    bands: tuple[Band, ...] = ()
    unverified: str = Field("", description="What about this scale has no source that has been read")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if bool(self.items) == bool(self.parts):
            msg = f"scale {self.key} needs either items or parts"
            raise ValueError(msg)
        if self.min_answered is not None and self.min_answered > len(self.items):
            msg = f"scale {self.key} asks for more answers than it has items"
            raise ValueError(msg)
        return self


class Instrument(BaseModel):
    """A questionnaire: its items are the columns `<key>_1` … `<key>_n` of a table of answers."""

    model_config = _MODEL

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    items: int = Field(ge=1)
    response: tuple[int, int] = Field(description="Lowest and highest answer code")
    reverse: tuple[int, ...] = Field((), description="Items scored as low + high − answer")
    aliases: dict[int, tuple[str, ...]] = Field(default_factory=dict, description="Other column names of an item")
    scales: tuple[Scale, ...] = Field(min_length=1)
    norms: str | None = Field(None, description="Norm set used unless another is asked for")
    licence: str
    citation: str
    unverified: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        keys = [scale.key for scale in self.scales]
        low, high = self.response
        if low >= high:
            msg = "response needs the lowest code first"
            raise ValueError(msg)
        for scale in self.scales:
            if any(not 1 <= item <= self.items for item in scale.items):
                msg = f"scale {scale.key} names an item outside 1–{self.items}"
                raise ValueError(msg)
            unknown = [part for part in scale.parts if part not in keys]
            if unknown:
                msg = f"scale {scale.key} adds up scales that are not there: {', '.join(unknown)}"
                raise ValueError(msg)
        if any(not 1 <= item <= self.items for item in self.reverse):
            msg = f"a reverse item is outside 1–{self.items}"
            raise ValueError(msg)
        return self

    @property
    def item_columns(self) -> list[str]:
        """Column names of the items, in order."""
        return [f"{self.key}_{number}" for number in range(1, self.items + 1)]


def load_instruments(extra: str | Path | None = None) -> dict[str, Instrument]:
    """Load every instrument codebook, keyed and ordered by instrument key.

    Args:
        extra: An input folder; its `codebooks/instruments/` adds to or replaces the project's.

    Raises:
        CodebookError: A file is no valid codebook, its name differs from its key, or two scales share a key.
    """
    found: dict[str, Instrument] = {}
    for folder in folders(extra):
        for path in sorted((folder / "instruments").glob("*.yaml")):
            instrument = parse(Instrument, read_yaml(path), where=path.name)
            if instrument.key != path.stem:
                msg = f"{path.name}: the key is '{instrument.key}'."
                raise CodebookError(msg, f"Name the file {instrument.key}.yaml.")
            found[instrument.key] = instrument
    owners: dict[str, str] = {}
    for instrument in found.values():
        for scale in instrument.scales:
            if owners.setdefault(scale.key, instrument.key) != instrument.key:
                msg = f"The scale '{scale.key}' is in both {owners[scale.key]}.yaml and {instrument.key}.yaml."
                raise CodebookError(msg, "Scale keys are unique over all instruments; rename one.")
    return dict(sorted(found.items()))
