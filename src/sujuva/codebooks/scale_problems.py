"""What is wrong with a scale, although it could be scored: ranges, bands, tables of conversion, circles."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from sujuva.codebooks.conversions import conversion_faults
from sujuva.codebooks.instruments import Instrument
from sujuva.codebooks.scales import Band, Fault, Scale, scale_faults


def scale_problems(instrument: Instrument, number: int) -> Iterator[Fault]:
    """Yield what is wrong with the scale at place `number`; what `scale_faults` tells is not told again."""
    scale = instrument.scales[number]
    place = ("scales", number)
    circle = _circle(instrument, scale, ())
    if circle:
        message = f"the scale {scale.key} is made of itself ({' → '.join(circle)})."
        yield Fault((*place, "parts"), message, "List parts that do not lead back to the scale.")
        return
    if scale.range[0] >= scale.range[1]:
        yield Fault((*place, "range"), f"the range of {scale.key} needs the lowest score first.")
        return
    reached, ranged = _reached(instrument, scale), _ranged(instrument, scale)
    if reached is not None and not ranged:
        low, high = (f"{float(one):g}" for one in reached)
        message = (
            f"the items of {scale.key} give scores from {low} to {high}, not {scale.range[0]} to {scale.range[1]}."
        )
        yield Fault((*place, "range"), message, "Correct the range, the items, the responses or multiply.")
    if isinstance(scale.conversion, dict) and not scale_faults(scale):
        raw = next((one for one in instrument.scales if one.key in scale.parts), None)
        for message in conversion_faults(scale.conversion, raw.range, scale.decimals) if raw else ():
            yield Fault((*place, "conversion"), f"the conversion of {scale.key}: {message}.")
    yield from _bands(scale, place, ranged=ranged)


def _circle(instrument: Instrument, scale: Scale, above: tuple[str, ...]) -> tuple[str, ...]:
    """Return the way from a scale back to itself; empty where there is none."""
    if scale.key in above:
        return (*above, scale.key) if above[0] == scale.key else ()
    own = {one.key: one for one in instrument.scales}
    ways = (_circle(instrument, own[part], (*above, scale.key)) for part in scale.parts if part in own)
    return next((way for way in ways if way), ())


def _reached(instrument: Instrument, scale: Scale) -> tuple[Fraction, Fraction] | None:
    """Return the lowest and the highest score that answers can give; None where something else is wrong already."""
    if scale_faults(scale) or isinstance(scale.conversion, str):
        return None
    if isinstance(scale.conversion, dict):
        values = [Fraction(value) for value in scale.conversion.values()]
        return min(values), max(values)
    if scale.items:
        if any(not 1 <= item <= instrument.items for item in scale.items):
            return None
        points = [instrument.points_of(item).values() for item in scale.items]
        ends = [(Fraction(min(one)), Fraction(max(one))) for one in points if one]
        if len(ends) < len(points):
            return None
    else:
        own = {one.key: one for one in instrument.scales}
        if not all(part in own and own[part].ready and _ranged(instrument, own[part]) for part in scale.parts):
            return None
        ends = [(Fraction(own[part].range[0]), Fraction(own[part].range[1])) for part in scale.parts]
    count = len(ends) if scale.score == "mean" else 1
    low, high = (sum((one[end] for one in ends), Fraction(0)) * scale.multiply / count for end in (0, 1))
    return (min(low, Fraction(0)), high) if scale.zero_when is not None else (low, high)


def _ranged(instrument: Instrument, scale: Scale) -> bool:
    """Tell whether the range of a scale is what its answers can give, as far as that can be told."""
    reached = _reached(instrument, scale)
    return reached is None or reached == tuple(map(Fraction, scale.range))


def _bands(scale: Scale, place: tuple[Any, ...], *, ranged: bool) -> Iterator[Fault]:
    """Yield what is wrong with the bands of each norm set and informant.

    Several bands share out the whole range; a single one is a cut-off, and leaves the rest in no band. That they share
    out the range is asked where that is right itself (`ranged`).
    """
    for at, band in enumerate(scale.bands):
        where = (*place, "bands", at)
        if band.low > band.high:
            yield Fault(where, f"the band {_named(band)} of {scale.key} ends below where it begins.")
        elif band.low < scale.range[0] or band.high > scale.range[1]:
            ends = f"{scale.range[0]}–{scale.range[1]}"
            yield Fault(where, f"the band {_named(band)} of {scale.key} lies outside the range {ends}.")
        if scale.informants and band.informant is not None and band.informant not in scale.informants:
            yield Fault(where, f"the band {_named(band)} of {scale.key} is for an informant whom it is not for.")
        both = {one.informant is None for one in scale.bands if one.norms == band.norms}
        if band.informant is None and len(both) > 1:
            message = f"the band {_named(band)} of {scale.key} is for everybody, others of its norm set are not."
            yield Fault(where, message, "Give every band of the norm set an informant, or none.")
    seen: set[tuple[str, str, str | None]] = set()
    for at, band in enumerate(scale.bands):
        if (band.norms, band.key, band.informant) in seen:
            yield Fault((*place, "bands", at), f"the band {_named(band)} of {scale.key} is there twice.", "Rename one.")
        seen.add((band.norms, band.key, band.informant))
    if scale.ready:  # else its range is that of a table which is not here
        yield from _sets(scale, place, ranged=ranged)


def _sets(scale: Scale, place: tuple[Any, ...], *, ranged: bool) -> Iterator[Fault]:
    for (norms, informant), group in groupby(sorted(enumerate(scale.bands), key=_set), key=_set):
        ordered = sorted(group, key=lambda one: (one[1].low, one[1].high))
        if all(band.low <= band.high for _, band in ordered):  # else one of them is wrong, and that has been said
            which = f"{norms}{f' for {informant}' if informant else ''}"
            yield from _shared_out(scale, place, ordered, which, ranged=ranged)


def _shared_out(
    scale: Scale, place: tuple[Any, ...], ordered: list[tuple[int, Band]], which: str, *, ranged: bool
) -> Iterator[Fault]:
    """Yield where the bands of one norm set and informant overlap or leave scores out."""
    step = Decimal(1).scaleb(-scale.decimals)
    for (_, before), (at, after) in pairwise(ordered):
        both = f"the bands {before.key} and {after.key} of {scale.key}"
        gap = Decimal(str(after.low)) - Decimal(str(before.high))
        if gap <= 0:
            yield Fault((*place, "bands", at), f"{both} overlap ({which}).")
        elif gap > step:
            hint = f"Scores go in steps of {step}."
            yield Fault((*place, "bands", at), f"there is a gap between {both.removeprefix('the ')} ({which}).", hint)
    low, high = min(one.low for _, one in ordered), max(one.high for _, one in ordered)
    if ranged and len(ordered) > 1 and (low > scale.range[0] or high < scale.range[1]):
        ends = f"{scale.range[0]}–{scale.range[1]}"
        yield Fault((*place, "bands"), f"the bands of {scale.key} leave an end of the range {ends} out ({which}).")


def _set(one: tuple[int, Band]) -> tuple[str, str]:
    return one[1].norms, one[1].informant or ""


def _named(band: Band) -> str:
    return f"{band.key} ({band.norms}{f', {band.informant}' if band.informant else ''})"
