"""The table of findings computed in several ways: its columns, and how whoever has it reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

import polars as pl

from sujuva.errors import DisclosureError
from sujuva.paths import no_file

FILE = "specifications.csv"
Choice = Literal[
    "missing_rule", "flagged", "norms", "weights", "linked_units", "reference_wave",
    "tie_from", "confirmation", "unlisted",
]  # fmt: skip
CHOICES: tuple[Choice, ...] = get_args(Choice)
"""What can be chosen otherwise, in the order of the pipeline."""
NUMBERS = ("estimate", "ci_low", "ci_high")
ADDRESS = pl.Schema(
    {
        **dict.fromkeys(("comparison", "scale", "category", "informant", "region"), pl.String()),
        **dict.fromkeys(("wave", "other_wave"), pl.Int32()),
    }
)
"""Columns that say which published change a finding is."""
TOLD = pl.Schema(
    {
        "specification": pl.Int64(),
        **dict.fromkeys(NUMBERS, pl.Float64()),
        "way": pl.String(),
        "suppressed": pl.String(),
    }
)
"""Columns of what is told of a specification; 0 is the one that is published."""
_VALUES: dict[str, pl.DataType] = dict.fromkeys(CHOICES, pl.String())
COLUMNS = pl.Schema({"finding": pl.String(), **ADDRESS, **TOLD, **_VALUES})
"""All columns of the table; of a choice that does not bear on a finding the value is empty."""


def read_specifications(path: Path) -> pl.DataFrame:
    """Read the table as `sujuva multiverse` writes it.

    Returns:
        Columns `COLUMNS`, in the order of the file.

    Raises:
        DisclosureError: It is no such table: nobody can tell what other columns would tell.
    """
    if fault := no_file(path):
        msg = f"{path.name} is {fault}."
        raise DisclosureError(msg, "`sujuva multiverse` writes it.")
    try:
        frame = pl.read_csv(path, infer_schema=False)
        if frame.columns == [*COLUMNS]:
            numbers = [name for name, kind in COLUMNS.items() if kind.is_numeric()]
            texts = [name for name in COLUMNS if name not in numbers]
            return frame.with_columns(pl.col(texts).fill_null("")).cast({name: COLUMNS[name] for name in numbers})
    except pl.exceptions.PolarsError as error:
        msg = f"{path.name} is no table of specifications."
        raise DisclosureError(msg, "`sujuva multiverse` writes it anew.") from error
    other = [name for name in frame.columns if name not in COLUMNS]
    what = f"has the column {other[0]}, which none has" if other else "lacks columns, or has them in another order"
    msg = f"{path.name} {what}: nobody can tell what it would tell."
    raise DisclosureError(msg, "`sujuva multiverse` writes it anew.")
