"""Quick looks at damaged files: each command ends with a result whose counts add up, or with one clear error.

`score`, `network`, `casework`, `draft` and `check` are called as the command line calls them. Some of the files are not
damaged but told otherwise, and must make the very numbers of the plain ones.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import random
import shutil
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from sujuva.cleaning import inspect_folder
from sujuva.codebooks import load_instruments
from sujuva.errors import SujuvaError
from sujuva.intake import as_json as drafted
from sujuva.intake import check_json, draft_folder, passes, show, show_check, study_findings
from sujuva.params import load_params
from sujuva.pipeline.choices import check_choices
from sujuva.quick.case_page import show_report
from sujuva.quick.casework import case_settings, describe_log, report_json
from sujuva.quick.network import as_json, describe_ties
from sujuva.quick.network_page import show_networks
from sujuva.scoring import about, as_csv, score_file, write_scores
from tests.fuzz.counting import count
from tests.fuzz.forms import FORMS
from tests.fuzz.grids import ACTORS, CANARY, ROWS, TABLES
from tests.fuzz.raw import Grid
from tests.fuzz.retold import CLEAR, respelled
from tests.fuzz.telling import STUDY
from tests.fuzz.variants import LOOKS, Variant, corrupted, make

_STEPS = ("contact", "meeting", "action", "meeting")
GRIDS: Mapping[str, Grid] = {
    "score": Grid(
        ["id", "vuosi", *(f"gad7_{number}" for number in range(1, 8)), "nimi"],
        [
            [f"{CANARY}{at}", 2023 + at % 2, *((at + item) % 4 for item in range(7)), f"{CANARY} {at}"]
            for at in range(ROWS)
        ],
    ),
    "network": Grid(
        ["source", "target", "arvio", "vuosi"],
        [[ACTORS[at % 5], ACTORS[(at + 1 + at // 5) % 5], (3 * at) % 11, 2023] for at in range(ROWS)],
    ),
    "casework": Grid(
        ["case", "activity", "time", "sector", "lifecycle:transition"],
        [
            [
                f"{CANARY}f{at // 4}", _STEPS[at % 4], f"2024-0{1 + at // 4}-{3 + 6 * (at % 4):02} 12:30",
                ("health", "third")[at % 2], "complete",
            ]
            for at in range(ROWS)
        ],
    ),
    "matrix": TABLES["matrix"].grid,
}  # fmt: skip
"""Sound files of the commands that take one."""
_NAMES = {"score": "id", "network": "source", "casework": "sector", "matrix": ""}


def look(variant: Variant, project: Path) -> tuple[str, list[str], str]:
    """Make a file, call the command on it, and judge the end.

    Returns:
        How it ended, what is wrong with that, and the words of the error.
    """
    project = project / "looks"
    folder = project / "raw"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with contextlib.chdir(project):
        return _looked(variant, project, folder)


def _looked(variant: Variant, project: Path, folder: Path) -> tuple[str, list[str], str]:
    dice = random.Random(str(variant))
    if variant.kind == "check":
        make(
            Variant(
                variant.form, variant.table, dice.choice(("sound", "cells", "columns", "yaml", "mixed")), variant.seed
            ),
            folder,
        )
        return _judged(lambda: _check(folder), folder)
    if variant.kind == "draft":
        _write(variant, TABLES[variant.table].grid, folder, dice)
        return _judged(lambda: _draft(folder), folder)
    grid, told = GRIDS[variant.table], dice.random() < 0.3 and "iso" not in variant.form
    path = _write(variant, grid, folder, dice, tell=_told[variant.table] if told else None)
    command = _COMMANDS[variant.kind]
    if told:
        return _judged(lambda: _same(command(path)[1], variant, project), folder)
    return _judged(lambda: _counted(variant, path, command(path)[0]), folder)


def _write(
    variant: Variant, grid: Grid, folder: Path, dice: random.Random, tell: Callable[..., Grid] | None = None
) -> Path:
    form = FORMS[variant.form]
    kind = dice.choice(
        ("sound", "cells", "cells", "columns", "rows", "mixed", "bytes", "inside", "stranger", "encoding")
    )
    content = form.write(tell(grid, dice)) if tell else corrupted(kind, form, grid, dice)[0]
    path = folder / f"target{form.suffix}"
    path.write_bytes(content)
    for name, beside in form.beside(grid).items():
        (folder / name).write_bytes(beside)
    return path


def _judged(command: Callable[[], list[str]], folder: Path) -> tuple[str, list[str], str]:
    """Run a command whose printing goes nowhere, and judge its end."""
    before = _files(folder)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            faults = command()
    except SujuvaError as error:
        faults = []
        if not any(one in error.message for one in ("target", "column", "row", "--", "sources.yaml", "file")):
            faults.append(f"an error that names no place: {error}")
        if not error.message or not error.hint:
            faults.append(f"an error without message or hint: {error}")
        if CANARY in f"{error.message} {error.hint}":
            faults.append(f"an error that quotes a value: {error}")
        end, said = "error", f"{type(error).__name__}: {error}"
    else:
        end, said = "clean", ""
    return end, [*faults, *(["something was written"] if before != _files(folder) else [])], said


def _files(folder: Path) -> dict[Path, int]:
    """Return the files of the project, but for the plain ones, and when they were changed."""
    files = [one for one in folder.parent.rglob("*") if one.is_file() and "plain" not in one.parts]
    return {one: one.stat().st_mtime_ns for one in files}


def _score(path: Path) -> tuple[tuple[int, int], Any]:
    """Score a file; the table is written whole."""
    out = path.parent.parent / "scores.csv"
    out.unlink(missing_ok=True)
    made = score_file(path, load_instruments(load_params().data.input)["gad7"])
    write_scores(made, out)
    about(made)
    assert out.read_text(encoding="utf-8") == as_csv(made)
    out.unlink()
    return (made.frame.height, made.frame.height), made.frame["gad7"].to_list()


def _network(path: Path) -> tuple[tuple[int, int], Any]:
    made = describe_ties(path)
    show_networks(made)
    json.dumps(as_json(made), allow_nan=False)
    file = made.file
    numbers = made.indicators.drop("region").sort(pl.all())
    return (file.rows, file.ties.height + sum(map(len, file.left_out.values()))), numbers


def _casework(path: Path) -> tuple[tuple[int, int], Any]:
    made = describe_log(path, case_settings())
    show_report(made)
    told = json.dumps(report_json(made), allow_nan=False, ensure_ascii=False)
    assert f"{CANARY}f" not in told, "the key of a family is told"
    file = made.file
    return (file.rows, file.events.height + sum(map(len, file.left_out.values()))), made.indicators.sort(pl.all())


_COMMANDS: Mapping[str, Callable[[Path], tuple[tuple[int, int], Any]]] = {
    "score": _score,
    "network": _network,
    "casework": _casework,
}


def _counted(variant: Variant, path: Path, rows: tuple[int, int]) -> list[str]:
    """Rows read are rows used and rows left out, and they are those of the file."""
    faults = [] if rows[0] == rows[1] else [f"{rows[0]} rows, of which {rows[1]} are used or left out"]
    if variant.table != "matrix" and variant.form != "redcap":
        counted = count(FORMS[variant.form], path)
        if counted is not None and counted not in (rows[0], rows[0] + 1):  # a header may be gone
            faults.append(f"{counted} raw rows counted otherwise, and {rows[0]} read")
    return faults


def _draft(folder: Path) -> list[str]:
    """A draft is YAML, and holds nothing that only the file knows."""
    made = draft_folder(folder)
    described = json.dumps(drafted(made), ensure_ascii=False)
    show(made, written="Written.")
    faults = [] if isinstance(yaml.safe_load(made.text), dict) else ["the draft is no description"]
    if not _in_header(folder):
        faults += ["the draft holds a value"] if CANARY in made.text else []
        faults += ["what is told of the draft holds a value"] if CANARY in described else []
    return faults


def _in_header(folder: Path) -> bool:
    """Tell whether the first line of a file holds what only rows should: names of columns may be told."""
    header = b"\n".join(one.read_bytes().split(b"\n", 1)[0] for one in folder.glob("target*"))
    return any(one in header for one in (CANARY.encode(), CANARY.encode("utf-16-le")))


def _check(folder: Path) -> list[str]:
    """A check tells what is wrong, counts every row, and quotes none."""
    chosen, said = load_params(), io.StringIO()
    found = inspect_folder(folder, **STUDY)
    instruments = load_instruments(folder)
    study = study_findings(found, chosen, folder, instruments, check=check_choices)
    told = json.dumps(check_json(found, instruments, 1.0, study), allow_nan=False, ensure_ascii=False)
    with contextlib.redirect_stdout(said):
        show_check(found, instruments, 1.0, study)
    passes(found, 1.0, study)
    quoted = CANARY in told + said.getvalue() and not _in_header(folder)
    faults = ["the check quotes a value"] if quoted else []
    for one in found.sources:
        broken = {row for rows in one.broken.values() for row in rows}
        if one.error is None and len(broken) != one.aside:
            faults.append(f"{one.aside} rows set aside, and {len(broken)} with a rule")
    return faults


# Files told otherwise


def _spelled(grid: Grid, dice: random.Random) -> Grid:
    """Return the names of a grid spelled otherwise."""
    at = [grid.header.index(name) for name in grid.header if name in _NAMES.values() and name]
    return Grid(
        grid.header,
        [[respelled(one, dice) if place in at else one for place, one in enumerate(row)] for row in grid.rows],
    )


def _timed(grid: Grid, dice: random.Random) -> Grid:
    """Return a log whose times are written otherwise, with steps of events that have not taken place."""
    write = dice.choice(CLEAR[:4] + CLEAR[6:])
    rows = [[*row[:2], write(dt.datetime.fromisoformat(row[2]), dice), *row[3:]] for row in _spelled(grid, dice).rows]
    for _ in range(dice.choice((0, 2))):
        rows.append([*dice.choice(rows)[:-1], dice.choice(("schedule", "withdraw", "START"))])
    return Grid(grid.header, rows)


def _turned(grid: Grid, dice: random.Random) -> Grid:
    """Return a matrix with its names in another order, and taken apart."""
    down, across = dice.sample(range(len(ACTORS)), len(ACTORS)), dice.sample(range(len(ACTORS)), len(ACTORS))
    names = [unicodedata.normalize("NFD", one) for one in ACTORS]
    rows = [[respelled(ACTORS[row], dice), *(grid.rows[row][1 + at] for at in across)] for row in down]
    return Grid(["", *(names[at] for at in across)], rows)


_told: Mapping[str, Callable[[Grid, random.Random], Grid]] = {
    "score": _spelled,
    "network": _spelled,
    "casework": _timed,
    "matrix": _turned,
}


@cache
def _plain(kind: str, table: str, project: Path) -> Any:
    folder = project / "plain"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    path = folder / "target.csv"
    path.write_bytes(FORMS["csv utf-8"].write(GRIDS[table]))
    return _COMMANDS[kind](path)[1]


def _same(numbers: Any, variant: Variant, project: Path) -> list[str]:
    plain = _plain(variant.kind, variant.table, project)
    same = numbers.equals(plain) if isinstance(numbers, pl.DataFrame) else numbers == plain
    return [] if same else ["other numbers than those of the plain file"]


assert set(LOOKS) == {*_COMMANDS, "draft", "check"}
