"""The commands around releases; what they need is imported when they run."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from sujuva.errors import SujuvaError
from sujuva.paths import inside


def changes() -> None:
    """Count who joined and left each published cell since each release: the stage before publish."""
    from sujuva.handed import read_choices  # noqa: PLC0415
    from sujuva.io import replacing_folder  # noqa: PLC0415
    from sujuva.releases.changes import write_changes  # noqa: PLC0415
    from sujuva.releases.register import read_register  # noqa: PLC0415

    choices = read_choices("data/moments/choices.json")
    earlier = read_register("data/releases/releases.json")
    with replacing_folder(inside("data/changes")) as out:
        write_changes(
            earlier, out, clean=inside("data/clean"), study=inside("data/study"), choices=choices,
            bundles=inside("data/bundles"),
        )  # fmt: skip
    typer.echo(f"{len(earlier.releases)} earlier releases.")


def release(
    *,
    owner: Annotated[str, typer.Option(help="Who answers for the release.")] = "",
    reason: Annotated[str, typer.Option(help="Why it is released.")] = "",
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="Its day. [today]")] = "",
    data_until: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="Newest day of the data. [sources.yaml, or the newest file]")
    ] = "",
    show: Annotated[bool, typer.Option("--list", help="List the releases instead.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Hold the register against its seals and tables.")] = False,
) -> None:
    """Add what stands in data/published to the register of releases.

    Run it when the tables go out. From then on, publish tells no number anew where too few joined or left since.
    """
    from sujuva.releases.register import read_register  # noqa: PLC0415

    earlier = read_register()
    if show or check:
        for one in earlier.releases:
            mark = "signed" if one.signature else f"unsigned: {one.unsigned}"
            typer.echo(f"{one.number:>3}  {one.date}  {len(one.files)} files  {one.owner}: {one.reason} ({mark})")
        left = sum(one.persons for one in earlier.register.withdrawn)
        typer.echo(
            f"{len(earlier.releases)} releases, {left} withdrawn" + ("; all is as it was added." if check else ".")
        )
        return
    from sujuva.releases.adding import add_published  # noqa: PLC0415

    added = add_published(
        earlier, owner=owner, reason=reason, date=_day(date, "date"), data_until=_day(data_until, "data-until")
    )
    typer.echo(f"Release {added.number} of {added.date}: {len(added.files)} files in data/releases/{added.number}.")
    typer.echo("Commit data/releases; what lies in data/releases/private stays on this machine.")


def _day(text: str, option: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        msg = f"--{option} is no day."
        raise SujuvaError(msg, "Write it as 2026-01-31.") from None


def forget(
    respondent: Annotated[
        str,
        typer.Argument(
            help="The key of the person as the exports have it, or the pseudonym; - reads it from standard input."
        ),
    ],
    *,
    kind: Annotated[str, typer.Option(help="Whose key it is: person or family.")] = "person",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed, and remove nothing.")] = False,
) -> None:
    """Remove a person (or family) who withdrew from everything in this project that can be reached."""
    from sujuva.releases.forget import forget_person  # noqa: PLC0415

    key = typer.get_text_stream("stdin").readline().strip() if respondent == "-" else respondent
    for line in forget_person(key, kind=kind, dry_run=dry_run):
        typer.echo(line)
