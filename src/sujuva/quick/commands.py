"""The commands for a quick look; what they need is imported when they run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from sujuva.errors import SujuvaError
from sujuva.paths import MARKER, project_root


def network(
    ties: Annotated[Path, typer.Argument(help="Ties, one a row: CSV, Excel, SPSS, Stata, Parquet …")],
    *,
    nodes: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Actors and their sectors; may be the same workbook.")
    ] = None,
    undirected: Annotated[bool, typer.Option("--undirected", help="A row speaks for both ends.")] = False,
    tie_from: Annotated[
        int | None,
        typer.Option(
            "--tie-from",
            min=1,
            max=10,
            help="Lowest rating that is a tie. The reports use network.tie_from of params.yaml, and so does this where "
            "ties are rated and most are of relations in the codebook; else it is 1.",
        ),
    ] = None,
    confirmation: Annotated[str, typer.Option(help="Whose word a tie needs: either end's, or both.")] = "either",
    unlisted: Annotated[
        str, typer.Option(help="A pair without a row: none (not tied), missing, or auto (missing where 0 is rated).")
    ] = "auto",
    source: Annotated[str | None, typer.Option(metavar="COLUMN", help="Who rates.")] = None,
    target: Annotated[str | None, typer.Option(metavar="COLUMN", help="Who is rated.")] = None,
    value: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The rating; without one each row is a tie.")
    ] = None,
    expected: Annotated[str | None, typer.Option(metavar="COLUMN", help="The rating that was hoped for.")] = None,
    relation: Annotated[str | None, typer.Option(metavar="COLUMN", help="Which relation it is.")] = None,
    wave: Annotated[str | None, typer.Option(metavar="COLUMN", help="The year.")] = None,
    region: Annotated[str | None, typer.Option(metavar="COLUMN", help="The region.")] = None,
    node: Annotated[str | None, typer.Option(metavar="COLUMN", help="The actor, in the file of actors.")] = None,
    sector: Annotated[str | None, typer.Option(metavar="COLUMN", help="Its sector.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook of ties.")] = None,
    node_sheet: Annotated[
        str | None,
        typer.Option("--node-sheet", help="Sheet of a workbook of actors; without --nodes, of that of ties."),
    ] = None,
    matrix: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help="How a sociomatrix is read: rows (a row tells of those in the columns), columns, symmetric, or no.",
        ),
    ] = None,
    depth_max: Annotated[int, typer.Option("--depth-max", min=1, help="Highest rating of the scale.")] = 4,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON, unrounded.")] = False,
) -> None:
    """Measure the networks in a file of ties: structure, brokers, core, E-I, correlations, integration by rating.

    Rows that cannot be used are counted with the reason and left out. Columns are found by the words people use.

    Run it in the folder of a project, whose codebooks it reads; the files may lie anywhere.
    """
    from sujuva.integration import TieRule  # noqa: PLC0415
    from sujuva.params import load_params  # noqa: PLC0415
    from sujuva.quick.network import as_json as described  # noqa: PLC0415
    from sujuva.quick.network import describe_ties  # noqa: PLC0415
    from sujuva.quick.network_page import show_networks  # noqa: PLC0415

    _in_project("network")
    named = {"source": source, "target": target, "value": value, "expected": expected}
    named |= {"relation": relation, "wave": wave, "region": region}
    of_nodes = {"node": node, "sector": sector}
    report = describe_ties(
        ties.absolute(),
        None if nodes is None else nodes.absolute(),
        rule=TieRule(tie_from or 1, cast(Any, confirmation), cast(Any, unlisted)),  # the rule checks them
        columns={name: column for name, column in named.items() if column is not None},
        node_columns={name: column for name, column in of_nodes.items() if column is not None},
        directed=not undirected,
        sheet=sheet,
        node_sheet=node_sheet,
        matrix=matrix,
        reports_from=load_params().network.tie_from,
        as_reports=tie_from is None,
        depth_max=depth_max,
    )
    if as_json:
        typer.echo(json.dumps(described(report), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        show_networks(report)


def casework(
    events: Annotated[Path, typer.Argument(help="The event log: CSV, Excel, Parquet, XES …")],
    *,
    case: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column that tells the case.")] = None,
    activity: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column that tells what happened.")] = None,
    time: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column that tells when.")] = None,
    sector: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column that tells the sector.")] = None,
    region: Annotated[str | None, typer.Option(metavar="COLUMN", help="Column that tells the region.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=COLUMN", help="Another column, such as trigger=Syy; may be repeated."),
    ] = None,
    words: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN:CODE=WORD", help="What a word means, such as outcome:done=toteutui; may be repeated."
        ),
    ] = None,
    activities: Annotated[
        str, typer.Option(metavar="A=B,…", help="What the log calls them, such as contact=Call,meeting=Round table.")
    ] = "",
    start: Annotated[
        str | None, typer.Option(metavar="ACTIVITY", help="Starts the clock, else contact or the first event.")
    ] = None,
    end: Annotated[
        str | None,
        typer.Option(metavar="ACTIVITY", help="Stops it, else meeting (of logs with contacts) or the last event."),
    ] = None,
    days: Annotated[
        str,
        typer.Option(
            metavar="7,14", help="Calendar days within which the end should come (the delay itself is elapsed time)."
        ),
    ] = "7,14",
    timezone: Annotated[
        str, typer.Option(metavar="ZONE", help="Zone of the clocks; none: times are taken as they stand.")
    ] = "Europe/Helsinki",
    holidays: Annotated[
        str, typer.Option(metavar="COUNTRY", help="Whose public holidays are no working days; none: nobody's.")
    ] = "FI",
    observed_until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Last day on which the log is complete, else each region's last event."),
    ] = None,
    one_number: Annotated[
        str, typer.Option(metavar="SERVICE", help="Service of a contact that is the one number for all.")
    ] = "one_number",
    dates: Annotated[
        str | None,
        typer.Option(
            metavar="ORDER", help="What comes first in dates like 5/3/2022 where the file does not tell: day."
        ),
    ] = None,
    transitions: Annotated[
        str,
        typer.Option(
            metavar="A,…", help="Steps in the life of an event that count (lifecycle:transition); *: each of them."
        ),
    ] = "complete",
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything unrounded, as JSON.")] = False,
) -> None:
    """Tell what an event log says of families' ways: delays, who still waits, meetings, actions, referrals.

    Rows that cannot be used are counted by rule and left out. No case is named. The numbers have passed no disclosure
    control: they are for those who may see the log.

    Run it in the folder of a project, whose codebooks it reads; the file may lie anywhere.
    """
    from sujuva.quick.case_page import show_report  # noqa: PLC0415
    from sujuva.quick.case_times import date_order  # noqa: PLC0415
    from sujuva.quick.case_words import parse_words  # noqa: PLC0415
    from sujuva.quick.casework import case_settings, describe_log, report_json  # noqa: PLC0415
    from sujuva.quick.columns import parse_pairs  # noqa: PLC0415

    _in_project("casework")
    columns = {"case": case, "activity": activity, "time": time, "sector": sector, "region": region}
    others = {name: said[-1] for name, said in parse_pairs("--column", column or (), "trigger=Syy").items()}
    named = activities.split(",") if activities.strip() else []
    made = describe_log(
        events.absolute(),
        case_settings(
            days=days, timezone=timezone, holidays=holidays, observed_until=observed_until, one_number=one_number
        ),
        start=start,
        end=end,
        columns={name: word for name, word in columns.items() if word} | others,
        activities=parse_pairs("--activities", named, "contact=Yhteydenotto,meeting=Neuvonpito"),
        words=parse_words("--words", words or ()),
        sheet=sheet,
        dates=date_order(dates),
        transitions=tuple(one.strip() for one in transitions.split(",") if one.strip()),
    )
    if as_json:
        typer.echo(json.dumps(report_json(made), ensure_ascii=False, allow_nan=False, indent=2))
    else:
        show_report(made)


def _in_project(command: str) -> None:
    """Refuse to run where no project lies, whose codebooks everything rests on."""
    try:
        project_root()
    except SujuvaError:
        msg = f"sujuva {command} reads the codebooks of a project, and no folder from here upwards has a {MARKER}."
        raise SujuvaError(msg, "Run it in the folder of the project; the file may lie anywhere.") from None
