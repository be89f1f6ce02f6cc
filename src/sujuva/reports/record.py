"""The record for output checkers, beside the reports: every output that leaves, in the shape of ACRO's `results.json`.

Beside it stands the statement of the risk that is accepted (`risk.json`). Both are made of the files that are about to
leave; docs/disclosure.md tells what each key means.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field

from sujuva.codebooks import LANGUAGES
from sujuva.codebooks.files import parse, read_yaml
from sujuva.codebooks.text import Entry
from sujuva.errors import CodebookError, SujuvaError, nearest
from sujuva.figures.picture import PART
from sujuva.params import Decision, rules_of_privacy
from sujuva.paths import inside
from sujuva.published import SHOWN, Published
from sujuva.reports.behind import Behind
from sujuva.reports.checks import FAIL, KEPT, PASS, REVIEW, Reasons, look, told_rows
from sujuva.reports.files import FOLDER, NARROW

OF_EXAMPLE = "example data"
"""The reason of a decision that nobody has yet taken for data about persons."""
KINDS = {
    ".parquet": "table",
    ".csv": "rows",
    ".xlsx": "rows",
    ".svg": "figure",
    ".png": "figure",
    ".html": "page",
    ".css": "look",
    ".js": "look",
    ".pdf": "document",
    ".ipynb": "notebook",
    ".md": "captions",
    ".json": "metadata",
}
"""What an output is, by the first of these that its files have; anything else is `other`."""
_ACRO = {"table": "table", "rows": "table", "figure": "figure"}
"""What ACRO calls it; whatever it does not know is `custom`."""


class Granted(Decision):
    """An exception: who lets something leave that is for review, when and why."""

    output: str = Field(min_length=1, description="uid of an output; * stands for any letters")


class Exceptions(Entry):
    """What `data/exceptions.yaml` holds."""

    exceptions: tuple[Granted, ...] = ()


@dataclass(frozen=True)
class Output:
    """One thing that leaves, in one or several files.

    Attributes:
        uid: Its place without the suffix of its files, such as `reports/figures/coping`.
        kind: What it is, a value of `KINDS`.
        stage: The stage of `dvc.yaml` that made it.
        sums: SHA-256 by file, as seen from the project's root.
        rows: Rows that it tells, by their mark: of a published table, behind a figure or a table.
        reasons: What was found, and the status that it leads to.
        granted: Exceptions for it.
    """

    uid: str
    kind: str
    stage: str
    sums: dict[str, str]
    rows: dict[str, int]
    reasons: Reasons
    granted: tuple[Granted, ...] = ()

    @property
    def status(self) -> str:
        """The worst that was found: fail, review or pass."""
        return next((one for one in (FAIL, REVIEW) if one in self.reasons.values()), PASS)


def outputs_of(published: Published, leaving: Mapping[str, str], granted: Sequence[Granted] = ()) -> list[Output]:
    """Look at every file that leaves.

    Args:
        published: The publication that all of it must be made from.
        leaving: Folder or file that leaves → the stage that makes it.
        granted: Exceptions.

    Returns:
        The outputs, sorted by uid: files of one name are one output.

    Raises:
        SujuvaError: A folder is missing or empty.
        CodebookError: An exception is for nothing that leaves, or for something that fails.
    """
    files = {path: stage for place, stage in leaving.items() for path in _files(inside(place))}
    root = inside("")
    by_name: dict[str, list[Path]] = {}
    for path in files:
        by_name.setdefault(path.relative_to(root).with_suffix("").as_posix(), []).append(path)
    general, behind = _of_all(published.meta), Behind(published)
    found: dict[str, Output] = {}
    for uid, paths in sorted(by_name.items()):
        sums, reasons, rows = {}, dict(general), dict[str, int]()
        for path in sorted(paths):
            content, name = path.read_bytes(), path.relative_to(root)
            sums[name.as_posix()] = hashlib.sha256(content).hexdigest()
            reasons |= look(name, content, behind)
            rows |= told_rows(name, content, published.meta)
        kind = next((kind for end, kind in KINDS.items() if end in {path.suffix for path in paths}), "other")
        found[uid] = Output(uid, kind, files[paths[0]], sums, rows, reasons)
    for uid, one in found.items():
        if one.kind == "figure":  # it shows the rows that are written beside it
            table = found.get(_rows_of(uid))
            one.reasons.update(table.reasons if table and table.kind == "rows" else {"no_rows": FAIL})
            one.rows.update(table.rows if table else {})
    return _with_exceptions(found, granted)


def _rows_of(uid: str) -> str:
    """Return the output that holds the rows of a figure: beside it, of drawings for telephones and of parts too."""
    return PART.sub("", uid.replace(f"/{FOLDER}/{NARROW}/", f"/{FOLDER}/"))


def _files(place: Path) -> list[Path]:
    files = [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())
    if not files:
        msg = f"{place.parent.name}/{place.name} is not there, and it is among what leaves."
        raise SujuvaError(msg, "Run `make repro` (or `dvc repro`) to make it.")
    return files


def _of_all(meta: Mapping[str, Any]) -> Reasons:
    """Return what somebody must look at whatever the output: what nobody has decided or told."""
    privacy = meta["privacy"]
    decisions = [*privacy["rules"].values(), *privacy["accepted_risks"].values()]
    found = {
        "rule_of_nobody": any(name not in privacy["rules"] for name in rules_of_privacy()),
        "risk_not_accepted": any(key not in privacy["accepted_risks"] for key in meta["terms"]["kinds"]["risk"]),
        "rules_of_example": not meta["synthetic"] and any(one["reason"] == OF_EXAMPLE for one in decisions),
        "no_date": not meta["date"],
        "no_code": not meta["code"],
    }
    return {code: REVIEW for code, holds in found.items() if holds}


def read_exceptions(path: str | Path) -> tuple[Granted, ...]:
    """Read the exceptions that somebody has granted.

    Raises:
        CodebookError: The file is missing or not valid; an exception lacks its owner, date or reason.
    """
    place = inside(path)
    return parse(Exceptions, read_yaml(place) or {}, where=place.name).exceptions


def _with_exceptions(found: Mapping[str, Output], granted: Sequence[Granted]) -> list[Output]:
    for one in granted:
        for_it = [output for uid, output in found.items() if fnmatchcase(uid, one.output)]
        if not for_it:
            msg = f"exceptions.yaml: nothing that leaves is called '{one.output}'."
            raise CodebookError(msg, nearest(one.output, found))
        failing = [output.uid for output in for_it if output.status == FAIL]
        if failing:
            msg = f"exceptions.yaml: {failing[0]} fails, and there is no exception from that."
            raise CodebookError(msg, "An exception is for what is to be looked at. Mend what fails: see results.json.")
    return [
        replace(output, granted=tuple(one for one in granted if fnmatchcase(uid, one.output)))
        for uid, output in found.items()
    ]


def results(outputs: Sequence[Output], published: Published) -> dict[str, Any]:
    """Return the record in the shape of ACRO's `results.json`; its only time is the date of the data."""
    return {
        "version": version("sujuva"),
        "shape": "ACRO 0.4",
        "code": published.meta["code"],
        "results": {one.uid: _result(one, published) for one in outputs},
        "releases": earlier_releases(published),
    }


