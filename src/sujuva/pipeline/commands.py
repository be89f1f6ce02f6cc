"""The commands that stand before DVC's and git's own; what they need is imported when they run."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from sujuva.paths import project_root


def guard(
    staged: Annotated[bool, typer.Option("--staged", help="What `git commit` would take (pre-commit).")] = False,
    pushed: Annotated[
        bool, typer.Option("--pushed", help="What `git push` would send, as git tells its hook (pre-push).")
    ] = False,
) -> None:
    """Look at what would leave by git or DVC, and refuse what may tell of a person.

    Without an option: everything under git, and all that `dvc push` would send. Shared are data/published and reports/;
    no table elsewhere, no notebook with outputs, no pseudonym and no row of the clean tables, where these are here.
    """
    from sujuva.pipeline import guard as guarding  # noqa: PLC0415

    root = project_root()
    of_dvc = None
    if staged:
        files, of_dvc = guarding.staged_files(root), guarding.files_of_dvc_in(root, "")
    elif pushed:
        refs = sys.stdin.read()
        files, of_dvc = guarding.pushed_files(root, refs), guarding.files_of_dvc_in(root, *guarding.tips(refs))
    else:
        files = chain(guarding.tracked_files(root), guarding.shared_files(root))
    count = guarding.guard(root, files, of_dvc)
    typer.echo(f"{count} files may leave.")


def push(
    remote: Annotated[str, typer.Argument(help="A remote of DVC, of this machine: dvc remote add --local NAME URL")],
) -> None:
    """Look at what `dvc push` would send, and send it where nothing tells of a person."""
    from sujuva.pipeline import guard as guarding  # noqa: PLC0415
    from sujuva.pipeline.intact import check_outputs  # noqa: PLC0415

    root = project_root()
    count = guarding.guard(root, guarding.shared_files(root))
    check_outputs(_shared(root), root, "so nothing was sent")
    typer.echo(f"{count} files may leave.")
    raise typer.Exit(_dvc(["push", "-r", remote], root))


def repro(context: typer.Context) -> None:
    """Run `dvc repro`, after clearing away what a run that was killed has left in its way.

    Everything after `repro` goes to DVC: sujuva repro --force moments.
    """
    from sujuva.pipeline.dag import stages  # noqa: PLC0415
    from sujuva.pipeline.intact import check_outputs  # noqa: PLC0415
    from sujuva.pipeline.leftovers import clear_parts, mend_half_lock, mend_lock  # noqa: PLC0415

    root = project_root()
    if fault := mend_lock(root):
        typer.echo(f"{fault}: removed.", err=True)
    if fault := mend_half_lock(root):
        typer.echo(f"{fault}: taken as git has it.", err=True)
    for stage in stages(root).values():
        clear_parts(stage, root)  # a stage whose outputs DVC takes from its cache does not run, and so clears nothing
    code = _dvc(["repro", *context.args], root)
    if not code and not context.args:
        check_outputs(_shared(root), root, "and DVC, which looks at times and sizes, did not notice")
    raise typer.Exit(code)


def _shared(root: Path) -> list[str]:
    from sujuva.pipeline.dag import stages  # noqa: PLC0415

    return [out for stage in stages(root).values() for out in stage.pushed]


def _dvc(arguments: Sequence[str], root: Path) -> int:
    """Run a command of DVC and return its exit code; Ctrl-C is DVC's to handle."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run([sys.executable, "-m", "dvc", *arguments], cwd=root, check=False).returncode  # noqa: S603
    finally:
        signal.signal(signal.SIGINT, before)


def setup_git() -> None:
    """Install the hooks of git that guard each commit and push."""
    from sujuva.pipeline.hooks import install_hooks  # noqa: PLC0415

    names = install_hooks(project_root())
    typer.echo(f"Guarded: {', '.join(names)}." if names else "There is no git repository: nothing to guard.")
