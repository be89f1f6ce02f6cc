"""Facts of instruments: items, answers and how they are counted, scales with their rules, norm sets and bands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sujuva.codebooks import Band, Instrument, Scale
from sujuva.codebooks.labels import folded_answer
from sujuva.codebooks.meaning import meaningful
from sujuva.decides import Kind
from sujuva.measures.facts import AS_ANSWERED, EVERYBODY, NOT_THERE, REVERSED, Fact, Path
from sujuva.measures.sides import Side

_NORMS = "coping.norms"


def instrument_facts(side: Side) -> Iterator[Fact]:
    """Yield the facts of every instrument that a side knows."""
    for instrument in side.instruments.values():
        file = side.file(f"instruments/{instrument.key}.yaml")
        yield from _Of(side, instrument, file).facts()


class _Of:
    def __init__(self, side: Side, instrument: Instrument, file: str) -> None:
        self.side, self.instrument, self.file = side, instrument, file
        self.root: Path = (f"instrument {instrument.key}",)

    def fact(
        self, path: Path, value: Any, key: str, *, raw: Any = None, kind: Kind = "moments", optional: bool = False
    ) -> Fact:
        return Fact((*self.root, *path), value, kind, "source", self.file, key, value if raw is None else raw, optional)

    def facts(self) -> Iterator[Fact]:
        one = self.instrument
        yield self.fact((), True, "")
        yield self.fact(("answered by",), one.answered_by, "answered_by")
        yield self.fact(("number of items",), one.items, "items")
        for number in range(1, one.items + 1):
            yield from self._item(number)
        for scale in one.scales:
            yield from self._scale(scale)
        yield from self._norms()
        yield from self._words()

    def _item(self, number: int) -> Iterator[Fact]:
        one, path = self.instrument, (f"item {number}",)
        span, conditions = list(one.response_of(number)), one.conditions_of(number)
        yield self.fact(path, True, "items", raw=one.items)
        yield self.fact((*path, "answers"), span, f"responses.{number}" if number in one.responses else "response")
        points, codes = one.points_of(number), range(span[0], span[1] + 1)
        counted: Any = {str(code): points[code] for code in codes}
        if all(points[code] == code for code in codes):
            counted = AS_ANSWERED
        elif all(points[code] == sum(span) - code for code in codes):
            counted = REVERSED
        recode = {str(code): point for code, point in one.recode.items()}
        key = "recode" if recode else "reverse"
        yield self.fact((*path, "counts"), counted, key, raw=recode or [*one.reverse])
        asked = {f"item {item}": answer for item, answer in sorted(conditions.items())} or EVERYBODY
        said = one.asked_if.get(number)
        yield self.fact(
            (*path, "is asked of"), asked, f"asked_if.{number}", raw=said.model_dump() if said else NOT_THERE
        )

    def _scale(self, scale: Scale) -> Iterator[Fact]:
        path, key = (f"scale {scale.key}",), f"scales.{scale.key}"
        yield self.fact(path, True, key)
        for said in meaningful(scale, without=("bands",)):
            value, raw = said.value, NOT_THERE if said.value is None else said.value
            if said.path == ("min_answered",) and scale.items:  # all of them, where nothing is said
                value = scale.min_answered or len(scale.items)
            if said.path in {("items",), ("parts",), ("informants",)}:
                value = sorted(value)
            yield self.fact((*path, *said.path), value, ".".join((key, *said.path)), raw=raw, kind=said.kind)
        for band in scale.bands:
            yield from self._band(path, key, band)

    def _band(self, scale: Path, key: str, band: Band) -> Iterator[Fact]:
        who = band.informant or "every informant"
        path = (*scale, f"norm set {band.norms}", f"{who}: {band.key}")
        place = f"{key}.bands[{band.norms}, {who}, {band.key}]"
        yield self.fact(path, [band.low, band.high], place)
        for said in meaningful(band, without=("norms", "informant", "low", "high")):
            yield self.fact((*path, *said.path), said.value, ".".join((place, *said.path)), kind=said.kind)

    def _norms(self) -> Iterator[Fact]:
        """Yield the norm set that is used: the codebook's own where no choice is told."""
        chosen = self.side.choices.get(_NORMS, {}).get(self.instrument.key)
        path = ("norm set used",)
        if chosen is None:
            yield self.fact(path, self.instrument.norms, "norms", raw=self.instrument.norms or NOT_THERE)
        else:
            file, key = self.side.files["choices"], f"{_NORMS}.{self.instrument.key}"
            yield Fact((*self.root, *path), chosen, "moments", "choice", file, key, chosen)

    def _words(self) -> Iterator[Fact]:
        """Yield which answer or item a word stands for: that a side has fewer words for it is no difference."""
        one = self.instrument
        for language, steps in one.labels.items():
            for code, words in enumerate(steps, start=one.response[0]):
                for word in words:
                    path = (f"answer '{folded_answer(word)}' ({language})",)
                    yield self.fact(path, code, f"labels.{language}", optional=True)
        for number, names in one.aliases.items():
            for name in names:
                path = (f"column '{name.lower()}'",)
                yield self.fact(path, f"item {number}", f"aliases.{number}", raw=[*names], optional=True)
