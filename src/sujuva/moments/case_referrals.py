"""Referrals onward: from which sector to which, how long the chains are, who came back and who was lost."""

from __future__ import annotations

import numpy as np

from sujuva.moments.case_log import DAY, MISSING, Array, Log
from sujuva.moments.case_matching import answer_day, ranks
from sujuva.moments.case_settings import CaseSettings
from sujuva.moments.case_tallies import Cells, Tallies

REFERRALS_KEY = ("region", "wave", "source", "target")


def tally_referrals(log: Log, where: Cells, settings: CaseSettings, tallies: Tallies) -> None:
    """Count families by their referrals.

    - referral_chain: the longest sequence of the family's referrals, in the order of events, in which each is made by
      the sector that the one before it referred to; at least 1. Families with a referral; size 1.
    - ping_pong: referrals to a sector that an earlier referral of the family came from or went to, and that is not the
      one that refers. Size: referrals with a known target.
    - referral_lost: not accepted within `accept_days` (on the day itself counts). An acceptance has the item of its
      referral; where one of the two has none, it is the first at or after the referral by the target sector. Size:
      referrals at least that old on the last day of observation; without item and target an acceptance cannot be told.
    """
    rows = log.where("referral")
    if not len(rows):
        return
    family = log.case[rows]
    source, target, sectors = _nodes(family, log.codes["sector"][rows], log.codes["target"][rows])
    longest = np.zeros(log.families, dtype=np.int64)
    returns = np.zeros(len(rows), dtype=bool)
    # Places for "no sector" at the end are never reached by a later referral.
    reach, visited = np.zeros(sectors + 1, dtype=np.int64), np.zeros(sectors + 1, dtype=bool)
    turn = ranks(family)
    by_turn = np.argsort(turn, kind="stable")
    for now in np.split(by_turn, np.cumsum(np.bincount(turn))[:-1]):  # at most one referral of each family
        one, other = source[now], target[now]
        length = 1 + np.where(one == sectors, 0, reach[one])
        longest[family[now]] = np.maximum(longest[family[now]], length)
        reach[other] = np.maximum(reach[other], length)
        returns[now] = visited[other] & (other != one) & (other != sectors)
        visited[one] = visited[other] = True
    tallies.add("referral_chain", where, longest, (longest > 0).astype(np.int64))
    tallies.add("ping_pong", where, log.per_family(rows[returns]), log.per_family(rows[target != sectors]))

    sector, item = log.codes["sector"], log.codes["item"]
    acceptances = log.where("referral_accepted")
    accepted = answer_day(log, rows, acceptances, (log.codes["target"][rows], sector[acceptances])) // DAY
    old = log.observed[family] // DAY - log.day[rows] >= settings.accept_days
    told = old & ((item[rows] != MISSING) | (log.codes["target"][rows] != MISSING))
    lost = told & (accepted - log.day[rows] > settings.accept_days)
    tallies.add("referral_lost", where, log.per_family(rows[lost]), log.per_family(rows[told]))


def _nodes(family: Array, source: Array, target: Array) -> tuple[Array, Array, int]:
    """Number the sectors of each family from 0; a missing one has the number of all of them."""
    own = family.astype(np.int64) << 32
    both = np.concatenate([own | source.clip(0), own | target.clip(0)])
    names, numbers = np.unique(both, return_inverse=True)
    numbers = np.where(np.concatenate([source, target]) == MISSING, len(names), numbers)
    return numbers[: len(family)], numbers[len(family) :], len(names)
