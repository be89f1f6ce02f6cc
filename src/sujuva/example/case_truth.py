"""What the measures of casework are in the example, by design and counted from its clean rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from sujuva.example.case_design import ACCEPT_DAYS, FOLLOW_UP_DAYS, ONE_NUMBER, designed, first_reserved
from sujuva.example.population import Study

_PLACES = 6
_CASE = ["case", "region", "turn"]
_SEVERAL = 3


def measures(events: pl.DataFrame, study: Study, medians: np.ndarray) -> dict[str, Any]:
    """Count the measures of casework.

    A family counts in the region and year of its contact. Days are calendar days. What a measure is of (its size) is as
    in `sujuva.moments.casework_moments`; the two are worked out apart from each other.

    Args:
        events: The clean events: case, region and turn (numbers), activity, day, minute, sector, and what only some
            activities have. In order of time.
        study: Regions and years.
        medians: Days from contact to meeting by design (regions × years).

    Returns:
        What was assumed, and one entry a region, year and measure: `total` of `size`, and the share (or mean) by
        design, null where the design does not say. consent, one_stop, reserved_day: of families; follow_up, sectors,
        sectors_3, parent, child, third_sector: of meetings; action_done, action_done_half (partly is a half): of
        old enough actions with a known outcome; referral_lost: of referrals; early: of services that started.
    """
    until = int(events["day"].max())  # type: ignore[arg-type]
    found = _of_families(events, until) | _of_meetings(events, until) | _of_the_rest(events, until)
    rows = []
    for place, region in enumerate(study.regions):
        for turn, wave in enumerate(study.waves):
            design = designed(region.key, turn, study.waves, float(medians[place, turn]))
            for name, counted in found.items():
                mine = counted.filter((pl.col("region") == place) & (pl.col("turn") == turn))
                told = round(design[name], _PLACES) if name in design else None
                total, size = mine["total"].sum(), mine["size"].sum()
                rows.append(
                    {"region": region.key, "wave": wave, "measure": name, "design": told}
                    | {"total": total if total % 1 else int(total), "size": int(size)}
                )
    return {
        "observed_until": str(np.datetime64(until, "D")),
        "follow_up_days": FOLLOW_UP_DAYS,
        "accept_days": ACCEPT_DAYS,
        "reserved_weekday": "tuesday",
        "reserved_same_day": False,
        "one_number": ONE_NUMBER,
        "measures": rows,
    }


def _of(events: pl.DataFrame, activity: str) -> pl.DataFrame:
    return events.filter(pl.col("activity") == activity)


def _first(events: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return when the first of some events of each case was: minutes since 1970-01-01."""
    return events.group_by("case").agg(_moment().min().alias(name))


def _moment() -> pl.Expr:
    return pl.col("day") * 1440 + pl.col("minute")


def _counted(frame: pl.DataFrame, total: pl.Expr) -> pl.DataFrame:
    return frame.select("region", "turn", total=total.fill_null(0).cast(pl.Float64), size=pl.lit(1))


def _of_families(events: pl.DataFrame, until: int) -> dict[str, pl.DataFrame]:
    contacts = _of(events, "contact").with_columns(at=_moment())
    cases = contacts.sort("at").unique("case", keep="first", maintain_order=True)
    steps = events.filter(~pl.col("activity").is_in(["contact", "consent"]))
    for name, part in (("met", _of(events, "meeting")), ("agreed", _of(events, "consent")), ("step", steps)):
        cases = cases.join(_first(part, name), on="case", how="left", maintain_order="left")
    others = contacts.join(cases.select("case", "met", first="at"), on="case")
    others = others.filter((pl.col("at") > pl.col("first")) & (pl.col("at") < pl.col("met")))
    cases = cases.join(others.group_by("case").len("others"), on="case", how="left", maintain_order="left")
    cases = cases.with_columns(due=pl.Series(first_reserved(cases["day"].to_numpy())))
    straight = (pl.col("service") == ONE_NUMBER) & pl.col("met").is_not_null() & pl.col("others").is_null()
    in_time = pl.col("agreed") <= pl.col("step").fill_null(pl.col("agreed"))
    begun = cases.filter(pl.col("agreed").is_not_null() | pl.col("step").is_not_null())
    waited = cases.filter(pl.col("met").is_not_null() | (pl.col("due") < until))
    return {
        "consent": _counted(begun, in_time),
        "one_stop": _counted(cases, straight),
        "reserved_day": _counted(waited, pl.col("met") // 1440 <= pl.col("due")),
    }


def _of_meetings(events: pl.DataFrame, until: int) -> dict[str, pl.DataFrame]:
    meetings = _of(events, "meeting").select(*_CASE, "item", "day")
    held = _of(events, "follow_up").group_by("case", "item").agg(follow_up=pl.col("day").min())
    # Those that are younger are left out even when they have been followed up: only the quick ones would count.
    asked = meetings.filter(until - pl.col("day") >= FOLLOW_UP_DAYS).join(held, on=["case", "item"], how="left")
    own = pl.col("role").is_in(["parent", "child"])
    table = (
        _of(events, "attendance")
        .group_by("case", "item")
        .agg(
            sectors=pl.col("sector").filter(~own).drop_nulls().n_unique(),
            third_sector=(pl.col("sector") == "third").any(),
            parent=(pl.col("role") == "parent").any(),
            child=(pl.col("role") == "child").any(),
        )
    )
    seen = meetings.join(table, on=["case", "item"])
    known = seen.filter(pl.col("sectors") > 0)
    return {
        "follow_up": _counted(asked, pl.col("follow_up") - pl.col("day") <= FOLLOW_UP_DAYS),
        **{name: _counted(seen, pl.col(name)) for name in ("parent", "child")},
        **{name: _counted(known, pl.col(name)) for name in ("sectors", "third_sector")},
        "sectors_3": _counted(known, pl.col("sectors") >= _SEVERAL),
    }


def _of_the_rest(events: pl.DataFrame, until: int) -> dict[str, pl.DataFrame]:
    old = until - pl.col("day") >= FOLLOW_UP_DAYS
    agreed = _of(events, "action_agreed").filter(old).select("case", "item")
    known = (
        _of(events, "action_outcome")
        .filter(pl.col("outcome") != "unknown")
        .join(agreed, on=["case", "item"], how="semi")
    )
    value = pl.when(pl.col("outcome") == "done").then(1.0).when(pl.col("outcome") == "partly").then(0.5).otherwise(0.0)
    accepted = _of(events, "referral_accepted").group_by("case", "item").agg(accepted=pl.col("day").min())
    sent = _of(events, "referral").join(accepted, on=["case", "item"], how="left")
    sent = sent.filter(until - pl.col("day") >= ACCEPT_DAYS)
    lost = pl.col("accepted").is_null() | (pl.col("accepted") - pl.col("day") > ACCEPT_DAYS)
    started = _of(events, "service_start").drop_nulls("support")
    return {
        "action_done": _counted(known, pl.col("outcome") == "done"),
        "action_done_half": _counted(known, value),
        "referral_lost": _counted(sent, lost),
        "early": _counted(started, pl.col("support") == "early"),
    }
