"""Everything that a file of ties tells of its networks: what `sujuva network` does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.codebooks import load_relations, relation_of
from sujuva.integration import TieRule, ei_tests, network_actors, network_indicators, of_kind, qap_tests
from sujuva.integration.hsim import NO_SECTORS
from sujuva.integration.matrices import NETWORK_KEY, marked_relations
from sujuva.quick.tie_file import TieFile, read_ties

_HALF = 0.5
_CHANCE: Mapping[str, int] = {"permutations": 2000, "seed": 20221207}
NETWORK = ("region", "wave", "scale")
_BY_SECTOR = ("network_ei_sector", "network_brokerage")


@dataclass(frozen=True)
class NetworkReport:
    """What a file of ties tells: every network's indicators, actors and tests, and how they were measured."""

    name: str
    file: TieFile
    rule: TieRule
    indicators: pl.DataFrame  # tidy; `scale` is the relation
    actors: pl.DataFrame  # region, wave, relation, organisation, measure, value, note
    comparisons: pl.DataFrame  # the permutation tests of E-I, and QAP between relations
    others: tuple[str, ...]  # relations of which a low rating is no missing tie: only ratings can be described
    marked: tuple[str, ...]  # relations told with yes and no alone: from 1, whatever the rule says
    below: tuple[str, ...]  # relations of which no rating is a tie although there are some above 0
    unknown: tuple[str, ...]  # relations that the codebook does not know: taken for ties
    reports_from: int | None  # lowest rating that is a tie in the reports of the project, where known


def describe_ties(
    path: Path,
    nodes: Path | None = None,
    *,
    rule: TieRule | None = None,
    columns: Mapping[str, str] | None = None,
    node_columns: Mapping[str, str] | None = None,
    directed: bool = True,
    sheet: str | None = None,
    node_sheet: str | None = None,
    matrix: str | None = None,
    reports_from: int | None = None,
    as_reports: bool = False,
    depth_max: int = 4,
) -> NetworkReport:
    """Measure everything that a file of ties tells, in memory.

    The files are read by `sujuva.quick.tie_file.read_ties`. A rating is a tie by `rule`; default: from 1, on either
    end's word. `reports_from`, the lowest rating that is a tie in the reports of the project, takes the place of the
    rule's with `as_reports`, where ties are rated and at least half of them are of relations of the codebook, so that
    the ratings are those of its scale. `depth_max` is the highest rating of the scale of HSIM.

    Raises:
        SujuvaError: A file cannot be read or used, or a parameter is out of range.
    """
    of_file: dict[str, Any] = {"columns": columns, "node_columns": node_columns, "directed": directed}
    file = read_ties(path, nodes, **of_file, sheet=sheet, node_sheet=node_sheet, matrix=matrix)
    relations = load_relations()
    named = file.ties["relation"].unique().sort().to_list() if "relation" in file.columns else []
    unknown = tuple(name for name in named if relation_of(name, relations).key not in relations)
    rule = rule or TieRule(tie_from=1)
    ties = of_kind(file.ties, relations, "tie")
    known = ties.filter(~pl.col("relation").is_in(unknown)).height if named else 0
    familiar = known > 0 and known >= _HALF * ties.height
    if as_reports and reports_from is not None and file.rated and familiar:
        rule = replace(rule, tie_from=reports_from)
    others = sorted(set(file.ties["relation"].unique()) - set(ties["relation"].unique()))
    indicators = [network_indicators(file.actors, ties, rule)]
    actors = [network_actors(file.actors, ties, rule)]
    tests = [qap_tests(file.actors, ties, unlisted=rule.unlisted, **_CHANCE)]
    if file.sectors:
        tests.append(ei_tests(file.actors, ties, rule, **_CHANCE))
    scaled = ties.join(marked_relations(ties), on=["region", "relation"], how="anti")
    if file.rated and scaled.height:
        from sujuva.integration import hsim_actors, hsim_indicators  # noqa: PLC0415  of ratings only

        indicators.append(hsim_indicators(file.actors, ties, depth_max=depth_max, unlisted=rule.unlisted))
        actors.append(hsim_actors(file.actors, ties, depth_max=depth_max, unlisted=rule.unlisted))
    return NetworkReport(
        name=path.name,
        file=file,
        rule=rule,
        indicators=_sectorless(pl.concat(indicators), "indicator", "estimate", file),
        actors=_sectorless(pl.concat(actors), "measure", "value", file),
        comparisons=pl.concat(tests),
        others=tuple(others),
        marked=tuple(marked_relations(ties)["relation"].unique().sort()) if file.rated else (),
        below=_below(scaled, rule),
        unknown=unknown,
        reports_from=reports_from,
    )


def _below(rated: pl.DataFrame, rule: TieRule) -> tuple[str, ...]:
    """Return the relations with a network in which there are ratings, and all are too low for a tie."""
    highest = rated.group_by(*NETWORK_KEY).agg(pl.col("observed").max())
    low = highest.filter(pl.col("observed") > 0, pl.col("observed") < rule.tie_from)
    return tuple(low["relation"].unique().sort())


def _sectorless(frame: pl.DataFrame, name: str, value: str, file: TieFile) -> pl.DataFrame:
    """Take away what rests on sectors where there are none, and say why."""
    if file.sectors:
        return frame
    rests = pl.col(name).is_in([*_BY_SECTOR, "ei"]) | pl.col(name).str.contains("sector|^broker_")
    if "category" in frame.columns:
        frame = frame.filter(~(rests & (pl.col("category") != "")))
    return frame.with_columns(
        pl.when(~rests).then(value).alias(value),
        note=pl.when(rests).then(pl.lit(NO_SECTORS)).otherwise("note"),
    )


def as_json(report: NetworkReport) -> dict[str, Any]:
    """Return the report with every number unrounded, ready for JSON."""
    file, rule = report.file, report.rule
    tests = report.comparisons
    shown = ("comparison", "scale", "category", "estimate", "effect", "effect_kind", "p", "n", "other_n", "note")
    networks = []
    for region, wave, relation in report.indicators.select(NETWORK).unique().sort(NETWORK).iter_rows():
        at = {"region": region, "wave": wave}
        own = report.indicators.filter(**at, scale=relation).select("indicator", "category", "estimate", "n", "note")
        stands = report.actors.filter(**at, relation=relation).select("organisation", "measure", "value", "note")
        drawn = tests.filter(**at, scale=relation).select(shown)
        networks.append(
            {**at, "relation": relation}
            | {"indicators": own.to_dicts(), "actors": stands.to_dicts(), "tests": drawn.to_dicts()}
        )
    return {
        "file": report.name,
        "rows": file.rows,
        "columns": dict(file.columns),
        "node_columns": dict(file.node_columns),
        "left_out": {rule_name: list(rows) for rule_name, rows in file.left_out.items()},
        "actors_left_out": {rule_name: list(rows) for rule_name, rows in file.actors_left_out.items()},
        "matrix": file.matrix or None,
        "cells_without_row": dict(file.cells),
        "repeated": file.repeated,
        "blanks_as_no_tie": file.filled,
        "differing_in_case": [list(names) for names in file.alike],
        "yes_no": list(report.marked),
        "below_tie_from": list(report.below),
        "directed": bool(file.ties["directed"][0]),
        "tie_from": rule.tie_from,
        "tie_from_of_reports": report.reports_from,
        "confirmation": rule.confirmation,
        "unlisted": rule.unlisted,
        "not_networks": list(report.others),
        "not_in_codebook": list(report.unknown),
        "networks": networks,
    }
