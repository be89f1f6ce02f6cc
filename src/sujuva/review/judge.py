"""Every output of a commit that was made again, held against `dvc.lock` and against the copy that lies here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from sujuva.fingerprint import files_in, hash_of
from sujuva.pipeline.dag import Stage
from sujuva.pipeline.lock import Locked, cached
from sujuva.review.compare import ALL, PIXELS, RELATIVE, Difference, differences
from sujuva.review.inputs import DATA_KIND, LOCK_KIND, Fault

Verdict = Literal["identical", "equal", "different", "unchecked"]
IDENTICAL: Verdict = "identical"
EQUAL: Verdict = "equal"
DIFFERENT: Verdict = "different"
UNCHECKED: Verdict = "unchecked"
COPY_KIND, OUTPUT_KIND = "copy", "output"
_MOST = 1000  # differences of an output that the record keeps; how many there are it says


@dataclass(frozen=True)
class Judged:
    """An output of a stage.

    Attributes:
        path: Its place in the project.
        stage: The stage that makes it.
        verdict: identical (the same bytes), equal (within the tolerance), different, or unchecked.
        locked: Its hash in `dvc.lock`.
        remade: Its hash now; None where it was not made again.
        copy: Whether the copy that lies here is the one of `dvc.lock`; None where there is none to show.
        why: What it follows from: dependencies that differ, too, or why it was not checked.
        count: Number of differences.
        differences: The largest of them; none of what is private.
    """

    path: str
    stage: str
    verdict: Verdict
    locked: str
    remade: str | None
    copy: bool | None = None
    why: tuple[str, ...] = ()
    count: int = 0
    differences: tuple[Difference, ...] = ()

    @property
    def largest(self) -> float:
        """Size of the largest difference; infinite where bytes differ and nobody can tell by how much."""
        if self.verdict in {IDENTICAL, UNCHECKED}:
            return 0.0
        return max((one.size for one in self.differences), default=ALL)


@dataclass(frozen=True)
class Verification:
    """What came of verifying a commit.

    Attributes:
        commit: Its full name.
        revision: How it was asked for.
        environment: In what it ran, in words.
        ran: The stages that ran.
        faults: What in the commit, its `dvc.lock` and the data disagrees.
        outputs: Every output of `dvc.lock`.
    """

    commit: str
    revision: str
    environment: str
    ran: tuple[str, ...]
    faults: tuple[Fault, ...]
    outputs: tuple[Judged, ...] = field(default=())

    @property
    def differs(self) -> bool:
        """Whether anything disagrees."""
        return bool(self.faults) or any(one.verdict == DIFFERENT for one in self.outputs)

    @property
    def whole(self) -> bool:
        """Whether everything could be checked."""
        return all(one.verdict != UNCHECKED for one in self.outputs)

    @property
    def code(self) -> int:
        """Exit code: 0 nothing differs, 1 something does, 3 nothing differs in the part that could be checked."""
        return 1 if self.differs else 0 if self.whole else 3

    def record(self) -> dict[str, Any]:
        """Return it for machines; the same commit and data give the same bytes."""
        return {
            "revision": self.revision,
            "commit": self.commit,
            "environment": self.environment,
            "tolerance": {"numbers_relative": RELATIVE, "pixels_of_255": PIXELS},
            "verdict": {0: "nothing differs", 1: "differs", 3: "nothing differs in what could be checked"}[self.code],
            "stages_run": self.ran,
            "faults": [asdict(one) for one in self.faults],
            "outputs": [_told(one) for one in self.outputs],
        }


def _told(one: Judged) -> dict[str, Any]:
    told = asdict(one)
    told["differences"] = [part | {"size": _number(part["size"])} for part in told["differences"]]
    return told


def _number(size: float) -> float | None:
    return None if size == ALL else size  # JSON has no infinity


def judge(
    stages: Mapping[str, Stage],
    locked: Mapping[str, Locked],
    *,
    remade: Path,
    ran: Iterable[str],
    copies: Path,
    copied: Mapping[str, Locked],
    known: Sequence[Fault] = (),
    cache: Path | None = None,
) -> tuple[list[Judged], list[Fault]]:
    """Hold each output of `dvc.lock` against what was made again.

    Args:
        stages: The stages of the commit by name.
        locked: What its `dvc.lock` says of them.
        remade: Folder of the project in which stages ran.
        ran: Names of those stages.
        copies: Folder of the project whose copies (committed or pulled) are held against them.
        copied: What the `dvc.lock` there says: copies count where both say the same of an output.
        known: What is at fault already: outputs of those stages follow from it.
        cache: Where DVC's cache is, in which the output of another commit may lie.

    Returns:
        Every output, and what is at fault: the first outputs that differ although all they are made of is the same.
    """
    sums: dict[str, str | None] = {}
    judged: list[Judged] = []
    faults: list[Fault] = []
    running = set(ran)
    for name, stage in stages.items():
        entry = locked.get(name)
        if entry is None:
            continue
        moved = tuple(path for path, digest in entry.deps.items() if _sum(remade, path, sums) not in {None, digest})
        moved += tuple(one.name for one in known if name in one.stages and one.kind != LOCK_KIND)
        for path, digest in entry.outs.items():
            there = copied.get(name)
            place = copies / path if there and there.outs.get(path) == digest else None
            shared = path in stage.pushed
            one = _judged(path, stage.name, digest, remade, ran=name in running, copy=place if shared else None,
                          cache=cache if shared else None, moved=tuple(dict.fromkeys(moved)), sums=sums)  # fmt: skip
            judged.append(one)
            faults += _faults(one)
    return judged, faults


def _sum(root: Path, path: str, sums: dict[str, str | None]) -> str | None:
    if path not in sums:
        sums[path] = hash_of(root / path)
    return sums[path]


def _judged(
    path: str,
    stage: str,
    digest: str,
    remade: Path,
    *,
    ran: bool,
    copy: Path | None,
    cache: Path | None,
    moved: tuple[str, ...],
    sums: dict[str, str | None],
) -> Judged:
    here = hash_of(copy) if copy else None
    same_copy = None if here is None else here == digest
    if not ran:
        verdict: Verdict = DIFFERENT if same_copy is False else UNCHECKED
        return Judged(path, stage, verdict, digest, None, same_copy, ("its stage could not run here",))
    now = _sum(remade, path, sums)
    if now == digest and same_copy is not False:
        return Judged(path, stage, IDENTICAL, digest, now, same_copy)
    known = files_in(copy) if copy and here else cached(cache, digest) if cache else None
    found = None if known is None or now is None else differences(known, files_in(remade / path))
    same = now != digest and same_copy is not False and found is not None and all(one.within for one in found)
    verdict = EQUAL if same else DIFFERENT
    why = moved if now != digest else ()
    return Judged(path, stage, verdict, digest, now, same_copy, why, len(found or ()), tuple((found or ())[:_MOST]))


def _faults(one: Judged) -> list[Fault]:
    if one.verdict != DIFFERENT:
        return []
    if one.copy is False and one.remade in {one.locked, None}:
        told = "The copy here is not the one of dvc.lock" + (", which was made again." if one.remade else ".")
        return [Fault(COPY_KIND, one.path, (one.stage,), told)]
    if not one.why:
        told = "dvc.lock has another hash than what the same dependencies make."
        return [Fault(LOCK_KIND, one.path, (one.stage,), told)]
    return []  # it follows from what differs before it


def data_faults(given: Iterable[tuple[str, str | None, str, Sequence[str]]], closed: Iterable[str]) -> list[Fault]:
    """Return the data that are not those of `dvc.lock`, but for those known to be closed.

    Args:
        given: Path, its hash here, that of `dvc.lock`, and who reads it, as `inputs.given_data` yields them.
        closed: Paths of data that are not in the repository.
    """
    known = set(closed)
    return [
        Fault(DATA_KIND, path, tuple(readers),
              "It is not there." if here is None else "It is not what dvc.lock was made with.")
        for path, here, locked, readers in given
        if here != locked and path not in known
    ]  # fmt: skip
