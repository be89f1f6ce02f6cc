# ruff: noqa: PERF401
"""Differences, changes, measurement quality and LP discussions, made up to fit the made-up means."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import polars as pl

from sujuva.tidy import COMPARISONS, RELIABILITY, TIDY

STARTED = {"keski-pohjanmaa": 2024, "oulu": 2024}
COPING: dict[str, Any] = {
    "norms": {},
    "index_parts": {"home": {"single_home": 1}, "school": {"single_school": 1}, "leisure": {"single_leisure": 1}},
    "index_min_parts": 2,
    "started": STARTED,
    "linked_units": True,
    "reliable_confidence": 0.95,
}
_ITEMS = {"who5": 5, "cyrm_r": 17, "sdq_total": 20, "sdq_emotional": 5, "sdq_prosocial": 5}
_PLACES = ("home", "school", "leisure")


def tidy_rows(scores: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Quantiles, POMP, change and attrition that belong to the means of `scores`."""
    means = scores.filter(pl.col("indicator") == "score_mean")
    rows: list[dict[str, Any]] = []
    for row in means.iter_rows(named=True):
        rows.append(row | {"indicator": "score_pomp", "estimate": 50.0, "se": 1.0, "ci_low": 48.0, "ci_high": 52.0})
        if row["group"] == "all":
            for place in (10, 25, 50, 75, 90):
                middle = row["estimate"] + (place - 50) / 10
                rows.append(
                    row
                    | {
                        "indicator": "score_quantile",
                        "category": f"q{place}",
                        "estimate": middle,
                        "ci_low": middle - 1,
                        "ci_high": middle + 1,
                    }
                )
    rows += _index_and_hobbies(scores, rng)
    rows += _talks(scores, rng)
    rows += _change(means.filter(pl.col("group") == "all", pl.col("n") > 0), rng)
    return pl.DataFrame(rows, schema=TIDY, orient="row")


def _change(means: pl.DataFrame, rng: np.random.Generator) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for pairs in _pairs(means, rng):
        base, n = pairs["before"], pairs["pairs"]
        said = {"wave": pairs["wave"], "se": None, "df": None, "ci_low": None, "ci_high": None}
        better, worse = pairs["better"], pairs["worse"]
        for name, count in (("improved", better), ("unchanged", n - better - worse), ("worse", worse)):
            share = count / n
            wide = 1.96 * math.sqrt(share * (1 - share) / n)
            rows.append(
                base
                | said
                | {
                    "indicator": "change_share",
                    "category": f"{name}:{base['wave']}",
                    "estimate": share,
                    "ci_low": max(0.0, share - wide),
                    "ci_high": min(1.0, share + wide),
                    "n": n,
                }
            )
        lost = (base["n"] - n) / base["n"]
        kept = {"category": str(base["wave"]), "n": base["n"]}
        rows.append(base | said | kept | {"indicator": "attrition_share", "estimate": lost})
        rows.append(base | kept | {"wave": pairs["wave"], "indicator": "attrition_difference", "estimate": 0.7})
    return rows


def _index_and_hobbies(scores: pl.DataFrame, rng: np.random.Generator) -> list[dict[str, Any]]:
    """The index like WHO-5, and two questions of yes and no with shares that fit whole persons."""
    rows: list[dict[str, Any]] = []
    like = scores.filter(pl.col("scale") == "who5", pl.col("indicator").is_in(["score_mean", "score_sd"]))
    for row in like.iter_rows(named=True):
        rows.append(row | {"scale": "parjaavyys_index", "informant": "combined"})
    totals: dict[tuple[str, int], list[int]] = {}
    means = like.filter(pl.col("indicator") == "score_mean", pl.col("group") == "all")
    for row in means.sort(pl.col("region") == "network").iter_rows(named=True):
        for scale, share, part in (("single_hobby", 0.72, 1.0), ("single_wants_hobby", 0.45, 0.28)):
            key = (scale, row["wave"])
            if row["region"] == "network":
                n, count = totals[key]
            else:
                n = int(row["n"] * part)
                count = int(n * (share + 0.06 * float(rng.standard_normal())))
                totals[key] = [one + more for one, more in zip(totals.get(key, [0, 0]), (n, count), strict=True)]
            mean = count / n
            se = 1.2 * math.sqrt(mean * (1 - mean) / n)
            said = {"scale": scale, "n": n, "note": "under_30_clusters"}
            rows.append(row | said | {"estimate": mean, "se": se, "ci_low": mean - 2 * se, "ci_high": mean + 2 * se})
            nothing = {"se": None, "df": None, "ci_low": None, "ci_high": None}
            rows.append(row | said | nothing | {"indicator": "score_sd", "estimate": math.sqrt(mean * (1 - mean))})
    return rows


