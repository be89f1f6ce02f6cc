"""Two releases: what changed between them is about those few who joined or left.

A publication that names earlier releases (`releases` in its metadata) says that it was held against them: where a
number is told anew, nobody or the threshold joined, and nobody or the threshold left. The intruder trusts that, but not
where so many would be more than half of the row: there it takes the few on balance for all that moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sujuva.attack.finding import Finding
from sujuva.attack.shown import Row, Shown, Span
from sujuva.attack.sizes import Place
from sujuva.published import KEYS

_TABLES = ("parjaavyys", "integration", "comparisons", "reliability", "distributions")
_TOLD = ("estimate", "n", "se", "df", "ci_low", "ci_high", "other_n")


def find(earlier: Shown, later: Shown, before: Mapping[Place, Span], after: Mapping[Place, Span]) -> Iterator[Finding]:
    """Yield rows of people whose numbers changed although fewer than the threshold joined or left on balance.

    `before` and `after` are what is known of the sizes of both releases.
    """
    is_held = bool(later.meta.get("releases"))
    for table in _TABLES:
        key = KEYS[table]
        old = {tuple(row[name] for name in key): row for row in earlier.rows(table)}
        for row in later.rows(table):
            was = old.get(tuple(row[name] for name in key))
            if was is None or not _of_people(later, table, row) or not _changed(was, row):
                continue
            low, high = _difference(earlier, later, was, row, before, after)
            # Nobody knows that both numbers are exact: a net change of none is somebody who came and somebody who went.
            may_be_many = is_held and earlier.n_of(was["n"], was["suppressed"])[0] >= 2 * later.threshold
            if high < later.threshold and not may_be_many:
                yield Finding(
                    "releases", table, {name: row[name] for name in key},
                    "persons who joined or left on balance, to whom the difference is due", low, high,
                    "the row of both releases",
                )  # fmt: skip


def _of_people(shown: Shown, table: str, row: Row) -> bool:
    if table == "distributions":
        return True
    name = row.get("indicator") or row.get("comparison") or row.get("measure")
    return name in shown.meta["indicators"] and shown.of_people(str(name))


def _changed(was: Row, row: Row) -> bool:
    both: list[tuple[Any, Any]] = [(was.get(name), row.get(name)) for name in _TOLD]
    return any(old is not None and new is not None and old != new for old, new in both)


def _difference(
    earlier: Shown, later: Shown, was: Row, row: Row, before: Mapping[Place, Span], after: Mapping[Place, Span]
) -> Span:
    """Return by how many persons the n of a row can differ."""
    place = tuple(row.get(name) for name in ("scale", "informant", "region", "wave", "group"))
    of_scores = row.get("indicator", "").startswith("score_")
    old = before.get(place) if of_scores else None
    new = after.get(place) if of_scores else None
    old, new = old or earlier.n_of(was["n"], was["suppressed"]), new or later.n_of(row["n"], row["suppressed"])
    low = max(old[0] - new[1], new[0] - old[1], 0)
    return low, max(old[1] - new[0], new[1] - old[0])
