"""The instrument that is asked for, with the table of conversion that the user has."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sujuva.codebooks import Instrument, converted
from sujuva.errors import CodebookError, nearest


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
