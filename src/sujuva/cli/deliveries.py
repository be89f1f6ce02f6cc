"""The commands about what comes in: exports, their description and codebooks, and the answers in one file.

What they need is imported when they run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from sujuva.errors import CodebookError, SourceError, SujuvaError
from sujuva.paths import inside, shown


def example(
    needed_for: Annotated[
        str,
        typer.Option(
            metavar="FOLDER", help="The input of a run: if it is another folder, an example that fails is no error."
        ),
    ] = "data/example",
) -> None:
    """Make the synthetic example in data/example, and the truth behind it in data/truth.json."""
    from sujuva.params import choice  # noqa: PLC0415

    chosen = {
        "seed": choice("example.seed"),
        "persons": choice("example.persons"),
        "units": choice("example.units"),
        "families": choice("example.families"),
        "regions": choice("example.example_regions"),
        "waves": choice("example.example_waves"),
    }
    from sujuva.example import write_example, write_no_example  # noqa: PLC0415

    folder, truth = inside("data/example"), inside("data/truth.json")
    try:
        write_example(folder, truth, **chosen)
    except Exception as error:
        if inside(needed_for).resolve() == folder.resolve():
            raise
        # Own codebooks may lack what the generator knows: that stops nobody's own data.
        why = str(error) if isinstance(error, SujuvaError) else type(error).__name__
        write_no_example(folder, truth)
        typer.echo(f"There is no example, and {needed_for} does not need it. {why}")
    else:
        typer.echo("data/example")


def draft(
    folder: Annotated[Path, typer.Argument(help="The folder with the raw exports.")],
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help="Write there; - prints. [FOLDER/sources.yaml]")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON instead of a table.")] = False,
) -> None:
    """Draft the sources.yaml of a folder of exports.

    Every file is looked at. Each line of the draft says how sure it is, and FILL IN marks what no file tells. It holds
    no value of a person. Check it before anything is made from it.
    """
    if output == "-" and as_json:
        raise typer.BadParameter("--json and -o - both want standard output")
    from sujuva.intake import as_json as described  # noqa: PLC0415
    from sujuva.intake import draft_folder, show, write_draft  # noqa: PLC0415

    path = folder / "sources.yaml" if output is None else Path(output)
    if output != "-" and path.exists() and not force:  # said before the work is done
        msg = f"{shown(path)} is there already."
        raise SourceError(msg, "Overwrite it with --force, or write elsewhere with -o FILE.")
    made = draft_folder(folder)
    if output == "-":
        sys.stdout.write(made.text)
    else:
        write_draft(made, path, force=force)
    if as_json:
        typer.echo(json.dumps(described(made), ensure_ascii=False, indent=2))
        return
    written = "The draft is printed above." if output == "-" else f"The draft is in {shown(path)}."
    show(made, written=written, error=output == "-")


def check(
    folder: Annotated[Path | None, typer.Argument(help="The input folder with its sources.yaml. [data.input]")] = None,
    max_quarantine: Annotated[
        float | None,
        typer.Option(
            "--max-quarantine", min=0, max=1, help="Largest share of a file to set aside. [cleaning.max_quarantine]"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON, with all row numbers.")] = False,
) -> None:
    """Try how a folder would be cleaned, and write nothing.

    Per file: rows, columns that are used and left over, and every rule that rows break, with their numbers and never a
    value; what of the description is still to be filled in, and what that holds back; and where the study in
    params.yaml and the rows differ. The exit code is 1 when a file cannot be taken in, too much of it would be set
    aside, or a choice would stop the run.
    """
    from sujuva.cleaning import inspect_folder  # noqa: PLC0415
    from sujuva.codebooks import load_instruments  # noqa: PLC0415
    from sujuva.intake import check_json, known_regions, passes, show_check, study_findings  # noqa: PLC0415
    from sujuva.params import load_params  # noqa: PLC0415
    from sujuva.pipeline.choices import check_choices  # noqa: PLC0415

    chosen = load_params()
    # A folder is given as seen from here, the one of params.yaml as seen from the project.
    where = inside(chosen.data.input) if folder is None else folder.absolute()
    limit = chosen.cleaning.max_quarantine if max_quarantine is None else max_quarantine
    found = inspect_folder(
        where,
        regions=known_regions(chosen, where),
        waves=chosen.study.waves,
        duplicates=chosen.cleaning.duplicates,
        timezone=None if chosen.casework.timezone is None else str(chosen.casework.timezone),
    )
    instruments = load_instruments(where)
    study = study_findings(found, chosen, where, instruments, check=check_choices)
    if as_json:
        typer.echo(json.dumps(check_json(found, instruments, limit, study), ensure_ascii=False, indent=2))
    else:
        show_check(found, instruments, limit, study)
    if not passes(found, limit, study):
        raise typer.Exit(1)


def score(
    instrument: Annotated[str, typer.Argument(help="Key of the instrument, such as sdq or who5.")],
    file: Annotated[Path, typer.Argument(help="The answers: CSV, Excel, SPSS, Stata, Parquet …")],
    *,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="A .csv, .parquet or .xlsx file; else CSV is printed."),
    ] = None,
    norms: Annotated[
        str | None, typer.Option(help="Norm set of the bands, else the codebook's; none: no bands.")
    ] = None,
    informant: Annotated[
        str | None, typer.Option(metavar="WHO", help="self, parent or teacher, where the file does not tell it.")
    ] = None,
    items: Annotated[
        str | None,
        typer.Option(metavar="A,B,…", help="Columns of the items in order, where they are not named <instrument>_1 …"),
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook, else the one with the items.")] = None,
    keep: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Keep this column beside the scores; may be repeated.")
    ] = None,
    recode: Annotated[
        str | None,
        typer.Option("--map", metavar="A=0,B=1,…", help="Code of the codebook for each answer of the file."),
    ] = None,
    as_given: Annotated[
        bool, typer.Option("--as-given", help="The codes are right, though they look shifted against the codebook.")
    ] = False,
    conversion: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV raw,value for a scale that needs a table you have.")
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Score although items have no column, as if nobody answered them.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")] = False,
) -> None:
    """Score the answers in one file: score, band, and why a score is missing.

    Kept beside them are columns that tell respondent, wave, informant and region, or else the number of the row.
    What was scored, by which norms and with what caution, is said on standard error.
    """
    from sujuva.codebooks import load_instruments  # noqa: PLC0415
    from sujuva.params import load_params  # noqa: PLC0415
    from sujuva.scoring import about, as_csv, check_output, pick, recoding, score_file, write_scores  # noqa: PLC0415

    chosen = pick(load_instruments(load_params().data.input), instrument, conversion)
    if output is not None:
        check_output(output, file, force=force)
    made = score_file(
        file.absolute(),
        chosen,
        norms=None if norms == "none" else norms,
        bands=norms != "none",
        informant=informant,
        items=[name.strip() for name in items.split(",")] if items else (),
        keep=keep or (),
        sheet=sheet,
        partial=partial,
        item_map=recoding(recode, chosen) if recode else None,
        as_given=as_given,
    )
    if output is None:
        sys.stdout.write(as_csv(made))
    else:
        write_scores(made, output.absolute())
    typer.echo("\n".join(about(made)), err=True)


def codebook(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Codebooks to check, else all of the project and of the input folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
) -> None:
    """Check codebooks of instruments and other lists, and tell every problem with its line.

    Without names of files, the translations of figures and pages are checked, too.

    The exit code is 1 when there is any.
    """
    from sujuva.cli.messages import untranslated  # noqa: PLC0415
    from sujuva.codebooks import codebook_files, find_problems  # noqa: PLC0415
    from sujuva.params import load_params  # noqa: PLC0415

    named = [path.absolute() for path in files or ()]
    for path in named:
        if not path.is_file():
            msg = f"There is no file {path.name}."
            raise CodebookError(msg)
    paths = [*codebook_files(load_params().data.input), *named]
    own = {path.name for path in named or paths}
    found = [one for one in find_problems(paths) if one.file in own]
    found += () if named else untranslated()
    if as_json:
        typer.echo(json.dumps([vars(one) for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            typer.echo(str(one))
        count = len(named or paths)
        typer.echo(f"{count} codebook{'s' if count > 1 else ''}, {len(found)} problem{'s' if len(found) != 1 else ''}.")
    if found:
        raise typer.Exit(1)


def key(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write there instead of your own folder.")
    ] = None,
) -> None:
    """Make the secret key for pseudonyms, in a file outside the project that only you can read.

    Keep it as long as the study lasts, and let no one who has the data see it: with it, pseudonyms can be traced back.
    """
    from sujuva.cleaning import default_key_file, make_key  # noqa: PLC0415

    path = default_key_file() if output is None else output.absolute()
    make_key(path)
    typer.echo(f"The key is in {path}.")
    if output is not None:
        typer.echo(f"Set SUJUVA_KEY_FILE={path} where the pipeline runs.")
