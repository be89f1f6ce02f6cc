"""The gate of the stage `publish`: what an intruder can learn is not written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import polars as pl

from sujuva.attack.finding import KINDS, Finding
from sujuva.errors import DisclosureError

_TOLD = 3
_HINT = "Publish fewer groups or waves, or report this as a bug."


def not_refuted(found: Sequence[Finding], indicators: pl.DataFrame) -> list[Finding]:
    """Leave out exact numbers of persons in regions of which the intruder believes some that are not true.

    Where little of a region is shown, no mean contradicts the belief that all weigh the same. Where that is wrong, so
    are numbers that follow from it, and nobody can tell which of them are right by chance.

    Args:
        found: What `attack` returned.
        indicators: Indicators of the table that it read, before disclosure control.
    """
    believed = [one for one in found if one.kind == "rounded_n"]
    wrong = {_about(one) for one in believed if not _is_true(one, indicators)}
    return [one for one in found if one not in believed or _about(one) not in wrong]


def _about(one: Finding) -> tuple[str, str]:
    return str(one.key.get("region")), str(one.key.get("indicator"))


def _is_true(one: Finding, indicators: pl.DataFrame) -> bool:
    if not set(one.key) <= set(indicators.columns):
        return True
    rows = indicators.filter(pl.col(name).eq_missing(value) for name, value in one.key.items())
    counts = rows["n"].drop_nulls().to_list()
    return not counts or any(one.low <= n <= one.high for n in counts)


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
