"""Which event of a family belongs to which: the follow-up to its meeting, the acceptance to its referral.

Events with the same item belong together. Where one of the two has no item, the order of events decides. Events of the
same time count as at or after (and at or before) each other.
"""

from __future__ import annotations

import numpy as np

from sujuva.moments.case_log import MISSING, Array, Log


def before(log: Log, targets: Array, queries: Array, keys: tuple[Array, Array] | None = None) -> Array:
    """Find for each query the latest target of its family at or before it, and with its key.

    Args:
        log: The log.
        targets: Rows, ascending.
        queries: Rows.
        keys: A key for each target and each query; MISSING matches nothing. None: any target will do.

    Returns:
        Places in `targets`, MISSING where there is none.
    """
    return _nearest(log, targets, queries, keys, later=False)


def after(log: Log, targets: Array, queries: Array, keys: tuple[Array, Array] | None = None) -> Array:
    """Find for each query the first target of its family at or after it, and with its key; otherwise as `before`."""
    return _nearest(log, targets, queries, keys, later=True)


def _nearest(log: Log, targets: Array, queries: Array, keys: tuple[Array, Array] | None, *, later: bool) -> Array:
    found = np.full(len(queries), MISSING, dtype=np.int64)
    if not len(targets) or not len(queries):
        return found
    near = log.bounds[0 if later else 1][queries]
    place, wanted = targets.astype(np.int64), near.astype(np.int64)
    order = np.arange(len(targets))
    if keys is not None:
        # Rows stand by family, so the nearest target with the key is the family's own if the family has any.
        place, wanted = place + keys[0].astype(np.int64) * log.rows, wanted + keys[1].astype(np.int64) * log.rows
        order = np.argsort(place, kind="stable")
        place = place[order]
    spot = np.searchsorted(place, wanted, side="left") if later else np.searchsorted(place, wanted, side="right") - 1
    inside = (spot >= 0) & (spot < len(targets))
    at = order[np.where(inside, spot, 0)]
    fits = inside & (log.case[targets[at]] == log.case[queries])
    if keys is not None:
        fits &= (keys[0][at] == keys[1]) & (keys[1] != MISSING)
    found[fits] = at[fits]
    return found


def meeting_of(log: Log, meetings: Array, queries: Array, *, ahead: bool = False) -> Array:
    """Find the meeting that each follow-up or attendance belongs to.

    It is the latest meeting at or before with the same item; where the event or that meeting has no item, the latest
    meeting at or before.

    Args:
        log: The log.
        meetings: Rows of meetings, ascending.
        queries: Rows of follow-ups or attendances.
        ahead: Whether an event may name the item of a meeting to come (somebody signs up for it).

    Returns:
        Places in `meetings`, MISSING where there is none.
    """
    item = log.codes["item"]
    named = before(log, meetings, queries, (item[meetings], item[queries]))
    if ahead:
        coming = after(log, meetings, queries, (item[meetings], item[queries]))
        named = np.where(named == MISSING, coming, named)
    latest = before(log, meetings, queries)
    loose = (latest != MISSING) & ((item[queries] == MISSING) | (item[meetings[latest]] == MISSING))
    return np.where((named == MISSING) & loose, latest, named)


def answer_day(log: Log, asked: Array, answers: Array, keys: tuple[Array, Array]) -> Array:
    """Find the time of the first answer at or after each event: of an acceptance, or of the end of a service.

    It is the first answer with the same item; where one of the two has no item, the first with the same key.

    Args:
        log: The log.
        asked: Rows of referrals or of starts of services.
        answers: Rows of acceptances or of ends, ascending.
        keys: A key (sector, service) for each of `asked` and each of `answers`.

    Returns:
        Local times in microseconds, the largest number where there is no answer.
    """
    item = log.codes["item"]
    never = np.iinfo(np.int64).max
    time = np.append(log.time[answers], never)  # the last place is that of MISSING
    same = time[after(log, answers, asked, (item[answers], item[asked]))]
    bare = item[answers] == MISSING
    loose = time[np.flatnonzero(np.append(bare, True))][after(log, answers[bare], asked, (keys[1][bare], keys[0]))]
    any_key = time[after(log, answers, asked, (keys[1], keys[0]))]
    return np.where(item[asked] == MISSING, any_key, np.minimum(same, loose))


def distinct(keys: Array) -> Array:
    """Return the different keys in ascending order (of many keys sooner than `numpy.unique` finds them)."""
    keys = np.sort(keys)
    return np.asarray(keys[np.append(True, keys[1:] != keys[:-1])[: len(keys)]])


def ranks(groups: Array) -> Array:
    """Number the members of each group from 0; equal numbers in `groups` stand one after the other."""
    if not len(groups):
        return np.zeros(0, dtype=np.int64)
    new = np.append(True, groups[1:] != groups[:-1])
    first = np.flatnonzero(new)
    return np.arange(len(groups)) - np.repeat(first, np.diff(np.append(first, len(groups))))
