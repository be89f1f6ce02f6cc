"""Instruments as data: items, scales, scoring and bands of each questionnaire."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from sujuva.codebooks.scales import AskedIf, Fault, Informant, Scale, lenient
from sujuva.codebooks.text import Entry, Language, Text, Word

Wordings = Annotated[tuple[Word, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
"""The words for one answer: one, or a list of those that mean the same."""
_TAKEN = ("respondent", "wave", "informant", "region", "row")
INDEX = "parjaavyys_index"  # the index that the project makes itself has this key
_BESIDE = ("_band", "_reason")
"""What scoring adds to the key of a scale for the columns beside its score."""


class Instrument(Entry):
    """A questionnaire: its items are the columns `<key>_1` … `<key>_n` of a table of answers."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    answered_by: Literal["respondents", "partners"] = Field(
        "respondents",
        description="partners: persons of partner organisations, about the common work and not about a child; their "
        "answers are partner_ratings",
    )
    items: int = Field(ge=1, le=1000)
    response: tuple[int, int] = Field(description="Lowest and highest answer code")
    responses: dict[int, tuple[int, int]] = Field(default_factory=dict, description="Those of items that differ")
    asked_if: dict[int, AskedIf] = Field(
        default_factory=dict, description="Items that are asked of some only; the others are not missing an answer"
    )
    reverse: tuple[int, ...] = Field((), description="Items scored as low + high − answer")
    recode: dict[int, int] = Field(
        default_factory=dict, description="What an answer counts in scales, where it is not its code"
    )
    aliases: dict[int, tuple[Word, ...]] = Field(default_factory=dict, description="Other column names of an item")
    prefixes: dict[str, Informant] = Field(
        default_factory=dict, description="First letter (small) of the aliases that tells who answered"
    )
    variant_of: str | None = Field(
        None, description="Key of the instrument of which this is a version, whose column names its aliases may share"
    )
    labels: dict[Language, tuple[Wordings, ...]] = Field(
        default_factory=dict,
        description="Words for the answers of `response`, by language, lowest code first; several for one in a list",
    )
    labels_unverified: tuple[Language, ...] = Field(
        (), description="Languages whose words have not been held against the questionnaire"
    )
    agreement: bool = Field(
        False,
        description="The answers are a scale of agreement, from the strongest no (lowest code) to the strongest yes",
    )
    scales: tuple[Scale, ...] = Field(min_length=1)
    norms: str | None = Field(None, description="Norm set used unless another is asked for")
    licence: str
    citation: str
    unverified: str = ""

    @model_validator(mode="after")
    def _consistent(self, info: ValidationInfo) -> Self:
        for fault in instrument_faults(self) if not lenient(info) else ():
            raise ValueError(fault.message)
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

    @property
    def scale_items(self) -> dict[str, list[str]]:
        """Item columns of every scale that has at least two, in codebook order.

        A scale of scales has the items of all its parts; one that only converts another's score is left out.
        """
        columns = self.item_columns
        found = {
            scale.key: [columns[number - 1] for number in self.numbers_of(scale)]
            for scale in self.scales
            if scale.conversion is None
        }
        return {key: names for key, names in found.items() if len(names) > 1}

    def numbers_of(self, scale: Scale) -> list[int]:
        """Return the numbers of the items of a scale and of all its parts, each once, in codebook order."""
        own = {one.key: one for one in self.scales}
        parts = [number for part in scale.parts for number in self.numbers_of(own[part])]
        return list(dict.fromkeys([*scale.items, *parts]))

    def conditions_of(self, item: int) -> dict[int, int]:
        """Return the answers that somebody gave to whom an item is asked, by item; none: it is asked of everybody.

        An item whose condition is an item with a condition of its own is asked only where both hold.
        """
        found: dict[int, int] = {}
        while item in self.asked_if and self.asked_if[item].item not in found:
            item, answer = self.asked_if[item].item, self.asked_if[item].answer
            found[item] = answer
        return found

    def points_of(self, item: int) -> dict[int, int]:
        """Return what each answer to an item counts in a scale, reversed or recoded."""
        low, high = self.response_of(item)
        codes = range(low, high + 1)
        if item in self.reverse:
            return {code: low + high - code for code in codes}
        return {code: self.recode.get(code, code) for code in codes}


