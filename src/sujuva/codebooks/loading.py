"""Loading instruments: those of the project, those of an input folder, and the tables of conversion that they name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from sujuva.codebooks.conversions import plugged
from sujuva.codebooks.files import checked, folders, text_of
from sujuva.codebooks.instruments import Instrument
from sujuva.codebooks.scale_problems import scale_problems
from sujuva.codebooks.scales import Scale
from sujuva.errors import CodebookError


def load_instruments(extra: str | Path | None = None) -> dict[str, Instrument]:
    """Load every instrument codebook, keyed and ordered by instrument key.

    Args:
        extra: An input folder; its `codebooks/instruments/` adds to or replaces the project's, and the tables in its
            `codebooks/conversions/` are put into the scales that name them.

    Raises:
        CodebookError: A file is no valid codebook (what `find_problems` would say about its scales and bands counts,
            too), its name differs from its key, or two scales share a key.
    """
    found: dict[str, Instrument] = {}
    for folder in folders(extra):
        for path in sorted((folder / "instruments").glob("*.yaml")):
            instrument = _instrument(text_of(path), path.name)
            found[instrument.key] = instrument
    owners: dict[str, str] = {}
    for instrument in found.values():
        for scale in instrument.scales:
            if owners.setdefault(scale.key, instrument.key) != instrument.key:
                msg = f"The scale '{scale.key}' is in both {owners[scale.key]}.yaml and {instrument.key}.yaml."
                raise CodebookError(msg, "Scale keys are unique over all instruments; rename one.")
    return {key: with_conversions(one, folders(extra)) for key, one in sorted(found.items())}


@lru_cache(maxsize=256)
def _instrument(text: str, name: str) -> Instrument:
    instrument: Instrument = checked(Instrument, text, name)
    if instrument.key != Path(name).stem:
        msg = f"{name}: the key is '{instrument.key}'."
        raise CodebookError(msg, f"Name the file {instrument.key}.yaml.")
    fault = next((one for at in range(len(instrument.scales)) for one in scale_problems(instrument, at)), None)
    if fault is not None:  # scores could be made, and would be wrong
        msg = f"{name}: {fault.message}"
        raise CodebookError(msg, fault.hint or "`sujuva codebook` tells all problems, with their lines.")
    return instrument


def of_respondents(instruments: Mapping[str, Instrument]) -> dict[str, Instrument]:
    """Return the instruments that respondents answer: those of the tables of answers."""
    return {key: one for key, one in instruments.items() if one.answered_by == "respondents"}


def of_partners(instruments: Mapping[str, Instrument]) -> dict[str, Instrument]:
    """Return the instruments that partners answer: those of the table partner_ratings."""
    return {key: one for key, one in instruments.items() if one.answered_by == "partners"}


def headline_scales(instruments: Mapping[str, Instrument]) -> frozenset[str]:
    """Return the scales that are no part of another of their instrument: those that pages show first.

    The tests of their means are one family, those of the other scales another. A scale for teachers is no part of one
    for parents, a scale of which nobody has the table of conversion is no scale yet, and what partners say stands among
    the services, not among how children and families cope.
    """
    found = set()
    for instrument in of_respondents(instruments).values():
        numbers = {scale.key: set(instrument.numbers_of(scale)) for scale in instrument.scales}
        found |= {
            scale.key
            for scale in instrument.scales
            if not any(
                scale.key in one.parts or numbers[scale.key] < numbers[one.key]
                for one in instrument.scales
                if one.ready and _same_people(one, scale)
            )
        }
    return frozenset(found)


def _same_people(one: Scale, other: Scale) -> bool:
    return not one.informants or not other.informants or not set(one.informants).isdisjoint(other.informants)


def with_conversions(instrument: Instrument, where: list[Path]) -> Instrument:
    """Return the instrument with the tables that its scales name put in, where one of the folders has them.

    Raises:
        CodebookError: A table is there and is not complete, increasing and as fine as the scale.
    """
    if all(scale.ready for scale in instrument.scales):
        return instrument
    scales = tuple(plugged(scale, instrument.scales, where) for scale in instrument.scales)
    return instrument.model_copy(update={"scales": scales})
