"""Family by family: the reserved day, one stop, consent, what came first, and who called about what."""

from __future__ import annotations

import numpy as np

from sujuva.moments.case_log import DAY, MISSING, ONE_NUMBER, Array, Log
from sujuva.moments.case_matching import after, distinct
from sujuva.moments.case_settings import CaseSettings
from sujuva.moments.case_tallies import Cells, Tallies, first_contacts
from sujuva.tables.casework import ACTIVITIES

_MONDAY = 3  # 1970-01-01 was a Thursday


def tally_families(log: Log, where: Cells, settings: CaseSettings, tallies: Tallies) -> None:
    """Count families by what became of their first contact.

    A family's joint meeting is its first `meeting` at or after its first `contact`. Families without a contact are not
    here. Of size 1 (a family) are:

    - reserved_day: met at or before the first reserved weekday (that is the day of the contact itself or a week later,
      as `reserved_same_day` says, when the contact fell on it). Families whose day came
      before the end of observation and, unless they met, before their closure. It may be a public holiday.
    - one_stop: the first contact was with the one number, and no other contact came between it and the joint meeting.
      All families whose first contact has a service.
    - contacts_before: distinct services contacted until the joint meeting (the first contact always counts).
      Families that met and have a known service among these.
    - consent: consent was recorded at or before the first step after the first contact, that is the first event but
      contacts and consents. Families that have taken such a step or given consent; the others have not begun.
    - joint_start: of meetings and referrals at or after the first contact a meeting came first. Families with either.
    - trigger: the first contact's trigger. Families with a known one.

    In caller, sectors make contacts (all of a family's): its size is the family's contacts with a known sector.
    """
    contacts, meetings = log.where("contact"), log.where("meeting")
    contact = first_contacts(log)
    reached = np.flatnonzero(contact != MISSING)
    if not len(reached):
        return
    first = contact[reached]
    found = after(log, meetings, first)
    met = np.full(log.families, MISSING, dtype=np.int64)
    met[reached] = np.where(found == MISSING, MISSING, np.append(meetings, MISSING)[found])

    def tally(measure: str, total: Array, counted: Array) -> None:
        one = np.zeros(log.families, dtype=np.int64)
        one[reached] = counted
        yes = np.zeros(log.families, dtype=np.int64)
        yes[reached] = np.where(counted, total, 0)
        tallies.add(measure, where, yes, one)

    meeting = met[reached]
    has_met = meeting != MISSING
    tally("reserved_day", *_reserved_day(log, settings, reached, first, meeting))

    service = log.codes["service"]
    other = contacts[contacts != contact[log.case[contacts]]]
    between = other[(other > contact[log.case[other]]) & (other < met[log.case[other]])]
    alone = log.per_family(between)[reached] == 0
    tally("one_stop", has_met & alone & (service[first] == ONE_NUMBER), service[first] != MISSING)

    early = contacts[(contacts < met[log.case[contacts]]) | (contacts == contact[log.case[contacts]])]
    early = early[service[early] != MISSING]
    pairs = distinct(log.case[early].astype(np.int64) << 32 | service[early])
    several = np.bincount(pairs >> 32, minlength=log.families)[reached]
    tally("contacts_before", several, has_met & (several > 0))

    tally("consent", *_consent(log, reached, first))
    tally("joint_start", *_joint_start(log, first, meetings))

    trigger = log.codes["trigger"][first]
    known = trigger != MISSING
    one = np.zeros(log.families, dtype=np.int64)
    one[reached] = known
    tallies.add_shares("trigger", where, reached[known], trigger[known], one)
    sector = log.codes["sector"][contacts]
    calls = contacts[sector != MISSING]
    tallies.add_shares("caller", where, log.case[calls], sector[sector != MISSING], log.per_family(calls))


def _reserved_day(
    log: Log, settings: CaseSettings, reached: Array, first: Array, meeting: Array
) -> tuple[Array, Array]:
    """Tell who met by the first reserved weekday, and of whom that is known."""
    start = log.day[first]
    wait = (settings.weekday - (start + _MONDAY)) % 7
    if not settings.reserved_same_day:
        wait = np.where(wait == 0, 7, wait)
    due = start + wait
    seen = log.observed[reached] // DAY
    closure = after(log, log.where("closure"), first)
    closed = np.append(log.day[log.where("closure")], np.iinfo(np.int32).max)[closure]
    waited = np.minimum(seen, closed)
    has_met = meeting != MISSING
    in_time = has_met & (log.day[meeting] <= due)
    # Of those whose day had not come when observation ended, the ones that met would be the quick alone.
    return in_time, np.where(has_met, seen > due, waited > due)


def _consent(log: Log, reached: Array, first: Array) -> tuple[Array, Array]:
    """Tell who consented before anything was done, and of whom that can be told."""
    activity = log.codes["activity"]
    talk = np.isin(activity, [ACTIVITIES.index("contact"), ACTIVITIES.index("consent")])
    rows = np.flatnonzero(~talk)
    # Strictly after the contact in order: what stands before it at the same time is no step after it.
    place = np.searchsorted(rows, first, side="right")
    step = np.append(rows, 0)[place]
    taken = (place < len(rows)) & (log.case[step] == log.case[first])
    consent = log.first_of(log.where("consent"))[reached]
    given = consent != MISSING
    return given & (~taken | (log.time[consent] <= log.time[step])), given | taken


def _joint_start(log: Log, first: Array, meetings: Array) -> tuple[Array, Array]:
    """Tell whether a meeting came before any referral, and who has had either."""
    referrals = log.where("referral")
    met, sent = after(log, meetings, first), after(log, referrals, first)
    meeting = np.append(meetings, log.rows)[met]
    referral = np.append(referrals, log.rows)[sent]
    return meeting < referral, (met != MISSING) | (sent != MISSING)
