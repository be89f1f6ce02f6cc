"""What a fact or a finding about a scale must not leave out: that its own data is flagged."""

from __future__ import annotations

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.specification import View
from sujuva.reports.tables import Row

_JUMP = "mean_jump"
_OF_CHANGE = ("negative_item", _JUMP, "title_changed")
"""Flags that say a change of a mean may have been made by the form or the file."""


def flagged(view: View, row: Row, waves: tuple[int, int]) -> bool:
    """Tell whether the quality of the data gives another reason for a mean, or its change, than everyday life.

    A flag is about an instrument, so it concerns all its scales. Flags of the whole network (region "network") and of
    all years (wave 0) concern every region and year. Jumps are only ever found within regions, and the network is
    its regions together, so on its page the flags of every region count. A flag of a group (a language, a source)
    counts as one of everyone: the group is part of the mean. A flag whose number is hidden counts too.

    Args:
        view: The page.
        row: A published row of the mean or of its change: scale, informant.
        waves: First and last year that are compared; a jump on the way between them counts, an item that runs against
            the others only in one of the two.
    """
    first, last = waves
    between = (pl.col("flag") == _JUMP) & pl.col("wave").is_between(first, last)
    mine = view.table("quality_flags").filter(
        pl.col("flag").is_in(_OF_CHANGE),
        pl.col("about") == view.meta["scales"][row["scale"]]["instrument"],
        pl.col("informant").is_in(["", row["informant"]]),
        pl.col("wave").is_in([0, first, last]) | between,
        pl.lit(view.region == NETWORK) | pl.col("region").is_in([view.region, NETWORK]),
    )
    return not mine.is_empty()
