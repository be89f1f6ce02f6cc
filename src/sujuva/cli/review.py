"""The commands of reviewers; what they need is imported when they run."""

from __future__ import annotations

import json
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
        project_root(), revision, this=environment == "this", data=data, tell=lambda line: typer.echo(line, err=True)
    )
    write_json(came.record(), output.absolute())
    print_verification(came, file=sys.stdout)
    typer.echo(f"All of it: {output}")
    raise typer.Exit(came.code)


def trace(
    words: Annotated[
        list[str],
        typer.Argument(
            help="A published table and values of its columns (parjaavyys score_mean sdq_total oulu 2024; "
            "column=value where a value could be of several); or the link of a figure, a table or a number on a page, "
            "and such values (fi/oulu/coping.html#bands who5 2024, fi/oulu/index.html#n0)."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="The whole trace as JSON.")] = False,
) -> None:
    """Say where a published number comes from: decision, indicator, moments, clean rows, files, choices and code.

    For whoever has the data: moments and counts of rows are shown here, and written nowhere.
    """
    from sujuva.codebooks import load_terms  # noqa: PLC0415  start-up time
    from sujuva.params import choice  # noqa: PLC0415
    from sujuva.published import cell_of, read_published  # noqa: PLC0415
    from sujuva.review.trace import trace as traced  # noqa: PLC0415
    from sujuva.review.trace_text import as_text  # noqa: PLC0415

    root, published = project_root(), read_published("data/published", fdr=choice("coping.fdr"))
    if "#" in words[0]:
        from sujuva.review.trace_link import rows_behind  # noqa: PLC0415  it draws

        there = rows_behind(published, words[0], root / "reports" / "site")
        cell = cell_of(there, [*there.tables, *words[1:]])
    else:
        cell = cell_of(published, words)
    found = traced(cell, published, root)
    if as_json:
        typer.echo(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
    else:
        typer.echo(as_text(found, load_terms(root / "data" / "study")))


def which(
    fingerprint: Annotated[str, typer.Argument(help="Three parts, as they stand on pages and in files.")],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Find the commits that a fingerprint of data, choices and code fits, on all branches and tags.

    Nothing is checked out. Ends with 0 where a commit fits wholly, else with 1: then those that fit in most parts.
    """
    from dataclasses import asdict  # noqa: PLC0415

    from sujuva.review.which import which as fitting  # noqa: PLC0415

    commits = fitting(project_root(), fingerprint)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in commits], indent=2, ensure_ascii=False))
    for one in () if as_json else commits:
        told = one.of if one.whole else f"only {' and '.join(one.parts)}"
        typer.echo(f"{one.commit[:10]}  {one.date}  {told}  {one.subject}")
    if not commits and not as_json:
        typer.echo(
            "No commit fits in any part: it was made in another repository, or of changes that were never committed."
        )
    raise typer.Exit(0 if commits and commits[0].whole else 1)


def diff(
    old: Annotated[
        str, typer.Argument(help="A commit, release:NUMBER, or a folder of published tables or of a project.")
    ],
    new: Annotated[str, typer.Argument(help="Another. [what lies here]")] = ".",
    most: Annotated[int, typer.Option(min=0, help="Rows shown of each kind of difference.")] = 5,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page for readers, figures side by side.")
    ] = None,
    language: Annotated[str | None, typer.Option("-l", "--language", help="Of the page. [report.language]")] = None,
    region: Annotated[
        list[str] | None, typer.Option("-r", "--region", help="Whose figures the page has; may be repeated. [network]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Every difference as JSON.")] = False,
) -> None:
    """Say what differs between two states: choices, code, rows of data, numbers by their interval, tables, figures.

    Numbers are ranked by their change against their interval, and it is said from where on nothing differs by more.
    Ends with 0 where nothing differs, else with 1.
    """
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    from sujuva.io import write_text  # noqa: PLC0415
    from sujuva.review import difference as comparing  # noqa: PLC0415
    from sujuva.review.states import open_state  # noqa: PLC0415

    root = project_root()
    with TemporaryDirectory() as folder:
        places = [Path(folder, side) for side in ("old", "new")]
        found = comparing.difference(
            *(open_state(root, name, one) for name, one in zip((old, new), places, strict=True))
        )
        if html is not None:
            from sujuva.params import choice  # noqa: PLC0415
            from sujuva.review.page import difference_page  # noqa: PLC0415

            page = difference_page(found, language=language or choice("report.language"), regions=region or ["network"])
            write_text(page, html.absolute())
        if as_json:
            typer.echo(json.dumps(comparing.as_json(found), indent=2, ensure_ascii=False, default=str))
        else:
            typer.echo(comparing.told(found, most=most))
    raise typer.Exit(0 if found.same else 1)


def claims(
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Tell only of what fails.")] = False,
) -> None:
    """Hold the sentences of data/claims.yaml, and numbers typed into the project's texts, against what is published.

    Ends with 0 where all is bound, with 1 where a claim does not hold or is not said in the files that it names, or a
    typed number is a published one.
    """
    from sujuva.params import choice  # noqa: PLC0415  start-up time
    from sujuva.published import read_published  # noqa: PLC0415
    from sujuva.reports.claims import judge_claims, load_claims  # noqa: PLC0415
    from sujuva.review.said import unsaid  # noqa: PLC0415
    from sujuva.review.typed import typed_in  # noqa: PLC0415

    root, published = project_root(), read_published("data/published", fdr=choice("coping.fdr"))
    listed = load_claims("data/claims.yaml")
    judged = judge_claims(listed, published)
    for one in (one for one in judged if not (quiet and one.holds)):
        typer.echo("\n".join(one.lines()))
    if not listed.are_of(published):
        typer.echo(f"data/claims.yaml is about '{listed.of}', and these data are of another study: no claim was asked.")
    typed, elsewhere = typed_in(root, published), unsaid(listed, root) if judged else []
    for line in (*elsewhere, *typed):
        typer.echo(line)
    failing = sum(not one.holds for one in judged)
    typer.echo(
        f"{len(judged)} claims, {failing} of them failing; {len(elsewhere)} places where one is not said; "
        f"{len(typed)} typed numbers that are published ones."
    )
    raise typer.Exit(1 if failing or elsewhere or typed else 0)


def manuscript(
    file: Annotated[Path, typer.Argument(help="A text in Markdown with references: {{ table value value … }}")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write. [the terminal]")] = None,
    language: Annotated[
        str | None, typer.Option("-l", "--language", help="Of numbers: fi, sv or en. [report.language]")
    ] = None,
) -> None:
    """Fill the numbers of a manuscript in from published tables, each with the address of its cell behind it.

    Nothing is written where a reference is not of one shown cell, or a number typed by hand is a published one.
    """
    from sujuva.errors import SujuvaError  # noqa: PLC0415  start-up time
    from sujuva.io import write_text  # noqa: PLC0415
    from sujuva.params import choice  # noqa: PLC0415
    from sujuva.published import read_published  # noqa: PLC0415
    from sujuva.review.manuscript import filled  # noqa: PLC0415
    from sujuva.review.markdown import texts_of  # noqa: PLC0415

    if output is not None and output.absolute() == file.absolute():
        msg = "The manuscript would be written over."
        raise SujuvaError(msg, "Name another file: its references are what you go on writing.")
    if file.suffix != ".md":
        msg = f"{file.name} is no Markdown."
        raise SujuvaError(msg, "A manuscript is a file whose name ends with .md.")
    ((_, text),) = texts_of(file)
    text = filled(text, read_published("data/published"), language or choice("report.language"), file.name)
    if output is None:
        typer.echo(text, nl=False)
        return
    write_text(text, output.absolute())
    typer.echo(f"{output}")
