"""What the figures of services and of the work say: a level in people of a hundred, and a change where one is told.

No comparison of these numbers is published. So a change is judged by the intervals of the two years, all changes of a
figure together (`judged_together`); where the intervals do not tell it, the sentence is the level alone. Levels without
an interval (medians, ratings of organisations, who was at which table) are never compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.figures.categories import trigger_title
from sujuva.figures.findings import days_of, ends_told, score_of, spoken, sure_word, to_meeting
from sujuva.figures.judged import judged_together
from sujuva.figures.labels import range_of, sector_title
from sujuva.figures.profile import COMPOSITE
from sujuva.figures.specification import Sentence, View, latest, say
from sujuva.figures.verdicts import TOLD, Row, Verdict, Way, changed_together
from sujuva.published import PRIMARY, SHOWN, ends_of, row_of, rows_of

LOST = "case_referral_lost"
LEVELS: Mapping[str, Sentence] = {
    "case_consent": say("Of a hundred families {n} gave their consent before the process {where}"),
    "case_reserved_day": say("Of a hundred families {n} got to a joint meeting by the reserved day {where}"),
    "case_one_stop": say("Of a hundred families {n} got to a joint meeting with one contact {where}"),
    "case_joint_start": say("Of a hundred families {n} had a joint meeting as their first support {where}"),
    "case_follow_up": say("Of a hundred meetings {n} were followed up in time {where}"),
    "case_early": say("Of a hundred services that began {n} were early support {where}"),
    "case_overlap": say("Of a hundred families with services {n} had two for the same need at once {where}"),
    "case_ping_pong": say("Of a hundred referrals {n} led the family back to where it had been already {where}"),
    LOST: say("Of a hundred referrals {n} were accepted by nobody in time {where}"),
    "lp_done_share": say("Of a hundred planned actions with a known outcome {n} were done {where}, at least in part"),
    "lp_plan_share": say("Of a hundred vulnerabilities {n} got a plan {where}"),
    "lp_fidelity": say("Of a hundred core parts of the LP discussions {n} were carried out {where}"),
    "lp_coverage": say("Of a hundred children whom the work is meant for {n} were reached {where}"),
}
"""What a share says, whichever year it is of."""
_TAILS = {
    True: say("{level} – {sure}more often than in {before} ({first})"),
    False: say("{level} – {sure}less often than in {before} ({first})"),
}
_PRACTICE = ("lp_done_share", "lp_plan_share", "lp_fidelity", "lp_coverage")
"""What was done comes before what was planned, and that before whom it reached."""
_SEVERAL = 2
_ALL: Mapping[Way, Sentence] = {
    "better": say("All {all} comparable measures have improved {where} since {before}"),
    "worse": say("All {all} comparable measures have got worse {where} since {before}"),
}
_OFTEN = (
    say("Families got to a joint meeting within {days} days more often {where} where the reason was “{one}” ({more} of "
        "a hundred) than where it was “{other}” ({less})"),
    say("Families got to a joint meeting within {days} days more often {where} where “{one}” called first ({more} of "
        "a hundred) than where “{other}” did ({less})"),
)  # fmt: skip


def _known(view: View) -> pl.DataFrame:
    """Return the chosen rows of the page's region that have a number."""
    return view.shown.filter(pl.col("region") == view.region)


def level_of(view: View, row: Row) -> str:
    """Say a share of `LEVELS` in people, meetings or referrals of a hundred."""
    level = LEVELS[row["indicator"]]
    return view.say(level.msgid, n=view.hundred(row["estimate"]), where=view.where)


def _changes(view: View, *keys: str) -> list[tuple[Row, Row, Verdict]]:
    """Return first and latest row of what `keys` tell apart, and the verdict on the change between them.

    What is hidden in the latest year, or has no earlier one, has not changed in any way that could be told.
    """
    known = _known(view).sort("wave")
    now = {tuple(row[key] for key in keys): row for row in rows_of(view.newest)}
    first: dict[tuple[str, ...], Row] = {}
    for row in rows_of(known):
        first.setdefault(tuple(row[key] for key in keys), row)
    pairs = [(first[key], row) for key, row in now.items() if first[key]["wave"] < row["wave"]]
    return [(*pair, verdict) for pair, verdict in zip(pairs, judged_together(view, pairs), strict=True)]


