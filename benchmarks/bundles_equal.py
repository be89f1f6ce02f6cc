"""Moments of regions, each from its own rows, combined, against those of pooled rows: random splits of the example.

    python -m benchmarks.bundles_equal --splits 200

Persons, families, children, interviews, organisations … of `data/clean` are drawn and put into 2 to 12 made-up regions.
Every table of moments must be the same, to the last digit, but for what bundles cannot tell (`sujuva.bundles.limits`).
With `--own`, half of the regions are one run of its own, beside the bundles of the others.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from sujuva import moments
from sujuva.bundles.combine import DISTINCT, combine
from sujuva.bundles.contents import Contents
from sujuva.codebooks import load_instruments, load_regions
from sujuva.codebooks.lp import load_lp
from sujuva.codebooks.regions import NETWORK
from sujuva.engines import Local
from sujuva.io import read_table
from sujuva.moments import RECORDS
from sujuva.moments.pieces import clean_files
from sujuva.moments.recipe import Recipe
from sujuva.moments.reduction import reduced
from sujuva.params import load_params
from sujuva.tables import PREFIX

Tables = dict[str, pl.DataFrame]
WHOSE = {
    "respondents": "respondent", "case_events": "case", "lp_topics": "child", "feedback": "participant",
    "partner_ratings": "respondent", "initiatives": "initiative", "participation": "participant",
    "coded_passages": "interview", "trainings": "participant", "organisations": "organisation",
    "attendance": "organisation", "ties": "source", "rubric": "assessor",
}  # fmt: skip
"""Tables and the column whose rows stay together in a region."""
LOCAL = {"organisations": ("organisation",), "attendance": ("event", "organisation"), "ties": ("source", "target"),
         "rubric": ("assessor",), "feedback": ("event",), "partner_ratings": ("organisation",)}  # fmt: skip
"""Keys that are those of a region, so that they are told apart before regions are drawn anew."""
PERSONS, FAMILIES, GROUPS = 60, 25, ("gender", "language")


def example(folder: Path) -> Tables:
    """Return the clean tables, with keys that all regions tell apart."""
    tables = {path.stem: read_table(path) for path in sorted(folder.glob("*.parquet"))}
    for name, columns in LOCAL.items():
        own = [pl.format("{}-{}", "region", column).alias(column) for column in columns]
        tables[name] = tables[name].with_columns(own)
    return tables


def drawn(tables: Tables, lot: random.Random, regions: list[str]) -> Tables:
    """Draw persons and families, and put everybody into a region."""
    made = dict(tables)

    def some(name: str, most: int) -> pl.DataFrame:
        who = tables[name][WHOSE[name]].unique().sort().to_list()
        kept = lot.sample(who, min(most, len(who)))
        return tables[name].filter(pl.col(WHOSE[name]).is_in(kept))

    made |= {"respondents": some("respondents", PERSONS), "case_events": some("case_events", FAMILIES)}
    for name, column in WHOSE.items():
        who = made[name][column].unique().sort().to_list()
        table = made[name]
        while table is made[name] or (name == "case_events" and not _measurable(table)):
            where = {one: lot.choice(regions) for one in who}
            table = table.with_columns(region=pl.col(column).replace_strict(where, return_dtype=pl.String))
        made[name] = table
    answered = made["initiatives"].select(answered_by="initiative", _there="region")
    rows = made["observations"].with_columns(
        region=pl.Series([lot.choice(regions) for _ in range(made["observations"].height)], dtype=pl.String)
    )
    made["observations"] = (
        rows.join(answered, on="answered_by", how="left", maintain_order="left")
        .with_columns(region=pl.coalesce("_there", "region"))
        .drop("_there")
    )
    old = sorted({*tables["child_budgets"]["region"]})
    renamed = dict(zip(old, lot.sample(regions * 4, len(old)), strict=True))
    for name in ("service_parts", "method_reach", "child_budgets"):
        key = [one for one in ("region", "wave", "part", "method") if one in made[name].columns]
        made[name] = made[name].with_columns(pl.col("region").replace_strict(renamed)).unique(key, keep="first")
    for name in made:
        if name.startswith(PREFIX) or name in {"open_answers", "open_themes"}:
            made[name] = made[name].join(made["respondents"], on=["respondent", "wave"], how="semi")
    return made


def _measurable(events: pl.DataFrame) -> bool:
    """Tell whether every region with families has the start and the end of the wait; else its run ends in an error."""
    way = moments.CaseSettings()
    has = events.group_by("region").agg((pl.col("activity") == one).any().alias(one) for one in (way.start, way.end))
    return bool(has.select(pl.all_horizontal(way.start, way.end).all()).item())


def of_regions(tables: Tables, regions: list[str]) -> Tables:
    """Return what a delivery of these regions alone would hold."""
    people = tables["respondents"].filter(pl.col("region").is_in(regions))
    made = {}
    for name, table in tables.items():
        if "region" in table.columns:
            made[name] = table.filter(pl.col("region").is_in(regions))
        elif "respondent" in table.columns:
            made[name] = table.join(people, on=["respondent", "wave"], how="semi")
        else:
            made[name] = table
    return made


@cache
def _recipe() -> Recipe:
    chosen = load_params()
    return Recipe(
        regions=(), waves=chosen.study.waves, groups=GROUPS,
        weight_decimals=chosen.estimation.weight_decimals, shared_strata=(),
        linked_units=chosen.coping.linked_units, norms=chosen.coping.norms, index_parts=chosen.coping.index_parts,
        index_min_parts=chosen.coping.index_min_parts, beside_scale=chosen.integration.beside_scale,
        casework=moments.CaseSettings(), instruments=load_instruments(), places=load_regions(), practice=load_lp(),
    )  # fmt: skip


def run(tables: Tables, regions: list[str]) -> Tables:
    """Return the moments of these tables, as the notebook makes them."""
    recipe = replace(_recipe(), regions=regions)
    with tempfile.TemporaryDirectory() as place:
        for name, table in tables.items():
            table.write_parquet(Path(place, f"{name}.parquet"))
        merged = reduced(clean_files(Path(place)), recipe, Local())
    inside = {name: moments.in_study(one, regions=regions) for name, one in tables.items() if "region" in one.columns}
    beside = merged["municipalities"]
    counted = [{"rows": merged[family]["rows"]} for family in ("casework", "rows")]
    made = {
        **moments.coping_moments.finish(merged["coping"]),
        **moments.lp_moments.finish(merged["lp"]),
        **moments.casework_moments.finish(merged["casework"]),
        **moments.partner_moments.finish(merged["partners"]),
        **moments.coding_moments.finish(merged["coding"]),
        "feedback": moments.feedback_moments.finish(merged["feedback"]),
        "rubric": moments.rubric_moments.finish(merged["rubric"]),
        "observations": moments.observation_moments.finish(merged["observations"]),
        "initiatives": moments.initiative_moments.finish(merged["initiatives"]),
        "participation": moments.participation_moments.finish(merged["participation"]),
        "said": moments.said_moments.finish(merged["said"]),
        "municipality_scores": moments.municipality_scores.finish(beside),
        "municipality_persons": moments.municipality_persons.finish(beside),
        "actors": inside["organisations"].select(moments.ACTORS),
        "ties": moments.in_study(tables["ties"], regions=regions, waves=recipe.waves),
        **{name: inside[name] for name in ("attendance", "service_parts", "method_reach", "child_budgets")},
        "area": tables["area_indicators"],
        "area_months": tables["area_months"],
        "rows": moments.row_moments.finish(moments.merge(counted)),
    }
    moments.require_recorded(made)
    return made


def bundle(made: Tables) -> Contents:
    """Return what a region gives: its rows without those of its network."""
    kept = {name: one.filter(pl.col("region") != NETWORK) if "region" in one else one for name, one in made.items()}
    return Contents(kept, {})


def differences(made: Mapping[str, pl.DataFrame], pooled: Tables) -> list[str]:
    """Return the tables that are not the same, but for what bundles cannot tell."""
    wrong = []
    for name, wanted in pooled.items():
        key, one = RECORDS[name].key, made[name]
        untold = DISTINCT.get(name, ())
        if untold:
            known = one.filter(pl.col(untold[0]).is_not_null()).select(key)
            alone = wanted.join(known, on=key, how="semi").sort(key)
            assert_frame_equal(one.join(known, on=key, how="semi").sort(key), alone)
        mine, theirs = (table.drop(untold).sort(key, nulls_last=True) for table in (one, wanted))
        try:
            assert_frame_equal(mine, theirs, check_exact=True)
        except AssertionError as error:
            wrong.append(f"{name}: {str(error).splitlines()[0]}")
    return wrong + [f"{name}: missing" for name in set(pooled) ^ set(made)]


def main() -> None:
    """Print how many splits were the same, and of those that were not which tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--splits", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261201)
    parser.add_argument("--own", action="store_true", help="half of the regions are one run of its own")
    parser.add_argument("--clean", type=Path, default=Path("data/clean"))
    chosen = parser.parse_args()
    tables = example(chosen.clean)
    start, same, regions_seen, rows = time.perf_counter(), 0, 0, 0
    for number in range(chosen.splits):
        lot = random.Random(chosen.seed + number)  # noqa: S311
        regions = [f"r{place:02d}" for place in range(1, lot.randint(2, 12) + 1)]
        split = drawn(tables, lot, regions)
        pooled = run(split, regions)
        own = regions[: len(regions) // 2] if chosen.own else []
        first = Contents(run(of_regions(split, own), own), {}) if own else None
        others = [bundle(run(of_regions(split, [one]), [one])) for one in regions if one not in own]
        wrong = differences(combine(first, others).moments, pooled)
        same += not wrong
        regions_seen += len(regions)
        rows += sum(one.height for one in pooled.values())
        for line in wrong:
            print(f"split {number} of {len(regions)} regions: {line}", flush=True)
    print(
        f"{same} of {chosen.splits} splits of the example into {regions_seen} regions are the same in all of "
        f"{len(pooled)} tables ({rows:,} rows), in {time.perf_counter() - start:.0f} s"
    )
    if same < chosen.splits:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
