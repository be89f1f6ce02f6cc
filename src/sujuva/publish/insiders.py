"""Regions that know their own exact numbers: what is shown of the network must not tell them a small count of another.

A region that sent its moments subtracts itself from every sum. So each sum is looked at once more from each such
region, with its cells known: what protects another region's small count must be hidden in two other places at least,
which together may be as large as the rule lets them be.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from sujuva.publish.cells import CountTable
from sujuva.publish.protect import protect
from sujuva.publish.sums import Flags, Relation


def beside_insiders(
    table: CountTable, relations: Sequence[Relation], hidden: Flags, insiders: Collection[str]
) -> Flags:
    """Return `hidden` and what must be hidden besides, so that no insider learns a small count of another region.

    Insiders are taken for alone: two that put their numbers together are one insider more than is guarded against.

    Args:
        table: The cells.
        relations: Which add up to which.
        hidden: What is hidden from whoever knows nothing.
        insiders: Keys of the regions.
    """
    kinds = set(table.cells["kind"].unique().to_list())
    cells = table.arrays(kinds)
    none = np.zeros(len(hidden), dtype=np.bool_)
    while True:
        before = hidden.copy()
        for insider in sorted(insiders):
            own = _own(table, insider)
            seen = replace(
                cells,
                primary=cells.primary & ~own,
                secret=cells.secret & ~own,
                eligible=cells.eligible & ~own,
            )
            hidden = hidden | (protect(seen, relations, start=hidden & ~own, again=none) & ~own)
        if (hidden == before).all():
            return hidden


def _own(table: CountTable, insider: str) -> Flags:
    """Tell which cells a region knows: its own, and what ties them (sides of a ratio, those inside others)."""
    ordered = table.cells.sort("id")
    own = (ordered["region"] == insider).fill_null(value=False).to_numpy().copy()
    nameless = ordered["region"].is_null().to_numpy()
    for relation in table.steps:
        if all(own[one] or nameless[one] for one in relation.members):
            own[list(relation.members)] = True
    return np.asarray(own, dtype=np.bool_)