def of_families(view: View) -> str:
    """Say what has changed most, and most surely, on the way of families; else the first share of the figure."""
    if not to_meeting(view.meta):
        return ""
    changes = [one for one in _changes(view, "indicator") if one[2].word in TOLD]
    for first, last, verdict in sorted(changes, key=lambda one: -score_of(one[2], 1)):
        tail = _TAILS[last["estimate"] > first["estimate"]]
        return view.say(
            tail.msgid, level=level_of(view, last), sure=sure_word(view, verdict), before=first["wave"],
            first=view.hundred(first["estimate"]),
        )  # fmt: skip
    return next((level_of(view, row) for row in rows_of(view.newest)), "")


def of_profile(view: View) -> str:
    """Say how many dimensions are better and worse than in the first year; never one dimension beside another."""
    since = _known(view)["wave"].min()
    judged = [
        one for one in _changes(view, "dimension") if one[0]["wave"] == since and one[0]["dimension"] != COMPOSITE
    ]
    if len(judged) < _SEVERAL:
        return ""
    ways = [verdict.way for _, _, verdict in judged if verdict.sure]
    values: dict[str, Any] = {"all": view.count([row for _, row, _ in judged]), "before": since, "where": view.where}
    values |= {way: view.count([row for _, row, one in judged if one.sure and one.way == way]) for way in _ALL}
    for way, whole in _ALL.items():
        if ways.count(way) == len(judged):
            return view.say(whole.msgid, **values)
    if not ways:
        return view.say("Of {all} comparable measures none has surely changed {where} since {before}", **values)
    if "worse" not in ways:
        return view.say(
            "Of {all} comparable measures {better} have improved and none got worse {where} since {before}",
            **values,
        )
    if "better" not in ways:
        return view.say(
            "Of {all} comparable measures {worse} have got worse and none improved {where} since {before}",
            **values,
        )
    return view.say(
        "Of {all} comparable measures {better} have improved and {worse} got worse {where} since {before}",
        **values,
    )


def of_practice(view: View) -> str:
    """Say how much of what was planned in LP discussions was done; else what was planned, carried out, reached."""
    rows = {row["indicator"]: row for row in rows_of(view.newest)}
    return next((level_of(view, rows[one]) for one in _PRACTICE if one in rows), "")


def of_trust(view: View) -> str:
    """Say how organisations rate their trust in each other; of the network, between which ends regions rate it."""
    trust = next((key for key, one in view.meta["relations"].items() if one["kind"] == "trust"), None)
    rows = latest(view.shown.filter(pl.col("indicator") == "partner_trust", pl.col("category") == ""))
    rows = rows.filter((pl.col("region") == view.region) | (pl.lit(view.region == NETWORK))).sort("estimate")
    rows = rows.filter(pl.col("region") != NETWORK)
    if rows.is_empty() or trust is None:
        return ""
    low, high = ends_of(rows_of(rows))
    values = {"where": view.where, "span": view.words.span(*range_of(view.meta, "relations", trust))}
    if view.region != NETWORK:
        return view.say(
            "Organisations rate their trust in each other {where} at {value} (scale {span})",
            value=view.words.number(high, 1), **values,
        )  # fmt: skip
    return view.say(
        "Organisations rate their trust in each other by region at {values} (scale {span})",
        values=ends_told(view.words, low, high, 1), **values,
    )  # fmt: skip


def of_presence(view: View) -> str:
    """Say how many organisations were at meetings about every topic in the latest year."""
    shown = latest(view.table("presence").filter(pl.col("region") == view.region))
    shown = shown.filter(pl.col("suppressed") == SHOWN, pl.col("events") > 0)
    topics = shown["phenomenon"].n_unique()
    seen = shown.with_columns(
        told=pl.len().over("organisation"), everywhere=(pl.col("attended") > 0).all().over("organisation")
    )
    whole = (
        seen.filter(pl.col("told") == topics)
        .sort("organisation", "phenomenon")
        .unique("organisation", maintain_order=True)
    )
    if whole.is_empty():
        return ""
    everywhere = whole.filter("everywhere")
    values = {"all": view.count(whole), "n": view.count(everywhere), "where": view.where}
    if everywhere.is_empty():
        return view.say("Of {all} organisations none came to meetings about every topic {where}", **values)
    if topics == 1:
        return view.say("Of {all} organisations {n} came to the meetings {where}", **values)
    return view.say("Of {all} organisations {n} came to meetings about every topic {where}", **values)


