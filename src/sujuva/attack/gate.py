"""The gate of the stage `publish`: what an intruder can learn is not written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sujuva.attack.finding import KINDS, Finding
from sujuva.errors import DisclosureError

_TOLD = 3
_HINT = "Publish fewer groups or waves, or report this as a bug."


def require_withstands(found: Sequence[Finding], *, hint: str = _HINT) -> None:
    """See that nothing was found.

    Args:
        found: What `attack` or `attack_specifications` returned.
        hint: What to do where something was found.

    Raises:
        DisclosureError: Something was learned; it is told by kind, table and key of the published row.
    """
    if not found:
        return
    counts = Counter(one.kind for one in found)
    lines = [f"{counts[kind]} by {KINDS[kind]}" for kind in KINDS if counts[kind]]
    rows = [f"{one.table}: {one.place}" for one in found[:_TOLD]]
    msg = f"What would be published tells {len(found)} small counts ({'; '.join(lines)}), such as {'; '.join(rows)}."
    raise DisclosureError(msg, f"Nothing was written. {hint}")
