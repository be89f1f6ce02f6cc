"""Survival curves as readers may see them: days common to all regions, coarse steps, and no small count behind.

Two things stand behind a curve. How many had met by a day is the numerator of a share (`delay_share`) and is protected
as one: a point is shown only where that share is. How many were last seen waiting between two days is what the curve
of Kaplan and Meier tells beside: a point is shown only where, from the rounded numbers that readers see, a small such
count can still have been anything from 1 to the threshold − 1.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
import polars as pl

from sujuva.codebooks.regions import NETWORK
from sujuva.publish.rules import further_ruled, suppressed_of
from sujuva.publish.worlds import STEPS, Known, safe_days
from sujuva.published import HIDDEN_SIDE, PRIMARY, SECONDARY, SHOWN
from sujuva.tidy import ALL, ALL_YEARS

SURVIVAL_SCHEMA = {
    "region": pl.String,
    "wave": pl.Int32,
    "group": pl.String,
    "day": pl.Int32,
    **dict.fromkeys(("at_risk", "ended", "censored"), pl.Int64),
    **dict.fromkeys(("survival", "se", "ci_low", "ci_high"), pl.Float64),
}
WITHIN, SHARE = "delay_km_within", "delay_share"
_LARGE = 10
"""Regions with this many times the threshold of families decide which days are common (this project's own)."""


def curve_days(delays: pl.DataFrame, started: dict[str, int], days: Sequence[int], threshold: int) -> list[int]:
    """Return the days that the curves of all regions share: as many of `days` as no small count stands between.

    In every region that is large enough, at least `threshold` families have met by the first day and as many have not
    met by the last; between two days, and after the last, nobody met, or at least `threshold`.

    `delays`: region, wave (0: all years), days, n.
    """
    order = sorted({*days})
    large = [name for name, count in started.items() if name != NETWORK and count >= _LARGE * threshold]
    every = delays.filter(pl.col("wave") == ALL_YEARS, pl.col("region").is_in(large))
    met = [pl.col("n").filter(pl.col("days") <= day).sum().alias(str(day)) for day in order]
    table = every.group_by("region").agg(*met, pl.col("n").sum())
    counts = table.drop("region").to_numpy()
    waiting = np.array([started[name] for name in table["region"]], dtype=np.int64)[:, None] - counts
    chosen: list[int] = []

    def apart(low: int | None, high: int) -> bool:
        more = counts[:, high] - (0 if low is None else counts[:, low])
        return bool(((more >= threshold) | ((more == 0) & (low is not None))).all())

    for place in range(len(order)):
        if apart(chosen[-1] if chosen else None, place) and (waiting[:, place] >= threshold).all():
            chosen.append(place)
    while chosen and not apart(chosen[-1], len(order)):
        chosen.pop()
    return [order[place] for place in chosen] if len(counts) else []


def curve_rows(tidy: pl.DataFrame, delays: pl.DataFrame, days: Sequence[int]) -> pl.DataFrame:
    """Return the shares of started families that had met by each of `days`, as tidy rows of `delay_share`.

    They are cells like those of the days of the promise, which are left out here, and are published as curves only.

    `delays`: region, wave, days, n.
    """
    everyone = (pl.col("group") == ALL) & (pl.col("wave") == ALL_YEARS)
    begun = tidy.filter(pl.col("indicator") == "cases_started", everyone, pl.col("estimate") > 0)
    told = tidy.filter(pl.col("indicator") == SHARE, everyone)["category"].unique().to_list()
    rows = [begun.clear()]
    for day in (day for day in days if str(day) not in told):
        met = delays.filter(pl.col("wave") == ALL_YEARS, pl.col("days") <= day).group_by("region")
        here = begun.join(met.agg(met=pl.col("n").sum()), on="region", how="left", maintain_order="left").with_columns(
            indicator=pl.lit(SHARE),
            category=pl.lit(str(day)),
            n=pl.col("estimate").round().cast(pl.Int64),
            estimate=(pl.col("met").fill_null(0) / pl.col("estimate")).clip(0.0, 1.0),
            heads=pl.col("met").fill_null(0).cast(pl.Int64),
            other_heads=pl.col("estimate").round().cast(pl.Int64) - pl.col("met").fill_null(0),
        )
        rows.append(here.select(tidy.columns))
    return pl.concat(rows)


def point_states(
    survival: pl.DataFrame,
    marked: pl.DataFrame,
    days: Sequence[int],
    *,
    threshold: int,
    confidence: float,
    keep: Collection[int] = (),
) -> pl.DataFrame:
    """Decide for each day of each curve of everyone whether it may be shown.

    Returns:
        region, wave, day, step (what the curve is rounded to: the finest that keeps most days), rule.
    """
    everyone = marked.filter(pl.col("group") == ALL)
    cases = {
        name: everyone.filter(pl.col("indicator") == f"cases_{name}")
        .drop_nulls("estimate")
        .select("region", "wave", pl.col("estimate").round().cast(pl.Int64), "suppressed")
        .rows()
        for name in ("started", "open")
    }
    started = {(region, wave): count for region, wave, count, _ in cases["started"]}
    unknown = {PRIMARY: threshold - 1.0, SECONDARY: math.inf}
    most = {(region, wave): unknown.get(state, float(count)) for region, wave, count, state in cases["open"]}
    shares = everyone.filter(pl.col("indicator") == SHARE).select(
        "region", "wave", "rule", "suppressed", day=pl.col("category").cast(pl.Int32, strict=False)
    )
    at = ["region", "wave", "day"]
    rows = (
        survival.filter(pl.col("group") == ALL, pl.col("day").is_in(list(days)))
        .join(shares, on=at, how="left")
        .with_columns(pl.col("suppressed").fill_null("none"), pl.col("rule").fill_null(HIDDEN_SIDE))
        .sort(at)
    )
    found: list[tuple[str, int, int, float, str]] = []
    for (region, wave), part in rows.group_by("region", "wave", maintain_order=True):
        place = (str(region), int(str(wave)))
        shown = part.filter(pl.col("suppressed") == SHOWN, pl.col("survival").is_not_null())
        points = shown.select("day", "ended", "censored", "survival", "ci_low", "ci_high").rows()
        known = Known(started.get(place, 0), most.get(place, 0.0), threshold, confidence)
        found_days = {step: safe_days(points, known, keep=keep, step=step) for step in STEPS}
        step = max(STEPS, key=lambda one: (len(found_days[one]), -one))
        safe = found_days[step]
        missing = part.filter(pl.col("survival").is_null())["day"].to_list()
        for day, rule in part.select("day", "rule").iter_rows():
            told = rule or ("" if day in safe or day in missing else "small_count")
            found.append((*place, day, step, told))
    return pl.DataFrame(
        found,
        schema={"region": pl.String, "wave": pl.Int32, "day": pl.Int32, "step": pl.Float64, "rule": pl.String},
        orient="row",
    )


def _told(name: str) -> pl.Expr:
    # The last rounding takes away what is left of a product of decimals.
    return ((pl.col(name) / pl.col("step")).round() * pl.col("step")).round(2).alias(name)


def published_curves(survival: pl.DataFrame, marked: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """Return the curves of all years together, with n the families at the start, `rule` and `suppressed`."""
    begun = marked.filter(indicator="cases_started", wave=ALL_YEARS, group=ALL, suppressed=SHOWN)
    begun = begun.select("region", n=pl.col("estimate").round().cast(pl.Int64))
    rounded = [_told(name) for name in ("survival", "ci_low", "ci_high")]
    return (
        survival.filter(wave=ALL_YEARS, group=ALL)
        .join(states, on=["region", "wave", "day"])
        .join(begun, on="region", how="left")
        .with_columns(*rounded, suppressed=suppressed_of("rule"))
        .select("region", "group", "day", "survival", "ci_low", "ci_high", "n", "rule", "suppressed")
        .sort("region", "group", "day")
    )


def marked_within(marked: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """Hide `delay_km_within` where the curve is on that day; tell it in the steps of the curve."""
    mine = (pl.col("indicator") == WITHIN) & (pl.col("group") == ALL)
    keyed = marked.with_columns(day=pl.col("category").cast(pl.Int32, strict=False))
    points = states.rename({"rule": "point"})
    rows = keyed.join(points, on=["region", "wave", "day"], how="left", maintain_order="left")
    coarse = [pl.when(mine).then(_told(name)).otherwise(name).alias(name) for name in ("estimate", "ci_low", "ci_high")]
    hidden = pl.col("point").fill_null(HIDDEN_SIDE)
    return further_ruled(rows.with_columns(coarse), (mine & (pl.col("rule") == ""), hidden)).select(marked.columns)
