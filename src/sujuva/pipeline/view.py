"""What a stage behind the door may see of this machine: what it declares in `dvc.yaml`, and what every program needs.

Behind the door is each stage of which something may be shared, but for the one that makes `data/published`. It sees its
`deps`, `params.yaml`, the code, `reports/`, and the system; nothing else of the project, of the input folder, or of
what the user keeps elsewhere.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from sujuva.errors import SujuvaError
from sujuva.paths import MARKER, SCRATCH, project_root
from sujuva.pipeline.allowed import REPORTS, check_stages
from sujuva.pipeline.confinement import View, enter, watch
from sujuva.pipeline.dag import FILE, Stage, input_folder, stages
from sujuva.pipeline.intact import check_inputs
from sujuva.pipeline.leftovers import clear_parts
from sujuva.pipeline.modes import close_private, private_files
from sujuva.pipeline.salt import salt_folders
from sujuva.pipeline.unchanged import check_unchanged, made_of

_SYSTEM = (
    *("/bin", "/etc", "/lib", "/lib32", "/lib64", "/nix", "/opt", "/proc", "/sbin", "/sys", "/usr"),
    "/var/cache/fontconfig",
)
_DEVICES = "/dev"
_OF_CACHE = re.compile(r"/files/md5/[0-9a-f]{2}/[0-9a-f]{30}$")
_FONTS = (".fonts", ".local/share/fonts")


def view_of(notebook: Path | None, command: Iterable[str], root: Path) -> View | None:
    """Return what a notebook, or a command of the command line, may see; None where it may see everything.

    Raises:
        DisclosureError: `dvc.yaml` lets a stage share what has not passed the door.
    """
    words = ["sujuva", *command]
    known = stages(root)
    for stage in known.values():
        ran = root / stage.notebook if stage.notebook else None
        if stage.behind_door and (ran.resolve() == notebook if ran and notebook else stage.words == words):
            return _view(stage, known, root.resolve())
    return None


@contextmanager
def as_stage(arguments: Sequence[str]) -> Iterator[None]:
    """Run a command as its stage has it, where it is one that runs no notebook.

    Behind the door this process is confined, for good; before it, what is made is the owner's alone, and has salt.

    Raises:
        DisclosureError: It cannot be confined, or `dvc.yaml` lets a stage share what has not passed the door.
        PipelineError: What the stage is made of is damaged, or changed while it ran.
    """
    stage, root = _stage_of(arguments)
    if stage is None:
        yield
        return
    before = made_of(stage, root)
    check_inputs(stage, root)
    clear_parts(stage, root)
    view = view_of(None, arguments, root)
    if view is not None:
        close_private(root)
        enter(view)
        watch()
    with nullcontext() if view is not None else private_files(root, masked=True):
        try:
            yield
        except SystemExit as end:  # the way in which a command ends
            if not end.code:
                check_unchanged(stage, before, root)
                if view is None:
                    salt_folders(stage, root)
            raise


def _stage_of(arguments: Sequence[str]) -> tuple[Stage | None, Path]:
    """Return the stage that runs this command, if any, and the project."""
    try:
        root = project_root()
    except SujuvaError:
        return None, Path()  # no project, no stage
    words, file = ["sujuva", *arguments], root / FILE
    if not file.is_file() or f"cmd: {' '.join(words[:2])}" not in file.read_text(encoding="utf-8"):
        return None, root  # as most commands, which need not wait until dvc.yaml is understood
    raw = [(stage, stage.content.get("cmd")) for stage in stages(root).values()]
    plain = [(stage, str(command).replace("${data.input}", str(_given(root)))) for stage, command in raw]
    return next((stage for stage, command in plain if command.split() == words), None), root


def _given(root: Path) -> str:
    folder = input_folder(root)
    return folder.relative_to(root).as_posix() if folder and folder.is_relative_to(root) else str(folder)


def _view(stage: Stage, known: dict[str, Stage], root: Path) -> View:
    check_stages(known)
    declared = [root / name for name in stage.deps]
    aside = root / SCRATCH / REPORTS
    caches = _matplotlib()
    for folder in (root / REPORTS, aside, *caches):
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
    guarded = _real([root, input_folder(root) or root])
    code = Path(__file__).resolve().parents[2]
    own = {Path(sys.prefix), Path(sys.base_prefix), code, root / "src"}
    system = [*map(Path, _SYSTEM), *(Path.home() / name for name in _FONTS), *(Path(one) for one in sys.path if one)]
    system = [one for each in system for one in _around(each, guarded)]
    readable = [*declared, *_cached(declared), root / MARKER, *own, *system]
    return View(
        who=stage.notebook or " ".join(stage.words),
        root=root,
        guarded=guarded,
        readable=_real(readable),
        writable=_real([root / REPORTS, aside, Path(_DEVICES), *caches]),
    )


def _matplotlib() -> list[Path]:
    """Return the folders where matplotlib keeps its list of fonts: it would look for fonts anew in every run."""
    if named := os.environ.get("MPLCONFIGDIR"):
        return [Path(named)]
    kinds = (("XDG_CONFIG_HOME", ".config"), ("XDG_CACHE_HOME", ".cache"))
    return [Path(os.environ.get(variable) or Path.home() / usual) / "matplotlib" for variable, usual in kinds]


def _cached(places: Iterable[Path]) -> Iterator[Path]:
    """Yield the files of DVC's cache that links below `places` lead to, which it may use instead of copies."""
    for place in places:
        for one in (place, *place.rglob("*")) if place.is_dir() else (place,):
            if one.is_symlink() and _OF_CACHE.search(one.resolve().as_posix()) and one.is_file():
                yield one


def _around(folder: Path, guarded: tuple[Path, ...]) -> Iterator[Path]:
    """Yield `folder`, or where a guarded folder lies in it what lies beside that; nothing that is guarded."""
    real = folder.resolve()
    if any(real == one or one in real.parents for one in guarded):
        return
    if not any(real in one.parents for one in guarded):
        yield folder
        return
    with suppress(OSError):
        for one in real.iterdir():
            yield from _around(one, guarded)


def _real(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(path.resolve() for path in paths if path.exists()))
