"""Confinement: a process takes on the view of a stage behind the door, and cannot give it up.

Landlock refuses whatever is not in the view, to every library and program. Beside it a hook of Python's own names the
file in a sentence, where Python is asked to open it. Where the system has no Landlock, there are only that hook and
guards around readers of Polars, pandas and Arrow, which open files without Python: they stop a habit, not a will (see
`docs/dvc.md`).
"""

from __future__ import annotations

import errno
import functools
import importlib
import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sujuva.errors import DisclosureError, causes
from sujuva.pipeline import landlock

# Events of Python that name files, and which of their arguments do. https://docs.python.org/3/library/audit_events.html
_READS = {"os.listdir", "os.scandir"}
_WRITES = {
    "os.link": 2,
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.symlink": 2,
    "os.truncate": 1,
}
_PROGRAMS = {"os.exec", "os.posix_spawn", "os.spawn", "os.system", "subprocess.Popen"}
_READERS = ("polars", "pandas", "pyarrow.parquet", "pyarrow.dataset")
_DENIED = re.compile(r"ermission denied|os error 13|[Ee]rrno 13")
_NAMED = re.compile(r"[^\s'\"`(),;:<>\[\]]+")
_HINT = (
    "What is shared is made from published tables alone: read data/published, or let an earlier stage hand to publish "
    "what is missing (docs/dvc.md)."
)
_entered: list[View] = []


@dataclass(frozen=True)
class View:
    """What a process sees of the files of this machine.

    Attributes:
        who: Notebook or command that it is for, as people write it.
        root: The project.
        guarded: Folders of which nothing is seen but what is listed: the project and the input folder.
        readable: What may be read, with all below it.
        writable: What may be changed as well.
    """

    who: str
    root: Path
    guarded: tuple[Path, ...]
    readable: tuple[Path, ...]
    writable: tuple[Path, ...]

    def with_writable(self, *folders: Path) -> View:
        """Return the view with more folders that may be changed."""
        return replace(self, writable=(*self.writable, *folders))

    def refuses(self, path: str, *, write: bool = False) -> bool:
        """Whether a path leads to what a guarded folder holds and the view does not list."""
        real = Path(os.path.realpath(path))
        if not any(folder in real.parents for folder in self.guarded):
            return False
        listed = self.writable if write else (*self.readable, *self.writable)
        return not any(real == one or one in real.parents for one in listed)


def save(view: View, file: Path) -> None:
    """Write a view down for another process."""
    content = {name: _plain(value) for name, value in vars(view).items()}
    file.write_text(json.dumps(content), encoding="utf-8")


def _plain(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, tuple) else str(value)


def load(file: Path) -> View:
    """Read what `save` wrote."""
    content = json.loads(file.read_text(encoding="utf-8"))
    lists = {name: tuple(map(Path, content[name])) for name in ("guarded", "readable", "writable")}
    return View(who=content["who"], root=Path(content["root"]), **lists)


def enter(view: View) -> None:
    """Leave this process and all it will start nothing but the view, for good, as far as the system can do that.

    Call it before there is a second thread, and `watch` before anything runs that is not the project's own.

    Raises:
        DisclosureError: The system has Landlock and refuses.
    """
    _entered.append(view)
    if not landlock.version():
        return
    try:
        landlock.restrict(view.readable, view.writable)
    except OSError as error:
        msg = f"{view.who} cannot be confined to what it declares: {error.strerror}."
        raise DisclosureError(msg, "Run it where Landlock works, or switch Landlock off altogether.") from error


def watch() -> None:
    """Have Python name the file where it is asked to open one that is not in the view; at last nobody needs imports."""
    for view in _entered:
        if not landlock.version():
            _guard_readers()
        sys.addaudithook(_hook(view, programs=landlock.version() > 0))


def refusal(view: View, path: str | None) -> DisclosureError:
    """Return the error for a file that is not in the view; None where nobody knows which."""
    if path is None:
        what = "a file or folder"
    else:
        real = Path(os.path.realpath(path))
        what = real.relative_to(view.root).as_posix() if real.is_relative_to(view.root) else str(path)
    return DisclosureError(f"{view.who} opens {what}, which its stage does not declare.", _HINT)


def explained(error: BaseException) -> BaseException:
    """Return the refusal behind an error of a confined process, or the error itself where there is none.

    Libraries that open files without Python tell in words of their own that the system refused.
    """
    if not _entered:
        return error
    chain = list(causes(error))
    ours = next((one for one in chain if isinstance(one, DisclosureError)), None)
    if ours is not None:
        return ours
    for one in chain:
        if getattr(one, "errno", None) in {errno.EACCES, errno.EPERM} or _DENIED.search(str(one)):
            return refusal(_entered[-1], _path_in(one, _entered[-1]))
    return error


def _path_in(error: BaseException, view: View) -> str | None:
    """Return the path that an error names and the view does not list."""
    named = getattr(error, "filename", None)
    said = [*([os.fsdecode(named)] if named else []), *(one for one in _NAMED.findall(str(error)) if os.sep in one)]
    return next((one for one in said if view.refuses(one)), None)


def _hook(view: View, *, programs: bool) -> Callable[[str, tuple[Any, ...]], None]:
    refused = frozenset() if programs else _PROGRAMS
    watched = _READS | _WRITES.keys() | refused | {"open"}

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in watched:
            return
        if event in refused:
            msg = f"{view.who} starts a program, which nothing on this system would confine."
            raise PermissionError(msg)
        write, bare = event in _WRITES, event in _READS
        if event == "open":
            _, mode, flags = arguments
            write = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)) or bool(set(mode or "") & set("wax+"))
            bare = mode is not None
        for path in arguments[: _WRITES.get(event, 1)]:
            name = "" if path is None or isinstance(path, int) else os.fsdecode(path)
            # A bare name may be one in another folder, of which Python does not always tell.
            if name and (bare or os.sep in name) and view.refuses(name, write=write):
                raise refusal(view, name)

    return hook


def _guard_readers() -> None:
    """Let Python's hook hear of what Polars and Arrow open."""
    for library in _READERS:
        module = importlib.import_module(library)
        for name in dir(module):
            if name == "dataset" or name.startswith(("read_", "scan_")):
                setattr(module, name, _announced(getattr(module, name)))


def _announced(reader: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(reader)
    def announced(*arguments: Any, **named: Any) -> Any:
        source = arguments[0] if arguments else named.get("source")
        for one in source if isinstance(source, list | tuple) else [source]:
            if isinstance(one, str | Path):
                # A pattern asks for whatever lies in the folder before it.
                path, *pattern = re.split(r"[*?\[]", str(one), maxsplit=1)
                sys.audit("open", f"{path}*" if pattern else path, "r", os.O_RDONLY)
        return reader(*arguments, **named)

    return announced
