"""Published numbers of coping once more from the moments that a trace names: a few lines each, none the project's own.

Each yardstick is told the rows (whole numbers, as Python has them) and the cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from statistics import NormalDist
from typing import Any

import numpy as np

Row = dict[str, Any]
Rows = list[Row]
Tables = Mapping[str, Rows]
Cell = Mapping[str, Any]
Exact = dict[str, float | None]


def total(rows: Iterable[Row], *names: str) -> tuple[int, ...]:
    """Return sums over rows."""
    kept = list(rows)
    return tuple(sum(int(row[name]) for row in kept) for name in names)


def unit_of(rows: Rows) -> int:
    """Return what fixed-point scores are divided by."""
    return 10 ** int(rows[0]["decimals"])


def mean_of(rows: Rows) -> float:
    """Return the weighted mean of scores."""
    w, wy = total(rows, "w", "wy")
    return wy / w / unit_of(rows)


def level(cell: Cell, tables: Tables, meta: Mapping[str, Any]) -> Exact:
    """Mean, deviation, share and mean in per cent of the range."""
    rows = next(iter(tables.values()))
    n, w, wy, wyy = total(rows, "n", "w", "wy", "wyy")
    if not n:
        return {"estimate": None, "n": n}
    if cell["indicator"] == "score_sd":
        return {"estimate": math.sqrt(n / (n - 1) * (wyy / w - (wy / w) ** 2)) / unit_of(rows), "n": n}
    mean = mean_of(rows)
    if cell["indicator"] == "score_pomp":
        low, high = meta["scales"][cell["scale"]]["range"]
        mean = 100 * (mean - low) / (high - low)
    return {"estimate": mean, "n": n}


def inverse(rows: Rows, share: float, score: str = "score", weight: str = "w") -> int:
    """Return the smallest score up to which the share of the weight lies."""
    ordered = sorted((int(row[score]), int(row[weight])) for row in rows)
    whole, reached = sum(weight for _, weight in ordered), 0
    for value, own in ordered:
        reached += own
        if reached >= share * whole - 1e-9 * whole:
            return value
    raise AssertionError


def quantile(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows = tables["moments/distributions"]
    found = inverse(rows, int(cell["category"][1:]) / 100) / unit_of(rows)
    return {"estimate": found, "n": total(rows, "n")[0]}


def paired(rows: Rows) -> tuple[int, float, dict[str, float]]:
    """Return pairs, mean change and the deviations of before, after and their difference."""
    n, w, wd = total(rows, "n", "w", "wd")
    spread = {}
    for name, first, second in (("before", "wy1", "wy1y1"), ("after", "wy2", "wy2y2"), ("change", "wd", "wdd")):
        y, yy = total(rows, first, second)
        spread[name] = math.sqrt(n / (n - 1) * (yy / w - (y / w) ** 2)) / unit_of(rows)
    return n, wd / w / unit_of(rows), spread


def effect(cell: Cell, tables: Tables, _: Any) -> Exact:
    n, mean, sd = paired(tables["moments/paired"])
    r = (sd["before"] ** 2 + sd["after"] ** 2 - sd["change"] ** 2) / (2 * sd["before"] * sd["after"])
    found = {
        "srm": mean / sd["change"],
        "srm_hedges": mean / sd["change"] * (1 - 3 / (4 * (n - 1) - 1)),
        "ses": mean / sd["before"],
        "d_av": 2 * mean / (sd["before"] + sd["after"]),
        "d_rm": mean / sd["change"] * math.sqrt(2 * (1 - r)),
    }
    return {"estimate": found[cell["category"].partition(":")[0]], "n": n}


def covariance(rows: Rows, reverse: Mapping[str, int]) -> tuple[list[str], np.ndarray, int]:
    """Return items, their covariances and n from sums of products; `reverse`: lowest plus highest code of an item."""
    items = sorted({row["item"] for row in rows if row["item"]})
    n = int(rows[0]["n"])
    sums = {row["item"]: int(row["product"]) for row in rows if row["other_item"] == ""}
    cross = {frozenset((row["item"], row["other_item"])): int(row["product"]) for row in rows if row["other_item"]}
    sign = np.array([-1 if item in reverse else 1 for item in items])
    plain = np.array([[cross[frozenset((a, b))] - sums[a] * sums[b] / n for b in items] for a in items]) / (n - 1)
    return items, plain * np.outer(sign, sign), n


def alpha_of(matrix: np.ndarray) -> float:
    k = len(matrix)
    return k / (k - 1) * (1 - np.trace(matrix) / matrix.sum())


def reverse_items(scale: str, instruments: Mapping[str, Any]) -> dict[str, int]:
    own = next(one for one in instruments.values() if scale in one.scale_items)
    return {f"{own.key}_{number}": 0 for number in own.reverse}


def threshold_of(cell: Cell, tables: Tables, instruments: Mapping[str, Any]) -> tuple[float, int]:
    rows = [row for row in tables["moments/scores"] if row["scale"] == cell["scale"] and row["group"] == "all"]
    n, y, yy = total(rows, "n", "y", "yy")
    sd = math.sqrt((yy - y * y / n) / (n - 1)) / unit_of(rows)
    _, matrix, _ = covariance(tables["moments/products"], reverse_items(cell["scale"], instruments))
    return NormalDist().inv_cdf(0.975) * math.sqrt(2) * sd * math.sqrt(1 - alpha_of(matrix)), n


def reliable(cell: Cell, tables: Tables, meta: Any) -> Exact:
    """The change that is more than the error of measurement, and who changed by more."""
    limit, n = threshold_of(cell, tables, meta["_instruments"])
    if cell["indicator"] == "reliable_threshold":
        return {"estimate": limit, "n": n}
    rows = tables["moments/paired"]
    n, w = total(rows, "n", "w")
    far = [row for row in tables["moments/differences"] if row["distance"] > limit * unit_of(rows)]
    higher, lower = total(far, "w_higher", "w_lower")
    if not meta["scales"][cell["scale"]]["higher_is_better"]:
        higher, lower = lower, higher
    found = {"improved": higher / w, "worse": lower / w, "unchanged": 1 - (higher + lower) / w}
    return {"estimate": found[cell["category"].partition(":")[0]], "n": n}


def lost(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows = tables["moments/attrition"]
    n_f, n_l, w_f, w_l, y_f, y_l = total(rows, "n_followed", "n_lost", "w_followed", "w_lost", "wy_followed", "wy_lost")
    apart = (y_f / w_f - y_l / w_l) / unit_of(rows) if w_f and w_l else None
    return {"estimate": w_l / (w_f + w_l) if cell["indicator"] == "attrition_share" else apart, "n": n_f + n_l}


def talks(cell: Cell, tables: Tables, _: Any) -> Exact:
    name = cell["indicator"]
    if name == "lp_talks":
        (row,) = tables["moments/lp_talks"]
        return {"estimate": row["talks"], "n": row["children"]}
    if name == "lp_coverage":
        (children,) = total(tables["moments/lp_talks"], "children")
        return {"estimate": children / sum(round(one["absolute"]) for one in tables["moments/area"])}
    share, (children,) = mean_of(tables["moments/lp"]), total(tables["moments/lp_children"], "n")
    return {"estimate": 2 * share - 1 if name == "lp_balance" else share, "n": children}


def ratio(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows = next(iter(tables.values()))
    return {"estimate": mean_of(rows), "n": total(rows, "n")[0]}


def compared(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows = tables["moments/scores"]
    one = [row for row in rows if row["wave"] == cell["wave"] and row["group"] == cell["group"]]
    two = [row for row in rows if row["wave"] == cell["other_wave"] and row["group"] == cell["other_group"]]
    return {"estimate": mean_of(one) - mean_of(two), "n": total(one, "n")[0], "other_n": total(two, "n")[0]}


def followed(cell: Cell, tables: Tables, _: Any) -> Exact:
    n, mean, spread = paired(tables["moments/paired"])
    return {"estimate": mean, "n": n, "effect": mean / spread["change"]}


def between_regions(cell: Cell, tables: Tables, meta: Any) -> Exact:
    """Difference in differences: regions that started after `pre` and by the next wave, against those that had not."""
    begun, post, pre = meta["coping"]["started"], cell["wave"], cell["other_wave"]
    next_wave = min(wave for wave in meta["waves"] if wave > (pre if cell["comparison"] == "did" else post))
    rows = [row for row in tables["moments/scores"] if row["region"] != "network"]
    regions = {row["region"] for row in rows if row["wave"] == pre} & {
        row["region"] for row in rows if row["wave"] == post
    }
    took = {one for one in regions if begun.get(one) == next_wave}
    others = {one for one in regions if begun.get(one, math.inf) > max(post, next_wave)}

    def pooled(some: Iterable[str], wave: int) -> float:
        return mean_of([row for row in rows if row["region"] in some and row["wave"] == wave])

    return {"estimate": pooled(took, post) - pooled(took, pre) - pooled(others, post) + pooled(others, pre)}


def moved(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows = tables["moments/lp_changes"]
    b, c, children = total(rows, "b", "c", "children")
    return {"estimate": (b - c) / sum(row["topics"] * row["children"] for row in rows), "n": children}


def consistency(cell: Cell, tables: Tables, meta: Any) -> Exact:
    rows = next(iter(tables.values()))
    items, matrix, n = covariance(rows, reverse_items(cell["scale"], meta["_instruments"]))
    sd, name = np.sqrt(np.diag(matrix)), cell["measure"]
    if name == "alpha":
        return {"estimate": alpha_of(matrix), "n": n}
    if name == "average_r":
        correlations = matrix / np.outer(sd, sd)
        return {"estimate": correlations[np.triu_indices(len(items), 1)].mean(), "n": n}
    if name == "alpha_without":
        kept = [at for at, item in enumerate(items) if item != cell["item"]]
        return {"estimate": alpha_of(matrix[np.ix_(kept, kept)]), "n": n}
    if name == "item_rest":
        at = items.index(cell["item"])
        others = [place for place in range(len(items)) if place != at]
        rest = matrix[np.ix_(others, others)].sum()
        return {"estimate": matrix[at, others].sum() / (sd[at] * math.sqrt(rest)), "n": n}
    return {}


def measured(cell: Cell, tables: Tables, meta: Any) -> Exact:
    """How well a scale measures: by its ends, by units, or by items."""
    if cell["measure"] in ("floor", "ceiling"):
        rows, ends = next(iter(tables.values())), meta["scales"][cell["scale"]]["range"]
        end = ends[cell["measure"] == "ceiling"] * unit_of(rows)
        (n,) = total(rows, "n")
        return {"estimate": total([row for row in rows if row["score"] == end], "n")[0] / n, "n": n}
    by_units = any("unit_sizes" in name for name in tables)
    return alike(cell, tables, meta) if by_units else consistency(cell, tables, meta)


def alike(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows = next(table for name, table in tables.items() if "unit_sizes" in name)
    members, squares = (sum(row["size"] ** power * row["units"] for row in rows) for power in (1, 2))
    units, y, yy = total(rows, "units", "y", "yy")
    by_unit = math.fsum(int(row["tt"]) / row["size"] for row in rows)
    inside, outside = (yy - by_unit) / (members - units), (by_unit - y * y / members) / (units - 1)
    size = (members - squares / members) / (units - 1)
    icc = (outside - inside) / (outside + (size - 1) * inside)
    found = {"icc": icc, "icc2": 1 - inside / outside, "unit_size": squares / members,
             "design_effect": 1 + (squares / members - 1) * icc}  # fmt: skip
    return {"estimate": found[cell["measure"]], "n": members}


def binned(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows = tables["moments/distributions"]
    low, high = (round(cell[name] * unit_of(rows)) for name in ("bin_low", "bin_high"))
    return {"n": total([row for row in rows if low <= row["score"] <= high], "n")[0]}


COPING: dict[str, Callable[[Cell, Tables, Any], Exact]] = {
    "parjaavyys.level.score_indicators": level,
    "parjaavyys.level.quantile_indicators": quantile,
    "parjaavyys.followed.change_effects": effect,
    "parjaavyys.followed.reliable_changes": reliable,
    "parjaavyys.followed.attrition_indicators": lost,
    "parjaavyys.reliability.reliability": measured,
    "parjaavyys.lp.lp_indicators": talks,
    "parjaavyys.lp.lp_comparisons": moved,
    "parjaavyys.gaps.gaps": compared,
    "parjaavyys.gaps.score_changes": compared,
    "parjaavyys.followed.paired_changes": followed,
    "parjaavyys.did.differences_in_differences": between_regions,
    "parjaavyys.distributions.binned": binned,
    "integration.partners.partner_indicators": ratio,
    "integration.partners.feedback_indicators": ratio,
}
