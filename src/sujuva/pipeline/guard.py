"""The guard: what is about to leave by git or DVC is looked at, and refused where it may tell of a person.

What may be shared is an allow-list (`allowed`); what is in it is looked through for traces of the clean tables
(`traces`), where these are on this machine.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sujuva.errors import DisclosureError, SujuvaError
from sujuva.paths import legible
from sujuva.pipeline.allowed import CONFIG, LOCAL, REPORTS, check_of_dvc, is_of_dvc, within
from sujuva.pipeline.dag import DOOR, Stage, stages
from sujuva.pipeline.git import git
from sujuva.pipeline.modes import PRIVATE_RELEASES, RELEASES, close_private, open_places
from sujuva.pipeline.traces import Traces, traces_of
from sujuva.signatures import is_secret_key

# Tables of every kind that readers open, and their archives: exports are such files.
_TABLES = {
    *(
        ".arrow",
        ".csv",
        ".dta",
        ".feather",
        ".gz",
        ".ods",
        ".parquet",
        ".rds",
        ".rdata",
        ".sas7bdat",
        ".sav",
        ".sqlite",
    ),
    *(".tsv", ".xes", ".xls", ".xlsb", ".xlsm", ".xlsx", ".xpt", ".zip", ".zsav"),
}
# Where tables are written by hand, made behind the door, or made up for tests.
_TABLE_PLACES = (DOOR, REPORTS, "data/codebooks", RELEASES, "tests")
_CONVERSIONS = "codebooks/conversions"
_LARGEST = 2_000_000  # bytes of a file under git: people write less
_SKIPPED = {".git", ".venv", "node_modules", "__pycache__"}


@dataclass(frozen=True)
class Leaving:
    """A file that is about to leave.

    Attributes:
        name: Its path in the project.
        content: Its bytes.
    """

    name: str
    content: bytes


def guard(root: Path, files: Iterable[Leaving], of_dvc: Iterable[Leaving] | None = None) -> int:
    """Look at files that are about to leave, and at what DVC would share, and return how many files there were.

    Args:
        root: The project.
        files: What is about to leave.
        of_dvc: The files that DVC would go by, as they are about to leave; default: as they lie in the working folder.

    Raises:
        DisclosureError: The first file that may tell of a person, or what `dvc.yaml` would share.
    """
    for one in files_of_dvc(root) if of_dvc is None else of_dvc:
        check_of_dvc(one.name, one.content)
    check_places(root)
    traces = traces_of(root)
    count = 0
    for one in files:
        count += 1
        check_file(one, traces)
    return count


def files_of_dvc(root: Path) -> Iterator[Leaving]:
    """Yield the files that DVC goes by, as they lie in the working folder."""
    for folder, folders, names in os.walk(root):
        folders[:] = [one for one in folders if one not in _SKIPPED and not one.startswith(".")]
        found = [Path(folder, name).relative_to(root).as_posix() for name in names]
        yield from (Leaving(name, (root / name).read_bytes()) for name in found if is_of_dvc(name))
    yield from (Leaving(name, (root / name).read_bytes()) for name in (CONFIG, LOCAL) if (root / name).is_file())


def check_places(root: Path) -> None:
    """See that private places are closed to others.

    Raises:
        DisclosureError: Names those that are open.
    """
    close_private(root)  # what DVC has opened; what is another owner's is told
    if opened := open_places(root):
        named = ", ".join(place.relative_to(root).as_posix() for place in opened)
        msg = f"Others than you can enter {named}, where private data lie."
        raise DisclosureError(msg, f"Run: chmod -R go-rwx {named.replace(',', '')}")


def check_file(leaving: Leaving, traces: Traces) -> None:
    """See that a file may leave.

    Raises:
        DisclosureError: Names the file and what it holds, never a value.
    """
    name = leaving.name
    shared = within(name, DOOR, REPORTS)
    suffixes = {one.lower() for one in Path(name).suffixes}
    tables = suffixes & _TABLES
    placed = within(name, *_TABLE_PLACES) and not within(name, PRIVATE_RELEASES)
    if tables and not placed and _CONVERSIONS not in name:
        msg = f"{legible(name)} is a table ({min(tables)}), and none is shared from there."
        raise DisclosureError(msg, "Exports and tables of persons stay on this machine; git rm --cached takes it out.")
    if not shared and name.endswith(".ipynb") and _has_outputs(leaving.content):
        msg = f"{legible(name)} holds outputs, which may show data of persons."
        raise DisclosureError(msg, "Save it in JupyterLab as `make lab` starts it, or clear its outputs.")
    if not shared and len(leaving.content) > _LARGEST:
        msg = f"{legible(name)} has {len(leaving.content) / 1e6:.1f} MB, and people write less."
        raise DisclosureError(msg, "What a machine wrote stays on this machine; git rm --cached takes it out.")
    if is_secret_key(leaving.content):
        msg = f"{legible(name)} holds a secret key for signatures."
        raise DisclosureError(msg, "Move it out of the project; make a new pair of keys if others have had this one.")
    if told := traces.told_by(name, leaving.content):
        msg = f"{legible(name)} holds {told}."
        raise DisclosureError(msg, "Take it out, and find out how it came there before anything is shared.")


def _has_outputs(content: bytes) -> bool:
    try:
        cells = json.loads(content)["cells"]
        return any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
    except (ValueError, KeyError, TypeError, AttributeError):
        return True  # nobody can tell


def shared_files(root: Path) -> Iterator[Leaving]:
    """Yield the files that `dvc push` would send.

    Raises:
        DisclosureError: A link in a shared folder leads elsewhere.
    """
    for out in _shared(stages(root).values()):
        place = root / out
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            name = path.relative_to(root).as_posix()
            if path.is_symlink() and not path.resolve().is_relative_to((root / ".dvc").resolve()):
                msg = f"{legible(name)} is a link that leads elsewhere, and DVC would send what it leads to."
                raise DisclosureError(msg, "Remove the link.")
            if path.is_file():
                yield Leaving(name, path.read_bytes())


def _shared(known: Iterable[Stage]) -> list[str]:
    return [out for stage in known for out in stage.pushed]


def tracked_files(root: Path) -> Iterator[Leaving]:
    """Yield the files under git, as they lie in the working folder."""
    for name in _names(_asked(root, "ls-files", "-z")):
        if (root / name).is_file():
            yield Leaving(name, (root / name).read_bytes())


def staged_files(root: Path) -> Iterator[Leaving]:
    """Yield the files that `git commit` would take, as they are staged."""
    listed = _asked(root, "diff", "--cached", "--name-only", "--diff-filter=ACMRT", "-z")
    yield from (Leaving(name, _asked(root, "show", f":{name}")) for name in _names(listed))


def files_of_dvc_in(root: Path, *revisions: str) -> Iterator[Leaving]:
    """Yield the files that DVC goes by, as they stand in git.

    Args:
        root: The project.
        revisions: Commits; "" is what is staged.
    """
    for one in revisions:
        listed = _asked(root, "ls-tree", "-r", "--name-only", "-z", one) if one else _asked(root, "ls-files", "-z")
        for name in _names(listed):
            if is_of_dvc(name):
                yield Leaving(name, _asked(root, "show", f"{one}:{name}"))


def pushed_files(root: Path, refs: str) -> Iterator[Leaving]:
    """Yield the files in the commits that `git push` would send and no remote has.

    Args:
        root: The project.
        refs: What git tells its hook: local ref, local commit, remote ref and remote commit, a line each.
    """
    commits = tips(refs)
    if not commits:
        return
    listed = _asked(root, "rev-list", "--objects", *commits, "--not", "--remotes")
    named = [line.partition(" ")[::2] for line in listed.decode("utf-8", errors="surrogateescape").splitlines()]
    named = [(sha, name) for sha, name in named if name]
    content = io.BytesIO(_asked(root, "cat-file", "--batch", told="".join(f"{sha}\n" for sha, _ in named).encode()))
    for _, name in named:
        head = content.readline().split()
        if len(head) != len(("object", "kind", "size")):  # "… missing": git would send what it cannot show
            msg = f"git cannot show {legible(name)}, so nobody can tell what would leave."
            raise DisclosureError(msg, "Fetch what this clone lacks: git fetch --refetch.")
        one = content.read(int(head[2]) + 1)[:-1]
        if head[1] == b"blob":
            yield Leaving(name, one)


def tips(refs: str) -> list[str]:
    """Return the commits that `git push` would send, as git tells them to its hook."""
    return [words[1] for line in refs.splitlines() if len(words := line.split()) == 4 and set(words[1]) != {"0"}]  # noqa: PLR2004


def _names(listed: bytes) -> list[str]:
    return [name for name in listed.decode("utf-8", errors="surrogateescape").split("\0") if name]


def _asked(root: Path, *arguments: str, told: bytes = b"") -> bytes:
    """Return what a command of git says.

    Raises:
        DisclosureError: It fails, so nobody can tell what would leave.
    """
    try:
        return git(root, *arguments, told=told)
    except SujuvaError as error:
        msg = f"git {arguments[0]} failed here, so nobody can tell what would leave."
        raise DisclosureError(msg, error.hint) from error
