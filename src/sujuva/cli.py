"""The command line: each function here is a command of `sujuva`.

Errors of our own family are one message and a hint on standard error; SUJUVA_DEBUG=1 shows where they came from.
Others are told by type and place alone, as the message of a library may quote a value.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from sujuva import __version__
from sujuva.errors import CodebookError, SourceError, SujuvaError
from sujuva.paths import inside, project_root, shown
from sujuva.pipeline.commands import guard, push, setup_git
from sujuva.quick.commands import casework, network
from sujuva.quick.releases import changes, forget, release

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
        typer.Option("-o", "--output", help="The executed notebook, or with --each their folder. [as in dvc.yaml]"),
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
    it runs. When it fails, nothing is written but a copy in .sujuva/failed to look at. With other parameters or another
    output than dvc.yaml names, what the notebook writes goes to .sujuva/scratch, and what the pipeline made stays.
    """
    from sujuva.pipeline.runner import run_notebook  # noqa: PLC0415

    overrides = [(name, value) for name, _, value in (one.partition("=") for one in parameter or ())]
    typer.echo(shown(run_notebook(notebook, each=each, overrides=overrides, output=output, workers=workers)))


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
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
    from sujuva.paths import inside  # noqa: PLC0415
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


@app.command()
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


@app.command()
def codebook(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Codebooks to check, else all of the project and of the input folder.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the problems as JSON.")] = False,
) -> None:
    """Check codebooks of instruments and other lists, and tell every problem with its line.

    The exit code is 1 when there is any.
    """
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
    if as_json:
        typer.echo(json.dumps([vars(one) for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            typer.echo(str(one))
        count = len(named or paths)
        typer.echo(f"{count} codebook{'s' if count > 1 else ''}, {len(found)} problem{'s' if len(found) != 1 else ''}.")
    if found:
        raise typer.Exit(1)


@app.command()
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


for _command in (changes, release, forget):
    app.command()(_command)
app.command()(network)
app.command()(casework)
app.command()(guard)
app.command()(push)
app.command()(setup_git)


@app.command()
def site() -> None:
    """Build the site in reports/site from the published tables and the reports of the regions."""
    from sujuva.params import choice  # noqa: PLC0415

    language, fdr = choice("report.language"), choice("coping.fdr")
    from sujuva.published import read_published  # noqa: PLC0415
    from sujuva.reports import build_site  # noqa: PLC0415

    build_site(read_published("data/published", fdr=fdr), source="reports/regions", language=language)
    typer.echo("reports/site")


@app.command()
def record() -> None:
    """Write the record of all that leaves, for output checkers, and the page to sign, into reports/record.

    Each file that leaves is looked at. The exit code is 1 when an output fails.
    """
    from sujuva.params import choice  # noqa: PLC0415

    language = choice("report.language")
    from sujuva.reports import write_record  # noqa: PLC0415

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


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A folder of published tables, such as a copy of data/published.")],
    new: Annotated[Path, typer.Argument(help="Another, such as data/published.")],
    most: Annotated[int, typer.Option(min=0, help="Keys shown of each table and kind of difference.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Every difference as JSON.")] = False,
) -> None:
    """Say what differs between two folders of published tables: table by table, key by key.

    Ends with 0 where nothing does, else with 1.
    """
    from sujuva.published import compare_published, show_differences  # noqa: PLC0415

    differences = compare_published(old, new)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in differences], indent=2, ensure_ascii=False))
    else:
        typer.echo(show_differences(differences, most=most))
    raise typer.Exit(0 if all(one.same for one in differences) else 1)


@app.command()
def attack(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Published tables, then earlier releases of the same study. [data/published]"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Everything that was learned as JSON.")] = False,
) -> None:
    """Attack published tables as an intruder would: which small counts and single ratings do they tell?

    Ends with 0 where nothing is learned, else with 1.
    """
    from sujuva.attack import attack as learned  # noqa: PLC0415
    from sujuva.attack.page import table_of  # noqa: PLC0415
    from sujuva.published import read_published  # noqa: PLC0415

    first, *others = folders or [Path("data/published")]
    found = learned(read_published(first), [read_published(one) for one in others])
    typer.echo(json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False) if as_json else table_of(found))
    raise typer.Exit(1 if found else 0)


@app.command()
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
        typer.echo(_unexpected(error), err=True)
        raise SystemExit(1) from None


def _unexpected(error: Exception) -> str:
    """Tell an error that is not of our family by its type and place: its message may quote values of the data."""
    frames = traceback.extract_tb(error.__traceback__)
    package = Path(__file__).parent
    own = [one for one in frames if Path(one.filename).is_relative_to(package)]
    place = own[-1]  # `main` itself is the first
    module = ".".join(Path(place.filename).relative_to(package.parent).with_suffix("").parts)
    return (
        f"An unexpected error: {type(error).__name__} in {module}, line {place.lineno}.\n"
        "Hint: SUJUVA_DEBUG=1 shows the whole traceback, which may quote values of the data: show it to nobody else."
    )
