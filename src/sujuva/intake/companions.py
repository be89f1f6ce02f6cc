"""Files that describe another file: REDCap's dictionaries stand beside the data."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from sujuva.intake.delimited import decoded
from sujuva.intake.guess import GUESS, LIKELY, Guess
from sujuva.intake.tools import DICTIONARY

_HALF, _MOST = 0.5, 0.9


def dictionary_of(data: Path) -> Guess[str] | None:
    """Return the name of the dictionary beside a REDCap export that knows most of its columns; None without one."""
    header = [name.split("___")[0].lower() for name in _rows(data)[0]]
    own = {name for name in header if not name.startswith("redcap_") and not name.endswith("_complete")}
    best: Guess[str] | None = None
    for path in sorted(data.parent.glob("*.csv")):
        rows = _rows(path) if path != data else []
        if not rows or not rows[0] or rows[0][0] != DICTIONARY or not own:
            continue
        known = {row[0].lower() for row in rows[1:] if row}
        share = len(own & known) / len(own)
        if share < _HALF or (best is not None and share <= best.sureness):
            continue
        best = Guess(path.name, share, f"it knows {int(share * 100)} % of the columns")
    if best is None:
        return None
    return Guess(best.value, LIKELY if best.sureness >= _MOST else GUESS, best.why)


def _rows(path: Path) -> list[list[str]]:
    found = decoded(path.read_bytes())
    if found is None:
        return []
    return list(csv.reader(io.StringIO(found[0].lstrip("\ufeff"), newline="")))
