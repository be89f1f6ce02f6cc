"""The same of integration, of areas and of the books of cleaning."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import networkx as nx
import numpy as np

from tests.review.recomputed import Cell, Exact, Rows, Tables, mean_of, total


def weeks(cell: Cell, tables: Tables, _: Any) -> Exact:
    closed = [row for row in tables["moments/durations"] if row["measure"] == "start_to_end"]
    last = math.inf if cell["days_to"] is None else cell["days_to"]
    return {"n": total([row for row in closed if cell["days"] <= row["days"] <= last], "n")[0]}


def between(values: Sequence[tuple[int, int]], share: float) -> float:
    """Return the quantile of counted values by linear interpolation (type 7)."""
    each = sorted(value for value, count in values for _ in range(count))
    place = share * (len(each) - 1)
    low = math.floor(place)
    return each[low] + (place - low) * (each[min(low + 1, len(each) - 1)] - each[low])


def delays(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows, name = tables["moments/durations"], cell["indicator"]
    closed = [row for row in rows if row["measure"] == "start_to_end"]
    (met,), (started,) = total(closed, "n"), total(rows, "n")
    if name in ("cases_started", "cases_open"):
        return {"estimate": started if name == "cases_started" else started - met, "n": started}
    if name in ("delay_share", "delay_workday_share"):
        column = "days" if name == "delay_share" else "workdays"
        return {
            "estimate": total([r for r in closed if r[column] <= int(cell["category"])], "n")[0] / started,
            "n": started,
        }
    if name == "delay_mean":
        return {"estimate": sum(row["seconds"] * row["n"] for row in closed) / met / 86400, "n": met}
    column, day = ("workdays", 1) if "workday" in name else ("seconds", 86400)
    share = {"median": 0.5, "q1": 0.25, "q3": 0.75, "p90": 0.9}[name.rpartition("_")[2]]
    return {"estimate": between([(row[column], row["n"]) for row in closed], share) / day, "n": met}


def waiting(rows: Rows) -> list[tuple[float, float]]:
    """Return the steps of Kaplan and Meier: seconds, share still waiting."""
    left, share, steps = sum(row["n"] for row in rows), 1.0, [(0.0, 1.0)]
    for time in sorted({row["seconds"] for row in rows}):
        here = [row for row in rows if row["seconds"] == time]
        (ended,) = total([row for row in here if row["measure"] == "start_to_end"], "n")
        share *= 1 - ended / left
        left -= sum(row["n"] for row in here)
        steps.append((time, share))
    return steps


def handed(cell: Cell, tables: Tables, _: Any) -> Exact:
    known = [row for row in tables["moments/handovers"] if row["source"] and row["target"]]
    (n,), (crossed,) = total(known, "n"), total([row for row in known if row["source"] != row["target"]], "n")
    return {"estimate": {"transitions": n, "handover_share": crossed / n}.get(cell["indicator"], crossed)}


def events(cell: Cell, tables: Tables, _: Any) -> Exact:
    (row,) = tables["moments/events"]
    return {"estimate": row[cell["indicator"].partition("_")[2]], "n": row["cases"]}


def referred(cell: Cell, tables: Tables, _: Any) -> Exact:
    return {"estimate": total(tables["moments/referrals"], "n")[0]}


def overlap(cell: Cell, tables: Tables, _: Any) -> Exact:
    (row,) = tables["moments/service_pairs"]
    return {"estimate": row["both"] / row["either"], "n": row["either"]}


def tallied(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows = tables["moments/case_tallies"]
    if cell["indicator"].endswith("_median"):
        each = [row["total"] for row in rows if row["size"] for _ in range(row["families"])]
        return {"estimate": median(each), "n": len(each)}
    done, size = (sum(row[name] * row["families"] for row in rows) for name in ("total", "size"))
    million = 1_000_000 if cell["indicator"] == "case_blau" else 1
    halves = 2 if cell["indicator"].endswith("_half") else 1
    return {"estimate": done / size / million, "n": size / halves}


def graph(cell: Cell, tables: Tables) -> tuple[nx.DiGraph, Rows]:
    actors, ties = tables["moments/actors"], tables["moments/ties"]
    found = nx.DiGraph()
    found.add_nodes_from(row["organisation"] for row in actors)
    found.add_edges_from((row["source"], row["target"]) for row in ties if (row["observed"] or 0) >= 2)
    return found, ties


def network(cell: Cell, tables: Tables, _: Any) -> Exact:
    found, _ties = graph(cell, tables)
    size, sector = len(found), {row["organisation"]: row["sector"] for row in tables["moments/actors"]}
    apart = sum(sector[a] != sector[b] for a, b in found.edges)
    measures: dict[str, Callable[[], float]] = {
        "network_actors": lambda: size,
        "network_ties": found.number_of_edges,
        "network_components": lambda: nx.number_weakly_connected_components(found),
        "network_components_strong": lambda: nx.number_strongly_connected_components(found),
        "network_component_largest": lambda: max(map(len, nx.weakly_connected_components(found))),
        "network_component_largest_strong": lambda: max(map(len, nx.strongly_connected_components(found))),
    }
    if cell["indicator"] == "network_ei_sector" and cell["category"] == "":
        return {"estimate": (2 * apart - found.number_of_edges()) / found.number_of_edges()}
    return {"estimate": measures[cell["indicator"]]()} if cell["indicator"] in measures else {}


def rated(cell: Cell, tables: Tables, _: Any) -> Exact:
    ties = tables["moments/ties"]
    sector = {row["organisation"]: row["sector"] for row in tables["moments/actors"]}
    known = [row for row in ties if row["observed"] is not None]
    same = [row for row in known if sector[row["source"]] == sector[row["target"]]]
    wished = [row["expected"] for row in ties if row["expected"] is not None]
    both = [row for row in known if row["expected"] is not None]
    found = {
        "hsim_depth": [row["observed"] for row in known],
        "hsim_depth_percent": [row["observed"] / 4 for row in known],
        "hsim_scope": [row["observed"] >= 1 for row in known],
        "hsim_depth_expected": wished,
        "hsim_depth_expected_percent": [one / 4 for one in wished],
        "hsim_scope_expected": [one >= 1 for one in wished],
        "hsim_gap": [row["expected"] - row["observed"] for row in both],
        "hsim_congruence": [row["expected"] == row["observed"] for row in both],
        "hsim_depth_intra": [row["observed"] for row in same],
        "hsim_depth_inter": [row["observed"] for row in known if row not in same],
    }
    size = len(sector)
    whole = {"hsim_extent_services": size, "hsim_extent_sectors": len({*sector.values()}),
             "hsim_known": len(known) / (size * (size - 1))}  # fmt: skip
    name = cell["indicator"]
    if name in found:
        return {"estimate": np.mean(found[name]) if found[name] else None, "n": size}
    return {"estimate": whole[name], "n": size} if name in whole else {}


def valued(cell: Cell, tables: Tables, meta: Any) -> Exact:
    given: dict[str, list[int]] = {}
    for row in tables["moments/ties"]:
        given.setdefault(row["target"], []).append(row["observed"])
    mean = np.mean([np.mean(one) for one in given.values()])
    highest = max(meta["relations"][row["relation"]]["range"][1] for row in tables["moments/ties"])
    return {"estimate": mean / highest if "percent" in cell["indicator"] else mean, "n": len(given)}


def present(cell: Cell, tables: Tables, _: Any) -> Exact:
    seats = {(row["event"], row["organisation"]) for row in tables["moments/attendance"]}
    actors = {row["organisation"]: row["sector"] for row in tables["moments/actors"]}
    there, happened, size = {one for _, one in seats}, {one for one, _ in seats}, len(actors)
    met = {frozenset((a, b)) for e, a in seats for f, b in seats if e == f and a != b}
    sectors = {actors[one] for one in there}
    found = {
        "presence_share": len(there) / size, "presence_sectors": len(sectors),
        "presence_sectors_missing": len({*actors.values()}) - len(sectors), "presence_events": len(happened),
        "presence_organisations": len(seats) / len(happened), "presence_density": 2 * len(met) / (size * (size - 1)),
    }  # fmt: skip
    return {"estimate": found[cell["indicator"]], "n": size}


def curve(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows = tables["moments/durations"]
    share = [left for time, left in waiting(rows) if time < (cell["day"] + 1) * 86400 - 1e-9]
    return {"survival": share[-1]}


def tied(cell: Cell, tables: Tables, _: Any) -> Exact:
    words = [row for row in tables["moments/ties"] if row["source"] == cell["source"] or not row["directed"]]
    return {"observed": max(row["observed"] for row in words)}


def met(cell: Cell, tables: Tables, _: Any) -> Exact:
    rows = tables["moments/attendance"]
    mine = {row["event"] for row in rows if row["organisation"] == cell["organisation"]}
    return {"attended": len(mine), "events": len({row["event"] for row in rows})}


def beside(cell: Cell, tables: Tables, _: Any) -> Exact:
    found: Exact = {}
    for people in tables["moments/municipality_persons"]:
        found |= {"coping": mean_of(tables["moments/municipality_scores"]), "persons": people["persons"]}
    for row in tables["moments/municipality_delays"]:
        found |= {"integration": row["met"] / row["families"], "families": row["families"]}
    return found


def of_actor(cell: Cell, tables: Tables, _: Any) -> Exact:
    found, ties = graph(cell, tables)
    here, measure = cell["organisation"], cell["measure"]
    given = [row for row in ties if row["source"] == here and row["observed"] is not None]
    got = [row for row in ties if row["target"] == here and row["observed"] is not None]
    simple = {
        "degree_out": lambda: found.out_degree(here),
        "degree_in": lambda: found.in_degree(here),
        "degree_total": lambda: found.degree(here),
        "hsim_scope_out": lambda: sum(row["observed"] >= 1 for row in given),
        "hsim_scope_in": lambda: sum(row["observed"] >= 1 for row in got),
        "hsim_depth_out": lambda: np.mean([row["observed"] for row in given]),
        "hsim_depth_in": lambda: np.mean([row["observed"] for row in got]),
        "value": lambda: np.mean([row["observed"] for row in got]),
        "trust": lambda: np.mean([row["observed"] for row in got]),
        "value_raters": lambda: len({row["source"] for row in got}),
        "trust_raters": lambda: len({row["source"] for row in got}),
    }
    return {"value": float(simple[measure]())} if measure in simple else {}


SERVICES: dict[str, Callable[[Cell, Tables, Any], Exact]] = {
    "integration.delays.delay_distribution": weeks,
    "integration.networks.network_indicators": network,
    "integration.hsim.hsim_indicators": rated,
    "integration.partner.value_trust_indicators": valued,
    "integration.presence.presence_indicators": present,
    "integration.delays.delay_indicators": delays,
    "integration.casework.event_indicators": events,
    "integration.casework.handover_indicators": handed,
    "integration.casework.referral_indicators": referred,
    "integration.casework.overlap_indicators": overlap,
    "integration.tallies.case_indicators": tallied,
    "integration.survival.survival_table": curve,
    "integration.ties.confirmed_ties": tied,
    "integration.presence.presence": met,
    "integration.beside.beside_table": beside,
    "integration.actors.network_actors": of_actor,
    "integration.hsim.hsim_actors": of_actor,
    "integration.partner.value_trust_actors": of_actor,
}
