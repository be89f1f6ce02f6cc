"""The commands that guard what leaves; what they need is imported when they run."""

from __future__ import annotations

import subprocess
import sys
from itertools import chain
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

    root = project_root()
    count = guarding.guard(root, guarding.shared_files(root))
    typer.echo(f"{count} files may leave.")
    command = [sys.executable, "-m", "dvc", "push", "-r", remote]
    done = subprocess.run(command, cwd=root, check=False)  # noqa: S603
    raise typer.Exit(done.returncode)


def setup_git() -> None:
    """Install the hooks of git that guard each commit and push."""
    from sujuva.pipeline.hooks import install_hooks  # noqa: PLC0415

    names = install_hooks(project_root())
    typer.echo(f"Guarded: {', '.join(names)}." if names else "There is no git repository: nothing to guard.")
