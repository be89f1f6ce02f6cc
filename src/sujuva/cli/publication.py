"""The commands about what was published: pages, the record, the dictionary, differences and the attack.

What they need is imported when they run.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from sujuva.paths import inside


def site(
    unnamed: Annotated[
        bool, typer.Option("--unnamed", help="Let numbers pass in the text that name no published cell, and list them.")
    ] = False,
) -> None:
    """Build the site in reports/site from the published tables and the reports of the regions.

    Each number in the text of its pages is read back and held against the published cells that it names.
    """
    from sujuva.params import choice  # noqa: PLC0415

    language, languages, fdr = choice("report.language"), choice("report.languages"), choice("coping.fdr")
    from sujuva.published import read_published  # noqa: PLC0415
    from sujuva.reports import build_site  # noqa: PLC0415

    prose = build_site(
        read_published("data/published", fdr=fdr),
        source="reports/regions",
        language=language,
        languages=languages,
        unnamed=unnamed,
    )
    typer.echo("\n".join(["reports/site", *prose.lines()]))


def pdf(
    regions: Annotated[list[str] | None, typer.Argument(help="Keys of regions, or network. [all of them]")] = None,
    language: Annotated[
        list[str] | None, typer.Option("-l", "--language", help="fi, sv or en; may be repeated. [report.languages]")
    ] = None,
) -> None:
    """Write A4 PDFs of the page of each region and of each report into reports/pdf, from the pages of reports/site.

    Text is set by the machine's own Pango, so another machine may break lines elsewhere: no stage makes them.
    """
    from sujuva.params import choice  # noqa: PLC0415

    languages, fdr = language or choice("report.languages"), choice("coping.fdr")
    from sujuva.published import read_published  # noqa: PLC0415
    from sujuva.reports.pdf import write_pdfs  # noqa: PLC0415

    written = write_pdfs(
        read_published("data/published", fdr=fdr), source=inside("reports/site"), target=inside("reports/pdf"),
        languages=languages, regions=regions or (),
    )  # fmt: skip
    typer.echo(f"reports/pdf: {len(written)} files")


def record() -> None:
    """Write the record of all that leaves, for output checkers, and the page to sign, into reports/record.

    Each file that leaves is looked at, and each sentence of data/claims.yaml. The exit code is 1 when an output fails
    or a claim does not hold.
    """
    from sujuva.params import choice  # noqa: PLC0415

    language, fdr = choice("report.language"), choice("coping.fdr")
    from sujuva.published import read_published  # noqa: PLC0415
    from sujuva.reports import write_record  # noqa: PLC0415
    from sujuva.reports.claims import require_claims  # noqa: PLC0415

    require_claims("data/claims.yaml", read_published("data/published", fdr=fdr))

    leaving = {
        "data/published": "publish",
        "reports/figures": "figures",
        "reports/tables": "figures",
        "reports/metrics.json": "figures",
        "reports/notebooks/figures.ipynb": "figures",
        "reports/notebooks/region": "region",
        "reports/regions": "region",
        "reports/site": "site",
    }
    outputs = write_record(
        "data/published", leaving, exceptions="data/exceptions.yaml", target="reports/record", language=language
    )
    for one in outputs:
        if one.status != "pass":
            typer.echo(f"{one.status}  {one.uid}: {', '.join(one.reasons)}")
    typer.echo("reports/record")


def attack(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Published tables, then earlier releases of the same study. [data/published]"),
    ] = None,
    multiverse: Annotated[
        Path | None,
        typer.Option(
            help="Findings in several ways that are handed on beside them. "
            "[reports/multiverse/specifications.csv, where it is there and no folder is named]"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything that was learned as JSON.")] = False,
) -> None:
    """Attack published tables as an intruder would: which small counts and single ratings do they tell?

    Ends with 0 where nothing is learned, else with 1.
    """
    from sujuva.attack import attack as learned  # noqa: PLC0415
    from sujuva.attack.page import table_of  # noqa: PLC0415
    from sujuva.attack.specifications import attack_specifications  # noqa: PLC0415
    from sujuva.published import read_published  # noqa: PLC0415
    from sujuva.published.specifications import FILE, read_specifications  # noqa: PLC0415

    first, *others = folders or [Path("data/published")]
    published = read_published(first)
    found = learned(published, [read_published(one) for one in others])
    own = inside("reports/multiverse") / FILE if not folders else None
    ways = multiverse or (own if own is not None and own.is_file() else None)
    if ways is not None:
        found += attack_specifications(published, read_specifications(ways))
    typer.echo(json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False) if as_json else table_of(found))
    raise typer.Exit(1 if found else 0)


def indicators(
    write: Annotated[bool, typer.Option("--write", help="Write docs/indicators.md afresh.")] = False,
) -> None:
    """Show the data dictionary: what each published number is called, means, counts and is made of."""
    from sujuva.codebooks import load_indicators  # noqa: PLC0415
    from sujuva.study import dictionary_page  # noqa: PLC0415

    page = dictionary_page(load_indicators())
    if not write:
        typer.echo(page)
        return
    from sujuva.io import write_text  # noqa: PLC0415

    write_text(page, inside("docs/indicators.md"))
    typer.echo("docs/indicators.md")
