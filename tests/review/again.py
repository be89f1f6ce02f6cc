"""What no few lines can do once more: the project's own function, on the traced rows alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from sujuva import integration, parjaavyys, situation
from sujuva.codebooks import Region, load_instruments, load_regions, load_relations, of_partners, of_respondents
from sujuva.codebooks.area_statistics import load_counted
from sujuva.codebooks.areas import load_areas
from sujuva.codebooks.breaks import break_years, load_breaks
from sujuva.moments.said import PAIRS_OF_CODERS, UNITS

Frames = Mapping[str, pl.DataFrame]


def library(by: str, frames: Frames, cell: Mapping[str, Any], choices: Mapping[str, Any], study: str) -> pl.DataFrame:
    """Return what a function makes of the rows of a trace.

    `frames`: rows by table; `choices`: name → value of the choices; `study`: the folder of the codebooks.
    """
    actors, ties = (frames.get(f"moments/{name}", pl.DataFrame()) for name in ("actors", "ties"))
    rule = integration.TieRule(choices["tie_from"], choices["confirmation"], choices["unlisted"])
    rated = {"depth_max": choices["depth_max"], "unlisted": choices["unlisted"]}
    drawn = {"bootstrap": choices["bootstrap"], "seed": choices["network_seed"]}
    chance = {"permutations": choices["permutations"], "seed": choices["network_seed"]}
    level = {"confidence": choices["confidence"]}
    relations, regions = load_relations(study), _regions(choices, study)
    area, months = (frames.get(f"moments/{name}", pl.DataFrame()) for name in ("area", "area_months"))
    made: dict[str, Callable[[], pl.DataFrame]] = {
        "integration.networks.network_indicators": lambda: integration.network_indicators(actors, ties, rule),
        "integration.hsim.hsim_indicators": lambda: integration.hsim_indicators(actors, ties, **rated),
        "integration.said.coding_indicators": lambda: integration.coding_indicators(
            frames.get("moments/coding_units", pl.DataFrame(schema=UNITS)),
            frames.get("moments/coding_pairs", pl.DataFrame(schema=PAIRS_OF_CODERS)),
        ),
        "integration.scale.scale_indicators": lambda: integration.scale_indicators(actors, ties, **rated),
        "integration.agreement.agreement_indicators": lambda: integration.agreement_indicators(
            actors, ties, **rated, **drawn, **level
        ),
        "integration.multiplexity.multiplexity_indicators": lambda: integration.multiplexity_indicators(
            actors, integration.of_kind(ties, relations, "tie"), rule
        ),
        "integration.actors.network_actors": lambda: integration.network_actors(actors, ties, rule),
        "integration.hsim.hsim_actors": lambda: integration.hsim_actors(actors, ties, **rated),
        "integration.scale.scale_actors": lambda: integration.scale_actors(actors, ties, **rated),
        "integration.agreement.agreement_actors": lambda: integration.agreement_actors(actors, ties, **rated),
        "integration.networks.node_positions": lambda: integration.node_positions(
            actors, integration.of_kind(ties, relations, "tie"), rule
        ),
        "integration.bootstrap.network_changes": lambda: integration.network_changes(
            actors, ties, rule, depth_max=choices["depth_max"], **level, **drawn
        ),
        "integration.permutation.ei_tests": lambda: integration.ei_tests(actors, ties, rule, **chance),
        "integration.qap.qap_tests": lambda: integration.qap_tests(
            actors, ties, unlisted=choices["unlisted"], **chance
        ),
        "integration.survival.survival_indicators": lambda: integration.survival_indicators(
            frames["moments/durations"], choices["delay_days"], **level
        ),
        "parjaavyys.reliability.reliability": lambda: _reliability(frames, study, level),
        "situation.trends.area_aapc": lambda: situation.area_aapc(
            situation.area_indicators(area, regions), started=choices["started"], **level
        ),
        "situation.forecasts.area_forecasts": lambda: situation.area_forecasts(
            situation.area_indicators(area, regions),
            kinds=situation.area_kinds(situation.area_names(area, regions), load_areas(study)),
            breaks=break_years(load_breaks(study), [cell["scale"]]),
        ),
        "situation.months.month_forecasts": lambda: situation.month_forecasts(
            situation.month_values(months, regions),
            kinds=situation.area_kinds(
                situation.area_names(situation.with_year(months), regions), load_areas(study)
            ),
            breaks=break_years(load_breaks(study), [cell["scale"]]),
        ),
        "situation.told.signal_rows": lambda: _signals(frames, choices, study),
    }  # fmt: skip
    return made[by]()


def _reliability(frames: Frames, study: str, level: Mapping[str, Any]) -> pl.DataFrame:
    partners = any("partner_" in name for name in frames)
    instruments = (of_partners if partners else of_respondents)(load_instruments(study))
    prefix = "moments/partner_" if partners else "moments/"
    return parjaavyys.reliability(
        instruments,
        **{name: frames.get(prefix + name, pl.read_parquet(f"{study}/../{prefix}{name}.parquet").clear())
           for name in ("products", "items", "scores", "distributions", "unit_sizes")},
        **level,
    )  # fmt: skip


def _regions(choices: Mapping[str, Any], study: str) -> dict[str, Region]:
    return {key: one for key, one in load_regions(study).items() if key in choices["regions"]}


def _signals(frames: Frames, choices: Mapping[str, Any], study: str) -> pl.DataFrame:
    regions, area = _regions(choices, study), frames["moments/area"]
    areas = situation.area_names(area, regions)
    towns = pl.col("area").str.contains(r"^\d{3}$")
    return situation.signal_rows(
        situation.area_indicators(area, regions), load_counted(study), load_breaks(study),
        overlapping=areas.filter(~towns)["region"].to_list(),
    )  # fmt: skip
