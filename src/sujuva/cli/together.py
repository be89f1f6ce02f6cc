"""Commands for regions that work together; what they need is imported when they run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from sujuva.errors import SujuvaError


class UnreadableSideError(SujuvaError):
    """A side of a comparison cannot be read: 1 would say that something differs."""

    code = 2


def measures(
    sides: Annotated[
        list[Path],
        typer.Argument(
            metavar="SIDE...",
            help="Two or more: folders of projects, data/study of one, codebooks with params.yaml beside, or "
            "bundles (.zip).",
        ),
    ],
    page: Annotated[Path | None, typer.Option(metavar="FILE.md", help="Write a short page as Markdown, too.")] = None,
    language: Annotated[str, typer.Option("-l", "--language", help="Of the page: fi, sv or en.")] = "fi",
    as_json: Annotated[bool, typer.Option("--json", help="All of it as JSON.")] = False,
) -> None:
    """Say what several regions would measure alike, before anyone computes: what differs, and what each would change.

    What separates numbers most comes first. Ends with 0 where everything is shared, with 1 where something is not, and
    with 2 where a side cannot be read.
    """
    from tempfile import TemporaryDirectory  # noqa: PLC0415  start-up time

    from sujuva.measures import (  # noqa: PLC0415
        compare,
        open_sides,
        told,
    )

    try:
        with TemporaryDirectory() as scratch:
            found = compare(open_sides(sides, Path(scratch)))
    except SujuvaError as error:
        raise UnreadableSideError(error.message, error.hint) from error
    if page is not None:
        from sujuva.figures import Words  # noqa: PLC0415
        from sujuva.io import write_text  # noqa: PLC0415
        from sujuva.measures.page import comparison_page  # noqa: PLC0415

        write_text(comparison_page(found, Words(language)), page.absolute())
    if as_json:
        typer.echo(json.dumps(told.as_json(found), indent=2, ensure_ascii=False, default=str))
    else:
        told.print_comparison(found, file=sys.stdout)
    raise typer.Exit(0 if found.same else 1)
