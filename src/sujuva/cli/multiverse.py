"""The command that computes findings in all declared ways; what it needs is imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sujuva.paths import inside, shown


def multiverse(
    declared: Annotated[Path, typer.Argument(help="What is declared.")] = Path("multiverse.yaml"),
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder of the table and the pages. [reports/multiverse]")
    ] = None,
) -> None:
    """Compute findings in all the ways that multiverse.yaml declares, and tell under how many of them each holds.

    It reads the results of the pipeline, clean tables among them, and writes what the door lets out. Before that an
    intruder looks at it: where it learns anything beside the published tables, nothing is written.
    """
    from sujuva.figures.language import voice  # noqa: PLC0415
    from sujuva.multiverse import Said, checked, compute, load_multiverse, write_multiverse  # noqa: PLC0415
    from sujuva.multiverse.source import Source  # noqa: PLC0415
    from sujuva.params import load_params  # noqa: PLC0415
    from sujuva.publish import Privacy  # noqa: PLC0415

    params, source = load_params(), Source.of_project()
    wanted = load_multiverse(declared)
    findings = compute(wanted, source, Privacy.decided(**params.privacy.model_dump(mode="json")))
    checked(findings, source.published)
    meta = source.published.meta
    voices = [voice(meta, language) for language in params.report.languages]
    place = (output or inside("reports/multiverse")).absolute()
    write_multiverse(findings, wanted, place, meta=meta, voices=voices)
    for one in findings:
        said = Said(one, meta, voice(meta, "en"))
        typer.echo(f"{said.subject}: {' '.join(said.sentences)}")
    typer.echo(shown(place))
