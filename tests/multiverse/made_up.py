"""A made-up run: clean answers, ties and flags of a few hundred persons, and what the pipeline makes of them."""

from __future__ import annotations

import json
import random
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from sujuva import integration, moments, parjaavyys
from sujuva.codebooks import load_instruments, load_regions, load_relations
from sujuva.codebooks.terms import load_terms
from sujuva.estimation import index_moments
from sujuva.io import write_estimates, write_table
from sujuva.multiverse.declared import Multiverse
from sujuva.multiverse.source import Source
from sujuva.published import Published
from sujuva.scores import scored, scored_columns
from sujuva.tidy import COMPARISONS_KEY

WAVES = (2022, 2023, 2024)
WHO5 = load_instruments()["who5"]
ITEMS = [f"who5_{item}" for item in range(1, 6)]
KEYS = ["respondent", "wave", "informant"]
CHOICES = {
    "study": {"regions": ["oulu", "tampere"], "waves": list(WAVES)},
    "estimation": {
        "weight_decimals": 4, "shared_strata": [], "confidence": 0.95, "lonely_cluster": "adjust",
    },
    "coping": {"norms": {}, "linked_units": True},
    "network": {
        "tie_from": 2, "confirmation": "either", "unlisted": "auto", "bootstrap": 50, "network_seed": 7, "depth_max": 4,
    },
}  # fmt: skip
MEAN = {"comparison": "change", "scale": "who5", "informant": "self", "wave": 2024, "other_wave": 2022}
SHARE = {**MEAN, "category": "poor"}
DENSITY = {
    "comparison": "network_change", "scale": "collaboration", "category": "network_density", "region": "oulu",
    "wave": 2024, "other_wave": 2022,
}  # fmt: skip
WHY = {"fi": "a", "sv": "b", "en": "c"}
DECLARED: dict[str, Any] = {
    "findings": [MEAN, SHARE, DENSITY],
    "choices": {
        "missing_rule": [{"value": "half", "why": WHY}],
        "flagged": [{"value": "out", "why": WHY}],
        "weights": [{"value": "equal", "why": WHY}],
        "linked_units": [{"value": "apart", "why": WHY}],
        "reference_wave": [{"value": 2023, "why": WHY}],
        "norms": [{"value": "screening", "scale": "who5", "band": "likely_depression", "why": WHY}],
        "tie_from": [{"value": 3, "why": WHY}],
        "confirmation": [{"value": "both", "why": WHY}],
    },
}


def declared(**changed: Any) -> Multiverse:
    return Multiverse.model_validate(DECLARED | changed)


