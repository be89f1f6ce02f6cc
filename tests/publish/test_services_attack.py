"""An attack on how families get on: curves, shares on several days, bins, years and regions at once.

The attacker knows every shown number exactly (rounding is looked through), also how many had met by each shown day of
a curve, and that parts make up wholes. An integer program finds the range of each small count.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from sujuva.publish import Indicators, Privacy, publish
from sujuva.publish.worlds import STEPS, Known, safe_days
from sujuva.published import SHOWN
from tests.publish import made_up, made_up_services
from tests.publish.test_attack import FREE, THRESHOLD, Attack

REGIONS = [*made_up.REGIONS, "network"]
WAVES = [0, *made_up.WAVES]
DAYS = [7, 14, 21, 28, 42, 56, 84, 10**6]
BINS = [7, 14, 28, 10**6]


def published_of(made, folder, *, waves=made_up.WAVES, **privacy):
    return publish(
        made, input_folder=folder, privacy=Privacy(rounding=1, **privacy), regions=made_up.REGIONS,
        waves=waves, integration=made_up_services.PARAMS,
    )  # fmt: skip


def by_day(made: Indicators) -> dict[tuple[str, int, int], int]:
    """How many had met by each day: region, wave, day."""
    delays = made.tables["delays"]
    return {
        (region, wave, day): int(delays.filter(pl.col("days") <= day, region=region, wave=wave)["n"].sum())
        for region in REGIONS
        for wave in WAVES
        for day in DAYS
    }


def attack_on(made, out, *, rule_alone=False):
    """What is shown, exactly; with `rule_alone` only which small counts are hidden as such, and what is 0."""
    met = by_day(made)
    exact = {(r["indicator"], r["region"], r["wave"]): r for r in made.tables["integration"].filter(
        pl.col("indicator").is_in(["cases_started", "cases_open"]), group="all").iter_rows(named=True)}  # fmt: skip
    rows = {(r["indicator"], r["category"], r["region"], r["wave"]): r for r in out["integration"].filter(
        group="all").iter_rows(named=True)}  # fmt: skip
    curves = {(r["region"], r["day"]) for r in out["survival"].filter(suppressed=SHOWN).iter_rows(named=True)}
    bars = {(r["region"], r["wave"], r["days"]): r for r in out["delays"].iter_rows(named=True)}
    attack, truth = Attack(), {}

    def add(key, value, known, hidden="secondary"):
        known = known and (not rule_alone or value == 0)
        least = 0 if key[0] == "open" else 1  # of open cases nobody is as few as one
        bounds = (
            (value, value)
            if known
            else (least, THRESHOLD - 1)
            if hidden == "primary" and least <= value < THRESHOLD
            else (0, FREE)
        )
        attack.count(key, *bounds)
        truth[key] = value

    for region in REGIONS:
        for wave in WAVES:
            place = (region, wave)
            for name in ("started", "open"):
                row = rows[f"cases_{name}", "", *place]
                value = round(exact[f"cases_{name}", *place]["estimate"])
                add((name, *place), value, row["suppressed"] == SHOWN, row["suppressed"])
            middle = rows["delay_median", "", *place]
            add(("by", *place, DAYS[-1]), met[*place, DAYS[-1]], middle["n"] is not None)
            attack.sum(("started", *place), [("by", *place, DAYS[-1]), ("open", *place)])
            for day in DAYS[:-1]:
                share = rows.get(("delay_share", str(day), *place))
                known = share is not None and share["suppressed"] == SHOWN
                add(("by", *place, day), met[*place, day], known or (wave == 0 and (region, day) in curves))
            for low, high in pairwise([0, *DAYS]):
                value = met[*place, high] - met.get((*place, low), 0)
                add(("step", *place, high), value, known=False)
                parts = [("step", *place, high), *([("by", *place, low)] if low else [])]
                attack.sum(("by", *place, high), parts)
            for low, high in pairwise([0, *BINS]):
                value = met[*place, high] - met.get((*place, low), 0)
                row = bars.get((*place, low + 1 if low else 0))
                known = row is not None and row["suppressed"] == SHOWN
                add(("bin", *place, high), value, known, row["suppressed"] if row else "secondary")
                parts = [("bin", *place, high), *([("by", *place, low)] if low else [])]
                attack.sum(("by", *place, high), parts)
    add_up(attack, truth)
    return attack, small_of(truth, {day for _, day in curves})


def add_up(attack, truth):
    """Regions make up the network, years all years."""
    for kind in sorted({(key[0], *key[3:]) for key in truth}, key=str):
        for wave in WAVES:
            attack.sum(
                (kind[0], "network", wave, *kind[1:]), [(kind[0], one, wave, *kind[1:]) for one in made_up.REGIONS]
            )
        for region in REGIONS:
            attack.sum((kind[0], region, 0, *kind[1:]), [(kind[0], region, one, *kind[1:]) for one in made_up.WAVES])


def small_of(truth, drawn):
    """Open cases, bins, and steps between days that readers see."""
    told = {"step": {*drawn, *BINS}, "bin": {*BINS}}
    return {
        key: value
        for key, value in truth.items()
        if 1 <= value < THRESHOLD and (key[0] == "open" or (key[0] in told and key[3] in told[key[0]]))
    }


@pytest.mark.parametrize(("size", "seed", "waves"), [(40, 1, made_up.WAVES), (40, 2, made_up.WAVES[::2])])
def test_no_small_count_of_families_can_be_narrowed_down(example_folder, size, seed, waves):
    """Years of families that are no waves of the study are told, and protected as any year."""
    made = made_up_services.indicators(made_up_services.families(np.random.default_rng(seed), size))
    out = published_of(made, example_folder, waves=waves)
    attack, small = attack_on(made, out)
    assert len(small) > 5, "there is something to attack"
    bare, _ = attack_on(made, out, rule_alone=True)
    rng = np.random.default_rng(0)
    chosen = [list(small)[place] for place in rng.permutation(len(small))[:12]]
    narrow = {key: attack.range_of(key) for key in chosen}
    narrow = {key: span for key, span in narrow.items() if span[0] > 1 or span[1] < THRESHOLD - 1}
    # Small counts that make up a small count are each below it whatever is shown.
    assert {key: span for key, span in narrow.items() if span != bare.range_of(key)} == {}


def test_the_attack_succeeds_where_nothing_is_hidden(example_folder):
    """The test above can fail: with a threshold of 1 small counts stand bare."""
    made = made_up_services.indicators(made_up_services.families(np.random.default_rng(1), 25))
    attack, small = attack_on(made, published_of(made, example_folder, threshold=1))
    key = next(key for key in small if key[0] == "step" and key[3] == 14)
    assert attack.range_of(key) == (small[key], small[key])


def kaplan_meier(events, gone):
    """S and its interval after the last day, plainly: events and gone are days."""
    left, survival, spread = len(events) + len(gone), 1.0, 0.0
    for day in sorted({*events, *gone}):
        ended = events.count(day)
        survival *= 1 - ended / left
        if ended:
            spread += ended / (left * (left - ended))
        left -= ended + gone.count(day)
    return survival, spread


def points(events, gone, days):
    """Rows for `safe_days`."""
    rows = []
    for day in days:
        some = [one if one <= day else day + 1 for one in events]
        survival, spread = kaplan_meier([one for one in some if one <= day], [
            *(one for one in gone if one < day), *(day + 1 for one in some if one > day),
            *(day + 1 for one in gone if one >= day),
        ])  # fmt: skip
        reach = 1.959963984540054 * spread**0.5 / -np.log(survival)
        log = np.log(survival)
        low, high = np.exp(log * np.exp(reach)), np.exp(log * np.exp(-reach))
        rows.append((day, sum(one <= day for one in events), sum(one < day for one in gone), survival, low, high))
    return rows


def test_one_family_that_left_early_is_not_told_by_a_curve():
    rng = np.random.default_rng(4)
    events = [int(day) for day in rng.integers(0, 40, 30)]
    plain = points(events, [60, 61, 62, 63, 64], [7, 14, 21, 28])
    size = len(events) + 5
    whole = {"started": size, "opened": 5.0, "threshold": 5, "confidence": 0.95}
    assert safe_days(plain, Known(**whole)) == [7, 14, 21, 28]  # nobody left before the last day: nothing to tell
    early = points(events, [3, 61, 62, 63, 64], [7, 14, 21, 28])
    # Of 35 families one more at risk moves the curve by several per cent.
    assert len(safe_days(early, Known(**whole))) < len(early)
    many = points([int(day) for day in rng.integers(0, 40, 300)], [3, *range(60, 80)], [7, 14, 21, 28])
    kept = [len(safe_days(many, Known(**whole | {"started": 321, "opened": 21.0}), step=step)) for step in STEPS]
    assert kept[-1] > 1  # coarse steps hide it among many
    assert kept[-1] >= kept[0]


def test_curves_are_told_in_steps_and_only_beside_their_shares(example_folder):
    made = made_up_services.indicators(made_up_services.families(np.random.default_rng(3), 75))
    out = published_of(made, example_folder)
    shown = out["survival"].filter(suppressed=SHOWN)
    assert shown.height > 5
    assert (shown["survival"].drop_nulls().round(2) == shown["survival"].drop_nulls()).all()
    shares = out["integration"].filter(indicator="delay_share", group="all", wave=0)
    hidden = shares.filter(pl.col("suppressed") != SHOWN).select("region", day=pl.col("category").cast(pl.Int32))
    assert shown.join(hidden, on=["region", "day"]).is_empty()
    within = out["integration"].filter(indicator="delay_km_within", suppressed=SHOWN, wave=0)
    same = within.select("region", "estimate", day=pl.col("category").cast(pl.Int32)).join(shown, on=["region", "day"])
    assert same.height == within.height
    assert (same["estimate"] - (1 - same["survival"])).abs().max() < 1e-9
    assert within["se"].null_count() == within.height
