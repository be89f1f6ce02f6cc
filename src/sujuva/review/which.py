"""Which commits a fingerprint fits: read from the objects of git, nothing is checked out and nothing runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

import pygit2
import yaml

from sujuva.bundles.shelf import SHELF
from sujuva.errors import SujuvaError
from sujuva.fingerprint import (
    DRAWING,
    code_parts,
    counts,
    digest_of_choices,
    digest_of_code,
    digest_of_data,
    with_bundles,
    with_drawing,
)
from sujuva.paths import MARKER
from sujuva.pipeline.dag import DOOR, FILE, Stage
from sujuva.pipeline.lock import FILE as LOCK
from sujuva.pipeline.lock import LOADER

PARTS = ("data", "choices", "code")
_DEPS = re.compile(r"^    deps:\n((?:    - .*\n|      .*\n)*)", re.MULTILINE)
_HASH = re.compile(r"^    - path: (.+)\n      hash: md5\n      md5: (\w+(?:\.dir)?)$", re.MULTILINE)
_WANTED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Fitting:
    """A commit and what of a fingerprint it fits.

    Attributes:
        commit: Its full name.
        date: Its day.
        subject: First line of its message.
        parts: Which of data, choices and code fit.
        of: `pages` (and what is taken from them) or `tables`, where the code fits.
    """

    commit: str
    date: str
    subject: str
    parts: tuple[str, ...]
    of: str = ""

    @property
    def whole(self) -> bool:
        """Whether everything fits."""
        return self.parts == PARTS


def which(root: Path, fingerprint: str) -> list[Fitting]:
    """Find the commits that a fingerprint fits, of all branches and tags, the newest first.

    Args:
        root: The project, in its repository.
        fingerprint: Three parts as they stand on pages, in a file or in `meta.json`.

    Returns:
        Commits that fit wholly; where there are none, those that fit in the most parts.

    Raises:
        SujuvaError: It is no fingerprint, or there is no repository.
    """
    wanted = fingerprint.strip().rstrip(".").lower()
    if not _WANTED.fullmatch(wanted):
        msg = f"'{fingerprint}' is no fingerprint of three parts, such as 1f00c2ab-77b0e1d2-91ac03ef."
        raise SujuvaError(msg, "It stands at the foot of each page, and in the files that are taken along.")
    try:
        repository = pygit2.Repository(str(root))
    except pygit2.GitError as error:
        msg = "There is no git repository here."
        raise SujuvaError(msg, "Run this in the project's repository.") from error
    history = _History(repository)
    fitting = [one for commit in _commits(repository) if (one := history.fitting(commit, wanted.split("-"))).parts]
    most = max((len(one.parts) for one in fitting), default=0)
    return [one for one in fitting if len(one.parts) == most]


def _commits(repository: pygit2.Repository) -> Iterator[pygit2.Commit]:
    tips: list[pygit2.Oid] = []
    for name in repository.references:
        peeled = repository.references[name].peel()
        if isinstance(peeled, pygit2.Commit):
            tips.append(peeled.id)
    if not repository.head_is_unborn:
        tips.append(repository.head.peel().id)
    if not tips:
        return
    walker = repository.walk(tips[0], pygit2.enums.SortMode.TIME)
    for one in tips[1:]:
        walker.push(one)
    yield from walker


class _History:
    """What commits are made of; what several of them share is looked at once."""

    def __init__(self, repository: pygit2.Repository) -> None:
        self._repository = repository
        self._known: dict[tuple[str, str], Any] = {}

    def fitting(self, commit: pygit2.Commit, wanted: list[str]) -> Fitting:
        made = _Made(self, commit.tree)
        codes = {"pages": made.code_of_pages, "tables": made.code}
        of = next((name for name, code in codes.items() if code.startswith(wanted[2])), "")
        fits = (made.data.startswith(wanted[0]), made.choices.startswith(wanted[1]), bool(of))
        return Fitting(
            str(commit.id),
            datetime.fromtimestamp(commit.commit_time, UTC).date().isoformat(),
            commit.message.partition("\n")[0],
            tuple(part for part, fit in zip(PARTS, fits, strict=True) if fit),
            of,
        )

    def read(self, tree: pygit2.Tree, path: str, kind: str) -> Any:
        """Return what a file of a tree says, understood once for each of its states; None where it is not there."""
        if path not in tree:
            return None
        blob = tree[path]
        if not isinstance(blob, pygit2.Blob):
            return None
        return self.once((kind, str(blob.id)), lambda: _KINDS[kind](blob.data.decode("utf-8", errors="replace")))

    def once(self, key: tuple[str, str], make: Any) -> Any:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def files(self, tree: pygit2.Tree, part: str) -> list[tuple[str, str]]:
        """Return the files of a part of the code, and what git calls their contents."""
        if part not in tree:
            return []
        item = tree[part]
        if isinstance(item, pygit2.Blob):
            return [(part, str(item.id))]
        found: list[tuple[str, str]] = self.once(
            (part, str(item.id)), lambda: list(_walked(item, part, PurePosixPath()))
        )
        return found


def _walked(tree: pygit2.Object, part: str, inside: PurePosixPath) -> Iterator[tuple[str, str]]:
    if not isinstance(tree, pygit2.Tree):
        return
    for item in tree:
        place = inside / str(item.name)
        if isinstance(item, pygit2.Tree):
            yield from _walked(item, part, place)
        elif isinstance(item, pygit2.Blob) and counts(place) and not place.name.startswith("."):
            yield f"{part}/{place}", str(item.id)


class _Made:
    """What a commit would make its publication of."""

    def __init__(self, history: _History, tree: pygit2.Tree) -> None:
        self._history, self._tree = history, tree
        self._stages = history.read(tree, FILE, "stages") or {}
        self._params = history.read(tree, MARKER, "yaml") or {}
        self._door = next((name for name, one in self._stages.items() if DOOR in one.outs), "")

    @property
    def data(self) -> str:
        given = (self._params.get("data") or {}).get("input")
        locked: Mapping[str, str] = self._history.read(self._tree, LOCK, "lock") or {}
        return with_bundles(digest_of_data(locked.get(str(given), "")), locked.get(SHELF, ""))

    @property
    def choices(self) -> str:
        if not self._door:
            return ""
        return digest_of_choices(self._params, self._stages[self._door].content.get("params") or ())

    @cached_property
    def code(self) -> str:
        if not self._door:
            return ""
        return self._digest(code_parts({self._door: self._stages[self._door].content}, self._door))

    @property
    def code_of_pages(self) -> str:
        return with_drawing(self.code, self._digest([f"src/sujuva/{room}" for room in DRAWING]))

    def _digest(self, parts: list[str]) -> str:
        return digest_of_code(file for part in parts for file in self._history.files(self._tree, part))


def _hashes(text: str) -> dict[str, str]:
    """Return hash by path of all that the stages of a `dvc.lock` read, without the time that YAML takes."""
    deps = "".join(_DEPS.findall(text))
    return {str(yaml.safe_load(path)) if path[0] in "'\"" else path: digest for path, digest in _HASH.findall(deps)}


def _yaml(text: str) -> Any:
    return yaml.load(text, Loader=LOADER)  # noqa: S506  a safe loader


def _stages(text: str) -> dict[str, Stage]:
    return {name: Stage(name, one) for name, one in (_yaml(text).get("stages") or {}).items()}


_KINDS: dict[str, Callable[[str], Any]] = {
    "stages": _stages,
    "yaml": _yaml,
    "lock": _hashes,
}
