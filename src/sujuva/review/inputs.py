"""Whether `dvc.lock` tells of this commit: each choice, dependency and command in it held against what stands there.

DVC itself takes a dependency that is missing for unchanged, and never compares what one stage made with what the next
was made of. Here nothing is taken for granted: whatever cannot be looked at is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sujuva.fingerprint import CODE, hash_of
from sujuva.paths import MARKER
from sujuva.pipeline.dag import Stage, stages
from sujuva.pipeline.lock import FILE, Locked

CODE_KIND, DATA_KIND, PARAMETER_KIND, LOCK_KIND = "code", "data", "parameter", "lock"
_GAP = re.compile(r"\$\{([\w.]+)\}")


@dataclass(frozen=True)
class Fault:
    """Something in which a commit and its `dvc.lock`, or its `dvc.lock` and itself, disagree.

    Attributes:
        kind: data, parameter, code, lock.
        name: The choice, the path, or the stage.
        stages: Stages whose entries say so.
        told: What was found, in a sentence.
    """

    kind: str
    name: str
    stages: tuple[str, ...]
    told: str


def faults_of(root: Path, locked: Mapping[str, Locked]) -> list[Fault]:
    """Hold `dvc.lock` against a checked-out commit in which nothing has run.

    Args:
        root: The checkout.
        locked: What its `dvc.lock` says.

    Returns:
        Faults in the order of the stages; one for each choice and each path, whatever number of stages it is of.
    """
    known, held = stages(root), _Held(root, locked)
    found: dict[tuple[str, str, str], list[str]] = {}
    for name, stage in known.items():
        for one in held.of_stage(stage):
            found.setdefault(one, []).append(name)
    for name in locked.keys() - known.keys():
        found[LOCK_KIND, name, f"{FILE} has a stage that dvc.yaml has not."] = [name]
    return [Fault(kind, what, tuple(names), told) for (kind, what, told), names in found.items()]


class _Held:
    """A checkout and what its `dvc.lock` says; yields kind, name and sentence of each fault of a stage."""

    def __init__(self, root: Path, locked: Mapping[str, Locked]) -> None:
        self._root, self._locked = root, locked
        self._chosen = _flat(yaml.safe_load((root / MARKER).read_text(encoding="utf-8")) or {})
        self._makers = {out: name for name, one in locked.items() for out in one.outs}
        self._sums: dict[str, str | None] = {}

    def of_stage(self, stage: Stage) -> Iterator[tuple[str, str, str]]:
        entry = self._locked.get(stage.name)
        if entry is None:
            yield LOCK_KIND, stage.name, f"{FILE} has no such stage: it was never run."
            return
        if entry.command != self._filled(stage.content["cmd"]):
            yield CODE_KIND, stage.name, f"dvc.yaml has another command than {FILE}."
        yield from self._choices(stage, entry)
        yield from self._places(stage, entry)

    def _choices(self, stage: Stage, entry: Locked) -> Iterator[tuple[str, str, str]]:
        for name in stage.content.get("params") or ():
            if name not in entry.params:
                yield PARAMETER_KIND, name, f"{FILE} does not know it."
            elif name not in self._chosen:
                yield PARAMETER_KIND, name, f"It is not in {MARKER}; {FILE} has {entry.params[name]!r}."
            elif entry.params[name] != self._chosen[name]:
                yield PARAMETER_KIND, name, f"{MARKER} has {self._chosen[name]!r}, {FILE} {entry.params[name]!r}."

    def _places(self, stage: Stage, entry: Locked) -> Iterator[tuple[str, str, str]]:
        deps, outs = ({self._filled(one) for one in some} for some in (stage.deps, stage.outs))
        for path in sorted(deps ^ entry.deps.keys()):
            yield _kind(path), path, f"dvc.yaml and {FILE} do not agree on whether it is a dependency."
        for path in sorted(outs ^ entry.outs.keys()):
            yield LOCK_KIND, path, f"dvc.yaml and {FILE} do not agree on whether it is an output."
        for path in sorted(deps & entry.deps.keys()):
            maker = self._makers.get(path)
            if maker is not None and self._locked[maker].outs[path] != entry.deps[path]:
                yield LOCK_KIND, path, f"{FILE}: stage {maker} made another one than stage {stage.name} read."
            elif maker is None and is_code(path) and self._sum(path) != entry.deps[path]:
                yield CODE_KIND, path, f"It is not what {FILE} was made with."

    def _sum(self, path: str) -> str | None:
        if path not in self._sums:
            self._sums[path] = hash_of(self._root / path)
        return self._sums[path]

    def _filled(self, text: str) -> str:
        return _GAP.sub(lambda gap: str(self._chosen.get(gap[1], gap[0])), text)


def is_code(path: str) -> bool:
    """Whether a dependency is code or one of the project's own records."""
    return path.startswith(CODE)


def _kind(path: str) -> str:
    return CODE_KIND if is_code(path) else DATA_KIND


def given_data(root: Path, locked: Mapping[str, Locked]) -> Iterator[tuple[str, str | None, str, list[str]]]:
    """Yield what stages read that is neither code nor made by one: path, hash here and in the lock, who reads it."""
    made = {out for one in locked.values() for out in one.outs}
    readers: dict[tuple[str, str], list[str]] = {}
    for name, one in locked.items():
        for path, digest in one.deps.items():
            if path not in made and not is_code(path):
                readers.setdefault((path, digest), []).append(name)
    for (path, digest), names in readers.items():
        yield path, hash_of(root / path), digest, names


def _flat(sections: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{section}.{leaf}": value for section, leaves in sections.items() for leaf, value in (leaves or {}).items()
    }
