"""Copies of the project in which the whole pipeline can run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Copy:
    """A clone of the project, with the working tree's changes, that runs its own code."""

    path: Path

    def environment(self, **extra: str) -> dict[str, str]:
        tools = str(Path(sys.executable).parent)
        return {
            **os.environ,
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.path / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            **extra,
        }

    def run(self, *command: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the copy and return it with its output, whatever its exit code."""
        return subprocess.run(
            command, cwd=self.path, env=self.environment(**extra), capture_output=True, text=True, check=False
        )

    def repro(self, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run `dvc repro` and fail with its output when it fails."""
        done = self.run("dvc", "repro", *arguments, **extra)
        assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done

    @property
    def lock(self) -> str:
        return (self.path / "dvc.lock").read_text(encoding="utf-8")


def copy_project(target: Path) -> Copy:
    """Clone the project to `target` and lay the working tree's changes over it."""
    git = ["git", "-c", "core.quotepath=off"]
    subprocess.run([*git, "clone", "--quiet", "--no-hardlinks", str(ROOT), str(target)], check=True)
    listed = subprocess.run(
        [*git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in listed.stdout.decode().split("\0"):
        source = ROOT / name
        if name and source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    return Copy(target)
