"""Made-up families on their way through the services, and the indicators of integration that come of them.

Families are drawn one by one, so that tests know the truth behind every published number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from sujuva.integration import (
    case_indicators,
    delay_distribution,
    delay_indicators,
    overlap_indicators,
    referral_indicators,
    survival_indicators,
    survival_table,
)
from sujuva.publish import Indicators
from tests.publish import made_up

CURVE_DAYS = [7, 14, 21, 28, 42, 56, 84]
PARAMS = {
    "profile": [],
    "composite": {},
    "curve_days": CURVE_DAYS,
    "beside_scale": "who5",
    "beside_informant": "self",
}
_TRIGGERS = (["divorce", "illness", "work", "school", "rare"], [0.35, 0.3, 0.2, 0.14, 0.01])
_CALLERS = (["education", "health", "social"], [0.5, 0.3, 0.2])
_SECTORS = ["education", "health", "social", "third"]
_SERVICES = ["clinic", "school", "family", "odd"]


def families(rng: np.random.Generator, size: int, *, regions: list[str] = made_up.REGIONS) -> pl.DataFrame:
    """Draw about `size` families a region and year: region, wave, days, met, trigger, caller, meetings, done …"""
    rows: list[dict[str, Any]] = []
    for number, region in enumerate(regions):
        for turn, wave in enumerate(made_up.WAVES):
            for _ in range(max(1, int(size * (0.5 + 0.3 * number)))):
                days = int(rng.lognormal(np.log(14 - 2 * turn), 0.8))
                seen = int(rng.integers(1, 120)) if rng.random() < 0.12 else 400
                met = days <= seen
                meetings = int(rng.integers(1, 4)) if met else 0
                agreed = int(rng.integers(0, 5)) if met else 0
                outcome = rng.multinomial(agreed, [0.5, 0.25, 0.15, 0.1])
                rows.append(
                    {
                        "region": region,
                        "wave": wave,
                        "days": days if met else seen,
                        "met": met,
                        "trigger": str(rng.choice(_TRIGGERS[0], p=_TRIGGERS[1])),
                        "caller": str(rng.choice(_CALLERS[0], p=_CALLERS[1])),
                        "meetings": meetings,
                        "parent": int(rng.binomial(meetings, 0.8)),
                        "consent": int(rng.random() < 0.85),
                        "done": int(outcome[0]),
                        "partly": int(outcome[1]),
                        "undone": int(outcome[2]),
                        "unknown": int(outcome[3]),
                        "sectors": int(rng.integers(meetings, 4 * meetings + 1)),
                        "referrals": int(rng.poisson(0.8)),
                    }
                )
    return pl.DataFrame(rows, schema_overrides={"wave": pl.Int32})


def durations(people: pl.DataFrame) -> pl.DataFrame:
    """The moments `durations` of the families."""
    timed = _grouped(people).with_columns(
        measure=pl.when("met").then(pl.lit("start_to_end")).otherwise(pl.lit("open")),
        seconds=pl.col("days").cast(pl.Int64) * 86_400 + 3_600,
        workdays=pl.col("days") * 5 // 7,
        days=pl.col("days").cast(pl.Int32),
    )
    by = ["region", "wave", "group", "measure", "seconds", "days", "workdays"]
    return timed.group_by(by).agg(n=pl.len().cast(pl.Int64)).sort(by)


def _grouped(people: pl.DataFrame) -> pl.DataFrame:
    both = pl.concat([people, people.with_columns(region=pl.lit("network"))])
    return pl.concat(
        [
            both.with_columns(group=pl.lit("all")),
            both.with_columns(group="trigger:" + pl.col("trigger")),
            both.with_columns(group="caller:" + pl.col("caller")),
        ]
    )


def tallies(people: pl.DataFrame) -> pl.DataFrame:
    """The moments `case_tallies` of some measures."""
    known = pl.col("done") + pl.col("partly") + pl.col("undone")
    ratios = {
        "consent": ("", pl.col("consent"), pl.lit(1)),
        "parent": ("", pl.col("parent"), pl.col("meetings")),
        "sectors": ("", pl.col("sectors"), pl.col("meetings")),
        "action_done": ("", pl.col("done"), known),
        "action_done_half": ("", 2 * pl.col("done") + pl.col("partly"), 2 * known),
        "action_unknown": ("", pl.col("unknown"), known + pl.col("unknown")),
    }
    for trigger in _TRIGGERS[0]:
        ratios[f"trigger:{trigger}"] = (trigger, (pl.col("trigger") == trigger).cast(pl.Int64), pl.lit(1))
    grouped = _grouped(people)
    parts = []
    by = ["measure", "category", "region", "wave", "group", "total", "size"]
    for name, (category, total, size) in ratios.items():
        one = grouped.with_columns(
            measure=pl.lit(name.split(":")[0]),
            category=pl.lit(category),
            total=total.cast(pl.Int64),
            size=size.cast(pl.Int64),
        )
        parts.append(one.filter(pl.col("size") > 0).group_by(by).agg(families=pl.len().cast(pl.Int64)))
    return pl.concat(parts).sort(by)


def overlap(rng: np.random.Generator, regions: list[str]) -> pl.DataFrame:
    """The moments `service_pairs`; the service "odd" has two families at most."""
    rows = []
    for region in [*regions, "network"]:
        for place, one in enumerate(_SERVICES):
            for other in _SERVICES[place + 1 :]:
                odd = "odd" in (one, other)
                either = int(rng.integers(30, 80))
                rows.append((region, 0, one, other, int(rng.integers(0, 3 if odd else 20)), either))
    return pl.DataFrame(
        rows,
        schema={
            "region": pl.String, "wave": pl.Int32, "one": pl.String, "other": pl.String,
            "both": pl.Int64, "either": pl.Int64,
        },
        orient="row",
    )  # fmt: skip


def referrals(rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
    """The moments `referrals`."""
    rows = [
        (row["region"], row["wave"], str(rng.choice(_SECTORS)), str(rng.choice(_SECTORS)), family)
        for family, row in enumerate(people.iter_rows(named=True))
        for _ in range(row["referrals"])
    ]
    frame = pl.DataFrame(
        rows,
        schema={
            "region": pl.String, "wave": pl.Int32, "source": pl.String, "target": pl.String, "family": pl.Int64,
        },
        orient="row",
    )  # fmt: skip
    both = pl.concat([frame, frame.with_columns(region=pl.lit("network"))])
    by = ["region", "wave", "source", "target"]
    families = pl.col("family").n_unique().cast(pl.Int64)
    return both.group_by(by).agg(n=pl.len().cast(pl.Int64), families=families).sort(by)


def indicators(
    people: pl.DataFrame, *, seed: int = 1, whole: bool = False, regions: list[str] = made_up.REGIONS
) -> Indicators:
    """Indicators of these families; `whole` adds everything else that publish reads."""
    rng = np.random.default_rng(seed)
    full = made_up.indicators(regions)
    kept = {"sources", "ledger", "rules", "areas", "titles"}
    tables = {name: frame if whole or name in kept else frame.clear() for name, frame in full.tables.items()}
    waits = durations(people)
    promise = [7, 14]
    tidy = pl.concat(
        [
            delay_indicators(waits, promise),
            survival_indicators(waits, promise),
            case_indicators(tallies(people)),
            overlap_indicators(overlap(rng, regions)),
            referral_indicators(referrals(rng, people)),
        ]
    )
    others = tables["integration"].filter(pl.col("indicator").str.starts_with("network_"))
    return Indicators(
        tables
        | {
            "integration": pl.concat([others, tidy]),
            "delays": delay_distribution(waits),
            "survival": survival_table(waits, CURVE_DAYS),
        }
    )
