"""The report of an event log as tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from sujuva.codebooks import IndicatorInfo, load_indicators
from sujuva.codebooks.terms import load_terms
from sujuva.intake.words import words_of
from sujuva.moments.case_settings import FIRST, LAST
from sujuva.quick.case_file import RULES
from sujuva.quick.case_measures import WHOLE
from sujuva.quick.casework import CaseReport
from sujuva.quick.page import notes, percent, print_table, shown, some_of, terminal, whole

if TYPE_CHECKING:
    from rich.console import Console

_YEARS = 6
_PAIRS = 15
_GROUPS = 12
_FROM_TO = {
    "referrals": "Referrals from sector to sector",
    "handovers": "Steps from sector to sector",
    "service_overlap": "Families that services share",
}
_KINDS = {"trigger": "Reason", "caller": "Caller"}
_OF_FAMILIES = {
    "few_degrees": "fewer than nine families: the interval is hardly known",
    "under_30_clusters": "fewer than 30 families: the interval may be too narrow",
}
"""Notes that elsewhere speak of schools and services."""
_LOG = ("events_cases", "events_events", "events_activities", "events_variants", "transitions", "handovers_between")


def show_report(report: CaseReport, console: Console | None = None) -> None:
    """Print a report: what of the file was used, and every measure; no case and no event is named."""
    out = console or terminal()
    for line in _about(report):
        out.print(line, soft_wrap=True)
    log = report.indicators.filter(region=WHOLE)
    everyone = log.filter(group="all")
    years = [0, *sorted(year for year in everyone["wave"].unique() if year)[-_YEARS:]]  # 0: all of them
    _by_year(out, "The log", everyone.filter(pl.col("indicator").is_in([*_LOG, "handover_share"])), years)
    _by_year(out, f"From {_clock(report)}", everyone.filter(_like("delay_") | _like("cases_")), years)
    _curve(out, report.survival.filter(region=WHOLE, wave=0, group="all"))
    _measures(out, "Families' ways, all years", everyone.filter(_like("case_"), wave=0))
    regions = report.indicators.filter(wave=0, group="all")
    for title, groups in (("Groups, all years", log.filter(wave=0)), ("Regions, all years", regions)):
        _groups(out, title, groups, report.settings.delay_days)
    for name, title in _FROM_TO.items():
        _pairs(out, title, everyone.filter(indicator=name, wave=0))
    out.print(
        "\nThese numbers have passed no disclosure control: small counts, the shortest and the longest delay are those "
        "of single families. --json prints everything unrounded.",
        soft_wrap=True,
    )


def _about(report: CaseReport) -> list[str]:
    file, settings = report.file, report.settings
    used, left = whole(file.events.height), whole(file.rows - file.events.height)
    lines = [f"{report.name}: {whole(file.rows)} rows, {used} events used, {left} left out."]
    for rule, rows in file.left_out.items():
        some = some_of(rows)
        lines.append(f"  Left out: {whole(len(rows))} row{'s' if len(rows) > 1 else ''} ({some}): {RULES[rule]}.")
    lines += [
        f"  Taken as missing: {whole(count)} value{'s' if count > 1 else ''} of the column '{file.columns[name]}' "
        f"({name}) that {'are' if count > 1 else 'is'} not known; --words {name}:CODE=WORD explains one."
        for name, count in file.emptied.items()
    ]
    lines.append("  Columns: " + ", ".join(f"{name} = '{raw}'" for name, raw in file.columns.items()) + ".")
    if file.unused:
        lines.append(f"  Columns not used: {', '.join(repr(name) for name in file.unused)}.")
    lines += [f"  {note}" for note in file.notes]
    zone = f"the clocks of {settings.timezone}" if settings.timezone else "times as they stand"
    country = f"the holidays of {settings.holidays}" if settings.holidays else "no holidays"
    lines.append(f"Clock: from {_clock(report)} ({report.why}). Reckoned with {zone} and {country}.")
    where = "its region's" if "region" in file.columns else "the log's"
    until = str(settings.observed_until or f"{where} last event")
    lines.append(f"A case still open counts as waiting until {until}, or its own last event if that is later.")
    return [*lines, *report.notes]


def _clock(report: CaseReport) -> str:
    words = {FIRST: "the first event of a case", LAST: "the last event of a case"}
    start, end = report.settings.start, report.settings.end
    return f"{words.get(start, start)} to {words.get(end, end)}"


def _by_year(out: Console, title: str, rows: pl.DataFrame, years: Sequence[int]) -> None:
    info = load_indicators()
    order = list(info)
    cells = {(row["indicator"], row["category"], row["wave"]): row for row in rows.iter_rows(named=True)}
    names = sorted({key[:2] for key in cells}, key=lambda key: (order.index(key[0]), int(key[1] or 0)))
    lines = [
        [_title(info[name], category), *(_value(cells.get((name, category, year)), info[name]) for year in years)]
        for name, category in names
    ]
    single = [year for year in rows["wave"].unique() if year]
    more = f" (the last {_YEARS} of {len(single)} years)" if len(single) > _YEARS else ""
    print_table(out, title + more, ["", "all years", *(str(year) for year in years[1:])], lines)


def _curve(out: Console, rows: pl.DataFrame) -> None:
    lines = [
        [
            str(row["day"]),
            *(whole(row[name]) for name in ("at_risk", "ended", "censored")),
            "not followed so long" if row["survival"] is None else percent(1 - row["survival"]),
            "" if row["ci_low"] is None else f"{percent(1 - row['ci_high'])} – {percent(1 - row['ci_low'])}",
        ]
        for row in rows.iter_rows(named=True)
    ]
    heads = ["day", "known to\nwait so long", "there\nby then", "last seen\nbefore"]
    heads += ["estimated\nshare there", "interval"]
    title = "Share that has got there by so many days, families still waiting allowed for (Kaplan–Meier)"
    print_table(out, title, heads, lines)


def _measures(out: Console, title: str, rows: pl.DataFrame) -> None:
    info = load_indicators()
    order = list(info)
    ordered = sorted(rows.iter_rows(named=True), key=lambda row: (order.index(row["indicator"]), row["category"]))
    lines = [
        [
            _title(info[row["indicator"]], row["category"]),
            _value(row, info[row["indicator"]]),
            _interval(row, info[row["indicator"]]),
            whole(row["n"]),
            _OF_FAMILIES.get(row["note"]) or notes(row["note"]),
        ]
        for row in ordered
    ]
    print_table(out, title, ["", "estimate", "interval", "n", "note"], lines)


def _groups(out: Console, title: str, rows: pl.DataFrame, days: Sequence[int]) -> None:
    """Print the delay of each group or region beside each other."""
    info = load_indicators()
    wanted = [("cases_started", ""), ("cases_open", ""), ("delay_median", ""), ("delay_p90", "")]
    wanted += [(name, str(day)) for name in ("delay_share", "delay_km_within") for day in sorted(set(days))]
    label = "group" if rows["region"].n_unique() == 1 else "region"
    cells = {(row[label], row["indicator"], row["category"]): row for row in rows.iter_rows(named=True)}
    started = {name: row["n"] for (name, indicator, _), row in cells.items() if indicator == "cases_started"}
    if len(started) < 2:  # noqa: PLR2004
        return
    names = sorted(started, key=lambda name: (name != "all", -started[name], name))
    lines = [
        [_group(name), *(_value(cells.get((name, *key)), info[key[0]]) for key in wanted)]
        for name in names[: _GROUPS + 1]
    ]
    heads = ["", "started", "open", "median\ndays", "90 %\ndays"]
    heads += [f"{head}\n{day} days" for head in ("within", "estimated") for day in sorted(set(days))]
    more = f" (the {_GROUPS} largest of {len(names) - 1})" if len(names) > _GROUPS + 1 else ""
    print_table(out, title + more, heads, lines)


def _pairs(out: Console, title: str, rows: pl.DataFrame) -> None:
    info = load_indicators()
    largest = rows.sort(["estimate", "scale", "category"], descending=[True, False, False], nulls_last=True)
    lines = [
        [_label(row["scale"]), _label(row["category"]), _value(row, info[row["indicator"]]), whole(row["n"] or None)]
        for row in largest.head(_PAIRS).iter_rows(named=True)
    ]
    more = f" (the {_PAIRS} largest of {rows.height})" if rows.height > _PAIRS else ""
    counts = rows.height and info[rows["indicator"][0]].kind == "count"
    heads = ["from", "to", "number"] if counts else ["one", "other", "share", "families of either"]
    print_table(out, title + more, heads, [line[: len(heads)] for line in lines])


def _group(name: str) -> str:
    """Return the title of a group, such as trigger:divorce."""
    kind, colon, word = name.partition(":")
    return f"{_KINDS[kind]}: {_label(word)}" if colon and kind in _KINDS else name


def _label(word: str) -> str:
    """Return the title of a code of the log's categories, or a word of the log as it stands."""
    terms = load_terms().kinds
    kind = next((kind for kind in ("sector", "trigger", "service") if word in terms.get(kind, {})), None)
    return terms[kind][word]["en"] if kind else word.replace("_", " ") if word in words_of("service") else word


def _title(one: IndicatorInfo, category: str) -> str:
    if not category:
        return one.title["en"]
    return f"{one.title['en']}: {_label(category)}{' days' if one.key.startswith('delay_') else ''}"


def _value(row: dict[str, Any] | None, one: IndicatorInfo) -> str:
    return "" if row is None else shown(row["estimate"], one)


def _interval(row: dict[str, Any], one: IndicatorInfo) -> str:
    if row["ci_low"] is None or row["ci_high"] is None:
        return ""
    return f"{shown(row['ci_low'], one)} – {shown(row['ci_high'], one)}"


def _like(start: str) -> pl.Expr:
    return pl.col("indicator").str.starts_with(start)
