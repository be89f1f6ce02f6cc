"""What a dry run of cleaning says: for the terminal and as JSON, with counts and row numbers and never a value."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sujuva.cleaning import Inspected, Inspection, rule_of
from sujuva.codebooks import Instrument
from sujuva.intake.study import Finding
from sujuva.sources import Gap
from sujuva.tables import SCHEMAS

_WIDEST = 110
_SPANS = 8  # spans of row numbers that a terminal shows of a rule
_NAMES = 6
_COLUMNS = 3


def too_much(one: Inspected, max_quarantine: float) -> bool:
    """Tell whether a file cannot be taken in, or would lose a larger share of its rows than is allowed."""
    return one.error is not None or one.aside - one.described > max_quarantine * (one.rows or 0)


def passes(inspection: Inspection, max_quarantine: float, study: Sequence[Finding] = ()) -> bool:
    """Tell whether the pipeline could run: nothing to fill in, and no file and no choice refused."""
    refused = any(too_much(one, max_quarantine) for one in inspection.sources)
    return not (refused or inspection.open or inspection.misnamed or any(one.stops for one in study))


def check_json(
    inspection: Inspection,
    instruments: Mapping[str, Instrument],
    max_quarantine: float,
    study: Sequence[Finding] = (),
) -> dict[str, Any]:
    """Return everything that the dry run found, ready for JSON; row numbers count the data rows of a file from 1.

    `study`: in what the choices and the rows differ (`study_findings`).
    """
    known = _known(instruments)
    return {
        "ok": passes(inspection, max_quarantine, study),
        "max_quarantine": max_quarantine,
        "compared": inspection.compared,
        "differing_in_case": dict(inspection.capitals),
        "key": inspection.key or None,
        "undescribed": list(inspection.undescribed),
        "fill_in": [_gap(one) for one in inspection.gaps],
        "study": [vars(one) for one in study],
        "misnamed": list(inspection.misnamed),
        "sources": [
            {
                "source": one.source.name,
                "file": one.source.file,
                "reader": one.source.reader,
                "tables": one.source.targets,
                "error": None if one.error is None else {"message": one.error.message, "hint": one.error.hint},
                "rows": one.rows,
                "aside": one.aside,
                "ok": not too_much(one, max_quarantine),
                "mapped": {name: list(places) for name, places in one.mapped.items()},
                "dropped": list(one.source.people.drop),
                "pseudonymised": list(one.source.people.pseudonymise),
                "ignored": list(one.ignored),
                "left": [{"column": name, "nearest": nearest_name(name, known)} for name in one.left],
                "broken": {
                    rule: {
                        "reason": rule_of(rule).reason,
                        "count": len(rows),
                        "rows": rows,
                        "columns": _columns(one, rule),
                        "shapes": _shapes(one, rule),
                    }
                    for rule, rows in one.broken.items()
                },
                "grouped": list(one.grouped),
                "changed": dict(one.changed),
                "left_out": dict(one.left_out),
            }
            for one in inspection.sources
        ],
    }


def _gap(one: Gap) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("line", "source", "file", "key", "asks", "holds", "stops")}
    return told | {"table": one.table}


def show_check(
    inspection: Inspection,
    instruments: Mapping[str, Instrument],
    max_quarantine: float,
    study: Sequence[Finding] = (),
) -> None:
    """Print the same for a person: a line a file, then what is wrong with each, then what to do."""
    from rich.console import Console  # noqa: PLC0415  start-up time
    from rich.markup import escape  # noqa: PLC0415
    from rich.padding import Padding  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console = Console(file=sys.stdout, highlight=False, emoji=False)
    console.width = min(console.width, _WIDEST)
    table = Table(box=None, pad_edge=False, padding=(0, 1))
    table.add_column("", no_wrap=True)
    table.add_column("File", overflow="fold", ratio=1)
    table.add_column("Rows", justify="right", no_wrap=True)
    table.add_column("Set aside", justify="right", no_wrap=True)
    table.add_column("Columns\nused", justify="right", no_wrap=True)
    table.add_column("Feeds", overflow="fold")
    for one in inspection.sources:
        table.add_row(*(escape(cell) for cell in _line(one, max_quarantine)))
    console.print(table)

    def say(title: str, lines: Sequence[str]) -> None:
        if lines:
            console.print(f"\n{title}")
        for line in lines:
            console.print(Padding(escape(line), (0, 0, 0, 2)))

    known = _known(instruments)
    for one in inspection.sources:
        say(f"[bold]{escape(one.source.name)}[/bold], {escape(one.source.file)}", list(_details(one, known)))
    say("[bold]To be filled in[/bold]", _open(inspection))
    say("[bold]The study in params.yaml[/bold]", _study(study))
    rules = sorted({rule for one in inspection.sources for rule in one.broken})
    say("[bold]What the rules mean[/bold]", [f"{rule}: {_meaning(rule)}" for rule in rules])
    for line in _closing(inspection, max_quarantine, study):
        console.print("\n" + escape(line))


def _open(inspection: Inspection) -> list[str]:
    """Return each place that is still to be filled in with what it holds back; those of mere words together."""
    lines = [f"{str(one)[0].upper()}{str(one)[1:]}. It holds back {one.holds}." for one in inspection.open]
    words = [one for one in inspection.gaps if not one.stops]
    if words:
        places = ", ".join(f"line {one.line} ({one.key})" for one in words)
        lines.append(f"Words for reports, which hold back nothing: {places}.")
    return lines


def _study(study: Sequence[Finding]) -> list[str]:
    """Return what was found; what is mended in one way stands together, with the way once."""
    by_hint: dict[str, list[str]] = {}
    for one in study:
        by_hint.setdefault(one.hint, []).append(f"{'✗ ' if one.stops else ''}{one.message}")
    return [f"{' '.join(messages)} {hint}".rstrip() for hint, messages in by_hint.items()]


def _line(one: Inspected, max_quarantine: float) -> Sequence[str]:
    mark = "✗" if too_much(one, max_quarantine) else "…" if one.gaps else "✓"
    if one.rows is None:
        return (mark, _where(one), "?", "?", "?", ", ".join(one.source.targets))
    share = f" ({one.aside / one.rows:.1%})" if one.aside else ""
    aside = "?" if one.error else f"{one.aside}{share}"
    columns = len(one.mapped) + len(one.ignored) + len(one.left)
    return (
        mark,
        _where(one),
        str(one.rows),
        aside,
        f"{len(one.mapped)} of {columns}",
        ", ".join(one.source.targets),
    )


def _details(one: Inspected, known: Sequence[str]) -> Iterable[str]:
    if one.gaps:
        names = ", ".join(dict.fromkeys(gap.key for gap in one.gaps))
        yield f"Still to be filled in: {names}. Something stands in meanwhile; rows are not held against others."
    if one.error is not None:
        yield f"Cannot be taken in: {one.error.message}"
        if one.error.hint:
            yield f"Hint: {one.error.hint}"
    for name in one.left:
        near = nearest_name(name, known)
        yield f"Nothing is said about the column '{name}'." + (f" The nearest known name is {near}." if near else "")
    for rule, rows in sorted(one.broken.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        count = f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}"
        yield f"{rule}: {count} ({spans(rows)}){_named(one, rule)}{_written(one, rule)}"
    for name in one.grouped:
        yield (
            f"In '{name}' each fraction has three digits, as in 1.234, which is read as a little more than 1. If "
            "its mark stands between thousands, say options: thousands (docs/readers.md)."
        )
    if one.left_out:
        parts = ", ".join(f"{count} {what}" for what, count in one.left_out.items())
        yield f"No rows are made of {parts}."
    if one.ignored and (one.error or one.broken):
        some = ", ".join(one.ignored[:_NAMES]) + (" …" if len(one.ignored) > _NAMES else "")
        yield f"Not used, as sources.yaml says: {some}"


def _meaning(rule: str) -> str:
    """Return the reason of a rule, and what else to look at."""
    more = " If they are written like 1 234, 1.234,5 or 1'234, say what stands between thousands, such as options:"
    more += " {thousands: blank} (docs/readers.md)."
    return rule_of(rule).reason + (more if rule == "bad_number" else "")


def _columns(one: Inspected, rule: str) -> list[str]:
    """Return the raw columns whose values break a rule, those with most rows first."""
    counts = one.columns.get(rule, {})
    return sorted(counts, key=lambda name: (-counts[name], name))


def _named(one: Inspected, rule: str) -> str:
    """Return the columns that break a rule in words: " in 'Vuosi' and 2 more columns"."""
    ordered = _columns(one, rule)
    shown = [f"'{name}'" for name in ordered[:_COLUMNS]]
    more = len(ordered) - len(shown)
    others = f" and {more} more {'column' if more == 1 else 'columns'}" if more else ""
    return f" in {', '.join(shown)}{others}" if shown else ""


def _shapes(one: Inspected, rule: str) -> dict[str, list[str]]:
    """Return how the values that break a rule are written, of each raw column of which that is known."""
    columns = _columns(one, rule) if rule == "wrong_date" else []
    return {name: list(one.shapes[name]) for name in columns if name in one.shapes}


def _written(one: Inspected, rule: str) -> str:
    """Return the same in words; 9 stands for any digit, a for any letter."""
    told = _shapes(one, rule)
    return f", written like {' or '.join(shape for some in told.values() for shape in some)}" if told else ""


def _closing(inspection: Inspection, max_quarantine: float, study: Sequence[Finding]) -> Iterable[str]:
    if inspection.undescribed:
        yield f"No source names these files of the folder: {', '.join(inspection.undescribed)}."
    if inspection.capitals:
        places = ", ".join(f"{place} ({count})" for place, count in inspection.capitals.items())
        yield f"Names that differ from another in capitals alone count as different: {places}."
    if not inspection.compared and not inspection.open:
        yield (
            "Rows were not held against other tables, because a file that they refer to cannot be taken in. "
            "More may be set aside when it can."
        )
    if inspection.key:
        yield f"No pseudonyms can be made yet: {inspection.key}"
    bad = [one.source.name for one in inspection.sources if too_much(one, max_quarantine)]
    if inspection.misnamed:
        names = ", ".join(inspection.misnamed)
        yield f"✗ The names of these files are not UTF-8, and DVC cannot take them in: rename {names}."
    if bad:
        yield (
            f"✗ {', '.join(bad)}: an error, or more than {max_quarantine:.1%} of the rows would be set aside. Mend "
            "sources.yaml or the export, and check again."
        )
    if inspection.open:
        count = len(inspection.open)
        are = "places are" if count > 1 else "place is"
        yield f"✗ {count} {are} still to be filled in: until then no file is taken in."
    if any(one.stops for one in study):
        yield f"✗ The run would stop at {', '.join(dict.fromkeys(one.about for one in study if one.stops))}."
    if not (bad or inspection.open or inspection.misnamed):
        yield f"✓ Every file can be taken in, and none would lose more than {max_quarantine:.1%} of its rows."


def spans(rows: Sequence[int], limit: int = _SPANS) -> str:
    """Return ascending row numbers in words: "3, 7–9 and 2 more"."""
    found: list[list[int]] = []
    for row in rows:
        if found and row == found[-1][1] + 1:
            found[-1][1] = row
        else:
            found.append([row, row])
    shown = [str(low) if low == high else f"{low}–{high}" for low, high in found[:limit]]
    more = len(rows) - sum(high - low + 1 for low, high in found[:limit])
    return ", ".join(shown) + (f" and {more} more" if more else "")


def nearest_name(name: str, known: Sequence[str]) -> str | None:
    """Return the known name of a column that is most like `name`, if any is."""
    lower = {one.lower(): one for one in known}
    match = difflib.get_close_matches(name.lower(), list(lower), n=1, cutoff=0.6)
    return lower[match[0]] if match else None


def _known(instruments: Mapping[str, Instrument]) -> list[str]:
    """Return the names that a description may use: columns of contracts, items, and their aliases."""
    contracts = [column for schema in SCHEMAS.values() for column in schema.columns()]
    items = [item for one in instruments.values() for item in one.item_columns]
    aliases = [alias for one in instruments.values() for names in one.aliases.values() for alias in names]
    return list(dict.fromkeys([*contracts, *items, *aliases]))


def _where(one: Inspected) -> str:
    """Return the file, and what of a workbook the source reads: several sources may be sheets of one."""
    sheet = one.source.options.get("sheet")
    return f"{one.source.file} · {sheet}" if sheet else one.source.file
