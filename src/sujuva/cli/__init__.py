"""The command line: each function that is registered here is a command of `sujuva`.

Errors of our own family are one message and a hint on standard error; SUJUVA_DEBUG=1 shows where they came from.
Others are told by type and place alone, as the message of a library may quote a value.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sujuva import __version__
from sujuva.cli.bundles import bundle, bundles
from sujuva.cli.checkup import doctor
from sujuva.cli.deliveries import check, codebook, draft, example, key, score
from sujuva.cli.multiverse import multiverse
from sujuva.cli.project import dag, params, run
from sujuva.cli.publication import attack, indicators, pdf, record, site
from sujuva.cli.research import crate
from sujuva.cli.review import claims, diff, manuscript, trace, verify, which
from sujuva.cli.signing import check_signature, sign
from sujuva.cli.together import measures
from sujuva.errors import SujuvaError, lacking
from sujuva.fetch.commands import fetch
from sujuva.pipeline.commands import guard, push, repro, setup_git
from sujuva.quick.commands import casework, network
from sujuva.quick.releases import changes, forget, release

__all__ = ["app", "main"]

app = typer.Typer(
    name="sujuva",
    help="From raw evaluation exports to published indicators and reports.",
    epilog="The whole pipeline: sujuva repro. One notebook: sujuva run notebooks/clean.ipynb.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sujuva {__version__}")
        raise typer.Exit


@app.callback()
def _sujuva(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """From raw evaluation exports to published indicators and reports."""


# In the order in which `sujuva --help` names them.
for _command in (
    *(run, params, dag, example, draft, fetch, check, score, codebook, measures, key, bundle, changes, release, forget),
    *(network, casework, guard, push, setup_git, site, pdf, record, crate, sign, check_signature),
    *(diff, multiverse, verify, which, trace, claims, manuscript, attack, indicators, doctor),
):
    app.command()(_command)
app.add_typer(bundles, name="bundles")
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(repro)


def paired(arguments: Sequence[str]) -> list[str]:
    """Turn `-p name value` into `-p name=value`: Typer takes one word an option. What has its `=` stays."""
    result: list[str] = []
    rest = iter(arguments)
    for word in rest:
        result.append(word)
        if word in {"-p", "--parameter"}:
            name = next(rest, None)
            value = next(rest, None) if name is not None and "=" not in name else None
            result.extend([f"{name}={value}"] if value is not None else [] if name is None else [name])
    return result


def main() -> None:
    """Run the command line and end the process with its exit code: 0, 1 for our errors, 2 for wrong usage."""
    try:
        arguments = paired(sys.argv[1:])
        if arguments[:1] == ["run"]:  # which looks after its kernels and what they make
            app(arguments)
        else:
            from sujuva.pipeline.view import as_stage  # noqa: PLC0415  start-up time

            with as_stage(arguments):
                app(arguments)
    except SujuvaError as error:
        if os.environ.get("SUJUVA_DEBUG"):
            raise
        lines = [error.message, *([f"Hint: {error.hint}"] if error.hint else [])]
        typer.echo("\n".join(lines), err=True)
        raise SystemExit(getattr(error, "code", 1)) from None
    except Exception as error:
        if os.environ.get("SUJUVA_DEBUG"):
            raise
        typer.echo(_lacking(error) or _unexpected(error), err=True)
        raise SystemExit(1) from None


def _lacking(error: Exception) -> str:
    """Tell what the machine lacks where that stopped the command; empty where it was something else."""
    lack = lacking(error)
    if lack is None:
        return ""
    named = getattr(error, "filename", None)
    where = f"{os.path.basename(os.fsdecode(named))}: " if named and not isinstance(named, int) else ""  # noqa: PTH119
    return f"{where}{lack[0]}.\nHint: {lack[1]}"


def _unexpected(error: Exception) -> str:
    """Tell an error that is not of our family by its type and place: its message may quote values of the data."""
    frames = traceback.extract_tb(error.__traceback__)
    package = Path(__file__).parents[1]
    own = [one for one in frames if Path(one.filename).is_relative_to(package)]
    place = own[-1]  # `main` itself is the first
    module = ".".join(Path(place.filename).relative_to(package.parent).with_suffix("").parts)
    return (
        f"An unexpected error: {type(error).__name__} in {module}, line {place.lineno}.\n"
        "Hint: SUJUVA_DEBUG=1 shows the whole traceback, which may quote values of the data: show it to nobody else."
    )
