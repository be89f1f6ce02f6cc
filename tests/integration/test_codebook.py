"""What is computed is described, and what is described is computed."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sujuva.codebooks import LANGUAGES, load_indicators
from sujuva.integration import (
    TieRule,
    delay_indicators,
    event_indicators,
    handover_indicators,
    network_indicators,
)


def test_codebook_and_tables_name_the_same_indicators(project: Path) -> None:
    where = {"region": ["oulu"], "wave": [2022]}
    ends = {"source": ["a"], "target": ["b"]}
    actors = pl.DataFrame({"region": "oulu", "organisation": ["a", "b"], "name": ["A", "B"], "sector": ["x", "y"]})
    ties = pl.DataFrame({**where, "relation": ["work"], **ends, "observed": [3], "directed": [True]})
    durations = pl.DataFrame({**where, "measure": ["start_to_end"], "seconds": [60], "days": [0], "n": [1]})
    events = pl.DataFrame({**where, "cases": [1], "events": [2], "activities": [2], "variants": [1]})
    handovers = pl.DataFrame({**where, **ends, "n": [1]})
    whole = {"wave": pl.Int32}
    made = pl.concat(
        [
            network_indicators(actors, ties.cast(whole), TieRule()),
            delay_indicators(durations.cast(whole), [7]),
            event_indicators(events),
            handover_indicators(handovers.cast(whole)),
        ]
    )
    described = {key for key, one in load_indicators().items() if one.family == "integration"}
    assert {*made["indicator"], "feedback_mean", "partner_mean", "partner_band_share", "rubric_level"} == described


@pytest.mark.parametrize("family", ["integration", "situation"])
def test_readers_find_every_text_in_their_language(project: Path, family: str) -> None:
    found = [one for one in load_indicators().values() if one.family == family]
    assert found
    for one in found:
        for text in (one.title, one.unit, one.description):
            assert all(getattr(text, language) for language in LANGUAGES), one.key
