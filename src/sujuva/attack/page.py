"""What the attack found, for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sujuva.attack.finding import KINDS, Finding

_WIDEST = 60


def table_of(found: Sequence[Finding]) -> str:
    """Return a line a finding (kind, table, key, what was learned, by which path), then how many of each kind."""
    if not found:
        return "Nothing is learned."
    rows = [(one.kind, one.table, one.place, one.learned, one.path) for one in found]
    head = ("kind", "table", "row", "learned", "by")
    wide = [min(max(len(row[at]) for row in (head, *rows)), _WIDEST) for at in range(len(head))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, wide, strict=True)).rstrip() for row in (head, *rows)
    ]
    counts = Counter(one.kind for one in found)
    return "\n".join([*lines, "", *(f"{counts[kind]:6} by {KINDS[kind]}" for kind in KINDS if counts[kind])])
