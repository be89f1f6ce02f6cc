"""What git says: the one place that runs it. Whoever asks decides what it means that git cannot tell."""

from __future__ import annotations

import subprocess
from pathlib import Path

from sujuva.errors import PipelineError, SujuvaError


def git(root: Path, *arguments: str, told: bytes = b"") -> bytes:
    """Return what git says.

    Args:
        root: Where it runs.
        arguments: Its command, with options.
        told: What it reads.

    Raises:
        PipelineError: It fails, or there is no git.
    """
    command = ["git", *arguments]
    try:
        return subprocess.run(command, cwd=root, check=True, capture_output=True, input=told).stdout  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"").decode("utf-8", errors="replace").strip().splitlines()
        msg = f"git {arguments[0]} failed: {said[-1] if said else type(error).__name__}."
        raise PipelineError(msg, "Run this in the project's repository.") from error


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


def changed(root: Path) -> list[str]:
    """Return the files under git that are not as the last commit has them.

    Raises:
        PipelineError: Git cannot tell.
    """
    listed = git(root, "status", "--porcelain", "--untracked-files=no", "--no-renames", "-z").decode(
        "utf-8", errors="replace"
    )
    return [line[3:] for line in listed.split("\0") if line]
