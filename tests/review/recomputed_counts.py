"""The same of what was noticed, said and counted: observations, interviews, areas, the books of cleaning."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from tests.review.recomputed import Cell, Exact, Tables, total


def rubric(cell: Cell, tables: Tables, _: Any) -> Exact:
    each = [row["level"] for row in tables["moments/rubric"] for _ in range(row["n"])]
    return {"estimate": median(each), "n": len(each)}


def observations(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows, name = tables["moments/observations"], cell["indicator"]
    (n,) = total(rows, "n")
    begun = [row for row in rows if row["initiative"] is not None]
    if name == "observation_days_median":
        days = [(row["initiative"] - row["date"]).days for row in begun for _ in range(row["n"])]
        return {"estimate": median(days), "n": len(days)}
    if name == "phenomenon_acted":
        named = {row["phenomenon"] for row in rows} - {None}
        return {"estimate": len({row["phenomenon"] for row in begun} - {None}) / len(named)}
    if name == "observation_fate":
        seen = [row for row in rows if row["initiative"] is None and row["phenomenon"] is not None]
        parts = {"initiative": total(begun, "n")[0], "phenomenon": total(seen, "n")[0]}
        return {"estimate": parts.get(cell["category"], n - sum(parts.values())) / n, "n": n}
    if name == "observation_level":
        mine = [row for row in rows if (row["level"] or "not_told") == cell["category"]]
        return {"estimate": total(mine, "n")[0] / n, "n": n}
    if name == "observation_open":
        ages = {"under_3_months": 0, "under_a_year": 0, "over_a_year": 0}
        for row in (row for row in rows if row["initiative"] is None):
            mine = [one for one in rows if one["region"] == row["region"]]
            age = (max(max(one["date"], one["initiative"] or one["date"]) for one in mine) - row["date"]).days
            ages["under_3_months" if age <= 91 else "under_a_year" if age <= 365 else "over_a_year"] += row["n"]
        return {"estimate": ages[cell["category"]] / sum(ages.values()), "n": sum(ages.values())}
    return {"estimate": n, "n": n}


def started(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows, column = tables["moments/initiatives"], cell["indicator"].rpartition("_")[2]
    (n,) = total(rows, "n")
    mine = rows if column == "count" else [row for row in rows if (row[column] or "not_told") == cell["category"]]
    (some,) = total(mine, "n")
    return {"estimate": some if column == "count" else some / n}


def took_part(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows = tables["moments/participation"]
    (n,) = total([row for row in rows if row["way"] == ""], "n")
    (some,) = total([row for row in rows if row["way"] == cell["category"]], "n")
    return {"estimate": n if cell["indicator"] == "participation_count" else some / n, "n": n}


def said(cell: Cell, tables: Tables, _: Any) -> Exact:
    (row,) = tables["moments/said"]
    return {"estimate": row["heads"]}


def agreed(cell: Cell, tables: Tables, _: Any) -> Exact:
    """Krippendorff's α of nominal values; κ is left to the library, whose letters of coders are its own."""
    if cell["indicator"] != "coding_alpha":
        return {}
    units = [
        [int(part.rpartition("=")[2]) for part in row["pattern"].split(";")] for row in tables["moments/coding_units"]
        for _ in range(row["units"])
    ]  # fmt: skip
    names = [
        [part.rpartition("=")[0] for part in row["pattern"].split(";")] for row in tables["moments/coding_units"]
        for _ in range(row["units"])
    ]  # fmt: skip
    of_value: dict[str, int] = {}
    for values, counts in zip(names, units, strict=True):
        for value, count in zip(values, counts, strict=True) if sum(counts) > 1 else ():
            of_value[value] = of_value.get(value, 0) + count
    n = sum(of_value.values())
    apart = sum((sum(c) ** 2 - sum(one**2 for one in c)) / (sum(c) - 1) for c in units if sum(c) > 1)
    chance = (n**2 - sum(one**2 for one in of_value.values())) / (n - 1)
    return {"estimate": 1 - apart / chance}


def area(cell: Cell, tables: Tables, _: Any) -> Exact:
    (row,) = tables["moments/area"]
    return _published_value(row)


def month(cell: Cell, tables: Tables, _: Any) -> Exact:
    (row,) = tables["moments/area_months"]
    return _published_value(row)


def _published_value(row: Any) -> Exact:
    return {"estimate": row["value"], "n": None if row["absolute"] is None else math.floor(row["absolute"] + 0.5)}


def book(cell: Cell, tables: Tables, _: Any) -> Exact:
    (row,) = next(iter(tables.values()))
    return {name: row[name] for name in ("rows_in", "rows_quarantined", "rows") if name in row}


def offered(cell: Cell, tables: Tables, _: Any) -> Exact:
    states = {"in_use": 1, "planned": 0, "missing": 0}
    return {"estimate": states[next(row["state"] for row in tables["moments/service_parts"])]}


def reached(cell: Cell, tables: Tables, _: Any) -> Exact:
    counted = cell["indicator"].removeprefix("method_")
    return {"estimate": sum(row[counted] or 0 for row in tables["moments/method_reach"])}


def budgeted(cell: Cell, tables: Tables, _: Any) -> Exact:
    (row,) = tables["moments/child_budgets"]
    return {"estimate": row["children"] / row["budget"]}


def background(cell: Cell, _tables: Tables, meta: Any) -> Exact:
    """What the codebook says: no table is behind it."""
    subject = next(one for one in meta["background"] if one["key"] == cell["scale"])
    listed = yaml.safe_load((Path(meta["_study"]) / "codebooks/project/background.yaml").read_text(encoding="utf-8"))
    entry = next(one for one in listed if one["key"] == subject["key"])
    parts = {part["key"]: part["value"] for part in entry["parts"]}
    return {"estimate": parts.get(cell["category"], entry.get("total"))}


def asked(cell: Cell, tables: Tables, _: Any) -> Exact:
    blank, n = total(tables["ledger/items"], "n_missing", "n")
    return {"estimate": blank / n}


def answered(cell: Cell, tables: Tables, _: Any) -> Exact:
    names = ("n_answered", "n_respondents") if cell["measure"] == "answered" else ("n_again", "n_before")
    part, whole = total([row for row in tables["ledger/response"] if row[names[1]] is not None], *names)
    return {"estimate": part / whole}


def flagged(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows = [row for row in tables["ledger/flags"] if row["wave"] == cell["wave"]]
    regions = [row for row in rows if row["region"] == cell["region"]] or rows
    if cell["kind"] != "share":
        (row,) = regions
        return {"estimate": row["n"] if row["value"] is None else row["value"]}
    flags, looked_at = total(regions if any(row["region"] != "network" for row in regions) else rows, "n", "looked_at")
    return {"estimate": flags / looked_at}


COUNTS: dict[str, Callable[[Cell, Tables, Any], Exact]] = {
    "integration.partners.rubric_indicators": rubric,
    "integration.noticed.noticed_indicators": observations,
    "integration.taking_part.initiative_indicators": started,
    "integration.taking_part.participation_indicators": took_part,
    "integration.said.said_indicators": said,
    "integration.said.coding_indicators": agreed,
    "situation.areas.area_indicators": area,
    "situation.months.month_values": month,
    "situation.background.background_rows": background,
    "situation.offers.service_part_rows": offered,
    "situation.offers.child_budget_rows": budgeted,
    "cleaning.books.ledger": book,
    "cleaning.books.item_counts": asked,
    "quality.response.count_response": answered,
    "quality.find.find_flags": flagged,
    "cleaning.books.rule_counts": book,
    "moments.rows.finish_rows": book,
    "integration.methods.method_indicators": reached,
}
