"""Every indicator of families' ways is described, and every one that is described is made."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import yaml

from sujuva.integration import (
    case_indicators,
    composite_indicator,
    delay_indicators,
    event_indicators,
    handover_indicators,
    overlap_indicators,
    profile_table,
    referral_indicators,
    survival_indicators,
)
from sujuva.integration.tallies import MEASURES
from tests.integration.test_profile import BOTH, MEASURED
from tests.integration.test_survival import table
from tests.integration.test_tallies import tallies

NAME = "data/codebooks/indicators_integration_families.yaml"
OF_FAMILIES = {"reserved_day", "one_stop", "consent", "joint_start", "overlap", "trigger", "contacts_before"}


def described(project: Path) -> dict[str, dict[str, object]]:
    listed = yaml.safe_load((project / NAME).read_text(encoding="utf-8"))
    return {one["key"]: one for one in listed}


def test_codebook_and_tables_name_the_same_indicators(project: Path) -> None:
    where = {"region": "oulu", "wave": 2022}
    durations = table([3, 9], [True, False]).with_columns(seconds=pl.lit(60), workdays=pl.lit(0))
    events = pl.DataFrame([where | {"cases": 1, "events": 2, "activities": 2, "variants": 1}])
    steps = pl.DataFrame([where | {"source": "a", "target": "b", "n": 1, "families": 1}]).cast({"wave": pl.Int32})
    pairs = pl.DataFrame([where | {"one": "a", "other": "b", "both": 1, "either": 2}])
    made = [
        delay_indicators(durations, [7]),
        survival_indicators(durations, [7]),
        case_indicators(tallies([(measure, 1, 2, 2) for measure in MEASURES])),
        event_indicators(events),
        handover_indicators(steps),
        referral_indicators(steps),
        overlap_indicators(pairs),
        composite_indicator(profile_table(MEASURED, BOTH, {"agenda": 1.0})),
    ]
    assert set(pl.concat(made)["indicator"]) == set(described(project))


def test_shares_are_protected_as_counts_and_n_says_what_it_counts(project: Path) -> None:
    known = described(project)
    for measure, one in MEASURES.items():
        info = known[f"case_{measure}"]
        assert (info["kind"] in {"share", "index"}) == one.share, measure
        assert (info["counts"] == "family") == (measure in OF_FAMILIES | {"referral_chain"}), measure
        assert bool(info.get("percent")) == one.share, measure
