"""Instruments as data: items, scales, scoring and bands of each questionnaire."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from sujuva.codebooks.conversions import plugged
from sujuva.codebooks.files import folders, parse, read_yaml
from sujuva.codebooks.scales import Informant, Scale, lenient
from sujuva.codebooks.text import Text
from sujuva.errors import CodebookError


class Instrument(BaseModel):
    """A questionnaire: its items are the columns `<key>_1` … `<key>_n` of a table of answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    items: int = Field(ge=1)
    response: tuple[int, int] = Field(description="Lowest and highest answer code")
    responses: dict[int, tuple[int, int]] = Field(default_factory=dict, description="Those of items that differ")
    reverse: tuple[int, ...] = Field((), description="Items scored as low + high − answer")
    recode: dict[int, int] = Field(
        default_factory=dict, description="What an answer counts in scales, where it is not its code"
    )
    aliases: dict[int, tuple[str, ...]] = Field(default_factory=dict, description="Other column names of an item")
    prefixes: dict[str, Informant] = Field(
        default_factory=dict, description="First letter of the aliases that tells who answered"
    )
    variant_of: str | None = Field(
        None, description="Key of the instrument of which this is a version, whose column names its aliases may share"
    )
    scales: tuple[Scale, ...] = Field(min_length=1)
    norms: str | None = Field(None, description="Norm set used unless another is asked for")
    licence: str
    citation: str
    unverified: str = ""

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> Self:
        for fault in instrument_faults(self) if not lenient(info) else ():
            raise ValueError(fault)
        return self

    @property
    def item_columns(self) -> list[str]:
        """Column names of the items, in order."""
        return [f"{self.key}_{number}" for number in range(1, self.items + 1)]

    def response_of(self, item: int) -> tuple[int, int]:
        """Return the lowest and the highest answer code of an item, by its number."""
        return self.responses.get(item, self.response)

    @property
    def item_responses(self) -> dict[str, tuple[int, int]]:
        """Lowest and highest answer code of each item column, in order."""
        return {name: self.response_of(number) for number, name in enumerate(self.item_columns, start=1)}

    def points_of(self, item: int) -> dict[int, int]:
        """Return what each answer to an item counts in a scale, reversed or recoded."""
        low, high = self.response_of(item)
        codes = range(low, high + 1)
        if item in self.reverse:
            return {code: low + high - code for code in codes}
        return {code: self.recode.get(code, code) for code in codes}


def instrument_faults(instrument: Instrument) -> list[str]:
    """Return what in an instrument does not fit together, so that its scales cannot be scored."""
    found = []
    items, keys = instrument.items, [scale.key for scale in instrument.scales]
    if any(low >= high for low, high in (instrument.response, *instrument.responses.values())):
        found.append("response needs the lowest code first")
    for scale in instrument.scales:
        if any(not 1 <= item <= items for item in scale.items):
            found.append(f"scale {scale.key} names an item outside 1–{items}")
        if scale.zero_when is not None and not 1 <= scale.zero_when.item <= items:
            found.append(f"scale {scale.key}: zero_when names an item outside 1–{items}")
        unknown = [part for part in scale.parts if part not in keys]
        if unknown:
            found.append(f"scale {scale.key} adds up scales that are not there: {', '.join(unknown)}")
    named: dict[str, Iterable[int]] = {
        "a reverse item is": instrument.reverse,
        "an item of responses is": instrument.responses,
        "an item of aliases is": instrument.aliases,
    }
    found += [
        f"{what} outside 1–{items}" for what, those in named.items() if any(not 1 <= one <= items for one in those)
    ]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    found += [f"two scales are called {key}" for key in twice]
    if instrument.recode:
        scored = {item for scale in instrument.scales for item in scale.items if 1 <= item <= items}
        codes = {code for item in scored for code in range(*_span(instrument, item))}
        if not codes <= instrument.recode.keys():
            found.append("recode leaves out an answer")
        if instrument.reverse:
            found.append("recode and reverse do not go together: recode alone can turn answers")
    return found


def _span(instrument: Instrument, item: int) -> tuple[int, int]:
    low, high = instrument.response_of(item)
    return low, high + 1


def load_instruments(extra: str | Path | None = None) -> dict[str, Instrument]:
    """Load every instrument codebook, keyed and ordered by instrument key.

    Args:
        extra: An input folder; its `codebooks/instruments/` adds to or replaces the project's, and the tables in its
            `codebooks/conversions/` are put into the scales that name them.

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
    return {key: with_conversions(one, folders(extra)) for key, one in sorted(found.items())}


def with_conversions(instrument: Instrument, where: list[Path]) -> Instrument:
    """Return the instrument with the tables that its scales name put in, where one of the folders has them.

    Raises:
        CodebookError: A table is there and is not complete, increasing and as fine as the scale.
    """
    if all(scale.ready for scale in instrument.scales):
        return instrument
    scales = tuple(plugged(scale, instrument.scales, where) for scale in instrument.scales)
    return instrument.model_copy(update={"scales": scales})
