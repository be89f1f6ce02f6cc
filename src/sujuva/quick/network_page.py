"""The report of a file of ties as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from sujuva.codebooks import load_indicators
from sujuva.quick.network import NETWORK, NetworkReport
from sujuva.quick.page import notes, print_table, shown, some_of, terminal
from sujuva.quick.tie_file import ACTOR_RULES, REGION, RELATION, RULES, WAVE, TieFile

if TYPE_CHECKING:
    from rich.console import Console

_ROWS = 30
_UNLISTED = {
    "auto": "not known where the relation rates any pair 0 in that region, and not tied elsewhere",
    "missing": "not known",
    "none": "not tied",
}
_ACTORS = {
    "degree_in": "in",
    "degree_out": "out",
    "degree_total": "total",
    "betweenness": "between",
    "closeness": "close",
    "constraint": "constraint",
    "ei": "E-I",
    "core": "core",
    "broker_total": "broker",
}


def show_networks(report: NetworkReport, console: Console | None = None) -> None:
    """Print a report: what of the file was used, and every measure of every network."""
    out = console or terminal()
    for line in _about(report):
        out.print(line, soft_wrap=True)
    for region, wave, relation in report.indicators.select(NETWORK).unique().sort(NETWORK).iter_rows():
        parts = [relation, *([region] if region != REGION else []), *([str(wave)] if wave != WAVE else [])]
        title = ", ".join(parts)
        _measures(out, title, report.indicators.filter(region=region, wave=wave, scale=relation))
        _tests(out, report.comparisons.filter(region=region, wave=wave, scale=relation))
        _actors(out, title, report.actors.filter(region=region, wave=wave, relation=relation))


def _about(report: NetworkReport) -> Iterator[str]:
    file, rule = report.file, report.rule
    yield f"{report.name}: {_rows(file.rows)}, {file.ties.height} used."
    yield from _of_matrix(file)
    yield "Columns: " + ", ".join(f"{role} = '{name}'" for role, name in file.columns.items()) + "."
    if file.unused:
        hint = "" if file.rated else " --value COLUMN takes one as ratings."
        yield f"Columns not used: {', '.join(repr(name) for name in file.unused)}.{hint}"
    yield from _left_out(file)
    if file.node_columns:
        yield "Actors: " + ", ".join(f"{role} = '{name}'" for role, name in file.node_columns.items()) + "."
    else:
        of = "the matrix" if file.matrix else "the ties"
        lack = "their sectors are not known" if file.matrix else "actors without ties are not known, nor sectors"
        yield f"Actors are those of {of}, as no --nodes are given: {lack}."
    if not file.sectors and file.node_columns:
        yield "No column tells the sector of an actor: name it with --sector COLUMN."
    directed = bool(file.ties["directed"][0])
    rated = f"a rating of at least {rule.tie_from} is a tie{_beside(report)}"
    what = rated if file.rated else "each row is a tie, as none is rated"
    yield f"Ties go {'from source to target' if directed else 'both ways'}; {what}."
    yield from _on_ratings(report)
    yield from _on_direction(file, directed=directed)
    if directed and rule.confirmation == "both":
        yield "Ties count when both ends report them; reciprocity, in and out are of single reports."
    yield f"A pair without a row is {_UNLISTED[rule.unlisted]} (--unlisted {rule.unlisted})."
    if report.unknown:
        several = len(report.unknown) > 1
        yield (
            f"{'Relations' if several else 'A relation'} the codebook does not know, taken for "
            f"{'ties' if several else 'a tie'}: {', '.join(report.unknown)}."
        )
    if report.others:
        yield f"Not measured as networks, as they are ratings of value or trust: {', '.join(report.others)}."


def _of_matrix(file: TieFile) -> Iterator[str]:
    """Say how a sociomatrix was read, and what of it makes no row."""
    if not file.matrix:
        return
    turn = {"rows": "--matrix columns reads it the other way", "columns": "--matrix rows reads it the other way"}
    who = {"rows": "a row tells of those in the columns", "columns": "a column tells of those in the rows"}
    said = who.get(file.matrix, "a cell speaks for both ends")
    yield f"A sociomatrix: {said}{f' ({turn[file.matrix]})' if file.matrix in turn else ''}. Rows count its cells."
    if file.cells:
        yield f"No rows are made of {', '.join(f'{count} {what}' for what, count in file.cells.items())}."


def _on_direction(file: TieFile, *, directed: bool) -> Iterator[str]:
    """Say where ties that go from source to target look as if they had no direction."""
    key = [*NETWORK, "source", "target"]
    ties = file.ties.rename({"relation": "scale"}).filter(pl.col("observed") > 0)
    back = ties.select(*NETWORK, "observed", source="target", target="source")
    if not directed or not ties.height:
        return
    option = "--matrix symmetric" if file.matrix else "--undirected"
    if not ties.join(back, on=key, how="semi").height:
        yield f"No tie is answered: if each row speaks for both ends, use {option}."
    elif not ties.join(back, on=[*key, "observed"], how="anti").height:
        yield f"Each tie is answered alike: if a row speaks for both ends, use {option}."


def _on_ratings(report: NetworkReport) -> Iterator[str]:
    """Say what ratings mean where they are no scale, or no tie."""
    file = report.file
    if report.marked:
        listed = "" if report.marked == (RELATION,) else f" of {', '.join(report.marked)}"
        yield f"Nothing but 1, or 0 and 1, stands in '{file.columns['value']}'{listed}: there 1 is a tie, and no scale."
    if file.filled:
        yield f"{_rows(file.filled)} without a mark: no tie, as nothing else in '{file.columns['value']}' could say so."
    if report.below:
        listed = ", ".join(report.below)
        yield (
            f"No rating of {listed} in a region and wave reaches {report.rule.tie_from}: that network is empty. "
            "--tie-from sets the lowest rating that is a tie."
        )
    for names in file.alike:
        yield f"Names that differ in capitals alone count as different: {', '.join(names)}."


def _left_out(file: TieFile) -> Iterator[str]:
    for name, rows in file.left_out.items():
        yield f"Left out, {_rows(len(rows))} ({some_of(rows)}): {RULES[name]}."
    for name, rows in file.actors_left_out.items():
        yield f"Left out, {_rows(len(rows))} of actors ({some_of(rows)}): {ACTOR_RULES[name]}."
    if file.repeated:
        again = "1 row rates" if file.repeated == 1 else f"{file.repeated} rows rate"
        yield f"{again} a pair again: the highest of its ratings counts."


def _rows(count: int) -> str:
    return f"{count} row{'' if count == 1 else 's'}"


def _beside(report: NetworkReport) -> str:
    """Tell how the lowest rating that is a tie stands to that of the reports."""
    of_reports, own = report.reports_from, report.rule.tie_from
    if of_reports is None:
        return ""
    where = "network.tie_from of params.yaml"
    return f", as in the reports ({where})" if of_reports == own else f" (in the reports from {of_reports}: {where})"


def _measures(out: Console, title: str, rows: pl.DataFrame) -> None:
    info = load_indicators()
    lines = [
        [
            f"{info[indicator].title.en}: {category}" if category else info[indicator].title.en,
            shown(value, info[indicator]),
            notes(note),
        ]
        for indicator, category, value, note in rows.select("indicator", "category", "estimate", "note").iter_rows()
    ]
    print_table(out, title, ["measure", "value", "note"], lines)


def _tests(out: Console, rows: pl.DataFrame) -> None:
    for row in rows.iter_rows(named=True):
        if row["comparison"] == "qap":
            what = f"Correlation with '{row['category']}' (QAP)"
            beside = "" if row["estimate"] is None else f" over {row['other_n']} ordered pairs"
        else:
            what = "E-I index, sectors dealt out by chance"
            beside = "" if row["effect"] is None else f", {row['effect']:.3f} expected"
        value = "–" if row["estimate"] is None else f"{row['estimate']:.3f}"
        p = "" if row["p"] is None else f", p = {row['p']:.4f}"
        note = notes(row["note"])
        out.print(f"{what}: {value}{beside}{p}{f' ({note})' if note else ''}", soft_wrap=True)


def _actors(out: Console, title: str, rows: pl.DataFrame) -> None:
    measures = [name for name in _ACTORS if rows.filter(measure=name)["value"].is_not_null().any()]
    values = {(name, measure): value for name, measure, value in rows.select("organisation", "measure", "value").rows()}
    names = rows["organisation"].unique().sort().to_list()
    names.sort(key=lambda name: -(values.get((name, "degree_total")) or 0.0))  # stable: then by name
    lines = [[name, *(_value(values.get((name, measure))) for measure in measures)] for name in names[:_ROWS]]
    print_table(out, f"{title}: actors by their ties", ["actor", *(_ACTORS[measure] for measure in measures)], lines)
    if len(names) > _ROWS:
        out.print(f"… and {len(names) - _ROWS} more: --json lists all.")


def _value(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".removesuffix(".000")
