"""Every published table and every indicator of persons has cells by which releases are compared."""

from __future__ import annotations

import polars as pl
import pytest

from sujuva.codebooks import UNITS_OF_PEOPLE, load_indicators
from sujuva.published import CONTRACTS
from sujuva.releases import Verdict
from sujuva.releases.cells import CELL, CONTRIBUTION, PAIRS, SCORES
from sujuva.releases.judge import LEVELS
from sujuva.releases.rows import _TABLES, OF_NOBODY, families, verdicts_on


def test_every_published_table_is_known():
    assert {*_TABLES, *OF_NOBODY} == {*CONTRACTS}
    assert not {*_TABLES} & {*OF_NOBODY}


def test_what_counts_people_is_told_of_people():
    """But for statistics of areas, which are official and public."""
    known = load_indicators()
    family = families(known)
    people = [key for key, one in known.items() if one.counts in UNITS_OF_PEOPLE and one.family != "situation"]

    assert [key for key in people if not family[key]] == []
    assert {family[key] for key in ("score_mean", "band_share", "gap")} == {SCORES}
    assert {family[key] for key in ("change_share", "attrition_share", "change_paired")} == {PAIRS}
    assert family["lp_coverage"] == "lp_topics"


def verdicts(**values: object) -> pl.DataFrame:
    place = {
        "family": SCORES,
        "scale": "a",
        "informant": "self",
        "region": "oulu",
        "wave": 2024,
        "since": 0,
        "group": "all",
    }
    schema = {**{name: CONTRIBUTION.get(name, pl.String()) for name in CELL}, **dict.fromkeys(LEVELS, pl.Int8())}
    levels = {"n": Verdict.CHANGED, "bands": Verdict.HELD, "bins": Verdict.HELD, "classes": Verdict.CHANGED}
    return pl.DataFrame([{**place, **values, **levels}], schema=schema)


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ({"indicator": "score_mean", "n": 20}, Verdict.CHANGED),
        ({"indicator": "band_share", "n": 20}, Verdict.HELD),
        ({"indicator": "score_mean", "scale": "b", "n": 20}, Verdict.HELD),  # counts somebody whom nobody thought of
        ({"indicator": "score_mean", "scale": "b", "n": 0}, Verdict.NEW),
        ({"indicator": "network_density", "n": 20}, Verdict.NEW),  # of organisations
    ],
)
def test_a_row_has_the_verdict_of_its_cell(row, verdict: Verdict):
    place = {"scale": "a", "category": "", "informant": "self", "region": "oulu", "wave": 2024, "group": "all"}
    rows = pl.DataFrame([{**place, **row}], schema_overrides={"wave": pl.Int32})

    assert verdicts_on("parjaavyys", rows, verdicts(), load_indicators()).to_list() == [verdict]
