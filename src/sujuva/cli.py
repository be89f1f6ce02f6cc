"""The command line: `sujuva run`, `params`, `example` and `site`.

Errors of our own family are one message and a hint on standard error; SUJUVA_DEBUG=1 shows where they came from.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from sujuva import __version__
from sujuva.errors import SujuvaError

app = typer.Typer(
    name="sujuva",
    help="From raw evaluation exports to published indicators and reports.",
    epilog="The whole pipeline: dvc repro. One notebook: sujuva run notebooks/clean.ipynb.",
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


@app.command()
def run(
    notebook: Annotated[str, typer.Argument(help="The notebook, such as notebooks/clean.ipynb.")],
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAME VALUE", help="Set a parameter for this run; may be repeated."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The executed notebook, or with --each their folder. [data/executed/…]"),
    ] = None,
    each: Annotated[
        str | None,
        typer.Option(metavar="NAME=A,B,@SECTION.LIST", help="Run once for each value; @ names a list in params.yaml."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="With --each: notebooks at the same time. [run.workers in params.yaml]")
    ] = None,
) -> None:
    """Execute a notebook with the values of params.yaml.

    Names and types are checked before a kernel starts. The executed notebook has the same bytes whenever and wherever
    it runs. When it fails, nothing is written but a copy in .sujuva/failed to look at.
    """
    from sujuva.pipeline.runner import run_each, run_notebook  # noqa: PLC0415

    overrides = [(name, value) for name, _, value in (one.partition("=") for one in parameter or ())]
    if each is None:
        path = run_notebook(notebook, overrides=overrides, output=output)
    else:
        path = run_each(notebook, each, overrides=overrides, output=output, workers=workers)
    typer.echo(_relative(path))


@app.command()
def params(
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema of params.yaml instead.")] = False,
) -> None:
    """Check params.yaml and show its values."""
    from sujuva.pipeline.params import flat, load_params, schema_text, sections  # noqa: PLC0415

    if schema:
        sys.stdout.write(schema_text())
        return
    values = flat(load_params())
    for leaf, dotted in sections().items():
        value = values[leaf]
        shown = ", ".join(str(one) for one in value) if isinstance(value, list) else value
        typer.echo(f"{dotted:<32}{shown}")


@app.command()
def example() -> None:
    """Make the synthetic example in data/example, and the truth behind it in data/truth.json."""
    from sujuva.paths import inside  # noqa: PLC0415
    from sujuva.pipeline.params import load_params  # noqa: PLC0415

    chosen = load_params()
    from sujuva.example import write_example  # noqa: PLC0415

    write_example(
        inside("data/example"),
        inside("data/truth.json"),
        seed=chosen.example.seed,
        persons=chosen.example.persons,
        units=chosen.example.units,
        families=chosen.example.families,
        regions=chosen.example.example_regions,
        waves=chosen.example.example_waves,
    )
    typer.echo("data/example")


@app.command()
def site() -> None:
    """Build the site in reports/site from the published tables and the reports of the regions."""
    from sujuva.pipeline.params import load_params  # noqa: PLC0415

    language = load_params().report.language
    from sujuva.publish import read_published  # noqa: PLC0415
    from sujuva.reports import build_site  # noqa: PLC0415

    build_site(read_published(), language=language)
    typer.echo("reports/site")


def _relative(path: Path) -> str:
    """Return the path as seen from the working folder, where it lies below."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


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
        app(paired(sys.argv[1:]))
    except SujuvaError as error:
        if os.environ.get("SUJUVA_DEBUG"):
            raise
        lines = [error.message, *([f"Hint: {error.hint}"] if error.hint else [])]
        typer.echo("\n".join(lines), err=True)
        raise SystemExit(getattr(error, "code", 1)) from None