def instrument_faults(instrument: Instrument) -> Iterator[Fault]:
    """Yield what in an instrument does not fit together, so that its scales cannot be scored."""
    items, keys = instrument.items, [scale.key for scale in instrument.scales]
    if any(low >= high for low, high in (instrument.response, *instrument.responses.values())):
        yield Fault(("response",), "response needs the lowest code first")
    for number, scale in enumerate(instrument.scales):
        for message in _of_scale(instrument, scale, keys):
            yield Fault(("scales", number), f"scale {scale.key}{message}")
    named: dict[str, tuple[str, Iterable[int]]] = {
        "reverse": ("a reverse item", instrument.reverse),
        "responses": ("an item of responses", instrument.responses),
        "asked_if": ("an item of asked_if", instrument.asked_if),
        "aliases": ("an item of aliases", instrument.aliases),
    }
    for key, (what, those) in named.items():
        if any(not 1 <= one <= items for one in those):
            yield Fault((key,), f"{what} is outside 1–{items}")
    yield from (one for item in instrument.asked_if for one in _asked_if(instrument, item))
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield Fault(("scales",), f"two scales are called {key}")
    yield from _names(instrument)
    yield from _labels(instrument)
    if instrument.recode:
        scored = {item for scale in instrument.scales for item in scale.items if 1 <= item <= items}
        codes = {code for item in scored for code in range(*_span(instrument, item))}
        if not codes <= instrument.recode.keys():
            yield Fault(("recode",), "recode leaves out an answer")
        if instrument.reverse:
            yield Fault(("recode",), "recode and reverse do not go together: recode alone can turn answers")


def _of_scale(instrument: Instrument, scale: Scale, keys: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with a scale within its instrument, to follow its name."""
    items = instrument.items
    if any(not 1 <= item <= items for item in scale.items):
        yield f" names an item outside 1–{items}"
    if scale.zero_when is not None:
        low, high = instrument.response_of(scale.zero_when.item)
        if not 1 <= scale.zero_when.item <= items:
            yield f": zero_when names an item outside 1–{items}"
        elif not low <= scale.zero_when.answer <= high:
            yield f": zero_when names an answer outside {low}–{high}"
    unknown = [part for part in scale.parts if part not in keys]
    if unknown:
        yield f" adds up scales that are not there: {', '.join(unknown)}"
    taken = {*_TAKEN, *(key + ending for key in keys for ending in _BESIDE), *instrument.item_columns}
    if scale.key in (taken if instrument.key == INDEX else taken | {INDEX}):
        yield " has the name of a column that stands beside answers or scores"
    if any(band.norms == "none" for band in scale.bands):
        yield ": no norm set may be called none, which asks for no bands"


def _names(instrument: Instrument) -> Iterator[Fault]:
    """Yield what two things are called, or what is called as something else already is."""
    places: dict[str, int] = {}
    columns = dict(enumerate(((name,) for name in instrument.item_columns), start=1))
    for number, names in (*columns.items(), *instrument.aliases.items()):
        for name in (one.lower() for one in names):
            if name in places:
                yield Fault(("aliases",), f"aliases: the column name '{name}' stands for two items")
            places[name] = number
    wrong = [letter for letter in instrument.prefixes if not (len(letter) == 1 and letter.islower())]
    if wrong:
        yield Fault(("prefixes",), f"prefixes: '{wrong[0]}' is not one small letter")
    if instrument.variant_of == instrument.key:
        yield Fault(("variant_of",), "variant_of: an instrument is no version of itself")


def _labels(instrument: Instrument) -> Iterator[Fault]:
    """Yield where the words for answers do not tell their codes."""
    low, high = instrument.response
    for language, steps in instrument.labels.items():
        if len(steps) != high - low + 1:
            yield Fault(("labels", language), f"labels: {language} has {len(steps)} answers, response {high - low + 1}")
        words = [word.lower() for some in steps for word in some]
        for word in sorted({word for word in words if words.count(word) > 1}):
            yield Fault(("labels", language), f"labels: '{word}' stands for two answers")
    for language in instrument.labels_unverified:
        if language not in instrument.labels:
            yield Fault(("labels_unverified",), f"labels_unverified: there are no labels in {language}")
    if instrument.agreement and instrument.labels:
        yield Fault(("agreement",), "agreement: the words are those of labels, or of any scale of agreement, not both")


def _asked_if(instrument: Instrument, item: int) -> Iterator[Fault]:
    """Yield why nobody can tell of whom an item is asked."""
    condition = instrument.asked_if[item]
    low, high = instrument.response_of(condition.item)
    why = ""
    if condition.item == item:
        why = "the answer to itself"
    elif not 1 <= condition.item <= instrument.items:
        why = f"an item outside 1–{instrument.items}"
    elif item in instrument.conditions_of(item):
        why = "items that lead back to it"
    elif not low <= condition.answer <= high:
        why = f"an answer to item {condition.item} outside {low}–{high}"
    if why:
        yield Fault(("asked_if",), f"asked_if: item {item} is asked by {why}")


def _span(instrument: Instrument, item: int) -> tuple[int, int]:
    low, high = instrument.response_of(item)
    return low, high + 1
