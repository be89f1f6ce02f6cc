"""A person or family who withdrew: removed from what this project can reach, and never let in again.

First comes what keeps the person out (`sujuva.cleaning.withdrawn`), then what is remembered of earlier releases, of
which counts by cell stay alone, then every file that holds the raw key or the pseudonym. What was published stays
published; what was made of the data is made anew by the run that follows.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from sujuva.cleaning.pseudonyms import DEMO_KEY, Hasher, load_key
from sujuva.cleaning.withdrawn import add_withdrawn, read_withdrawn
from sujuva.errors import ParameterError, SujuvaError
from sujuva.normal import normal
from sujuva.params import load_params
from sujuva.paths import inside, shown
from sujuva.releases.cells import CELL
from sujuva.releases.compare import cells_of
from sujuva.releases.exports import Export, exports
from sujuva.releases.register import REGISTER, Earlier, Withdrawal, read_register, write_private, write_register
from sujuva.releases.traces import Traces
from sujuva.sources import load_sources

PLACES = ("data/clean", "data/quarantine", "data/executed", ".sujuva", ".dvc/cache/files")
"""Folders that are looked through; of the last only what a run left there."""
_PSEUDONYM = re.compile("[0-9a-f]{32}")
Kind = Literal["person", "family"]


@dataclass(frozen=True)
class Who:
    """Who is forgotten.

    Attributes:
        kind: Whose key it is.
        pseudonyms: The pseudonyms that it may have.
        traces: What their files are searched for.
    """

    kind: str
    pseudonyms: frozenset[str]
    traces: Traces


def forget_person(key: str, *, kind: str = "person", dry_run: bool = False, today: dt.date | None = None) -> list[str]:
    """Remove a person or family from everything in this project that can be reached.

    Args:
        key: The key as exports have it, or its pseudonym.
        kind: person or family.
        dry_run: Only say what would be removed.
        today: The day that the register tells; default: today.

    Returns:
        What was removed and from where, and what is left to do; never the key, nor anything else of the data.

    Raises:
        ParameterError: There is no such kind of key.
        SujuvaError: Nothing in the project has the key.
    """
    if kind not in ("person", "family"):
        msg = f"kind is '{kind}'; person and family are allowed."
        raise ParameterError(msg)
    folder = inside(load_params().data.input)
    delivery = load_sources(folder)
    hasher = Hasher(DEMO_KEY if delivery.key == "demo" else load_key())
    text = normal(key)
    if not text:
        msg = "The key is blank."
        raise SujuvaError(msg, "Give the key of the person as the exports have it, or the pseudonym.")
    pseudonyms = frozenset({hasher.digits(kind, text), *({text} if _PSEUDONYM.fullmatch(text) else ())})
    who = Who(kind, pseudonyms, Traces(pseudonyms))
    known = read_withdrawn(folder).get(kind, frozenset()) & pseudonyms
    earlier = read_register(REGISTER)
    raw = exports(folder, delivery.sources, {kind: pseudonyms}, hasher)
    snapshots = {one.number: _rows_in(earlier.private(one), who) for one in earlier.releases}
    files = [path for place in PLACES for path in who.traces.files(inside(place))]
    if not (known or files or any(one.rows for one in raw) or any(snapshots.values())):
        msg = "Nobody in this project has this key."
        raise SujuvaError(msg, "Is it written as in the exports, and of the right kind (--kind)? Nothing was changed.")
    lines = list(_told(raw, snapshots, files))
    if dry_run:
        return [*lines, "Nothing was changed (--dry-run)."]
    if add_withdrawn(folder, kind, pseudonyms):
        newest = earlier.releases[-1].number if earlier.releases else 0
        gone = Withdrawal(date=today or dt.datetime.now(tz=dt.UTC).date(), persons=1, after=newest)
        register = earlier.register.model_copy(update={"withdrawn": (*earlier.register.withdrawn, gone)})
        write_register(register, earlier.folder / Path(REGISTER).name)
    for release in earlier.releases:
        _forget_in(earlier, release.number, who)
    left = [one for one in raw if one.rows and not one.rewrite()]
    for path in files:
        who.traces.remove(path)
    remaining = [path for place in PLACES for path in who.traces.files(inside(place))]
    if remaining:
        msg = f"{len(remaining)} files could not be freed of the person, such as {shown(remaining[0])}."
        raise SujuvaError(msg, "Close what holds them, and run the command again.")
    return [*lines, *_to_do(folder, left, earlier)]


def _told(raw: list[Export], snapshots: dict[int, int], files: list[Path]) -> Iterator[str]:
    yield from (f"{one.source.file}: {one.rows} rows" for one in raw if one.rows)
    yield from (f"release {number}: {rows} rows of who was in it" for number, rows in snapshots.items() if rows)
    cached = [path for path in files if ".dvc" in path.parts]
    yield from (f"{shown(path)}" for path in files if path not in cached)
    if cached:
        yield f".dvc/cache: {len(cached)} objects"


def _to_do(folder: Path, left: list[Export], earlier: Earlier) -> Iterator[str]:
    for one in left:
        yield f"! {one.source.file}: {one.why}; its rows are left out from now on, but delete them there by hand."
    yield f"Keep {shown(folder / 'withdrawn.txt')}: the next export may bring the person again."
    yield "Run `make repro`: all from the stage clean on is made anew. Then `dvc gc -w`: what older runs left goes."
    if inside("data/bundles").is_dir():
        yield "Bundles of regions (data/bundles) hold sums: ask for those of the person's region anew."
    if earlier.releases:
        numbers = ", ".join(str(one.number) for one in earlier.releases)
        yield f"Releases {numbers} are out and stay as they are; publish sees to it that no later one tells who left."
    yield "Copies elsewhere (where the exports came from, backups, mail) are yours to delete. Commit data/releases."


def _rows_in(path: Path, who: Who) -> int:
    return pl.read_parquet(path).filter(pl.col("person").is_in(list(who.pseudonyms))).height if path.is_file() else 0


def _forget_in(earlier: Earlier, number: int, who: Who) -> None:
    """Take a person out of a snapshot; how many are gone from each cell stays, and nothing else."""
    release = earlier.releases[number - 1]
    path, gone = earlier.private(release), earlier.beside(release, "forgotten")
    if not path.is_file():
        return
    rows = pl.read_parquet(path)
    mine = pl.col("person").is_in(list(who.pseudonyms))
    if not rows.filter(mine).height:
        return
    cells = [cells_of(rows.filter(mine)), *([pl.read_parquet(gone)] if gone.is_file() else [])]
    together = pl.concat(cells).group_by(CELL).agg(pl.col("left").sum()).sort(CELL)
    # Should the second write fail, the person is counted and still there: they are held against one another as left.
    write_private(together, gone)
    write_private(rows.filter(~mine), path)