def earlier_releases(published: Published) -> list[dict[str, Any]]:
    """Return the releases that the publication was held against, the oldest first, and the rows that stay for them.

    What stays is as the newest of them told it; which of them it is held for is not told.
    """
    told = [{**one, "kept": {}} for one in published.meta.get("releases", [])]
    if told:
        rows = published["decisions"].filter(rule=KEPT).group_by("table").agg(pl.col("rows").sum()).sort("table")
        told[-1]["kept"] = dict(rows.iter_rows())
    return told


def _result(one: Output, published: Published) -> dict[str, Any]:
    privacy, name = published.meta["privacy"], Path(one.uid).name
    rules = hidden_by(published, name) if one.kind == "table" else {}
    told = [f"{code}; " for code in sorted(one.reasons)] + [
        f"{code}: {rows} rows suppressed; " for code, rows in rules.items()
    ]
    sdc = {"summary": {"suppressed": bool(rules), **rules}, "cells": {}} if one.kind == "table" else {}
    numbers = {key: privacy[key] for key in rules_of_privacy()}
    return {
        "uid": one.uid,
        "status": one.status,
        "type": _ACRO.get(one.kind, "custom"),
        "properties": {"method": one.kind, "synthetic": published.meta["synthetic"], "rules": numbers},
        "files": [{"name": file, "sdc": sdc, "checksum": checksum} for file, checksum in one.sums.items()],
        "outcome": {mark or "shown": rows for mark, rows in sorted(one.rows.items())},
        "command": f"dvc repro {one.stage}",
        "summary": f"{one.status}; {''.join(told)}".rstrip("; "),
        "timestamp": published.meta["date"],
        "comments": [f"{status}: {code}" for code, status in sorted(one.reasons.items())],
        "exception": " ".join(f"{granted.reason} ({granted.owner}, {granted.date})" for granted in one.granted),
    }


def hidden_by(published: Published, table: str = "") -> dict[str, int]:
    """Return the rows that each rule hides, in one table or in all, most first."""
    rows = published["decisions"].filter(pl.col("suppressed") != SHOWN)
    rows = rows.filter(table=table) if table else rows
    counted = rows.group_by("rule").agg(pl.col("rows").sum()).sort("rows", "rule", descending=[True, False])
    return dict(counted.iter_rows())


def risk_statement(published: Published) -> dict[str, Any]:
    """Return which rules hold and which risk is accepted, by whom, when and why, for machines to read."""
    meta = published.meta
    privacy, terms = meta["privacy"], meta["terms"]["kinds"]
    return {
        "version": version("sujuva"),
        "code": meta["code"],
        "date": meta["date"],
        "synthetic": meta["synthetic"],
        "title": meta["title"],
        "rules": {
            name: {
                "value": privacy[name],
                "title": _titles(terms["privacy_rule"][name]),
                **_who(privacy["rules"].get(name)),
            }
            for name in rules_of_privacy()
        },
        "risks": {
            key: {
                "title": _titles(one),
                "statement": _titles(one["sentence"]),
                "accepted": key in privacy["accepted_risks"],
                **_who(privacy["accepted_risks"].get(key)),
            }
            for key, one in terms["risk"].items()
        },
    }


def _titles(text: Mapping[str, Any]) -> dict[str, str]:
    return {language: text[language] for language in LANGUAGES}


def _who(decision: Mapping[str, str] | None) -> dict[str, str]:
    return dict(decision or dict.fromkeys(Decision.model_fields, ""))
