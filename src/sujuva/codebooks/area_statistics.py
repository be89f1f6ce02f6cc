"""The catalogue of public statistics that the network follows: under which id, and what its producer calls it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from sujuva.codebooks.files import load_keyed
from sujuva.codebooks.text import Entry, Text
from sujuva.decides import Decides, Kind

FILE = "area_statistics.yaml"
Theme = Literal["population", "livelihood", "child_protection", "mental_health", "school", "substances", "work",
                "services", "costs", "participation", "safety"]  # fmt: skip
STATISTICS = ("area_indicators", "area_months")
"""The tables of statistics of areas: by year, and by month."""
Service = Literal["sotkanet", "pxweb"]
Measure = Literal["count", "share", "rate", "amount", "mean", "index"]
"""What a value is: a number of people or things, a share in per cent, a rate (per 1,000), euros a head, a mean or an
index. Only counts add up over areas."""
_DASHES = re.compile(r"\s*[-‐‑‒–—−]\s*")
_THOUSANDS = re.compile(r"(?<=\d)\s(?=\d{3}\b)")
_PRODUCER = re.compile(r"\s*\((thl|kela|fpa|tk|sc)\)$")


class Counted(Entry):
    """How the value of a statistic is made of counts, without which no chance can be told from it."""

    per: int = Field(ge=1, description="What its value is of: 100 where it is per cent, 1000 where it is per thousand")
    denominator: str | None = Field(
        description="The statistic whose absolute number is the denominator; null: none, so that it is reckoned "
        "back from value and absolute number, as closely as the value is rounded"
    )
    decimals: int = Field(ge=0, le=6, description="Decimals in which its producer publishes the value")


@dataclass(frozen=True)
class CountedStatistic:
    """A statistic that can be judged: `Counted`, and `kind`.

    `kind` is share (persons who have something, of all) or rate (events, of which one person may have several).
    """

    kind: Literal["share", "rate"]
    per: int
    denominator: str | None
    decimals: int


class AreaStatistic(Entry):
    """A statistic of areas.

    `also` holds earlier wordings of the same definition; a wording that counts something else is another statistic,
    even where its producer kept the id. Columns of a table of Statistics Finland go by `<table>.<code>`.
    """

    decides: ClassVar[Kind] = "estimates"

    key: str = Field(pattern=r"^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)?$", description="Id of the service, as text")
    service: Annotated[Service | None, Decides("nothing")] = Field(
        description="Which `sujuva fetch` asks for it; null: none has it"
    )
    title: Text
    also: Annotated[tuple[str, ...], Decides("nothing")] = Field(
        (), description="Other wordings of the same, in any language"
    )
    theme: Annotated[Theme, Decides("nothing")]
    role: Literal["background", "outcome", "service", "cost"] = Field(
        description="background: who lives there; outcome: how they fare; service: what is done; cost: for how much"
    )
    better: Literal["higher", "lower", "neither"]
    measure: Measure
    producer: Annotated[str, Decides("nothing")] = Field(
        min_length=1, description="Whose statistic it is, and whose terms of use hold"
    )
    counted: Counted | None = Field(None, description="How it is counted; null: it is shown and not judged")
    unverified: Annotated[bool, Decides("nothing")] = Field(
        False, description="No list of the service with this id and title has been read"
    )

    @model_validator(mode="after")
    def _countable(self) -> Self:
        if self.counted and self.measure not in {"share", "rate"}:
            msg = f"only shares and rates are counted, and this is of the measure {self.measure}"
            raise ValueError(msg)
        return self

    @property
    def judged(self) -> CountedStatistic | None:
        """What chance can be told from; None: nobody has said how it is counted."""
        if self.counted is None or self.measure not in {"share", "rate"}:
            return None
        kind: Literal["share", "rate"] = "share" if self.measure == "share" else "rate"
        return CountedStatistic(kind, self.counted.per, self.counted.denominator, self.counted.decimals)

    def called(self, title: str) -> bool:
        """Tell whether a title is one of this statistic's, but for signs, case and the producer in brackets."""
        known = (self.title.fi, self.title.sv, self.title.en, *self.also)
        return plain_title(title) in {plain_title(one) for one in known if one}

    @property
    def never_negative(self) -> bool:
        """Whether a value is of what is counted: costs may be net income, and an index or a mean may be below 0."""
        return self.measure in {"count", "share", "rate"}

    @property
    def adds_up(self) -> bool:
        """Whether values may be summed over areas that do not overlap: shares, rates and means may not."""
        return self.measure == "count"


def plain_title(title: str) -> str:
    """Return a title in the form in which titles are compared: 0–20, 0 - 20 and 0-20 are one, 0–24 is another."""
    text = _DASHES.sub("-", _THOUSANDS.sub("", unicodedata.normalize("NFKC", title))).casefold()
    return _PRODUCER.sub("", " ".join(re.sub(r"[.,;:]", " ", text).split()))


def load_area_statistics(extra: str | Path | None = None) -> dict[str, AreaStatistic]:
    """Load the catalogue of the project and of the input folder `extra`, by id, in file order.

    Raises:
        CodebookError: A file is not valid.
    """
    return load_keyed(AreaStatistic, FILE, extra)


def load_counted(extra: str | Path | None = None) -> dict[str, CountedStatistic]:
    """Load those of the catalogue whose counts can be judged, by id.

    Raises:
        CodebookError: A file is not valid.
    """
    return {key: judged for key, one in load_area_statistics(extra).items() if (judged := one.judged)}
