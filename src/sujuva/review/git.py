"""What a repository holds, read from its objects: nothing is checked out."""

from __future__ import annotations

import subprocess
from pathlib import Path

from sujuva.errors import SujuvaError


def git(root: Path, *arguments: str) -> bytes:
    """Return what git says.

    Raises:
        SujuvaError: It fails, or there is no git.
    """
    try:
        return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True).stdout  # noqa: S603, S607
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"").decode("utf-8", errors="replace").strip().splitlines()
        msg = f"git {arguments[0]} failed: {said[-1] if said else type(error).__name__}."
        raise SujuvaError(msg, "Run this in the project's repository.") from error


def commit_of(root: Path, revision: str) -> str:
    """Return the commit that a revision names.

    Raises:
        SujuvaError: The repository has no such revision.
    """
    try:
        return (
            git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        )
    except SujuvaError as error:
        msg = f"There is no revision '{revision}' in this repository."
        raise SujuvaError(msg, "Name a commit, a branch or a tag: `git log --oneline`, `git tag`.") from error


def text_at(root: Path, commit: str, path: str) -> str:
    """Return the text of a file as it stands in a commit.

    Raises:
        SujuvaError: The commit has no such file.
    """
    try:
        return git(root, "show", f"{commit}:{path}").decode("utf-8")
    except SujuvaError as error:
        msg = f"Commit {commit[:10]} has no {path}."
        raise SujuvaError(msg, "Name a commit of a whole project.") from error


def uncommitted(root: Path) -> bool:
    """Whether the working folder has changes that no commit holds."""
    return bool(git(root, "status", "--porcelain", "--untracked-files=no").strip())