def of_survival(view: View) -> str:
    """Say what part of all families, those who still wait among them, had met by the last day of the promise."""
    days = view.meta["delay_days"]
    rows = view.data.filter(
        pl.col("region") == view.region, pl.col("suppressed") == SHOWN, pl.col("met").is_not_null(),
        pl.col("day").is_in(days),
    )  # fmt: skip
    for row in rows_of(rows.sort("day").tail(1)):
        values = {"n": view.hundred(1 - row["survival"]), "days": row["day"], "where": view.where}
        if to_meeting(view.meta):
            return view.say("Of a hundred families {n} got to a joint meeting within {days} days {where}", **values)
        return view.say("Of a hundred cases {n} were completed within {days} days {where}", **values)
    return ""


def of_delays(view: View) -> str:
    """Say within how many days half of those who got there did, in the latest year."""
    rows = view.table("integration").filter(
        pl.col("indicator") == "delay_median", pl.col("group") == "all", pl.col("region") == view.region,
        pl.col("wave").is_in(view.data["wave"].implode()),
    )  # fmt: skip
    for row in rows_of(latest(rows).filter(pl.col("suppressed") == SHOWN, pl.col("estimate").is_not_null())):
        values = {"days": view.words.number(row["estimate"]), "where": view.where, "year": row["wave"]}
        if to_meeting(view.meta):
            return view.say("Half of the families who met waited about {days} days at most {where} in {year}", **values)
        return view.say("Half of the completed cases took about {days} days at most {where} in {year}", **values)
    return ""


def of_waits(view: View) -> str:
    """Say which reason, or which caller, leads to a meeting in time more often than another; or that none does surely.

    All reasons are held against each other, and all callers, and judged together: the ends of many are far apart by
    chance already.
    """
    shares = view.shown.filter(pl.col("indicator") == "delay_share", pl.col("region") == view.region)
    pairs = list(_pairs(shares))
    if not pairs or not to_meeting(view.meta):
        return ""
    judged = list(zip(pairs, changed_together(pairs, view.meta), strict=True))
    for (one, other), verdict in sorted(judged, key=lambda item: -score_of(item[1], 1)):
        if not verdict.sure:
            break
        less, more = sorted((one, other), key=lambda row: row["estimate"])
        kind = more["group"].startswith("caller:")
        return view.say(
            _OFTEN[kind].msgid, where=view.where, days=days_of(view),
            one=_name(view, more), other=_name(view, less),
            more=view.hundred(more["estimate"]), less=view.hundred(less["estimate"]),
        )  # fmt: skip
    return view.say(
        "It cannot be told whether the time that families wait varies {where} by reason or by caller",
        where=view.where,
    )


def _pairs(shares: pl.DataFrame) -> Iterator[tuple[Row, Row]]:
    """Yield each two groups of one kind that have a share."""
    for kind in ("trigger:", "caller:"):
        yield from combinations(rows_of(shares.filter(pl.col("group").str.starts_with(kind)).sort("group")), 2)


def _name(view: View, row: Row) -> str:
    kind, _, code = row["group"].partition(":")
    return trigger_title(code, view.words) if kind == "trigger" else sector_title(view.meta, code, view.words)


def of_referrals(view: View) -> str:
    """Say of how many referrals nobody took the family on; else between which sectors there are most of them."""
    rows = {row["indicator"]: row for row in rows_of(_known(view)) if row["indicator"] == LOST}
    if LOST in rows:
        return level_of(view, rows[LOST])
    every = view.data.filter(pl.col("indicator") == "referrals")
    counts = every.filter(pl.col("suppressed") == SHOWN, pl.col("estimate") > 0).sort("estimate", descending=True)
    unsure = every.filter(~pl.col("suppressed").is_in([SHOWN, PRIMARY])).height  # any of these could be the largest
    if unsure or counts.is_empty() or (counts["estimate"] == counts["estimate"][0]).sum() > 1:
        return ""
    row = row_of(counts)
    return spoken(view.say(
        "{where} most referrals are from “{source}” to “{target}”: {n}",
        where=view.where, n=view.words.number(row["estimate"]),
        source=sector_title(view.meta, row["scale"], view.words),
        target=sector_title(view.meta, row["category"], view.words),
    ))  # fmt: skip
