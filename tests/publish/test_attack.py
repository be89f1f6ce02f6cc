"""An attack on the published casework: what is the least and the most that each hidden small count can have been?

The attacker knows all published numbers, the rules of suppression and rounding, and that counts are whole; an integer
program finds the range of each count that is in truth 1 … threshold − 1. Nothing may be narrower than that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from sujuva.publish import Indicators, Privacy, publish
from sujuva.published import step_beside
from tests.publish import made_up

THRESHOLD = 5
FREE = 5_000
KINDS = ("started", "met", "open", "within 7", "within 14")
Key = tuple[Any, ...]


class Attack:
    """Whole numbers with bounds, and sums between them."""

    def __init__(self) -> None:
        self.number: dict[Key, int] = {}
        self.low: list[float] = []
        self.high: list[float] = []
        self.rows: list[dict[int, float]] = []
        self.limits: list[tuple[float, float]] = []

    def count(self, key: Key, low: float = 0, high: float = FREE) -> int:
        self.number[key] = len(self.low)
        self.low.append(low)
        self.high.append(high)
        return self.number[key]

    def rule(self, row: dict[int, float], low: float = 0, high: float = 0) -> None:
        self.rows.append(row)
        self.limits.append((low, high))

    def forget(self, key: Key) -> None:
        """Take back the unknown that was added last, with the last rule, which was about it."""
        assert self.number.pop(key) == len(self.low) - 1
        for one in (self.low, self.high, self.rows, self.limits):
            one.pop()

    def sum(self, total: Key, parts: list[Key]) -> None:
        if total in self.number and all(part in self.number for part in parts):
            self.rule({self.number[total]: -1.0, **{self.number[part]: 1.0 for part in parts}})

    def range_of(self, key: Key) -> tuple[int, int]:
        matrix = np.zeros((len(self.rows), len(self.low)))
        for index, row in enumerate(self.rows):
            matrix[index, list(row)] = list(row.values())
        low, high = zip(*self.limits, strict=True)
        aim = np.zeros(len(self.low))
        aim[self.number[key]] = 1
        found = [
            milp(
                sign * aim,
                constraints=LinearConstraint(matrix, low, high),
                integrality=np.ones(len(aim)),
                bounds=Bounds(self.low, self.high),
            )
            for sign in (1, -1)
        ]
        assert all(one.success for one in found), "the truth itself must be possible"
        return round(found[0].fun), round(-found[1].fun)


def shown_range(value: float | None, suppressed: str) -> tuple[float, float]:
    """What a count may have been that is shown as `value`, rounded to a base of 5."""
    if value is None:
        return (1, THRESHOLD - 1) if suppressed == "primary" else (0, FREE)
    if value == 0:
        return 0, 0
    return (THRESHOLD, 7) if value == THRESHOLD else (value - 2, value + 2)


def unknown_bins(tidy: pl.DataFrame) -> pl.DataFrame:
    """Bins of delays of which nothing is told: what lies between the shares that are."""
    places = tidy.filter(indicator="cases_started", group="all").select("region", "wave").unique()
    cuts = pl.DataFrame({"days": [0, 8, 15], "days_to": [7, 14, None]})
    return places.join(cuts, how="cross").with_columns(n=pl.lit(None, pl.Int64), suppressed=pl.lit("secondary"))


def attack_on(tidy: pl.DataFrame, bars: pl.DataFrame) -> Attack:
    attack = Attack()
    rows = {(r["indicator"], r["category"], r["region"], r["wave"]): r for r in tidy.iter_rows(named=True)}
    places = [(region, wave) for name, _, region, wave in rows if name == "cases_started"]
    for place in places:
        begun = rows["cases_started", "", *place]
        waiting, middle = rows["cases_open", "", *place], rows["delay_median", "", *place]
        started = attack.count(("started", *place), *shown_range(begun["estimate"], begun["suppressed"]))
        attack.count(("open", *place), *shown_range(waiting["estimate"], waiting["suppressed"]))
        attack.count(("met", *place), *shown_range(middle["n"], middle["suppressed"]))
        attack.sum(("started", *place), [("met", *place), ("open", *place)])
        for days in (7, 14):
            share = rows["delay_share", str(days), *place]
            within = attack.count((f"within {days}", *place))
            if share["estimate"] is not None:  # shown in steps that fit n, and only if both sides are large enough
                half = max(step_beside(share["n"], 1.0, 5, 2 * THRESHOLD) or 0.05, 0.001) / 2
                attack.rule({within: 1, started: -(share["estimate"] - half)}, -1e-9, FREE)
                attack.rule({within: 1, started: -(share["estimate"] + half)}, -FREE, 1e-9)
                attack.rule({within: 1}, THRESHOLD, FREE)
                attack.rule({started: 1, within: -1}, THRESHOLD, FREE)
            attack.rule({started: 1, within: -1}, 0, FREE)
        mine = bars.filter(region=place[0], wave=place[1]).sort("days").rows(named=True)
        for bar in mine:
            attack.count((bar["days"], *place), *shown_range(bar["n"], bar["suppressed"]))
        attack.sum(("met", *place), [(bar["days"], *place) for bar in mine])
        for days in (7, 14):
            inside = [bar["days"] for bar in mine if bar["days_to"] is not None and bar["days_to"] <= days]
            attack.sum((f"within {days}", *place), [(day, *place) for day in inside])
    regions = sorted({region for region, _ in places} - {"network"})
    waves = sorted({wave for _, wave in places} - {0})
    for kind in (*KINDS, *bars["days"].unique().to_list()):
        for wave in (*waves, 0):
            attack.sum((kind, "network", wave), [(kind, region, wave) for region in regions])
        for region in (*regions, "network"):
            attack.sum((kind, region, 0), [(kind, region, wave) for wave in waves])
    return attack


def truth_of(made: Indicators, edges: dict[int, int]) -> dict[Key, int]:
    tidy = made.tables["integration"]
    truth: dict[Key, int] = {}
    for row in tidy.iter_rows(named=True):
        place = (row["region"], row["wave"])
        if row["indicator"] in {"cases_open", "cases_started"}:
            truth[(row["indicator"].removeprefix("cases_"), *place)] = int(row["estimate"])
    for (region, wave), days in made.tables["delays"].group_by("region", "wave"):
        for low, high in edges.items():
            truth[(low, region, wave)] = int(days.filter(pl.col("days").is_between(low, high))["n"].sum())
    return truth


@pytest.mark.parametrize("persons", [100, 160, 240])
def test_no_small_count_of_casework_can_be_narrowed_down(example_folder, persons):
    full = made_up.indicators(persons=persons, seed=persons)
    keep = {"integration", "delays", "sources", "ledger", "rules", "areas", "titles"}
    made = Indicators({name: frame if name in keep else frame.clear() for name, frame in full.tables.items()})
    out = publish(made, input_folder=example_folder, privacy=Privacy(), regions=made_up.REGIONS, waves=made_up.WAVES)
    assert out["delays"].is_empty()  # one of them is small: none is told
    bars = unknown_bins(out["integration"])
    edges = {low: 10**6 if high is None else high for low, high in bars.select("days", "days_to").unique().iter_rows()}
    attack = attack_on(out["integration"].filter(scale="", group="all"), bars)
    small = {key: value for key, value in truth_of(made, edges).items() if 1 <= value < THRESHOLD}
    assert small, "there is something to attack"
    for key in small:
        low, high = attack.range_of(key)
        assert low <= 1, key[1:]
        assert high >= THRESHOLD - 1, key[1:]
