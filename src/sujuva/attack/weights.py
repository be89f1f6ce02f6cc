"""Weighted shares: a share of the weights tells nearly how many persons stand behind it, and not that they are enough.

A reader knows that weights of a study differ, and by how much at most those of a part differ from everybody's on
average (`SPREAD`). Where the publication says that shares are guarded by persons (`shares_by: persons` among its
privacy parameters), a shown share stands on at least the threshold on both sides, and what contradicts that is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from sujuva.attack.finding import Finding
from sujuva.attack.shown import Row, Shown
from sujuva.published import KEYS

SPREAD = 1.5
"""Most by which the mean weight of a part differs from everybody's, as a factor."""
_TOPICS = ("score", "change", "attrition")


def find(shown: Shown) -> Iterator[Finding]:
    """Yield shares on one side of which fewer persons than the threshold may be."""
    by_persons = shown.meta["privacy"].get("shares_by") == "persons"
    for row in shown.rows("parjaavyys"):
        one = shown.meta["indicators"][row["indicator"]]
        binary = shown.meta["scales"].get(row["scale"], {}).get("binary", False)
        is_share = one["kind"] == "share" or (binary and row["indicator"] == "score_mean")
        if one["topic"] not in _TOPICS or not is_share or row["estimate"] is None or row["n"] is None:
            continue
        low, high = persons(shown, row)
        few = high < shown.threshold if by_persons else low < shown.threshold
        if few and high > 0:
            key = {name: row[name] for name in KEYS["parjaavyys"]}
            what = "persons on the smaller side of a share"
            yield Finding("weighted_shares", "parjaavyys", key, what, low, high, "the weighted share and n")


def persons(shown: Shown, row: Row) -> tuple[int, int]:
    """Return how many persons can stand on the smaller side of the share of a row."""
    low, high = shown.told(row)
    if row["estimate"] > 0.5:  # noqa: PLR2004 - the smaller side
        low, high = 1 - high, 1 - low
    low, high = max(low, 0.0), min(high, 1.0)
    n = shown.n_of(row["n"])
    # Of a part of n persons whose weights are on average r times those of the rest.
    least = n[0] * low / (low + SPREAD * (1 - low)) if low > 0 else 0.0
    most = n[1] * SPREAD * high / (SPREAD * high + 1 - high)
    some = int(0 < row["estimate"] < 1)
    return max(math.ceil(least - 1e-9), some), max(math.floor(most + 1e-9), some)
