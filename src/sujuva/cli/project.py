"""The commands that run notebooks and look after the project's choices and pipeline.

What they need is imported when they run.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from sujuva.paths import project_root, shown


def run(
    notebook: Annotated[str, typer.Argument(help="The notebook, such as notebooks/clean.ipynb.")],
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAME VALUE", help="Set a parameter for this run; may be repeated."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The executed notebook, or with --each their folder. [as in dvc.yaml]"),
    ] = None,
    each: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=A,B,@SECTION.LIST",
            help="Run once for each value; @ names a list in params.yaml. Several: once for each pair of values.",
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="With --each: notebooks at the same time. [run.workers in params.yaml]")
    ] = None,
) -> None:
    """Execute a notebook with the values of params.yaml.

    Names and types are checked before a kernel starts. The executed notebook has the same bytes whenever and wherever
    it runs. When it fails, nothing is written but a copy in .sujuva/failed to look at. With other parameters or another
    output than dvc.yaml names, what the notebook writes goes to .sujuva/scratch, and what the pipeline made stays.
    """
    from sujuva.pipeline.runner import run_notebook  # noqa: PLC0415

    overrides = [(name, value) for name, _, value in (one.partition("=") for one in parameter or ())]
    typer.echo(
        shown(
            run_notebook(
                notebook, each=";".join(each or ()) or None, overrides=overrides, output=output, workers=workers
            )
        )
    )


def params(
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema of params.yaml instead.")] = False,
) -> None:
    """Check params.yaml and show its values."""
    from sujuva.params import as_lines, load_params, schema_text  # noqa: PLC0415

    if schema:
        sys.stdout.write(schema_text())
        return
    chosen = load_params()
    from sujuva.pipeline.choices import check_choices  # noqa: PLC0415

    check_choices(chosen)
    lines = list(as_lines(chosen))
    width = max(len(name) for name, _ in lines) + 2
    typer.echo("\n".join(f"{name:<{width}}{value}" for name, value in lines))


def dag(
    write: Annotated[bool, typer.Option("--write", help="Write them into dvc.yaml.")] = False,
) -> None:
    """Compare the deps and params of dvc.yaml with what its stages really import, read and take.

    The exit code is 1 when they differ and are not written.
    """
    from difflib import unified_diff  # noqa: PLC0415

    from sujuva.io import write_text  # noqa: PLC0415
    from sujuva.pipeline.dag import FILE, written  # noqa: PLC0415

    file = project_root() / FILE
    old, new = file.read_text(encoding="utf-8"), written(project_root())
    differing = list(unified_diff(old.splitlines(), new.splitlines(), FILE, FILE, n=0, lineterm=""))
    typer.echo("\n".join(differing) or f"{FILE} names what its stages need.")
    if write:
        write_text(new, file)
    elif differing:
        raise typer.Exit(1)
