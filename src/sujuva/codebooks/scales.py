"""What a scale of an instrument is: its items, how its score is made, its bands and what is published about it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from sujuva.codebooks.text import Entry, Text
from sujuva.decides import Decides

Informant = Literal["self", "parent", "teacher"]
INFORMANTS: tuple[Informant, ...] = get_args(Informant)


def _in_digits(value: object) -> object:
    """Keep the decimals that the codebook wrote: 9.51 is not the float next to it."""
    return Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


Exact = Annotated[Decimal, BeforeValidator(_in_digits)]


@dataclass(frozen=True)
class Fault:
    """A fault in a codebook, and the keys that lead to its place."""

    place: tuple[Any, ...]
    message: str
    hint: str = ""


class Band(Entry):
    """One named band of a scale in one norm set: scores from `low` to `high`, both included."""

    norms: str = Field(description="Norm set, such as uk4 or who")
    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    low: float
    high: float
    informant: Informant | None = Field(None, description="None: every informant")
    indicator: Annotated[bool, Decides("estimates")] = Field(
        False, description="The share of people in this band is an indicator of its own"
    )
    unverified: Annotated[bool, Decides("nothing")] = Field(
        False, description="No source for these limits has been read"
    )


class Reference(Entry):
    """A published mean of a scale, to hold one's own beside; it makes no band."""

    population: str = Field(min_length=1, description="Who was asked, in English, with the country")
    n: int | None = Field(None, ge=1)
    mean: float
    sd: float | None = Field(None, gt=0)
    source: str = ""


class ZeroWhen(Entry):
    """The score is 0 where the item `item` has the answer `answer`, whatever else was answered."""

    item: int
    answer: int


class AskedIf(Entry):
    """An item is asked only of those who gave the answer `answer` to the item `item`."""

    item: int
    answer: int


class Scale(Entry):
    """A scale: which items it has and how its score is made from them."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Unique over all instruments")
    title: Text
    items: tuple[int, ...] = Field((), description="Item numbers; empty for a scale made of other scales")
    parts: tuple[str, ...] = Field((), description="Keys of scales that are added up (missing if any is)")
    score: Literal["sum", "mean"] = "sum"
    multiply: int = Field(1, ge=1, description="The score is multiplied by this at the end")
    min_answered: int | None = Field(None, ge=1, description="Fewest answered items; None: all of them")
    rounding: Literal["none", "half_up"] = Field("none", description="How a prorated sum is rounded")
    conversion: dict[int, Exact] | str | None = Field(
        None,
        description="What each whole score of the one part becomes; a name: of a CSV file raw,value that the user has",
    )
    zero_when: ZeroWhen | None = None
    informants: tuple[Informant, ...] = Field((), description="Whose answers it is for; empty: everybody's")
    range: tuple[int, int] = Field(description="Theoretical range of the score")
    decimals: int = Field(0, ge=0, le=6, description="Decimals kept of a score that is no whole number")
    higher_is_better: bool
    matters: Annotated[float | None, Decides("estimates")] = Field(
        None, gt=0, description="Smallest difference of means that matters, in points; None: 0.2 standard deviations"
    )
    bands: tuple[Band, ...] = ()
    reference: Annotated[tuple[Reference, ...], Decides("nothing")] = Field((), description="Published means")
    report_from: Annotated[int | None, Decides("disclosure")] = Field(
        None, ge=2, description="Smallest group that its authors would report on"
    )
    unverified: Annotated[str, Decides("nothing")] = Field(
        "", description="What about this scale has no source that has been read"
    )

    @model_validator(mode="after")
    def _one_kind(self, info: ValidationInfo) -> Self:
        for fault in scale_faults(self) if not lenient(info) else ():
            raise ValueError(fault)
        return self

    @property
    def is_share(self) -> bool:
        """Whether every score is 0 or 1, so that the mean is a share of persons."""
        return self.range == (0, 1) and self.decimals == 0

    @property
    def ready(self) -> bool:
        """Whether it can be scored: a table of conversion that only the user may have is there."""
        return not isinstance(self.conversion, str)


def lenient(info: ValidationInfo) -> bool:
    """Tell whether what does not fit together is told elsewhere: a check wants every fault, not the first."""
    return bool(info.context and info.context.get("lenient"))


def scale_faults(scale: Scale) -> list[str]:
    """Return what in a scale does not fit together, so that no score can be made of it."""
    found = []
    if bool(scale.items) == bool(scale.parts):
        found.append(f"scale {scale.key} needs either items or parts")
    if scale.items and scale.min_answered is not None and scale.min_answered > len(scale.items):
        found.append(f"scale {scale.key} asks for more answers than it has items")
    if scale.parts and scale.min_answered is not None:
        found.append(f"scale {scale.key} is made of scales: min_answered belongs to theirs")
    if len(set(scale.items)) < len(scale.items):
        found.append(f"scale {scale.key} names an item twice")
    if scale.conversion is not None and (len(scale.parts) != 1 or scale.multiply != 1):
        found.append(f"scale {scale.key}: a conversion turns the score of one part, and nothing else")
    if isinstance(scale.conversion, dict):
        coarse = [raw for raw, value in scale.conversion.items() if value != round(value, scale.decimals)]
        if coarse:
            more = f"{coarse[0]} becomes has more than {scale.decimals} decimals"
            found.append(f"scale {scale.key}: what {more}")
    return found
