"""What a project says of itself at one commit: its stages, what each was made of, its choices, and what may leave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from sujuva.errors import PipelineError
from sujuva.params import choice
from sujuva.pipeline.allowed import within
from sujuva.pipeline.dag import DOOR, Stage, stages
from sujuva.pipeline.git import changed, git
from sujuva.pipeline.guard import Leaving, guard, shared_files, tracked_files
from sujuva.published import Published, read_published

LOCK = "dvc.lock"
REQUIREMENTS = "requirements.lock"
_CODE = ("src", "notebooks")


@dataclass(frozen=True)
class Run:
    """One stage, and what it was made of when it last ran.

    Attributes:
        stage: What `dvc.yaml` says of it.
        reads: Data that it read, as paths; code is none.
        makes: What it made, as paths.
        choices: Dotted names of choices → the values it took.
    """

    stage: Stage
    reads: tuple[str, ...]
    makes: tuple[str, ...]
    choices: Mapping[str, Any]

    @property
    def tool(self) -> str:
        """The notebook that it runs, or its command."""
        return self.stage.notebook or " ".join(self.stage.words[:2])


@dataclass(frozen=True)
class Project:
    """A project at one commit.

    Attributes:
        root: Its folder.
        commit: Hash of the commit.
        date: Of the commit: the only time that is told.
        runs: Its stages by name, in an order in which they can run.
        files: What may leave: all that is under git, and all that DVC shares.
        published: What publish let out.
    """

    root: Path
    commit: str
    date: datetime
    runs: dict[str, Run]
    files: list[Leaving]
    published: Published

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """Outputs of stages that are shared."""
        return tuple(out for run in self.runs.values() for out in run.stage.pushed)

    @cached_property
    def choices(self) -> dict[str, Any]:
        """The choices that the stages took, by dotted name."""
        return dict(sorted((name, value) for run in self.runs.values() for name, value in run.choices.items()))

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """Data that no stage makes and stages read: raw exports, and what people wrote."""
        made = [path for run in self.runs.values() for path in run.makes]
        read = dict.fromkeys(path for run in self.runs.values() for path in run.reads)
        return tuple(path for path in read if not within(path, *made))

    def here(self, path: str) -> bool:
        """Whether a file or folder is among what may leave."""
        return any(within(one.name, path) for one in self.files)

    def version(self, package: str) -> str:
        """Return the version of a library that is pinned.

        Raises:
            PipelineError: None is.
        """
        text = (self.root / REQUIREMENTS).read_text(encoding="utf-8")
        match = re.search(rf"^{re.escape(package)}==(\S+)", text, flags=re.MULTILINE)
        if match is None:
            msg = f"{REQUIREMENTS} does not pin {package}, which runs the workflow."
            raise PipelineError(msg, "Run `make lock`.")
        return match[1]


def read_project(root: Path) -> Project:
    """Read a project whose commit, results and `dvc.lock` say the same.

    Raises:
        PipelineError: Something is not committed, or a stage is out of date.
        DisclosureError: Something among what is shared may tell of a person.
    """
    if edited := changed(root):
        msg = f"{edited[0]} is not as it was committed, and a research object is that of one commit."
        raise PipelineError(msg, "Commit first (or `git stash`).")
    commit, time = git(root, "show", "--no-patch", "--format=%H %ct", "HEAD").decode().split()
    require_up_to_date(root)
    files = list(chain(tracked_files(root), shared_files(root)))
    guard(root, files)
    return Project(
        root=root,
        commit=commit,
        date=datetime.fromtimestamp(int(time), UTC),
        runs=_runs(root),
        files=sorted({one.name: one for one in files}.values(), key=lambda one: one.name),
        published=read_published(root / DOOR, fdr=choice("coping.fdr")),
    )


def require_up_to_date(root: Path) -> None:
    """See that what lies here is what `dvc.lock` tells, made by the code that lies here; private data may be absent.

    Raises:
        PipelineError: Names the first file or folder that is not, and its stage.
    """
    for name, what, path in _outdated(root):
        msg = f"The stage '{name}' is out of date ({what}{f': {path}' if path else ''})."
        raise PipelineError(msg, "Run `dvc repro`, and commit dvc.lock: what is told of results must be true of them.")


def _outdated(root: Path) -> Iterator[tuple[str, str, str]]:
    from dvc.repo import Repo  # noqa: PLC0415  start-up time

    private = [out for stage in stages(root).values() for out in stage.private]
    with Repo(str(root)) as repo:
        status = repo.status()
    for name, changes in status.items():
        for change in changes:
            if isinstance(change, str):
                yield name, change, ""
                continue
            for what, paths in change.items():
                for path, how in paths.items() if isinstance(paths, dict) else ():
                    place = Path.cwd().joinpath(path).resolve()
                    known = place.relative_to(root.resolve()).as_posix() if place.is_relative_to(root) else path
                    if how != "deleted" or not within(known, *private):
                        yield name, f"{what}, {how}", known


def _runs(root: Path) -> dict[str, Run]:
    known = stages(root)
    locked = yaml.safe_load((root / LOCK).read_text(encoding="utf-8"))["stages"]
    if missing := [name for name in known if name not in locked]:
        msg = f"{LOCK} tells nothing of the stage '{missing[0]}'."
        raise PipelineError(msg, "Run `dvc repro`, and commit dvc.lock.")
    runs = {name: _run(stage, locked[name]) for name, stage in known.items()}
    return {name: runs[name] for name in in_order({name: (run.reads, run.makes) for name, run in runs.items()})}


def in_order(known: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> list[str]:
    """Return names of stages so that each comes after those whose results it reads; else in the order given.

    Args:
        known: Stage → what it reads and what it makes, as paths.
    """
    order = TopologicalSorter(
        {
            name: {other for other, (_, makes) in known.items() if any(within(path, *makes) for path in reads)}
            for name, (reads, _) in known.items()
        }
    )
    order.prepare()
    sorted_names: list[str] = []
    while order.is_active():
        free = set(order.get_ready())
        sorted_names += [name for name in known if name in free]
        order.done(*free)
    return sorted_names


def _run(stage: Stage, locked: Mapping[str, Any]) -> Run:
    reads = [str(one["path"]) for one in locked.get("deps", []) if not within(str(one["path"]), *_CODE)]
    makes = [str(one["path"]) for one in locked.get("outs", [])]
    choices = {name: value for file in locked.get("params", {}).values() for name, value in file.items()}
    return Run(stage, tuple(reads), tuple(makes), choices)
