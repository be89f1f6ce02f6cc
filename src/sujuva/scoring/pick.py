"""The instrument that is asked for, with the table of conversion and the map of answers that the user has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from sujuva.codebooks import Instrument, converted
from sujuva.errors import CodebookError, ParameterError, nearest


def pick(instruments: Mapping[str, Instrument], key: str, conversion: Path | None = None) -> Instrument:
    """Return an instrument by its key, with a table of conversion put into the scale that asks for one.

    Raises:
        CodebookError: There is no such instrument, none of its scales asks for a table, or the table is not right.
    """
    if key not in instruments:
        msg = f"There is no instrument '{key}'."
        raise CodebookError(msg, nearest(key.lower(), instruments))
    one = instruments[key]
    if conversion is None:
        return one
    asking = [scale for scale in one.scales if not scale.ready]
    if len(asking) != 1:
        msg = f"No scale of {key} waits for a table of conversion."
        raise CodebookError(msg, "Leave --conversion out; a table in the input folder is taken by itself.")
    made = converted(asking[0], one.scales, conversion)
    scales = tuple(made if scale is asking[0] else scale for scale in one.scales)
    return one.model_copy(update={"scales": scales})


def recoding(text: str, instrument: Instrument) -> dict[str, str]:
    """Read a map of answers as the command line takes it: `1=0,2=1,3=2`; an answer in words may have commas.

    Raises:
        ParameterError: It is none, maps an answer twice, or to what is no code of the instrument.
    """
    ranges = {(low, high) for low, high in instrument.item_responses.values()}
    codes = {str(code) for low, high in ranges for code in range(low, high + 1)}
    found: dict[str, str] = {}
    for pair in re.split(r"(?<=[0-9]),", text):
        answer, _, code = (part.strip() for part in pair.rpartition("="))
        if not answer or code not in codes or answer in found:
            msg = "--map must name each answer once, and a code of the codebook for it."
            low, high = min(low for low, _ in ranges), max(high for _, high in ranges)
            hint = f"Write, for example, --map 1={low},2={low + 1}; {instrument.key} has {low}–{high}."
            raise ParameterError(msg, hint)
        found[answer] = code
    return found
