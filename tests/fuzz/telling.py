"""Judges a delivery that was told otherwise: the clean tables of the plain one, or the end that is right."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from sujuva.cleaning import Cleaned, clean_folder
from sujuva.errors import SujuvaError
from tests.fuzz.bases import BASES
from tests.fuzz.grids import TABLES
from tests.fuzz.retold import Told
from tests.fuzz.variants import plain

STUDY: dict[str, Any] = {"regions": ["oulu", "tampere"], "waves": [2023, 2024], "timezone": "Europe/Helsinki"}


@cache
def _plain(base: str, project: Path) -> dict[str, pl.DataFrame]:
    """Return the clean tables of plain rows; each is cleaned once a process."""
    folder = project / "plain"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    plain(base, folder)
    cleaned = clean_folder(folder, **STUDY)
    if cleaned.quarantine.height:
        msg = f"the plain rows '{base}' are not clean"
        raise AssertionError(msg)
    return {name: _ordered(frame) for name, frame in cleaned.tables.items() if frame.height}


def _ordered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort(frame.columns)


def of_told(cleaned: Cleaned, told: Told, project: Path) -> list[str]:
    """Hold clean tables, and what was set aside, against the plain rows."""
    if told.says:
        return [f"taken in without a word, where an error should say '{told.says}'"]
    faults = []
    if told.aside is None:
        whole = cleaned.ledger.filter(pl.col("source") == "target")["rows_clean"].to_list() == [0]
        faults += [] if whole else ["rows are clean of which none can be read"]
    else:
        broken = cleaned.rules.filter(pl.col("kind") == "quarantine")
        counts = dict(zip(broken["rule"], broken["rows"], strict=True))
        if counts != told.aside:
            faults.append(f"set aside {counts} instead of {dict(told.aside)}")
    if told.same:
        target = TABLES[BASES[told.base].table].target
        for name, frame in _plain(told.base, project).items():
            if not _ordered(cleaned.tables[name]).equals(frame, null_equal=True):
                faults.append(f"the clean table {name} (of {target}) is not that of the plain rows")
    return faults


def of_told_error(told: Told, error: SujuvaError) -> list[str]:
    """See that an error is the one that is due."""
    if not told.says:
        return ["refused, where nothing is wrong"]
    return [] if re.search(told.says, f"{error.message} {error.hint}") else [f"another error than '{told.says}'"]
