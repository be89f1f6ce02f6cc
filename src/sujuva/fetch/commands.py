"""The command `sujuva fetch`. What it needs is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sujuva.errors import FetchError
from sujuva.paths import inside, shown


def fetch(
    sources: Annotated[list[str] | None, typer.Argument(help="Names of sources in sources.yaml. [all of them]")] = None,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="FOLDER", help="The input folder. [data.input]")
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Take over what changed under this id, and record it; may be repeated."),
    ] = None,
    address: Annotated[
        list[str] | None,
        typer.Option(metavar="READER=URL", help="Ask there instead, as of a server that replays answers."),
    ] = None,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="Ask for everything again, also what the service did not update.")
    ] = False,
) -> None:
    """Fetch public statistics (Sotkanet, Statistics Finland) into the input folder, as sources.yaml asks for them.

    This alone uses the network: the pipeline reads the files that it writes. Each file keeps the answers as they came,
    with title, day of updating, time and SHA-256, and of earlier requests all but the answers. A title or an old value
    that has changed under one id stops the source, and its file stays. Where the service tells the same title and day
    of updating as before, values are not asked for again; a revision under an old day is seen with --afresh alone.
    """
    from sujuva.fetch.run import Fetching, fetch_folder  # noqa: PLC0415  start-up time
    from sujuva.params import choice  # noqa: PLC0415

    where = inside(choice("data.input")) if folder is None else folder.absolute()
    fetching = Fetching(where, _addresses(address or ()), tuple(accept or ()), afresh)
    for one in fetch_folder(fetching, sources or ()):
        typer.echo(f"{one.source}: {one.told} ({shown(where / one.file)})")
        for change in one.changes:
            typer.echo(f"  accepted: {change.told}")


def _addresses(given: list[str] | tuple[()]) -> dict[str, str]:
    found = {}
    for one in given:
        reader, _, url = one.partition("=")
        if reader not in {"sotkanet", "pxweb"} or not url:
            msg = f"--address {one}: there is no reader of a service called '{reader}'."
            raise FetchError(msg, "Write sotkanet=https://… or pxweb=https://….")
        found[reader] = url
    return found
