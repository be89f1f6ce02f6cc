"""Meeting by meeting and action by action: who was there, whether it was followed up, and what came of it."""

from __future__ import annotations

import numpy as np

from sujuva.moments.case_log import DAY, MISSING, THIRD_SECTOR, Array, Log
from sujuva.moments.case_matching import before, meeting_of, ranks
from sujuva.moments.case_settings import CaseSettings
from sujuva.moments.case_tallies import Cells, Tallies
from sujuva.tables.casework import ACTION_OUTCOMES, ROLES

BLAU_UNIT = 1_000_000
"""`blau` is counted in millionths."""
_MANY_SECTORS = 3
_OWN = [ROLES.index("parent"), ROLES.index("child")]


def tally_meetings(log: Log, where: Cells, settings: CaseSettings, tallies: Tallies) -> None:
    """Count families by what they had of meetings; the size is the number of meetings.

    - follow_up: followed up within `follow_up_days` (a `follow_up` on the day itself counts). Meetings at least that
      old on the last day of observation, whether or not the case is closed: those that are younger are left out even
      when they have been followed up already, or the share would be of the quick alone.
    - sectors: distinct sectors of those who attended, but parents and children; sectors_3: meetings with at least
      three; blau: 1 − Σp² of their sectors, in millionths, rounded half up at each meeting; third_sector: somebody of
      the sector `third` attended. Meetings where the sector of somebody but parents and children is known.
    - parent, child: one attended. Meetings where the role of somebody is known.
    """
    meetings = log.where("meeting")
    if not len(meetings):
        return
    family = log.case[meetings]

    def tally(measure: str, of: Array, counted: Array) -> None:
        total = np.zeros(log.families, dtype=np.int64)
        np.add.at(total, family[counted], of[counted].astype(np.int64))
        tallies.add(measure, where, total, np.bincount(family[counted], minlength=log.families))

    follow_ups = log.where("follow_up")
    held = np.zeros(len(meetings), dtype=bool)
    place = meeting_of(log, meetings, follow_ups)
    known = place != MISSING
    place, day = place[known], log.day[follow_ups[known]]
    held[place[day - log.day[meetings[place]] <= settings.follow_up_days]] = True
    tally("follow_up", held, log.observed[family] // DAY - log.day[meetings] >= settings.follow_up_days)

    attendances = log.where("attendance")
    place = meeting_of(log, meetings, attendances, ahead=True)
    attendances, place = attendances[place != MISSING], place[place != MISSING]
    role, sector = log.codes["role"][attendances], log.codes["sector"][attendances]
    own = np.isin(role, _OWN)
    counted = (sector != MISSING) & ~own
    seats = np.unique(place[counted] << 32 | sector[counted].astype(np.int64), return_counts=True)
    table, people = seats[0] >> 32, seats[1].astype(np.int64)
    several = np.bincount(table, minlength=len(meetings))
    some = several > 0
    tally("sectors", several, some)
    tally("sectors_3", several >= _MANY_SECTORS, some)
    tally("blau", _blau(table, people, len(meetings)), some)
    third = np.zeros(len(meetings), dtype=bool)
    third[place[counted & (sector == THIRD_SECTOR)]] = True
    tally("third_sector", third, some)

    told = np.zeros(len(meetings), dtype=bool)
    told[place[role != MISSING]] = True
    for name in ("parent", "child"):
        there = np.zeros(len(meetings), dtype=bool)
        there[place[role == ROLES.index(name)]] = True
        tally(name, there, told)


def tally_actions(log: Log, where: Cells, settings: CaseSettings, tallies: Tallies) -> None:
    """Count families by what came of the actions agreed at least `follow_up_days` before the last day of observation.

    Of younger actions only what came quickly would be known: they are left out, whether their outcome is known or not.

    An outcome belongs to the latest action at or before it with the same item; of outcomes and actions without an
    item the first belongs to the first of the family, and so on, and counts if it is not earlier. The last outcome of
    an action holds.

    - action_done: done; size: actions whose outcome is done, partly or not_done.
    - action_done_half: twice the value where partly is a half (done 2, partly 1); size: twice the same actions.
    - action_unknown: the outcome is unknown or has not been recorded; size: all actions agreed.
    """
    actions, outcomes = log.where("action_agreed"), log.where("action_outcome")
    old = log.observed[log.case[actions]] // DAY - log.day[actions] >= settings.follow_up_days
    item = log.codes["item"]
    place = before(log, actions, outcomes, (item[actions], item[outcomes]))
    place = np.where(place == MISSING, _by_turn(log, actions, outcomes), place)
    answered = place != MISSING
    came = np.full(len(actions), MISSING, dtype=np.int32)
    came[place[answered]] = log.codes["outcome"][outcomes[answered]]  # of several the last one stays
    done, partly, not_done = (came == ACTION_OUTCOMES.index(name) for name in ("done", "partly", "not_done"))
    done, partly, known = done & old, partly & old, (done | partly | not_done) & old
    size, total = log.per_family(actions[known]), log.per_family(actions[done])
    tallies.add("action_done", where, total, size)
    tallies.add("action_done_half", where, 2 * total + log.per_family(actions[partly]), 2 * size)
    tallies.add("action_unknown", where, log.per_family(actions[old & ~known]), log.per_family(actions[old]))


def _blau(table: Array, people: Array, meetings: int) -> Array:
    """Return 1 − Σ(n_i / n)² of each meeting in millionths, half up, in whole numbers."""
    squares = np.bincount(table, people * people, meetings).astype(np.int64)
    whole = np.bincount(table, people, meetings).astype(np.int64) ** 2
    return (2 * BLAU_UNIT * (whole - squares) + whole) // np.maximum(2 * whole, 1)


def _by_turn(log: Log, actions: Array, outcomes: Array) -> Array:
    """Match the n-th outcome without an item to the n-th action of the family without one."""
    item = log.codes["item"]
    bare, asked = np.flatnonzero(item[actions] == MISSING), np.flatnonzero(item[outcomes] == MISSING)
    found = np.full(len(outcomes), MISSING, dtype=np.int64)
    if not len(bare) or not len(asked):
        return found
    case, other = log.case[actions[bare]].astype(np.int64), log.case[outcomes[asked]].astype(np.int64)
    turn, wanted = case << 32 | ranks(case), other << 32 | ranks(other)
    spot = np.minimum(np.searchsorted(turn, wanted), len(turn) - 1)
    at = bare[spot]
    fits = (turn[spot] == wanted) & (log.time[outcomes[asked]] >= log.time[actions[at]])
    found[asked[fits]] = at[fits]
    return found
