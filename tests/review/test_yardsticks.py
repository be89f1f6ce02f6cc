"""What published numbers are held against knows every kind of them, and agrees with the library on small rows."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sujuva import integration
from sujuva.codebooks import load_lineage
from sujuva.moments import INITIATIVES, OBSERVATIONS, PARTICIPATION
from sujuva.moments.said import PAIRS_OF_CODERS, UNITS
from tests.review.cells import YARDSTICKS

CHOSEN = {"integration.profile.composite_indicator"}
"""Published only where a study weighs the dimensions of the profile."""


def test_each_function_of_the_lineage_has_a_yardstick_or_is_run_again():
    tree = ast.parse((Path(__file__).parent / "again.py").read_text(encoding="utf-8"))
    keys = {one.value for node in ast.walk(tree) if isinstance(node, ast.Dict) for one in node.keys
            if isinstance(one, ast.Constant)}  # fmt: skip
    assert {one.by for one in load_lineage().published} - {*YARDSTICKS} - keys == CHOSEN


def frame(schema: Any, *rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


PLACE = {"region": "oulu", "wave": 2024}
INITIATED = frame(INITIATIVES, PLACE | {"level": "practice", "status": None, "n": 3}, PLACE | {"level": None, "n": 1})
TOOK_PART = frame(
    PARTICIPATION,
    PLACE | {"participant_group": "parents", "way": "", "n": 8},
    PLACE | {"participant_group": "parents", "way": "planned", "n": 2},
)
NOTICED = frame(
    OBSERVATIONS,
    {"region": "oulu", "date": date(2024, 3, 1), "phenomenon": "a", "initiative": date(2024, 4, 1), "n": 2},
    {"region": "oulu", "date": date(2024, 3, 9), "phenomenon": "b", "n": 4},
    {"region": "oulu", "date": date(2024, 5, 9), "n": 1},
)
CODED = frame(
    UNITS,
    {"wave": 2024, "scale": "", "pattern": "a=2", "units": 9},
    {"wave": 2024, "scale": "", "pattern": "a=1;b=1", "units": 2},
    {"wave": 2024, "scale": "", "pattern": "b=2", "units": 4},
)


@pytest.mark.parametrize(
    ("by", "table", "rows", "made"),
    [
        ("taking_part.initiative_indicators", "initiatives", INITIATED, integration.initiative_indicators(INITIATED)),
        ("taking_part.participation_indicators", "participation", TOOK_PART,
         integration.participation_indicators(TOOK_PART)),
        ("noticed.noticed_indicators", "observations", NOTICED, integration.noticed_indicators(NOTICED, ["health"])),
        ("said.coding_indicators", "coding_units", CODED,
         integration.coding_indicators(CODED, pl.DataFrame(schema=PAIRS_OF_CODERS))),
    ],
)  # fmt: skip
def test_yardsticks_and_library_agree(by: str, table: str, rows: pl.DataFrame, made: pl.DataFrame):
    whole = made.filter(pl.col("group") == "all", pl.col("wave").is_in([0, 2024]), pl.col("estimate").is_not_null())
    whole = whole.filter(~pl.col("indicator").is_in(["observation_month", "observation_phenomenon"]))  # other rows
    assert whole.height
    for cell in whole.iter_rows(named=True):
        found = YARDSTICKS[f"integration.{by}"](cell, {f"moments/{table}": rows.to_dicts()}, {})
        assert found["estimate"] == pytest.approx(cell["estimate"]), cell["indicator"]