def _persons(lot: random.Random) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Respondents, answers, flags: eight of a wave leave an item out, twelve others are flagged."""
    people, answers, flags = [], [], []
    for wave in WAVES:
        for number in range(240):
            who = {"respondent": f"p{number if number < 120 else f'{wave}-{number}'}", "wave": wave}
            unit = number % 16
            people.append(
                who | {
                    "region": ("oulu", "tampere")[unit % 2], "stratum": "s", "unit": f"u{unit}", "municipality": None,
                    "weight": lot.choice([0.5, 1.0, 1.25, 2.0]),
                }
            )  # fmt: skip
            given = {item: min(5, max(0, lot.randint(0, 4) + (wave == 2024) * lot.randint(0, 1))) for item in ITEMS}
            if number < 8:
                given["who5_5"] = None
            answers.append(who | {"informant": "self"} | given)
            if 8 <= number < 20:
                flags.append({"flag": "too_fast", "instrument": "who5", "informant": "self"} | who)
    return (
        pl.DataFrame(people),
        pl.DataFrame(answers, schema_overrides=dict.fromkeys(ITEMS, pl.Int8)),
        pl.DataFrame(flags),
    )


def _network(lot: random.Random) -> tuple[pl.DataFrame, pl.DataFrame]:
    names = [f"o{number}" for number in range(9)]
    actors = pl.DataFrame(
        {"region": "oulu", "organisation": names, "name": names, "sector": ["a", "b", "c"] * 3, "level": None},
        schema_overrides={"level": pl.String},
    )  # fmt: skip
    rows = [
        ("oulu", wave, "collaboration", one, other, lot.randint(0, 3 + (wave == 2024)), 3, True)
        for wave in WAVES for one in names for other in names if one != other
    ]  # fmt: skip
    columns = ["region", "wave", "relation", "source", "target", "observed", "expected", "directed"]
    return actors, pl.DataFrame(rows, schema=columns, orient="row").cast(
        {"wave": pl.Int32, "observed": pl.Int16, "expected": pl.Int16}
    )


def changes(
    answers: pl.DataFrame, people: pl.DataFrame, *, linked: bool = True, norms: str | None = None
) -> pl.DataFrame:
    """The changes as the notebooks make them."""
    estimation, study = CHOICES["estimation"], CHOICES["study"]
    everyone = moments.with_municipality_types(people.lazy(), load_regions())
    design = moments.fixed_weights(
        moments.regional_strata(moments.in_study(everyone, regions=study["regions"], waves=study["waves"])),
        estimation["weight_decimals"],
    )
    made = moments.coping_moments(
        scored(answers.lazy(), WHO5, norms=norms), scored_columns(WHO5, norms), design=design, groups=[],
        weight_decimals=estimation["weight_decimals"], linked_units=linked,
    )  # fmt: skip
    index = index_moments(made["scores"], made["pairs"], linked_units=linked)
    settings = {name: estimation[name] for name in ("confidence", "lonely_cluster")}
    return parjaavyys.score_changes(index, {"who5": WHO5}, **settings)


def network_changes(actors: pl.DataFrame, ties: pl.DataFrame, rule: integration.TieRule) -> pl.DataFrame:
    network = CHOICES["network"]
    return integration.network_changes(
        actors, integration.of_kind(ties, load_relations(), "tie"), rule, bootstrap=network["bootstrap"],
        seed=network["network_seed"], depth_max=network["depth_max"], confidence=0.95,
    )  # fmt: skip


@lru_cache(maxsize=1)
def tables() -> dict[str, pl.DataFrame]:
    lot = random.Random(5)
    people, answers, flags = _persons(lot)
    actors, ties = _network(lot)
    kinds = {"wave": pl.Int32}
    people, answers = people.cast({**kinds, "municipality": pl.String}), answers.cast(kinds)
    return {
        "clean/respondents": people, "clean/answers_who5": answers, "quarantine/flags": flags.cast(kinds),
        "moments/actors": actors, "moments/ties": ties,
        "indicators/parjaavyys/comparisons": changes(answers, people),
        "indicators/integration/comparisons": network_changes(actors, ties, integration.TieRule()),
    }  # fmt: skip


def run(folder: Path, *, hidden: bool = False) -> Source:
    """Write the run into a folder."""
    for name, frame in tables().items():
        write, key = (write_estimates, COMPARISONS_KEY) if "indicators" in name else (write_table, frame.columns)
        write(frame, folder / f"{name}.parquet", key=key)
    for stage in ("moments", "indicators/parjaavyys", "indicators/integration"):
        (folder / stage / "choices.json").write_text(json.dumps(CHOICES), encoding="utf-8")
    (folder / "study").mkdir()
    source = Source(folder)
    source.__dict__["published"] = _published(hidden=hidden)
    return source


def _published(*, hidden: bool) -> Published:
    """What a door could have let out: the numbers of the default, rounded, and cells that are all shown."""
    mark = pl.lit("primary" if hidden else "")
    made = pl.concat([tables()["indicators/parjaavyys/comparisons"], tables()["indicators/integration/comparisons"]])
    numbers = [
        pl.lit(None, pl.Float64).alias(name) if hidden else pl.col(name).round(3)
        for name in ("estimate", "ci_low", "ci_high")
    ]
    who = {"scale": "who5", "informant": "self", "region": "network", "group": "all"}
    cells = [
        {"indicator": indicator, "category": band} | who
        for indicator, band in (("score_mean", ""), ("band_share", "poor"))
    ]  # fmt: skip
    network = {"indicator": "network_density", "scale": "collaboration", "region": "oulu", "group": "all"}
    every = [one | {"wave": wave, "suppressed": ""} for one in cells for wave in WAVES]
    of_networks = [network | {"wave": wave, "suppressed": ""} for wave in WAVES]
    kinds = {"wave": pl.Int32}
    scale = {
        "shown": {"decimals": 1, "percent": False},
        "grid": 4.0,
        "instrument": "who5",
        "range": [0, 100],
        "bands": [],
        "title": WHO5.scales[0].title.model_dump(),
    }
    scale |= {"bands": [{"key": one.key, "title": one.title.model_dump()} for one in WHO5.scales[0].bands]}
    record = {"decimals": 1, "percent": True, "title": {"fi": "f", "sv": "s", "en": "density"}, "decimals_of": "own"}
    meta = {
        "scales": {"who5": scale}, "regions": {"oulu": {"title": {"fi": "Oulu", "sv": "Uleåborg", "en": "Oulu"}}},
        "relations": {}, "indicators": {"band_share": record, "score_mean": record, "network_density": record},
        "terms": load_terms().model_dump(mode="json"), "title": {"fi": "Tutkimus"}, "synthetic": True,
        "confidence": 0.95,
        "privacy": {"threshold": 5, "organisation_threshold": 3, "rounding": 5}, "region_order": ["oulu"],
        "sources": [], "responsible": "", "date": "",
    }  # fmt: skip
    return Published(
        {
            "comparisons": made.with_columns(*numbers, suppressed=mark),
            "parjaavyys": pl.DataFrame(every).cast(kinds), "integration": pl.DataFrame(of_networks).cast(kinds),
        },
        meta,
    )  # fmt: skip