def _talks(scores: pl.DataFrame, rng: np.random.Generator) -> list[dict[str, Any]]:
    """LP discussions of each region and wave: ratios of topics, shares of discussions, numbers of them."""
    rows: list[dict[str, Any]] = []
    base = scores.filter(pl.col("scale") == "who5", pl.col("indicator") == "score_mean", pl.col("group") == "all")
    empty = {"scale": "", "informant": "", "note": "", "category": ""}
    for row in base.iter_rows(named=True):
        children = row["n"] // 4
        talks = children + children // 2

        def add(name: str, category: str, value: float, n: int, wide: float | None = 0.05, *, at: Any = row) -> None:
            ends = {"ci_low": None, "ci_high": None, "se": None, "df": None}
            if wide is not None:
                ends = {"ci_low": max(0.0, value - wide), "ci_high": min(1.0, value + wide), "se": wide / 2, "df": 20.0}
            rows.append(at | empty | ends | {"indicator": name, "category": category, "estimate": value, "n": n})

        for place, shift in (("", 0.0), ("home", 0.05), ("school", -0.1), ("daycare", 0.12), ("leisure", 0.02)):
            add("lp_strength_share", place, 0.68 + shift + 0.02 * float(rng.random()), children)
            tail = f":{place}" if place else ""
            for name, share in (
                ("vulnerability_to_strength", 0.24),
                ("strength_to_vulnerability", 0.07),
                ("unchanged", 0.69),
            ):
                add("lp_transition_share", name + tail, share, children // 2)
        add("lp_talks", "", float(talks), children, None)
        for name, share in (("lp_need_share", 0.21), ("lp_fidelity_80", 0.62)):
            add(name, "", int(talks * share) / talks, children)
        for name, share in (
            ("lp_fidelity", 0.81),
            ("lp_plan_share", 0.7),
            ("lp_done_share", 0.66),
            ("lp_coverage", 0.05),
        ):
            add(name, "", share, children)
    return rows


def _pairs(means: pl.DataFrame, rng: np.random.Generator) -> list[dict[str, Any]]:
    """The same persons at two neighbouring waves; the network is its regions together."""
    found: list[dict[str, Any]] = []
    waves = sorted(means["wave"].unique().to_list())
    for earlier, later in itertools.pairwise(waves):
        for (_, _), part in means.filter(pl.col("wave") == earlier).group_by("scale", "informant", maintain_order=True):
            sums = {"pairs": 0, "better": 0, "worse": 0}
            regions = part.filter(pl.col("region") != "network")
            for base in regions.iter_rows(named=True):
                pairs = int(base["n"] * (0.65 + 0.1 * rng.random()))
                better, worse = int(pairs * 0.14), int(pairs * 0.05)
                sums = {key: sums[key] + one for key, one in zip(sums, (pairs, better, worse), strict=True)}
                found.append({"before": base, "wave": later, "pairs": pairs, "better": better, "worse": worse})
            for base in part.filter(pl.col("region") == "network").iter_rows(named=True):
                found.append({"before": base, "wave": later} | sums)
    return found


def comparisons(scores: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """Gaps by gender, changes between waves, changes of the same persons, and differences in differences."""
    means = {
        (row["scale"], row["informant"], row["region"], row["wave"], row["group"]): row
        for row in scores.filter(pl.col("indicator") == "score_mean").iter_rows(named=True)
    }
    spread = {
        (row["scale"], row["informant"], row["region"], row["wave"], row["group"]): row["estimate"]
        for row in scores.filter(pl.col("indicator") == "score_sd").iter_rows(named=True)
    }
    paired = {
        (row["scale"], row["informant"], row["region"], row["wave"], int(row["category"].split(":")[1])): row["n"]
        for row in changes.filter(pl.col("indicator") == "change_share").iter_rows(named=True)
    }
    rows: list[dict[str, Any]] = []
    waves = sorted({key[3] for key in means})

    def add(comparison: str, key: tuple[Any, ...], wave: int, group: str, **numbers: Any) -> None:
        scale, informant, region, _, _ = key
        rows.append(_row(comparison, scale, informant, region, key[3], key[4], wave, group, numbers))

    for key, one in means.items():
        scale, informant, region, wave, group = key
        sd = spread[key] or 1.0
        other = means.get((scale, informant, region, wave, "gender:boy"))
        if group == "gender:girl" and other:
            add("gap", key, wave, "gender:boy", **_numbers(one, other, sd))
        if group == "gender:other" and other:
            add("gap", key, wave, "gender:boy", **_numbers(one, other, sd))
        before = waves[waves.index(wave) - 1] if wave != waves[0] else None
        earlier = means.get((scale, informant, region, before, group))
        if earlier:
            add("change", key, before or 0, group, **_numbers(one, earlier, sd))
            n = paired.get((scale, informant, region, wave, before)) if group == "all" else None
            if n:
                add("change_paired", key, before or 0, group, **_numbers(one, earlier, sd) | {"n": n, "other_n": n})
        if region == "network" and group == "all" and before:
            kind = "did" if wave == waves[-1] else "placebo"
            numbers = _numbers(one, earlier or one, sd) | {"effect": None, "effect_low": None, "effect_high": None}
            row = _row(kind, scale, informant, "network", wave, "started", before, "not_started", numbers)
            rows.append(row | {"note": "under_30_clusters", "effect_kind": ""})
    return pl.DataFrame(rows, schema=COMPARISONS, orient="row")


def _row(
    comparison: str, scale: str, informant: str, region: str, wave: int, group: str, other_wave: int, other_group: str,
    numbers: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    keys = {"comparison": comparison, "scale": scale, "category": "", "informant": informant, "region": region}
    place = {"wave": wave, "group": group, "other_wave": other_wave, "other_group": other_group}
    nothing = {"relative": None, "relative_low": None, "relative_high": None, "effect_kind": "d_pooled", "note": ""}
    return keys | place | nothing | numbers | {"clusters": 18}


def _numbers(one: dict[str, Any], other: dict[str, Any], sd: float) -> dict[str, Any]:
    estimate = one["estimate"] - other["estimate"]
    se = math.hypot(one["se"] or 0.0, other["se"] or 0.0)
    p = math.erfc(abs(estimate) / se / math.sqrt(2)) if se else None
    low, high = estimate - 2.09 * se, estimate + 2.09 * se
    said = {"estimate": estimate, "se": se, "df": 20.0, "ci_low": low, "ci_high": high, "p": p, "q": p}
    effect = {"effect": estimate / sd, "effect_low": low / sd, "effect_high": high / sd}
    return said | effect | {"n": one["n"], "other_n": other["n"]}


def reliability(scores: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Alpha and omega, items, ends of the scales and likeness within units."""
    rows: list[tuple[Any, ...]] = []
    means = scores.filter(pl.col("indicator") == "score_mean", pl.col("group") == "all")
    for row in means.iter_rows(named=True):
        scale, place, n = row["scale"], (row["informant"], row["region"], row["wave"]), row["n"]
        alpha = 0.72 + 0.15 * float(rng.random())

        def add(
            measure: str,
            item: str,
            value: float | None,
            wide: float | None,
            n: int = n,
            *,
            at: Any = place,
            key: str = scale,
        ) -> None:
            ends = (None, None) if value is None or wide is None else (value - wide, value + wide)
            rows.append((measure, key, item, *at, value, *ends, n, ""))

        add("alpha", "", alpha, 0.04)
        add("omega_total", "", alpha + 0.02, 0.04)
        add("average_r", "", 0.3, None)
        add("icc", "", 0.05, 0.03)
        add("icc2", "", 0.57, 0.2)
        add("unit_size", "", 11.3, None)
        add("design_effect", "", 1.5, None)
        add("floor", "", 0.004, None)
        add("ceiling", "", 0.17, None)
        add("missing", "", 0.02, None)
        for item in range(1, _ITEMS[scale] + 1):
            for measure, value in (("item_rest", 0.4), ("alpha_without", alpha - 0.02), ("item_mean", 1.2)):
                add(measure, f"{scale}_{item}", value, None)
    return pl.DataFrame(rows, schema=RELIABILITY, orient="row")
