"""The command that makes the research object; what it needs is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sujuva.paths import project_root, shown


def crate(
    target: Annotated[
        Path | None, typer.Argument(help="A new folder, or a file that ends with .zip. [reports/crate]")
    ] = None,
) -> None:
    """Write the research object: an RO-Crate of what may leave, with codecheck.yml and a README for data editors.

    It is of one commit, whose results are up to date: the same commit makes the same bytes.
    """
    from sujuva.crate import write_crate  # noqa: PLC0415

    root = project_root()
    place = (target or root / "reports/crate").absolute()
    for one in write_crate(place, root):
        typer.echo(f"codecheck.yml lacks what only a person knows: {one}", err=True)
    typer.echo(shown(place))
