"""The commands of reviewers; what they need is imported when they run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from sujuva.paths import project_root


def verify(
    revision: Annotated[str, typer.Argument(help="A commit, branch or tag.")] = "HEAD",
    environment: Annotated[
        Literal["lock", "this"],
        typer.Option(help="Built from the commit's requirements.lock, or this one where it has the same versions."),
    ] = "lock",
    data: Annotated[
        Path | None, typer.Option(help="Folder of the raw exports, where the repository does not make them.")
    ] = None,
    output: Annotated[Path, typer.Option("-o", "--output", help="The record for machines.")] = Path(
        "verification.json"
    ),
) -> None:
    """Make a commit again from nothing, without any cache, and compare every output with dvc.lock and the copies here.

    Ends with 0 where nothing differs, with 1 where something does, and with 3 where nothing differs in the part that
    could be checked: without the raw exports that is what is made of published tables.
    """
    from sujuva.io import write_json  # noqa: PLC0415
    from sujuva.review import verify as verified  # noqa: PLC0415
    from sujuva.review.told import print_verification  # noqa: PLC0415

    came = verified(
        project_root(), revision, this=environment == "this", data=data, say=lambda line: typer.echo(line, err=True)
    )
    write_json(came.record(), output.absolute())
    print_verification(came, file=sys.stdout)
    typer.echo(f"All of it: {output}")
    raise typer.Exit(came.code)
