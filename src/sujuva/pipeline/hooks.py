"""The hooks of git that guard a commit and a push; DVC has none of its own for `dvc push` (`docs/dvc.md`)."""

from __future__ import annotations

import subprocess
from pathlib import Path

from sujuva.errors import SujuvaError

_OURS = "# Sujuva's guard"
_HOOKS = {"pre-commit": "--staged", "pre-push": "--pushed"}
_TEXT = """\
#!/bin/sh
{ours}: what may tell of a person is neither committed nor pushed. `sujuva setup-git` wrote this.
cd "$(git rev-parse --show-toplevel)" || exit 1
sujuva=.venv/bin/sujuva
test -x "$sujuva" || sujuva=sujuva
exec "$sujuva" guard {option}
"""


def install_hooks(root: Path) -> list[str]:
    """Write the hooks of the project's repository, and return their names; none where there is no repository.

    Raises:
        SujuvaError: There is a hook of somebody else.
    """
    try:
        told = subprocess.run(
            ["git", "rev-parse", "--git-path", "hooks"],  # noqa: S607
            cwd=root,
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return []
    folder = root / told.stdout.strip()
    for name, option in _HOOKS.items():
        hook = folder / name
        if hook.exists() and _OURS not in hook.read_text(encoding="utf-8", errors="replace"):
            msg = f"There is a hook {name} already, which is not Sujuva's."
            raise SujuvaError(msg, f"Add a line to it: .venv/bin/sujuva guard {option} || exit 1")
    folder.mkdir(parents=True, exist_ok=True)
    for name, option in _HOOKS.items():
        (folder / name).write_text(_TEXT.format(ours=_OURS, option=option), encoding="utf-8")
        (folder / name).chmod(0o755)
    return list(_HOOKS)
